"""`region share`: which batches provinces lend each other over a year."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import progress_bar, say, show_json, show_table, warn
from commands.options import AS_JSON, FILE, SEED, WORK, Session, parse_month, verb
from province.language import Language, mark, message

if TYPE_CHECKING:
    from region.sharing.sharing_file import SharingPlan


@verb(
    "Plan which batches the provinces of a region lend each other, from when until when, and what "
    "drives for it: where readers lack books of their language and others have them idle.\n\n"
    "Example: luanchuyen region share my-region --from 2027-01",
    "share",
)
@click.argument("folder", type=FILE, metavar="REGION_FOLDER")
@click.option("--from", "first", required=True, help=mark("The first month planned, like 2027-01."))
@click.option(
    "--months", default=12, show_default=True, type=click.IntRange(4, 18),
    help=mark("How many months are planned."),
)  # fmt: skip
@click.option("--force", is_flag=True, help=mark("Replace the exchange plan that is there."))
@SEED
@WORK
@AS_JSON
def share_command(
    session: Session,
    folder: Path,
    first: str,
    months: int,
    force: bool,
    seed: int,
    work: float,
    as_json: bool,
) -> None:
    """Print the loans and the runs; write file, tables and page."""
    from exports.sharing.write import refuse_sharing, write_sharing
    from region.read_region import read_region
    from region.sharing.plan_sharing import plan_sharing

    month, region = parse_month(first, "--from"), read_region(folder)
    language = session.language or region.language
    refuse_sharing(region, month, overwrite=force)
    with progress_bar(language) as progress:
        plan = plan_sharing(region, month, months, seed=seed, work=work, progress=progress)
    paths = write_sharing(region, plan, language=language, overwrite=force)
    if as_json:
        from region.sharing.sharing_file import describe_sharing

        show_json(describe_sharing(plan))
        return
    _tell(language, plan)
    say(language, message("{count} files in {folder}", count=len(paths),
                          folder=str(paths[0].parent)))  # fmt: skip


def _tell(language: Language, plan: "SharingPlan") -> None:
    rows = [
        {
            "loan": loan.loan,
            "batch": loan.batch,
            "owner": loan.owner,
            "borrower": loan.borrower,
            "from month": str(loan.first),
            "home again by the end of": str(loan.until),
            "uses gained": loan.gained,
            "uses lost": loan.lost,
            "Run": loan.run,
        }
        for loan in plan.loans
    ]
    if rows:
        show_table(language, rows, as_json=False)
    else:
        say(language, message(
            "No loan is worth its runs: the books are of as much use where they are."
        ))  # fmt: skip
    say(language, message(
        "Uses gained {gained}, lost {lost}; {runs} runs, {length} km; worth {value} uses after "
        "all costs, at most {bound} possible (gap {gap} %)",
        gained=plan.gained, lost=plan.lost, runs=len(plan.runs), length=plan.length_km,
        value=round(plan.objective, 1), bound=round(plan.bound, 1), gap=round(100 * plan.gap, 2),
    ))  # fmt: skip
    for loan in plan.loans:
        if loan.new_categories:
            warn(language, message(
                "{loan}: {borrower} needs categories in province.toml like {categories} of {owner}",
                loan=loan.loan, borrower=loan.borrower, owner=loan.owner,
                categories=", ".join(loan.new_categories),
            ))  # fmt: skip
        if not loan.home_run and loan.until <= plan.first_month.plus(plan.months - 1):
            warn(language, message(
                "{loan}: no vehicle of {owner} or {borrower} carries it home",
                loan=loan.loan, owner=loan.owner, borrower=loan.borrower,
            ))  # fmt: skip
