"""A quarter as it is lived: plan, drive, report, record; proved from ledger and plans alone.

``python -m benchmarks.quarter --work 0.2``

Each month is planned. Then some visits are not done, boxes are missing, a batch is kept, readers
still have books of what is fetched, a trip is cancelled, a library retires on the day; the sheets
are recorded, but for those of the last days, which come in only after the next month was planned.
`benchmarks.quarter_proof` looks at what came of it; faults are listed and end with exit code 1.
"""

import csv
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click

from benchmarks.quarter_proof import Lived, prove_quarter
from commands.options import parse_month
from exports.tables.result_sheets import draw
from planning.joint.month import plan_month
from planning.joint.rounds import ROUNDS
from planning.past.read import read_past, read_standing_trips
from planning.plan import Plan
from planning.plan_file import dump_plan
from planning.record.results import record_results
from province.dates import Month
from province.facts import Province
from province.journal import locate_batches
from province.read import read_province
from province.result_sheets.read import read_results
from province.results import RESULT_COLUMNS, ResultTask
from province.shipped import find_shipped

LATE_DAY = 25
"""Sheets of trips that set out from this day on come in only after the next month was planned."""

MISSED = 12
"""One stop in so many is not done."""

LENT = 4
"""At the stop so numbered, less than this many books of what is taken are with readers."""

HOME = ""
"""Stands for a depot, and for the vehicle on the way."""

Row = dict[str, str]


@dataclass(slots=True)
class Quarter:
    """A province folder in which months are lived, and what was seen."""

    folder: Path
    work: float
    rounds: int
    chance: random.Random
    lived: Lived = field(default_factory=Lived)
    boxes_missing: int = 0
    has_kept: bool = False
    has_cancelled: bool = False
    late: list[tuple[Month, list[Row]]] = field(default_factory=list)


def live_month(quarter: Quarter, month: Month, *, again: bool = False) -> dict[str, object]:
    """Plan a month, drive and report it; return its figures.

    Parameters
    ----------
    again
        Plan it a second time when the first half of its trips is recorded.
    """
    plan, past = _plan(quarter, month)
    figures: dict[str, object] = {
        "month": str(month),
        "movements": sum(bool(d.trip_id) for d in plan.deliveries),
        "visits": f"{plan.totals.visits_served} / {plan.totals.visits}",
        "trips": plan.totals.trips,
        "counted as done": past,
    }
    for late_month, rows in quarter.late:
        _record(quarter, late_month, rows, f"late-{late_month}")
    quarter.late = []
    rows = _report(quarter, plan)
    days = {str(trip.trip_id): trip.first_day for trip in plan.all_trips}
    if again:
        middle = sorted(days.values())[len(days) // 2]
        early = [row for row in rows if days[row["trip_id"]] < middle]
        _record(quarter, month, early, f"early-{month}")
        plan, _ = _plan(quarter, month)
        figures["trips planned again"] = plan.totals.trips
        days = {str(trip.trip_id): trip.first_day for trip in plan.all_trips}
        rows = _report(quarter, plan, but={row["trip_id"] for row in early})
    late = [row for row in rows if days[row["trip_id"]].day >= LATE_DAY]
    quarter.late = [(month, late)]
    _record(quarter, month, [row for row in rows if row not in late], str(month))
    figures["results late"] = len(late)
    return figures


def _plan(quarter: Quarter, month: Month) -> tuple[Plan, int]:
    province = read_province(quarter.folder)
    past = read_past(quarter.folder, province, month)
    plan = plan_month(
        province, month, past=past, work=quarter.work, rounds=quarter.rounds, has_fixes=False,
        standing_trips=read_standing_trips(quarter.folder, province, month, past),
    )  # fmt: skip
    path = quarter.folder / "plans" / str(month) / "plan.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dump_plan(plan))
    quarter.lived.add_plan(province, plan, past)
    return plan, len(past.entries)


def _report(quarter: Quarter, plan: Plan, *, but: Collection[str] = ()) -> list[Row]:
    """Return the rows of the sheets of a plan, but of some trips, filled in as things went."""
    province = read_province(quarter.folder)
    sheets = {}
    for _, content in draw(plan, province, "en"):
        rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
        sheets[rows[0]["trip_id"]] = rows
    trips = sorted(
        (trip for trip in plan.all_trips if trip.trip_id not in but),
        key=lambda trip: (trip.first_day, trip.trip_id),
    )
    begun = plan.first_day or plan.month.first_day
    places = {str(batch.batch_id): HOME for batch in province.batches}
    depots = {str(site.site_id) for site in province.depots}
    for batch_id, (site_id, _) in locate_batches(province.journal, begun).items():
        places[batch_id] = HOME if site_id in depots else site_id
    filled: list[Row] = []
    for trip in trips:
        rows = sheets[trip.trip_id]
        cancelled = not quarter.has_cancelled and trip.first_day.day > 10 and len(trip.stops) == 1
        quarter.has_cancelled |= cancelled
        missed = {
            str(stop.sequence) for stop in trip.stops
            if cancelled or quarter.chance.randrange(MISSED) == 0
        }  # fmt: skip
        filled += [_fill(quarter, row, missed, places, cancelled=cancelled) for row in rows]
    return filled


def _fill(
    quarter: Quarter, row: Row, missed: set[str], places: dict[str, str], *, cancelled: bool
) -> Row:
    """Return a row with its outcome; a batch is left or taken only where it really is by then."""
    task, batch = row["task"], row["content_id"]
    if task == ResultTask.TRIP:
        return row | (_not_done("mưa lũ") if cancelled else {"outcome": "done"})
    is_missed = row["sequence"] in missed
    if task == ResultTask.TAKE:
        is_missed |= places[batch] != row["site_id"]
        keeps = not quarter.has_kept and not is_missed
        if is_missed or keeps:
            quarter.has_kept |= keeps
            kept = {"kept_until": str(Month.parse(row["month"]).plus(2).last_day)} if keeps else {}
            return row | _not_done("còn người mượn") | kept
        places[batch] = HOME
        row = row | {"on_loan": str(int(row["sequence"]) % LENT)}
        if quarter.boxes_missing < 2:
            quarter.boxes_missing += 1
            lost = {"outcome": "partly", "boxes_missing": "1", "reason": "thiếu một hộp"}
            return row | {"boxes": "", "books": ""} | lost
    if is_missed or (task == ResultTask.LEAVE and places[batch] != HOME):
        return row | _not_done("đường sạt lở")
    if task == ResultTask.LEAVE:
        places[batch] = row["site_id"]
    if task == ResultTask.COLLECT:
        return row | {"outcome": "done", "on_loan": str(int(row["books"]) // 2), "books": ""}
    return row | {"outcome": "done"} | ({"boxes": "", "books": ""} if row["content_id"] else {})


def _not_done(reason: str) -> Row:
    return {"outcome": "not-done", "reason": reason, "boxes": "", "books": ""}


def _record(quarter: Quarter, month: Month, rows: Sequence[Row], name: str) -> None:
    if not rows:
        return
    path = quarter.folder / f"sheet-{name}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, RESULT_COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    province = read_province(quarter.folder)
    plan = quarter.lived.plans[month]
    sheet = read_results(path, province)
    record_results(province, sheet, {month: plan})
    path.unlink()


def retire(quarter: Quarter, site_id: str, last: date) -> None:
    """Let a library leave on a day, in `libraries.csv`."""
    path = quarter.folder / "libraries.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.setdefault("enrolled_until", "")
        if row["site_id"] == site_id:
            row["enrolled_until"] = last.isoformat()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    quarter.lived.retired[site_id] = last


def choose_library(quarter: Quarter, province: Province) -> str:
    """Return a library at which a batch stands and that has not left."""
    places = {str(place) for place, _ in locate_batches(province.journal).values()}
    fit = [
        str(site.site_id) for site in province.sites
        if site.takes_rotation and site.enrolled_until is None and site.site_id in places
    ]  # fmt: skip
    return quarter.chance.choice(sorted(set(fit) - quarter.lived.retired.keys()))


def live_quarter(
    folder: Path, first: Month, *, months: int = 3, work: float = 0.2, seed: int = 0,
    rounds: int = ROUNDS, again: bool = False,
) -> tuple[list[dict[str, object]], list[str]]:  # fmt: skip
    """Live some months in a province folder; return their figures and every fault.

    In each month a library retires on the 15th: in every second one it is known before the month
    is planned, else it comes as a surprise. `work` and `rounds` are those of `plan_month`.
    """
    quarter = Quarter(folder, work, rounds, random.Random(seed))
    figures = []
    for number in range(months):
        month = first.plus(number)
        leaver = choose_library(quarter, read_province(folder))
        last = month.first_day.replace(day=15)
        if number % 2:
            retire(quarter, leaver, last)
        figures.append(live_month(quarter, month, again=again and number == 1))
        if not number % 2:
            retire(quarter, leaver, last)
    for month, rows in quarter.late:
        _record(quarter, month, rows, f"late-{month}")
    return figures, prove_quarter(quarter.lived, read_province(folder))


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="Province folder (son-la).")
@click.option("--first", default="2026-12", show_default=True, help="First month.")
@click.option("--months", default=3, show_default=True, help="How many months.")
@click.option("--work", default=0.2, show_default=True, help="Effort of each plan.")
@click.option("--seed", default=0, show_default=True, help="What goes wrong.")
@click.option("--again", is_flag=True, help="Plan the second month again in its middle.")
def command(
    folder: Path | None, first: str, months: int, work: float, seed: int, again: bool
) -> None:
    """Live a quarter in a copy of a folder; print its figures, then every fault."""
    with tempfile.TemporaryDirectory() as place:
        source = folder or find_shipped("son-la")
        copy = Path(shutil.copytree(source, Path(place) / "province"))
        shutil.rmtree(copy / "plans", ignore_errors=True)
        figures, faults = live_quarter(
            copy, parse_month(first), months=months, work=work, seed=seed, again=again
        )
    for month in figures:
        click.echo(json.dumps(month, ensure_ascii=False))
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    command()
