"""Turns a month's movements, promised sessions and kits into visits."""

import dataclasses
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from province.dates import DateSpan, Month
from province.days import list_windows, preferred_days
from province.facts import Province
from province.ids import SiteId, VisitId
from province.past import NO_PAST, Past
from province.places import Site
from province.settings import ServiceSettings
from province.stock import Kit
from province.visits import Movement, Parcel, Task, Visit, Window
from routing.compiled import is_far_from
from routing.last_mile import list_meetings, narrow_windows
from routing.problem import LastMile

REMOTE_MIN = 180.0
URGENT, USUAL = 4, 3
CARRIED = {Task.EXCHANGE, Task.KIT}  # what a motorbike can do in the stead of a vehicle
Made = Mapping[str, tuple[date, ...]]
"""The days of visits that were made, by group of visits."""

NO_LAST_MILES: Mapping[SiteId, LastMile] = MappingProxyType({})


def list_visits(
    province: Province,
    month: Month,
    movements: Iterable[Movement],
    *,
    access_min: Mapping[SiteId, float],
    last_miles: Mapping[SiteId, LastMile] = NO_LAST_MILES,
    past: Past = NO_PAST,
    late: frozenset[SiteId] = frozenset(),
) -> tuple[Visit, ...]:
    """Return all visits of a month, by id.

    An exchange and the first session of the same site share one stop where the site is open long
    enough for both. A site an hour's drive further than most gets a higher priority. Sessions and
    what is left at a site lie within the days of its enrolment; a batch is fetched on any day, and
    a kit comes on the days of its own.

    Parameters
    ----------
    movements
        The batches that move this month.
    access_min
        Minutes from the depot by site; remote sites come first when not all can be served.
    last_miles
        Villages whose batches and kits are handed over elsewhere to their own motorbikes.
    past
        What is done already is not asked for again, and nothing before its first day.
    late
        Sites that leave this month and whose batches may be fetched after their last day; at the
        others they are fetched before, where the site is open then at all.
    """
    exchanges = _list_exchanges(province, month, movements, past, late)
    sessions = _list_sessions(province, month, past)
    kits = _list_kits(province, month, past)
    made = list_past_sessions(past)
    visits: list[Visit] = []
    for site_id in sorted({*exchanges, *sessions, *kits}):
        own = [*exchanges.get(site_id, ()), *sessions.get(site_id, ()), *kits.get(site_id, ())]
        merged = _merge(own, made)
        if site_id in last_miles:
            merged = _merge_village(province, month, last_miles[site_id], own, made)
        for visit in merged:
            is_remote = access_min.get(site_id, 0.0) >= REMOTE_MIN
            priority = min(5, visit.priority + int(is_remote))
            windows = visit.windows
            if past.first_day is not None:
                windows = tuple(window for window in windows if window.day >= past.first_day)
            visits.append(dataclasses.replace(visit, priority=priority, windows=windows))
    return tuple(sorted(visits, key=lambda visit: visit.visit_id))


def name_sessions(site_id: SiteId) -> str:
    """Return the name of the group of a site's sessions, which keep a gap to each other."""
    return f"{site_id}-S"


def name_rides(village_id: SiteId) -> str:
    """Return the name of the group of stops for which a village's motorbikes ride."""
    return f"{village_id}-M"


def list_past_sessions(past: Past) -> Made:
    """Return the days of sessions that were held, or count as held, by group of visits."""
    made: dict[str, tuple[date, ...]] = {}
    for site_id, day in past.sessions:
        made[name_sessions(site_id)] = (*made.get(name_sessions(site_id), ()), day)
    return made


def measure_exchange_min(service: ServiceSettings, boxes: int) -> int:
    """Return minutes for handing over so many boxes, left and taken together."""
    return service.paperwork_min + math.ceil(service.box_handling_min * boxes)


def _visit(
    province: Province,
    site: Site,
    month: Month,
    task: Task,
    suffix: str,
    minutes: int,
    leaves: tuple[Parcel, ...] = (),
    takes: tuple[Parcel, ...] = (),
) -> Visit:
    service = province.settings.service
    is_session = task is Task.SESSION
    windows = list_windows(province, site, month, (task,))
    if is_session or (task is Task.EXCHANGE and leaves):
        windows = tuple(window for window in windows if site.is_enrolled(window.day))
    return Visit(
        visit_id=VisitId(f"{site.site_id}-{suffix}"),
        site_id=site.site_id,
        tasks=(task,),
        service_min=minutes,
        leaves=leaves,
        takes=takes,
        windows=windows,
        crew_min=service.session_crew_min if is_session else service.exchange_crew_min,
        needs_session_vehicle=is_session,
        priority=USUAL,
        gap_group=name_sessions(site.site_id) if is_session else "",
        gap_days=site.session_gap_days if is_session else 0,
        preferred_days=preferred_days(province, site, month) if is_session else frozenset(),
    )


def _list_exchanges(
    province: Province,
    month: Month,
    movements: Iterable[Movement],
    past: Past,
    late: frozenset[SiteId],
) -> dict[SiteId, list[Visit]]:
    batches, sites = province.batch_by_id, province.site_by_id
    depots = {site.site_id for site in province.depots}
    leaves: dict[SiteId, list[Parcel]] = defaultdict(list)
    takes: dict[SiteId, list[Parcel]] = defaultdict(list)
    for move in sorted(movements, key=lambda m: m.batch_id):
        batch = batches[move.batch_id]
        parcel = Parcel(
            move.batch_id, move.from_site, move.to_site, batch.books, batch.boxes, batch.mass_kg
        )
        if move.to_site not in depots:
            leaves[move.to_site].append(parcel)
        if move.from_site not in depots:
            takes[move.from_site].append(parcel)
    found: dict[SiteId, list[Visit]] = {}
    for site_id in sorted({*leaves, *takes}):
        left, taken = tuple(leaves[site_id]), tuple(takes[site_id])
        boxes = sum(parcel.boxes for parcel in (*left, *taken))
        minutes = measure_exchange_min(province.settings.service, boxes)
        visit = _visit(province, sites[site_id], month, Task.EXCHANGE, "X", minutes, left, taken)
        if left and not taken:
            visit = dataclasses.replace(visit, priority=URGENT)
        visit = _wait_for_homecomings(province, month, past, visit)
        if not left and site_id not in late:
            visit = _fetch_before_it_leaves(sites[site_id], month, visit)
        found[site_id] = [visit]
    return found


def _fetch_before_it_leaves(site: Site, month: Month, visit: Visit) -> Visit:
    """Return a visit that only takes: urgent at a site that leaves, and before its last day."""
    if site.is_enrolled(month.last_day):
        return visit
    last = site.enrolled_until
    in_time = tuple(w for w in visit.windows if last is not None and w.day <= last)
    return dataclasses.replace(visit, priority=URGENT, windows=in_time or visit.windows)


def _wait_for_homecomings(province: Province, month: Month, past: Past, visit: Visit) -> Visit:
    """Return the visit on days by which what it leaves is home from earlier trips and checked.

    A trip may set out as many nights before the stop as the rules allow.
    """
    homecomings = [
        day
        for parcel in visit.leaves
        if parcel.batch_id and (day := past.homecomings.get(parcel.batch_id))
    ]
    if not homecomings:
        return visit
    ready = max(homecomings) + timedelta(days=province.settings.service.check_days + 1)
    if ready <= (past.first_day or month.first_day):
        return visit
    ready += timedelta(days=province.settings.trips.max_nights)
    windows = tuple(window for window in visit.windows if window.day >= ready)
    return dataclasses.replace(visit, windows=windows)


def _list_sessions(province: Province, month: Month, past: Past) -> dict[SiteId, list[Visit]]:
    """Return the sessions of the month that were not held yet, by site."""
    held = Counter(site_id for site_id, day in past.sessions if Month.of(day) == month)
    service = province.settings.service
    setup = 2 * service.session_setup_min
    found: dict[SiteId, list[Visit]] = {}
    for site in province.sites:
        if site.takes_sessions and site.sessions_per_month and site.is_enrolled_in(month):
            found[site.site_id] = [
                _visit(
                    province,
                    site,
                    month,
                    Task.SESSION,
                    f"S{number}",
                    (site.session_min or service.session_min) + setup,
                )
                for number in range(1 + held[site.site_id], site.sessions_per_month + 1)
            ]
    return found


def _list_kits(province: Province, month: Month, past: Past) -> dict[SiteId, list[Visit]]:
    service = province.settings.service
    sites = province.site_by_id
    depot = province.depots[0].site_id
    found: dict[SiteId, list[Visit]] = defaultdict(list)
    for kit in province.kits:
        if not _is_due(kit, month) or kit.kit_id in past.kits:
            continue
        parcel = Parcel(kit.kit_id, depot, kit.site_id, 0, kit.boxes, kit.mass_kg)
        minutes = service.kit_min + math.ceil(service.box_handling_min * kit.boxes)
        visit = _visit(
            province, sites[kit.site_id], month, Task.KIT, kit.kit_id, minutes, (parcel,)
        )
        span = DateSpan(kit.ready_date, kit.due_date)
        windows = tuple(window for window in visit.windows if window.day in span)
        found[kit.site_id].append(dataclasses.replace(visit, windows=windows))
    return dict(found)


def _merge_village(
    province: Province, month: Month, last_mile: LastMile, visits: list[Visit], made: Made
) -> list[Visit]:
    """Join the visits of a village: what motorbikes can carry is handed over before it."""
    carried = [visit for visit in visits if set(visit.tasks) <= CARRIED]
    rest = [visit for visit in visits if visit not in carried]
    handed = (_hand_over(province, month, last_mile, visit) for visit in _merge(carried, made))
    return [*handed, *_merge(rest, made)]


def _hand_over(province: Province, month: Month, last_mile: LastMile, visit: Visit) -> Visit:
    """Return the visit as a stop at the hand-over site, when that leaves time for the rides.

    The motorbikes ride for one stop a day.
    """
    days = {window.day for window in visit.windows}
    meetings = list_meetings(province, month, last_mile, visit.tasks)
    open_then = [window for window in meetings if window.day in days]
    return dataclasses.replace(
        visit,
        site_id=last_mile.handover_id,
        village_id=last_mile.village_id,
        windows=narrow_windows(last_mile, visit, open_then),
        gap_group=name_rides(last_mile.village_id),
        gap_days=1,
    )


def _is_due(kit: Kit, month: Month) -> bool:
    """Whether a kit is delivered in this month: the month its last day lies in."""
    return Month.of(kit.due_date) == month


def _merge(visits: list[Visit], made: Made) -> list[Visit]:
    """Join the visits of one site into as few stops as its hours and the sessions held allow."""
    merged: list[Visit] = []
    for visit in visits:
        for index, other in enumerate(merged):
            if set(visit.tasks) & set(other.tasks) - {Task.KIT}:
                continue
            joined = _join(other, visit)
            if any(
                window.closes_min - window.opens_min >= joined.service_min
                and is_far_from(made.get(joined.gap_group, ()), joined, window.day)
                for window in joined.windows
            ):
                merged[index] = joined
                break
        else:
            merged.append(visit)
    return merged


def _join(first: Visit, second: Visit) -> Visit:
    tasks = tuple(task for task in Task if task in (*first.tasks, *second.tasks))
    return Visit(
        visit_id=first.visit_id,
        site_id=first.site_id,
        tasks=tasks,
        service_min=first.service_min + second.service_min,
        leaves=(*first.leaves, *second.leaves),
        takes=(*first.takes, *second.takes),
        windows=_intersect(first.windows, second.windows),
        crew_min=max(first.crew_min, second.crew_min),
        needs_session_vehicle=first.needs_session_vehicle or second.needs_session_vehicle,
        priority=max(first.priority, second.priority),
        gap_group=first.gap_group or second.gap_group,
        gap_days=max(first.gap_days, second.gap_days),
        preferred_days=first.preferred_days | second.preferred_days,
    )


def _intersect(first: tuple[Window, ...], second: tuple[Window, ...]) -> tuple[Window, ...]:
    common = set()
    for a in first:
        for b in second:
            if a.day == b.day and max(a.opens_min, b.opens_min) < min(a.closes_min, b.closes_min):
                common.add(
                    Window(a.day, max(a.opens_min, b.opens_min), min(a.closes_min, b.closes_min))
                )
    return tuple(sorted(common))
