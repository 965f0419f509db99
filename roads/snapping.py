"""Puts each site onto the road: the nearest point of a segment that the vehicle may use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from province.ids import SiteId
from province.places import Site
from roads.array_types import Floats, Ints, Truths
from roads.network import RoadNetwork, label_parts
from roads.stretches import find_point, round_share

LOOSE_DETOUR_M = 200.0  # assumption: how much farther the road may be that leads somewhere
JUNCTION_M = 1.0  # a point this near to the end of a segment is its end


@dataclass(frozen=True, slots=True)
class Snap:
    """Where a site meets the road.

    Parameters
    ----------
    number
        Index of the segment.
    share
        Share of the segment's length from its drawn start.
    distance_m
        Metres from the site to that point.
    place
        (lon, lat) of that point.
    """

    number: int
    share: float
    distance_m: float
    place: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Snapper:
    """The lines of a network in metres, ready to be asked what is near.

    Parameters
    ----------
    lines
        One for each segment, in metres of the UTM zone of the first one.
    project
        From (lon, lat) to these metres; None where there is no segment.
    """

    network: RoadNetwork
    lines: npt.NDArray[np.object_]
    project: Transformer | None


def prepare_snapper(network: RoadNetwork) -> Snapper:
    """Return the lines of a network in metres."""
    if not network.segments:
        return Snapper(network, np.array([], dtype=np.object_), None)
    project = _projection(network.segments[0].line[0])
    counts = [len(segment.line) for segment in network.segments]
    points = np.array([point for segment in network.segments for point in segment.line])
    metres = np.column_stack(project.transform(points[:, 0], points[:, 1]))
    lines = shapely.linestrings(metres, indices=np.repeat(np.arange(len(counts)), counts))
    return Snapper(network, lines, project)


def snap_sites(
    snapper: Snapper, sites: Sequence[Site], usable: Truths | None = None
) -> dict[SiteId, Snap]:
    """Return where each site meets the road, however far.

    Ferries are no place to stand. Of the segments at most `LOOSE_DETOUR_M` farther than the
    nearest one the vehicle takes the nearest that it may use and from which it gets to most of
    the network and back; else the nearest that it may use; else the nearest of all.

    Parameters
    ----------
    usable
        Whether the vehicle may use each segment when nothing is closed; None: the nearest counts.
    """
    network = snapper.network
    solid = ~network.columns.is_ferry & (network.columns.length_m > 0)
    if not solid.any() or not sites or snapper.project is None:
        return {}
    lons, lats = np.array([site.lon for site in sites]), np.array([site.lat for site in sites])
    points = shapely.points(np.column_stack(snapper.project.transform(lons, lats)))
    number, distance = _find_nearest(snapper, solid, points)
    limit = distance + LOOSE_DETOUR_M
    allowed = solid if usable is None else solid & usable
    for mask in (allowed, allowed & find_main(network, allowed)):
        candidate, metres = _find_nearest(snapper, mask, points)
        is_better = metres <= limit
        number, distance = (
            np.where(is_better, candidate, number), np.where(is_better, metres, distance)
        )  # fmt: skip
    return {
        site.site_id: _make_snap(snapper, int(k), point, float(metres))
        for site, k, point, metres in zip(sites, number, points, distance, strict=True)
    }


def _find_nearest(
    snapper: Snapper, mask: Truths, points: npt.NDArray[np.object_]
) -> tuple[Ints, Floats]:
    """Return the nearest segment of those in a mask, the first of equal ones, and its distance."""
    numbers = np.flatnonzero(mask)
    found, metres = np.zeros(len(points), np.int64), np.full(len(points), np.inf)
    if not len(numbers):
        return found, metres
    tree = shapely.STRtree(snapper.lines[numbers])
    (asked, near), away = tree.query_nearest(points, return_distance=True)
    for k, candidate, distance in zip(
        asked.tolist()[::-1], numbers[near].tolist()[::-1], away.tolist()[::-1], strict=True
    ):
        if metres[k] == np.inf or candidate < found[k]:
            found[k], metres[k] = candidate, distance
    return found, metres


def find_main(network: RoadNetwork, usable: Truths) -> Truths:
    """Return which of the usable segments lie where most of the network is reached and left."""
    numbers = np.flatnonzero(usable)
    twoway = numbers[~network.columns.is_oneway[numbers]]
    tails = np.concatenate((network.starts[numbers], network.ends[twoway]))
    heads = np.concatenate((network.ends[numbers], network.starts[twoway]))
    labels = label_parts(tails, heads, len(network.places), there_and_back=True)
    inside = labels[network.starts] == labels[network.ends]
    counts = np.bincount(labels[network.starts[usable & inside]], minlength=1)
    is_main: Truths = usable & inside & (labels[network.starts] == int(np.argmax(counts)))
    return is_main


def _make_snap(snapper: Snapper, number: int, point: shapely.Point, metres: float) -> Snap:
    """Return a snap; a point within `JUNCTION_M` of an end is that end."""
    segment, line = snapper.network.segments[number], snapper.lines[number]
    share = round_share(float(shapely.line_locate_point(line, point, normalized=True)))
    if share * line.length <= JUNCTION_M:
        share = 0.0
    elif (1.0 - share) * line.length <= JUNCTION_M:
        share = 1.0
    lon, lat = find_point(segment.line, share)
    return Snap(number, share, metres, (round(lon, 6), round(lat, 6)))


def _projection(place: tuple[float, float]) -> Transformer:
    zone = int((place[0] + 180) // 6) + 1
    epsg = (32600 if place[1] >= 0 else 32700) + zone
    return Transformer.from_crs(CRS.from_epsg(4326), CRS.from_epsg(epsg), always_xy=True)
