"""Kills verbs that write at random moments, and looks at what they leave behind.

Run with ``python -m benchmarks.kill --moments 300``. The verbs take turns: `record`, `plan`,
`export`, `roads import`, and an `export` beside another one. Half of the moments lie
anywhere in a run, the other half where it writes: soon after its first file appeared. After each,
the files are those of before or of after; the same verb is run again, and then nothing hidden is
left but the ledger's seal. Each run is a copy of this process (no start, no import, nothing to
compile), and a month is decided once: what is killed is the reading and the writing.
"""

import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from pathlib import Path
from unittest.mock import patch

import click
import osmium
from click.testing import CliRunner
from osmium.osm.mutable import Node, Way

import cli
from planning.joint import month
from planning.plan import Plan
from planning.plan_file import read_plan
from province.facts import Province, digest_facts
from province.journal import list_broken_links, locate_batches
from province.ledger.chain import SEAL_NAME
from province.ledger.place import LEDGER_NAME
from province.read import read_province

FORK = multiprocessing.get_context("fork")
ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "tests" / "small"
MONTH = "2026-12"
PLAN, KEPT_PLAN = (f"plans/{MONTH}/{place}plan.json" for place in ("", "versions/000/"))
EARLIER = "month,date,site_id,task,outcome\n2026-12,2026-12-01,TV1,training,done\n"
"""What makes a ledger for those runs that find one."""

LATE = ("survey", "progress")
"""What `plan_month` is given and what follows from the rest, or decides nothing."""

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb that is killed.

    Parameters
    ----------
    words
        What is run in a folder.
    sign
        Pattern of what appears in the folder when it begins to write.
    writes_s
        How long after that it is killed at the latest, where the moment lies there.
    """

    name: str
    words: Callable[[Path], tuple[str, ...]]
    sign: str
    writes_s: float


def run_verb(*words: str) -> ForkProcess:
    """Start a verb in a copy of this process, which has loaded and compiled everything already."""
    process = FORK.Process(target=_run, args=words)
    process.start()
    return process


def _run(*words: str) -> None:
    """Be the program, and say nothing."""
    sys.argv = ["luanchuyen", *words]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        cli.main()


def time_whole(*words: str) -> float:
    """Run a verb to its end in a process of its own; return the seconds it took."""
    start = time.perf_counter()
    process = run_verb(*words)
    process.join(600)
    if process.exitcode:
        raise RuntimeError(f"{words}: ended with {process.exitcode}")
    return time.perf_counter() - start


def run_whole(*words: str) -> None:
    """Run a verb to its end in this process: only what is killed needs one of its own."""
    run = CliRunner().invoke(cli.command, list(words))
    if run.exit_code:
        raise RuntimeError(f"{words}: {run.output[-2000:]} {run.exception!r}")


WRITTEN_AT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
"""When a version of a plan was written: in the list of versions alone."""


def list_files(folder: Path) -> Files:
    """Return the content of all files in a folder that are not hidden, less the time of the day."""
    return {
        path.relative_to(folder).as_posix(): WRITTEN_AT.sub(b"", path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    }


def list_hidden(folder: Path) -> list[str]:
    """Return what is hidden in a folder and has no business there."""
    found = (path.relative_to(folder) for path in sorted(folder.rglob(".*")))
    return [path.as_posix() for path in found if path.name != SEAL_NAME]


def _plan(folder: Path) -> tuple[str, ...]:
    return ("plan", str(folder), "--month", MONTH, "--work", "0.02", "--seed", "5", "--force")


def _export(folder: Path, names: str) -> tuple[str, ...]:
    return ("export", str(folder), "--month", MONTH, "--force", "--lang", "lv", "--only", names)


class Scene:
    """A small province with a plan, the results of its trips and a road extract.

    Every verb is run once whole: `after` holds the files it leaves, `took_s` how long it took.
    `bare` are those of a plan before the changes that serve the visits left out were looked for:
    it is whole, too.
    """

    def __init__(self, base: Path) -> None:
        self.base, self.scratch = base / "base", base
        shutil.copytree(SMALL, self.base)
        run_whole("plan", str(self.base), "--month", MONTH, "--work", "0.02")
        self.sheet = base / "results.csv"
        self.sheet.write_text(self._fill_in(), encoding="utf-8")
        self.extract = write_extract(base / "small.osm.pbf")
        self.verbs = (
            Verb("record", self._record, f"*{LEDGER_NAME}*", 0.05),
            Verb("plan", _plan, "plans/.*-new-*", 0.5),
            Verb("export", lambda folder: _export(folder, "ics,handovers"), "plans/.*-new-*", 0.3),
            Verb("roads", self._import, ".roads.gpkg-new-*", 0.1),
            Verb("two", lambda folder: _export(folder, "handovers"), "plans/.*-new-*", 0.3),
        )
        self.opened = base / "opened"
        shutil.copytree(self.base, self.opened)
        earlier = base / "earlier.csv"
        earlier.write_text(EARLIER, encoding="utf-8")
        run_whole("record", str(self.opened), str(earlier))
        bare = base / "after-plan-without-fixes"
        shutil.copytree(self.base, bare)
        with patch("planning.joint.month.find_fixes", lambda plan, *_, **__: plan):
            run_whole(*_plan(bare))
        self.bare = list_files(bare)
        self.took_s: dict[str, float] = {}
        self.after: dict[str, Files] = {}
        for verb in self.verbs:
            folder = base / f"after-{verb.name}"
            shutil.copytree(self.start(verb, 0), folder)
            self.took_s[verb.name] = time_whole(*verb.words(folder))
            self.after[verb.name] = list_files(folder)
            if verb.name == "record":
                self.recorded = read_province(folder)
        self.other = base / "after-other"
        shutil.copytree(self.base, self.other)
        run_whole(*_export(self.other, "ics"))
        self.changed = {
            name: data
            for name, data in list_files(self.other).items()
            if list_files(self.base).get(name) != data
        }

    def start(self, verb: Verb, number: int) -> Path:
        """Return the folder that a run begins with; half of the records find a ledger."""
        return self.opened if verb.name == "record" and number % 2 else self.base

    def _record(self, folder: Path) -> tuple[str, ...]:
        plan = self.base / "plans" / MONTH / "plan.json"
        return ("record", str(folder), str(self.sheet), "--plan", str(plan))

    def _import(self, folder: Path) -> tuple[str, ...]:
        return ("roads", "import", str(folder), str(self.extract), "--force")

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


def write_extract(path: Path) -> Path:
    """Write the roads of the small province as an OpenStreetMap extract."""
    roads = json.loads((SMALL / "roads.geojson").read_text(encoding="utf-8"))["features"]
    numbers: dict[tuple[float, float], int] = {}
    ways = [
        [
            numbers.setdefault((lon, lat), len(numbers) + 1)
            for lon, lat, *_ in road["geometry"]["coordinates"]
        ]
        for road in roads
    ]
    with osmium.SimpleWriter(path, overwrite=True) as writer:
        for place, number in numbers.items():
            writer.add_node(Node(id=number, version=1, location=place))
        for number, nodes in enumerate(ways, 1):
            tags = {"highway": "secondary"}
            writer.add_way(Way(id=number, version=1, nodes=nodes, tags=tags))
    return path


def kill_once(scene: Scene, verb: Verb, folder: Path, chance: random.Random) -> bool:
    """Start a verb in a folder and kill it; return whether it had got to its end before."""
    lies_in_writing = chance.random() < 0.5
    delay_s = chance.uniform(0, verb.writes_s if lies_in_writing else scene.took_s[verb.name])
    before = set(folder.glob(verb.sign))
    process = run_verb(*verb.words(folder))
    while lies_in_writing and process.is_alive() and set(folder.glob(verb.sign)) == before:
        time.sleep(0.0005)
    process.join(delay_s)
    if process.is_alive():
        process.kill()
    process.join()
    return process.exitcode != -signal.SIGKILL


def check_record(scene: Scene, folder: Path, start: Path) -> str:
    """Return what a killed `record` left: nothing, or everything; raise if anything is wrong."""
    before, province = read_province(start), read_province(folder)
    num_before, num_new = len(before.results), len(scene.recorded.results)
    found = province.journal, len(province.results)
    whole = scene.recorded.journal, num_before + num_new
    assert found in ((before.journal, num_before), whole), "results are half recorded"
    _check_batches(folder)
    new = set(list_files(folder)) - set(list_files(scene.base))
    assert new <= {LEDGER_NAME, f"{LEDGER_NAME}-journal"}, f"left behind: {sorted(new)}"
    run_whole(*scene.verbs[0].words(folder))
    province = read_province(folder)
    assert (province.journal, len(province.results)) == whole
    assert set(list_files(folder)) - set(list_files(scene.base)) == {LEDGER_NAME}
    return "all" if found == whole else "none"


def check_files(scene: Scene, verb: Verb, folder: Path) -> str:
    """Return what a killed verb left: all as before, or all as after; raise if anything is wrong.

    Where another one worked beside it, its files must be there.
    """
    both = scene.changed if verb.name == "two" else {}
    old, new = list_files(scene.base) | both, scene.after[verb.name] | both
    read_plan(folder / "plans" / MONTH / "plan.json")  # puts back what was set aside
    left = list_files(folder)
    kept = old | {KEPT_PLAN: old[PLAN]}  # the plan that was about to be replaced
    wholes = (old, kept, new, scene.bare) if verb.name == "plan" else (old, new)
    assert left in wholes, f"a mixture: {_list_different(left, old)}; {_list_different(left, new)}"
    if verb.name != "roads":  # its roads are not those that the other tables name
        _check_batches(folder)
    run_whole(*verb.words(folder))
    again = list_files(folder)
    assert again == new, f"another result: {_list_different(again, new)}"
    return "new" if left == new else "old"


def _list_different(left: Files, right: Files) -> list[str]:
    names = sorted(left.keys() | right.keys())
    return [name for name in names if left.get(name) != right.get(name)][:5]


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
    """Kill the verbs in turn; return what each left behind.

    A run that came to its end before its moment is checked too, but counts as no kill.
    """
    with patch("planning.joint.month.plan_month", decide_once(month.plan_month)):
        return _kill_many(Scene(base), moments, random.Random(seed))


def decide_once(plan_month: Callable[..., Plan]) -> Callable[..., Plan]:
    """Return what decides a month once for the same facts: killed is who writes the decision."""
    decided: dict[str, Plan] = {}

    def decide(province: Province, *words: object, **options: object) -> Plan:
        asked = {name: value for name, value in options.items() if name not in LATE}
        key = repr((digest_facts(province), words, sorted(asked.items())))
        if key not in decided:
            decided[key] = plan_month(province, *words, **options)
        return decided[key]

    return decide


def _kill_many(scene: Scene, moments: int, chance: random.Random) -> Counter[str]:
    base, found = scene.scratch, Counter[str]()
    killed = number = 0
    while killed < moments:
        number += 1
        verb = scene.verbs[killed % len(scene.verbs)]
        start = scene.start(verb, killed // len(scene.verbs))
        folder = base / f"{number}"
        shutil.copytree(start, folder)
        other = run_verb(*_export(folder, "ics")) if verb.name == "two" else None
        ended = kill_once(scene, verb, folder, chance)
        if other is not None:
            other.join(300)
            assert other.exitcode == 0, "the one that lived did not do its work"
        killed += not ended
        is_record = verb.name == "record"
        left = check_record(scene, folder, start) if is_record else check_files(scene, verb, folder)
        assert not list_hidden(folder), f"left behind: {list_hidden(folder)}"
        found[f"{verb.name} {'ended' if ended else 'killed'}, {left}"] += 1
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
