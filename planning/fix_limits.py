"""Longer days, more nights, and beds nearer to a visit."""

import dataclasses
from collections.abc import Callable, Iterator

from planning.fix_levers import Lever, Settled, change_trips, set_trips, with_site
from planning.fix_trial import Served
from province.changes import Change
from province.crow import measure_crow_m
from province.facts import Province
from province.places import Site, SiteKind
from province.visits import Visit
from routing.checks.times import list_courses
from routing.trips import Trip

NUM_LODGINGS = 4  # sites nearest to the visit where beds may be added
DRIVING_BY_LAW_MIN = 600  # Law 36/2024, article 64: never more in a day
STEP_MIN = 30


def pull_limits(province: Province, visit: Visit) -> Iterator[Lever]:
    """Yield longer days, more nights, and beds nearer to the visit."""
    trips = province.settings.trips
    if trips.driving_max_day_min < DRIVING_BY_LAW_MIN:
        yield _limit(province, "driving_max_day_min", DRIVING_BY_LAW_MIN, _longest_drive)
    yield _limit(province, "duty_max_day_min", 1440, _longest_duty)
    yield _limit(province, "latest_end_min", 1440, lambda trip: max(_ends(trip)))
    for start in range(trips.earliest_start_min - STEP_MIN, -1, -STEP_MIN):
        yield set_trips(province, "earliest_start_min", start)
    if trips.daylight_only:
        yield set_trips(province, "daylight_only", False)
    for nights in range(trips.max_nights + 1, 7):
        yield set_trips(province, "max_nights", nights)
    goal = province.site_by_id[visit.site_id]
    near = sorted(
        (site for site in province.sites if site.kind is not SiteKind.DEPOT),
        key=lambda site: (
            measure_crow_m((goal.lon, goal.lat), (site.lon, site.lat)),
            site.site_id,
        ),
    )
    most = max((crew.members for crew in province.crews), default=0)
    for site in near[:NUM_LODGINGS]:
        if site.lodging_beds < most:

            def settle(served: Served, site: Site = site) -> Settled:
                crew = province.crew_by_id[served.trip.crew_id]
                beds = dataclasses.replace(site, lodging_beds=crew.members)
                change = Change("libraries.csv", site.site_id, "lodging_beds", str(crew.members))
                return change, with_site(province, beds)

            yield Lever(with_site(province, dataclasses.replace(site, lodging_beds=most)), settle)


def _limit(province: Province, name: str, loosest: int, need: Callable[[Trip], int]) -> Lever:
    def settle(served: Served) -> Settled:
        value = max(need(served.trip), getattr(province.settings.trips, name))
        return change_trips(province, name, value)

    return Lever(change_trips(province, name, loosest)[1], settle, has_roads=True)


def _longest_drive(trip: Trip) -> int:
    return max(sum(leg.drive_min for leg in course.legs) for course in list_courses(trip))


def _longest_duty(trip: Trip) -> int:
    starts = [course.legs[0].leave_min for course in list_courses(trip) if course.legs]
    return max(end - start for start, end in zip(starts, _ends(trip), strict=True))


def _ends(trip: Trip) -> list[int]:
    return [
        max([course.legs[-1].arrive_min, *(stop.depart_min for stop in course.stops)])
        for course in list_courses(trip)
        if course.legs
    ]
