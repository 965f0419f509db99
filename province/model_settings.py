"""The settings by which library models are compared: who is alike, what is sure enough to tell."""

from typing import Annotated

from pydantic import Field

from province.settings_part import Part, PositiveInt


class ModelSettings(Part):
    """Which communes are alike, and when a model needs help or is to be spread. Assumptions all."""

    grace_months: Annotated[int, Field(ge=0, le=120)] = Field(
        12, description="months from its first day in which nothing is held for or against a model"
    )
    alike: Annotated[int, Field(ge=3, le=100)] = Field(
        10, description="alike communes that a model is compared with"
    )
    least_alike: Annotated[int, Field(ge=2, le=100)] = Field(
        5, description="with fewer alike communes that somebody counted, nothing is compared"
    )
    alike_minutes: Annotated[float, Field(gt=0, le=1440)] = Field(
        60.0, description="minutes by road from the depot that make communes differ by one step;"
        " twice the people, border or not, ward or not, another language or not are a step each"
    )  # fmt: skip
    alike_steps: Annotated[float, Field(gt=0, le=100)] = Field(
        2.0, description="steps within which communes are alike"
    )
    weak_below: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.75, description="a model with less than so much of what alike communes have needs help"
    )
    strong_above: Annotated[float, Field(gt=1, le=100)] = Field(
        1.33, description="one with more than so many times as much is worth spreading"
    )
    sure: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        0.9, description="probability from which on either is said"
    )
    least_counted_days: PositiveInt = Field(
        90, description="days whose uses somebody counted, before anything is said of them"
    )
    least_reached: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5, description="share of the days on which books of the provincial library must have"
        " stood there; with less it was not reached, and is not called weak"
    )  # fmt: skip
