"""What a lockdown means for a site on a day: who may come, whether books rest, who counts more."""

from datetime import date, timedelta

from province.agenda import Zone, ZoneRule
from province.dates import DateSpan, Month
from province.facts import Province
from province.places import Site, SiteKind
from province.stock import YOUNG, Category

OF_PATIENTS = (SiteKind.TREATMENT_SITE, SiteKind.QUARANTINE_SITE)
"""Kinds of site whose readers are ill, or may be."""

FOR_THE_TIME = (*OF_PATIENTS, SiteKind.FRONT_LINE_SITE)
"""Kinds of site that are temporary when the service there has a last day."""


def find_zone(province: Province, site: Site, day: date) -> Zone | None:
    """Return the zone that holds at a site on a day, the strictest of several; None without any."""
    found = [z for z in province.zones if z.commune_code == site.commune_code and day in z.span]
    return min(
        found, key=lambda zone: (zone.rule is not ZoneRule.NO_ENTRY, zone.zone_id), default=None
    )


def is_temporary(site: Site) -> bool:
    """Whether a site is there for the time of an epidemic alone."""
    return site.kind in FOR_THE_TIME and site.enrolled_until is not None


def count_rest_days(province: Province, site: Site, day: date) -> int:
    """Return the days that books rest which are taken from a site on a day; 0: they need not.

    They rest where a zone held there, or it was a temporary site of patients, on that day or so
    few days before that they could not have rested where they stood.
    """
    rest = province.settings.lockdown.rest_days
    before = DateSpan(day - timedelta(days=rest), day)
    if is_temporary(site) and site.kind in OF_PATIENTS:
        return rest if any(site.is_enrolled(one) for one in before.days()) else 0
    return rest if any(find_zone(province, site, one) for one in before.days()) else 0


def list_shut_days(province: Province, site: Site, month: Month) -> tuple[date, ...]:
    """Return the days of a month on which a zone holds at a site."""
    if not any(zone.commune_code == site.commune_code for zone in province.zones):
        return ()
    return tuple(day for day in month.days() if find_zone(province, site, day))


def list_zones(province: Province, month: Month) -> tuple[Zone, ...]:
    """Return the zones that hold on some day of a month, by id."""
    return tuple(
        zone
        for zone in province.zones
        if zone.span.first <= month.last_day and month.first_day <= zone.span.last
    )


def list_temporary(province: Province, month: Month) -> tuple[Site, ...]:
    """Return the temporary sites that are served on some day of a month, by id."""
    return tuple(s for s in province.sites if is_temporary(s) and s.is_enrolled_in(month))


def has_lockdown(province: Province, month: Month) -> bool:
    """Whether anything of a lockdown holds in a month."""
    return bool(list_zones(province, month) or list_temporary(province, month))


def weigh_readers(province: Province, site: Site, category: Category, month: Month) -> float:
    """Return what a use of a category counts at a site in a month; 1 without a lockdown.

    What counts more on some days of the month alone counts that much of the more.
    """
    rules = province.settings.lockdown
    if is_temporary(site):
        times = rules.weight_patients if site.kind in OF_PATIENTS else rules.weight_front_line
        num_days = sum(site.is_enrolled(day) for day in month.days())
    elif category.audience in YOUNG:
        times, num_days = rules.weight_young, len(list_shut_days(province, site, month))
    else:
        return 1.0
    return 1 + (times - 1) * num_days / month.last_day.day
