"""What must hold in a lockdown, point by point: what was looked at, and what is broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from planning.lockdown_month import list_online_offers, list_resting_batches, list_temporary_sites
from planning.plan import Plan
from planning.verify_lockdown import (
    BEDS,
    ENTERED,
    GATE,
    LATER,
    OPEN,
    RESTED,
    verify_lockdown,
)
from province.agenda import ZoneRule
from province.facts import Province
from province.language import Message, mark, message
from province.lockdown import has_lockdown, is_temporary, list_zones
from province.past import Past
from province.visits import Task
from routing.trips import Stop


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that must hold.

    Parameters
    ----------
    looked_at
        How many stops, nights, batches or sites it was looked for at.
    broken
        Where it does not hold, in sentences.
    tells
        The figure that comes nearest to the limit, and the limit.
    """

    name: str
    sentence: Message
    looked_at: int
    broken: tuple[Message, ...]
    tells: Message


def audit_lockdown(province: Province, plan: Plan, past: Past) -> tuple[Point, ...]:
    """Return the points that must hold in the month of a plan; none where there is no lockdown."""
    if not has_lockdown(province, plan.month):
        return ()
    found = verify_lockdown(province, plan, past)
    broken = {
        name: tuple(one.sentence for one in found if one.rule == name)
        for name in (ENTERED, GATE, BEDS, OPEN, RESTED, LATER)
    }
    stops = [stop for _, stop in plan.trips.stops()]
    nights = sum(len(trip.nights) for trip in plan.trips.trips)
    zones = list_zones(province, plan.month)
    shut = [zone for zone in zones if zone.rule is ZoneRule.NO_ENTRY]
    counts = message("zones: {count}", count=len(shut))
    at_gate = sum(_is_at_gate(province, stop) for stop in stops)
    return (
        Point(ENTERED, message("no trip stops in a commune that is shut"), len(stops),
              broken[ENTERED], counts),
        Point(GATE, message("at a gate boxes change hands, nobody gathers"), at_gate,
              broken[GATE], message("zones: {count}", count=len(zones) - len(shut))),
        Point(BEDS, message("no crew sleeps in a commune under lockdown"), nights, broken[BEDS],
              message("nights: {count}", count=nights)),
        _audit_rest(province, plan, broken[RESTED]),
        *_audit_temporary(province, plan, broken[OPEN]),
        _audit_others(province, plan, broken[LATER]),
        _audit_offers(province, plan),
    )  # fmt: skip


def _is_at_gate(province: Province, stop: Stop) -> bool:
    """Whether a stop is made at the gate of a zone."""
    code = province.site_by_id[stop.receiver_id].commune_code
    return any(
        zone.commune_code == code and stop.day in zone.span and zone.rule is ZoneRule.GATE_DROP
        for zone in province.zones
    )


def _audit_rest(province: Province, plan: Plan, broken: tuple[Message, ...]) -> Point:
    """Return how long fetched batches stay at home before a trip of the month takes them out."""
    resting = list_resting_batches(plan, province)
    home = {one.batch_id: one.home_day for one in resting}
    waits = [
        (trip.first_day - home[parcel.batch_id]).days - 1
        for trip in plan.trips.trips
        for parcel in trip.loads
        if parcel.batch_id in home and trip.first_day > home[parcel.batch_id]
    ]
    settings = province.settings
    least = settings.lockdown.rest_days + settings.service.check_days
    shown = "-" if not waits else str(min(waits))
    return Point(
        RESTED, message("books that come back rest, and are checked, before they move on"),
        len(resting), broken,
        message("whole days at home, least: {days} (at least {least})", days=shown, least=least),
    )  # fmt: skip


def _audit_temporary(
    province: Province, plan: Plan, broken: tuple[Message, ...]
) -> Iterator[Point]:
    """Yield whether temporary sites are served while open, and each has books."""
    sites = list_temporary_sites(plan, province)
    stays = {stay.site_id for stay in plan.rotation.stays if stay.first_month <= plan.month}
    taking = [one for one in sites if one.site.takes_rotation]
    yield Point(
        OPEN, message("temporary sites are served while they are open"), len(sites), broken,
        message("visits: {count}", count=sum(len(one.days) for one in sites)),
    )  # fmt: skip
    bare = [
        message("{site} gets no books", site=one.site.site_id)
        for one in taking
        if not one.books and one.site.site_id not in stays
    ]
    lost = [
        message("{visit}: {reason}", visit=one.visit_id, reason=one.reason)
        for one in plan.trips.unserved
        for visit in plan.visits
        if visit.visit_id == one.visit_id and is_temporary(province.site_by_id[visit.receiver_id])
    ]
    yield Point(
        "each_temporary_site_has_books", message("an isolated bookcase at each temporary site"),
        len(taking), (*bare, *lost),
        message("books: {count}", count=sum(one.books for one in taking)),
    )  # fmt: skip


def _audit_others(province: Province, plan: Plan, broken: tuple[Message, ...]) -> Point:
    """Return by how much visits elsewhere are put off, and which are lost, by the new plan."""
    codes = {zone.commune_code for zone in list_zones(province, plan.month)}
    changes = plan.replanned.changes if plan.replanned else ()
    others = [
        (change, site)
        for change in changes
        if (site := province.site_by_id.get(change.site_id)) is not None
        and site.commune_code not in codes
        and not is_temporary(site)
        and change.before is not None
    ]
    later = [
        (change.after.day - change.before.day).days
        for change, _ in others
        if change.after is not None and change.before is not None
    ]
    gone = message("it is asked for no more")
    reasons = {one.visit_id: one.reason for one in plan.trips.unserved}
    lost = tuple(
        message(
            "{visit} at {site} is lost: {reason}", visit=change.visit_id, site=str(site.site_id),
            reason=reasons.get(change.visit_id, gone),
        )
        for change, site in others
        if change.after is None
    )  # fmt: skip
    most = province.settings.lockdown.max_later_days
    outside = [
        visit
        for visit in plan.visits
        if province.site_by_id[visit.receiver_id].commune_code not in codes
        and not is_temporary(province.site_by_id[visit.receiver_id])
    ]
    return Point(
        LATER,
        message("no other site waits longer than the limit"),
        len(outside),
        (*broken, *lost),
        message(
            "days put off, most: {days} (at most {most}); visits left out elsewhere: {count}",
            days=max([0, *later]),
            most=most,
            count=sum(visit.visit_id in reasons for visit in outside),
        ),
    )


def _audit_offers(province: Province, plan: Plan) -> Point:
    """Return whether each session that a zone takes away is offered online instead."""
    offers = list_online_offers(province, plan.month)
    offered = {offer.site_id for offer in offers}
    sites = {visit.visit_id: visit for visit in plan.visits}
    taken = [one for one in plan.trips.unserved if one.reason_code == "locked_down"]
    missing = tuple(
        message("{visit} falls away, and {site} is not on the list",
                visit=one.visit_id, site=str(sites[one.visit_id].receiver_id))
        for one in taken
        if sites[one.visit_id].receiver_id not in offered
        and Task.KIT not in sites[one.visit_id].tasks
    )  # fmt: skip
    return Point(
        "others_are_offered_online",
        message("who loses visits to a zone is offered online service"),
        len(taken), missing, message("sites on the list: {count}", count=len(offered)),
    )  # fmt: skip


def tabulate_points(points: tuple[Point, ...], language_of: Any) -> list[dict[str, Any]]:
    """Return a row per point; `language_of` writes a message."""
    return [
        {
            mark("what must hold"): language_of(point.sentence),
            mark("looked at"): point.looked_at,
            mark("broken"): len(point.broken),
            mark("figure"): language_of(point.tells),
        }
        for point in points
    ]
