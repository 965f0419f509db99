"""Checks that visits are served as asked, keep their gaps, and that the money is right."""

from collections import Counter
from datetime import date

from province.language import Message, message
from province.visits import Visit
from routing.checks.case import Found, TripCase
from routing.checks.last_mile import price_rides
from routing.problem import TripProblem
from routing.trips import Trip, TripPlan


def check_visits(case: TripCase) -> Found:
    """Yield visits served twice, forgotten, invented or changed."""
    problem, plan = case.problem, case.plan
    rule = "each_visit_is_served_once"
    visits = {visit.visit_id: visit for visit in problem.visits}
    count = Counter([stop.visit_id for _, stop in plan.stops()])
    count += Counter([unserved.visit_id for unserved in plan.unserved])
    for key in sorted({*visits, *count}):
        if count[key] != 1 or key not in visits:
            yield rule, key, message("it is listed {count} times", count=count[key])
    for _, stop in plan.stops():
        visit = visits.get(stop.visit_id)
        if visit is not None and (
            (stop.site_id, stop.village_id) != (visit.site_id, visit.village_id)
            or (stop.tasks, stop.leaves, stop.takes) != (visit.tasks, visit.leaves, visit.takes)
        ):
            yield rule, stop.visit_id, message("site, tasks or parcels are not as asked")


def check_riders(case: TripCase) -> Found:
    """Yield trips that serve nothing but visits which only ride along."""
    riders = {visit.visit_id for visit in case.problem.visits if visit.ride_vnd is not None}
    for trip in case.plan.trips:
        own = {stop.visit_id for stop in trip.stops}
        if own and own <= riders:
            text = message("it drives for {visits} alone", visits=", ".join(sorted(own)))
            yield "riders_have_no_trip_of_their_own", trip.trip_id, text


def check_gaps(case: TripCase) -> Found:
    """Yield visits of one group that lie too near each other."""
    problem = case.problem
    days = {stop.visit_id: stop.day for _, stop in case.plan.stops()}
    grouped = [v for v in problem.visits if v.gap_group and v.visit_id in days]
    for one in grouped:
        for made in problem.past_visits.get(one.gap_group, ()):
            apart = abs((days[one.visit_id] - made).days)
            if apart < one.gap_days:
                where, text = f"{one.visit_id} {made}", _tell_gap(apart, one.gap_days)
                yield "visits_keep_their_gap", where, text
    for k, one in enumerate(grouped):
        for two in grouped[k + 1 :]:
            gap = max(one.gap_days, two.gap_days)
            apart = abs((days[one.visit_id] - days[two.visit_id]).days)
            if one.gap_group == two.gap_group and apart < gap:
                where = f"{one.visit_id} {two.visit_id}"
                yield "visits_keep_their_gap", where, _tell_gap(apart, gap)


def _tell_gap(apart: int, gap: int) -> Message:
    return message("days apart: {days}, too few by {over_days}", days=apart, over_days=gap - apart)


def check_costs(case: TripCase) -> Found:
    """Yield costs and an objective that do not add up."""
    problem, plan = case.problem, case.plan
    cars = {car.vehicle_id: car for car in problem.vehicles}
    crews = {crew.crew_id: crew for crew in problem.crews}
    costs = problem.costs
    for trip in plan.trips:
        if trip.vehicle_id not in cars or trip.crew_id not in crews:
            continue
        car, members = cars[trip.vehicle_id], crews[trip.crew_id].members
        days = trip.num_days
        before_m = 0 if trip.load_min is None else _measure_first(plan, trip)
        right = -(-(before_m + trip.length_m) * car.cost_vnd_per_km // 1000)
        right -= -(-before_m * car.cost_vnd_per_km // 1000)
        right += days * car.cost_vnd_per_day
        right += len(trip.nights) * members * costs.night_vnd_per_person
        right += days * members * costs.allowance_vnd_per_person_day
        right += sum(price_rides(problem, stop) for stop in trip.stops)
        if trip.cost_vnd != right:
            text = message("{given}, not {right}", given=trip.cost_vnd, right=right)
            yield "cost_is_right", trip.trip_id, text
    total = sum(trip.cost_vnd for trip in plan.trips)
    days_of = {stop.visit_id: stop.day for _, stop in plan.stops()}
    goal = total
    for visit in problem.visits:
        day = days_of.get(visit.visit_id)
        if day is None:
            usual_vnd = visit.priority * costs.unserved_vnd_per_priority
            goal += usual_vnd if visit.ride_vnd is None else visit.ride_vnd
            goal += _count_wish(visit, None)
            continue
        goal += _count_wish(visit, day)
        if visit.preferred_days & set(problem.days) and day not in visit.preferred_days:
            goal += costs.missed_preferred_vnd_per_visit
    goal += _count_changes(problem, plan)
    uneven = _count_uneven_crews(problem, plan), _count_uneven_communes(problem, plan)
    goal += sum(uneven)
    if (plan.uneven_crews_vnd, plan.uneven_communes_vnd) != uneven:
        given_vnd = plan.uneven_crews_vnd + plan.uneven_communes_vnd
        text = message("{given}, not {right}", given=given_vnd, right=sum(uneven))
        yield "cost_is_right", "plan", text
    if plan.cost_vnd != total or abs(plan.objective - goal) > 0.5 or plan.bound > goal + 0.5:
        text = message("{given}, not {right}", given=round(plan.objective), right=goal)
        yield "cost_is_right", "plan", text


def _measure_first(plan: TripPlan, second: Trip) -> int:
    """Return the metres of the trips with the same vehicle and crew on the day of a second one."""
    place = second.vehicle_id, second.crew_id, second.first_day
    return sum(
        trip.length_m
        for trip in plan.trips
        if trip is not second and (trip.vehicle_id, trip.crew_id, trip.first_day) == place
    )


def _count_wish(visit: Visit, day: date | None) -> int:
    """Return what it counts that a visit is not on a day that was wished for; None: on none."""
    wish = visit.wish
    if wish is None or (day is not None and wish.days.first <= day <= wish.days.last):
        return 0
    weight = sum(points for _, points in wish.points)
    is_near = day is not None and wish.instead.first <= day <= wish.instead.last
    return weight * wish.point_vnd * (1 if is_near else 2)


def _count_changes(problem: TripProblem, plan: TripPlan) -> int:
    """Return what it counts that visits are not as they were announced."""
    total, served = 0, set()
    for trip in plan.trips:
        for before, stop in zip((None, *trip.stops), trip.stops, strict=False):
            served.add(stop.visit_id)
            if stop.visit_id not in problem.announced:
                continue
            told, is_first = problem.announced[stop.visit_id], True
            prices, after = told.prices, None
            if before is not None and before.day == stop.day:
                is_first, after = False, before.visit_id
            total += prices.day_vnd if stop.day != told.day else 0
            late = abs(stop.start_min - told.start_min)
            total += prices.time_vnd if late > told.tolerance_min else 0
            total += prices.vehicle_vnd if trip.vehicle_id != told.vehicle_id else 0
            total += prices.crew_vnd if trip.crew_id != told.crew_id else 0
            is_same = is_first if told.after is None else after == told.after
            total += 0 if is_same else prices.order_vnd
    asked = {visit.visit_id for visit in problem.visits}
    lost = (told for name, told in problem.announced.items() if name in asked - served)
    return total + sum(told.prices.lost_vnd for told in lost)


def _count_uneven_crews(problem: TripProblem, plan: TripPlan) -> int:
    """Return what the days on the road of crews that can do the same work differ by, in money."""
    days = {crew.crew_id: 0 for crew in problem.crews}
    for trip in plan.trips:
        days[trip.crew_id] = days.get(trip.crew_id, 0) + trip.num_days
    groups: dict[object, list[int]] = {}
    for crew in problem.crews:
        key = crew.depot_id, crew.members, *map(frozenset, (crew.drives, crew.skills))
        groups.setdefault(key, []).append(days[crew.crew_id])
    spread = sum(max(group) - min(group) for group in groups.values())
    return spread * problem.costs.uneven_crews_vnd_per_day


def _count_uneven_communes(problem: TripProblem, plan: TripPlan) -> int:
    """Return what visits left out beyond a commune's first one count."""
    served = {stop.visit_id for _, stop in plan.stops()}
    lost = [visit for visit in problem.visits if visit.visit_id not in served]
    communes = [problem.communes[v.receiver_id] for v in lost if v.receiver_id in problem.communes]
    return (len(communes) - len(set(communes))) * problem.costs.uneven_communes_vnd_per_visit
