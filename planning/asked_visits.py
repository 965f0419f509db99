"""Visits that a table asks for by name: kits, and training on site for those invited."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from planning.service_minutes import measure_kit_min, measure_training_min
from programme.invited import list_invited
from province.courses import Occurrence
from province.dates import DateSpan, Month
from province.days import list_windows
from province.facts import Province
from province.ids import SiteId, VisitId
from province.past import Past
from province.results import ResultTask
from province.stock import Kit
from province.visits import USUAL, Parcel, Task, Visit

FindDepot = Callable[[Kit], SiteId]
"""Says at which depot a kit lies."""


def list_kit_visits(
    province: Province, month: Month, past: Past, find_depot: FindDepot, wished: Iterable[Visit]
) -> Iterator[Visit]:
    """Yield the kits that are delivered or fetched in the month that their last day lies in.

    A kit for an event for which its site `wished` a session may come as late as that.
    """
    until = {(v.site_id, v.wish.event_id): v.wish.instead.last for v in wished if v.wish}
    for kit in province.kits:
        if Month.of(kit.due_date) == month and kit.kit_id not in past.kits:
            last = max(kit.due_date, until.get((kit.site_id, kit.event_id), kit.due_date))
            yield _make_kit(province, month, kit, find_depot(kit), last)


def list_early_kits(
    province: Province, month: Month, past: Past, find_depot: FindDepot
) -> Iterator[Visit]:
    """Yield the kits of later months that are ready in this one: they may come, and may wait."""
    ride_vnd = province.settings.costs.ride_along_vnd_per_visit
    for kit in province.kits:
        is_early = kit.ready_date <= month.last_day and month < Month.of(kit.due_date)
        if is_early and kit.kit_id not in past.kits:
            visit = _make_kit(province, month, kit, find_depot(kit), kit.due_date)
            yield dataclasses.replace(visit, ride_vnd=ride_vnd, may_wait=True)


def _make_kit(province: Province, month: Month, kit: Kit, depot: SiteId, last: date) -> Visit:
    settings, site = province.settings, province.site_by_id[kit.site_id]
    span = DateSpan(kit.ready_date, last)
    windows = list_windows(province, site, month, (Task.KIT,))
    ends = (kit.site_id, depot) if kit.fetch else (depot, kit.site_id)
    parcels = (Parcel(kit.kit_id, *ends, 0, kit.boxes, kit.mass_kg),)
    return Visit(
        visit_id=VisitId(f"{kit.site_id}-{kit.kit_id}"),
        site_id=kit.site_id,
        tasks=(Task.KIT,),
        service_min=measure_kit_min(settings.service, kit.boxes, site.service_factor),
        leaves=() if kit.fetch else parcels,
        takes=parcels if kit.fetch else (),
        windows=tuple(window for window in windows if window.day in span),
        crew_min=settings.service.exchange_crew_min,
        needs_session_vehicle=False,
        priority=USUAL,
        depot_id=depot if len(province.depots) > 1 else None,
        ride_vnd=settings.costs.ride_along_vnd_per_visit if kit.ride_along else None,
    )


def list_training_visits(province: Province, month: Month, past: Past) -> Iterator[Visit]:
    """Yield the trainings on site for which the last day lies in the month, by site and course.

    One that was held on one of its days, or counts as held, is not asked for again.
    """
    asked: dict[tuple[SiteId, str, date], Occurrence] = {}
    for one in list_invited(province):
        occurrence = one.occurrence
        is_open = occurrence.course.is_on_site and one.invitation.attended is None
        if is_open and Month.of(occurrence.last) == month:
            key = one.staff.site_id, str(occurrence.course.course_id), occurrence.first
            asked[key] = occurrence
    held: defaultdict[SiteId, set[date]] = defaultdict(set)
    for task in past.tasks:
        if task.task is ResultTask.TRAINING and task.is_done:
            held[task.site_id].add(task.day)
    for (site_id, _, _), occurrence in sorted(asked.items(), key=lambda item: item[0]):
        if held[site_id].isdisjoint(occurrence.days):
            yield _make_training(province, month, site_id, occurrence)


def _make_training(
    province: Province, month: Month, site_id: SiteId, occurrence: Occurrence
) -> Visit:
    settings, site, course = province.settings, province.site_by_id[site_id], occurrence.course
    windows = list_windows(province, site, month, (Task.TRAINING,))
    days = {day for day in occurrence.days if site.is_enrolled(day)}
    return Visit(
        visit_id=VisitId(f"{site_id}-{course.course_id}-{occurrence.first.isoformat()}"),
        site_id=site_id,
        tasks=(Task.TRAINING,),
        service_min=measure_training_min(course.hours),
        leaves=(),
        takes=(),
        windows=tuple(window for window in windows if window.day in days),
        crew_min=settings.service.exchange_crew_min,
        needs_session_vehicle=False,
        priority=USUAL,
        ride_vnd=settings.costs.ride_along_vnd_per_visit if course.ride_along else None,
        course_id=course.course_id,
    )
