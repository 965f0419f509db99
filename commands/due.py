"""`due`: everything that is owed soon."""

from pathlib import Path

import click

from commands.answers import say, show_table
from commands.options import AS_JSON, FILE, ON, PROVINCE, Session, verb
from province.language import mark, message


@verb(
    "List everything that is owed soon: visits, kits, courses, reports, batches to fetch, rests "
    "and money that end, goals at risk, results to record. --out writes it as table, calendar and "
    "page.\n\n"
    "Example: luanchuyen due data/son-la --on 2026-12-01 --days 14 --out due"
)
@PROVINCE
@ON
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(0, 3660),
    help=mark("How many days ahead."),
)  # fmt: skip
@click.option("--out", type=FILE, help=mark("Folder to write due.csv, due.ics and due.html into."))
@click.option("--force", is_flag=True, help=mark("Replace a list that is there."))
@AS_JSON
def command(
    session: Session,
    folder: Path,
    on_text: str | None,
    days: int,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Print the list, and write it where that is asked for."""
    from planning.answers.due_list import list_due, tabulate_due

    province, language = session.read(folder)
    on = session.day(province, on_text)
    items = list_due(province, on, days)
    rows = tabulate_due(items, province, on, None if as_json else language)
    show_table(language, rows, as_json=as_json)
    if out is not None:
        from exports.due_list.write import write_due

        paths = write_due(items, province, on, days, out, language=language, overwrite=force)
        if not as_json:
            say(language, message("{count} files in {folder}", count=len(paths), folder=str(out)))
