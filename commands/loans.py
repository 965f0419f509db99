"""`loans`: what a library system counted, taken into the province folder."""

from pathlib import Path

import click

from commands.answers import say, show_json, show_table, warn
from commands.line import line_language
from commands.options import AS_JSON, FILE, MONTH, PROVINCE, Session, parse_month, verb
from province.language import mark, message, translate


@verb(
    "Take the loans of whole months from the circulation report of a library system (Koha …); "
    "read again, a month counts once. Patrons are never read.\n\n"
    "Example: luanchuyen loans data/son-la report.csv --month 2026-10 --until 2026-12"
)
@PROVINCE
@click.argument("file", type=FILE, metavar="REPORT")
@MONTH
@click.option("--until", help=mark("The last month, if the report covers several."))
@click.option("--dry-run", is_flag=True, help=mark("Only say what would be counted."))
@AS_JSON
def command(
    session: Session,
    folder: Path,
    file: Path,
    month: str,
    until: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read the report, write the table, print the uses by month and library."""
    from planning.system_loans import tabulate_loans, take_loans
    from province.read.circulation import read_circulation

    first, last = parse_month(month), parse_month(until or month)
    if last < first:
        raise click.UsageError(translate(message("--until is before --month"), line_language()))
    province, language = session.read(folder)
    months = [first.plus(number) for number in range(last.months_since(first) + 1)]
    counted = take_loans(folder, read_circulation(file), months, file.name, is_dry=dry_run)
    rows = tabulate_loans(province, counted)
    if as_json:
        notes = [translate(note, language) for note in counted.notes]
        show_json({"written": not dry_run, "loans": rows, "notes": notes})
        return
    warn(language, *counted.notes)
    show_table(language, rows, as_json=False)
    if not dry_run:
        say(language, message("{count} rows in system_loans.csv", count=len(counted.loans)))
