"""What each trip of a plan is expected to report: its results, had all gone as planned."""

import dataclasses
from collections.abc import Iterator

from planning.plan import Leftover, Plan
from province.ids import BatchId
from province.results import Outcome, ResultRow, ResultTask
from province.visits import Parcel, Task
from routing.trips import Stop, Trip

STOP_TASKS = {Task.SESSION: ResultTask.SESSION, Task.TRAINING: ResultTask.TRAINING}


def list_expected_results(plan: Plan, trip: Trip) -> tuple[ResultRow, ...]:
    """Return a row for each task of a trip as if it had been done: by stop, the trip itself last.

    At a stop the batches left come first, then those taken, what is collected of batches taken
    before, the session, the training, the kits that are delivered or fetched.
    """
    rows: list[ResultRow] = []
    collected: set[Leftover] = set()
    for stop in sorted(trip.stops, key=lambda stop: stop.sequence):
        leftovers = [one for one in list_collected(plan, stop) if one not in collected]
        rows += _list_stop(plan, trip, stop, leftovers)
        collected.update(leftovers)
    whole = ResultRow(
        month=plan.month,
        trip_id=trip.trip_id,
        sequence=0,
        day=trip.last_day,
        site_id=trip.depot_id,
        task=ResultTask.TRIP,
        content_id=None,
        outcome=Outcome.DONE,
        km=round(trip.length_m / 1000, 1),
    )
    return (*rows, whole)


def list_collected(plan: Plan, stop: Stop) -> tuple[Leftover, ...]:
    """Return the books that a stop is to collect, because they stayed there some day before."""
    if not stop.tasks:
        return ()
    return tuple(
        one for one in plan.leftovers if one.site_id == stop.receiver_id and one.since < stop.day
    )


def _list_stop(
    plan: Plan, trip: Trip, stop: Stop, leftovers: list[Leftover]
) -> Iterator[ResultRow]:
    keeps = {(keep.batch_id, keep.site_id): keep.books for keep in plan.keeps}

    def row(task: ResultTask, parcel: Parcel | None = None, *, kept: int = 0) -> ResultRow:
        return ResultRow(
            month=plan.month,
            trip_id=trip.trip_id,
            sequence=stop.sequence,
            day=stop.day,
            site_id=stop.receiver_id,
            task=task,
            content_id=parcel.content_id if parcel else None,
            outcome=Outcome.DONE,
            boxes=parcel.boxes if parcel else None,
            books=parcel.books if parcel and parcel.books else None,
            kept=kept,
        )

    kits = [parcel for parcel in (*stop.leaves, *stop.takes) if parcel.kit_id]
    yield from (row(ResultTask.LEAVE, parcel) for parcel in stop.leaves if parcel.batch_id)
    for parcel in (one for one in stop.takes if one.batch_id):
        kept = keeps.get((BatchId(parcel.content_id), stop.receiver_id), 0)
        yield row(ResultTask.TAKE, parcel, kept=kept)
    for one in leftovers:
        yield dataclasses.replace(row(ResultTask.COLLECT), content_id=one.batch_id, books=one.books)
    yield from (row(task) for done, task in STOP_TASKS.items() if done in stop.tasks)
    yield from (row(ResultTask.KIT, parcel) for parcel in kits)
