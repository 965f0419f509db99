"""Longer days, more nights, and beds nearer to a visit."""

import dataclasses
from collections.abc import Callable, Iterator

from planning.fix_levers import Lever, Question, Settled, change_trips, set_trips, with_site
from planning.fix_trial import Served
from province.changes import Change
from province.crow import measure_crow_m
from province.facts import Province
from province.places import Site, SiteKind
from routing.trips import Trip

NUM_LODGINGS = 4  # sites nearest to the visit where beds may be added
DRIVING_BY_LAW_MIN = 600  # Law 36/2024, article 64: never more in a day
MOST_NIGHTS = 6
LONGEST_DUTY_MIN = 780  # thirteen hours, breaks and waiting included (ours)
EARLIEST_MIN, LATEST_MIN = 300, 1320  # nobody is asked to drive at other hours (ours)
HOURS = ("earliest_start_min", "latest_end_min")  # roads open at no other hour count as shut
STEP_MIN = 30  # limits are asked for in half hours, as people agree on them


def pull_limits(asked: Question) -> Iterator[Lever]:
    """Yield longer days, more nights, and beds nearer to the visit."""
    province, trips = asked.province, asked.province.settings.trips
    if trips.driving_max_day_min < DRIVING_BY_LAW_MIN:
        yield _limit(province, "driving_max_day_min", DRIVING_BY_LAW_MIN, _longest_drive)
    if trips.duty_max_day_min < LONGEST_DUTY_MIN:
        yield _limit(province, "duty_max_day_min", LONGEST_DUTY_MIN, _longest_duty)
    if trips.latest_end_min < LATEST_MIN:
        yield _limit(province, "latest_end_min", LATEST_MIN, lambda trip: max(_ends(trip)))
    if trips.earliest_start_min > EARLIEST_MIN:
        yield _limit(province, "earliest_start_min", EARLIEST_MIN, lambda trip: min(_starts(trip)))
    if trips.daylight_only:
        yield set_trips(province, "daylight_only", False)
    if trips.max_nights < MOST_NIGHTS:
        yield _limit(province, "max_nights", MOST_NIGHTS, lambda trip: len(trip.nights))
    goal = province.site_by_id[asked.visit.site_id]
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
        now = getattr(province.settings.trips, name)
        if name == "max_nights":
            return change_trips(province, name, need(served.trip))
        if loosest < now:
            return change_trips(province, name, need(served.trip) // STEP_MIN * STEP_MIN)
        return change_trips(province, name, -(-need(served.trip) // STEP_MIN) * STEP_MIN)

    return Lever(change_trips(province, name, loosest)[1], settle, has_roads=name in HOURS)


def _longest_drive(trip: Trip) -> int:
    return max(sum(leg.drive_min for leg in course.legs) for course in trip.days)


def _longest_duty(trip: Trip) -> int:
    return max(end - start for start, end in zip(_starts(trip), _ends(trip), strict=True))


def _starts(trip: Trip) -> list[int]:
    return [course.legs[0].leave_min for course in trip.days if course.legs]


def _ends(trip: Trip) -> list[int]:
    return [
        max([course.legs[-1].arrive_min, *(stop.depart_min for stop in course.stops)])
        for course in trip.days
        if course.legs
    ]
