"""In which order trips set out, so that what one brings back is there for another."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from planning.joint.swaps import Source, list_sources, list_stops, measure_room
from planning.survey import Survey
from province.ids import TripId
from province.visits import Movement
from rotation.instance.instance import build_instance
from rotation.problem import Floats, Ints, RotationProblem, index_libraries
from routing.trips import Trip, TripPlan

MONTHS = 2
"""Months of a stay by which it is measured where a batch is worth most."""

LEAST_GAIN = 1e-6


@dataclass(frozen=True, slots=True)
class Matching:
    """Which batches could be left at which stops, whenever their trips set out.

    Parameters
    ----------
    points
        What a batch is worth at a stop; 0 where it never may come; shape (batches, stops).
    ready
        Ordinal of the first day on which a trip may set out with a batch of the store room.
    fetched
        The trip that fetches a batch; −1 for one of the store room.
    is_before
        Whether a batch is fetched before the stop on the same trip; shape (batches, stops).
    trip
        The trip of each stop.
    check_days
        Days from the last of a trip to the first on which what it brought sets out again.
    """

    points: Floats
    ready: Ints
    fetched: Ints
    is_before: npt.NDArray[np.bool_]
    trip: Ints
    check_days: int

    def measure(self, firsts: Ints, lasts: Ints) -> float:
        """Return the most points that batches bring where trips have these first and last days."""
        back = np.where(self.fetched < 0, self.ready, lasts[self.fetched] + self.check_days)
        is_in_time = back[:, None] <= firsts[self.trip][None, :]
        is_same = self.fetched[:, None] == self.trip[None, :]
        points = np.where(np.where(is_same, self.is_before, is_in_time), self.points, 0.0)
        rows, columns = linear_sum_assignment(points, maximize=True)
        return float(points[rows, columns].sum())


def order_trips(
    survey: Survey, problem: RotationProblem, asked: tuple[Movement, ...], trips: TripPlan
) -> TripPlan:
    """Return trips at dates at which their stops can be given the batches that are worth most.

    Two trips of as many days change their days where vehicles and crews are free, as long as the
    best matching of batches and stops grows. Only the days of the trips are changed: times are for
    whoever takes them up.
    """
    made = trips.trips
    matching = pose_matching(survey, problem, asked, trips)
    if len(made) < 2 or not matching.points.size:
        return trips
    firsts = np.array([trip.first_day.toordinal() for trip in made])
    lasts = np.array([trip.last_day.toordinal() for trip in made])
    best, is_better = matching.measure(firsts, lasts), True
    while is_better:
        is_better = False
        for one, other in combinations(range(len(made)), 2):
            if lasts[one] - firsts[one] != lasts[other] - firsts[other]:
                continue
            pair, swapped = [one, other], [other, one]
            new_firsts, new_lasts = firsts.copy(), lasts.copy()
            new_firsts[pair], new_lasts[pair] = firsts[swapped], lasts[swapped]
            if not all(_is_free(made, k, new_firsts, new_lasts) for k in pair):
                continue
            points = matching.measure(new_firsts, new_lasts)
            if points > best + LEAST_GAIN:
                firsts, lasts, best, is_better = new_firsts, new_lasts, points, True
    moved = [int(new) - trip.first_day.toordinal() for trip, new in zip(made, firsts, strict=True)]
    return replace(trips, trips=tuple(map(_move, made, moved)))


def pose_matching(
    survey: Survey, problem: RotationProblem, asked: tuple[Movement, ...], trips: TripPlan
) -> Matching:
    """Return what the batches of a problem are worth at each stop, once for each one asked for."""
    stops, library_at = list_stops(trips), index_libraries(problem)
    number = {trip.trip_id: k for k, trip in enumerate(trips.trips)}
    ends = [(survey.homes[move.batch_id], move.to_site) for move in asked]
    wanted = [end for end in ends if end in stops and end[1] in library_at]
    wanted += [end for end in stops if end not in set(wanted) and end[1] in library_at]
    sources = tuple(list_sources(survey, problem, stops))
    value = build_instance(problem).value[:, :, 0, :MONTHS].max(axis=2)
    points = np.zeros((len(sources), len(wanted)))
    is_before = np.zeros(points.shape, dtype=np.bool_)
    for column, (depot, site) in enumerate(wanted):
        trip, stop = stops[depot, site]
        room = measure_room(survey.province, trip, stop)
        for row, source in enumerate(sources):
            batch = problem.batches[source.batch]
            worth = value[source.batch, library_at[site]]
            if batch.depot_id == depot and batch.boxes <= room:
                points[row, column] = max(0.0, worth)
            if source.taken is not None:
                is_before[row, column] = source.taken[1].sequence < stop.sequence
    return Matching(
        points,
        np.array([source.ready.toordinal() for source in sources], dtype=np.int64),
        np.array([_number_trip(source, number) for source in sources], dtype=np.int64),
        is_before,
        np.array([number[stops[end][0].trip_id] for end in wanted], dtype=np.int64),
        survey.province.settings.service.check_days + 1,
    )


def _number_trip(source: Source, number: dict[TripId, int]) -> int:
    return -1 if source.taken is None else number[source.taken[0].trip_id]


def _is_free(trips: tuple[Trip, ...], k: int, firsts: Ints, lasts: Ints) -> bool:
    """Whether vehicle and crew of a trip are on no other trip in its days."""
    return not any(
        firsts[k] <= lasts[j] and firsts[j] <= lasts[k]
        for j, other in enumerate(trips)
        if j != k and (other.vehicle_id == trips[k].vehicle_id or other.crew_id == trips[k].crew_id)
    )


def _move(trip: Trip, days: int) -> Trip:
    if not days:
        return trip
    by = timedelta(days=days)
    return replace(trip, first_day=trip.first_day + by, last_day=trip.last_day + by)
