"""How far people and libraries are from each other by road, whatever the season."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from province.facts import Province
from province.ids import SiteId
from province.places import Site
from roads.travel import Roads

Minutes = npt.NDArray[np.float64]


def measure_ways(province: Province, sites: Sequence[Site]) -> tuple[Minutes, Minutes]:
    """Return the minutes by road between sites, and to each from the nearest depot.

    On the lightest vehicle there is, on the first of March: dry, no holiday. Where no road leads
    there, no minutes do: infinity.
    """
    vehicle = min(province.vehicles, key=lambda one: (one.gross_t, one.vehicle_id))
    ids = tuple(SiteId(site.site_id) for site in (*sites, *province.depots))
    roads = Roads(province)
    day = date(province.settings.targets.since.year, 3, 1)
    travel = roads.travel(vehicle, day, ids)
    minutes = np.where(travel.drive_min < 0, np.inf, travel.drive_min + travel.wait_min)
    count = len(sites)
    return minutes[:count, :count], minutes[count:, :count].min(axis=0, initial=np.inf)
