"""Why a visit is not served: the one rule without which it would be, found by trying."""

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

from province.amounts import write_smallest
from province.dates import clock
from province.language import Message, message
from routing.month.instance import Job, MonthInstance, list_partners
from routing.month.roster import Roster
from routing.month.schedule import list_singles, month_value
from routing.month.timetable import DatedTrip
from routing.problem import TripProblem, is_far_from
from routing.solver.insertions import list_insertions
from routing.solver.obstacles import DayObstacle, choose_code, find_obstacles, tell_obstacles
from routing.solver.pins import give_withheld, tell_pin, unpin
from routing.trips import Unserved

CODES = (
    "no_road",
    "last_mile",
    "pinned",
    "locked_down",
    "put_off",
    "site_never_open",
    "hours",
    "no_vehicle_fits",
    "crew_too_small",
    "depot_mismatch",
    "driving_law",
    "days_off",
    "several_rules",
    "giver_unserved",
    *(obstacle.value for obstacle in DayObstacle),
    "own_trip",
    "priced_out",
)
NO_TRIP = frozenset(
    {
        "no_road",
        "last_mile",
        "site_never_open",
        "hours",
        "no_vehicle_fits",
        "crew_too_small",
        "depot_mismatch",
        "driving_law",
        "days_off",
        "several_rules",
    }
)
"""Reasons that hold for a visit alone: no trip at all can make it, were there no other visit."""

MANY = 10**6


Cause = tuple[str, Callable[[MonthInstance, int], MonthInstance], Message]
"""A rule that is loosened for one visit to see whether that serves it: code, how, reason."""


def explain_unserved(
    problem: TripProblem, instance: MonthInstance, chosen: list[DatedTrip]
) -> tuple[Unserved, ...]:
    """Return every visit that no trip serves, with its reason; `planning.fixes` adds the change."""
    served = {job for trip in chosen for job in trip.order}
    return tuple(
        _explain(problem, instance, chosen, served, job)
        for job in range(len(instance.jobs))
        if job not in served
    )


def _explain(
    problem: TripProblem,
    instance: MonthInstance,
    chosen: list[DatedTrip],
    served: set[int],
    job: int,
) -> Unserved:
    alone = list_singles(_without_chain(instance, job), job)
    if not alone:
        return _explain_alone(problem, instance, job)
    lost = [giver for giver, _, _ in instance.jobs[job].givers if giver not in served]
    if lost or instance.jobs[job].lacks_giver:
        return _lacks_batch(problem, lost, job)
    extra = _find_extra(instance, chosen, job)
    held = problem.withheld.get(problem.visits[job].visit_id)
    if held is not None:
        free = _find_extra(give_withheld(problem, instance, job), chosen, job)
        if free is not None and free <= 0 and (extra is None or free < extra):
            return Unserved(problem.visits[job].visit_id, held.code, held.reason)
    pin = problem.visits[job].pin
    if pin is not None:
        free = _find_extra(unpin(problem, instance, job), chosen, job)
        if free is not None and free <= 0 and (extra is None or free < extra):
            return Unserved(
                problem.visits[job].visit_id,
                "pinned",
                message(
                    "{pin}; without that there is a place for it beside the other trips",
                    pin=tell_pin(pin),
                ),
            )
    if extra is not None and instance.jobs[job].rides:
        return _ask_own_trip(problem, instance, job, extra)
    if extra is not None:
        return _priced_out(problem, instance, job, extra)
    roster = Roster(instance, chosen)
    obstacles = find_obstacles(roster, alone, job)
    return Unserved(
        problem.visits[job].visit_id,
        choose_code(obstacles),
        tell_obstacles(problem, roster, obstacles, job),
    )


def _find_extra(instance: MonthInstance, chosen: list[DatedTrip], job: int) -> int | None:
    """Return what the objective rises by with a visit at its first place; None without any."""
    roster = Roster(instance, chosen)
    for _, old, new in list_insertions(roster, job):
        if roster.fits(new, old):
            rest = [trip for trip in chosen if trip is not old]
            return month_value(instance, [*rest, new]) - month_value(instance, chosen)
    return None


def _lacks_batch(problem: TripProblem, lost: list[int], job: int) -> Unserved:
    names = ", ".join(problem.visits[giver].visit_id for giver in lost)
    return Unserved(
        problem.visits[job].visit_id,
        "giver_unserved",
        message("its batch stands at a site that is not visited ({visits})", visits=names or "-"),
    )


def _priced_out(problem: TripProblem, instance: MonthInstance, job: int, extra: int) -> Unserved:
    """Say what serving a visit costs, when the objective would rise by `extra`."""
    more = extra + instance.jobs[job].penalty_vnd
    return Unserved(
        problem.visits[job].visit_id,
        "priced_out",
        message(
            "serving it costs {cost} more, leaving it out counts {worth}",
            cost=write_smallest(more, problem.currency),
            worth=write_smallest(instance.jobs[job].penalty_vnd, problem.currency),
        ),
        fix_cost_vnd=more,
    )


def _ask_own_trip(problem: TripProblem, instance: MonthInstance, job: int, extra: int) -> Unserved:
    """Say what bringing a visit costs that only rides along, when no trip brings it for less."""
    more = extra + instance.jobs[job].penalty_vnd
    return Unserved(
        problem.visits[job].visit_id,
        "own_trip",
        message(
            "no trip that drives anyhow brings it for {worth} or less; the cheapest way costs"
            " {cost} more",
            worth=write_smallest(problem.visits[job].ride_vnd or 0, problem.currency),
            cost=write_smallest(more, problem.currency),
        ),
        fix_cost_vnd=more,
    )


def _explain_alone(problem: TripProblem, instance: MonthInstance, job: int) -> Unserved:
    visit_id = problem.visits[job].visit_id
    if not _has_road(instance, instance.jobs[job]):
        return Unserved(
            visit_id,
            "no_road",
            message("no road that is open leads there for any vehicle on any date"),
        )
    if problem.visits[job].village_id is not None and not any(instance.jobs[job].windows):
        return Unserved(
            visit_id,
            "last_mile",
            message("on no day do the village's motorbikes get all its boxes down and up in time"),
            message("station one more motorbike there, or send a smaller batch"),
            None,
        )
    base = _without_chain(instance, job)
    held = problem.withheld.get(visit_id)
    if held is not None and list_singles(give_withheld(problem, base, job), job):
        return Unserved(visit_id, held.code, held.reason)
    if near := _list_near_past(problem, job):
        return Unserved(
            visit_id,
            "gap_days",
            message(
                "every day on which it is open is less than {gap} days from the session on {days}",
                gap=problem.visits[job].gap_days,
                days=", ".join(day.isoformat() for day in near),
            ),
        )
    pin = problem.visits[job].pin
    if pin is not None and list_singles(unpin(problem, base, job), job):
        return Unserved(
            visit_id,
            "pinned",
            message("{pin}; no trip at all can keep to that", pin=tell_pin(pin)),
        )
    found: list[tuple[bool, int, int, str, Message]] = []
    for rank, (code, loosen, reason) in enumerate(_causes(instance, problem, job)):
        if trips := list_singles(loosen(base, job), job):
            cost = min(trip.cost_vnd for trip in trips)
            found.append((code != "days_off", cost, rank, code, reason))
    if found:  # who could serve it but is away comes first
        *_, code, reason = min(found, key=lambda item: item[:3])
        return Unserved(visit_id, code, reason)
    return Unserved(
        visit_id,
        "several_rules",
        message("more than one rule forbids it: hours, vehicles, crews or driving law together"),
    )


def _list_near_past(problem: TripProblem, job: int) -> tuple[date, ...]:
    """Return the visits made that are too near to every day of a visit; none if some day is far."""
    visit = problem.visits[job]
    days = {window.day for window in visit.windows if window.day in problem.days}
    made = problem.past_visits.get(visit.gap_group, ())
    if not days or any(is_far_from(made, visit, day) for day in days):
        return ()
    return tuple(d for d in made if any(abs((d - day).days) < visit.gap_days for day in days))


def _has_road(instance: MonthInstance, job: Job) -> bool:
    return any(
        car.depot == job.site
        or (
            instance.tables[n].drive[car.depot][job.site] >= 0
            and instance.tables[n].drive[job.site][car.depot] >= 0
        )
        for car in instance.cars
        for n in set(car.tables)
    )


def _change(instance: MonthInstance, **changes: Any) -> MonthInstance:
    return dataclasses.replace(instance, cache={}, **changes)


def _change_job(instance: MonthInstance, number: int, **changes: Any) -> MonthInstance:
    new = dataclasses.replace(instance.jobs[number], **changes)
    jobs = tuple(new if k == number else job for k, job in enumerate(instance.jobs))
    return _change(instance, jobs=jobs, partners=list_partners(jobs))


def _without_chain(instance: MonthInstance, number: int) -> MonthInstance:
    return _change_job(instance, number, givers=(), lacks_giver=False)


def _any_hours(instance: MonthInstance, number: int) -> MonthInstance:
    days = len(instance.weeks)
    windows = (((0, 1440),),) * days
    return _change_job(instance, number, windows=windows, window_ids=(-1,) * days)


def _any_vehicle(instance: MonthInstance, number: int) -> MonthInstance:
    instance = _change_job(instance, number, vehicles=frozenset(range(len(instance.cars))))
    large = (dataclasses.replace(car, boxes=MANY, kg=float(MANY)) for car in instance.cars)
    return _change(instance, cars=tuple(large))


def _any_crew(instance: MonthInstance, number: int) -> MonthInstance:
    need, cars = instance.jobs[number].crew_min, frozenset(range(len(instance.cars)))
    instance = _change_job(instance, number, crews=frozenset(range(len(instance.teams))))
    large = (
        dataclasses.replace(team, members=max(need, team.members), cars=cars)
        for team in instance.teams
    )
    return _change(instance, teams=tuple(large))


def _any_duty(instance: MonthInstance, _: int) -> MonthInstance:
    limits = instance.limits._replace(
        drive_day=1440, drive_week=7 * 1440, duty=1440, start=0, end=1440, nights=6, meal=0
    )
    light = ((0, 1440),) * len(instance.light)
    return _change(instance, limits=limits, light=light, light_ids=(0,) * len(light))


def _no_days_off(instance: MonthInstance, _: int) -> MonthInstance:
    always = (True,) * len(instance.weeks)
    cars = tuple(dataclasses.replace(car, is_free=always) for car in instance.cars)
    teams = tuple(dataclasses.replace(team, is_free=always) for team in instance.teams)
    return _change(instance, cars=cars, teams=teams)


def _causes(instance: MonthInstance, problem: TripProblem, job: int) -> tuple[Cause, ...]:
    visit = problem.visits[job]
    boxes = max(sum(p.boxes for p in visit.leaves), sum(p.boxes for p in visit.takes))
    is_never_open = not any(instance.jobs[job].windows)
    limits = instance.limits
    return (
        (
            "no_vehicle_fits",
            _any_vehicle,
            message("no vehicle that gets there carries {boxes} boxes", boxes=boxes)
            if not visit.needs_session_vehicle
            else message(
                "no vehicle that gets there can hold a session and carries {boxes} boxes",
                boxes=boxes,
            )
            if boxes
            else message("no vehicle that gets there can hold a session"),
        ),
        (
            "crew_too_small",
            _any_crew,
            message(
                "no crew has {members} people with the skills it needs", members=visit.crew_min
            ),
        ),
        (
            "depot_mismatch",
            lambda month, number: _change_job(month, number, depots=frozenset()),
            message("its boxes lie at, or must go to, a depot that no fitting vehicle starts from"),
        ),
        (
            "days_off",
            _no_days_off,
            message("the vehicles and crews that fit are away on its dates"),
        ),
        (
            "site_never_open" if is_never_open else "hours",
            _any_hours,
            message("the site is never open for it this month")
            if is_never_open
            else message("its hours are too short or too early to get there and back in time"),
        ),
        (
            "driving_law",
            _any_duty,
            message(
                "the way is too long for driving hours, duty {start} to {end}, meals and nights"
                " allowed",
                start=clock(limits.start),
                end=clock(limits.end),
            )
            if limits.meal
            else message(
                "the way is too long for driving hours, duty {start} to {end} and nights allowed",
                start=clock(limits.start),
                end=clock(limits.end),
            ),
        ),
    )
