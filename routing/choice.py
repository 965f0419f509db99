"""The choice of trips from a pool, by CP-SAT: each with its date, vehicle and crew."""

from ortools.sat.python import cp_model

from routing.compiled import Compiled
from routing.schedule import Dated, go_together


def choose_trips(
    board: Compiled, pool: list[Dated], hint: list[Dated], seed: int, effort: float
) -> tuple[list[Dated], bool]:
    """Return the best month made of trips of the pool, and whether that is proved.

    `effort` is CP-SAT's deterministic time, so that the same input gives the same answer.
    """
    model = cp_model.CpModel()
    take = [model.new_bool_var("") for _ in pool]
    by_job: dict[int, list[int]] = {k: [] for k in range(len(board.jobs))}
    by_day: dict[tuple[str, int, int], list[int]] = {}
    by_week: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for k, trip in enumerate(pool):
        for job in trip.timed.order:
            by_job[job].append(k)
        weeks: dict[int, list[int]] = {}
        for number, day in enumerate(trip.timed.days, trip.timed.first):
            by_day.setdefault(("car", trip.timed.car, number), []).append(k)
            by_day.setdefault(("crew", trip.crew, number), []).append(k)
            weeks.setdefault(board.weeks[number], []).append(day.drive_min)
        for week, drives in weeks.items():
            by_week.setdefault((trip.crew, week), []).append((k, sum(drives), len(drives)))
    for group in (*by_job.values(), *by_day.values()):
        model.add_at_most_one(take[k] for k in group)
    for rows in by_week.values():
        model.add(sum(d * take[k] for k, d, _ in rows) <= board.limits.drive_week)
        model.add(sum(n * take[k] for k, _, n in rows) <= board.limits.work_days)
    _forbid_pairs(board, pool, take, model)
    for number, job in enumerate(board.jobs):
        for giver, _, _ in job.givers:
            model.add(sum(take[k] for k in by_job[number]) <= sum(take[k] for k in by_job[giver]))
    worth = [sum(board.jobs[job].penalty_vnd for job in trip.timed.order) for trip in pool]
    model.minimize(
        sum(
            (trip.timed.cost_vnd + trip.timed.wish_vnd - gain) * var
            for trip, gain, var in zip(pool, worth, take, strict=True)
        )
    )
    hinted = set(map(id, hint))
    for trip, var in zip(pool, take, strict=True):
        model.add_hint(var, id(trip) in hinted)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return hint, False
    chosen = [trip for trip, var in zip(pool, take, strict=True) if solver.boolean_value(var)]
    return chosen, status == cp_model.OPTIMAL


def _forbid_pairs(
    board: Compiled, pool: list[Dated], take: list[cp_model.IntVar], model: cp_model.CpModel
) -> None:
    """Forbid two trips that break a gap or a chain between them."""
    linked: dict[object, list[int]] = {}
    for k, trip in enumerate(pool):
        keys: set[object] = set()
        for number in trip.timed.order:
            job = board.jobs[number]
            if job.gap_group:
                keys.add(job.gap_group)
            keys |= {giver for giver, _, _ in job.givers} | {number}
        for key in keys:
            linked.setdefault(key, []).append(k)
    done: set[tuple[int, int]] = set()
    for key, rows in linked.items():
        if not (isinstance(key, str) or any(key == g for j in board.jobs for g, _, _ in j.givers)):
            continue
        for n, a in enumerate(rows):
            for b in rows[n + 1 :]:
                if (a, b) not in done and not go_together(board, pool[a], pool[b]):
                    done.add((a, b))
                    model.add_bool_or(~take[a], ~take[b])
