"""Imports the roads of a province folder from an OpenStreetMap extract."""

from pathlib import Path

import numpy as np

from province.errors import InputError
from province.findings import Finding, Findings
from province.language import message
from province.places import Commune
from province.progress import Progress, ignore_progress
from province.read.build import build_sites
from province.read.maps import read_communes
from province.read.settings import read_settings
from province.shipped import find_shipped
from province.tables.read import read_table
from province.tables.rows import LibraryRow
from roads.osm import ImportReport, import_roads

ROADS, EDITS, COMMUNES = "roads.gpkg", "road-edits.csv", "communes.geojson"
MARGIN_DEGREES = 0.2  # about 20 km: ways round by a neighbour province
Bounds = tuple[float, float, float, float]


def import_roads_of(
    folder: Path,
    pbf: Path,
    *,
    elevation: Path | None = None,
    bbox: Bounds | None = None,
    edits: Path | None = None,
    is_forced: bool = False,
    progress: Progress = ignore_progress,
) -> ImportReport:
    """Write `roads.gpkg` of a province folder, with its `road-edits.csv` applied.

    Only settings, communes and libraries are read: the rest of the folder may still be missing.

    Parameters
    ----------
    bbox
        West, south, east, north in degrees; None: the communes and `MARGIN_DEGREES` around them.
    edits
        Hand edits; None: `road-edits.csv` of the folder, if it is there.
    is_forced
        Replace a `roads.gpkg` that is there.

    Raises
    ------
    InputError
        If something read is faulty, or `roads.gpkg` is there already; nothing is written.
    """
    findings = Findings()
    settings = read_settings(folder, findings)
    sites = build_sites(read_table(folder, "libraries.csv", LibraryRow, findings).rows, findings)
    own = folder / COMMUNES
    path = own if own.is_file() else find_shipped(COMMUNES)
    communes = read_communes(path, settings.province_code, findings).facts
    if findings.faults:
        raise InputError(findings.faults)
    target = folder / ROADS
    if target.exists() and not is_forced:
        raise InputError([_exists(target)])
    return import_roads(
        pbf,
        target,
        elevation=elevation,
        bbox=bbox or frame_communes(communes),
        edits=edits or folder / EDITS,
        sites=sites,
        communes=communes,
        progress=progress,
    )


def frame_communes(communes: tuple[Commune, ...]) -> Bounds | None:
    """Return the bounds of all communes with a margin; None without communes."""
    rings = [np.array(ring) for commune in communes for ring in commune.outline]
    if not rings:
        return None
    points = np.concatenate(rings)
    west, south = (points.min(axis=0) - MARGIN_DEGREES).tolist()
    east, north = (points.max(axis=0) + MARGIN_DEGREES).tolist()
    return west, south, east, north


def _exists(target: Path) -> Finding:
    expected = message("no file of this name")
    advice = message("say --force to replace it; road-edits.csv is applied again")
    return Finding(target.name, None, "", "", expected, advice)
