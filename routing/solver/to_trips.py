"""Turns a chosen month into trips that documents can be written from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from province.fleet import Vehicle
from province.ids import SiteId, TripId
from province.visits import Parcel, Visit
from routing.last_mile import (
    Share,
    handle_min,
    measure_phase_min,
    measure_rides_vnd,
    ride_min,
    share_rides,
)
from routing.month.timetable import DatedTrip, Day, Drive
from routing.problem import LastMile, Rider, RideWay, TripProblem, read_way
from routing.trips import Leg, Night, Pause, Ride, Stop, Trip


def record_trips(problem: TripProblem, chosen: list[DatedTrip]) -> tuple[Trip, ...]:
    """Return the trips of a month, by first day and vehicle."""
    trips = [
        one
        for trip in chosen
        for one in (record_two(problem, trip) if trip.split else [record_trip(problem, trip)])
    ]
    return tuple(sorted(trips, key=lambda trip: (trip.first_day, trip.vehicle_id)))


@dataclass(frozen=True, slots=True)
class RecordedDays:
    """Some days of a trip up to its end: stops and nights in order, and the leg to the depot."""

    stops: tuple[Stop, ...]
    nights: tuple[Night, ...]
    home: Leg


def record_trip(problem: TripProblem, trip: DatedTrip) -> Trip:
    """Return one trip with all its legs, stops, nights and loads."""
    vehicle = problem.vehicles[trip.car]
    loads = list_loads(problem, trip.order)
    found = record_days(problem, trip.car, tuple(enumerate(trip.days, trip.first)), loads)
    return Trip(
        trip_id=TripId(f"{problem.days[trip.first]:%Y%m%d}-{vehicle.vehicle_id}"),
        vehicle_id=vehicle.vehicle_id,
        crew_id=problem.crews[trip.crew].crew_id,
        depot_id=vehicle.depot_id,
        first_day=problem.days[trip.first],
        last_day=problem.days[trip.last],
        stops=found.stops,
        nights=found.nights,
        home=found.home,
        loads=loads,
        length_m=trip.metres,
        drive_min=sum(plan.drive_min for plan in trip.days),
        cost_vnd=trip.cost_vnd,
    )


def record_two(problem: TripProblem, trip: DatedTrip) -> tuple[Trip, Trip]:
    """Return the two trips of a day between which the vehicle is loaded again, in order."""
    vehicle, number, day = problem.vehicles[trip.car], trip.first, trip.days[0]
    costs, sizes = _share_costs(problem, trip), (slice(day.split), slice(day.split, None))
    legs = slice(day.split + 1), slice(day.split + 1, None)
    trips = []
    for which, (stops, way) in enumerate(zip(sizes, legs, strict=True)):
        order, drives = day.jobs[stops], day.drives[way]
        part = replace(
            day, jobs=order, drives=drives, starts=day.starts[stops], finish=drives[-1].arrive,
            split=0, loads=0,
        )  # fmt: skip
        loads = list_loads(problem, order)
        found = record_days(problem, trip.car, ((number, part),), loads)
        driven = [*(stop.leg for stop in found.stops), found.home]
        trips.append(
            Trip(
                trip_id=TripId(f"{problem.days[number]:%Y%m%d}-{vehicle.vehicle_id}{'-2' * which}"),
                vehicle_id=vehicle.vehicle_id,
                crew_id=problem.crews[trip.crew].crew_id,
                depot_id=vehicle.depot_id,
                first_day=problem.days[number],
                last_day=problem.days[number],
                stops=found.stops,
                nights=(),
                home=found.home,
                loads=loads,
                length_m=sum(leg.length_m for leg in driven),
                drive_min=sum(leg.drive_min for leg in driven),
                cost_vnd=costs[which],
                load_min=day.loads if which else None,
            )
        )
    return trips[0], trips[1]


def _share_costs(problem: TripProblem, trip: DatedTrip) -> tuple[int, int]:
    """Return what the two trips of a day cost: the first pays the day, and its kilometres."""
    vehicle, day = problem.vehicles[trip.car], problem.days[trip.first]
    travel = problem.travel(vehicle, day)
    first_m = sum(
        int(travel.length_m[drive.start, drive.end])
        for drive in trip.days[0].drives[: trip.split + 1]
        if drive.start != drive.end
    )
    alone, both = (
        -(-metres * vehicle.cost_vnd_per_km // 1000) for metres in (first_m, trip.metres)
    )
    later = both - alone
    for job in trip.order[trip.split :]:
        visit = problem.visits[job]
        if visit.village_id is not None:
            shares = share_rides(
                problem.last_miles[visit.village_id], visit.takes, visit.leaves, day
            )
            later += measure_rides_vnd(shares, problem.costs)
    return trip.cost_vnd - later, later


def record_days(
    problem: TripProblem,
    car: int,
    days: tuple[tuple[int, Day], ...],
    on_board: tuple[Parcel, ...],
    made: int = 0,
) -> RecordedDays:
    """Return numbered days that end at the depot with their legs, stops, nights and loads.

    Parameters
    ----------
    on_board
        What is carried when the first of them begins.
    made
        Stops of the trip before them.
    """
    boxes = sum(parcel.boxes for parcel in on_board)
    kg = sum((parcel.mass_kg for parcel in on_board), 0.0)
    stops: list[Stop] = []
    nights: list[Night] = []
    homes: list[Leg] = []
    for number, plan in days:
        day = problem.days[number]
        legs = [record_leg(problem, car, day, drive) for drive in plan.drives]
        for k, job in enumerate(plan.jobs):
            visit = problem.visits[job]
            boxes += sum(p.boxes for p in visit.takes) - sum(p.boxes for p in visit.leaves)
            kg += sum(p.mass_kg for p in visit.takes) - sum(p.mass_kg for p in visit.leaves)
            stops.append(
                Stop(
                    sequence=made + len(stops) + 1,
                    day=day,
                    visit_id=visit.visit_id,
                    site_id=visit.site_id,
                    tasks=visit.tasks,
                    leg=legs[k],
                    start_min=plan.starts[k],
                    depart_min=max(plan.drives[k + 1].leave, plan.starts[k] + visit.service_min),
                    leaves=visit.leaves,
                    takes=visit.takes,
                    boxes_after=boxes,
                    kg_after=round(kg, 3),
                    village_id=visit.village_id,
                    rides=record_rides(problem, visit, day, plan.starts[k]),
                )
            )
        if number < days[-1][0]:
            leg = legs[-1] if legs[-1].from_site != legs[-1].to_site else None
            nights.append(Night(day, problem.sites[plan.end_site], leg))
        homes = legs[-1:]
    return RecordedDays(tuple(stops), tuple(nights), homes[0])


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


def record_rides(problem: TripProblem, visit: Visit, day: date, start: int) -> tuple[Ride, ...]:
    """Return the rides of a village's motorbikes to and from a stop that begins at a minute.

    The last ride down is unloaded when the stop begins, the first ride up is loaded when it ends.
    """
    if visit.village_id is None:
        return ()
    last_mile = problem.last_miles[visit.village_id]
    rides: list[Ride] = []
    for share in share_rides(last_mile, visit.takes, visit.leaves, day):
        begin = start - measure_phase_min(last_mile, share, is_down=True)
        rides += _ride(problem, last_mile, share, day, begin, is_down=True)
        end = start + visit.service_min
        rides += _ride(problem, last_mile, share, day, end, is_down=False)
    return tuple(rides)


def _ride(
    problem: TripProblem, last_mile: LastMile, share: Share, day: date, time: int, *, is_down: bool
) -> Iterator[Ride]:
    """Yield the rides before a stop, or after it, from a minute on; back and forth."""
    for number, boxes in enumerate((share.downs if is_down else share.ups) or (0,)):
        if number:
            back = _record_way(problem, last_mile, share.rider, day, time, is_down=not is_down)
            yield Ride(share.rider.vehicle.vehicle_id, back, 0)
            time = back.arrive_min
        handling = handle_min(last_mile, boxes)
        leg = _record_way(problem, last_mile, share.rider, day, time + handling, is_down=is_down)
        yield Ride(share.rider.vehicle.vehicle_id, leg, boxes)
        time = leg.arrive_min + handling


def _record_way(
    problem: TripProblem, last_mile: LastMile, rider: Rider, day: date, leave: int, *, is_down: bool
) -> Leg:
    way = rider.down if is_down else rider.up
    ends = last_mile.village_id, last_mile.handover_id
    wait = Pause(leave + way.drive_min // 2, way.wait_min, False)
    times = leave, leave + ride_min(last_mile, way)
    return _make_leg(
        problem, rider.vehicle, day, ends if is_down else ends[::-1], times, way,
        (wait,) if way.wait_min else (),
    )  # fmt: skip


def record_leg(problem: TripProblem, car: int, day: date, drive: Drive) -> Leg:
    """Return a leg with its segments."""
    start, end = problem.sites[drive.start], problem.sites[drive.end]
    if start == end:
        return Leg(start, end, (), drive.leave, drive.arrive, 0, 0, 0, 0, ())
    vehicle = problem.vehicles[car]
    way = read_way(problem.travel(vehicle, day), (drive.start, drive.end))
    pauses = tuple(Pause(*pause) for pause in drive.pauses)
    return _make_leg(problem, vehicle, day, (start, end), (drive.leave, drive.arrive), way, pauses)


def _make_leg(
    problem: TripProblem,
    vehicle: Vehicle,
    day: date,
    ends: tuple[SiteId, SiteId],
    times: tuple[int, int],
    measured: RideWay,
    pauses: tuple[Pause, ...],
) -> Leg:
    way = problem.way(vehicle, day, *ends)
    return Leg(
        from_site=ends[0],
        to_site=ends[1],
        segments=tuple(way.segments),
        leave_min=times[0],
        arrive_min=times[1],
        drive_min=measured.drive_min,
        buffer_min=problem.rules.leg_buffer_min,
        wait_min=measured.wait_min,
        length_m=measured.length_m,
        pauses=pauses,
        from_share=way.from_share,
        to_share=way.to_share,
    )
