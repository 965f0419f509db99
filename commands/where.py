"""`where`: the place of every batch."""

from pathlib import Path

import click

from commands.answers import show_table, tell_past
from commands.options import AS_JSON, PROVINCE, Session, parse_day_option, verb
from province.language import mark


@verb(
    "Show where every batch is, or one, or those at a library.\n\n"
    "Example: luanchuyen where data/son-la --on 2026-11-30\n\n"
    'Example: luanchuyen where data/son-la "Mường La"'
)
@PROVINCE
@click.argument("name", required=False, metavar="[BATCH|LIBRARY]")
@click.option("--on", "on_day", help=mark("The day, like 2026-11-30 (today's state if left out)."))
@AS_JSON
def command(
    session: Session, folder: Path, name: str | None, on_day: str | None, as_json: bool
) -> None:
    """Print the ledger's answer."""
    from planning.answers.whereabouts import tabulate_places
    from planning.past.read import read_past

    province, language = session.read(folder)
    day = None if on_day is None else parse_day_option(on_day)
    tell_past(language, read_past(folder, province), counts_as_done=False)
    rows = tabulate_places(province, day, name=name)
    show_table(language, rows, as_json=as_json)
