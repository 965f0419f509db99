"""`roads`: roads from OpenStreetMap, and what they look like."""

import dataclasses
from pathlib import Path

import click

from commands.answers import progress_bar, say, show_json, show_table
from commands.line import line_language
from commands.options import AS_JSON, PROVINCE, Session, Topic, Verb
from commands.roads_show import command as show_command
from province.language import Message, mark, message, translate


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
    from planning.import_roads import import_roads_of, tell_import

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
        for part in tell_import(report, language):
            if isinstance(part, Message):
                say(language, part)
            else:
                show_table(language, part, as_json=False)
        click.echo(f"{report.target}  {report.attribution}")


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


command.add_command(show_command)
