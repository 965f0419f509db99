"""`record`: what a trip did, taken into the ledger."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import say, show_json, warn
from commands.options import AS_JSON, FILE, PROVINCE, Session, parse_day_option, verb
from province.language import Language, mark, message

if TYPE_CHECKING:
    from planning.record.results import Recorded


@verb(
    "Record what trips did: all rows of a result sheet, or none.\n\n"
    "Example: luanchuyen record data/son-la results.csv"
)
@PROVINCE
@click.argument("file", type=FILE, metavar="RESULTS")
@click.option(
    "--plan",
    "plan_file",
    type=FILE,
    help=mark("The plan the trips belong to (plans/MONTH/plan.json)."),
)
@click.option(
    "--on", "on_day", help=mark("Day of the rows that have none, like 2026-12-05 (as planned).")
)
@click.option(
    "--settle",
    type=click.Choice(("as-reported", "as-planned", "as-recorded")),
    help=mark("Who is right where a row contradicts the plan or the ledger."),
)
@click.option("--dry-run", is_flag=True, help=mark("Only say what would be recorded."))
@AS_JSON
def command(
    session: Session,
    folder: Path,
    file: Path,
    plan_file: Path | None,
    on_day: str | None,
    settle: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read the sheet and the plans, record, print what was recorded."""
    from planning.plan_file import read_plan
    from planning.record.results import list_planned_months, record_results, summarise_recorded
    from planning.record.signed import say_far
    from province.result_sheets.read import read_results
    from province.results import Settlement

    day = None if on_day is None else parse_day_option(on_day)
    province, language = session.read(folder)
    sheet = read_results(file, province)
    warn(language, *(warning.as_message() for warning in sheet.warnings))
    if plan_file is not None:
        plan = read_plan(plan_file)
        plans = {plan.month: plan}
    else:
        months = list_planned_months(sheet)
        plans = {m: read_plan(folder / "plans" / str(m) / "plan.json") for m in months}
    recorded = record_results(
        province,
        sheet,
        plans,
        settle=Settlement(settle) if settle else None,
        on_day=day,
        is_dry=dry_run,
    )
    far_m = province.settings.handover.far_m
    warn(language, *(say_far(one, far_m) for one in recorded.proofs if one.is_far))
    if as_json:
        show_json(summarise_recorded(recorded))
    else:
        show_recorded(language, recorded)


def show_recorded(language: Language, recorded: "Recorded") -> None:
    """Print what was recorded, one thought a line."""
    for conflict in recorded.settled:
        say(language, message("settled: {conflict}", conflict=conflict.as_message()))
    if recorded.num_new == 0:
        say(
            language,
            message(
                "all {count} rows were recorded before: nothing to do", count=recorded.num_rows
            ),
        )
    else:
        say(
            language,
            message(
                "{new} of {all} rows recorded: {moves} moves, {voids} entries taken back",
                new=recorded.num_new,
                all=recorded.num_rows,
                moves=recorded.num_moves,
                voids=recorded.num_voids,
            ),
        )
    if recorded.proofs:
        told = [one.proof.distance_m for one in recorded.proofs if one.proof.distance_m is not None]
        say(
            language,
            message("{count} stops are signed, {placed} of them with a place",
                    count=len(recorded.proofs), placed=len(told)),
        )  # fmt: skip
    for one in recorded.left:
        say(
            language,
            message(
                "{batch} has books at {site}: {on_loan} with readers, {kept} on the shelf",
                batch=one.batch_id,
                site=one.site_id,
                on_loan=one.on_loan,
                kept=one.kept,
            ),
        )
    if recorded.open_tasks:
        trips = sorted({str(row.trip_id) for row in recorded.open_tasks})
        say(
            language,
            message(
                "{count} tasks have no result yet, of {trips}",
                count=len(recorded.open_tasks),
                trips=", ".join(trips),
            ),
        )
    if recorded.is_dry:
        say(language, message("a dry run: nothing was written"))
