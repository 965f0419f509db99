"""What each trip of a plan is expected to report: its results, had all gone as planned."""

from collections.abc import Iterator

from planning.plan import Plan
from province.results import Outcome, ResultRow, ResultTask
from province.visits import Parcel, Task
from routing.trips import Stop, Trip

STOP_TASKS = {Task.SESSION: ResultTask.SESSION, Task.TRAINING: ResultTask.TRAINING}


def list_expected_results(plan: Plan, trip: Trip) -> tuple[ResultRow, ...]:
    """Return a row for each task of a trip as if it had been done: by stop, the trip itself last.

    At a stop the batches left come first, then those taken, the session, the training, the kits.
    """
    rows = [
        row
        for stop in sorted(trip.stops, key=lambda stop: stop.sequence)
        for row in _list_stop(plan, trip, stop)
    ]
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


def _list_stop(plan: Plan, trip: Trip, stop: Stop) -> Iterator[ResultRow]:
    def row(task: ResultTask, parcel: Parcel | None = None) -> ResultRow:
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
        )

    kits = [parcel for parcel in stop.leaves if parcel.kit_id]
    yield from (row(ResultTask.LEAVE, parcel) for parcel in stop.leaves if parcel.batch_id)
    yield from (row(ResultTask.TAKE, parcel) for parcel in stop.takes)
    yield from (row(task) for done, task in STOP_TASKS.items() if done in stop.tasks)
    yield from (row(ResultTask.KIT, parcel) for parcel in kits)
