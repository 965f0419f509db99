"""The settings of learning from recorded times."""

from typing import Annotated

from pydantic import Field

from province.settings_part import Part, PositiveInt


class LearnSettings(Part):
    """How much recorded times count for `learn` (docs/methods-learning.md). All are assumptions."""

    speed_spread: Annotated[float, Field(gt=0, le=2)] = Field(
        0.25, description="how far the true minutes of a road class lie from the speed table, as a"
        " share of them (standard deviation)"
    )  # fmt: skip
    leg_noise_min: Annotated[float, Field(gt=0, le=600)] = Field(
        10.0, description="what one leg takes more or less than usual (standard deviation)"
    )
    beside_spread_min: Annotated[float, Field(gt=0, le=600)] = Field(
        6.0, description="how far the minutes that a leg takes beside driving lie from what is"
        " planned for them (standard deviation)"
    )  # fmt: skip
    track_spread: Annotated[float, Field(gt=0, le=2)] = Field(
        0.1, description="what driving along one road takes more or less on a day, as a share of"
        " it, where a track tells it (standard deviation)"
    )  # fmt: skip
    road_spread: Annotated[float, Field(gt=0, le=2)] = Field(
        0.3, description="how far the minutes of a road that differs from its class lie from it, as"
        " a share of the speed table's (standard deviation)"
    )  # fmt: skip
    service_spread: Annotated[float, Field(gt=0, le=2)] = Field(
        0.3, description="how far sites differ from each other in the minutes of an exchange, as a"
        " share of them (standard deviation)"
    )  # fmt: skip
    visit_noise_min: Annotated[float, Field(gt=0, le=600)] = Field(
        10.0, description="what one exchange takes more or less than usual (standard deviation)"
    )
    legs_at_least: PositiveInt = Field(
        5, description="legs that must be recorded of which a road class makes up a tenth at least,"
        " or days on which tracks follow one of its roads, before its factor is proposed"
    )  # fmt: skip
    road_days_at_least: PositiveInt = Field(
        2, description="days on which tracks must follow a road before a factor of its own is"
        " proposed"
    )  # fmt: skip
    visits_at_least: PositiveInt = Field(
        3, description="exchanges that must be recorded at a site before its factor is proposed"
    )
