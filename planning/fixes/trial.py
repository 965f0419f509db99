"""Tries whether a visit that is not served would be, were the facts different."""

import dataclasses
from dataclasses import dataclass
from datetime import timedelta

from planning.busy_days import take_busy_days, take_past_days, take_reserved_days
from planning.survey import Survey
from planning.visits import list_visits
from province.dates import DateSpan
from province.facts import Province
from province.ids import SiteId, VisitId
from province.lockdown import count_rest_days
from province.places import SiteKind
from province.visits import Movement, Parcel, Visit
from roads.travel import Roads
from routing.build import build_trip_problem
from routing.checks.case import TripCase
from routing.checks.people import check_weeks
from routing.last_mile import find_last_miles
from routing.month.instance import build_instance
from routing.solver.all_trips import count_effort, list_all_trips
from routing.solver.to_trips import record_trip
from routing.trips import Trip, TripPlan


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished month: what was asked, and the trips that are driven in any case.

    The visits were made from the survey and from `late`, the sites visited after they have left.
    """

    survey: Survey
    asked: tuple[Movement, ...]
    trips: TripPlan
    late: frozenset[SiteId] = frozenset()


@dataclass(frozen=True, slots=True)
class Served:
    """A trip that serves the visit beside the finished month, and what leaving it out counts."""

    trip: Trip
    visit: Visit
    worth_vnd: int

    @property
    def is_worth_it(self) -> bool:
        """Whether planning again would rather drive than leave the visit out."""
        return self.trip.cost_vnd < self.worth_vnd


TRIAL_EFFORT = 200
"""What a trial counts beside the days that it times: about as long as timing so many."""


@dataclass(slots=True)
class Meter:
    """Counts the effort of trials, in days of trips timed: the same on every machine."""

    spent: int = 0


def serve(
    province: Province,
    roads: Roads,
    finished: Finished,
    visit_id: VisitId,
    receiver: SiteId,
    meter: Meter,
) -> Served | None:
    """Return the cheapest trip of its own that serves a visit beside all other trips, or None.

    Vehicles and crews are free on the days on which they are on no other trip. Gaps to visits that
    are served, batches that these give, and the weeks of the crews are kept.
    """
    survey, near = finished.survey, _narrow(province, finished, receiver)
    month = survey.month
    last_miles = find_last_miles(near, month, roads)
    asked = (move for move in finished.asked if receiver in (move.from_site, move.to_site))
    visits = list_visits(
        near,
        month,
        asked,
        access_min=survey.access_min,
        last_miles=last_miles,
        past=survey.past,
        late=finished.late,
        homes=survey.homes,
        nearest_depots=survey.nearest_depots,
        named_after=survey.named_after,
    )
    found = next((visit for visit in visits if visit.visit_id == visit_id), None)
    if found is None:
        return None
    visit = _beside(province, finished, visits, found)
    if visit is None or not visit.windows:
        return None
    costs = province.settings.costs
    problem = build_trip_problem(province, month, (visit,), roads, last_miles=last_miles)
    problem = take_reserved_days(problem, province, month)
    problem = take_past_days(problem, month, survey.past)
    spans = [(trip, DateSpan(trip.first_day, trip.last_day)) for trip in finished.trips.trips]
    problem = take_busy_days(
        problem,
        [(trip.vehicle_id, span) for trip, span in spans],
        [(trip.crew_id, span) for trip, span in spans],
    )
    board = build_instance(problem)
    pool = list_all_trips(board) or []
    meter.spent += TRIAL_EFFORT + count_effort(board)
    for dated in sorted(pool, key=lambda trip: (trip.cost_vnd, trip.first)):
        trip = record_trip(problem, dated)
        both = dataclasses.replace(finished.trips, trips=(*finished.trips.trips, trip))
        if not any(check_weeks(TripCase(problem, both))):
            worth_vnd = visit.priority * costs.unserved_vnd_per_priority
            if visit.ride_vnd is not None:
                worth_vnd = 0  # a trip of its own is what it may not have
            return Served(trip, visit, worth_vnd)
    return None


def _narrow(province: Province, finished: Finished, receiver: SiteId) -> Province:
    """Return the facts with the sites alone that a visit's own boxes come from or go to."""
    kept = {receiver, province.site_by_id[receiver].handover_site}
    for move in finished.asked:
        if receiver in (move.from_site, move.to_site):
            kept |= {move.from_site, move.to_site}
    facts = province.programme
    staff = {one.staff_id for one in facts.staff if one.site_id == receiver}
    invited = tuple(one for one in facts.invitations if one.staff_id in staff)
    return dataclasses.replace(
        province,
        programme=dataclasses.replace(facts, invitations=invited),
        sites=tuple(s for s in province.sites if s.site_id in kept or s.kind is SiteKind.DEPOT),
        kits=tuple(kit for kit in province.kits if kit.site_id == receiver),
    )


def _beside(
    province: Province, finished: Finished, visits: tuple[Visit, ...], visit: Visit
) -> Visit | None:
    """Return the visit with what other trips leave of its windows; None where its batch is lost."""
    stops = finished.trips.stop_by_visit
    windows = visit.windows
    for other in visits:
        served = stops.get(other.visit_id)
        if served is not None and visit.gap_group and other.gap_group == visit.gap_group:
            gap = max(visit.gap_days, other.gap_days)
            day = served[1].day
            windows = tuple(w for w in windows if abs((w.day - day).days) >= gap)
    depots = {site.site_id for site in province.depots}
    leaves: list[Parcel] = []
    for parcel in visit.leaves:
        if parcel.from_site in depots:
            leaves.append(parcel)
            continue
        found = next(((t, s) for t, s in stops.values() if parcel in s.takes), None)
        if found is None:
            return None
        trip, stop = found
        source = province.site_by_id.get(parcel.from_site)
        rest = count_rest_days(province, source, stop.day) if source else 0
        ready = trip.last_day + timedelta(days=rest + province.settings.service.check_days)
        windows = tuple(w for w in windows if w.day > ready)
        leaves.append(dataclasses.replace(parcel, from_site=trip.depot_id))
    return dataclasses.replace(visit, windows=windows, leaves=tuple(leaves))
