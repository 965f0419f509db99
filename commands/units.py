"""`units`: what an old commune is today."""

from pathlib import Path

import click

from commands.answers import show_table
from commands.options import AS_JSON, PROVINCE, Session, parse_day_option, verb
from province.language import mark


@verb(
    "Show which communes of today old codes or names of communes mean, or what became of every "
    "old unit.\n\n"
    'Example: luanchuyen units data/son-la 03652 "Chiềng Chung (Mai Sơn)"'
)
@PROVINCE
@click.argument("names", nargs=-1, metavar="[CODE|NAME]…")
@click.option("--on", "on_day", help=mark("The day on which they were called so (today)."))
@AS_JSON
def command(
    session: Session, folder: Path, names: tuple[str, ...], on_day: str | None, as_json: bool
) -> None:
    """Print a row for each."""
    from planning.answers.units_today import tabulate_units

    province, language = session.read(folder)
    day = None if on_day is None else parse_day_option(on_day)
    show_table(language, tabulate_units(province, names, day), as_json=as_json)
