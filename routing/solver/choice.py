"""The choice of trips from a pool, by CP-SAT: each with its date, vehicle and crew."""

from collections.abc import Iterator
from typing import Any

from routing.month.instance import MonthInstance
from routing.month.schedule import count_rest, leave_lone_riders, served_days
from routing.month.timetable import DatedTrip
from search.set_partitioning import SetPartitioning

Parts = SetPartitioning[DatedTrip]


def choose_trips(
    instance: MonthInstance, pool: list[DatedTrip], hint: list[DatedTrip], seed: int, effort: float
) -> tuple[list[DatedTrip], bool, float]:
    """Return the best month made of trips of the pool, whether that is proved, and the effort.

    `effort` is CP-SAT's deterministic time at most, so that the same input gives the same answer.
    """
    pool = leave_lone_riders(instance, pool)
    hint = leave_lone_riders(instance, hint)
    parts = SetPartitioning(pool)
    by_job: dict[int, list[int]] = {k: [] for k in range(len(instance.jobs))}
    by_day: dict[tuple[str, int, int], list[int]] = {}
    by_week: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for k, trip in enumerate(pool):
        for job in trip.order:
            by_job[job].append(k)
        weeks: dict[int, list[int]] = {}
        for number, day in enumerate(trip.days, trip.first):
            by_day.setdefault(("car", trip.car, number), []).append(k)
            by_day.setdefault(("crew", trip.crew, number), []).append(k)
            weeks.setdefault(instance.weeks[number], []).append(day.drive_min)
        for week, drives in weeks.items():
            by_week.setdefault((trip.crew, week), []).append((k, sum(drives), len(drives)))
    for group in (*by_job.values(), *by_day.values()):
        parts.allow_one(group)
    _keep_weeks(instance, parts, by_week)
    _keep_rest(instance, parts)
    _keep_gaps(instance, parts)
    _keep_chains(instance, parts, by_job)
    worth = [sum(instance.jobs[job].penalty_vnd for job in trip.order) for trip in pool]
    cost = sum(
        (trip.value_vnd - gain) * var
        for trip, gain, var in zip(pool, worth, parts.take, strict=True)
    )
    hinted = set(map(id, hint))
    chosen, is_proved = parts.choose(
        cost + sum(_list_uneven(instance, parts, by_job)),
        (id(trip) in hinted for trip in pool),
        seed=seed,
        limits={"num_workers": 1, "max_deterministic_time": effort},
    )
    return (hint if chosen is None else chosen), is_proved, parts.spent


def _keep_weeks(
    instance: MonthInstance,
    parts: Parts,
    by_week: dict[tuple[int, int], list[tuple[int, int, int]]],
) -> None:
    """Limit the driving and the days of each crew and week, less what is past of them."""
    past = {
        (crew, week): (drive, days)
        for crew, team in enumerate(instance.teams)
        for week, drive, days in team.past_weeks
    }
    for key, rows in by_week.items():
        drive, days = past.get(key, (0, 0))
        if drive > instance.limits.drive_week:
            parts.model.add(parts.count(k for k, _, _ in rows) == 0)
            continue
        minutes = sum(d * parts.take[k] for k, d, _ in rows)
        parts.model.add(minutes <= instance.limits.drive_week - drive)
        worked = sum(n * parts.take[k] for k, _, n in rows)
        parts.model.add(worked <= max(0, instance.limits.work_days - days))


def _keep_rest(instance: MonthInstance, parts: Parts) -> None:
    """Leave each crew a day off in any span of days one longer than it may work in a row."""
    limit = instance.limits.days_in_row
    for crew, team in enumerate(instance.teams):
        own = [(k, trip) for k, trip in enumerate(parts.pool) if trip.crew == crew]
        for start in range(-limit, len(instance.weeks)):
            past = team.worked >> (start + limit) & ((1 << limit + 1) - 1)
            rows = [
                (k, min(trip.last, start + limit) - max(trip.first, start) + 1)
                for k, trip in own
                if trip.first <= start + limit and trip.last >= start
            ]
            if rows:
                most = max(0, limit - past.bit_count())
                parts.model.add(sum(days * parts.take[k] for k, days in rows) <= most)


def _keep_gaps(instance: MonthInstance, parts: Parts) -> None:
    """Allow one visit of a group in any span of days as long as the longer gap of two."""
    groups: dict[str, dict[int, list[tuple[int, int]]]] = {}
    for k, trip in enumerate(parts.pool):
        for number, day in enumerate(trip.days, trip.first):
            for job in day.jobs:
                if group := instance.jobs[job].gap_group:
                    groups.setdefault(group, {}).setdefault(job, []).append((number, k))
    for _, rows_of in sorted(groups.items()):
        for gap in sorted({instance.jobs[job].gap_days for job in rows_of}):
            far = [job for job in sorted(rows_of) if instance.jobs[job].gap_days >= gap]
            near = [job for job in sorted(rows_of) if instance.jobs[job].gap_days < gap]
            for other in [[job] for job in near] or [[]]:
                days = [row for job in (*far, *other) for row in rows_of[job]]
                for start in range(len(instance.weeks)):
                    rows = sorted({k for number, k in days if start <= number < start + gap})
                    if len(rows) > 1:
                        parts.allow_one(rows)


def _keep_chains(instance: MonthInstance, parts: Parts, by_job: dict[int, list[int]]) -> None:
    """Serve a receiver only with its giver: on one trip, or later from the same depot."""
    for number, visit in enumerate(instance.jobs):
        for giver in sorted({giver for giver, _, _ in visit.givers}):
            parts.model.add(parts.count(by_job[number]) <= parts.count(by_job[giver]))
            gets = [k for k in by_job[number] if giver not in parts.pool[k].order]
            gives = [k for k in by_job[giver] if number not in parts.pool[k].order]
            for first in sorted({parts.pool[k].first for k in gets}):
                early = [k for k in gets if parts.pool[k].first <= first]
                late = [k for k in gives if _find_ready(instance, parts.pool[k], giver) > first]
                parts.allow_one((*early, *late))
            for depot in sorted({car.depot for car in instance.cars}):
                here = [k for k in gets if instance.cars[parts.pool[k].car].depot == depot]
                away = [k for k in gives if instance.cars[parts.pool[k].car].depot != depot]
                if here and away:
                    parts.allow_one((*here, *away))


def _find_ready(instance: MonthInstance, trip: DatedTrip, giver: int) -> int:
    """Return the first day on which what a visit of a trip took may go out again."""
    rest = count_rest(instance, giver, served_days(trip)[giver])
    return trip.last + rest + instance.check_days + 1


def _list_uneven(
    instance: MonthInstance, parts: Parts, by_job: dict[int, list[int]]
) -> Iterator[Any]:
    """Yield what unevenness counts among crews, and among communes."""
    balance = instance.balance
    for group in balance.alike if balance.day_vnd else ():
        most = parts.model.new_int_var(0, len(instance.weeks), "")
        least = parts.model.new_int_var(0, len(instance.weeks), "")
        for crew in group:
            rows = [(k, len(t.days)) for k, t in enumerate(parts.pool) if t.crew == crew]
            days = sum(count * parts.take[k] for k, count in rows)
            parts.model.add(most >= days)
            parts.model.add(least <= days)
        yield balance.day_vnd * (most - least)
    by_commune: dict[str, list[int]] = {}
    for job, code in enumerate(balance.commune_by_job):
        if code and balance.visit_vnd:
            by_commune.setdefault(code, []).append(job)
    for jobs in by_commune.values():
        if len(jobs) > 1:
            beyond = parts.model.new_int_var(0, len(jobs) - 1, "")
            served = parts.count(k for job in jobs for k in by_job[job])
            parts.model.add(beyond >= len(jobs) - 1 - served)
            yield balance.visit_vnd * beyond
