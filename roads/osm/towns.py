"""Reads towns, libraries, schools and other named places of an OpenStreetMap extract."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from roads.osm.quantities import clean_words
from roads.osm.streams import clear_faults, read_places_of, stream_nodes, stream_ways

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

BESIDE_DEG = 0.001  # about 100 m: a point may stand as far beside the outline of its place


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

    A point and an outline around it of one kind and one name are one place, at the point.

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
        places = _join_outlines(places, _read_outlines(pbf, outlines))
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
    return OsmPlace(
        osm_id, kind, clean_words(tags.get("name", "")), round(lon, 7), round(lat, 7), population
    )


@dataclass(frozen=True, slots=True)
class _Outline:
    """A place that is an outline, and west, south, east and north edge of its corners."""

    place: OsmPlace
    frame: tuple[float, float, float, float]

    def holds(self, lon: float, lat: float) -> bool:
        west, south, east, north = self.frame
        return (
            west - BESIDE_DEG <= lon <= east + BESIDE_DEG
            and south - BESIDE_DEG <= lat <= north + BESIDE_DEG
        )


def _join_outlines(points: list[OsmPlace], outlines: list[_Outline]) -> list[OsmPlace]:
    """Return points and outlines, each place once; people are those of the point, if it knows."""
    by_name: dict[tuple[str, str], list[int]] = {}
    for k, point in enumerate(points):
        by_name.setdefault((point.kind, point.name.casefold()), []).append(k)
    joined = list(points)
    for outline in outlines:
        place = outline.place
        inside = [
            k
            for k in by_name.get((place.kind, place.name.casefold()), ())
            if outline.holds(points[k].lon, points[k].lat)
        ]
        if not inside:
            joined.append(place)
        elif joined[inside[0]].population is None:
            joined[inside[0]] = replace(joined[inside[0]], population=place.population)
    return joined


def _read_outlines(
    pbf: Path, outlines: dict[int, tuple[str, dict[str, str], list[int]]]
) -> list[_Outline]:
    if not outlines:
        return []
    wanted = np.concatenate([np.array(refs, dtype=np.int64) for _, _, refs in outlines.values()])
    ids, lons, lats = read_places_of(pbf, wanted)
    spots = dict(zip(ids.tolist(), zip(lons.tolist(), lats.tolist(), strict=True), strict=True))
    places = []
    for way_id, (kind, tags, refs) in sorted(outlines.items()):
        # the corner where an outline closes counts once
        corners = [spots[ref] for ref in dict.fromkeys(refs) if ref in spots]
        if corners:
            (west, south), (east, north) = np.min(corners, axis=0), np.max(corners, axis=0)
            lon, lat = np.array(corners).mean(axis=0).tolist()
            place = _make(f"w{way_id}", kind, tags, lon, lat)
            places.append(_Outline(place, (west, south, east, north)))
    return places
