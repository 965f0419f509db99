"""Every trip of a small month that an optimum may need, grown day by day."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator

from routing.month.clock import NOWHERE
from routing.month.costs import (
    price_crew_told,
    price_day,
    price_days_told,
    price_night,
    price_times_told,
    price_wishes,
)
from routing.month.instance import MonthInstance
from routing.month.memory import remember, remembered
from routing.month.schedule import keeps_links_inside
from routing.month.timetable import DatedTrip, Day, cut_order, lacks_time, price_trip, time_day
from routing.solver.labels import DayRoute, Label, Load, Pairing, keep

EXACT_VISITS = 8  # months of more visits are searched, not listed
EXACT_DAYS = 60_000  # days that may be tried while all trips of a month are listed
EXACT_COURSES = 600_000  # days that may be joined to labels
EXACT_TRIPS = 5_000  # and the trips that CP-SAT may then choose from


class TooManyTripsError(Exception):
    """Raised where listing all trips takes more than it may."""


def list_all_trips(instance: MonthInstance) -> list[DatedTrip] | None:
    """Return every trip of a small month that an optimum may need; None where they are too many.

    A trip stays out where one of the same visits, vehicle, crew, first day and days of visits with
    a gap costs no more, takes no more days and drives no longer in any week; and where it costs
    more than its visits count, none of which brings a batch for another trip.
    """
    if len(instance.jobs) > EXACT_VISITS:
        return None
    _effort(instance).clear()
    try:
        return [
            trip for pairing in _list_pairings(instance) for trip in _list_trips(instance, pairing)
        ]
    except TooManyTripsError:
        return None


def count_effort(instance: MonthInstance) -> int:
    """Return how many days were timed, and labels joined, to list the trips of an instance."""
    effort = _effort(instance)
    return effort["days"] + effort["labels"]


def _list_pairings(instance: MonthInstance) -> Iterator[Pairing]:
    for car, auto in enumerate(instance.cars):
        for crew, team in enumerate(instance.teams):
            jobs = tuple(
                k
                for k, job in enumerate(instance.jobs)
                if car in job.vehicles and crew in job.crews
                and job.depots <= {auto.depot} and not job.lacks_giver
            )  # fmt: skip
            if car in team.cars and jobs:
                yield Pairing(car, crew, team.members, jobs)


def _list_trips(instance: MonthInstance, pairing: Pairing) -> Iterator[DatedTrip]:
    for first in range(len(instance.weeks)):
        days = _count_free(instance.teams[pairing.crew].is_free[first:])
        for label in _list_labels(instance, pairing, first) if days else ():
            if len(label.days) > days:
                continue
            trip = _finish(instance, pairing, first, label)
            if trip is not None:
                _count(instance, "trips", 1, EXACT_TRIPS)
                yield trip


def _count_free(is_free: Iterable[bool]) -> int:
    """Return how many days are free before the first that is not."""
    return sum(1 for _ in itertools.takewhile(bool, is_free))


def _list_labels(instance: MonthInstance, pairing: Pairing, first: int) -> list[Label]:
    """Return what is worth serving from a first day; crews alike share the answer.

    As long as the vehicle is free. No label keeps out one of fewer days. Where visits were
    announced with a crew, no two crews are alike.
    """
    told = pairing.crew if any(job.told.crew_vnd for job in instance.jobs) else None
    key = ("labels", pairing.car, pairing.members, pairing.jobs, first, told)
    return remember(instance, key, lambda: _make_labels(instance, pairing, first))


def _make_labels(instance: MonthInstance, pairing: Pairing, first: int) -> list[Label]:
    best: dict[object, list[Label]] = {}
    for label in _grow(instance, pairing, first):
        if _fits(instance, pairing, label) and _is_worth_it(instance, label):
            keep(best.setdefault(label.alike, []), label)
    return list(itertools.chain.from_iterable(best.values()))


def _grow(instance: MonthInstance, pairing: Pairing, first: int) -> Iterator[Label]:
    """Yield the labels of a pairing from a first day that serve a visit and end at home."""
    car = instance.cars[pairing.car]
    longest = min(instance.limits.nights + 1, _count_free(car.is_free[first:]))
    numbers, labels = range(first, first + longest), [Label(car.depot)]
    last_served = max(_list_serving(instance, pairing).intersection(numbers), default=-1)
    most = _measure_worth(instance, pairing)
    night = 1000 * price_night(instance, pairing.members)
    for number in numbers:
        if number > last_served:
            labels = [label for label in labels if label.visits]
        week = int(instance.weeks[number] != instance.weeks[first])
        following: dict[object, list[Label]] = {}
        for label in labels:
            priced = _price_day_routes(instance, pairing, number, label.place)
            if number == numbers[-1]:
                priced = [one for one in priced if one[0].day.end_site == car.depot]
            _count(instance, "labels", len(priced), EXACT_COURSES)
            served, so_far = label.visits | label.forbids, label.milli_vnd
            so_far += night if label.days else 0
            for day_route, milli_vnd in priced:
                if day_route.visits & served or so_far + milli_vnd >= most:
                    continue
                longer = _extend(label, day_route, number, week, so_far + milli_vnd)
                if longer.place != car.depot:
                    keep(following.setdefault(longer.alike, []), longer)
                elif longer.visits:
                    yield longer
        labels = list(itertools.chain.from_iterable(following.values()))


def _list_serving(instance: MonthInstance, pairing: Pairing) -> frozenset[int]:
    """Return the days on which a vehicle can come to any of the visits, nights before included."""
    key = ("serving", pairing.car, pairing.members, pairing.jobs)
    return remember(instance, key, lambda: _make_serving(instance, pairing))


def _make_serving(instance: MonthInstance, pairing: Pairing) -> frozenset[int]:
    car = instance.cars[pairing.car]
    reached, serving = {car.depot}, set()
    for number, is_free in enumerate(car.is_free):
        if not is_free:
            reached = {car.depot}
            continue
        ends: set[int] = set()
        for place in sorted(reached):
            for day_route in list_day_routes(instance, pairing, number, place):
                ends.add(day_route.day.end_site)
                if day_route.visits:
                    serving.add(number)
        reached = reached | ends
    return frozenset(serving)


def _measure_worth(instance: MonthInstance, pairing: Pairing) -> float:
    """Return what a pairing's trip must cost less than, in thousandths; no limit with chains."""
    if any(job.givers for job in instance.jobs):
        return math.inf
    return 1000 * _add_worth(instance, pairing.jobs)


def _add_worth(instance: MonthInstance, jobs: Iterable[int]) -> int:
    """Return what serving some visits counts."""
    balance = instance.balance
    worth = balance.day_vnd * len(instance.weeks) if balance.alike else 0
    return worth + sum(instance.jobs[job].penalty_vnd + balance.visit_vnd for job in jobs)


def list_day_routes(
    instance: MonthInstance, pairing: Pairing, number: int, place: int
) -> list[DayRoute]:
    """Return the days a pairing may have from a place, each visits' and end's cheapest ones."""
    auto = instance.cars[pairing.car]
    kinds = tuple(instance.jobs[job].window_ids[number] for job in pairing.jobs)
    table = auto.tables[number]
    key = (
        "day_routes", table, auto.depot, pairing.members, pairing.jobs, kinds,
        instance.light_ids[number], place,
    )  # fmt: skip
    return remember(instance, key, lambda: _list_day_routes(instance, pairing, number, place))


def _list_day_routes(
    instance: MonthInstance, pairing: Pairing, number: int, place: int
) -> list[DayRoute]:
    depot = instance.cars[pairing.car].depot
    beds = [s for s, count in instance.lodging if count >= pairing.members and s != depot]
    goals = [depot, *(beds if instance.limits.nights else [])]
    best: dict[object, list[DayRoute]] = {}
    orders: list[tuple[tuple[int, ...], int]] = [((), 0)]
    while orders:
        order, split = orders.pop()
        _count(instance, "days", 1 + len(goals), EXACT_DAYS)
        for goal in [depot] if split else goals:
            day = time_day(instance, pairing.car, number, place, order, goal, split)
            if day is not None:
                day_route = _weigh(instance, day)
                keep(best.setdefault((day_route.visits, goal), []), day_route)
        for job in pairing.jobs:
            if job in order or any(job in _givers(instance, other) for other in order):
                continue
            longer, splits = (*order, job), {split}
            if place == depot and order and not split:
                splits.add(len(order))
            orders += [
                (longer, new)
                for new in sorted(splits)
                if not (new and _is_no_pair(instance, pairing.car, number, longer, new))
                and time_day(instance, pairing.car, number, place, longer, NOWHERE, new)
            ]
    return list(itertools.chain.from_iterable(best.values()))


def _is_no_pair(
    instance: MonthInstance, car: int, number: int, order: tuple[int, ...], split: int
) -> bool:
    """Whether two trips of a day take too long, or the second needs what the first brings back."""
    first, second = cut_order(order, split)
    needs = any(giver in first for job in second for giver in _givers(instance, job))
    return needs or lacks_time(instance, order, car, number, split)


def _can_tire(instance: MonthInstance) -> bool:
    """Whether the days of a week can drive longer than the week allows."""
    limits = instance.limits
    days = min(limits.work_days, max(Counter(instance.weeks).values()))
    past = max((drive for team in instance.teams for _, drive, _ in team.past_weeks), default=0)
    return days * limits.drive_day + past > limits.drive_week


def _weigh(instance: MonthInstance, day: Day) -> DayRoute:
    visits = forbids = 0
    for number in day.jobs:
        visits |= 1 << number
        for giver in _givers(instance, number):
            forbids |= 1 << giver
    jobs = instance.jobs
    gaps = tuple(job for job in day.jobs if jobs[job].gap_group or jobs[job].resting)
    drive = day.drive_min if _can_tire(instance) else 0
    told_vnd = sum(price_times_told(instance, *tour) for tour in day.tours)
    change, peak = _sum_loads(instance, day.jobs)
    if day.split:  # such a day is a whole trip: its peak, above what all its visits get
        peak = _find_peak(instance, visits, day)
    return DayRoute(visits, forbids, day, change, peak, drive, gaps, told_vnd)


def _sum_loads(instance: MonthInstance, order: tuple[int, ...]) -> tuple[Load, Load]:
    """Return what the load grows by over some stops, in the end and at most."""
    boxes, kg, peak_boxes, peak_kg = 0, 0.0, 0, 0.0
    for number in order:
        job = instance.jobs[number]
        boxes += job.boxes_taken - job.boxes_left
        kg = round(kg + job.kg_taken - job.kg_left, 6)
        peak_boxes, peak_kg = max(peak_boxes, boxes), max(peak_kg, kg)
    return (boxes, kg), (peak_boxes, peak_kg)


def _find_peak(instance: MonthInstance, visits: int, day: Day) -> Load:
    """Return the most on board on the two trips of a day, less what their visits get in all."""
    boxes_in_all, kg_in_all = _load_at_start(instance, visits)
    peaks = []
    for tour in cut_order(day.jobs, day.split):
        boxes, kg = _load_at_start(instance, sum(1 << job for job in tour))
        _, (more_boxes, more_kg) = _sum_loads(instance, tour)
        peaks.append((boxes + more_boxes, kg + more_kg))
    return (
        max(boxes for boxes, _ in peaks) - boxes_in_all,
        round(max(kg for _, kg in peaks) - kg_in_all, 6),
    )


def _givers(instance: MonthInstance, job: int) -> tuple[int, ...]:
    return tuple(giver for giver, _, _ in instance.jobs[job].givers)


def _price_day_routes(
    instance: MonthInstance, pairing: Pairing, number: int, place: int
) -> list[tuple[DayRoute, int]]:
    """Return the days a pairing may have from a place, each with its cost in thousandths."""
    key = ("priced", pairing, number, place)
    return remember(
        instance,
        key,
        lambda: [
            (one, _price_day_route(instance, pairing, number, one))
            for one in list_day_routes(instance, pairing, number, place)
        ],
    )


def _price_day_route(
    instance: MonthInstance, pairing: Pairing, number: int, day_route: DayRoute
) -> int:
    """Return what a day on a date costs and misses, the night before left out, in thousandths."""
    day = day_route.day
    served = [(job, number) for job in day.jobs]
    price = price_day(instance, pairing.car, pairing.members)
    price += price_wishes(instance, served) + price_days_told(instance, served)
    price += price_crew_told(instance, day.jobs, pairing.car, pairing.crew) + day_route.told_vnd
    return day.metres * instance.cars[pairing.car].vnd_km + 1000 * price


def _extend(label: Label, day_route: DayRoute, number: int, week: int, milli_vnd: int) -> Label:
    """Return a label one day longer, in its first week (0) or its second (1), at a cost."""
    boxes, kg = label.change
    one, two = label.drives
    drive = day_route.drive_min
    peak = boxes + day_route.peak[0], round(kg + day_route.peak[1], 6)
    if not day_route.day.split:
        peak = max(label.peak[0], peak[0]), max(label.peak[1], peak[1])
    return Label(
        day_route.day.end_site,
        label.visits | day_route.visits,
        label.forbids | day_route.forbids,
        milli_vnd,
        (boxes + day_route.change[0], round(kg + day_route.change[1], 6)),
        peak,
        (one, two + drive) if week else (one + drive, two),
        (*label.gaps, *((job, number) for job in day_route.gaps)) if day_route.gaps else label.gaps,
        (*label.days, day_route.day),
    )


def _fits(instance: MonthInstance, pairing: Pairing, label: Label) -> bool:
    """Whether the vehicle holds what is on board at every moment."""
    auto, (boxes, kg) = instance.cars[pairing.car], _load_at_start(instance, label.visits)
    return boxes + label.peak[0] <= auto.boxes and kg + label.peak[1] <= auto.kg + 1e-6


@remembered
def _load_at_start(instance: MonthInstance, visits: int) -> Load:
    """Return what is on board when the depot is left: all that no visit of the trip gives."""
    boxes, kg = 0, 0.0
    for number, job in enumerate(instance.jobs):
        if visits >> number & 1:
            within = [giver for giver in job.givers if visits >> giver[0] & 1]
            boxes += job.boxes_left - sum(more for _, more, _ in within)
            kg += job.kg_left - sum(more for _, _, more in within)
    return boxes, kg


def _is_worth_it(instance: MonthInstance, label: Label) -> bool:
    """Whether a trip may cost less than it counts, or brings a batch for others."""
    return label.milli_vnd < _count_for(instance, label.visits)


@remembered
def _count_for(instance: MonthInstance, visits: int) -> float:
    """Return what some visits count, in thousandths; no limit where they give to others."""
    for number, job in enumerate(instance.jobs):
        is_served = visits >> number & 1
        if not is_served and any(visits >> giver & 1 for giver, _, _ in job.givers):
            return math.inf
    served = (number for number in range(len(instance.jobs)) if visits >> number & 1)
    return 1000 * _add_worth(instance, served)


def _finish(
    instance: MonthInstance, pairing: Pairing, first: int, label: Label
) -> DatedTrip | None:
    order = tuple(job for day in label.days for job in day.jobs)
    trip = price_trip(instance, order, pairing.car, first, pairing.crew, label.days)
    return trip if trip is not None and keeps_links_inside(instance, trip) else None


@remembered
def _effort(instance: MonthInstance) -> Counter[str]:
    return Counter()


def _count(instance: MonthInstance, what: str, more: int, limit: int) -> None:
    effort = _effort(instance)
    effort[what] += more
    if effort[what] > limit:
        raise TooManyTripsError
