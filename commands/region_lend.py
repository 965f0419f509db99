"""`region hand-over` and `region hand-back`: batches lent from one province to another."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.answers import say, show_json, show_table, warn
from commands.options import AS_JSON, FILE, MONTH, Session, parse_day_option, parse_month, verb
from province.language import Language, Message, mark, message, translate

if TYPE_CHECKING:
    from province.lendings import LendingLine
    from province.stock import Condition
    from region.read_region import Region

CONDITIONS = ("good", "worn", "repair", "withdrawn")

REGION = click.argument("folder", type=FILE, metavar="REGION_FOLDER")
LOANS = click.argument("loans", nargs=-1, required=True, metavar="LOAN...")
DAY = click.option(
    "--date", "day_text", required=True, help=mark("The day on which it was done, like 2027-01-15.")
)
CONDITION = click.option(
    "--condition", type=click.Choice(CONDITIONS),
    help=mark("State of the batch as both sides saw it (as known so far if left out)."),
)  # fmt: skip


@verb(
    "Book that batches were handed over from one province to another, in both ledgers, and write "
    "the records for both.\n\n"
    "Example: luanchuyen region hand-over my-region 2027-LN-001 --date 2027-01-15",
    "hand-over",
)
@REGION
@LOANS
@DAY
@CONDITION
@click.option("--depot", help=mark("The borrower's depot that takes them (its only one)."))
@AS_JSON
def hand_over_command(
    session: Session,
    folder: Path,
    loans: tuple[str, ...],
    day_text: str,
    condition: str | None,
    depot: str | None,
    as_json: bool,
) -> None:
    """Write the owner's ledger, then the borrower's, then the papers."""
    from province.ids import SiteId
    from region.lending.hand_over import hand_over
    from region.read_region import read_region

    region = read_region(folder)
    day = parse_day_option(day_text, "--date")
    target = SiteId(depot) if depot else None
    lines = hand_over(region, loans, day, condition=_read(condition), depot=target)
    _show(session.language or region.language, region, lines, as_json=as_json)


@verb(
    "Book that borrowed batches were handed back, in both ledgers, and write the records for both."
    "\n\nExample: luanchuyen region hand-back my-region 2027-LN-001 --date 2027-06-28",
    "hand-back",
)
@REGION
@LOANS
@DAY
@CONDITION
@AS_JSON
def hand_back_command(
    session: Session,
    folder: Path,
    loans: tuple[str, ...],
    day_text: str,
    condition: str | None,
    as_json: bool,
) -> None:
    """Write the borrower's ledger, then the owner's, then the papers."""
    from region.lending.hand_over import hand_back
    from region.read_region import read_region

    region = read_region(folder)
    day = parse_day_option(day_text, "--date")
    lines = hand_back(region, loans, day, condition=_read(condition))
    language = session.language or region.language
    _show(language, region, lines, as_json=as_json)
    for line in () if as_json else lines:
        if line.condition != line.terms.batch.condition:
            say(language, _tell_condition(line))


@verb(
    "Put the hand-overs that trips make in a month into the tables of the provinces that drive, "
    "and tell when which trip carries which batch. Plan their month again then.\n\n"
    "Example: luanchuyen region carry my-region --month 2027-01",
    "carry",
)
@REGION
@MONTH
@click.option("--undo", is_flag=True, help=mark("Take the rows of the month out again."))
@AS_JSON
def carry_command(session: Session, folder: Path, month: str, undo: bool, as_json: bool) -> None:
    """Write the rows, and print what was written and how far each loan has come."""
    from region.lending.carry import carry_loans
    from region.read_region import read_region

    region = read_region(folder)
    language = session.language or region.language
    carried = carry_loans(region, parse_month(month), undo=undo)
    rows: list[dict[str, Any]] = [
        {
            mark("loan"): one.loan.loan,
            mark("batch"): one.loan.batch,
            mark("from"): one.sender,
            mark("to"): one.run.other if one.sender == one.run.driver else one.run.driver,
            mark("driver"): one.run.driver,
            mark("day"): state.day.isoformat() if state.day else "",
            mark("trip"): state.trip_id,
            mark("state"): translate(state.what, language),
        }
        for one, state in carried.loans
    ]
    if as_json:
        edits = {name: [translate(edit.sentence, language) for edit in own]
                 for name, own in carried.edits.items()}  # fmt: skip
        warnings = [translate(one, language) for one in carried.warnings]
        show_json({"loans": rows, "written": edits, "warnings": warnings})
        return
    for name, own in carried.edits.items():
        for edit in own:
            say(language, message("{province}: {text}", province=name, text=edit.sentence))
    warn(language, *carried.warnings)
    if rows:
        show_table(language, rows, as_json=False)
    elif not undo:
        say(language, message("no trip of {month} carries a loan: runs of their own do",
                              month=month))  # fmt: skip


def say_settled(language: Language, lines: "Sequence[LendingLine]") -> None:
    """Tell what a run before had left undone, and was booked now."""
    from province.lendings import STEPS

    for line in lines:
        warn(
            language,
            message("loan {loan}: {batch} is now booked as {step} on {day} in the other ledger too",
                    loan=line.loan_id, batch=line.batch_id, step=STEPS[line.step],
                    day=line.day.isoformat()),
        )  # fmt: skip


def _read(condition: str | None) -> "Condition | None":
    from province.stock import Condition

    return Condition(condition) if condition else None


def _tell_condition(line: "LendingLine") -> Message:
    return message(
        "{batch} came back in another condition: write {condition} into {file}",
        batch=line.terms.batch.batch_id, condition=line.condition.value,
        file=f"{line.terms.owner.folder}/batches.csv",
    )  # fmt: skip


def _show(
    language: Language, region: "Region", lines: "Sequence[LendingLine]", *, as_json: bool
) -> None:
    """Write the records, and print what both ledgers say now."""
    from exports.region.lending_papers import write_lending_papers
    from province.lendings import STEPS

    files = write_lending_papers(region, lines)
    rows: list[dict[str, Any]] = [
        {
            mark("loan"): line.loan_id,
            mark("batch"): line.terms.batch.batch_id,
            mark("what"): line.step.value if as_json else translate(STEPS[line.step], language),
            mark("date"): line.day.isoformat(),
            mark("owner"): line.terms.owner.folder,
            mark("borrower"): line.terms.borrower.folder,
            mark("books"): line.books,
            mark("boxes"): line.boxes,
            mark("until"): line.terms.until.isoformat(),
        }
        for line in lines
    ]
    if as_json:
        show_json({"loans": rows, "files": [str(path) for path in files]})
        return
    show_table(language, rows, as_json=False)
    for path in files:
        click.echo(path)
