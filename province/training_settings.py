"""The settings of training: how far people travel, what that costs, what more of it counts."""

from pydantic import Field

from province.settings_part import NotNegative, Part, PositiveInt


class TrainingSettings(Part):
    """What decides who is invited to which course, beside seats, money and goals.

    All are assumptions. In the province's currency, whatever it is; 0 counts nothing.
    """

    travel_max_min: PositiveInt = Field(
        240, description="minutes by road, one way, beyond which nobody is invited to a course"
    )
    travel_vnd_per_km: NotNegative = Field(
        0, description="what a kilometre of a person's way to a course and back costs"
    )
    stay_vnd_per_day: NotNegative = Field(
        0, description="what each day of a course costs for a person who travels to it"
    )
    worth_vnd: NotNegative = Field(
        0, description="what it counts that one person more is trained than goals ask for; money is"
        " spent beyond goals only for less"
    )  # fmt: skip
    first_worth_vnd: NotNegative = Field(
        0, description="what it counts besides that a library has its first trained person"
    )
