"""The places that a finished month has for one more visit, the cheapest first."""

import heapq
import itertools
from collections.abc import Iterator

from routing.lns.month_arrays import MAX_STOPS
from routing.month.roster import Roster
from routing.month.schedule import date_trip, list_singles
from routing.month.timetable import DatedTrip

MAX_PLACES = 24  # timetables made to insert one visit

Insertion = tuple[int, DatedTrip | None, DatedTrip]


def list_insertions(roster: Roster, job: int) -> Iterator[Insertion]:
    """Yield (extra cost, trip replaced or None, trip) for a visit, about cheapest first.

    Places are tried in the order of their detour; at most `MAX_PLACES` timetables are made.
    """
    alone: list[Insertion] = [
        (trip.value_vnd, None, trip) for trip in list_singles(roster.instance, job)
    ]
    alone.sort(key=lambda row: row[0])
    yield from heapq.merge(_lengthen(roster, job), alone, key=lambda row: row[0])


def _list_places(roster: Roster, job: int) -> list[tuple[int, DatedTrip, int]]:
    """Return (estimated extra cost, trip, place in its order), the cheapest of them."""
    instance = roster.instance
    one = instance.jobs[job]
    site = one.site
    found: list[tuple[int, DatedTrip, int]] = []
    for trip in roster.trips.values():
        if (
            trip.car not in one.vehicles
            or trip.crew not in one.crews
            or len(trip.order) >= MAX_STOPS
        ):
            continue
        auto = instance.cars[trip.car]
        metres = instance.tables[auto.tables[trip.first]].metres
        out, rate = metres[site], auto.vnd_km
        stops = (auto.depot, *(instance.jobs[j].site for j in trip.order), auto.depot)
        for place, (a, b) in enumerate(itertools.pairwise(stops)):
            detour = metres[a][site] + out[b] - (metres[a][b] if a != b else 0)
            found.append((detour * rate // 1000, trip, place))
    return heapq.nsmallest(MAX_PLACES, found, key=lambda row: row[0])


def _lengthen(roster: Roster, job: int) -> Iterator[Insertion]:
    """Yield (extra cost, trip, that trip with one more visit), about cheapest first."""
    ready: list[tuple[int, int, DatedTrip, DatedTrip]] = []
    for number, (guess, trip, place) in enumerate(_list_places(roster, job)):
        while ready and ready[0][0] <= guess:
            more, _, old, new = heapq.heappop(ready)
            yield more, old, new
        order = (*trip.order[:place], job, *trip.order[place:])
        split = trip.split + (place < trip.split)
        longer = date_trip(roster.instance, order, trip.car, trip.first, trip.crew, split)
        if longer is not None:
            heapq.heappush(ready, (longer.value_vnd - trip.value_vnd, number, trip, longer))
    for more, _, old, new in sorted(ready):
        yield more, old, new
