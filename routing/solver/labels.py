"""Trips of a small month as they grow: days and first days, and which of them outdo others."""

from dataclasses import dataclass
from typing import TypeVar

from routing.month.timetable import Day

Load = tuple[int, float]  # boxes, kg


@dataclass(frozen=True, slots=True)
class Pairing:
    """A vehicle with a crew: its numbers, beds needed, and the visits that both may serve."""

    car: int
    crew: int
    members: int
    jobs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DayRoute:
    """The cheapest way to serve some visits in one day.

    `visits` has a bit for each visit, `forbids` one for each that gives a batch left here.
    `change` and `peak` are what the load grows by in the end, and at most within the day;
    `told_vnd` what it counts that times and order are not as announced.
    """

    visits: int
    forbids: int
    day: Day
    change: Load
    peak: Load
    drive_min: int
    gaps: tuple[int, ...]
    told_vnd: int

    @property
    def burden(self) -> tuple[float, ...]:
        """What is better when less: metres, driving, changes, load."""
        return (self.day.metres, self.drive_min, self.told_vnd, *self.peak)


@dataclass(frozen=True, slots=True)
class Label:
    """The first days of a trip, and what the rest of it must know of them.

    Parameters
    ----------
    place
        Where the crew sleeps, or the depot.
    visits, forbids
        As in `DayRoute`, over all days.
    milli_vnd
        Its cost and missed wishes, in thousandths.
    change, peak
        As in `DayRoute`, from leaving the depot.
    drives
        Minutes driven in the first week and in the second; 0 where no week can be too long.
    gaps
        The visits with a gap, each with its day.
    """

    place: int
    visits: int = 0
    forbids: int = 0
    milli_vnd: int = 0
    change: Load = (0, 0.0)
    peak: Load = (0, 0.0)
    drives: tuple[int, int] = (0, 0)
    gaps: tuple[tuple[int, int], ...] = ()
    days: tuple[Day, ...] = ()

    @property
    def alike(self) -> object:
        """What must be the same for one label to take the place of another."""
        return self.place, self.visits, tuple(sorted(self.gaps))

    @property
    def burden(self) -> tuple[float, ...]:
        """What is better when less: cost, days, load, driving."""
        return (self.milli_vnd, len(self.days), *self.peak, *self.drives)


Kept = TypeVar("Kept", Label, DayRoute)


def keep(alike: list[Kept], new: Kept) -> None:
    """Keep what is new unless one that is alike is no worse in anything; drop what it outdoes."""
    if not any(_outdoes(old.burden, new.burden) for old in alike):
        alike[:] = [old for old in alike if not _outdoes(new.burden, old.burden)]
        alike.append(new)


def _outdoes(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return all(a <= b for a, b in zip(one, two, strict=True))
