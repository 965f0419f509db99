"""The settings of a lockdown: rest of books, whom to serve first, fairness to all others."""

from typing import Annotated

from pydantic import Field

from province.settings_part import Part

Times = Annotated[float, Field(ge=1, le=100)]


class LockdownSettings(Part):
    """What holds while communes are shut or temporary sites are open (docs/lockdown.md)."""

    rest_days: int = Field(
        4, ge=3, le=30, description="days that books from a shut commune, a treatment or quarantine"
        " site rest untouched once they are home, before they are checked and move on; 3 to 6 are"
        " usual"
    )  # fmt: skip
    priority: int = Field(
        5, ge=1, le=5, description="priority of every visit to a temporary site; an assumption"
    )
    prompt_days: int = Field(
        7, ge=0, le=366, description="days from its opening in which books are to come to a"
        " temporary site, where that costs no more than a missed wish; an assumption"
    )  # fmt: skip
    weight_young: Times = Field(
        1.5, description="what a use of books for children and teenagers counts in a shut commune;"
        " an assumption"
    )  # fmt: skip
    weight_patients: Times = Field(
        2.0, description="what a use counts at a treatment or quarantine site; an assumption"
    )
    weight_front_line: Times = Field(
        2.0, description="what a use counts at a site of front-line staff; an assumption"
    )
    max_later_days: int = Field(
        14, ge=0, le=366, description="days by which a lockdown may put off a visit that was"
        " announced elsewhere; an assumption"
    )  # fmt: skip
