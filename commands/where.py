"""`where`: the place of every batch."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.answers import say, show_table, tell_past
from commands.options import AS_JSON, FILE, PROVINCE, Session, parse_day_option, refuse_page, verb
from province.language import mark, message

if TYPE_CHECKING:
    from province.facts import Province


@verb(
    "Show where every batch is, or one, or those at a library.\n\n"
    "Example: luanchuyen where data/son-la --on 2026-11-30\n\n"
    'Example: luanchuyen where data/son-la "Mường La"\n\n'
    "Example: luanchuyen where data/son-la --marc holdings.xml"
)
@PROVINCE
@click.argument("name", required=False, metavar="[BATCH|LIBRARY]")
@click.option("--on", "on_day", help=mark("The day, like 2026-11-30 (today's state if left out)."))
@click.option(
    "--marc", "holdings", type=FILE,
    help=mark("A file to write for a library system: each copy and where it stands, as MARCXML."),
)  # fmt: skip
@click.option("--force", is_flag=True, help=mark("Replace the file that is there."))
@AS_JSON
def command(
    session: Session,
    folder: Path,
    name: str | None,
    on_day: str | None,
    holdings: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Print the ledger's answer, and write it as MARC where that is asked for."""
    from planning.answers.whereabouts import tabulate_places
    from planning.past.read import read_past

    if holdings is not None:
        refuse_page(holdings, is_forced=force)
    province, language = session.read(folder)
    day = None if on_day is None else parse_day_option(on_day)
    tell_past(language, read_past(folder, province), counts_as_done=False)
    rows = tabulate_places(province, day, name=name)
    if holdings is not None:
        write_holdings(holdings, province, day, rows)
    show_table(language, rows, as_json=as_json)
    if holdings is not None and not as_json:
        say(language, message("written to {file}", file=str(holdings)))


def write_holdings(
    path: Path, province: "Province", on: date | None, rows: list[dict[str, Any]]
) -> None:
    """Write where the copies of the batches that are shown stand."""
    from exports.library_system.holdings import make_holdings
    from province.files.whole import write_whole

    write_whole(path, make_holdings(province, on, {row["batch"] for row in rows}))
