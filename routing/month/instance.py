"""The trip problem as plain indexed numbers that travel between processes."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from province.fleet import Crew
from province.hours import Spans
from province.ids import SiteId
from province.visits import Task, Visit
from routing.last_mile import measure_rides_vnd, share_rides
from routing.month.announced import UNTOLD, AnnouncedJob, number_announced, price_lost, price_missed
from routing.month.balance import Balance, build_balance
from routing.problem import TripProblem, is_far_from

FAR_M = 10_000_000  # metres of a way that is none
DAYLIGHT_STEP_MIN = 10  # daylight is rounded inwards to this, so that days share timetables
SKILL_OF_TASK = {
    Task.EXCHANGE: "exchange",
    Task.KIT: "exchange",
    Task.SESSION: "session",
    Task.TRAINING: "training",
}


@dataclass(frozen=True, slots=True)
class TravelTable:
    """Travel between all sites, as lists: faster than arrays one cell at a time.

    Where there is no way, `drive` is −1 and `metres` is `FAR_M`, so that nobody takes it as near.
    """

    drive: list[list[int]]
    wait: list[list[int]]
    metres: list[list[int]]
    shut: dict[tuple[int, int], Spans]


@dataclass(frozen=True, slots=True)
class Job:
    """One visit in numbers; `giver` names the visit that takes each chained parcel.

    `ride_vnd` is what the rides of a village's motorbikes cost on each day, `resting` the days that
    what it takes on a day rests at home; empty without any. `rides`: it has no trip of its own.
    `missed_vnd` is what it counts on each day that it is none of those preferred or wished for.
    `penalty_vnd` is what leaving it out counts, with what it counts that it was announced.
    """

    site: int
    service_min: int
    boxes_left: int
    boxes_taken: int
    kg_left: float
    kg_taken: float
    windows: tuple[Spans, ...]
    window_ids: tuple[int, ...]
    vehicles: frozenset[int]
    crews: frozenset[int]
    crew_min: int
    penalty_vnd: int
    gap_group: str
    gap_days: int
    missed_vnd: tuple[int, ...]
    depots: frozenset[int]
    givers: tuple[tuple[int, int, float], ...]
    lacks_giver: bool
    ride_vnd: tuple[int, ...] = ()
    resting: tuple[int, ...] = ()
    told: AnnouncedJob = UNTOLD
    rides: bool = False


class WorkLimits(NamedTuple):
    """Law and custom as whole minutes."""

    drive_day: int
    drive_week: int
    drive_run: int
    pause: int
    duty: int
    start: int
    end: int
    nights: int
    buffer: int
    work_days: int
    days_in_row: int
    meal: int
    meal_from: int
    meal_to: int
    meal_after: int
    reload: int
    reload_until: int


@dataclass(frozen=True, slots=True)
class Car:
    """A vehicle in numbers."""

    depot: int
    boxes: int
    kg: float
    vnd_km: int
    vnd_day: int
    tables: tuple[int, ...]
    is_free: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """A crew in numbers; `cars` are the vehicles it may take.

    `past_weeks` are minutes at the wheel and days that it worked already, by week. `worked` are
    those days as bits, the first that counts for days in a row lowest: the first day of the month
    is bit `WorkLimits.days_in_row`.
    """

    members: int
    cars: frozenset[int]
    is_free: tuple[bool, ...]
    past_weeks: tuple[tuple[int, int, int], ...] = ()
    worked: int = 0


@dataclass(frozen=True, slots=True)
class MonthInstance:
    """The whole problem in numbers; indices follow the order of `TripProblem`.

    `partners` are the visits each has a gap or a chain to; `cache` keeps what was
    computed.
    """

    jobs: tuple[Job, ...]
    cars: tuple[Car, ...]
    teams: tuple[Team, ...]
    tables: tuple[TravelTable, ...]
    lodging: tuple[tuple[int, int], ...]
    weeks: tuple[int, ...]
    light: tuple[tuple[int, int], ...]
    light_ids: tuple[int, ...]
    limits: WorkLimits
    night_vnd: int
    allowance_vnd: int
    check_days: int
    partners: tuple[tuple[int, ...], ...]
    balance: Balance
    cache: dict[object, object] = field(default_factory=dict, compare=False, repr=False)


def build_instance(problem: TripProblem) -> MonthInstance:
    """Return the problem in numbers."""
    at = {site: number for number, site in enumerate(problem.sites)}
    rules, costs = problem.rules, problem.costs
    cars, tables = _build_cars(problem, at)
    weeks = [_number_week(day) for day in problem.days]
    light = tuple(_light(problem, number) for number in range(len(problem.days)))
    kinds: dict[Spans, int] = {}
    jobs = tuple(_build_job(problem, visit, at, kinds) for visit in problem.visits)
    return MonthInstance(
        jobs=jobs,
        cars=cars,
        teams=tuple(_build_team(problem, crew) for crew in problem.crews),
        tables=tables,
        lodging=tuple(sorted((at[site], beds) for site, beds in problem.lodging.items())),
        weeks=tuple(week - weeks[0] for week in weeks),
        light=light,
        light_ids=tuple(light.index(span) for span in light),
        limits=WorkLimits(
            drive_day=rules.driving_max_day_min,
            drive_week=rules.driving_max_week_min,
            drive_run=rules.driving_max_continuous_min,
            pause=rules.break_min,
            duty=rules.duty_max_day_min,
            start=rules.earliest_start_min,
            end=rules.latest_end_min,
            nights=rules.max_nights,
            buffer=rules.leg_buffer_min,
            work_days=rules.work_days_per_week,
            days_in_row=rules.work_days_in_a_row,
            meal=rules.meal_min,
            meal_from=rules.meal_from,
            meal_to=rules.meal_to,
            meal_after=rules.meal_after_min,
            reload=rules.reload_min,
            reload_until=rules.reload_until,
        ),
        night_vnd=costs.night_vnd_per_person,
        allowance_vnd=costs.allowance_vnd_per_person_day,
        check_days=problem.check_days,
        partners=list_partners(jobs),
        balance=build_balance(problem),
    )


def _build_cars(
    problem: TripProblem, at: dict[SiteId, int]
) -> tuple[tuple[Car, ...], tuple[TravelTable, ...]]:
    """Return the vehicles, and the tables of travel that they share."""
    rest_days = frozenset() if problem.rules.works_on_holidays else problem.rest_days
    works = [problem.rules.works_on(day) and day not in rest_days for day in problem.days]
    tables: dict[str, TravelTable] = {}
    numbers: dict[str, int] = {}
    cars = []
    for car in problem.vehicles:
        signatures = []
        for day in problem.days:
            travel = problem.travel(car, day)
            signatures.append(travel.signature)
            if travel.signature not in tables:
                numbers[travel.signature] = len(tables)
                tables[travel.signature] = TravelTable(
                    drive=travel.drive_min.tolist(),
                    wait=travel.wait_min.tolist(),
                    metres=np.where(travel.drive_min < 0, FAR_M, travel.length_m).tolist(),
                    shut=dict(travel.shut_min),
                )
        free = (ok and car.is_available(day) for ok, day in zip(works, problem.days, strict=True))
        cars.append(
            Car(
                depot=at[car.depot_id],
                boxes=car.capacity_boxes,
                kg=car.capacity_kg,
                vnd_km=car.cost_vnd_per_km,
                vnd_day=car.cost_vnd_per_day,
                tables=tuple(numbers[signature] for signature in signatures),
                is_free=tuple(free),
            )
        )
    return tuple(cars), tuple(tables.values())


def _build_team(problem: TripProblem, crew: Crew) -> Team:
    past_weeks, worked = _list_past(problem, crew)
    return Team(
        members=crew.members,
        cars=frozenset(
            k
            for k, car in enumerate(problem.vehicles)
            if car.kind in crew.drives
            and crew.members <= car.seats
            and crew.depot_id == car.depot_id
        ),
        is_free=tuple(crew.is_available(day) for day in problem.days),
        past_weeks=past_weeks,
        worked=worked,
    )


def _number_week(day: date) -> int:
    return (day.toordinal() - 1) // 7


def _list_past(problem: TripProblem, crew: Crew) -> tuple[tuple[tuple[int, int, int], ...], int]:
    """Return the weeks that a crew has begun already, and the days it worked, as in `Team`."""
    own = [one for one in problem.past_days if one.crew_id == crew.crew_id]
    drive: dict[date, int] = {}
    for one in own:
        drive[one.day] = drive.get(one.day, 0) + one.drive_min
    first, reach = problem.days[0], problem.rules.work_days_in_a_row
    weeks: dict[int, list[int]] = {}
    worked = 0
    for day, minutes in sorted(drive.items()):
        sums = weeks.setdefault(_number_week(day) - _number_week(first), [0, 0])
        sums[0] += minutes
        sums[1] += 1
        if (bit := (day - first).days + reach) >= 0:
            worked |= 1 << bit
    begun = tuple((week, sums[0], sums[1]) for week, sums in sorted(weeks.items()) if week >= 0)
    return begun, worked


def list_partners(jobs: tuple[Job, ...]) -> tuple[tuple[int, ...], ...]:
    """Return for each visit those it must keep a gap or an order to."""
    partners: list[set[int]] = [set() for _ in jobs]
    groups: dict[str, list[int]] = {}
    for number, job in enumerate(jobs):
        for giver, _, _ in job.givers:
            partners[number].add(giver)
            partners[giver].add(number)
        if job.gap_group:
            groups.setdefault(job.gap_group, []).append(number)
    for members in groups.values():
        for number in members:
            partners[number] |= set(members) - {number}
    return tuple(tuple(sorted(found)) for found in partners)


def _light(problem: TripProblem, number: int) -> tuple[int, int]:
    rules, day = problem.rules, problem.days[number]
    earliest = max(rules.earliest_start_min, problem.first_starts.get(day, 0))
    if not rules.daylight_only:
        return earliest, rules.latest_end_min
    first, last = problem.daylight[day]
    step = DAYLIGHT_STEP_MIN
    rise, dusk = -(-first // step) * step, last // step * step
    return max(earliest, rise), min(rules.latest_end_min, dusk)


def _build_job(
    problem: TripProblem, visit: Visit, at: dict[SiteId, int], kinds: dict[Spans, int]
) -> Job:
    windows, homes = list_job_windows(problem, visit), set(problem.depots)
    ends = {p.from_site for p in visit.leaves} | {p.to_site for p in visit.takes}
    ends = ends & homes | ({visit.depot_id} if visit.depot_id else set())
    givers: list[tuple[int, int, float]] = []
    lacks = False
    for parcel in visit.leaves:
        if parcel.from_site not in homes:
            found = [k for k, other in enumerate(problem.visits) if parcel in other.takes]
            lacks |= not found
            givers.extend((k, parcel.boxes, parcel.mass_kg) for k in found[:1])
    return Job(
        site=at[visit.site_id],
        service_min=visit.service_min,
        boxes_left=sum(parcel.boxes for parcel in visit.leaves),
        boxes_taken=sum(parcel.boxes for parcel in visit.takes),
        kg_left=sum(parcel.mass_kg for parcel in visit.leaves),
        kg_taken=sum(parcel.mass_kg for parcel in visit.takes),
        windows=windows,
        window_ids=tuple(kinds.setdefault(spans, len(kinds)) for spans in windows),
        vehicles=list_job_vehicles(problem, visit),
        crews=list_job_crews(problem, visit),
        crew_min=visit.crew_min,
        penalty_vnd=price_lost(problem, visit),
        gap_group=visit.gap_group,
        gap_days=visit.gap_days,
        missed_vnd=price_missed(problem, visit),
        depots=frozenset(at[site] for site in ends),
        givers=tuple(givers),
        lacks_giver=lacks,
        ride_vnd=_price_rides(problem, visit),
        resting=_list_resting(problem, visit),
        told=number_announced(problem, visit),
        rides=visit.ride_vnd is not None,
    )


def list_job_windows(problem: TripProblem, visit: Visit) -> tuple[Spans, ...]:
    """Return the windows of a visit on each day that its pin and visits made before allow."""
    pin = visit.pin
    return tuple(
        tuple(
            sorted(
                (window.opens_min, window.closes_min)
                for window in visit.windows
                if window.day == day and (pin is None or pin.holds_on(day))
            )
        )
        if is_far_from(problem.past_visits.get(visit.gap_group, ()), visit, day)
        else ()
        for day in problem.days
    )


def list_job_vehicles(problem: TripProblem, visit: Visit) -> frozenset[int]:
    """Return the vehicles that may come to a visit, whatever they carry."""
    pin = visit.pin
    return frozenset(
        k
        for k, car in enumerate(problem.vehicles)
        if (car.can_hold_sessions or not visit.needs_session_vehicle)
        and (pin is None or pin.vehicle_id in (None, car.vehicle_id))
    )


def list_job_crews(problem: TripProblem, visit: Visit) -> frozenset[int]:
    """Return the crews that can do what is asked at a visit."""
    pin, skills = visit.pin, {SKILL_OF_TASK[task] for task in visit.tasks}
    return frozenset(
        k
        for k, crew in enumerate(problem.crews)
        if crew.members >= visit.crew_min
        and skills <= set(crew.skills)
        and (pin is None or pin.crew_id in (None, crew.crew_id))
    )


def _list_resting(problem: TripProblem, visit: Visit) -> tuple[int, ...]:
    sites = {parcel.from_site for parcel in visit.takes}
    rest = [max((problem.resting.get((s, d), 0) for s in sites), default=0) for d in problem.days]
    return tuple(rest) if any(rest) else ()


def _price_rides(problem: TripProblem, visit: Visit) -> tuple[int, ...]:
    if visit.village_id is None:
        return ()
    last_mile = problem.last_miles[visit.village_id]
    return tuple(
        measure_rides_vnd(share_rides(last_mile, visit.takes, visit.leaves, day), problem.costs)
        for day in problem.days
    )
