"""Ruin and recreate on true dates: takes visits out of a month and puts them back cheaper."""

import threading
from concurrent.futures import ThreadPoolExecutor
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
from routing.lns.month_arrays import Scratch, TripModel, TripMonth
from routing.month.clock_arrays import copy_scratch
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


class _Stream(NamedTuple):
    """A month being improved, and the room that the search works in."""

    model: TripModel
    now: TripMonth
    trial: TripMonth
    best: TripMonth
    scratch: Scratch


def fill_month(instance: MonthInstance, trips: list[DatedTrip], seed: int) -> list[DatedTrip]:
    """Return a month with the visits inserted that its trips do not serve."""
    month = write_month(instance, trips)
    scratch = new_scratch(instance, seed)
    search(model_of(instance), month, month, month, scratch, 0, 0.0, NO_ROWS)
    return read_month(instance, month)


def improve_months(
    instance: MonthInstance, tasks: list[ImproveTask]
) -> list[tuple[list[DatedTrip], list[DatedTrip]]]:
    """Return for each task the best month found, and trips of months on the way.

    Each runs in a thread of its own, which changes nothing but the time: they share no room to
    work in, and trips are read here. Ctrl-C ends them all.
    """
    model = model_of(instance)
    searches = [
        _Stream(
            model=model._replace(clock=copy_scratch(model.clock)),
            now=write_month(instance, task.trips),
            trial=write_month(instance, task.trips),
            best=write_month(instance, task.trips),
            scratch=new_scratch(instance, task.seed),
        )
        for task in tasks
    ]
    stop = threading.Event()
    with ThreadPoolExecutor(len(tasks)) as threads:
        running = [
            threads.submit(_improve, one, task, stop)
            for one, task in zip(searches, tasks, strict=True)
        ]
        try:
            found = [one.result() for one in running]
        finally:
            stop.set()
    return [
        (read_month(instance, one.best), read_trips(instance, sorted(seen)))
        for one, seen in zip(searches, found, strict=True)
    ]


def _improve(one: _Stream, task: ImproveTask, stop: threading.Event) -> dict[TripKey, None]:
    """Improve a month until it is told to stop; return what names the trips on the way."""
    hot = task.heat * price_alone(one.model)
    seen: dict[TripKey, None] = {}
    for step in range(CHUNKS):
        if stop.is_set():
            break
        rounds = task.rounds * (step + 1) // CHUNKS - task.rounds * step // CHUNKS
        heat = hot * (1 - step / CHUNKS) ** 2 + 1
        if rounds:
            search(one.model, one.now, one.trial, one.best, one.scratch, rounds, heat, NO_ROWS)
        seen |= dict.fromkeys((*list_trip_keys(one.now), *list_trip_keys(one.best)))
    return seen


def price_alone(model: TripModel) -> float:
    """Return what the cheapest trip for one visit alone counts, in the mean over visits."""
    starts, ends = model.single_first[:-1], model.single_first[1:]
    cheapest = model.single[starts[starts < ends], 0]
    return float(cheapest.sum()) / max(1, len(cheapest))
