"""What the people of each commune should know about the month: when, where, for how long."""

import dataclasses
from dataclasses import dataclass
from datetime import date

from planning.placed import WishAnswer, WishReason
from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, CommuneCode, SiteId, VisitId
from province.lockdown import FOR_THE_TIME
from province.places import Site, SiteKind
from province.settings import ServiceSettings
from province.visits import Task
from routing.trips import Stop

FOR_OWN_PEOPLE = (SiteKind.SCHOOL, SiteKind.BORDER_POST, *FOR_THE_TIME)
"""Kinds of site that only their own people can enter."""

ROUND_MIN = 5
"""People are told times in steps of so many minutes."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One thing that readers can come for.

    Parameters
    ----------
    task
        A session (readers on board), or an exchange (new books at the library).
    opens_min, closes_min
        Minutes after midnight. Session: when readers can come on board, setting up left out, from
        a round figure on. Otherwise: from arrival to departure.
    books
        Books that are newly left.
    is_public
        Whether everybody can come; else only the people of the site, such as the pupils.
    until_month
        Month in which the first of them is fetched again, or None.
    is_over
        Whether it lies before the part of the month that was planned.
    event
        What the event is called that the session was wished for; "" for none.
    """

    day: date
    site_id: SiteId
    task: Task
    opens_min: int
    closes_min: int
    books: int
    is_public: bool
    until_month: Month | None
    is_over: bool = False
    event: str = ""


def list_occasions(plan: Plan, province: Province) -> dict[CommuneCode, list[Occasion]]:
    """Return what every commune with a session or new books is told, by code, day and time."""
    sites, events = province.site_by_id, _name_events(plan, province)
    back_months = plan.back_months
    found: dict[CommuneCode, list[Occasion]] = {}
    for _, stop in plan.trips.stops():
        site = sites[stop.receiver_id]
        is_over = plan.is_before(stop.day, stop.start_min)
        for one in _list_at_stop(stop, site, province.settings.service, back_months):
            event = events.get(stop.visit_id, "") if one.task is Task.SESSION else ""
            own = dataclasses.replace(one, is_over=is_over, event=event)
            found.setdefault(site.commune_code, []).append(own)
    return {
        code: sorted(found[code], key=lambda o: (o.day, o.opens_min, o.site_id))
        for code in sorted(found)
    }


def _name_events(plan: Plan, province: Province) -> dict[VisitId, str]:
    """Return what the events are called that visits were wished for."""
    names = {entry.entry_id: entry.name for entry in province.calendar}
    return {v.visit_id: names.get(v.wish.event_id, "") for v in plan.visits if v.wish}


def list_wish_answers(plan: Plan, province: Province) -> dict[CommuneCode, list[WishAnswer]]:
    """Return what communes are told whose wish for a day of an event is not met, by code."""
    found: dict[CommuneCode, list[WishAnswer]] = {}
    for answer in plan.wishes:
        if answer.reason is not WishReason.MET:
            code = province.site_by_id[answer.site_id].commune_code
            found.setdefault(code, []).append(answer)
    return found


def list_withdrawn(plan: Plan, province: Province) -> dict[CommuneCode, list[SiteId]]:
    """Return the libraries for which books were announced this month that do not come.

    By commune; where other books come instead, nobody there has to be told.
    """
    comes = {
        stop.receiver_id for _, stop in plan.trips.stops() if any(p.books for p in stop.leaves)
    }
    broken = plan.promises.broken if plan.promises else ()
    announced = {one.site_id for one in broken if one.month == plan.month}
    found: dict[CommuneCode, list[SiteId]] = {}
    for site_id in sorted(announced - comes):
        if site := province.site_by_id.get(site_id):
            found.setdefault(site.commune_code, []).append(site_id)
    return found


def tell_session_hours(stop: Stop, service: ServiceSettings) -> tuple[int, int]:
    """Return from when to when readers can come on board, in minutes after midnight."""
    opens_min = tell_opening(stop.start_min, service)
    closes_min = opens_min + service.session_min
    if closes_min > stop.depart_min:
        closes_min = max(opens_min, stop.depart_min // ROUND_MIN * ROUND_MIN)
    return opens_min, closes_min


def tell_opening(start_min: int, service: ServiceSettings) -> int:
    """Return from when on readers can come on board, in minutes after midnight."""
    opens_min = start_min + service.session_setup_min
    return -(-opens_min // ROUND_MIN) * ROUND_MIN


def _tell_exchange_hours(stop: Stop) -> tuple[int, int]:
    """Return when the boxes arrive at the site and when the last of them is there."""
    if stop.village_id is None:
        return stop.start_min, stop.depart_min
    up = [ride.leg.arrive_min for ride in stop.rides if ride.leg.to_site == stop.village_id]
    return min(up), max(up)


def _list_at_stop(
    stop: Stop,
    site: Site,
    service: ServiceSettings,
    back_months: dict[tuple[BatchId, SiteId], Month],
) -> list[Occasion]:
    occasions = []
    is_public = site.kind not in FOR_OWN_PEOPLE
    if Task.SESSION in stop.tasks:
        opens_min, closes_min = tell_session_hours(stop, service)
        occasions.append(
            Occasion(
                stop.day, site.site_id, Task.SESSION, opens_min, closes_min, 0, is_public, None
            )
        )
    books = sum(parcel.books for parcel in stop.leaves)
    if books:
        left = (parcel.batch_id for parcel in stop.leaves if parcel.batch_id)
        backs = (back_months.get((batch_id, site.site_id)) for batch_id in left)
        until = min((month for month in backs if month is not None), default=None)
        occasions.append(
            Occasion(
                stop.day,
                site.site_id,
                Task.EXCHANGE,
                *_tell_exchange_hours(stop),
                books,
                is_public,
                until,
            )
        )
    return occasions
