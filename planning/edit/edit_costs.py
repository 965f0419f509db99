"""What an edit costs against before, trip by trip and in all, and by how much it breaks rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from planning.edit.edited_plan import PlanEdit
from province.language import Message
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class EditFigures:
    """The figures of a changed trip, now and before.

    A trip that is new, or no more, counts 0 where it is not.

    Parameters
    ----------
    trip_id, new_id
        What the table calls it, "" for the whole month; and its id in the new plan, "" for none.
    """

    trip_id: str
    new_id: str
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


OVER = "over_"
"""How the values begin that say by how much a rule is broken, before their unit."""


def list_amounts(detail: Message) -> dict[str, float]:
    """Return by how much a rule is broken, by unit: min, boxes, kg, people, days or nights."""
    amounts: dict[str, float] = {}
    for name, value in detail.values:
        if isinstance(value, Message):
            amounts |= list_amounts(value)
        elif name.startswith(OVER) and isinstance(value, int | float):
            amounts[name.removeprefix(OVER)] = value
    return amounts


def sum_changes(edit: PlanEdit) -> tuple[EditFigures, ...]:
    """Return the figures of each changed trip, and those of the month at last."""
    rows = [
        _sum_up(
            (change.named, change.after.trip_id if change.after else ""),
            [change.after] if change.after else [],
            [change.before] if change.before else [],
        )
        for change in edit.changes
    ]
    return (*rows, _sum_up(("", ""), edit.plan.trips.trips, edit.before.trips.trips))


def _sum_up(names: tuple[str, str], now: Iterable[Trip], before: Iterable[Trip]) -> EditFigures:
    new, old = list(now), list(before)
    return EditFigures(
        *names,
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
