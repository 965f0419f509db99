"""The settings of money: prices, and what wishes count beside them."""

from collections.abc import Callable
from typing import Any

from pydantic import Field

from province.cells import MOST_VND
from province.settings_part import Part

PRIORITY_STEP_VND = 3_000_000

WISH_PARTS = {
    "uneven_crews_vnd_per_day": 150,
    "uneven_communes_vnd_per_visit": 15,
    "missed_preferred_vnd_per_visit": 2,
    "missed_wish_vnd_per_point": 10,
    "ride_along_vnd_per_visit": 10,
}
"""Wishes of `[costs]` that count a part of `unserved_vnd_per_priority` unless they are given: one
in so many. In đồng that is 20,000, 200,000, 1,500,000, 300,000 and 300,000; as much in any other
currency."""

AMOUNTS_IN_VND = (
    "costs.night_vnd_per_person",
    "costs.allowance_vnd_per_person_day",
    "costs.unserved_vnd_per_priority",
    "rotation.uses_per_million",
)
"""Amounts of which the defaults are meant in đồng: a folder in another currency gives its own."""


def _part_of_step(name: str) -> Callable[[dict[str, Any]], int]:
    def measure(costs: dict[str, Any]) -> int:
        step_vnd: int = costs.get("unserved_vnd_per_priority", PRIORITY_STEP_VND)
        return round(step_vnd / WISH_PARTS[name])

    return measure


class CostSettings(Part):
    """Money, in the province's currency (names say vnd); counted in its smallest unit."""

    night_vnd_per_person: int = Field(300_000, ge=0, le=MOST_VND)
    allowance_vnd_per_person_day: int = Field(200_000, ge=0, le=MOST_VND)
    unserved_vnd_per_priority: int = Field(
        PRIORITY_STEP_VND, ge=0, le=MOST_VND,
        description="what leaving a visit out counts, per step of priority",
    )  # fmt: skip
    uneven_crews_vnd_per_day: int = Field(
        default_factory=_part_of_step("uneven_crews_vnd_per_day"), ge=0, le=MOST_VND,
        description="what each day counts that the busiest of crews able to do the same work is on"
        " the road more than the least busy; a wish, no money"
    )  # fmt: skip
    uneven_communes_vnd_per_visit: int = Field(
        default_factory=_part_of_step("uneven_communes_vnd_per_visit"), ge=0, le=MOST_VND,
        description="what each visit left out counts besides, in a commune that another one left"
        " out was for; a wish, no money"
    )  # fmt: skip
    missed_preferred_vnd_per_visit: int = Field(
        default_factory=_part_of_step("missed_preferred_vnd_per_visit"), ge=0,
        description="what a session counts that is held on another day than those preferred for"
        " it, such as market days: the readers that it misses; a wish, no money; an assumption"
    )  # fmt: skip

    missed_wish_vnd_per_point: int = Field(
        default_factory=_part_of_step("missed_wish_vnd_per_point"), ge=0, le=MOST_VND,
        description="what each point of a wish counts when the session is on another day of the"
        " event than the wished ones, twice as much on other days; a wish, no money; an assumption"
    )  # fmt: skip
    ride_along_vnd_per_visit: int = Field(
        default_factory=_part_of_step("ride_along_vnd_per_visit"), ge=0, le=MOST_VND,
        description="the most that a kit, or a training on site, may add to a trip that drives"
        " anyhow, where it has no trip of its own (`ride_along`); an assumption"
    )  # fmt: skip

    def count_against(self, *, misses: bool) -> float:
        """Return what wishes grow by at most when a step of priority counts one more.

        Parameters
        ----------
        misses
            Whether the visit that is served may miss its preferred days.
        """
        names = {"uneven_crews_vnd_per_day": 7, "missed_preferred_vnd_per_visit": int(misses)}
        return sum(
            times / WISH_PARTS[name]
            for name, times in names.items()
            if name not in self.model_fields_set
        )
