"""The whole rotation as one CP-SAT model: what the search is compared with."""

from collections import defaultdict

import numpy as np
from ortools.sat.python import cp_model

from rotation.instance.instance import RotationInstance
from rotation.problem import IndexStay, Schedule

SCALE = 100
"""Solver values are hundredths of a point."""


def solve_at_once(instance: RotationInstance, *, seconds: float, workers: int = 2) -> Schedule:
    """Return the best schedule that one model finds in some seconds; joint demand is left out."""
    model = cp_model.CpModel()
    stays = np.argwhere(np.isfinite(instance.value) & (instance.value > 0)).tolist()
    taken = [model.new_bool_var("") for _ in stays]
    in_month: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
    at_place: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
    once: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
    for (b, p, s, length), variable in zip(stays, taken, strict=True):
        once[b, p].append(variable)
        for t in range(s, s + length + 1):
            in_month[b, t].append(variable)
            at_place[p, t].append(variable)
    for row in (*in_month.values(), *once.values()):
        model.add_at_most_one(row)
    for (p, t), row in at_place.items():
        if instance.capacity_batches[p, t] == 1:
            model.add_at_most_one(row)
        else:
            model.add(sum(row) <= int(instance.capacity_batches[p, t]))
    points = [round(float(instance.value[tuple(stay)]) * SCALE) for stay in stays]
    model.maximize(cp_model.LinearExpr.weighted_sum(taken, points))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    status = solver.solve(model)
    found: list[list[IndexStay]] = [[] for _ in instance.books]
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        for (b, p, s, length), variable in zip(stays, taken, strict=True):
            if solver.boolean_value(variable):
                found[b].append(IndexStay(b, p, s, s + length + 1))
    return tuple(tuple(sorted(own, key=lambda stay: stay.first)) for own in found)
