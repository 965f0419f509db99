"""When books that came home from where a lockdown holds have rested and may go out again."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from province.dates import Month
from province.facts import Province
from province.ids import BatchId, SiteId
from province.journal import EntryType, standing_entries
from province.lockdown import count_rest_days, is_temporary
from province.past import Past


def find_ready_days(province: Province, month: Month, past: Past) -> dict[BatchId, date]:
    """Return the first day on which batches in store rooms that rest may set out again.

    Those that need not rest, or have rested before the month, are not named.

    Parameters
    ----------
    province
        The facts, with the movements of `past` in their journal.
    """
    settings = province.settings
    wait = timedelta(days=settings.lockdown.rest_days + settings.service.check_days + 1)
    begun, longest = past.first_day or month.first_day, timedelta(days=settings.trips.max_nights)
    if not any(last + 2 * wait + longest > begun for last in _list_last_days(province)):
        return {}
    depots, sites = {site.site_id for site in province.depots}, province.site_by_id
    ready: dict[BatchId, date] = {}
    for entry in standing_entries(province.journal):
        if entry.entry_type is not EntryType.MOVED:
            continue
        ready.pop(entry.batch_id, None)
        source = sites.get(entry.from_site)
        if entry.to_site not in depots or source is None or entry.from_site in depots:
            continue
        if count_rest_days(province, source, entry.day):
            home = max(entry.day, past.homecomings.get(entry.batch_id, entry.day))
            ready[entry.batch_id] = home + wait
    return {batch_id: day for batch_id, day in sorted(ready.items()) if day > begun}


def list_resting(
    province: Province, days: Iterable[date], sites: Iterable[SiteId]
) -> Mapping[tuple[SiteId, date], int]:
    """Return how many days what is taken from some sites on some days rests; 0 is not named."""
    codes, by_id = {zone.commune_code for zone in province.zones}, province.site_by_id
    concerned = [
        by_id[site]
        for site in sorted(set(sites) & by_id.keys())
        if by_id[site].commune_code in codes or is_temporary(by_id[site])
    ]
    asked = tuple(days) if concerned else ()
    found = {
        (site.site_id, day): count_rest_days(province, site, day)
        for site in concerned
        for day in asked
    }
    return {key: rest for key, rest in found.items() if rest}


def _list_last_days(province: Province) -> Iterable[date]:
    """Yield the last day of each zone, and of the service at each temporary site."""
    yield from (zone.span.last for zone in province.zones)
    yield from (
        site.enrolled_until
        for site in province.sites
        if is_temporary(site) and site.enrolled_until is not None
    )
