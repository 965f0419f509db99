"""`roads`: roads from OpenStreetMap, and what they look like."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import format_number, progress_bar, say, show_json, show_table
from commands.line import line_language
from commands.options import AS_JSON, PROVINCE, Session, Topic, Verb
from commands.roads_show import command as show_command
from province.language import Language, mark, message, translate

if TYPE_CHECKING:
    from roads.osm import ImportReport

FAR_M = 200  # a site farther from a road is shown
MOST_SITES = 10
MOST_TAGS = 20  # the most frequent; --json has all


@click.group(
    cls=Topic,
    help=mark(
        "Import roads from OpenStreetMap, and show them.\n\n"
        "Example: luanchuyen roads import data/son-la vietnam-latest.osm.pbf --elevation tiles"
    ),
)
def command() -> None:
    """Hold the verbs about roads."""


@command.command(
    "import",
    cls=Verb,
    help=mark(
        "Write roads.gpkg from an OpenStreetMap extract; road-edits.csv is applied.\n\n"
        "Example: luanchuyen roads import data/son-la vietnam-latest.osm.pbf --elevation tiles"
    ),
)
@PROVINCE
@click.argument("extract", type=click.Path(path_type=Path), metavar="FILE.osm.pbf")
@click.option(
    "--elevation",
    type=click.Path(path_type=Path),
    help=mark("Folder with SRTM .hgt, .hgt.zip or GeoTIFF tiles."),
)
@click.option("--bbox", help=mark("west,south,east,north in degrees (the communes and 20 km)."))
@click.option("--edits", type=click.Path(path_type=Path), help=mark("Hand edits (road-edits.csv)."))
@click.option("--force", is_flag=True, help=mark("Replace the roads.gpkg that is there."))
@AS_JSON
@click.pass_obj
def import_command(
    session: Session,
    folder: Path,
    extract: Path,
    elevation: Path | None,
    bbox: str | None,
    edits: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Import the roads of one province."""
    from planning.import_roads import import_roads_of

    language = session.speak()
    with progress_bar(language) as progress:
        report = import_roads_of(
            folder,
            extract,
            elevation=elevation,
            bbox=parse_bbox(bbox) if bbox else None,
            edits=edits,
            is_forced=force,
            progress=progress,
        )
    for finding in report.findings:
        click.echo(translate(finding.as_message(), language), err=True)
    if as_json:
        show_json(dataclasses.asdict(report))
    else:
        _show_report(language, report)


def parse_bbox(text: str) -> tuple[float, float, float, float]:
    """Return the bounds of an option; a usage fault if they are none."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return west, south, east, north
    except ValueError:
        pass
    raise click.BadParameter(
        translate(message("four numbers west,south,east,north in degrees"), line_language()),
        param_hint="--bbox",
    )


def _show_report(language: Language, report: "ImportReport") -> None:
    from roads.osm.report import REASONS

    def km(value: float) -> str:
        return format_number(round(value, 1), language)

    kept = [
        {
            "highway": row.highway,
            mark("road class"): row.road_class,
            mark("ways"): row.ways,
            "km": km(row.km),
        }
        for row in report.kept
    ]
    show_table(language, kept, as_json=False)
    click.echo()
    dropped = [
        {
            "highway": row.highway,
            mark("ways"): row.ways,
            "km": km(row.km),
            mark("left out because"): translate(REASONS[row.reason], language),
        }
        for row in report.dropped
    ]
    show_table(language, dropped, as_json=False)
    click.echo()
    say(
        language,
        message(
            "{km} km in {segments} segments and {pieces} pieces, the largest {largest} km",
            km=km(report.road_km),
            segments=report.segments,
            pieces=len(report.pieces_km),
            largest=km(report.pieces_km[0]),
        ),
    )
    say(
        language,
        message(
            "surface assumed on {assumed} km; {one_sided} km lead in or out only",
            assumed=km(report.assumed_surface_km),
            one_sided=km(report.one_sided_km),
        ),
    )
    _show_climbs(language, report)
    _show_unread(language, report)
    _show_sites(language, report)
    say(language, message("{count} hand edits applied", count=report.edits_applied))
    click.echo(f"{report.target}  {report.attribution}")


def _show_climbs(language: Language, report: "ImportReport") -> None:
    if report.elevation is None:
        return
    say(
        language,
        message(
            "climbs from {tiles}: {voids} of {places} places without a height, "
            "{capped} segments steeper than a road can be",
            tiles=", ".join(report.elevation.tiles),
            voids=report.elevation.voids,
            places=report.elevation.places,
            capped=report.elevation.capped,
        ),
    )


def _show_unread(language: Language, report: "ImportReport") -> None:
    from roads.osm.words import clean_words

    say(
        language,
        message(
            "nobody passes {barriers} barriers, not every vehicle {gates} more nodes",
            barriers=report.barriers,
            gates=report.gates,
        ),
    )
    say(
        language,
        message(
            "{closures} closures by conditions of the map, {turns} forbidden turns",
            closures=report.closures,
            turns=report.turns,
        ),
    )
    if not report.unread:
        return
    say(
        language,
        message(
            "{count} limits, times or conditions could not be read and limit nothing:",
            count=sum(tag.times for tag in report.unread),
        ),
    )
    often = sorted(report.unread, key=lambda tag: (-tag.times, tag.key, tag.value))
    rows = [
        {mark("tag"): f"{tag.key}={clean_words(tag.value)[:60]}", mark("times"): tag.times}
        for tag in often[:MOST_TAGS]
    ]
    show_table(language, rows, as_json=False)


def _show_sites(language: Language, report: "ImportReport") -> None:
    if not report.sites:
        return
    far = [site for site in report.sites if site.distance_m > FAR_M]
    say(
        language,
        message(
            "{count} sites, {far} of them more than {metres} m from a road",
            count=len(report.sites),
            far=len(far),
            metres=FAR_M,
        ),
    )
    shown = (far or list(report.sites))[:MOST_SITES]
    rows = [
        {
            mark("site"): s.site_id,
            mark("metres"): round(s.distance_m),
            mark("road segment"): s.segment_id,
        }
        for s in shown
    ]
    show_table(language, rows, as_json=False)


command.add_command(show_command)
