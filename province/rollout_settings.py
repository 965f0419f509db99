"""The settings of the rollout: which communes get a library model in which year."""

from typing import Annotated

from pydantic import Field, field_validator

from province.programme_settings import check_years
from province.settings_part import NotNegative, Part, PositiveInt


class RolloutSettings(Part):
    """What limits the rollout of library models, and who counts how much. All are assumptions.

    Money that one model and the training of one person cost: `unit_cost_vnd` of the goals that
    count models and staff.
    """

    models_per_year: PositiveInt | None = Field(
        10,
        description="models that the provincial library can help to set up in a year; empty: any",
    )
    staff_per_model: Annotated[int, Field(ge=0, le=50)] = Field(
        2, description="people who must be trained at the sites of a model when it begins"
    )
    trainees_per_year: PositiveInt | None = Field(
        40, description="people who can be trained for models in a year; empty: any"
    )
    money_per_year_vnd: NotNegative | None = Field(
        None, description="money for models and training in a year, beside `funds.csv`; empty: what"
        " is needed"
    )  # fmt: skip
    money_by_year_vnd: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict, description="the same for single years"
    )
    exchanges_per_year: Annotated[int, Field(ge=1, le=12)] = Field(
        4, description="exchanges that each model gets in a year, where months are checked"
    )
    sessions_per_year: Annotated[int, Field(ge=0, le=10_000)] = Field(
        130, description="sessions of the book buses in a year, where months are checked"
    )
    typical_month: Annotated[int, Field(ge=1, le=12)] = Field(
        10, description="month of the year that is planned where years are checked"
    )
    growth_pct: Annotated[float, Field(ge=-50, le=100)] | None = Field(
        None, description="by how much uses grow in a year, where months are checked; empty: what a"
        " goal that counts users asks for"
    )  # fmt: skip
    reach_min: Annotated[float, Field(gt=0, le=1440)] = Field(
        90.0, description="minutes by road to a model at which nobody comes any more; half as many"
        " come from half as far"
    )  # fmt: skip
    weight_remote: NotNegative = Field(
        0.5,
        description="how much more a person counts for each hour by road from a depot",
    )
    weight_border: NotNegative = Field(
        0.5, description="how much more a person of a border commune counts"
    )
    weight_language: NotNegative = Field(
        0.5, description="how much more a person counts where libraries read in another language"
        " than the province's own as well"
    )  # fmt: skip

    @field_validator("money_by_year_vnd")
    @classmethod
    def _years(cls, value: dict[str, float]) -> dict[str, float]:
        return check_years(value)
