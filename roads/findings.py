"""Finds what is wrong with the roads and how sites lie on them."""

import math
from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
from scipy.spatial import cKDTree

from province.crow import measure_crow_m
from province.facts import Province
from province.findings import Findings
from province.fleet import Vehicle, VehicleKind
from province.ids import SiteId
from province.language import Message, message
from province.places import Site
from province.read.roads import GEOJSON_NAME
from province.read.roads_gpkg import GPKG_NAME
from roads.network import RoadNetwork, list_pieces
from roads.openings import describe_opening, list_openings
from roads.travel import Roads

NEAR_MISS_M = 30.0
PIECES_TOLD = 5  # loose pieces told one by one, the largest first
STEEPEST_ROAD_PCT = 35.0  # assumption: what no vehicle road exceeds
STEEPEST_MEAN_PCT = 20.0  # assumption: what no road climbs over its whole length
STEEPEST_OVER_M = 100.0  # a shorter segment's steepest 100 m reach beyond it
ROUNDING_PCT = 0.5  # by which a mean may exceed the steepest 100 m, as both are measured in steps
QUIET_DAY = date(2026, 1, 15)  # where the search for a day without dated closures begins
SAMPLED_DAYS = 10  # of a year every tenth day is asked for conditions of the map


def find_road_faults(province: Province) -> Findings:
    """Return findings about roads: sites off the network or reached by nobody, doubtful segments.

    A site is reached by nobody when no vehicle gets there even in the dry season with every dated
    closure over; that is a fault where the site takes rotation or sessions, else a warning.
    """
    findings = Findings()
    roads = Roads(province)
    is_imported = any(segment.start_node is not None for segment in province.segments)
    file = GPKG_NAME if is_imported else GEOJSON_NAME
    _find_off_network(province, roads, findings)
    _find_unreachable(province, roads, file, findings)
    _find_idle_closures(province, roads, findings)
    _find_loose_pieces(roads.network, file, findings)
    _find_near_misses(roads.network, file, findings)
    _find_absurd_grades(roads.network, file, findings)
    return findings


def _find_off_network(province: Province, roads: Roads, findings: Findings) -> None:
    for site in province.sites:
        snap = roads.snaps.get(site.site_id)
        if snap is None or snap.distance_m <= province.settings.roads.max_snap_m:
            continue
        findings.at("libraries.csv", None, "lon").add(
            f"{site.site_id} ({site.lon}, {site.lat})",
            expected=message(
                "a place at most {limit} m from a road",
                limit=round(province.settings.roads.max_snap_m),
            ),
            advice=message(
                "the nearest road is {metres} m away, at {road}: correct the place, or draw it",
                metres=round(snap.distance_m),
                road=roads.network.segments[snap.number].label,
            ),
        )


def find_quiet_day(province: Province) -> date:
    """Return a day, dry if there is one, on which only closures without an end hold.

    Of the conditions of the map as few as can be hold then.
    """
    ends = [closure.last_day or closure.first_day for closure in province.closures]
    first = max([QUIET_DAY, *(end + timedelta(days=2) for end in ends)])  # after the last night
    wet_months = province.settings.season.wet_months
    days = (first + timedelta(days=offset) for offset in range(366))
    dry = [day for day in days if day.month not in wet_months] or [first]
    conditions = [closure for closure in province.closures if closure.is_from_map]
    if not conditions:
        return dry[0]
    return min(dry[::SAMPLED_DAYS], key=lambda day: sum(c.holds_on(day) for c in conditions))


def _reached_by(
    roads: Roads, vehicles: Iterable[Vehicle], day: date, sites: tuple[SiteId, ...]
) -> set[SiteId]:
    """Return the sites that some of the vehicles gets to, and back from."""
    reached: set[SiteId] = set()
    for vehicle in vehicles:
        home = (vehicle.depot_id,)
        out = roads.measure(vehicle, day, home, sites).drive_min[0]
        back = roads.measure(vehicle, day, sites, home).drive_min[:, 0]
        reached |= {sites[k] for k in np.flatnonzero((out >= 0) & (back >= 0)).tolist()}
    return reached


def _reached_from_hand_over(
    province: Province, roads: Roads, day: date, by_car: set[SiteId]
) -> set[SiteId]:
    """Return the villages whose own motorbikes get to a hand-over site that a car reaches."""
    return {
        site.site_id
        for site in province.sites
        if site.handover_site in by_car
        and _reached_by(
            roads,
            (v for v in province.vehicles if v.depot_id == site.site_id),
            day,
            (site.handover_site,),
        )
    }


def _find_unreachable(province: Province, roads: Roads, file: str, findings: Findings) -> None:
    day = find_quiet_day(province)
    sites = tuple(site.site_id for site in province.sites)
    cars = [v for v in province.fleet if v.kind is not VehicleKind.MOTORBIKE]
    by_car = _reached_by(roads, cars, day, sites)
    by_car |= _reached_from_hand_over(province, roads, day, by_car)
    reached = by_car | _reached_by(roads, province.fleet, day, sites)
    limit = province.settings.roads.max_snap_m
    off_road = {key for key, snap in roads.snaps.items() if snap.distance_m > limit}
    for site in province.sites:
        if site.site_id in by_car or site.site_id in off_road:
            continue
        is_asked = site.takes_rotation or site.takes_sessions
        is_reached = site.site_id in reached
        if is_reached and not is_asked:
            continue
        findings.at(file).add(
            _name_nearest(roads, site),
            expected=message("a road on which a bus, truck or car reaches {site}", site=site.name)
            if is_reached
            else message("a road on which some vehicle reaches {site}", site=site.name),
            advice=_advise_opening(province, roads, day, site, by_car or reached),
            is_warning=is_reached or not is_asked,
        )


def _name_nearest(roads: Roads, site: Site) -> str:
    """Return a site with the nearest road and its distance."""
    snap = roads.snaps.get(site.site_id)
    if snap is None:
        return site.site_id
    road = roads.network.segments[snap.number].label
    return f"{site.site_id} ({road}, {round(snap.distance_m)} m)"


def _advise_opening(
    province: Province, roads: Roads, day: date, site: Site, reached: set[SiteId]
) -> Message:
    """Return the fewest segments to correct, or where the nearest reached place is."""
    offers, gets_there = [], False
    for vehicle in province.fleet:
        found = list_openings(roads, vehicle, day, vehicle.depot_id, (site.site_id,))
        obstacles = found.get(site.site_id)
        gets_there |= obstacles == ()
        if obstacles:
            offers.append((len(obstacles), vehicle.vehicle_id, vehicle.name, obstacles))
    if offers:
        count, _, name, obstacles = min(offers, key=lambda offer: offer[:2])
        return message(
            "{vehicle} gets there when {count} segments are corrected, the first: {change}",
            vehicle=name,
            count=count,
            change=describe_opening(obstacles[0]),
        )
    if gets_there:
        return message("vehicles get there but not back: check oneway of the roads around")
    snaps = roads.snaps
    if site.site_id not in snaps:
        return message("no place is reached: draw the road from the depot")
    here = snaps[site.site_id].place
    ways = [(measure_crow_m(here, snaps[key].place), key) for key in reached]
    if not ways:
        return message("no place is reached: draw the road from the depot")
    metres, nearest = min(ways)
    return message(
        "no drawn road leads there; the nearest place that is reached is {place}, {metres} m away",
        place=nearest,
        metres=round(metres),
    )


def _find_idle_closures(province: Province, roads: Roads, findings: Findings) -> None:
    for closure in province.closures:
        if roads.affected.stretches[closure.closure_id]:
            continue
        findings.at("closures.csv", None, "km_from" if closure.ref else "segment_id").warn(
            closure.closure_id,
            expected=message("a closure that meets a road"),
            advice=message("compare its kilometre posts with km_from of the roads"),
        )


def _find_loose_pieces(network: RoadNetwork, file: str, findings: Findings) -> None:
    pieces = list_pieces(network)
    number = np.zeros(len(network.places), dtype=np.int64)
    for k, piece in enumerate(pieces):
        number[list(piece)] = k
    length_m = np.bincount(number[network.starts], network.columns.length_m, minlength=1)
    for k in range(1, min(len(pieces), 1 + PIECES_TOLD)):
        inside = np.flatnonzero(number[network.starts] == k).tolist()
        names = [network.segments[segment].segment_id for segment in inside]
        _add_loose(file, ", ".join(names[:5]), findings)
    if len(pieces) > 1 + PIECES_TOLD:
        rest = length_m[1 + PIECES_TOLD :]
        told = f"+ {len(rest)}: {rest.sum() / 1000:.1f} km"
        _add_loose(file, told, findings)


def _add_loose(file: str, value: str, findings: Findings) -> None:
    findings.at(file, None, "segment_id").warn(
        value,
        expected=message("roads that are joined to the others"),
        advice=message("snap their end points to the network in QGIS"),
    )


def _find_near_misses(network: RoadNetwork, file: str, findings: Findings) -> None:
    if len(network.places) < 2 or any(s.start_node is not None for s in network.segments):
        return  # who names nodes knows what is joined
    lat = math.cos(math.radians(network.places[0][1]))
    flat = np.array(network.places) * [111_320 * lat, 110_900]
    ends = zip(network.starts.tolist(), network.ends.tolist(), strict=True)
    joined = {(min(a, b), max(a, b)) for a, b in ends}
    for a, b in sorted(cKDTree(flat).query_pairs(NEAR_MISS_M)):
        if (a, b) in joined:
            continue
        findings.at(file, None, "geometry").warn(
            f"{network.places[a]}, {network.places[b]}",
            expected=message("end points that are equal where roads meet"),
            advice=message(
                "they are less than {metres} m apart: snap them", metres=round(NEAR_MISS_M)
            ),
        )


def _find_absurd_grades(network: RoadNetwork, file: str, findings: Findings) -> None:
    for segment in network.segments:
        mean_pct = 100 * max(segment.rise_m, segment.fall_m) / max(segment.length_m, 1.0)
        is_told = segment.steepest_pct and segment.length_m >= STEEPEST_OVER_M
        most_pct = segment.steepest_pct + ROUNDING_PCT if is_told else STEEPEST_MEAN_PCT
        limit = min(most_pct, STEEPEST_MEAN_PCT)
        steep = message("at most {limit} %", limit=round(STEEPEST_ROAD_PCT))
        climb = message("a mean climb of at most {limit} %", limit=round(limit, 1))
        for column, value, most, expected in (
            ("steepest_pct", segment.steepest_pct, STEEPEST_ROAD_PCT, steep),
            ("rise_m", round(mean_pct, 1), limit, climb),
        ):
            if value > most:
                findings.at(file, None, column).warn(
                    f"{segment.segment_id}: {value:g}",
                    expected=expected,
                    advice=message("correct rise_m, fall_m, length_m or steepest_pct"),
                )
