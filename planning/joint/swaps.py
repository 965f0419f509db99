"""What dated trips can bring where: any batch that is on board in time, whichever was meant."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planning.resting import find_ready_days
from planning.survey import Survey
from province.facts import Province
from province.ids import BatchId, SiteId, VisitId
from province.lockdown import count_rest_days
from province.visits import Movement, Parcel, Task, Visit
from rotation.instance.instance import build_instance
from rotation.problem import RotationPlan, RotationProblem, Swaps, index_batches, index_libraries
from routing.solver.swap_dates import SwapValues
from routing.trips import Stop, Trip, TripPlan


@dataclass(frozen=True, slots=True)
class Source:
    """Where a batch is to be had this month.

    Parameters
    ----------
    batch
        Its index in the rotation's problem.
    ready
        The first day on which a trip may set out with it from its store room.
    taken
        The trip that takes it on before, and where; None: it is in the store room.
    rests
        Whether it comes from where a lockdown holds: it is left nowhere on that trip.
    """

    batch: int
    ready: date
    taken: tuple[Trip, Stop] | None = None
    rests: bool = False


def free_visits(
    survey: Survey, visits: tuple[Visit, ...], announced: Collection[tuple[BatchId, SiteId]] = ()
) -> tuple[Visit, ...]:
    """Return visits as if batches came from their store rooms and went there: none waits.

    But for batches that were announced at a library, which wait as they have to.
    """

    def home(parcel: Parcel, end: SiteId) -> SiteId | None:
        if parcel.batch_id is None or (parcel.batch_id, end) in announced:
            return None
        return survey.homes[parcel.batch_id]

    return tuple(
        dataclasses.replace(
            visit,
            leaves=tuple(
                dataclasses.replace(
                    parcel, from_site=home(parcel, visit.receiver_id) or parcel.from_site
                )
                for parcel in visit.leaves
            ),
            takes=tuple(
                dataclasses.replace(parcel, to_site=home(parcel, parcel.to_site) or parcel.to_site)
                for parcel in visit.takes
            ),
        )
        for visit in visits
    )


def list_swaps(
    survey: Survey, problem: RotationProblem, asked: tuple[Movement, ...], trips: TripPlan
) -> Swaps:
    """Return which batches the trips of a month can bring to the libraries that they visit.

    A batch is in a store room before the trip sets out, brought back and checked by an earlier
    one, or taken on earlier on the same trip. A trip brings it where it exchanges, as far as its
    boxes have room. What is asked where no trip gets to stays asked, and what is pinned may come.
    """
    library_at, batch_at = index_libraries(problem), index_batches(problem)
    stops = _list_stops(trips)
    sources = tuple(_list_sources(survey, problem, stops))
    brought: set[tuple[int, int]] = set()
    visited: set[tuple[SiteId, int]] = set()
    for (home, site), (trip, stop) in stops.items():
        room = _measure_room(survey.province, trip, stop)
        brought |= {
            (source.batch, library_at[site])
            for source in sources
            if site in library_at
            and _is_in_time(source, trip, stop)
            and problem.batches[source.batch].depot_id == home
            and problem.batches[source.batch].boxes <= room
        }
    brought |= {(batch, library) for batch, library, month in problem.pins if month == 0}
    for move in asked:
        home = survey.homes[move.batch_id]
        ends = (move.from_site, move.to_site)
        visited |= {(home, library_at[site]) for site in ends if site in library_at}
        if move.to_site in library_at and (home, move.to_site) not in stops:
            brought.add((batch_at[move.batch_id], library_at[move.to_site]))
    return Swaps(frozenset(visited), frozenset(brought))


def value_swaps(
    survey: Survey,
    problem: RotationProblem,
    rotation: RotationPlan,
    asked: tuple[Movement, ...],
    trips: TripPlan,
) -> SwapValues:
    """Return what each batch is worth in money wherever a trip brings one that is asked for.

    It is worth the points of a stay as long as that of the batch that the rotation brings. A place
    that gets none counts as much again as a usual batch there: a library was to get one. Where
    money counts no points, nothing is worth any.
    """
    library_at, value = index_libraries(problem), build_instance(problem).value
    months = {(s.batch_id, s.site_id, s.first_month): s.months for s in rotation.stays}
    stops, rate = _list_stops(trips), problem.rules.uses_per_million / 1e6
    sources = tuple(_list_sources(survey, problem, stops))
    homes = [problem.batches[source.batch].depot_id for source in sources]
    worth, visits = np.zeros((len(sources), len(asked))), list[VisitId]()
    for move in asked:
        home = survey.homes[move.batch_id]
        if move.to_site not in library_at or (home, move.to_site) not in stops or not rate:
            continue
        length = months.get((move.batch_id, move.to_site, move.month), 1)
        trip, stop = stops[home, move.to_site]
        room = _measure_room(survey.province, trip, stop)
        points = value[[s.batch for s in sources], library_at[move.to_site], 0, length - 1]
        boxes = [problem.batches[source.batch].boxes for source in sources]
        may_come = (points > 0) & (np.array(boxes) <= room) & np.array([h == home for h in homes])
        usual = float(points[may_come].mean()) if may_come.any() else 0.0
        worth[may_come, len(visits)] = np.rint((points[may_come] + usual) / rate)
        visits.append(stop.visit_id)
    return SwapValues(
        tuple(source.taken[1].visit_id if source.taken else None for source in sources),
        tuple(source.ready for source in sources),
        tuple(visits),
        worth[:, : len(visits)],
    )


def _list_stops(trips: TripPlan) -> dict[tuple[SiteId, SiteId], tuple[Trip, Stop]]:
    """Return the stop at which each depot's trips exchange at a library, with its trip."""
    return {
        (trip.depot_id, stop.receiver_id): (trip, stop)
        for trip, stop in trips.stops()
        if Task.EXCHANGE in stop.tasks
    }


def _measure_room(province: Province, trip: Trip, stop: Stop) -> int:
    """Return the most boxes of a batch that the trip can bring in the stead of one that it does."""
    car = next(car for car in province.fleet if car.vehicle_id == trip.vehicle_id)
    largest = max((parcel.boxes for parcel in stop.leaves if parcel.batch_id), default=0)
    return largest + car.capacity_boxes - trip.peak_boxes


def _list_sources(
    survey: Survey,
    problem: RotationProblem,
    stops: Mapping[tuple[SiteId, SiteId], tuple[Trip, Stop]],
) -> Iterator[Source]:
    """Yield the batches in store rooms, and those at libraries that are visited."""
    checked = timedelta(days=survey.province.settings.service.check_days + 1)
    rested = find_ready_days(survey.province, survey.month, survey.past)
    for batch, place in enumerate(problem.placements):
        if place.site_id in problem.depots:
            home = survey.past.homecomings.get(place.batch_id)
            ready = date.min if home is None else home + checked
            yield Source(batch, max(ready, rested.get(place.batch_id, date.min)))
        elif taken := stops.get((problem.batches[batch].depot_id, place.site_id)):
            site = survey.province.site_by_id[place.site_id]
            rest = timedelta(days=count_rest_days(survey.province, site, taken[1].day))
            yield Source(batch, taken[0].last_day + rest + checked, taken, rests=bool(rest))


def _is_in_time(source: Source, trip: Trip, stop: Stop) -> bool:
    if source.taken and source.taken[0].trip_id == trip.trip_id and not source.rests:
        return source.taken[1].sequence < stop.sequence
    return source.ready <= trip.first_day
