"""Who must be told what of a month planned again: communes, crews, and each trip's driver."""

import dataclasses
from dataclasses import dataclass

from planning.plan import Plan, VisitChange
from planning.replan.changes import TOLD_TO_SITE
from province.facts import Province
from province.ids import CommuneCode, CrewId, VisitId
from routing.trips import Trip, Unserved


@dataclass(frozen=True, slots=True)
class TripNews:
    """What is new for the crew of a trip.

    Parameters
    ----------
    changes
        Of its stops those that are otherwise, by visit.
    gone
        Visits that the crew was to make on the days of the trip and that it does not make.
    added
        Visits that another crew was to make, or nobody.
    """

    changes: dict[VisitId, VisitChange]
    gone: tuple[VisitChange, ...]
    added: frozenset[VisitId]


def list_changed(plan: Plan) -> tuple[VisitChange, ...]:
    """Return every visit that is otherwise, by the day it was or is on, time and visit."""
    changes = plan.replanned.changes if plan.replanned else ()
    return tuple(sorted(changes, key=_when))


def _when(change: VisitChange) -> tuple[object, ...]:
    placed = [one for one in (change.before, change.after) if one is not None]
    return min((one.day, one.start_min) for one in placed), change.visit_id


def concerns_site(change: VisitChange) -> bool:
    """Whether the library must know of a change, not the crew alone."""
    return bool(TOLD_TO_SITE & set(change.kinds))


def list_told_communes(
    plan: Plan, province: Province
) -> dict[CommuneCode, tuple[VisitChange, ...]]:
    """Return what each commune must be told, by code."""
    found: dict[CommuneCode, list[VisitChange]] = {}
    for change in list_changed(plan):
        site = province.site_by_id.get(change.site_id)
        if site is not None and concerns_site(change):
            found.setdefault(site.commune_code, []).append(change)
    return {code: tuple(found[code]) for code in sorted(found)}


def list_told_crews(plan: Plan) -> dict[CrewId, tuple[VisitChange, ...]]:
    """Return what each crew must be told, by id: whoever was to make a visit, or makes it now."""
    found: dict[CrewId, list[VisitChange]] = {}
    for change in list_changed(plan):
        for crew_id in list_crews(change):
            found.setdefault(crew_id, []).append(change)
    return {crew_id: tuple(found[crew_id]) for crew_id in sorted(found)}


def list_crews(change: VisitChange) -> list[CrewId]:
    """Return the crews that a change concerns: the one before, and the one now."""
    placed = (change.before, change.after)
    return sorted({one.crew_id for one in placed if one is not None})


def tell_trip(plan: Plan, trip: Trip) -> TripNews:
    """Return what is new for the crew of a trip."""
    own = {stop.visit_id for stop in trip.stops}
    changes = list_changed(plan)
    here = [one for one in changes if one.after and one.after.trip_id == trip.trip_id]
    gone = [
        one
        for one in changes
        if one.before is not None
        and (one.before.crew_id, one.before.day in trip.dates) == (trip.crew_id, True)
        and (one.after is None or one.after.trip_id != trip.trip_id)
    ]
    return TripNews(
        {one.visit_id: one for one in here if one.visit_id in own},
        tuple(gone),
        frozenset(
            one.visit_id for one in here if one.before is None or one.before.crew_id != trip.crew_id
        ),
    )


def find_unserved(plan: Plan) -> dict[VisitId, Unserved]:
    """Return why visits are not served and what would serve them, by visit."""
    return {one.visit_id: one for one in plan.trips.unserved}


def tell_why(plan: Plan, why: str) -> Plan:
    """Return a plan that says why its month was planned again."""
    if plan.replanned is None:
        return plan
    return dataclasses.replace(plan, replanned=dataclasses.replace(plan.replanned, why=why))
