"""`add`: a visit or a site more."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import show_applied
from commands.line import line_language
from commands.options import (
    AS_JSON,
    PROVINCE,
    UNDO,
    Session,
    parse_cells,
    parse_day_option,
    parse_days,
    verb,
)
from province.language import mark, message, translate

if TYPE_CHECKING:
    from planning.happened.happening import Happening
    from province.facts import Province

COLUMNS = ("boxes", "mass_kg", "kind", "lon", "lat", "takes")
"""Columns of the tables that have an option of their own; --set gives all others."""


@verb(
    "Ask for a visit beside those of the month (an extra session, a kit, an exchange that brings "
    "a batch), or take in a site.\n\n"
    'Example: luanchuyen add data/son-la visit "chợ Co Mạ" --task session --from 2026-12-20 '
    "--to 2026-12-20\n\n"
    'Example: luanchuyen add data/son-la site "Điểm cách ly" --commune 03646 '
    "--kind treatment_site --takes rotation --lon 103.91 --lat 21.32"
)
@PROVINCE
@click.argument("what", type=click.Choice(("visit", "site")))
@click.argument("name", metavar="SITE")
@click.option(
    "--task",
    type=click.Choice(("session", "kit", "exchange")),
    default="session",
    show_default=True,
    help=mark("What is done at the visit."),
)
@click.option("--from", "from_day", help=mark("First day (of a site: of its enrolment)."))
@click.option("--to", "to_day", help=mark("Last day."))
@click.option("--name", "title", default="", help=mark("What the occasion or the kit is called."))
@click.option("--boxes", help=mark("Boxes of a kit."))
@click.option("--kg", "mass_kg", help=mark("Kilograms of a kit."))
@click.option("--batch", default="", help=mark("The batch that an exchange brings."))
@click.option("--commune", help=mark("The commune of a site, by code or name."))
@click.option("--kind", help=mark("Kind of a site, like school or treatment_site."))
@click.option("--takes", help=mark("What a site takes: rotation, session, both or none."))
@click.option("--lon", help=mark("Longitude of a site in degrees."))
@click.option("--lat", help=mark("Latitude of a site in degrees."))
@click.option("--id", "site_id", default="", help=mark("Id of a site (one that goes on)."))
@click.option(
    "--set", "more", multiple=True, help=mark("Another column of the row, like note=TEXT.")
)
@UNDO
@AS_JSON
def command(
    session: Session,
    folder: Path,
    what: str,
    name: str,
    task: str,
    from_day: str | None,
    to_day: str | None,
    title: str,
    batch: str,
    commune: str | None,
    site_id: str,
    more: tuple[str, ...],
    undo: bool,
    as_json: bool,
    **columns: str | None,
) -> None:
    """Write the row, print it, its undoing, and which planned visits are at the site."""
    from planning.happened.additions import add_site, take_site_back, take_visit_back
    from planning.happened.apply import apply_happening

    cells = parse_cells(more) | {column: cell for column in COLUMNS if (cell := columns[column])}
    if undo:
        take_back = take_visit_back if what == "visit" else take_site_back
        decide: Callable[[Province], Happening] = partial(take_back, name=name)
    elif what == "visit":
        decide = ask_visit(name, task, from_day, to_day, title, batch, cells)
    elif commune is None:
        raise click.UsageError(translate(message("a site needs --commune"), line_language()))
    else:
        days = (("enrolled_from", from_day), ("enrolled_until", to_day))
        told = cells | {column: day for column, day in days if day}
        decide = partial(add_site, name=name, commune=commune, site_id=site_id, cells=told)
    show_applied(session, folder, apply_happening(folder, decide), as_json=as_json)


def ask_visit(
    site: str,
    task: str,
    from_day: str | None,
    to_day: str | None,
    title: str,
    batch: str,
    cells: dict[str, str],
) -> "Callable[[Province], Happening]":
    """Return what makes the row of a visit; a usage fault if its days or its batch are missing."""
    from planning.happened.additions import ExtraVisit, add_visit
    from province.visits import Task

    is_exchange = task == Task.EXCHANGE.value
    if is_exchange and not batch:
        lacking = message("an exchange needs --batch")
        raise click.UsageError(translate(lacking, line_language()))
    if not is_exchange and not (from_day and to_day):
        lacking = message("a session or a kit needs --from and --to")
        raise click.UsageError(translate(lacking, line_language()))
    first = last = None
    if from_day and to_day:
        span = parse_days(from_day, to_day)
        first, last = span.first, span.last
    elif to_day:
        last = parse_day_option(to_day, "--to")
    told = ExtraVisit(site, Task(task), first, last, title, batch, tuple(cells.items()))
    return partial(add_visit, told=told)
