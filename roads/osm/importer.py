"""Imports the roads of an OpenStreetMap extract into a GeoPackage."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from province.errors import InputError
from province.files.whole import write_whole
from province.findings import Finding
from province.language import message
from province.places import Commune, Site
from province.progress import Progress, ignore_progress
from province.read.roads import refuse_faulty_roads
from province.roads import RoadClass
from roads.array_types import Floats
from roads.osm.apply_edits import apply_edits
from roads.osm.contract import Steps, draw_lines, list_steps
from roads.osm.edits import read_edits
from roads.osm.extract import Bounds, Extract, read_extract
from roads.osm.grades import ElevationReport, Grade, measure_grades
from roads.osm.import_report import ImportReport, UnreadTag, count_ways, find_components
from roads.osm.lines import Line, cut_long_lines, cut_rings
from roads.osm.nearest import measure_site_distances
from roads.osm.posts import count_by_posts, read_posts
from roads.osm.terrain import TILE_NAME, open_terrain
from roads.osm.turns import find_turns
from roads.osm.write import dump_roads, list_closures, name_segments

ATTRIBUTION = "© OpenStreetMap contributors"
LICENCE = "Open Database License (ODbL) 1.0"
LICENCE_URL = "https://www.openstreetmap.org/copyright"


def import_roads(
    pbf: Path,
    target: Path,
    *,
    elevation: Path | None = None,
    bbox: Bounds | None = None,
    edits: Path | None = None,
    sites: Sequence[Site] = (),
    communes: Sequence[Commune] = (),
    progress: Progress = ignore_progress,
) -> ImportReport:
    """Write the roads of an extract as a GeoPackage; return what was taken over and what not.

    Parameters
    ----------
    pbf
        The extract, ``.osm.pbf``.
    target
        The GeoPackage; it appears whole or not at all, and replaces what was there.
    elevation
        Folder with SRTM tiles or GeoTIFFs; None: all climbs are 0.
    bbox
        West, south, east, north in degrees; None: all of the extract.
    edits
        Hand edits, ``road-edits.csv``; None or no such file: no edits.
    sites
        Sites whose distance from the roads is reported.
    communes
        Communes of the province; an extract without a road in any of them is refused.

    Raises
    ------
    InputError
        If a file is damaged or missing, nothing lies inside the bounds, or the roads do not pass
        the checks of a province folder; nothing is written.
    OSError
        If the disk is full or the folder cannot be written; the old file is unharmed.
    """
    progress(message("reading roads"), 0.0)
    extract = read_extract(pbf, bbox)
    steps = list_steps(extract, bbox)
    drawn = draw_lines(extract, steps)
    refuse_other_country(pbf.name, extract, drawn, communes, bbox)
    lines, num_applied, findings = _edit(pbf, drawn, edits)
    progress(message("measuring climbs"), 0.4)
    grades, climbs = _measure(lines, elevation)
    progress(message("writing roads"), 0.8)
    names = name_segments(lines)
    turns, lost = find_turns(lines, extract.turns, extract.nodes_of)
    data = dump_roads(lines, names, grades, _describe(pbf, extract.date, climbs, bbox), turns)
    _write(target, data, progress)
    return ImportReport(
        target=target,
        source=pbf.name,
        turns=len(turns),
        elevation=climbs,
        edits_applied=num_applied,
        findings=findings,
        **_count(extract, steps, lines, names, sites, lost),
    )


def _count(
    extract: Extract,
    steps: Steps,
    lines: Sequence[Line],
    names: Sequence[str],
    sites: Sequence[Site],
    lost: Counter[tuple[str, str]],
) -> dict[str, Any]:
    """Return what an import counted, by the fields of `ImportReport`."""
    kept, dropped = count_ways(extract, steps)
    pieces = find_components(lines)
    assumed_m = sum(line.length_m for line in lines if line.traits.is_surface_assumed)
    unread = sorted((lost + Counter(extract.unread)).items())
    return {
        "source_date": extract.date,
        "segments": len(lines),
        "junctions": pieces.junctions,
        "road_km": sum(pieces.km),
        "kept": kept,
        "dropped": dropped,
        "pieces_km": pieces.km,
        "one_sided_km": pieces.one_sided_km,
        "assumed_surface_km": assumed_m / 1000,
        "barriers": int(extract.is_blocked.sum()),
        "gates": len(extract.gates),
        "closures": len({row[0] for row in list_closures(lines, names)}),
        "steps_missing": steps.num_missing,
        "steps_outside": steps.num_outside,
        "sites": measure_site_distances(lines, names, pieces, sites),
        "unread": tuple(UnreadTag(*pair, times) for pair, times in unread),
        "attribution": ATTRIBUTION,
    }


def _edit(
    pbf: Path, lines: Sequence[Line], edits: Path | None
) -> tuple[list[Line], int, tuple[Finding, ...]]:
    """Return the lines with kilometre posts and hand edits, how many edits fit, and warnings."""
    known_edits, doubts = read_edits(edits) if edits is not None else ((), ())
    counted = count_by_posts(lines, read_posts(pbf))
    edited, num_applied, findings = apply_edits(counted, known_edits)
    whole = share_crossings(cut_long_lines(cut_rings(edited)))
    return whole, num_applied, (*doubts, *findings)


def _write(target: Path, data: bytes, progress: Progress) -> None:
    """Write a GeoPackage that passes the checks; delete what killed imports of old left behind."""
    refuse_faulty_roads(target.name, data)
    for left in target.parent.glob(f".{target.stem}-????????{target.suffix}*"):
        left.unlink(missing_ok=True)
    write_whole(target, data)
    progress(message("writing roads"), 1.0)


def _measure(
    lines: Sequence[Line], elevation: Path | None
) -> tuple[list[Grade], ElevationReport | None]:
    if elevation is None:
        return [Grade()] * len(lines), None
    return measure_grades(lines, open_terrain(elevation))


def _describe(
    pbf: Path, date: str, climbs: ElevationReport | None, bbox: Bounds | None
) -> dict[str, str]:
    """Return the rows of the table `about`."""
    with pbf.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "source": pbf.name,
        "source_date": date,
        "source_sha256": digest,
        "elevation": "" if climbs is None else ", ".join(climbs.tiles),
        "elevation_attribution": _attribute(climbs),
        "bbox": "" if bbox is None else ",".join(f"{edge:g}" for edge in bbox),
    }


def _attribute(climbs: ElevationReport | None) -> str:
    """Return whose the SRTM tiles are; of a GeoTIFF only the planner knows."""
    is_srtm = climbs is not None and any(TILE_NAME.fullmatch(name) for name in climbs.tiles)
    return "NASA SRTM, public domain" if is_srtm else ""


def share_crossings(lines: Sequence[Line]) -> list[Line]:
    """Return the lines; those of a ferry have their part of its crossing and of its wait.

    The crossing of a way is told as a whole, though ferries may meet on the water; ways that follow
    each other with a crossing each add up. What a hand edit says of a line is left as it is.
    """
    whole_m: Counter[int] = Counter()
    for line in lines:
        if line.traits.road_class is RoadClass.FERRY:
            whole_m.update(_measure_ways_m(line))
    return [
        _share(line, whole_m)
        if line.traits.road_class is RoadClass.FERRY and not line.edits
        else line
        for line in lines
    ]


def _measure_ways_m(line: Line) -> Counter[int]:
    """Return how many metres of a line lie on each way."""
    metres: Counter[int] = Counter()
    for way, step_m in zip(line.ways.tolist(), line.step_m.tolist(), strict=True):
        metres[way] += step_m
    return metres


def _share(line: Line, whole_m: Counter[int]) -> Line:
    shares = [metres / whole_m[way] for way, metres in _measure_ways_m(line).items()]
    duration_min = line.traits.duration_min
    traits = replace(
        line.traits,
        duration_min=None if duration_min is None else duration_min * sum(shares),
        ferry_wait_min=round(line.traits.ferry_wait_min * max(shares)),
    )
    return replace(line, traits=traits)


def refuse_other_country(
    name: str,
    extract: Extract,
    lines: Sequence[Line],
    communes: Sequence[Commune],
    bounds: Bounds | None,
) -> None:
    """Do nothing when there are roads, and some lie in some commune.

    Parameters
    ----------
    name
        Of the extract.
    communes
        None: any place is right.
    bounds
        West, south, east, north that the lines were taken from, or None.

    Raises
    ------
    InputError
        If there are no roads, or none begins or ends in any commune.
    """
    lon = np.array([place for line in lines for place in (line.lon[0], line.lon[-1])])
    lat = np.array([place for line in lines for place in (line.lat[0], line.lat[-1])])
    if lines and (not communes or _lies_in(lon, lat, communes)):
        return
    corners = [corner for commune in communes for ring in commune.outline for corner in ring]
    if corners:
        x, y = np.array(corners).T
        bounds = x.min(), y.min(), x.max(), y.max()
    expected = (
        message("roads for vehicles")
        if bounds is None
        else message("roads for vehicles within {bounds}", bounds=_write_bounds(bounds))
    )
    advice = message("take the extract of the right country, or correct --bbox")
    raise InputError([Finding(name, None, "", _write_bounds(extract.frame), expected, advice)])


def _lies_in(lon: Floats, lat: Floats, communes: Sequence[Commune]) -> bool:
    rings = (ring for commune in communes for ring in commune.outline)
    return any(shapely.contains_xy(shapely.Polygon(ring), lon, lat).any() for ring in rings)


def _write_bounds(bounds: Bounds) -> str:
    return ", ".join(f"{edge:.2f}" for edge in bounds)
