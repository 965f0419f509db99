"""The settings of handovers: what stays behind, and how near one signs."""

from typing import Annotated

from pydantic import Field

from province.settings_part import Part, PositiveInt


class HandoverSettings(Part):
    """What holds when batches change hands. All are assumptions."""

    far_m: PositiveInt = Field(
        500, description="a record signed farther from the site than this, in metres, is a warning"
    )
    loan_days: PositiveInt = Field(
        60, le=366,
        description="days after the batch was fetched in which readers bring back what they have,"
        " where no plan tells two visits to come",
    )  # fmt: skip
    keep_pct: Annotated[float, Field(ge=0, le=50)] = Field(
        0.0,
        description="share of a fetched batch, in per cent, that stays at the library until the"
        " next exchange; 0: none",
    )
