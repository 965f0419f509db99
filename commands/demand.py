"""`demand`: expected uses per library and category."""

from pathlib import Path

import click

from commands.answers import show_table
from commands.options import AS_JSON, MONTH, PROVINCE, Session, Verb, parse_month
from province.language import mark


@click.command(
    cls=Verb,
    help=mark(
        "Show the expected uses per library and category.\n\n"
        "Example: luanchuyen demand data/son-la --month 2026-12"
    ),
)
@PROVINCE
@MONTH
@AS_JSON
@click.pass_obj
def command(session: Session, folder: Path, month: str, as_json: bool) -> None:
    """Print prior, seen and posterior demand."""
    from planning.demand import tabulate_demand

    province, language = session.read(folder)
    rows = tabulate_demand(province, parse_month(month))
    show_table(language, rows, as_json=as_json)
