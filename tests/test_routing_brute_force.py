import itertools

import pytest
from routing_months import random_month

from routing.solve import plan_trips
from routing.timetable import PREFERRED_DAY_VND
from routing.verify import verify_decisions


def _day_fits(problem, stops, start, end, day, leave):
    """The finish of a day minute by minute, or None: written apart from the engine."""
    rules, travel = problem.rules, problem.travel(problem.vehicles[0], day)
    at = {site: k for k, site in enumerate(problem.sites)}
    now, place, driven, run = leave, start, 0, 0
    for visit in [*stops, None]:
        goal = end if visit is None else visit.site_id
        minutes = int(travel.drive_min[at[place], at[goal]]) if goal != place else 0
        driven += minutes
        while run + minutes > rules.driving_max_continuous_min:
            part = rules.driving_max_continuous_min - run
            now, minutes, run = now + part + rules.break_min, minutes - part, 0
        now, run = now + minutes, run + minutes
        now += rules.leg_buffer_min if goal != place else 0
        if visit is not None:
            starts = [
                max(now, w.opens_min)
                for w in sorted(visit.windows)
                if w.day == day and max(now, w.opens_min) + visit.service_min <= w.closes_min
            ]
            if not starts:
                return None
            done = starts[0] + visit.service_min
            run = 0 if done - now >= rules.break_min else run
            now, place = done, goal
    late = now > rules.latest_end_min or now - leave > rules.duty_max_day_min
    return None if late or driven > rules.driving_max_day_min else driven


def _best_days(problem, order, car, crew, first):
    """All (served days, driving, metres, nights) of an order from a first day."""
    lodging = [s for s, beds in problem.lodging.items() if beds >= crew.members]
    travel = problem.travel(car, problem.days[first])
    at = {site: k for k, site in enumerate(problem.sites)}
    cache = {}

    def can(stops, start, end, day):
        key = (tuple(v.visit_id for v in stops), start, end, day)
        if key not in cache:
            found = [
                _day_fits(problem, stops, start, end, day, leave)
                for leave in range(problem.rules.earliest_start_min, 1000, 1 if stops else 700)
            ]
            cache[key] = next((drive for drive in found if drive is not None), None)
        return cache[key]

    for length in range(1, problem.rules.max_nights + 2):
        if first + length > len(problem.days):
            return
        days = problem.days[first : first + length]
        for cuts in itertools.combinations_with_replacement(range(len(order) + 1), length - 1):
            edges = (0, *cuts, len(order))
            for beds in itertools.product(lodging, repeat=length - 1):
                places = ("D", *beds, "D")
                drives, metres = [], 0
                for k, day in enumerate(days):
                    stops = order[edges[k] : edges[k + 1]]
                    drive = can(stops, places[k], places[k + 1], day)
                    if drive is None:
                        break
                    drives.append(drive)
                    way = [places[k], *(v.site_id for v in stops), places[k + 1]]
                    metres += sum(
                        int(travel.length_m[at[a], at[b]]) for a, b in itertools.pairwise(way)
                    )
                else:
                    served = {
                        v.visit_id: day
                        for k, day in enumerate(days)
                        for v in order[edges[k] : edges[k + 1]]
                    }
                    yield served, drives, metres, length


def _fits_load(order, car):
    taken, loads = set(), []
    for visit in order:
        loads += [p for p in visit.leaves if p not in taken]
        taken |= set(visit.takes)
    boxes, most = sum(p.boxes for p in loads), sum(p.boxes for p in loads)
    later = [p for v in order for p in v.takes]
    for visit in order:
        boxes += sum(p.boxes for p in visit.takes) - sum(p.boxes for p in visit.leaves)
        most = max(most, boxes)
    is_reversed = any(p in later and p in loads for p in loads)
    return most <= car.capacity_boxes and not is_reversed


def _trips(problem):
    found = {}
    for size in range(1, len(problem.visits) + 1):
        for order in itertools.permutations(problem.visits, size):
            for car in problem.vehicles:
                if not _fits_load(order, car):
                    continue
                for crew in problem.crews:
                    if any(crew.members < v.crew_min for v in order):
                        continue
                    for first in range(len(problem.days)):
                        for served, drives, metres, length in _best_days(
                            problem, order, car, crew, first
                        ):
                            cost = -(-metres * car.cost_vnd_per_km // 1000)
                            cost += length * car.cost_vnd_per_day
                            cost += length * crew.members * 200_000
                            cost += (length - 1) * crew.members * 300_000
                            cost += PREFERRED_DAY_VND * sum(
                                bool(v.preferred_days)
                                and served[v.visit_id] not in v.preferred_days
                                for v in order
                            )
                            key = (tuple(sorted(served.items())), car, crew, first, length)
                            if key not in found or cost < found[key][0]:
                                found[key] = (cost, served, sum(drives), order)
    return [(*value, *key[1:]) for key, value in found.items()]


def _is_month(problem, trips):
    served = {}
    for trip in trips:
        if served.keys() & trip[1].keys():
            return None
        served |= trip[1]
    for a, b in itertools.combinations(trips, 2):
        meet = a[6] < b[6] + b[7] and b[6] < a[6] + a[7]
        if meet and (a[4] == b[4] or a[5] == b[5]):
            return None
    for crew in problem.crews:
        own = [trip for trip in trips if trip[5] == crew]
        if sum(trip[7] for trip in own) > problem.rules.work_days_per_week:
            return None
        if sum(trip[2] for trip in own) > problem.rules.driving_max_week_min:
            return None
    group = [served[v.visit_id] for v in problem.visits if v.gap_group and v.visit_id in served]
    if len(group) != len(set(group)):
        return None
    trip_of = {key: trip for trip in trips for key in trip[1]}
    for q in problem.visits:
        for parcel in q.leaves:
            if parcel.from_site != "D" and q.visit_id in served:
                p = next(v.visit_id for v in problem.visits if parcel in v.takes)
                if p not in served:
                    return None
                one, two = trip_of[p], trip_of[q.visit_id]
                if one is not two and two[6] <= one[6] + one[7] - 1 + problem.check_days:
                    return None
    return served


def _uneven(problem, trips):
    """What days of crews alike, and visits left out of one commune, count besides."""
    days = {c: sum(trip[7] for trip in trips if trip[5] == c) for c in problem.crews}
    alike = [list(group) for _, group in itertools.groupby(
        sorted(problem.crews, key=lambda c: c.members), key=lambda c: c.members)]  # fmt: skip
    spread = sum(max(map(days.get, g)) - min(map(days.get, g)) for g in alike)
    served = {key for trip in trips for key in trip[1]}
    codes = [problem.communes.get(v.site_id) for v in problem.visits if v.visit_id not in served]
    repeated = sum(max(0, codes.count(code) - 1) for code in set(codes) - {None})
    costs = problem.costs
    return spread * costs.uneven_crews_vnd_per_day + repeated * costs.uneven_communes_vnd_per_visit


def brute_force(problem):
    """The least objective over every month of trips."""
    trips = _trips(problem)
    penalty = {
        v.visit_id: v.priority * problem.costs.unserved_vnd_per_priority for v in problem.visits
    }
    nothing = sum(penalty.values())
    best = nothing + _uneven(problem, [])

    def extend(start, chosen, value):
        nonlocal best
        for k in range(start, len(trips)):
            trip = trips[k]
            if any(trip[1].keys() & other[1].keys() for other in chosen):
                continue
            month = [*chosen, trip]
            total = value + trip[0] - sum(penalty[key] for key in trip[1])
            if total < best and _is_month(problem, month) is not None:
                best = min(best, total + _uneven(problem, month))
            rest = sum(penalty.values()) - sum(penalty[key] for t in month for key in t[1])
            if total - rest < best and rest:
                extend(k + 1, month, total)

    extend(0, [], nothing)
    return best


@pytest.mark.parametrize("seed", range(24))
def test_small_month_is_as_cheap_as_the_cheapest_of_all(seed):
    problem = random_month(seed)
    plan = plan_trips(problem)
    assert plan.status == "optimal"
    assert list(verify_decisions(problem, plan)) == []
    assert plan.objective == brute_force(problem)
