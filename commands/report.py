"""`report`: what the programme achieved in a period, every figure with its rows."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import say, show_json
from commands.line import line_language
from commands.options import AS_JSON, FILE, PROVINCE, Session, verb
from commands.targets import show_numbers
from province.language import mark, message, translate

if TYPE_CHECKING:
    from programme.reporting.period import ReportPeriod

LEVELS = ("unit", "department", "province")


@verb(
    "Report on a year, a half, a quarter or a month: goals, models, the four forms of work, staff, "
    "readers, visits, books, kilometres, money, partners, what fell short and what is asked for. "
    "--trace lists the rows behind every figure; --out writes it as DOCX, XLSX and HTML.\n\n"
    "Example: luanchuyen report data/son-la --period 2026 --for department --on 2026-12-10 "
    "--out reports"
)
@PROVINCE
@click.option(
    "--period", "period_text", required=True,
    help=mark("What it is about: 2026, 2026-H1, 2026-Q2 or 2026-05."),
)  # fmt: skip
@click.option(
    "--for", "level", required=True, type=click.Choice(LEVELS),
    help=mark("Whose report it is: of a commune or site, of the library, of the province."),
)  # fmt: skip
@click.option("--unit", help=mark("The commune or site of --for unit, by code or name."))
@click.option(
    "--on", "on_text",
    help=mark("The day on which it is written (today); what came after it does not count."),
)  # fmt: skip
@click.option("--trace", is_flag=True, help=mark("List every row behind the figures."))
@click.option("--out", type=FILE, help=mark("Folder to write the report into."))
@click.option("--force", is_flag=True, help=mark("Replace a report that is there."))
@AS_JSON
def command(
    session: Session,
    folder: Path,
    period_text: str,
    level: str,
    unit: str | None,
    on_text: str | None,
    trace: bool,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Count, print, and write where that is asked for."""
    from planning.answers.reported import (
        describe_report,
        find_unit,
        name_things,
        report_on,
        tabulate_report,
        tabulate_trace,
    )
    from programme.reporting.parts import ReportLevel

    period = parse_period_option(period_text)
    refuse_unit(level, unit)
    province, language = session.read(folder)
    on = session.day(province, on_text)
    refuse_future(period, on)
    about = find_unit(province, unit) if unit else None
    report = report_on(province, ReportLevel(level), about, period, on)
    if as_json:
        show_json(describe_report(report, language))
    elif trace:
        show_numbers(language, tabulate_trace(report, name_things(province), language))
    else:
        show_numbers(language, tabulate_report(report, language))
    if out is not None:
        from exports.reporting.write import write_report

        paths = write_report(report, province, out, language=language, overwrite=force)
        if not as_json:
            say(language, message("{count} files in {folder}", count=len(paths), folder=str(out)))


def parse_period_option(text: str) -> "ReportPeriod":
    """Return the period of an option; a usage fault if it is none."""
    from programme.reporting.period import parse_period

    try:
        return parse_period(text)
    except ValueError as error:
        expected = message("a year, half, quarter or month: 2026, 2026-H1, 2026-Q2 or 2026-05")
        raise click.BadParameter(
            translate(expected, line_language()), param_hint="--period"
        ) from error


def refuse_future(period: "ReportPeriod", on: date) -> None:
    """Raise a usage fault if a report is written before its period begins."""
    if on < period.span.first:
        expected = message("not before {first}", first=period.span.first.isoformat())
        raise click.BadParameter(translate(expected, line_language()), param_hint="--on")


def refuse_unit(level: str, unit: str | None) -> None:
    """Raise a usage fault if a unit lacks, or is named where the report is about all of them."""
    if (level == "unit") != bool(unit):
        expected = message("with --for unit the commune or site it is about, else nothing")
        raise click.BadParameter(translate(expected, line_language()), param_hint="--unit")
