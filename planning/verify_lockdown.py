"""Proves that a plan keeps to a lockdown, from the zones, the sites and the plan alone.

Nothing of what makes visits or trips is used: which days are shut is counted here once more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from planning.plan import Plan
from province.agenda import Zone, ZoneRule
from province.facts import Province
from province.ids import BatchId, SiteId
from province.journal import EntryType
from province.language import Message, message
from province.past import NO_PAST, Past
from province.violations import Violation
from province.visits import Task
from routing.trips import Stop, Trip

Found = Iterator[tuple[str, str, Message]]

ENTERED = "nobody_enters_a_shut_commune"
GATE = "boxes_alone_are_left_at_the_gate"
BEDS = "nobody_sleeps_in_a_shut_commune"
OPEN = "temporary_sites_are_served_while_open"
RESTED = "books_of_a_lockdown_rest_first"
LATER = "others_are_not_put_off_too_long"

PATIENTS = ("treatment_site", "quarantine_site")
TEMPORARY = (*PATIENTS, "front_line_site")


@dataclass(frozen=True, slots=True)
class Homecoming:
    """A batch that came from a library to a store room, and how long it rests there."""

    batch_id: BatchId
    trip_id: str
    site_id: SiteId
    home: date
    rest_days: int


def verify_lockdown(province: Province, plan: Plan, past: Past = NO_PAST) -> tuple[Violation, ...]:
    """Return where a plan breaks what a lockdown asks for; empty for a good plan.

    Parameters
    ----------
    province
        The facts as they are read, without the movements of `past`.
    past
        What plans of earlier months moved and nobody recorded yet.
    """
    found = [
        *(one for trip in plan.trips.trips for one in _check_trip(province, trip)),
        *(
            one
            for trip in plan.standing_trips
            for stop in trip.stops
            if not plan.is_before(stop.day, stop.start_min)
            for one in _check_stop(province, stop, stop.site_id, f"{trip.trip_id} {stop.visit_id}")
        ),
        *_check_rest(province, plan, past),
        *_check_delays(province, plan),
    ]
    return tuple(Violation(*item) for item in dict.fromkeys(found))


def _check_trip(province: Province, trip: Trip) -> Found:
    for stop in trip.stops:
        where = f"{trip.trip_id} {stop.visit_id}"
        for site_id in dict.fromkeys((stop.site_id, stop.receiver_id)):
            yield from _check_stop(province, stop, site_id, where)
        site = province.site_by_id[stop.receiver_id]
        first, last = site.enrolled_from, site.enrolled_until
        if site.kind.value not in TEMPORARY or last is None or not stop.leaves:
            continue
        if first is None or not first <= stop.day <= last:
            yield OPEN, where, message("the site is not open on {day}", day=stop.day.isoformat())
    for night in trip.nights:
        for zone in _list_zones(province, night.site_id, night.day):
            yield (
                BEDS,
                f"{trip.trip_id} {night.day}",
                message("{site} lies in zone {zone}", site=night.site_id, zone=zone.zone_id),
            )


def _check_stop(province: Province, stop: Stop, site_id: SiteId, where: str) -> Found:
    for zone in _list_zones(province, site_id, stop.day):
        told = {"site": str(site_id), "zone": zone.zone_id, "day": stop.day.isoformat()}
        if zone.rule is ZoneRule.NO_ENTRY:
            yield ENTERED, where, message("{site} is shut on {day} by zone {zone}", **told)
        elif {Task.SESSION, Task.TRAINING} & set(stop.tasks):
            yield (
                GATE,
                where,
                message("people gather at {site} on {day}, in zone {zone}", **told),
            )


def _list_zones(province: Province, site_id: SiteId, day: date) -> Iterator[Zone]:
    code = province.site_by_id[site_id].commune_code
    for zone in province.zones:
        if zone.commune_code == code and zone.span.first <= day <= zone.span.last:
            yield zone


def _check_rest(province: Province, plan: Plan, past: Past) -> Found:
    """Yield batches that move on before they have rested and were checked."""
    check_days, back = province.settings.service.check_days, _list_homecomings(province, plan, past)
    for trip in plan.trips.trips:
        for parcel in trip.loads:
            earlier = [one for one in back if one.batch_id == parcel.content_id]
            earlier = [
                one for one in earlier if one.home <= trip.first_day and one.trip_id != trip.trip_id
            ]
            last = max(earlier, key=lambda one: one.home, default=None)
            if last is None or not last.rest_days:
                continue
            ready = last.home + timedelta(days=last.rest_days + check_days + 1)
            if trip.first_day < ready:
                text = message(
                    "it came home on {day} from {site}, where a lockdown held, and may go out again"
                    " on {ready}; days too early: {over_days}",
                    day=last.home.isoformat(), site=str(last.site_id), ready=ready.isoformat(),
                    over_days=(ready - trip.first_day).days,
                )  # fmt: skip
                yield RESTED, f"{trip.trip_id} {parcel.content_id}", text
        for stop in trip.stops:
            for parcel in stop.takes:
                later = [s for s in trip.stops if s.sequence > stop.sequence]
                onward = [s for s in later if parcel.content_id in _list_contents(s)]
                if onward and _count_rest(province, stop.receiver_id, stop.day):
                    text = message(
                        "it comes from {site}, where a lockdown holds, and is left on the same"
                        " trip", site=stop.receiver_id,
                    )  # fmt: skip
                    yield RESTED, f"{trip.trip_id} {parcel.content_id}", text


def _list_contents(stop: Stop) -> set[str]:
    return {parcel.content_id for parcel in stop.leaves}


def _list_homecomings(province: Province, plan: Plan, past: Past) -> list[Homecoming]:
    """Return when batches came, or come, from libraries to a store room."""
    depots = {site.site_id for site in province.depots}
    own = {trip.trip_id for trip in plan.trips.trips}
    voided = {e.voids for e in province.journal if e.entry_type is EntryType.VOID}
    found = [
        Homecoming(
            entry.batch_id, entry.trip_id, entry.from_site,
            max(entry.day, past.homecomings.get(entry.batch_id, entry.day)),
            _count_rest(province, entry.from_site, entry.day),
        )
        for entry in (*province.journal, *past.entries)
        if entry.entry_type is EntryType.MOVED and entry.entry_id not in voided
        and entry.trip_id not in own and entry.to_site in depots
    ]  # fmt: skip
    for trip in plan.trips.trips:
        for stop in trip.stops:
            rest = _count_rest(province, stop.receiver_id, stop.day)
            taken = (p.batch_id for p in stop.takes if p.batch_id is not None)
            found += [
                Homecoming(b, trip.trip_id, stop.receiver_id, trip.last_day, rest) for b in taken
            ]
    return found


def _count_rest(province: Province, site_id: SiteId, day: date) -> int:
    """Return how long books rest that were taken from a site on a day."""
    rest, site = province.settings.lockdown.rest_days, province.site_by_id.get(site_id)
    if site is None:
        return 0
    before = [day - timedelta(days=number) for number in range(rest + 1)]
    if any(True for one in before for _ in _list_zones(province, site_id, one)):
        return rest
    first, last = site.enrolled_from, site.enrolled_until
    if site.kind.value not in PATIENTS or first is None or last is None:
        return 0
    return rest if any(first <= one <= last for one in before) else 0


def _check_delays(province: Province, plan: Plan) -> Found:
    """Yield visits outside the lockdown that a new plan of the month puts off too long."""
    if plan.replanned is None:
        return
    begun, end = plan.replanned.day, plan.month.last_day
    zones = [z for z in province.zones if z.span.first <= end and z.span.last >= begun]
    sites = [
        site
        for site in province.sites
        if site.kind.value in TEMPORARY and site.enrolled_until is not None
        if site.enrolled_from is not None and site.enrolled_from <= end
        if site.enrolled_until >= begun
    ]
    first = plan.month.first_day
    codes = {z.commune_code for z in province.zones if z.span.first <= end and z.span.last >= first}
    pinned = {visit.visit_id for visit in plan.visits if visit.pin is not None}
    most = timedelta(days=province.settings.lockdown.max_later_days)
    for change in plan.replanned.changes if zones or sites else ():
        site = province.site_by_id.get(change.site_id)
        if site is None or site.commune_code in codes or change.visit_id in pinned:
            continue
        if site.kind.value in TEMPORARY and site.enrolled_until is not None:
            continue
        if change.before is None or change.after is None:
            continue
        later = change.after.day - change.before.day
        if later > most:
            text = message(
                "{days} days later than announced, at most {most}; days too many: {over_days}",
                days=later.days, most=most.days, over_days=(later - most).days,
            )  # fmt: skip
            yield LATER, str(change.visit_id), text
