"""Imports the roads of a province folder from an OpenStreetMap extract, and tells of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from babel.numbers import format_decimal

from province.errors import InputError
from province.findings import Findings
from province.language import Language, Message, mark, message, translate
from province.places import Commune
from province.progress import Progress, ignore_progress
from province.read.build import build_sites
from province.read.maps import read_communes
from province.read.settings import read_settings
from province.shipped import find_shipped
from province.tables.read import read_table
from province.tables.rows import LibraryRow
from roads.osm import ImportReport, import_roads
from roads.osm.import_report import REASONS
from roads.osm.quantities import clean_words

ROADS, EDITS, COMMUNES = "roads.gpkg", "road-edits.csv", "communes.geojson"
MARGIN_DEGREES = 0.2  # about 20 km: ways round by a neighbour province
FAR_M = 200  # a site farther from a road is shown
MOST_SITES = 10
MOST_TAGS = 20  # the most frequent; --json has all
Bounds = tuple[float, float, float, float]
Part = Message | list[dict[str, Any]]
"""A sentence, or the rows of a table."""


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
        raise InputError.of(
            target.name, "", "",
            expected=message("no file of this name"),
            advice=message("say --force to replace it; road-edits.csv is applied again"),
        )  # fmt: skip
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


def tell_import(report: ImportReport, language: Language) -> Iterator[Part]:
    """Yield what is told of an import, in order: sentences and tables."""

    def km(value: float) -> str:
        return str(format_decimal(round(value, 1), locale=language))

    yield [
        {
            "highway": row.highway,
            mark("road class"): row.road_class,
            mark("ways"): row.ways,
            "km": km(row.km),
        }
        for row in report.kept
    ]
    yield Message("")
    yield [
        {
            "highway": row.highway,
            mark("ways"): row.ways,
            "km": km(row.km),
            mark("left out because"): translate(REASONS[row.reason], language),
        }
        for row in report.dropped
    ]
    yield Message("")
    yield message(
        "{km} km in {segments} segments and {pieces} pieces, the largest {largest} km",
        km=km(report.road_km),
        segments=report.segments,
        pieces=len(report.pieces_km),
        largest=km(report.pieces_km[0]),
    )
    yield message(
        "surface assumed on {assumed} km; {one_sided} km lead in or out only",
        assumed=km(report.assumed_surface_km),
        one_sided=km(report.one_sided_km),
    )
    if report.elevation is not None:
        yield message(
            "climbs from {tiles}: {voids} of {places} places without a height, "
            "{capped} segments steeper than a road can be",
            tiles=", ".join(report.elevation.tiles),
            voids=report.elevation.voids,
            places=report.elevation.places,
            capped=report.elevation.capped,
        )
    yield from _tell_limits(report)
    yield from _tell_sites(report)
    yield message("{count} hand edits applied", count=report.edits_applied)


def _tell_limits(report: ImportReport) -> Iterator[Part]:
    yield message(
        "nobody passes {barriers} barriers, not every vehicle {gates} more nodes",
        barriers=report.barriers,
        gates=report.gates,
    )
    yield message(
        "{closures} closures by conditions of the map, {turns} forbidden turns",
        closures=report.closures,
        turns=report.turns,
    )
    if report.unread:
        yield message(
            "{count} limits, times or conditions could not be read and limit nothing:",
            count=sum(tag.times for tag in report.unread),
        )
        often = sorted(report.unread, key=lambda tag: (-tag.times, tag.key, tag.value))
        yield [
            {mark("tag"): f"{tag.key}={clean_words(tag.value)[:60]}", mark("times"): tag.times}
            for tag in often[:MOST_TAGS]
        ]


def _tell_sites(report: ImportReport) -> Iterator[Part]:
    if report.sites:
        far = [site for site in report.sites if site.distance_m > FAR_M]
        yield message(
            "{count} sites, {far} of them more than {metres} m from a road",
            count=len(report.sites),
            far=len(far),
            metres=FAR_M,
        )
        yield [
            {
                mark("site"): site.site_id,
                mark("metres"): round(site.distance_m),
                mark("road segment"): site.segment_id,
            }
            for site in (far or report.sites)[:MOST_SITES]
        ]
