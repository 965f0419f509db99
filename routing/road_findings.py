"""Finds what is wrong with the roads and how sites lie on them."""

import math
from datetime import date

from province.facts import Province
from province.findings import Findings
from province.ids import SiteId
from province.language import Message, message
from province.read_maps import measure_crow_m
from routing.network import RoadNetwork, list_pieces
from routing.travel import Roads, build_roads, measure_from

NEAR_MISS_M = 30.0
CHECK_MONTHS = (1, 7)  # one month of the dry and one of the wet season
CHECK_YEAR = 2026


def find_road_faults(province: Province) -> Findings:
    """Return findings about roads: sites off the network, sites nobody reaches, near misses."""
    findings = Findings()
    roads = build_roads(province)
    _find_off_network(province, roads, findings)
    _find_unreachable(province, roads, findings)
    _find_loose_pieces(roads.network, findings)
    _find_near_misses(roads.network, findings)
    return findings


def _find_off_network(province: Province, roads: Roads, findings: Findings) -> None:
    for site in province.sites:
        snap = roads.snaps.get(site.site_id)
        if snap is None or snap.distance_m <= province.settings.roads.max_snap_m:
            continue
        findings.add(
            "libraries.csv",
            None,
            "lon",
            f"{site.site_id} ({site.lon}, {site.lat})",
            expected=message(
                "a place at most {limit} m from a road",
                limit=round(province.settings.roads.max_snap_m),
            ),
            advice=message(
                "the nearest road is {metres} m away, at {road}: correct the place, or draw it",
                metres=round(snap.distance_m),
                road=_name_road(roads.network, snap.node),
            ),
        )


def _name_road(network: RoadNetwork, node: int) -> str:
    for number, segment in enumerate(network.segments):
        if node in (int(network.starts[number]), int(network.ends[number])):
            return segment.ref or segment.name or segment.segment_id
    return "-"


def _find_unreachable(province: Province, roads: Roads, findings: Findings) -> None:
    reached: set[SiteId] = set()
    sites = tuple(site.site_id for site in province.sites)
    for vehicle in province.vehicles:
        if vehicle.depot_id not in roads.nodes:
            continue
        for month in CHECK_MONTHS:
            day = date(CHECK_YEAR, month, 15)
            reached |= measure_from(roads, vehicle, day, vehicle.depot_id, sites).keys()
    for site in province.sites:
        if site.site_id in reached or site.site_id not in roads.nodes:
            continue
        findings.add(
            "roads.geojson",
            None,
            "",
            site.site_id,
            expected=message("a road on which some vehicle reaches {site}", site=site.name),
            advice=_advise_opening(roads, site.site_id, reached),
            is_warning=True,
        )


def _advise_opening(roads: Roads, site_id: SiteId, reached: set[SiteId]) -> Message:
    places = roads.network.places
    here = places[roads.nodes[site_id]]
    nearest, distance = "-", math.inf
    for other in sorted(reached):
        metres = measure_crow_m(here, places[roads.nodes[other]])
        if metres < distance:
            nearest, distance = other, metres
    return message(
        "the nearest place that is reached is {place}, {metres} m away: draw a road to it, or "
        "correct dry_only, width_m, max_t or steepest_pct on the way",
        place=nearest,
        metres=round(distance) if math.isfinite(distance) else 0,
    )


def _find_loose_pieces(network: RoadNetwork, findings: Findings) -> None:
    for piece in list_pieces(network)[1:]:
        inside = set(piece)
        names = [
            segment.segment_id
            for number, segment in enumerate(network.segments)
            if int(network.starts[number]) in inside
        ]
        findings.add(
            "roads.geojson",
            None,
            "segment_id",
            ", ".join(names[:5]),
            expected=message("roads that are joined to the others"),
            advice=message("snap their end points to the network in QGIS"),
            is_warning=True,
        )


def _find_near_misses(network: RoadNetwork, findings: Findings) -> None:
    import numpy as np
    from scipy.spatial import cKDTree

    if len(network.places) < 2:
        return
    lat = math.cos(math.radians(network.places[0][1]))
    flat = np.array(network.places) * [111_320 * lat, 110_900]
    for a, b in sorted(cKDTree(flat).query_pairs(NEAR_MISS_M)):
        joined = ((network.starts == a) & (network.ends == b)) | (
            (network.starts == b) & (network.ends == a)
        )
        if joined.any():
            continue
        findings.add(
            "roads.geojson",
            None,
            "geometry",
            f"{network.places[a]}, {network.places[b]}",
            expected=message("end points that are equal where roads meet"),
            advice=message("they are less than {metres} m apart: snap them", metres=30),
            is_warning=True,
        )
