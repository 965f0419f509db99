"""Longer days, more nights, and beds nearer to a visit."""

from collections.abc import Callable, Iterator

from planning.fixes.levers import Lever, Question, set_cell, set_trips, stepped
from planning.fixes.trial import Served
from province.changes import Change
from province.crow import measure_crow_m
from province.places import Site, SiteKind
from province.settings import TripSettings
from routing.trips import Trip

NUM_LODGINGS = 4  # sites nearest to the visit where beds may be added
MOST_NIGHTS = 6
LONGEST_DUTY_MIN = 780  # thirteen hours, breaks and waiting included (ours)
EARLIEST_MIN, LATEST_MIN = 300, 1320  # nobody is asked to drive at other hours (ours)
EARLIEST_MEAL_MIN, LATEST_MEAL_MIN = 630, 870  # nobody is asked to eat at other hours (ours)
STEP_MIN = 30  # limits are asked for in half hours, as people agree on them


def pull_limits(asked: Question) -> Iterator[Lever]:
    """Yield longer days, more nights, and beds nearer to the visit."""
    province, trips = asked.province, asked.province.settings.trips
    if trips.driving_max_day_min < trips.driving_by_law_min:
        yield _limit(
            "driving_max_day_min",
            trips.driving_by_law_min,
            lambda trip: max(sum(leg.drive_min for leg in day.legs) for day in trip.days),
        )
    if trips.duty_max_day_min < LONGEST_DUTY_MIN:
        yield _limit("duty_max_day_min", LONGEST_DUTY_MIN, _longest_duty)
    yield from _pull_meals(trips)
    if trips.latest_end_min < LATEST_MIN:
        yield _limit("latest_end_min", LATEST_MIN, lambda trip: max(_ends(trip)))
    if trips.earliest_start_min > EARLIEST_MIN:
        yield Lever(
            set_trips("earliest_start_min", EARLIEST_MIN),
            lambda served: set_trips(
                "earliest_start_min", min(_starts(served.trip)) // STEP_MIN * STEP_MIN
            ),
        )
    if trips.daylight_only:
        yield Lever(set_trips("daylight_only", False))
    if trips.max_nights < MOST_NIGHTS:
        yield Lever(
            set_trips("max_nights", MOST_NIGHTS),
            lambda served: set_trips("max_nights", len(served.trip.nights)),
        )
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

            def settle(served: Served, site: Site = site) -> Change:
                members = province.crew_by_id[served.trip.crew_id].members
                return set_cell(site, "lodging_beds", members)

            yield Lever(set_cell(site, "lodging_beds", most), settle)


def _pull_meals(trips: TripSettings) -> Iterator[Lever]:
    """Yield shorter meals, and wider hours for them."""
    if not trips.meal_min:
        return
    shortest = max(trips.meal_by_law_min, trips.break_min)
    if trips.meal_min > shortest:
        yield Lever(set_trips("meal_min", shortest))
    earlier = range(trips.meal_from - STEP_MIN, EARLIEST_MEAL_MIN - 1, -STEP_MIN)
    yield from stepped([set_trips("meal_from", minute) for minute in earlier])
    later = range(trips.meal_to + STEP_MIN, LATEST_MEAL_MIN + 1, STEP_MIN)
    yield from stepped([set_trips("meal_to", minute) for minute in later])


def _limit(name: str, loosest: int, need: Callable[[Trip], int]) -> Lever:
    """Return the lever of a most: what the trip needs, rounded up to steps."""
    return Lever(
        set_trips(name, loosest),
        lambda served: set_trips(name, -(-need(served.trip) // STEP_MIN) * STEP_MIN),
    )


def _longest_duty(trip: Trip) -> int:
    return max(end - start for start, end in zip(_starts(trip), _ends(trip), strict=True))


def _starts(trip: Trip) -> list[int]:
    return [day.legs[0].leave_min for day in trip.days if day.legs]


def _ends(trip: Trip) -> list[int]:
    return [
        max([day.legs[-1].arrive_min, *(stop.depart_min for stop in day.stops)])
        for day in trip.days
        if day.legs
    ]
