"""`history`: what happened to a batch, or at a library."""

from pathlib import Path

import click

from commands.answers import show_table
from commands.options import AS_JSON, PROVINCE, Session, verb


@verb(
    "Show what happened to a batch, or at a library.\n\nExample: luanchuyen history data/son-la L05"
)
@PROVINCE
@click.argument("name", metavar="BATCH|LIBRARY")
@AS_JSON
def command(session: Session, folder: Path, name: str, as_json: bool) -> None:
    """Print every event, also what was taken back."""
    from planning.answers.history import tabulate_history

    province, language = session.read(folder)
    rows = tabulate_history(province, name, None if as_json else language)
    show_table(language, rows, as_json=as_json)
