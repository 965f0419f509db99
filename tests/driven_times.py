"""Months of trips in the small province, and what crews would report of them were factors known.

The plan's legs come from the search's roads, with the factors in force; what is reported is drawn
from the speed table and the true factors, segment by segment.
"""

import dataclasses
import random
from collections.abc import Mapping
from datetime import date

from plan_fixture import make_plan
from roads_measured import measure_drive_min

from planning.expected_results import list_expected_results
from planning.plan import Plan
from planning.service_minutes import measure_exchange_min
from province.dates import Month
from province.facts import Province
from province.fleet import VehicleKind
from province.ids import BatchId, SiteId, TripId, VisitId
from province.results import RecordedResult, ResultRow, identify_result
from province.road_settings import RoadSettings
from province.roads import RoadClass, Segment
from province.visits import Parcel, Task, Visit, Window
from roads.travel import Roads
from routing.trips import Leg, Pause, Stop, Trip, TripPlan

SITES = tuple(SiteId(name) for name in ("TV1", "TV2", "TV3", "TV4", "TH1"))
NOVEMBER = Month(2026, 11)


def with_factors(
    province: Province,
    roads: Mapping[RoadClass, float] | None = None,
    sites: Mapping[str, float] | None = None,
) -> Province:
    """Return the province with factors of its road classes and sites in force."""
    settings = province.settings.roads.model_copy(update={"class_factors": dict(roads or {})})
    own = sites or {}
    return dataclasses.replace(
        province,
        settings=province.settings.model_copy(update={"roads": settings}),
        sites=tuple(
            dataclasses.replace(site, service_factor=own.get(site.site_id, 1.0))
            for site in province.sites
        ),
    )


def plan_days(
    province: Province, month: Month = NOVEMBER, *, seed: int = 1, opens_min: int = 0
) -> Plan:
    """Return a plan with a trip to three sites on each of the first 24 days of a month."""
    chance, roads = random.Random(seed), Roads(province)
    trips, visits = [], []
    for number, day in enumerate(list(month.days())[:24]):
        trip_id = TripId(f"{month}-{number:02d}")
        order = chance.sample(SITES, 3)
        trip, own = _plan_trip(province, roads, trip_id, day, order, opens_min)
        trips.append(trip)
        visits += own
    plan = TripPlan(tuple(trips), (), "feasible", 0, 1.0, 1.0, 0.0, 1, 1.0)
    made = make_plan(province)
    return dataclasses.replace(made, month=month, trips=plan, visits=tuple(visits), deliveries=())


def _plan_trip(
    province: Province,
    roads: Roads,
    trip_id: TripId,
    day: date,
    order: list[SiteId],
    opens_min: int,
) -> tuple[Trip, list[Visit]]:
    """Return a trip, and the visits that it serves: four boxes left and four taken at each."""
    depot, vehicle, crew = province.depots[0].site_id, province.vehicles[1], province.crews[0]
    minute, place, stops, visits = 360, depot, [], []
    for sequence, site in enumerate(order, 1):
        leg = plan_leg(province, roads, day, place, site, minute)
        left = (Parcel(BatchId(f"{trip_id}-{site}-L"), depot, site, 140, 4, 60.0),)
        taken = (Parcel(BatchId(f"{trip_id}-{site}-T"), site, depot, 140, 4, 60.0),)
        factor = province.site_by_id[site].service_factor
        service_min = measure_exchange_min(province.settings.service, 8, factor)
        start = max(leg.arrive_min, opens_min)
        minute, place = start + service_min, site
        name = VisitId(f"{trip_id}-{site}")
        stops.append(
            Stop(sequence, day, name, site, (Task.EXCHANGE,), leg, start, minute, left, taken,
                 12, 180.0)
        )  # fmt: skip
        visits.append(
            Visit(name, site, (Task.EXCHANGE,), service_min, left, taken,
                  (Window(day, opens_min, 1440),), 2, False, 3)
        )  # fmt: skip
    home = plan_leg(province, roads, day, place, depot, minute)
    legs = (*(stop.leg for stop in stops), home)
    return (
        Trip(trip_id, vehicle.vehicle_id, crew.crew_id, depot, day, day, tuple(stops), (), home,
             (), sum(leg.length_m for leg in legs), sum(leg.drive_min for leg in legs), 0),
        visits,
    )  # fmt: skip


def plan_leg(
    province: Province, roads: Roads, day: date, start: SiteId, end: SiteId, minute: int
) -> Leg:
    """Return the way of the truck between two sites as the search plans it."""
    vehicle = province.vehicles[1]
    travel, way = roads.travel(vehicle, day, (start, end)), roads.way(vehicle, day, start, end)
    drive, wait = int(travel.drive_min[0, 1]), int(travel.wait_min[0, 1])
    buffer = province.settings.trips.leg_buffer_min
    pauses = (Pause(minute, wait, False),) if wait else ()
    return Leg(
        start, end, way.segments, minute, minute + drive + wait + buffer, drive, buffer, wait,
        int(travel.length_m[0, 1]), pauses, way.from_share, way.to_share,
    )  # fmt: skip


def report(
    plan: Plan, truth: Province, *, seed: int = 1, noise_min: float = 4.0, opens_min: int = 0
) -> tuple[RecordedResult, ...]:
    """Return what crews report of a plan where the factors of a province are the true ones."""
    chance = random.Random(seed)
    return tuple(
        RecordedResult(identify_result(row), "", "", "", "", None, row)
        for trip in plan.trips.trips
        for row in _report_trip(plan, truth, trip, chance, noise_min, opens_min)
    )


def _report_trip(
    plan: Plan,
    truth: Province,
    trip: Trip,
    chance: random.Random,
    noise_min: float,
    opens_min: int,
) -> list[ResultRow]:
    minute, times = 360.0, {}
    for stop in trip.stops:
        arrived = round(minute + drive_truly(truth, stop.leg) + chance.gauss(0, noise_min))
        factor = truth.site_by_id[stop.site_id].service_factor
        expected = measure_exchange_min(truth.settings.service, 8)
        begun = max(arrived, opens_min)
        minute = round(begun + max(1.0, factor * expected + chance.gauss(0, noise_min)))
        times[stop.sequence] = arrived, minute
    home = round(minute + drive_truly(truth, trip.home) + chance.gauss(0, noise_min))
    times[0] = home, 360
    return [
        dataclasses.replace(
            row, arrived_min=times[row.sequence][0], departed_min=times[row.sequence][1]
        )
        for row in list_expected_results(plan, trip)
    ]


def drive_truly(truth: Province, leg: Leg) -> float:
    """Return what a leg takes: its pauses and buffer, and its segments at the true speeds."""
    segments, last = truth.segment_by_id, len(leg.segments) - 1
    minutes = float(leg.arrive_min - leg.leave_min - leg.drive_min)
    for number, (key, is_forward) in enumerate(leg.segments):
        begin = leg.from_share if number == 0 else 0.0
        end = leg.to_share if number == last else 1.0
        whole = _measure(segments[key], is_forward, truth.settings.roads)
        minutes += (end - begin) * whole
    return minutes


def _measure(segment: Segment, is_forward: bool, settings: RoadSettings) -> float:
    return measure_drive_min(segment, is_forward, VehicleKind.TRUCK, settings=settings)


def with_results(province: Province, results: tuple[RecordedResult, ...]) -> Province:
    """Return the province in whose ledger results stand."""
    return dataclasses.replace(province, results=results)
