"""What differs between two plans of a month, visit by visit."""

from collections.abc import Iterable, Iterator
from datetime import date

from planning.placed import Placed
from planning.plan import Plan, VisitChange
from province.ids import VisitId
from province.language import Message, mark
from routing.trips import Stop, Trip

LOST, ADDED, DAY, TIME, VEHICLE, CREW, ORDER, CONTENT = (
    "lost", "added", "day", "time", "vehicle", "crew", "order", "content",
)  # fmt: skip

KINDS: dict[str, str] = {
    LOST: mark("not made any more"),
    ADDED: mark("made in addition"),
    DAY: mark("another day"),
    TIME: mark("another time"),
    VEHICLE: mark("another vehicle"),
    CREW: mark("another crew"),
    ORDER: mark("after another stop"),
    CONTENT: mark("other tasks or boxes"),
}
"""What can differ, in words, the gravest first."""

TOLD_TO_SITE = {LOST, ADDED, DAY, TIME, CONTENT}
"""What a library and its commune must know; the rest concerns crews alone."""

Stops = dict[VisitId, tuple[Trip, Stop, VisitId | None]]
"""By visit: its trip, its stop, and the visit before it on the same day."""


def list_changes(before: Plan, after: Plan, *, shift_min: int) -> tuple[VisitChange, ...]:
    """Return every visit that the later of two plans makes otherwise than the earlier, by id.

    Parameters
    ----------
    shift_min
        Minutes earlier or later that are no other time.
    """
    old, new = _index_stops(before.all_trips), _index_stops(after.all_trips)
    changes = []
    for visit_id in sorted({*old, *new}):
        kinds = tuple(_tell(old.get(visit_id), new.get(visit_id), shift_min))
        if kinds:
            _, stop, _ = new.get(visit_id) or old[visit_id]
            changes.append(
                VisitChange(
                    visit_id,
                    stop.receiver_id,
                    stop.tasks,
                    kinds,
                    _place(old.get(visit_id)),
                    _place(new.get(visit_id)),
                )
            )
    return tuple(changes)


def _index_stops(trips: Iterable[Trip]) -> Stops:
    found: Stops = {}
    for trip in trips:
        last: dict[date, VisitId] = {}
        for stop in trip.stops:
            found.setdefault(stop.visit_id, (trip, stop, last.get(stop.day)))
            last[stop.day] = stop.visit_id
    return found


def _place(found: tuple[Trip, Stop, VisitId | None] | None) -> Placed | None:
    if found is None:
        return None
    trip, stop, _ = found
    return Placed(trip.trip_id, trip.vehicle_id, trip.crew_id, stop.day, stop.start_min)


def _tell(
    old: tuple[Trip, Stop, VisitId | None] | None,
    new: tuple[Trip, Stop, VisitId | None] | None,
    shift_min: int,
) -> Iterator[str]:
    if old is None or new is None:
        yield LOST if new is None else ADDED
        return
    (trip, stop, after), (trip_now, stop_now, after_now) = old, new
    if stop.day != stop_now.day:
        yield DAY
    if abs(stop.start_min - stop_now.start_min) > shift_min:
        yield TIME
    if trip.vehicle_id != trip_now.vehicle_id:
        yield VEHICLE
    if trip.crew_id != trip_now.crew_id:
        yield CREW
    if after != after_now:
        yield ORDER
    if _list_content(stop) != _list_content(stop_now):
        yield CONTENT


def _list_content(stop: Stop) -> object:
    leaves = sorted(str(parcel.content_id) for parcel in stop.leaves)
    return stop.tasks, leaves, sorted(str(parcel.content_id) for parcel in stop.takes)


def say_kinds(change: VisitChange) -> Message:
    """Return the gravest of what differs, in words."""
    return Message(KINDS[change.kinds[0]])
