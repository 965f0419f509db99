"""Which visits and stays of the plans in force something concerns that happened."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from planning.find_plan import list_plans
from planning.happened.happening import Concern
from planning.plan import Plan
from planning.plan_file import read_plan
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.ids import BatchId, CrewId, SegmentId, SiteId, TripId, VehicleId, VisitId
from province.roads import Closure, ClosureEffect
from roads.closures import list_closed_stretches
from roads.stretches import Stretch
from routing.trips import Leg, Stop, Trip, TripDay


@dataclass(frozen=True, slots=True)
class TouchedVisit:
    """A planned visit; `site_id` is the site that is served."""

    month: Month
    trip_id: TripId
    day: date
    visit_id: VisitId
    site_id: SiteId
    vehicle_id: VehicleId
    crew_id: CrewId


@dataclass(frozen=True, slots=True)
class TouchedStay:
    """A planned stay: `month` is the one in which the batch is to come, or to be fetched.

    `trip_id` is "" where no trip brings or fetches it yet.
    """

    batch_id: BatchId
    site_id: SiteId
    month: Month
    is_fetched: bool
    trip_id: str


@dataclass(frozen=True, slots=True)
class Touched:
    """What is concerned; `unread` are the plans that could not be read."""

    visits: tuple[TouchedVisit, ...] = ()
    stays: tuple[TouchedStay, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(slots=True)
class _Search:
    """What is looked for, and what was found; `stretches` are those that the closure names."""

    province: Province
    concern: Concern
    closure: Closure | None
    stretches: dict[SegmentId, list[Stretch]] = field(default_factory=dict)
    visits: list[TouchedVisit] = field(default_factory=list)
    stays: list[TouchedStay] = field(default_factory=list)


def find_touched(folder: Path, before: Province, after: Province, concern: Concern) -> Touched:
    """Return the visits and stays of the plans in force that something concerns.

    Of a trip that it meets, these are the visits from that day on, as everything behind it waits.

    Parameters
    ----------
    before, after
        The facts without and with what happened; a closure is looked for in either.
    """
    closures = {one.closure_id: one for one in (*before.closures, *after.closures)}
    closure = closures[concern.closure_id] if concern.closure_id else None
    search = _Search(after, concern, closure)
    if closure is not None:
        found = list_closed_stretches(closure, after.segments, after.communes, after.areas)
        for stretch in found:
            search.stretches.setdefault(stretch.segment_id, []).append(stretch)
    unread = []
    plans = list_plans(folder)
    for month, path in plans:
        try:
            plan = read_plan(path)
        except InputError:
            unread.append(path.relative_to(folder).as_posix())
            continue
        _look_at_trips(search, plan)
        if month == plans[-1][0]:
            _look_at_later_stays(search, plan)
    return Touched(
        tuple(sorted(search.visits, key=lambda visit: (visit.day, visit.trip_id))),
        tuple(sorted(search.stays, key=lambda s: (s.month, s.site_id, s.batch_id))),
        tuple(unread),
    )


def _look_at_trips(search: _Search, plan: Plan) -> None:
    """Add the visits that are met, and the stays that they begin and end."""
    depots = {site.site_id for site in search.province.depots}
    for trip in plan.all_trips:
        for stop in _list_met(search, trip):
            search.visits.append(
                TouchedVisit(
                    plan.month, trip.trip_id, stop.day, stop.visit_id, stop.receiver_id,
                    trip.vehicle_id, trip.crew_id,
                )
            )  # fmt: skip
            ends = [(parcel, parcel.to_site, False) for parcel in stop.leaves]
            ends += [(parcel, parcel.from_site, True) for parcel in stop.takes]
            for parcel, site, is_fetched in ends:
                if parcel.batch_id is not None and site not in depots:
                    stay = (parcel.batch_id, site, plan.month, is_fetched, trip.trip_id)
                    search.stays.append(TouchedStay(*stay))


def _list_met(search: _Search, trip: Trip) -> tuple[Stop, ...]:
    """Return the stops of a trip that are concerned."""
    concern = search.concern
    if concern.sites:
        at_sites = (s for s in trip.stops if {s.site_id, s.receiver_id} & concern.sites)
        return tuple(stop for stop in at_sites if concern.holds_on(stop.day))
    days = [day for day in trip.days if concern.holds_on(day.day) and _meets(search, trip, day)]
    if not days:
        return ()
    return tuple(stop for stop in trip.stops if stop.day >= days[0].day) or trip.stops


def _meets(search: _Search, trip: Trip, day: TripDay) -> bool:
    """Whether a day of a trip needs somebody who is away, or a road that is closed."""
    rides = [ride for stop in day.stops for ride in stop.rides]
    used = {trip.vehicle_id, trip.crew_id, *(ride.vehicle_id for ride in rides)}
    if search.closure is None:
        return bool(used & search.concern.movers)
    cars = search.province.vehicle_by_id
    driven = [(trip.vehicle_id, leg) for leg in day.legs]
    driven += [(ride.vehicle_id, ride.leg) for ride in rides]
    return any(
        (name not in cars or search.closure.stops(cars[name])) and _uses(search, leg, day.day)
        for name, leg in driven
    )


def _uses(search: _Search, leg: Leg, day: date) -> bool:
    """Whether a leg leads over what is closed, while it is."""
    closure = search.closure
    spans = closure.list_hours(day) if closure else ()
    if closure is None or not spans:
        return False
    wet_months = search.province.settings.season.wet_months
    if closure.effect is ClosureEffect.DRY_ONLY and day.month not in wet_months:
        return False
    if closure.effect is ClosureEffect.SHUT and not any(
        begin < leg.arrive_min and leg.leave_min < end for begin, end in spans
    ):
        return False
    last = len(leg.segments) - 1
    for number, (segment_id, is_forward) in enumerate(leg.segments):
        begin = leg.from_share if number == 0 else 0.0
        end = leg.to_share if number == last else 1.0
        first, final = (begin, end) if is_forward else (1.0 - end, 1.0 - begin)
        if any(one.overlaps(first, final) for one in search.stretches.get(segment_id, ())):
            return True
    return False


def _look_at_later_stays(search: _Search, plan: Plan) -> None:
    """Add the stays at the sites that are to begin or end in months that are not planned yet."""
    for stay in plan.rotation.stays:
        if stay.site_id not in search.concern.sites:
            continue
        ends = [(stay.first_month, False)]
        ends += [] if stay.is_open_end else [(stay.first_month.plus(stay.months), True)]
        for month, is_fetched in ends:
            if month > plan.month and any(search.concern.holds_on(day) for day in month.days()):
                search.stays.append(TouchedStay(stay.batch_id, stay.site_id, month, is_fetched, ""))
