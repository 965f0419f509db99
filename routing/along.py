"""Which libraries lie on one way: an order in which neighbours share much of theirs."""

import numpy as np

from province.dates import Month
from province.facts import Province
from province.ids import SiteId
from roads.matrix import Minutes
from roads.travel import Roads
from routing.reach import last_dry_day

APART = 2.0
"""How far apart sites are between which there is no way; 1 are those on ways of their own."""


def order_along_ways(province: Province, month: Month, roads: Roads) -> tuple[SiteId, ...]:
    """Return the libraries in an order in which neighbours share much of the way from the depot.

    Two libraries are as far apart as the minutes from the one to the other are many beside those
    by way of the depot, in the dry season, with the vehicle that reaches most of them. The nearest
    are joined first, then groups of them (average linkage); the order is that of the tree's leaves.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage  # heavy, and trips need no order
    from scipy.spatial.distance import squareform

    sites = tuple(site.site_id for site in province.sites if site.takes_rotation)
    depots = tuple(site.site_id for site in province.depots)
    if len(sites) < 2 or not province.fleet:
        return sites
    day = last_dry_day(month.first_day, province.settings.season.wet_months)
    travels: dict[str, Minutes] = {}
    for vehicle in province.fleet:
        signature = roads.signature(vehicle, day)
        if signature not in travels:  # vehicles of a large fleet are much alike
            travels[signature] = roads.measure(vehicle, day, (*depots, *sites), sites).drive_min
    widest = max(travels.values(), key=lambda minutes: int((minutes >= 0).sum()))
    minutes = np.where(widest < 0, np.inf, widest).astype(np.float64)
    home, between = minutes[: len(depots)].min(axis=0), minutes[len(depots) :]
    by_way_of_depot = np.maximum(home[:, None] + home[None, :], 1.0)
    apart = np.minimum(between, between.T) / by_way_of_depot
    apart = np.round(np.where(np.isfinite(apart), apart, APART), 6)
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform(apart), "average", optimal_ordering=True)
    return tuple(sites[leaf] for leaf in leaves_list(tree))
