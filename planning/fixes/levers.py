"""A cell that may be changed: as far as it goes, and then no further than was needed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date

from planning.fixes.trial import Finished, Served
from province.changes import Change
from province.facts import Province
from province.fleet import Crew, Vehicle
from province.places import Site
from province.stock import Kit
from province.visits import Visit

ROAD_HOURS = ("earliest_start_min", "latest_end_min")
"""Settings by which roads count as shut: those open at no other hour."""


@dataclass(frozen=True, slots=True)
class Question:
    """The question what would serve a visit of a finished month."""

    finished: Finished
    visit: Visit

    @property
    def province(self) -> Province:
        """The facts as they are."""
        return self.finished.survey.province

    def list_busy(self, who: str) -> tuple[date, ...]:
        """Return the first days of the trips that a vehicle or crew is on, and their last days."""
        trips = self.finished.trips.trips
        own = (trip for trip in trips if who in (trip.vehicle_id, trip.crew_id))
        return tuple(day for trip in own for day in (trip.first_day, trip.last_day))


@dataclass(frozen=True, slots=True)
class Lever:
    """One cell that may be changed.

    Parameters
    ----------
    loosest
        The change to a value as loose as can be.
    settle
        Given a trip that then serves the visit: the change that it needs; None: the loosest.
    steps
        Milder changes than the loosest, the mildest first: the first that serves is taken.
    """

    loosest: Change
    settle: Callable[[Served], Change] | None = None
    steps: tuple[Change, ...] = ()


Pull = Callable[[Question], Iterator[Lever]]


def stepped(steps: list[Change]) -> Iterator[Lever]:
    """Yield the lever of some values, the mildest first; none where there are no values."""
    if steps:
        yield Lever(steps[-1], steps=tuple(steps))


FILES = {Site: "libraries.csv", Vehicle: "vehicles.csv", Crew: "crews.csv", Kit: "kits.csv"}


def set_cell(one: Site | Vehicle | Crew | Kit, column: str, value: object) -> Change:
    """Return the change of a cell in the row of a fact; its first field is the row's id."""
    return Change(FILES[type(one)], getattr(one, fields(one)[0].name), column, str(value))


def set_trips(name: str, value: int | bool | tuple[str, ...]) -> Change:
    """Return the change of a setting of `[trips]`."""
    return Change("province.toml", "trips", name, json.dumps(value))
