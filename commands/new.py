"""`new`: a first province folder."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from commands.answers import format_number, progress_bar, say, warn, write_line
from commands.line import line_language
from commands.options import FILE, Session, parse_month, verb
from province.language import Language, Message, mark, message, translate

if TYPE_CHECKING:
    from planning.first_folder.from_map import MapSource
    from planning.first_folder.from_timetable import ServiceDriven
    from planning.first_folder.tables import Country
    from province.dates import Month

SOURCES = {
    "example": frozenset({"example"}),
    "province": frozenset({"province", "communes", "counts", "month"}),
    "osm": frozenset({"osm", "communes", "admin_level", "places", "elevation", "country", "month"}),
    "mobile_stops": frozenset({"mobile_stops", "country", "month"}),
}
"""What a folder is made from (an option), and the options that say how: no other is looked at."""


@verb(
    "Make a new province folder: from an example, for a province, or from a map.\n\n"
    "Example: luanchuyen new my-province\n\n"
    "Example: luanchuyen new lai-chau --province 12\n\n"
    "Example: luanchuyen new andorra --osm andorra.osm.pbf --admin-level 7 --country AD"
)
@click.argument("folder", type=FILE)
@click.option("--example", default="son-la", show_default=True, help=mark("The example to copy."))
@click.option(
    "--province", help=mark("A province of the north of Vietnam, by code or name: 12, Lai Châu.")
)
@click.option(
    "--counts", type=FILE, help=mark("With --province: your own counts of sites and vehicles.")
)
@click.option("--osm", type=FILE, help=mark("OpenStreetMap extract (.osm.pbf) to take roads from."))
@click.option(
    "--communes", type=FILE, help=mark("With --osm or --province: polygons with names and codes.")
)
@click.option(
    "--admin-level", type=click.IntRange(2, 11), help=mark("With --osm: boundaries of the map.")
)
@click.option(
    "--places", type=click.IntRange(1, 500), help=mark("With --osm: so many of the largest places.")
)
@click.option("--elevation", type=FILE, help=mark("With --osm: folder with elevation tiles."))
@click.option(
    "--mobile-stops", type=FILE, help=mark("Published timetable (mobile library stops, CSV).")
)
@click.option(
    "--country",
    default="VN",
    show_default=True,
    help=mark("With --osm or --mobile-stops: two letters, like VN."),
)
@click.option(
    "--month",
    help=mark("With anything but an example: first month to plan (the next one if left out)."),
)
def command(
    session: Session,
    folder: Path,
    example: str,
    province: str | None,
    counts: Path | None,
    osm: Path | None,
    communes: Path | None,
    admin_level: int | None,
    places: int | None,
    elevation: Path | None,
    country: str,
    month: str | None,
    mobile_stops: Path | None,
) -> None:
    """Copy an example, or make a folder of a province, from a map or from a timetable."""
    refuse_idle_options(click.get_current_context())
    language = session.speak()
    if mobile_stops is not None:
        first = parse_month(month or next_month())
        make_from_timetable(language, mobile_stops, folder, parse_country(country), first)
        return
    if province is not None:
        first = parse_month(month or next_month())
        make_for_province(language, province, folder, first, outlines=communes, counts=counts)
        return
    if osm is None:
        from province.files.create import create_from_example

        files = create_from_example(example, folder)
        say(language, message("{count} files in {folder}", count=len(files), folder=str(folder)))
        return
    if sum(option is not None for option in (communes, admin_level, places)) != 1:
        expected = message("one of --communes, --admin-level and --places")
        raise click.UsageError(translate(expected, line_language()))
    from planning.first_folder.from_map import MapSource

    source = MapSource(osm, elevation, communes, admin_level, places)
    first = parse_month(month or next_month())
    make_from_map(language, source, folder, parse_country(country), first)


def refuse_idle_options(context: click.Context) -> None:
    """Raise UsageError if an option was given that does nothing beside the others."""
    own = frozenset().union(*SOURCES.values())  # others, like --lang, go with everything
    given = {
        name for name in own if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    sources = [name for name in SOURCES if name in given]
    source = next((name for name in reversed(sources)), "example")
    idle = sorted(given - SOURCES[source])
    if not idle:
        return
    expected = message(
        "{options}: not together with {source}; see luanchuyen new --help",
        options=", ".join(_spell(name) for name in idle),
        source=_spell(source) if source in given else message("the copy of an example"),
    )
    raise click.UsageError(translate(expected, line_language()))


def _spell(name: str) -> str:
    return "--" + name.replace("_", "-")


def make_from_timetable(
    language: Language, timetable: Path, folder: Path, country: "Country", month: "Month"
) -> None:
    """Make a folder from a published timetable, and say what it drives."""
    from planning.first_folder.from_timetable import create_from_timetable

    published = create_from_timetable(timetable, folder, country=country, month=month)
    warn(language, *(warning.as_message() for warning in published.warnings))
    say(
        language,
        message(
            "{folder}: {stops} stops, {vehicles} vehicles; as published, {driven} in {month}, and "
            "{usual} in four weeks (mean of twelve). Roads are straight lines: see what could be "
            "saved with luanchuyen plan {folder} --month {month}",
            folder=str(folder),
            stops=published.stops,
            vehicles=published.vehicles,
            driven=tell_driven(published.in_month, language),
            usual=tell_driven(published.in_four_weeks, language),
            month=str(month),
        ),
    )


def tell_driven(driven: "ServiceDriven", language: Language) -> Message:
    """Return what a service drives, in words."""
    return message(
        "{rounds} rounds, {visits} visits and {km} km",
        rounds=format_number(round(driven.rounds, 1), language),
        visits=format_number(round(driven.visits, 1), language),
        km=format_number(round(driven.km), language),
    )


def make_from_map(
    language: Language, source: "MapSource", folder: Path, country: "Country", month: "Month"
) -> None:
    """Make a folder from a map, and say what was taken over and what not."""
    from planning.first_folder.from_map import create_from_map

    with progress_bar(language) as progress:
        report, torn = create_from_map(
            source, folder, country=country, month=month, progress=progress
        )
    if torn:
        lacking = message("left out, the map lacks part of them: {names}", names=", ".join(torn))
        warn(language, lacking)
    say(
        language,
        message(
            "{folder}: {segments} road segments, {km} km; {attribution}. Stock, vehicles and "
            "people are starters: replace them, then run luanchuyen check {folder}",
            folder=str(folder),
            segments=report.segments,
            km=round(report.road_km),
            attribution=report.attribution,
        ),
    )


def make_for_province(
    language: Language,
    province: str,
    folder: Path,
    month: "Month",
    *,
    outlines: Path | None,
    counts: Path | None,
) -> None:
    """Make a folder for a province of the north, and say what to correct first."""
    from planning.first_folder.from_province import create_from_province

    made = create_from_province(province, folder, month=month, outlines=outlines, counts=counts)
    say(
        language,
        message(
            "{folder}: {name}, {communes} communes, {sites} sites, {enrolled} of them served from "
            "{month} on. All but the communes is assumed. Correct first what changes the "
            "plan most:",
            folder=str(folder),
            name=made.name,
            communes=made.communes,
            sites=made.sites,
            enrolled=made.enrolled,
            month=str(month),
        ),
    )
    for number, text in enumerate(made.to_correct, 1):
        say(language, message("{number}. {text}", number=number, text=text))
    say(language, message("then: {line}", line=write_line("check", folder, ())))


def next_month() -> str:
    """Return the month after today's: a folder that is made now is planned from then on."""
    from province.dates import Month

    return str(Month.of(date.today()).plus(1))  # noqa: DTZ011 - the planner's own calendar


def parse_country(code: str) -> "Country":
    """Return the country of an option; a usage fault if there is none."""
    from planning.first_folder.tables import describe_country

    try:
        return describe_country(code.upper())
    except (KeyError, LookupError) as error:
        expected = translate(message("two letters of a country, like VN"), line_language())
        raise click.BadParameter(expected, param_hint="--country") from error
