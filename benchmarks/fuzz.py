"""Damages province folders, result sheets, plans and ledgers at random, and looks what readers do.

Run with ``python -m benchmarks.fuzz --count 5000 --seed 1``: the kinds take turns; ``--only cell``
repeats one. Each input is read in a process of its own, which may take 20 s and 1 GiB. What counts:

- faults of the program: any exception that is none of ours;
- hangs, and too much memory;
- silent losses: a value that cannot be right was taken, a row is missing, or a table that was only
  saved by another program says something else, and no finding tells of it.

The same seed damages the same bytes in the same way.
"""

import json
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.fuzz_damages import DAMAGES, Damage
from benchmarks.fuzz_scene import make_scene
from planning.answers.audit import audit_schedule
from planning.answers.check import check_folder
from planning.answers.explain import explain
from planning.find_plan import find_plan
from planning.plan_file import read_plan
from planning.record.results import list_planned_months, record_results
from province.errors import InputError, PlannerError
from province.facts import Province, digest_facts
from province.files.foreign import ForeignError, read_foreign
from province.read import read_province
from province.read.stock import read_stock
from province.result_sheets.read import read_results

MOST_S, MOST_BYTES = 20.0, 2**30
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader made of an input: findings, a fingerprint of the facts, rows by table."""

    findings: int
    digest: str
    rows: dict[str, int]


def count_rows(province: Province) -> dict[str, int]:
    """Return how many rows of each table became facts."""
    return {
        "libraries.csv": len(province.sites),
        "batches.csv": len(province.batches),
        "batch_titles.csv": sum(len(titles) for titles in province.titles.values())
        if isinstance(province.titles, dict) else len(province.titles),
        "vehicles.csv": len(province.vehicles),
        "crews.csv": len(province.crews),
        "closures.csv": len(province.closures),
        "calendar.csv": len(province.calendar),
        "loans.csv": len(province.loans),
        "requests.csv": len(province.requests),
        "kits.csv": len(province.kits),
        "zones.csv": len(province.zones),
        "ledger.csv": len(province.journal),
        "models.csv": len(province.programme.models),
        "activities.csv": len(province.programme.activities),
        "staff.csv": len(province.programme.staff),
        "courses.csv": len(province.programme.courses),
        "partners.csv": len(province.programme.partners),
        "funds.csv": len(province.programme.funds),
        "expenses.csv": len(province.programme.expenses),
        "unit_reports.csv": len(province.programme.unit_reports),
        "remedies.csv": len(province.programme.remedies),
    }  # fmt: skip


def read_input(kind: str, folder: Path) -> Seen:
    """Read a damaged folder as the verbs do that would meet the damage."""
    if kind == "stock":
        stocks = [read_stock(path, read_province(folder).settings)
                  for path in sorted(folder.glob("stock.*"))]  # fmt: skip
        return Seen(sum(len(stock.warnings) for stock in stocks), "", {})
    if kind == "sheet":
        return _record(folder)
    if kind == "plan":
        return _use_plan(folder)
    province, faults, warnings = check_folder(folder)
    if province is None:
        return Seen(len(faults), "", {})
    return Seen(len(faults) + len(warnings), digest_facts(province), count_rows(province))


def _record(folder: Path) -> Seen:
    province = read_province(folder)
    path = next(iter(sorted(folder.glob("kept/sheet.*"))))
    sheet = read_results(path, province)
    plans = {month: read_plan(find_plan(folder, month)) for month in list_planned_months(sheet)}
    record_results(province, sheet, plans, is_dry=True)
    return Seen(len(sheet.warnings), "", {"sheet.csv": len(sheet.rows)})


def _use_plan(folder: Path) -> Seen:
    province = read_province(folder)
    plan = read_plan(find_plan(folder, None))
    for name in (province.batches[0].batch_id, province.sites[1].site_id):
        for answer in explain(province, plan, name):
            str(answer.text)
    from roads.travel import Roads
    from routing.reach import estimate_reach

    reach = estimate_reach(province, plan.rotation.months, Roads(province))
    audit_schedule(province, plan.rotation.months, plan.rotation.movements, reach)
    return Seen(0, "", {})


def judge(damage: Damage, seen: Seen, base: Seen) -> str:
    """Return what was lost in silence, or ""."""
    if damage.must == "find" and not seen.findings:
        return "taken without a finding"
    if damage.must == "same" and (seen.findings or seen.digest != base.digest):
        return "says something else than before"
    if damage.must == "count" and not seen.findings:
        name = Path(damage.file).stem + ".csv"
        if seen.rows.get(name, 0) < base.rows.get(name, 0):
            return "rows were swallowed"
    return ""


def _run_child(kind: str, folder: Path, damage: Damage, base: Seen, out: int) -> None:
    """Read the input within the limits, write what came of it, and end."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_BYTES, used + MOST_BYTES))
    sys.stderr = sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    answer = "FAULT: ended without an answer"
    try:
        answer = judge(damage, read_foreign(lambda: read_input(kind, folder)), base)
    except InputError as error:
        answer = "" if error.findings else "refused without a finding"
        if damage.must == "same":
            answer = f"refused: {error.findings[0].as_message()}"
    except PlannerError:
        answer = ""
    except ForeignError as error:
        answer = f"FAULT {error.text}\n{traceback.format_exc(limit=-6)[:3000]}"
    finally:
        os.write(out, json.dumps(answer).encode("utf-8")[:60_000])
        os._exit(0)


def try_input(kind: str, folder: Path, damage: Damage, base: Seen) -> tuple[str, float]:
    """Return what went wrong with an input ("" when nothing did), and the seconds it took."""
    inlet, outlet = os.pipe()
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        _run_child(kind, folder, damage, base, outlet)
    os.close(outlet)
    ready, _, _ = select.select([inlet], [], [], MOST_S)
    seconds = time.perf_counter() - start
    if not ready:
        os.kill(child, signal.SIGKILL)
    said = os.read(inlet, 65_536) if ready else b""
    os.close(inlet)
    os.waitpid(child, 0)
    if not ready:
        return f"HANG over {MOST_S:.0f} s", seconds
    if not said:
        return "FAULT: the process died", seconds
    return str(json.loads(said)), seconds


@click.command()
@click.option("--count", default=500, show_default=True, help="Inputs to try.")
@click.option("--seed", default=1, show_default=True, help="Which inputs.")
@click.option("--only", type=click.Choice(sorted(DAMAGES)), help="One kind of damage.")
@click.option("--first", default=0, show_default=True, help="Number of the first input.")
def main(count: int, seed: int, only: str | None, first: int) -> None:
    """Try so many inputs and print what went wrong."""
    wrong = run(count=count, seed=seed, only=only, first=first, tell=click.echo)
    sys.exit(1 if wrong else 0)


def run(
    *, count: int, seed: int, only: str | None = None, first: int = 0, tell: Tell | None = None
) -> list[str]:
    """Return what went wrong, a line for each input; nothing is the aim."""
    say = tell or (lambda text: None)
    tried: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as place:
        scene = make_scene(Path(place) / "scene")
        bases = {"folder": read_input("cell", scene), "sheet": read_input("sheet", scene)}
        if bases["folder"].findings:
            raise RuntimeError("the folder that is to be damaged is not good")
        for number in range(first, first + count):
            rng = random.Random(f"{seed}-{number}")
            kind = only or list(DAMAGES)[number % len(DAMAGES)]
            folder = Path(shutil.copytree(scene, Path(place) / "tried"))
            damage = DAMAGES[kind](rng, folder)
            base = bases["sheet" if kind == "sheet" else "folder"]
            fault, seconds = try_input(kind, folder, damage, base)
            slowest = max(slowest, seconds)
            tried[kind] += 1
            if fault:
                wrong.append(f"{number} {kind} {damage.what}: {fault}")
                say(wrong[-1])
            shutil.rmtree(folder)
    kinds = ", ".join(f"{kind} {tried[kind]}" for kind in DAMAGES if tried[kind])
    say(f"{sum(tried.values())} inputs ({kinds}): {len(wrong)} wrong, slowest {slowest:.1f} s")
    return wrong


if __name__ == "__main__":
    main()
