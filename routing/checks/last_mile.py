"""Checks the rides between hand-over sites and the villages beyond them."""

import math
from datetime import date
from itertools import pairwise

from province.fleet import Vehicle
from province.ids import VehicleId
from province.language import message
from routing.checks.case import Found, TripCase
from routing.checks.loads import list_excess
from routing.checks.times import check_leg_clock, tell_excess, tell_hours
from routing.problem import LastMile, TripProblem
from routing.trips import Ride, Stop

RIDDEN = "last_mile_is_ridden"


def check_rides(case: TripCase) -> Found:
    """Yield what is wrong with the rides to and from the stops of trips."""
    problem = case.problem
    for trip, stop in case.plan.stops():
        where = f"{trip.trip_id} {stop.visit_id}"
        if stop.village_id is None:
            if stop.rides:
                yield RIDDEN, where, message("there is no village beyond this stop")
            continue
        last_mile = problem.last_miles.get(stop.village_id)
        if last_mile is None or last_mile.handover_id != stop.site_id:
            text = message("{site} is not served from here", site=stop.village_id)
            yield RIDDEN, where, text
            continue
        yield from _check_boxes(last_mile, stop, where)
        yield from _check_meeting(problem, last_mile, stop, where)
        for vehicle_id in sorted({ride.vehicle_id for ride in stop.rides}):
            rides = [ride for ride in stop.rides if ride.vehicle_id == vehicle_id]
            yield from _check_rider(problem, last_mile, stop, rides, f"{where} {vehicle_id}")


def _list_riders(last_mile: LastMile) -> dict[VehicleId, Vehicle]:
    riders = (rider for ride_day in last_mile.days.values() for rider in ride_day.riders)
    return {rider.vehicle.vehicle_id: rider.vehicle for rider in riders}


def _goes_down(last_mile: LastMile, ride: Ride) -> bool:
    return ride.leg.from_site == last_mile.village_id


def _check_boxes(last_mile: LastMile, stop: Stop, where: str) -> Found:
    """Yield boxes that are not ridden, and motorbikes that carry too much or are of elsewhere."""
    riders = _list_riders(last_mile)
    for is_down, parcels in ((True, stop.takes), (False, stop.leaves)):
        rides = [ride for ride in stop.rides if _goes_down(last_mile, ride) == is_down]
        ridden, asked = sum(ride.boxes for ride in rides), sum(p.boxes for p in parcels)
        if ridden != asked or not rides:
            text = message("{given} of {right} boxes are ridden", given=ridden, right=asked)
            yield RIDDEN, where, text
        heaviest_kg = max((p.mass_kg / p.boxes for p in parcels if p.boxes), default=0.0)
        for ride in rides:
            vehicle = riders.get(ride.vehicle_id)
            if vehicle is None:
                yield RIDDEN, where, message("{car} is not stationed there", car=ride.vehicle_id)
                continue
            kg = ride.boxes * heaviest_kg
            for text in list_excess(vehicle, ride.boxes, kg):
                yield "load_fits", where, text


def _check_meeting(problem: TripProblem, last_mile: LastMile, stop: Stop, where: str) -> Found:
    """Yield boxes that are not there when the stop begins, or leave before it ends."""
    service = {visit.visit_id: visit.service_min for visit in problem.visits}
    end = stop.start_min + service.get(stop.visit_id, 0)
    for ride in stop.rides:
        handling = math.ceil(last_mile.handling_min * ride.boxes)
        if not ride.boxes:
            continue
        is_late = _goes_down(last_mile, ride) and ride.leg.arrive_min + handling > stop.start_min
        is_early = not _goes_down(last_mile, ride) and ride.leg.leave_min - handling < end
        if is_late or is_early:
            text = message("ride {a} to {b}", a=ride.leg.leave_min, b=ride.leg.arrive_min)
            yield "rides_meet_the_stop", where, text


def _check_rider(
    problem: TripProblem, last_mile: LastMile, stop: Stop, rides: list[Ride], where: str
) -> Found:
    """Yield what is wrong with the day of one motorbike."""
    rules = problem.rules
    ends = last_mile.village_id, last_mile.handover_id
    turns = [(ride.leg.from_site, ride.leg.to_site) for ride in rides]
    if turns != [ends, ends[::-1]] * (len(rides) // 2) or len(rides) % 2:
        yield RIDDEN, where, message("it does not go down and up in turn")
    loads = [math.ceil(last_mile.handling_min * ride.boxes) for ride in rides]
    for n, (one, two) in enumerate(pairwise(rides)):
        if two.leg.leave_min - one.leg.arrive_min < loads[n] + loads[n + 1]:
            yield "times_follow_each_other", where, message("a ride leaves before it is loaded")
    for ride in rides:
        yield from check_leg_clock(ride.leg, where)
    vehicle = _list_riders(last_mile).get(rides[0].vehicle_id)
    if vehicle is not None and not vehicle.is_available(stop.day):
        yield "vehicle_is_available", where, message("on {day}", day=stop.day.isoformat())
    minutes = sum(ride.leg.drive_min for ride in rides)
    if minutes > rules.driving_max_day_min:
        text = tell_excess(minutes, rules.driving_max_day_min)
        yield "driving_per_day_is_limited", where, text
    first, last = rides[0].leg.leave_min - loads[0], rides[-1].leg.arrive_min + loads[-1]
    if last - first > rules.duty_max_day_min:
        text = tell_excess(last - first, rules.duty_max_day_min)
        yield "duty_per_day_is_limited", where, text
    if first < rules.earliest_start_min or last > rules.latest_end_min:
        hours = rules.earliest_start_min, rules.latest_end_min
        yield "work_lies_within_hours", where, tell_hours((first, last), hours)
    yield from _check_light(problem, stop.day, rides, where)


def _check_light(problem: TripProblem, day: date, rides: list[Ride], where: str) -> Found:
    if not problem.rules.daylight_only or day not in problem.daylight:
        return
    rise, dusk = problem.daylight[day]
    span = min(r.leg.leave_min for r in rides), max(r.leg.arrive_min for r in rides)
    if span[0] < rise or dusk < span[1]:
        yield "driving_is_in_daylight", where, tell_hours(span, (rise, dusk))


def price_rides(problem: TripProblem, stop: Stop) -> int:
    """Return what the rides of a stop cost: kilometres, motorbikes' days, riders' allowances."""
    last_mile = problem.last_miles.get(stop.village_id) if stop.village_id else None
    if last_mile is None:
        return 0
    total = 0
    for vehicle_id, vehicle in sorted(_list_riders(last_mile).items()):
        length_m = sum(r.leg.length_m for r in stop.rides if r.vehicle_id == vehicle_id)
        if any(ride.vehicle_id == vehicle_id for ride in stop.rides):
            total += -(-length_m * vehicle.cost_vnd_per_km // 1000) + vehicle.cost_vnd_per_day
            total += problem.costs.allowance_vnd_per_person_day
    return total
