"""Reads towns, libraries, schools and other named places of an OpenStreetMap extract."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.osm.streams import clear_faults, read_places_of, stream_nodes, stream_ways

KINDS: dict[str, dict[str, str]] = {
    "place": dict.fromkeys(
        ("city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood"), ""
    ),
    "amenity": {
        "library": "",
        "school": "",
        "college": "school",
        "townhall": "",
        "community_centre": "",
        "post_office": "",
        "prison": "",
    },
    "tourism": {
        "hotel": "lodging",
        "guest_house": "lodging",
        "hostel": "lodging",
        "motel": "lodging",
    },
}
"""Values that are read, by key, and the kind they become ("": the value itself)."""


@dataclass(frozen=True, slots=True)
class OsmPlace:
    """A place that OpenStreetMap knows.

    Parameters
    ----------
    osm_id
        ``n12`` for a node, ``w12`` for the outline of a building or a ground.
    kind
        ``city``, ``town``, ``village``, ``hamlet``, ``suburb`` …; ``library``, ``school``,
        ``townhall``, ``community_centre``, ``post_office``, ``prison``; ``lodging``.
    name
        As tagged, or "".
    lon, lat
        EPSG:4326 degrees; of an outline the mean of its points.
    population
        As tagged, or None.
    """

    osm_id: str
    kind: str
    name: str
    lon: float
    lat: float
    population: int | None


def read_places(pbf: Path) -> tuple[OsmPlace, ...]:
    """Return the named places of an extract, sorted by kind, name and id.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    places: list[OsmPlace] = []
    outlines: dict[int, tuple[str, dict[str, str], list[int]]] = {}
    with clear_faults(pbf):
        for way in stream_ways(pbf, *KINDS):
            tags = dict(way.tags)
            if (kind := _find_kind(tags)) and len(way.nodes) > 0:
                outlines[way.id] = (kind, tags, [node.ref for node in way.nodes])
        for node in stream_nodes(pbf, *KINDS):
            tags = dict(node.tags)
            if (kind := _find_kind(tags)) and node.location.valid():
                place = node.location
                places.append(_make(f"n{node.id}", kind, tags, place.lon, place.lat))
        places.extend(_read_outlines(pbf, outlines))
    return tuple(sorted(places, key=lambda p: (p.kind, p.name, p.osm_id)))


def _find_kind(tags: dict[str, str]) -> str:
    for key, kinds in KINDS.items():
        value = tags.get(key, "")
        if value in kinds:
            return kinds[value] or value
    return ""


def _make(osm_id: str, kind: str, tags: dict[str, str], lon: float, lat: float) -> OsmPlace:
    told = tags.get("population", "").replace(" ", "").replace(",", "").replace(".", "")
    population = int(told) if told.isdecimal() and len(told) < 10 else None
    return OsmPlace(osm_id, kind, tags.get("name", ""), round(lon, 7), round(lat, 7), population)


def _read_outlines(
    pbf: Path, outlines: dict[int, tuple[str, dict[str, str], list[int]]]
) -> list[OsmPlace]:
    if not outlines:
        return []
    wanted = np.concatenate([np.array(refs, dtype=np.int64) for _, _, refs in outlines.values()])
    ids, lons, lats = read_places_of(pbf, wanted)
    spots = dict(zip(ids.tolist(), zip(lons.tolist(), lats.tolist(), strict=True), strict=True))
    places = []
    for way_id, (kind, tags, refs) in outlines.items():
        # the corner where an outline closes counts once
        corners = [spots[ref] for ref in dict.fromkeys(refs) if ref in spots]
        if corners:
            lon, lat = np.array(corners).mean(axis=0).tolist()
            places.append(_make(f"w{way_id}", kind, tags, lon, lat))
    return places
