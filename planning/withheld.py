"""Windows that a lockdown keeps from visits: where zones hold, and put off too long elsewhere."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from province.agenda import ZoneRule
from province.dates import Month
from province.days import list_windows
from province.facts import Province
from province.ids import SiteId, VisitId
from province.language import Message, message
from province.lockdown import find_zone, is_temporary, list_shut_days, list_zones
from province.past import Past
from province.visits import Task, Visit, Window, list_kits
from routing.problem import TripProblem, Withheld
from routing.trips import Trip


def list_withheld(
    province: Province, month: Month, visits: Iterable[Visit], past: Past
) -> Mapping[VisitId, Withheld]:
    """Return the windows that zones keep from visits of a month, by visit."""
    zones = list_zones(province, month)
    if not zones:
        return {}
    free, codes = dataclasses.replace(province, zones=()), {zone.commune_code for zone in zones}
    found: dict[VisitId, Withheld] = {}
    for visit in visits:
        site = province.site_by_id[visit.receiver_id]
        if site.commune_code not in codes or visit.village_id is not None:
            continue
        shut = set(list_shut_days(province, site, month))
        begun = past.first_day or month.first_day
        windows = tuple(
            window
            for window in list_windows(free, site, month, visit.tasks)
            if window.day in shut and window.day >= begun and _is_asked(province, visit, window)
        )
        if windows := tuple(w for w in windows if w not in visit.windows):
            days = sorted({window.day for window in windows})
            reason = _tell_zone(province, visit, days)
            found[visit.visit_id] = Withheld("locked_down", reason, windows)
    return found


def _is_asked(province: Province, visit: Visit, window: Window) -> bool:
    """Whether a visit could lie on a day by the enrolment of its site and the days of its kits."""
    site = province.site_by_id[visit.receiver_id]
    kits = (province.kit_by_id[one] for one in list_kits(*visit.leaves, *visit.takes))
    if any(not kit.ready_date <= window.day <= kit.due_date for kit in kits):
        return False
    is_fetch = visit.tasks == (Task.EXCHANGE,) and not visit.leaves
    return is_fetch or visit.tasks == (Task.KIT,) or site.is_enrolled(window.day)


def _tell_zone(province: Province, visit: Visit, days: list[date]) -> Message:
    site = province.site_by_id[visit.receiver_id]
    zones = {zone.zone_id: zone for day in days if (zone := find_zone(province, site, day))}
    names = ", ".join(sorted(zones))
    first = min(zone.span.first for zone in zones.values()).isoformat()
    last = max(zone.span.last for zone in zones.values()).isoformat()
    if any(zone.rule is ZoneRule.NO_ENTRY for zone in zones.values()):
        return message(
            "the commune is shut from {first} to {last} (zones.csv: {zones}); offer online service"
            " instead", first=first, last=last, zones=names,
        )  # fmt: skip
    return message(
        "nobody gathers in the commune from {first} to {last}, boxes alone are left at its gate"
        " (zones.csv: {zones}); offer online service instead",
        first=first, last=last, zones=names,
    )  # fmt: skip


def list_shut_months(
    province: Province, months: tuple[Month, ...]
) -> tuple[tuple[SiteId, Month], ...]:
    """Return the sites and months of which zones leave no day for an exchange."""
    free, tasks = dataclasses.replace(province, zones=()), (Task.EXCHANGE,)
    return tuple(
        (site.site_id, month)
        for month in months
        for codes in ({zone.commune_code for zone in list_zones(province, month)},)
        for site in (province.sites if codes else ())
        if site.commune_code in codes and site.takes_rotation
        if not list_windows(province, site, month, tasks) and list_windows(free, site, month, tasks)
    )


def limit_delays(
    problem: TripProblem, province: Province, month: Month, trips: Iterable[Trip], begun: date
) -> TripProblem:
    """Return a problem in which a lockdown puts no visit off too long that was announced elsewhere.

    Parameters
    ----------
    trips
        The trips by which visits were announced; what is pinned is the planner's to put off.
    begun
        The first day that is still to be planned.
    """
    last_day = month.last_day
    is_ahead = any(zone.span.last >= begun for zone in list_zones(province, month)) or any(
        is_temporary(site) and any(site.is_enrolled(day) for day in month.days() if day >= begun)
        for site in province.sites
    )
    if not is_ahead:
        return problem
    announced = {stop.visit_id: stop.day for trip in trips for stop in trip.stops}
    most = timedelta(days=province.settings.lockdown.max_later_days)
    visits, withheld = [], dict(problem.withheld)
    for visit in problem.visits:
        told = announced.get(visit.visit_id)
        is_inside = concerns_lockdown(province, visit.receiver_id, month)
        if told is None or is_inside or visit.pin is not None:
            visits.append(visit)
            continue
        latest = min(told + most, last_day)
        late = tuple(window for window in visit.windows if window.day > latest)
        if late:
            reason = message(
                "it was announced for {day}, and a lockdown may put it off by {most} days at most",
                day=told.isoformat(), most=most.days,
            )  # fmt: skip
            withheld.setdefault(visit.visit_id, Withheld("put_off", reason, late))
        kept = tuple(window for window in visit.windows if window.day <= latest)
        visits.append(dataclasses.replace(visit, windows=kept))
    return dataclasses.replace(problem, visits=tuple(visits), withheld=withheld)


def concerns_lockdown(province: Province, site_id: SiteId, month: Month) -> bool:
    """Whether a site lies in a zone of a month, or is a temporary one."""
    site = province.site_by_id[site_id]
    return is_temporary(site) or bool(list_shut_days(province, site, month))
