"""Puts each site onto the road network."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Transformer
from scipy.spatial import cKDTree

from province.ids import SiteId
from province.places import Site
from routing.network import RoadNetwork, list_pieces

LOOSE_DETOUR_M = 200.0  # assumption: how much farther the road may be that leads somewhere


@dataclass(frozen=True, slots=True)
class Snap:
    """The node a site was put onto, and how many metres away it is."""

    node: int
    distance_m: float


def snap_sites(network: RoadNetwork, sites: Iterable[Site]) -> dict[SiteId, Snap]:
    """Return the node of each site, however far; metres are measured in UTM.

    The nearest node; but a node of the largest connected piece of the network when that is at
    most `LOOSE_DETOUR_M` farther, so that a scrap of loose road does not cut a site off.
    """
    places = list(sites)
    if not network.places or not places:
        return {}
    project = _projection(network.places[0])
    nodes = np.column_stack(project.transform(*np.array(network.places).T))
    points = np.column_stack(
        project.transform([site.lon for site in places], [site.lat for site in places])
    )
    joined = np.array(list_pieces(network)[0])
    near, number = cKDTree(nodes).query(points)
    near_joined, number_joined = cKDTree(nodes[joined]).query(points)
    is_joined = near_joined <= near + LOOSE_DETOUR_M
    metres = np.where(is_joined, near_joined, near)
    chosen = np.where(is_joined, joined[number_joined], number)
    return {
        site.site_id: Snap(int(node), float(distance))
        for site, node, distance in zip(places, chosen, metres, strict=True)
    }


def _projection(place: tuple[float, float]) -> Transformer:
    zone = int((place[0] + 180) // 6) + 1
    epsg = (32600 if place[1] >= 0 else 32700) + zone
    return Transformer.from_crs(CRS.from_epsg(4326), CRS.from_epsg(epsg), always_xy=True)
