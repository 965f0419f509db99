"""What an edit costs against before, trip by trip and in all."""

from collections.abc import Iterable
from dataclasses import dataclass

from planning.edit.edit import Edit
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class EditFigures:
    """The figures of a changed trip, now and before; those of the whole month have no `trip_id`.

    A trip that is new, or no more, counts 0 where it is not.
    """

    trip_id: str
    visits: int
    visits_before: int
    length_km: float
    length_km_before: float
    driving_hours: float
    driving_hours_before: float
    nights: int
    nights_before: int
    cost_vnd: int
    cost_vnd_before: int


def sum_changes(edit: Edit) -> tuple[EditFigures, ...]:
    """Return the figures of each changed trip, and those of the month at last."""
    rows = [
        _sum_up(
            change.named,
            [change.after] if change.after else [],
            [change.before] if change.before else [],
        )
        for change in edit.changes
    ]
    return (*rows, _sum_up("", edit.plan.trips.trips, edit.before.trips.trips))


def _sum_up(trip_id: str, now: Iterable[Trip], before: Iterable[Trip]) -> EditFigures:
    new, old = list(now), list(before)
    return EditFigures(
        trip_id,
        _count_visits(new),
        _count_visits(old),
        _sum_km(new),
        _sum_km(old),
        _sum_hours(new),
        _sum_hours(old),
        sum(len(trip.nights) for trip in new),
        sum(len(trip.nights) for trip in old),
        sum(trip.cost_vnd for trip in new),
        sum(trip.cost_vnd for trip in old),
    )


def _count_visits(trips: list[Trip]) -> int:
    return sum(len(trip.stops) for trip in trips)


def _sum_km(trips: list[Trip]) -> float:
    return round(sum(trip.length_m for trip in trips) / 1000, 1)


def _sum_hours(trips: list[Trip]) -> float:
    return round(sum(trip.drive_min for trip in trips) / 60, 1)
