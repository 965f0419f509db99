"""`region`: the provinces of a region checked, planned and told of side by side."""

from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import progress_bar, say, show_json, show_table, warn
from commands.options import AS_JSON, FILE, MONTH, SEED, WORK, Session, Topic, parse_month, verb
from commands.region_lend import carry_command, hand_back_command, hand_over_command, say_settled
from commands.region_share import share_command
from province.amounts import tell_amounts
from province.language import Language, Message, mark, message, translate

if TYPE_CHECKING:
    from region.plan_all import Planners
    from region.province_job import JobOutcome
    from region.read_region import Region

MOST_TOLD = 5
"""Lines of each province without a plan that are told on the screen."""

REGION = click.argument("folder", type=FILE, metavar="REGION_FOLDER")


@click.group(
    cls=Topic,
    help=mark(
        "Check, plan and tell of the provinces of a region, side by side.\n\n"
        "Example: luanchuyen region plan my-region --month 2026-12"
    ),
)
def command() -> None:
    """Hold the verbs about regions."""


@verb(
    "Check every province folder of a region, and what their ledgers say of batches lent.\n\n"
    "Example: luanchuyen region check my-region",
    "check",
)
@REGION
@AS_JSON
def check_command(session: Session, folder: Path, as_json: bool) -> None:
    """Read all provinces; faults end with exit code 3, ledgers that disagree with 5."""
    from planning.answers.check import check_folder
    from province.errors import InputError, LedgerError
    from region.lending.compare import list_disagreements
    from region.lending.ledgers import read_ledgers
    from region.lending.settle import settle_lendings
    from region.read_region import name_folder, read_region

    region = read_region(folder)
    language = _speak(session, region)
    settled = settle_lendings(region)
    rows, all_faults = [], []
    with progress_bar(language) as progress:
        for k, path in enumerate(region.provinces):
            progress(message("{text}", text=path.name), k / len(region.provinces))
            province, faults, warnings = check_folder(path)
            all_faults += [name_folder(one, path) for one in faults]
            name = province.settings.province.name if province else ""
            sites = len(province.sites) if province else None
            rows.append(
                {
                    "folder": path.name,
                    "province": name,
                    "sites": sites,
                    "faults": len(faults),
                    "warnings": len(warnings),
                }
            )
    show_table(language, rows, as_json=as_json)
    say_settled(language, settled)
    if all_faults:
        raise InputError(all_faults)
    if disagreements := list_disagreements(read_ledgers(region)):
        raise LedgerError(*disagreements)


@verb(
    "Plan a month of every province, each as `plan` would, and write the region's documents.\n\n"
    "Example: luanchuyen region plan my-region --month 2026-12",
    "plan",
)
@REGION
@MONTH
@SEED
@WORK
@click.option(
    "--processes", type=click.IntRange(1, 256),
    help=mark("Provinces planned at once on this machine (as many as it has cores)."),
)  # fmt: skip
@click.option(
    "--scheduler", help=mark("Plan on a Dask cluster: its scheduler, like tcp://10.0.0.5:8786.")
)
@click.option(
    "--local-cluster", type=click.IntRange(1, 256),
    help=mark("Plan on a Dask cluster of so many workers on this machine."),
)  # fmt: skip
@click.option("--force", is_flag=True, help=mark("Replace plans of the month that are there."))
@AS_JSON
def plan_command(
    session: Session,
    folder: Path,
    month: str,
    seed: int,
    work: float,
    processes: int | None,
    scheduler: str | None,
    local_cluster: int | None,
    force: bool,
    as_json: bool,
) -> None:
    """Plan all; what was planned already from the same facts with the same effort is kept."""
    from exports.region.write import write_region
    from region.lending.settle import settle_lendings
    from region.months import place_room
    from region.plan_all import plan_side_by_side
    from region.province_job import ProvinceJob
    from region.read_region import read_region

    wanted, region = parse_month(month), read_region(folder)
    language = _speak(session, region)
    say_settled(language, settle_lendings(region))
    room = place_room(region, wanted)
    room.mkdir(parents=True, exist_ok=True)
    jobs = [
        ProvinceJob(path, wanted, seed, work, room, session.language, force)
        for path in region.provinces
    ]
    with (
        _choose_planners(processes, scheduler, local_cluster) as planners,
        progress_bar(language) as progress,
    ):
        outcomes = plan_side_by_side(jobs, planners, progress)
    with progress_bar(language) as progress:
        write_region(region, wanted, progress, language=language, has_parquet=False, overwrite=True)
    if as_json:
        show_json([asdict(one) for one in outcomes])
    else:
        _show_outcomes(language, outcomes)
    _end(outcomes)


@verb(
    "Write the region's page, table and layers of a month again.\n\n"
    "Example: luanchuyen region report my-region --month 2026-12 --parquet",
    "report",
)
@REGION
@MONTH
@click.option("--parquet", is_flag=True, help=mark("Also write the layers as GeoParquet."))
@click.option("--force", is_flag=True, help=mark("Replace the region's documents of the month."))
@AS_JSON
def report_command(
    session: Session, folder: Path, month: str, parquet: bool, force: bool, as_json: bool
) -> None:
    """Read the plans that are there; provinces without one are named with the reason."""
    from exports.region.write import write_region
    from region.read_region import read_region

    wanted, region = parse_month(month), read_region(folder)
    language = _speak(session, region)
    with progress_bar(language) as progress:
        files, rows = write_region(
            region, wanted, progress, language=language, has_parquet=parquet, overwrite=force
        )
    if as_json:
        show_json([tell_amounts(asdict(row), row.currency) for row in rows])
        return
    planned = sum(row.totals is not None for row in rows)
    told = message("Provinces with a plan: {planned} of {all}", planned=planned, all=len(rows))
    say(language, told)
    for path in files:
        click.echo(path)


def _speak(session: Session, region: "Region") -> Language:
    return session.language or region.language


def _choose_planners(
    processes: int | None, scheduler: str | None, local_cluster: int | None
) -> "AbstractContextManager[Planners]":
    from region.plan_all import open_cluster, open_processes

    given = [
        name
        for name, value in (
            ("--processes", processes),
            ("--scheduler", scheduler),
            ("--local-cluster", local_cluster),
        )
        if value is not None
    ]
    if len(given) > 1:
        raise click.UsageError(f"{', '.join(given)}: only one of them")
    if scheduler is not None:
        return open_cluster(scheduler)
    if local_cluster is not None:
        return open_cluster(workers=local_cluster)
    return open_processes(processes)


STATES: dict[tuple[str, bool], Message] = {
    ("planned", True): message("planned"),
    ("planned", False): message("was planned already"),
    ("failed", True): message("no plan"),
    ("stopped", True): message("stopped before the end"),
}


def _show_outcomes(language: Language, outcomes: "tuple[JobOutcome, ...]") -> None:
    rows = [
        {
            "province": one.province,
            "state": translate(STATES[one.state, one.is_new], language),
            "seconds": one.seconds or None,
            "memory, MB": one.memory_mb or None,
        }
        for one in outcomes
    ]
    show_table(language, rows, as_json=False)
    for one in outcomes:
        if one.state == "failed":
            lines = one.words.splitlines()
            for line in lines[:MOST_TOLD]:
                warn(language, message("{province}: {text}", province=one.province, text=line))
            if len(lines) > MOST_TOLD:
                more = len(lines) - MOST_TOLD
                warn(
                    language,
                    message("{province}: {count} more lines", province=one.province, count=more),
                )


def _end(outcomes: "tuple[JobOutcome, ...]") -> None:
    """End with the exit code of what went wrong: stopped, or the first reason for no plan."""
    codes = [one.exit_code for one in outcomes if one.state != "planned"]
    if any(one.state == "stopped" for one in outcomes):
        click.get_current_context().exit(130)
    if codes:
        click.get_current_context().exit(codes[0] or 1)


for each in (
    check_command, plan_command, report_command, share_command, carry_command,
    hand_over_command, hand_back_command,
):  # fmt: skip
    command.add_command(each)
