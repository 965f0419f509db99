"""Money that no trips for some visits can count less than, by arithmetic alone.

It shares nothing with the search: no clock, no loads, no order of batches. What serves a visit
drives a round from the depot by the shortest ways there are on any day, nights included where the
wheel is held longer than the law allows in a day; what does not leaves it out at its price.
"""

import functools
import itertools
from math import ceil, inf

import numpy as np
import numpy.typing as npt

from province.fleet import Vehicle
from province.ids import SiteId
from routing.problem import TripProblem

Floats = npt.NDArray[np.float64]


def bound_trips_vnd(problem: TripProblem) -> float:
    """Return money below which the objective of no trips can lie.

    Rounds share out the visits that are served. Each costs its metres, and the further days and
    nights that its minutes at the wheel fill. One first day is paid in all, as a day may hold more
    than one round. Wishes and unevenness count nothing.
    """
    visits, rounds = problem.visits, _Rounds(problem)
    sites = [visit.site_id for visit in visits]
    lost = [_price_lost(problem, number) for number in range(len(visits))]

    @functools.cache
    def share_out(left: frozenset[int]) -> float:
        """Return the least that rounds for visits, or leaving them out, count."""
        if not left:
            return 0.0
        first = min(left)
        others = sorted(left - {first})
        least = lost[first] + share_out(frozenset(others))
        for count in range(len(others) + 1):
            for more in itertools.combinations(others, count):
                places = frozenset(sites[number] for number in (first, *more))
                cost = rounds.price(places)
                if cost < least:
                    least = min(least, cost + share_out(frozenset(others) - set(more)))
        return least

    served = share_out(frozenset(range(len(visits)))) + rounds.day_vnd
    return min(float(sum(lost)), served)


def _price_lost(problem: TripProblem, number: int) -> float:
    """Return no more than what leaving a visit out counts."""
    visit = problem.visits[number]
    if visit.ride_vnd is not None:
        return float(visit.ride_vnd)
    return float(visit.priority * problem.costs.unserved_vnd_per_priority)


class _Rounds:
    """What a round costs at least, beyond the first day of all rounds."""

    def __init__(self, problem: TripProblem) -> None:
        self.problem = problem
        self.at = {site: number for number, site in enumerate(problem.sites)}
        self.ways = [_list_least(problem, vehicle) for vehicle in problem.vehicles]
        self.members = min((crew.members for crew in problem.crews), default=0)
        costs = problem.costs
        people_vnd = self.members * costs.allowance_vnd_per_person_day
        vehicle_vnd = min((one.cost_vnd_per_day for one in problem.vehicles), default=0)
        self.day_vnd = vehicle_vnd + people_vnd
        self.night_vnd = self.members * costs.night_vnd_per_person
        self.known: dict[frozenset[SiteId], float] = {}

    def price(self, places: frozenset[SiteId]) -> float:
        """Return the money of the cheapest round to some sites, by any vehicle."""
        if places not in self.known:
            each = zip(self.problem.vehicles, self.ways, strict=True)
            self.known[places] = min(
                (self._price_by(vehicle, ways, places) for vehicle, ways in each), default=inf
            )
        return self.known[places]

    def _price_by(
        self, vehicle: Vehicle, ways: tuple[Floats, Floats], places: frozenset[SiteId]
    ) -> float:
        home = self.at[vehicle.depot_id]
        stops = sorted(self.at[place] for place in places)
        metres, minutes = (_measure_shortest(way, home, stops) for way in ways)
        if metres == inf:
            return inf
        days = max(1, ceil(minutes / self.problem.rules.driving_max_day_min))
        more_vnd = (days - 1) * (self.day_vnd + self.night_vnd)
        return metres * vehicle.cost_vnd_per_km / 1000 + more_vnd


def _list_least(problem: TripProblem, vehicle: Vehicle) -> tuple[Floats, Floats]:
    """Return metres and minutes of a vehicle's shortest ways on its best day, by way of any site.

    A way may be longer than one around it, as the quickest is taken: so all detours are tried.
    """
    size = len(problem.sites)
    metres, minutes = np.full((size, size), inf), np.full((size, size), inf)
    for day in problem.days:
        travel = problem.travel(vehicle, day)
        is_way = travel.drive_min >= 0
        metres = np.minimum(metres, np.where(is_way, travel.length_m, inf))
        minutes = np.minimum(minutes, np.where(is_way, travel.drive_min, inf))
    for ways in (metres, minutes):
        np.fill_diagonal(ways, 0.0)
        for k in range(size):
            np.minimum(ways, ways[:, k, None] + ways[None, k], out=ways)
    return metres, minutes


def _measure_shortest(ways: Floats, home: int, stops: list[int]) -> float:
    """Return the length of the shortest round from home past some stops."""
    return min(
        float(sum(ways[a, b] for a, b in itertools.pairwise((home, *order, home))))
        for order in itertools.permutations(stops)
    )
