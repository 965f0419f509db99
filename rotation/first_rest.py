"""Batches that come from where a lockdown holds and rest until the first month is over."""

from collections.abc import Mapping
from datetime import date, timedelta

from province.dates import Month
from province.days import list_windows
from province.facts import Province
from province.ids import BatchId, SiteId
from province.lockdown import count_rest_days, has_lockdown
from province.places import Site
from province.visits import Task


def list_resting_batches(
    province: Province,
    month: Month,
    places: Mapping[BatchId, tuple[SiteId, date]],
    known: set[SiteId],
    eve: date,
) -> frozenset[tuple[int, int]]:
    """Return the batches, by index, that can stand nowhere else in the first month (index 0).

    Parameters
    ----------
    places
        Where each batch is, and since when.
    known
        The sites that the rotation knows.
    eve
        The last day that is over.
    """
    if not has_lockdown(province, month) and not has_lockdown(province, month.plus(-1)):
        return frozenset()
    sites = province.site_by_id
    free_days = {
        site_id: _find_free_day(province, sites[site_id], month, eve)
        for site_id in sorted({site_id for site_id, _ in places.values()} & known)
    }
    return frozenset(
        (b, 0)
        for b, batch in enumerate(province.batches)
        for site_id, _ in (places.get(batch.batch_id, (batch.depot_id, eve)),)
        if site_id in free_days and free_days[site_id] > month.last_day
    )


def _find_free_day(province: Province, site: Site, month: Month, eve: date) -> date:
    """Return the first day on which a batch fetched at a site may be elsewhere; it must not rest.

    A site that no lockdown or that nobody gets to anyhow, holds nothing back.
    """
    days = [w.day for w in list_windows(province, site, month, (Task.EXCHANGE,)) if w.day > eve]
    if not days or not any(count_rest_days(province, site, day) for day in days):
        return month.first_day
    check = province.settings.service.check_days
    return min(
        day + timedelta(days=count_rest_days(province, site, day) + check + 1) for day in days
    )
