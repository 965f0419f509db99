"""A fact that may be changed: as far as it goes, and then no further than was needed."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from planning.fix_trial import Finished, Served
from province.changes import Change
from province.facts import Province
from province.places import Site
from province.settings import TripSettings
from province.visits import Visit

Settled = tuple[Change, Province]


@dataclass(frozen=True, slots=True)
class Question:
    """The question what would serve a visit of a finished month."""

    province: Province
    finished: Finished
    visit: Visit

    def list_busy(self, who: str) -> tuple[date, ...]:
        """Return the first days of the trips that a vehicle or crew is on, and their last days."""
        trips = self.finished.trips.trips
        own = (trip for trip in trips if who in (trip.vehicle_id, trip.crew_id))
        return tuple(day for trip in own for day in (trip.first_day, trip.last_day))


@dataclass(frozen=True, slots=True)
class Lever:
    """One fact that may be changed.

    Parameters
    ----------
    loosest
        The facts with this one as loose as can be.
    settle
        Given a trip that then serves the visit: the change it needs, and the facts with that.
    has_roads
        Whether the change may open or shut roads.
    steps
        Milder changes than the loosest, the mildest first: the first that serves is taken. Without
        any, `settle` tells the change.
    """

    loosest: Province
    settle: Callable[[Served], Settled]
    has_roads: bool = False
    steps: tuple[Settled, ...] = ()


Pull = Callable[[Question], Iterator[Lever]]


def fixed(change: Change, province: Province) -> Lever:
    """Return a lever of one value only."""
    return Lever(province, lambda _: (change, province))


def stepped(steps: list[Settled]) -> Iterator[Lever]:
    """Yield the lever of some values, the mildest first; none where there are no values."""
    if steps:
        last = steps[-1]
        yield Lever(last[1], lambda _: last, steps=tuple(steps))


def set_trips(province: Province, name: str, value: int | bool | tuple[str, ...]) -> Lever:
    """Return the lever of one value of a setting of `[trips]`."""
    settled = change_trips(province, name, value)
    return Lever(settled[1], lambda _: settled)


def change_trips(province: Province, name: str, value: int | bool | tuple[str, ...]) -> Settled:
    """Return a changed setting of `[trips]`, and the facts with it."""
    trips: TripSettings = province.settings.trips.model_copy(update={name: value})
    settings = province.settings.model_copy(update={"trips": trips})
    text = json.dumps(value)
    return (
        Change("province.toml", "trips", name, text),
        dataclasses.replace(province, settings=settings),
    )


def with_site(province: Province, new: Site) -> Province:
    """Return the facts with a site in the place of the one of its id."""
    sites = tuple(new if s.site_id == new.site_id else s for s in province.sites)
    return dataclasses.replace(province, sites=sites)
