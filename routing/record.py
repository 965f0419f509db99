"""Turns a chosen month into trips that documents can be written from."""

from datetime import date

from province.ids import TripId
from province.visits import Parcel
from routing.problem import TripProblem
from routing.schedule import Dated
from routing.timetable import Day, Drive
from routing.trips import Leg, Night, Pause, Stop, Trip


def record_trips(problem: TripProblem, chosen: list[Dated]) -> tuple[Trip, ...]:
    """Return the trips of a month, by first day and vehicle."""
    trips = [record_trip(problem, trip) for trip in chosen]
    return tuple(sorted(trips, key=lambda trip: (trip.first_day, trip.vehicle_id)))


def record_trip(problem: TripProblem, trip: Dated) -> Trip:
    """Return one trip with all its legs, stops, nights and loads."""
    timed = trip.timed
    vehicle = problem.vehicles[timed.car]
    loads = list_loads(problem, timed.order)
    boxes = sum(parcel.boxes for parcel in loads)
    kg = sum(parcel.mass_kg for parcel in loads)
    stops: list[Stop] = []
    nights: list[Night] = []
    homes: list[Leg] = []
    for number, plan in enumerate(timed.days, timed.first):
        day = problem.days[number]
        legs = [record_leg(problem, timed.car, day, drive) for drive in plan.drives]
        for k, job in enumerate(plan.jobs):
            visit = problem.visits[job]
            boxes += sum(p.boxes for p in visit.takes) - sum(p.boxes for p in visit.leaves)
            kg += sum(p.mass_kg for p in visit.takes) - sum(p.mass_kg for p in visit.leaves)
            stops.append(
                Stop(
                    len(stops) + 1,
                    day,
                    visit.visit_id,
                    visit.site_id,
                    visit.tasks,
                    legs[k],
                    plan.starts[k],
                    max(plan.drives[k + 1].leave, plan.starts[k] + visit.service_min),
                    visit.leaves,
                    visit.takes,
                    boxes,
                    round(kg, 3),
                )
            )
        if number < timed.last:
            nights.append(_night(problem, plan, day, legs[-1]))
        homes = legs[-1:]
    return Trip(
        TripId(f"{problem.days[timed.first]:%Y%m%d}-{vehicle.vehicle_id}"),
        vehicle.vehicle_id,
        problem.crews[trip.crew].crew_id,
        vehicle.depot_id,
        problem.days[timed.first],
        problem.days[timed.last],
        tuple(stops),
        tuple(nights),
        homes[0],
        loads,
        timed.metres,
        sum(plan.drive_min for plan in timed.days),
        timed.cost_vnd,
    )


def _night(problem: TripProblem, plan: Day, day: date, leg: Leg) -> Night:
    return Night(day, problem.sites[plan.end_site], leg if leg.from_site != leg.to_site else None)


def list_loads(problem: TripProblem, order: tuple[int, ...]) -> tuple[Parcel, ...]:
    """Return the parcels on board when a trip leaves its depot."""
    taken: list[Parcel] = []
    loads: list[Parcel] = []
    for job in order:
        visit = problem.visits[job]
        for parcel in visit.leaves:
            if parcel in taken:
                taken.remove(parcel)
            else:
                loads.append(parcel)
        taken.extend(visit.takes)
    return tuple(loads)


def record_leg(problem: TripProblem, car: int, day: date, drive: Drive) -> Leg:
    """Return a leg with its segments."""
    start, end = problem.sites[drive.start], problem.sites[drive.end]
    if start == end:
        return Leg(start, end, (), drive.leave, drive.arrive, 0, 0, 0, 0, ())
    vehicle = problem.vehicles[car]
    travel = problem.travel(vehicle, day)
    return Leg(
        start,
        end,
        tuple(problem.trace(vehicle, day, start, end)),
        drive.leave,
        drive.arrive,
        int(travel.drive_min[drive.start, drive.end]),
        problem.rules.leg_buffer_min,
        int(travel.wait_min[drive.start, drive.end]),
        int(travel.length_m[drive.start, drive.end]),
        tuple(Pause(*pause) for pause in drive.pauses),
        *problem.cut(vehicle, day, start, end),
    )
