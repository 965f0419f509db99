"""The choice of trips from a pool, by CP-SAT: each with its date, vehicle and crew."""

from collections.abc import Iterator

from ortools.sat.python import cp_model

from routing.compiled import Compiled
from routing.schedule import Dated
from search.cp_sat import solve_model


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
    _keep_weeks(board, take, model, by_week)
    _keep_rest(board, pool, take, model)
    _keep_gaps(board, pool, take, model)
    _keep_chains(board, pool, take, model, by_job)
    worth = [sum(board.jobs[job].penalty_vnd for job in trip.timed.order) for trip in pool]
    model.minimize(
        sum(
            (trip.timed.cost_vnd + trip.timed.wish_vnd - gain) * var
            for trip, gain, var in zip(pool, worth, take, strict=True)
        )
        + sum(_list_uneven(board, pool, take, model, by_job))
    )
    hinted = set(map(id, hint))
    for trip, var in zip(pool, take, strict=True):
        model.add_hint(var, id(trip) in hinted)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    status = solve_model(solver, model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return hint, False
    chosen = [trip for trip, var in zip(pool, take, strict=True) if solver.boolean_value(var)]
    return chosen, status == cp_model.OPTIMAL


def _keep_weeks(
    board: Compiled,
    take: list[cp_model.IntVar],
    model: cp_model.CpModel,
    by_week: dict[tuple[int, int], list[tuple[int, int, int]]],
) -> None:
    """Limit the driving and the days of each crew and week, less what is past of them."""
    past = {
        (crew, week): (drive, days)
        for crew, team in enumerate(board.teams)
        for week, drive, days in team.past_weeks
    }
    for key, rows in by_week.items():
        drive, days = past.get(key, (0, 0))
        if drive > board.limits.drive_week:
            model.add(sum(take[k] for k, _, _ in rows) == 0)
            continue
        model.add(sum(d * take[k] for k, d, _ in rows) <= board.limits.drive_week - drive)
        model.add(sum(n * take[k] for k, _, n in rows) <= max(0, board.limits.work_days - days))


def _keep_rest(
    board: Compiled, pool: list[Dated], take: list[cp_model.IntVar], model: cp_model.CpModel
) -> None:
    """Leave each crew a day off in any span of days one longer than it may work in a row."""
    limit = board.limits.days_in_row
    for crew, team in enumerate(board.teams):
        own = [(k, trip.timed) for k, trip in enumerate(pool) if trip.crew == crew]
        for start in range(-limit, len(board.weeks)):
            past = team.worked >> (start + limit) & ((1 << limit + 1) - 1)
            rows = [
                (k, min(timed.last, start + limit) - max(timed.first, start) + 1)
                for k, timed in own
                if timed.first <= start + limit and timed.last >= start
            ]
            if rows:
                most = max(0, limit - past.bit_count())
                model.add(sum(days * take[k] for k, days in rows) <= most)


def _keep_gaps(
    board: Compiled, pool: list[Dated], take: list[cp_model.IntVar], model: cp_model.CpModel
) -> None:
    """Allow one visit of a group in any span of days as long as the longer gap of two."""
    groups: dict[str, dict[int, list[tuple[int, int]]]] = {}
    for k, trip in enumerate(pool):
        for number, day in enumerate(trip.timed.days, trip.timed.first):
            for job in day.jobs:
                if group := board.jobs[job].gap_group:
                    groups.setdefault(group, {}).setdefault(job, []).append((number, k))
    for _, rows_of in sorted(groups.items()):
        for gap in sorted({board.jobs[job].gap_days for job in rows_of}):
            far = [job for job in sorted(rows_of) if board.jobs[job].gap_days >= gap]
            near = [job for job in sorted(rows_of) if board.jobs[job].gap_days < gap]
            for other in [[job] for job in near] or [[]]:
                days = [row for job in (*far, *other) for row in rows_of[job]]
                for start in range(len(board.weeks)):
                    rows = sorted({k for number, k in days if start <= number < start + gap})
                    if len(rows) > 1:
                        model.add_at_most_one(take[k] for k in rows)


def _keep_chains(
    board: Compiled,
    pool: list[Dated],
    take: list[cp_model.IntVar],
    model: cp_model.CpModel,
    by_job: dict[int, list[int]],
) -> None:
    """Serve a receiver only with its giver: on one trip, or later from the same depot."""
    for number, visit in enumerate(board.jobs):
        for giver in sorted({giver for giver, _, _ in visit.givers}):
            model.add(sum(take[k] for k in by_job[number]) <= sum(take[k] for k in by_job[giver]))
            gets = [k for k in by_job[number] if giver not in pool[k].timed.order]
            gives = [k for k in by_job[giver] if number not in pool[k].timed.order]
            for first in sorted({pool[k].timed.first for k in gets}):
                early = [k for k in gets if pool[k].timed.first <= first]
                late = [k for k in gives if pool[k].timed.last + board.check_days >= first]
                model.add_at_most_one(take[k] for k in (*early, *late))
            for depot in sorted({car.depot for car in board.cars}):
                here = [k for k in gets if board.cars[pool[k].timed.car].depot == depot]
                away = [k for k in gives if board.cars[pool[k].timed.car].depot != depot]
                if here and away:
                    model.add_at_most_one(take[k] for k in (*here, *away))


def _list_uneven(
    board: Compiled,
    pool: list[Dated],
    take: list[cp_model.IntVar],
    model: cp_model.CpModel,
    by_job: dict[int, list[int]],
) -> Iterator[cp_model.LinearExpr]:
    """Yield what unevenness counts among crews, and among communes."""
    balance = board.balance
    for group in balance.alike if balance.day_vnd else ():
        most = model.new_int_var(0, len(board.weeks), "")
        least = model.new_int_var(0, len(board.weeks), "")
        for crew in group:
            rows = [(k, len(t.timed.days)) for k, t in enumerate(pool) if t.crew == crew]
            days = sum(count * take[k] for k, count in rows)
            model.add(most >= days)
            model.add(least <= days)
        yield balance.day_vnd * (most - least)
    by_commune: dict[str, list[int]] = {}
    for job, code in enumerate(balance.commune_by_job):
        if code and balance.visit_vnd:
            by_commune.setdefault(code, []).append(job)
    for jobs in by_commune.values():
        if len(jobs) > 1:
            beyond = model.new_int_var(0, len(jobs) - 1, "")
            served = sum(take[k] for job in jobs for k in by_job[job])
            model.add(beyond >= len(jobs) - 1 - served)
            yield balance.visit_vnd * beyond
