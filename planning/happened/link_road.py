"""A road from the network of a province to a place beyond it, for want of a better map."""

import json
from dataclasses import dataclass
from pathlib import Path

from pyproj import Geod

from province.facts import Province
from province.places import Site
from province.roads import RoadClass
from roads.network import build_network
from roads.snapping import prepare_snapper, snap_sites

GEOJSON_NAME = "roads.geojson"


@dataclass(frozen=True, slots=True)
class RoadLink:
    """A straight road that is only assumed: from where the network comes nearest, to a place.

    Parameters
    ----------
    start, end
        (lon, lat), EPSG:4326 degrees; `start` is the end of a road of the network.
    length_m
        As it is to be driven.
    """

    segment_id: str
    name: str
    start: tuple[float, float]
    end: tuple[float, float]
    length_m: float


def find_link(province: Province, place: Site, detour: float) -> RoadLink | None:
    """Return the road that a place lacks; None where a road passes near enough.

    Parameters
    ----------
    detour
        Kilometres of road for one as the crow flies.
    """
    network = build_network(province.segments)
    snap = snap_sites(prepare_snapper(network), (place,)).get(place.site_id)
    if snap is None or snap.distance_m <= province.settings.roads.max_snap_m:
        return None
    earth = Geod(ellps="WGS84")
    ends = sorted(
        {
            end
            for segment in province.segments
            if segment.road_class is not RoadClass.FERRY
            for end in (segment.line[0], segment.line[-1])
        }
    )
    far = {end: float(earth.inv(*end, place.lon, place.lat)[2]) for end in ends}
    start = min(ends, key=lambda end: far[end])
    return RoadLink(
        f"to {place.site_id}", place.name, start, (place.lon, place.lat),
        round(far[start] * detour, 1),
    )  # fmt: skip


def add_link(folder: Path, link: RoadLink) -> bytes:
    """Return `roads.geojson` of a folder with a road more; all else stays as it stands there."""
    text = (folder / GEOJSON_NAME).read_text(encoding="utf-8")
    feature = {
        "type": "Feature",
        "properties": {
            "segment_id": link.segment_id, "name": link.name, "road_class": "provincial",
            "surface": "asphalt", "length_m": link.length_m, "schematic": True,
        },
        "geometry": {"type": "LineString", "coordinates": [link.start, link.end]},
    }  # fmt: skip
    at = text.rindex("]")
    has_more = json.loads(text)["features"]
    row = ("," if has_more else "") + "\n" + json.dumps(feature, ensure_ascii=False) + "\n"
    return (text[:at].rstrip() + row + text[at:]).encode("utf-8")
