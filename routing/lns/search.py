"""Ruin and recreate on true dates: takes visits out of a month and puts them back cheaper."""

from typing import NamedTuple

from routing.lns.anneal import NO_ROWS, search
from routing.lns.build import (
    TripKey,
    list_trip_keys,
    model_of,
    new_scratch,
    read_month,
    read_trips,
    write_month,
)
from routing.lns.month_arrays import TripModel
from routing.month.instance import MonthInstance
from routing.month.timetable import DatedTrip

CHUNKS = 100  # steps in which the search cools down


class ImproveTask(NamedTuple):
    """What a search is given.

    Parameters
    ----------
    trips
        The month to begin with.
    heat
        First temperature, in trips for one visit alone.
    """

    trips: list[DatedTrip]
    seed: int
    rounds: int
    heat: float


def fill_month(instance: MonthInstance, trips: list[DatedTrip], seed: int) -> list[DatedTrip]:
    """Return a month with the visits inserted that its trips do not serve."""
    month = write_month(instance, trips)
    scratch = new_scratch(instance, seed)
    search(model_of(instance), month, month, month, scratch, 0, 0.0, NO_ROWS)
    return read_month(instance, month)


def improve_month(
    instance: MonthInstance, task: ImproveTask
) -> tuple[list[DatedTrip], list[DatedTrip]]:
    """Return the best month found, and trips of months on the way."""
    model, scratch = model_of(instance), new_scratch(instance, task.seed)
    now, trial, best = (write_month(instance, task.trips) for _ in range(3))
    hot = task.heat * price_alone(model)
    seen: dict[TripKey, None] = {}
    for step in range(CHUNKS):
        rounds = task.rounds * (step + 1) // CHUNKS - task.rounds * step // CHUNKS
        heat = hot * (1 - step / CHUNKS) ** 2 + 1
        if rounds:
            search(model, now, trial, best, scratch, rounds, heat, NO_ROWS)
        seen |= dict.fromkeys((*list_trip_keys(now), *list_trip_keys(best)))
    return read_month(instance, best), read_trips(instance, sorted(seen))


def price_alone(model: TripModel) -> float:
    """Return what the cheapest trip for one visit alone counts, in the mean over visits."""
    starts, ends = model.single_first[:-1], model.single_first[1:]
    cheapest = model.single[starts[starts < ends], 0]
    return float(cheapest.sum()) / max(1, len(cheapest))
