"""Kills `record` and `plan` at random moments, and looks at what they leave behind.

Run with ``python -m benchmarks.kill --moments 100``. Half of the moments lie anywhere in a run, the
other half where it writes: soon after its first file appeared.
"""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import click

from planning.plan_file import read_plan
from province.journal import list_broken_links, locate_batches
from province.ledger_file import LEDGER_NAME
from province.read import read_province

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "tests" / "small"
MONTH = "2026-12"
RECORD_WRITES_S, PLAN_WRITES_S = 0.02, 0.5
"""How long after its first file a run is killed at the latest, where the moment lies there."""

EARLIER = "month,date,site_id,task,outcome\n2026-12,2026-12-01,TV1,training,done\n"
"""What makes a ledger for those runs that find one."""

Files = dict[str, bytes]


def run_verb(*words: str) -> "subprocess.Popen[bytes]":
    """Start a verb of the command line."""
    command = [sys.executable, str(ROOT / "cli.py"), *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def list_files(folder: Path) -> Files:
    """Return the content of all files in a folder that are not hidden."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    }


class Scene:
    """A small province with a plan and the results of its trips, and both runs done once whole."""

    def __init__(self, base: Path) -> None:
        self.base = base / "base"
        shutil.copytree(SMALL, self.base)
        self._must("plan", str(self.base), "--month", MONTH, "--work", "0.02")
        self.sheet = base / "results.csv"
        self.sheet.write_text(self._fill_in(), encoding="utf-8")
        self.old = list_files(self.base)
        self.new = base / "new"
        shutil.copytree(self.base, self.new)
        self.record_s = self._must(*self.record_words(self.new))
        self.recorded = read_province(self.new)
        self.opened = base / "opened"
        shutil.copytree(self.base, self.opened)
        earlier = base / "earlier.csv"
        earlier.write_text(EARLIER, encoding="utf-8")
        self._must("record", str(self.opened), str(earlier))
        self.plan_s = self._must(*self.plan_words(self.new))
        self.replanned = list_files(self.new / "plans")

    def plan_words(self, folder: Path) -> tuple[str, ...]:
        """Return the words that plan the month again, with another seed."""
        return ("plan", str(folder), "--month", MONTH, "--work", "0.02", "--seed", "5", "--force")

    def record_words(self, folder: Path) -> tuple[str, ...]:
        """Return the words that record the results."""
        plan = self.base / "plans" / MONTH / "plan.json"
        return ("record", str(folder), str(self.sheet), "--plan", str(plan))

    def _must(self, *words: str) -> float:
        start = time.perf_counter()
        run = run_verb(*words)
        _, said = run.communicate(timeout=300)
        if run.returncode:
            raise RuntimeError(f"{words}: {said.decode('utf-8', 'replace')[-2000:]}")
        return time.perf_counter() - start

    def _fill_in(self) -> str:
        lines: list[str] = []
        for path in sorted((self.base / "plans" / MONTH / "results").glob("*.csv")):
            heading, *rows = path.read_text(encoding="utf-8-sig").splitlines()
            place = heading.split(",").index("outcome")
            lines += [heading] if not lines else []
            for row in rows:
                cells = row.split(",")
                lines.append(",".join([*cells[:place], "done", *cells[place + 1 :]]))
        return "\n".join(lines) + "\n"


def kill_once(scene: Scene, verb: str, folder: Path, chance: random.Random) -> bool:
    """Start a verb in a folder and kill it; return whether it had got to its end before."""
    is_record = verb == "record"
    words = scene.record_words(folder) if is_record else scene.plan_words(folder)
    run_s = scene.record_s if is_record else scene.plan_s
    lies_in_writing = chance.random() < 0.5
    delay_s = chance.uniform(0, RECORD_WRITES_S if is_record else PLAN_WRITES_S)
    if not lies_in_writing:
        delay_s = chance.uniform(0, run_s)
    process = run_verb(*words)
    has_ledger = is_record and (folder / LEDGER_NAME).exists()
    watched, pattern = (folder, LEDGER_NAME) if is_record else (folder / "plans", ".*-new-*")
    pattern += "-journal" if has_ledger else ""
    while lies_in_writing and process.poll() is None and not any(watched.glob(pattern)):
        time.sleep(0.0005)
    try:
        process.communicate(timeout=delay_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False
    return True


def check_record(scene: Scene, folder: Path, start: Path) -> str:
    """Return what a killed `record` left: nothing, or everything; raise if anything is wrong."""
    before, province = read_province(start), read_province(folder)
    num_before, num_new = len(before.results), len(scene.recorded.results)
    found = province.journal, len(province.results)
    whole = scene.recorded.journal, num_before + num_new
    assert found in ((before.journal, num_before), whole), "results are half recorded"
    _check_batches(folder)
    new = set(list_files(folder)) - set(scene.old)
    assert new <= {LEDGER_NAME, f"{LEDGER_NAME}-journal"}, f"left behind: {sorted(new)}"
    scene._must(*scene.record_words(folder))
    province = read_province(folder)
    assert (province.journal, len(province.results)) == whole
    assert set(list_files(folder)) - set(scene.old) == {LEDGER_NAME}
    return "all" if found == whole else "none"


def check_plan(scene: Scene, folder: Path) -> str:
    """Return what a killed `plan` left: the old plan or the new one; raise if anything is wrong."""
    ledger = folder / LEDGER_NAME
    assert ledger.read_bytes() == (scene.new / LEDGER_NAME).read_bytes(), "the ledger was touched"
    _check_batches(folder)
    read_plan(folder / "plans" / MONTH / "plan.json")
    left = list_files(folder / "plans")
    old = {n[6:]: data for n, data in scene.old.items() if n.startswith("plans/")}
    assert left in (old, scene.replanned), "the plan is a mixture"
    return "new" if left == scene.replanned else "old"


def _check_batches(folder: Path) -> None:
    """Raise unless the ledger is sound and every batch is in one place."""
    if (folder / LEDGER_NAME).exists():
        with closing(sqlite3.connect(folder / LEDGER_NAME)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    province = read_province(folder)
    depots = {batch.batch_id: batch.depot_id for batch in province.batches}
    assert not list_broken_links(province.journal, depots), "a batch is in two places"
    assert set(locate_batches(province.journal)) <= set(depots)


def kill_many(moments: int, seed: int, base: Path) -> Counter[str]:
    """Kill `record` and `plan` in turn, each half of the times; return what each left behind.

    A run that came to its end before its moment is checked too, but counts as no kill.
    """
    scene, chance = Scene(base), random.Random(seed)
    found: Counter[str] = Counter()
    killed = number = 0
    while killed < moments:
        number += 1
        verb = ("record", "plan")[killed % 2]
        folder = base / f"{number}"
        start = scene.opened if verb == "record" and killed % 4 == 2 else scene.base
        shutil.copytree(start, folder)
        if verb == "plan":
            shutil.copy2(scene.new / LEDGER_NAME, folder / LEDGER_NAME)
        ended = kill_once(scene, verb, folder, chance)
        killed += not ended
        left = check_record(scene, folder, start) if verb == "record" else check_plan(scene, folder)
        found[f"{verb} {'ended' if ended else 'killed'}, {left}"] += 1
        shutil.rmtree(folder)
    return found


@click.command()
@click.option("--moments", default=100, show_default=True, help="How often something is killed.")
@click.option("--seed", default=0, show_default=True, help="Of the moments.")
def main(moments: int, seed: int) -> None:
    """Print how many runs were killed, and what they left."""
    with tempfile.TemporaryDirectory() as base:
        found = kill_many(moments, seed, Path(base))
    click.echo(json.dumps({"moments": moments, "faults": 0, **dict(sorted(found.items()))}))


if __name__ == "__main__":
    main()
