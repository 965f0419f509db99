"""Gives trips ids that were never used for other work."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from itertools import count

from province.ids import TripId
from routing.trips import Trip


def tell_work(trip: Trip) -> str:
    """Return what is the same for two trips that do the same at the same stops on the same days."""
    work = [
        [
            stop.day.isoformat(),
            stop.receiver_id,
            sorted(task.value for task in stop.tasks),
            sorted(str(parcel.content_id) for parcel in stop.leaves),
            sorted(str(parcel.content_id) for parcel in stop.takes),
        ]
        for stop in trip.stops
    ]
    text = json.dumps([trip.vehicle_id, work], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def name_trips(trips: tuple[Trip, ...], used: Iterable[tuple[TripId, str]]) -> tuple[Trip, ...]:
    """Return the trips with ids that no other work has, or had.

    A trip keeps its id, or takes up the one that the same work had before; where its id was used
    for other work it gets ``-2``, ``-3`` … behind it.

    Parameters
    ----------
    used
        Ids used before, each with what `tell_work` says of its work; "" where it may not be used
        again whatever the work.
    """
    works: dict[TripId, set[str]] = {}
    for trip_id, work in used:
        works.setdefault(trip_id, set()).add(work)
    named: list[Trip] = []
    given: set[TripId] = set()
    for trip in trips:
        trip_id = _choose_id(trip, works, given)
        given.add(trip_id)
        named.append(dataclasses.replace(trip, trip_id=trip_id))
    return tuple(named)


def _choose_id(trip: Trip, works: dict[TripId, set[str]], given: set[TripId]) -> TripId:
    work = tell_work(trip)
    for number in count(1):
        trip_id = TripId(trip.trip_id if number == 1 else f"{trip.trip_id}-{number}")
        if trip_id not in given and works.get(trip_id, {work}) == {work}:
            return trip_id
    raise AssertionError("numbers do not end")


def list_former(
    trips: tuple[Trip, ...], used: Iterable[tuple[TripId, str]]
) -> tuple[tuple[TripId, str], ...]:
    """Return the ids used before that these trips do not use for the same work."""
    own = {(trip.trip_id, tell_work(trip)) for trip in trips}
    return tuple(sorted(set(used) - own))
