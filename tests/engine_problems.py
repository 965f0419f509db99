"""Small routing problems for the tests of the compiled engine and of the benchmarks that use it."""

import itertools
import math

import numpy as np

from routing.pvrp.problem import INFINITE, Client, RouteProblem, ServiceRequest

ALWAYS = ((0.0, INFINITE),)
QUICK = 1600  # rounds of each stream


def ways(places):
    return np.array([[[math.dist(a, b) for b in places] for a in places]])


def single(place, *, patterns=(((0,),),), take=1.0, service=0.0, window=ALWAYS, **more):
    return ServiceRequest(Client(place, service, (0.0,), (take,), window), patterns, **more)


def pair(first, second, load=1.0):
    """Two requests in a row that `benchmarks.pairs` makes one."""
    return [
        ServiceRequest(Client(place, 0.0, (0.0,), (take,), ALWAYS), (((0,),),))
        for place, take in ((first, load), (second, -load))
    ]


def length(problem, routes):
    types = problem.vehicle_types
    return sum(
        problem.cost[types[r.vehicle_type].road, a, b]
        for r in routes
        for a, b in itertools.pairwise(
            (types[r.vehicle_type].depot, *r.places, types[r.vehicle_type].depot)
        )
    )


def make(kinds, requests, places):
    table = ways(places)
    return RouteProblem(tuple(kinds), tuple(requests), table, table)


def cheapest_partition(table, room):
    """The least length of routes of at most `room` places each, by trying all of them."""
    num = len(table) - 1
    tour = {}
    for size in range(1, room + 1):
        for group in itertools.combinations(range(1, num + 1), size):
            tour[frozenset(group)] = min(
                sum(table[a, b] for a, b in itertools.pairwise((0, *order, 0)))
                for order in itertools.permutations(group)
            )
    best = {frozenset(): 0.0}

    def least(rest):
        if rest not in best:
            first = min(rest)
            best[rest] = min(
                cost + least(rest - group)
                for group, cost in tour.items()
                if first in group and group <= rest
            )
        return best[rest]

    return least(frozenset(range(1, num + 1)))
