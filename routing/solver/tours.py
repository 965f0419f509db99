"""Orders of stops from OR-Tools routing, under varied vehicles, lengths of tour and penalties."""

from typing import NamedTuple

import numpy as np
from ortools.constraint_solver import (
    pywrapcp,
    routing_enums_pb2,
    routing_heuristic_parameters_pb2,
)

from routing.month.costs import least_members, list_ways_min, list_ways_vnd, price_day
from routing.month.instance import MonthInstance

TOURS_PER_VEHICLE = 12


class TourTask(NamedTuple):
    """What tours are sought: of a vehicle with the travel of one day, in so many days.

    Shares in percent: of the duty of a day that is counted on, and of what leaving a visit out
    counts. `limit` is how many solutions are looked at.
    """

    car: int
    day: int
    num_days: int
    share_pct: int
    penalty_pct: int
    limit: int


def plan_tours(instance: MonthInstance, task: TourTask) -> list[tuple[int, ...]]:
    """Return the orders of stops of good tours.

    Days are one budget of minutes here; the exact timetable decides later what really fits.
    """
    car, num_days = task.car, task.num_days
    auto = instance.cars[car]
    number = auto.tables[task.day]
    table = instance.tables[number]
    home = auto.depot
    jobs = [
        k
        for k, job in enumerate(instance.jobs)
        if car in job.vehicles
        and job.depots <= {home}
        and table.drive[home][job.site] >= 0
        and table.drive[job.site][home] >= 0
    ]
    if not jobs:
        return []
    sites = [home, *(instance.jobs[job].site for job in jobs)]
    size, cells = len(sites), np.ix_(sites, sites)
    manager = pywrapcp.RoutingIndexManager(size, min(TOURS_PER_VEHICLE, size), 0)
    model = pywrapcp.RoutingModel(manager)
    cost = list_ways_vnd(instance, number, auto.vnd_km)[cells].astype(int).tolist()
    service = np.array([[0], *([instance.jobs[job].service_min] for job in jobs)])
    minutes = (list_ways_min(instance, number)[cells] + service).astype(int).tolist()
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(cost))
    model.SetFixedCostOfAllVehicles(
        num_days * price_day(instance, car, least_members(instance, car))
    )
    transit = model.RegisterTransitMatrix(minutes)
    model.AddDimension(
        transit, 0, num_days * instance.limits.duty * task.share_pct // 100, True, "minutes"
    )
    for name, loads, room in (
        ("boxes", [j.boxes_taken - j.boxes_left for j in instance.jobs], auto.boxes),
        ("kg", [round(j.kg_taken - j.kg_left) for j in instance.jobs], int(auto.kg)),
    ):
        change = model.RegisterUnaryTransitVector([0, *(loads[job] for job in jobs)])
        model.AddDimension(change, 0, room, False, name)
    for node, job in enumerate(jobs, 1):
        penalty = instance.jobs[job].penalty_vnd * task.penalty_pct // 100
        model.AddDisjunction([manager.NodeToIndex(node)], penalty)
    found = model.SolveWithIteratedLocalSearch(_parameters(task.limit))
    return _read_tours(manager, model, found, jobs)


def _parameters(limit: int) -> object:
    """Return those of iterated local search that so many solutions stop, the same way each time."""
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    )
    parameters.solution_limit = limit
    parameters.use_iterated_local_search = True
    search = parameters.iterated_local_search_parameters
    sisr = search.ruin_recreate_parameters.ruin_strategies.add().sisr
    sisr.max_removed_sequence_size = 8
    sisr.avg_num_removed_visits = 8
    sisr.bypass_factor = 0.01
    search.improve_perturbed_solution = False
    insertion = search.ruin_recreate_parameters.recreate_strategy.parameters
    order = routing_heuristic_parameters_pb2.LocalCheapestInsertionParameters
    insertion.local_cheapest_insertion.insertion_sorting_properties.append(
        order.InsertionSortingProperty.SORTING_PROPERTY_RANDOM
    )
    return parameters


def _read_tours(
    manager: pywrapcp.RoutingIndexManager,
    model: pywrapcp.RoutingModel,
    solution: pywrapcp.Assignment | None,
    jobs: list[int],
) -> list[tuple[int, ...]]:
    tours: list[tuple[int, ...]] = []
    if solution is None:
        return tours
    for vehicle in range(model.vehicles()):
        order, index = [], solution.Value(model.NextVar(model.Start(vehicle)))
        while not model.IsEnd(index):
            order.append(jobs[manager.IndexToNode(index) - 1])
            index = solution.Value(model.NextVar(index))
        if order:
            tours.append(tuple(order))
    return tours
