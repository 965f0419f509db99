"""`roads`: roads from OpenStreetMap, and what they look like."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import progress_bar, say, show_json, show_table, warn
from commands.line import line_language
from commands.options import (
    AS_JSON,
    FILE,
    PROVINCE,
    Session,
    Topic,
    parse_day_option,
    refuse_page,
    verb,
)
from province.language import Message, mark, message, translate

if TYPE_CHECKING:
    from province.facts import Province
    from province.fleet import Vehicle


@click.group(
    cls=Topic,
    help=mark(
        "Import roads from OpenStreetMap, and show them.\n\n"
        "Example: luanchuyen roads import data/son-la vietnam-latest.osm.pbf --elevation tiles"
    ),
)
def command() -> None:
    """Hold the verbs about roads."""


@verb(
    "Write roads.gpkg from an OpenStreetMap extract; road-edits.csv is applied.\n\n"
    "Example: luanchuyen roads import data/son-la vietnam-latest.osm.pbf --elevation tiles",
    "import",
)
@PROVINCE
@click.argument("extract", type=FILE, metavar="FILE.osm.pbf")
@click.option(
    "--elevation", type=FILE, help=mark("Folder with SRTM .hgt, .hgt.zip or GeoTIFF tiles.")
)
@click.option("--bbox", help=mark("west,south,east,north in degrees (the communes and 20 km)."))
@click.option("--edits", type=FILE, help=mark("Hand edits (road-edits.csv)."))
@click.option("--force", is_flag=True, help=mark("Replace the roads.gpkg that is there."))
@AS_JSON
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
    warn(language, *(finding.as_message() for finding in report.findings))
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


@verb(
    "Draw the roads of a date for a vehicle: classes, closures, joined parts, minutes from "
    "the depot.\n\n"
    "Example: luanchuyen roads show data/son-la --date 2026-12-07 --vehicle XE1",
    "show",
)
@PROVINCE
@click.option("--date", "on_day", help=mark("The day (a dry one without dated closures)."))
@click.option("--vehicle", "vehicle_id", help=mark("The vehicle (the first in vehicles.csv)."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=mark("The page to write (roads.html in the province folder)."),
)
@click.option("--force", is_flag=True, help=mark("Replace the page that is there."))
@AS_JSON
def show_command(
    session: Session,
    folder: Path,
    on_day: str | None,
    vehicle_id: str | None,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the map and print kilometres by class; with --json everything the map shows."""
    from exports.maps.road_map import draw_road_map
    from province.files.whole import write_whole
    from roads.findings import find_quiet_day
    from roads.view import list_kilometres, tabulate_view, view_roads

    province, language = session.read(folder)
    target = None if as_json and out is None else out or folder / "roads.html"
    if target is not None:
        refuse_page(target, is_forced=force)
    day = parse_day_option(on_day, "--date") if on_day else find_quiet_day(province)
    view = view_roads(province, find_vehicle(province, vehicle_id), day)
    if target is not None:
        write_whole(target, draw_road_map(view, province, language))
    if as_json:
        show_json(tabulate_view(view, province))
        return
    show_table(language, list_kilometres(view), as_json=False)
    for site in view.sites:
        if site.minutes is None:
            say(language, message("not reached: {site}", site=f"{site.site_id} {site.name}"))
    click.echo(str(target))


def find_vehicle(province: "Province", vehicle_id: str | None) -> "Vehicle":
    """Return the vehicle of an option, the first one without it; an input fault if it is none."""
    from province.errors import InputError

    vehicles = province.vehicle_by_id
    names = sorted(vehicles)
    for name in names:
        if vehicle_id in (None, name):
            return vehicles[name]
    expected = message("one of {choices}", choices=", ".join(names))
    advice = message("choose one of these")
    raise InputError.of(
        "vehicles.csv", "vehicle_id", vehicle_id or "", expected=expected, advice=advice
    )


command.add_command(import_command)
command.add_command(show_command)
