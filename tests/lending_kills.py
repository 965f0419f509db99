"""Kills a hand-over between two provinces at many moments, and looks at what both ledgers say.

Hand-over and hand-back take turns. A run is a copy of this process that kills itself (SIGKILL) at
one of the calls, of Python or of C, that it makes from the first thing it writes until it ends;
which one is drawn from all of them. Every other run is killed by this process instead, at a random
time, so that moments within a call come up too.

After each, at most one of the two has the batch; whoever comes next finishes what was begun; the
same run again leaves both ledgers as one that nobody killed.
"""

import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from lending_region import COMES, GOES, LOAN, read_both

from province.facts import Province
from province.journal import list_broken_links
from province.lendings import LendingLine, list_away, list_borrowed
from region.lending import hand_over as verbs
from region.lending.compare import list_disagreements
from region.lending.ledgers import read_ledgers
from region.lending.settle import settle_lendings
from region.read_region import Region

FORK = multiprocessing.get_context("fork")

Lines = tuple[tuple[LendingLine, ...], ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """The region of `lending_region`, wherever its ledgers lie.

    Parameters
    ----------
    copy
        Makes a new region in a folder, its ledgers included, as it was before.
    """

    copy: Callable[[Path], Region]

    def run(self, region: Region, verb: str) -> None:
        """Hand over or back."""
        if verb == "hand-over":
            verbs.hand_over(region, [LOAN], GOES)
        else:
            verbs.hand_back(region, [LOAN], COMES)

    def begin(self, folder: Path, verb: str) -> Region:
        """Make a region in which a verb can run."""
        region = self.copy(folder)
        if verb == "hand-back":
            self.run(region, "hand-over")
        return region


def kill_many(scene: Scene, moments: int, seed: int, base: Path) -> Counter[str]:
    """Kill the verbs in turn; return what each left: both as before, nobody's, both as after.

    Raises
    ------
    AssertionError
        If the batch is ever in two places, or what comes after is not as if nobody had been killed.
    """
    chance, found = random.Random(seed), Counter[str]()
    whole = {verb: _run_whole(scene, verb, base) for verb in ("hand-over", "hand-back")}
    killed = number = 0
    while killed < moments:
        number += 1
        verb = ("hand-over", "hand-back")[killed % 2]
        lines, calls, seconds = whole[verb]
        region = scene.begin(base / f"{number}", verb)
        by_call = killed // 2 % 2 == 0
        call = chance.randint(1, calls) if by_call else None
        ended = _kill_once(scene, region, verb, call, seconds * chance.uniform(0.0, 1.1))
        killed += not ended
        state = check(scene, region, verb, lines)
        found[f"{verb} {'ended' if ended else 'killed'}, {state}"] += 1
        shutil.rmtree(region.folder)
    return found


def check(scene: Scene, region: Region, verb: str, whole: Lines) -> str:
    """Return what a killed run left; raise if anything is wrong, then or later."""
    owner, borrower = read_both(region)
    has_owner, has_borrower = not list_away(owner.lendings), bool(list_borrowed(borrower.lendings))
    assert not (has_owner and has_borrower), "two provinces have the batch"
    settled = settle_lendings(region)
    owner, borrower = read_both(region)
    is_home = not list_away(owner.lendings)
    assert is_home is not bool(list_borrowed(borrower.lendings)), "nobody has it, or both"
    assert bool(settled) is not (has_owner or has_borrower)
    assert list_disagreements(read_ledgers(region)) == ()
    scene.run(region, verb)
    owner, borrower = read_both(region)
    assert (owner.lendings, borrower.lendings) == whole, "another result than without the kill"
    for province in (owner, borrower):
        homes = {batch.batch_id: batch.depot_id for batch in province.batches}
        assert not list_broken_links(province.journal, homes)
    if settled:
        return "in neither"
    return "as after" if is_home is (verb == "hand-back") else "as before"


def _run_whole(scene: Scene, verb: str, base: Path) -> tuple[Lines, int, float]:
    """Return both ledgers' lines after a run that nobody kills, its calls and its seconds."""
    region = scene.begin(base / f"whole {verb}", verb)
    counted = FORK.Value("q", 0)
    begun = time.monotonic()
    child = FORK.Process(target=_run_counted, args=(scene, region, verb, None, counted))
    child.start()
    child.join()
    seconds = time.monotonic() - begun
    assert child.exitcode == 0, f"{verb} fails"
    owner, borrower = read_both(region)
    shutil.rmtree(region.folder)
    return (owner.lendings, borrower.lendings), counted.value, seconds


def _kill_once(scene: Scene, region: Region, verb: str, call: int | None, delay_s: float) -> bool:
    """Run a verb and kill it at a call, or after a delay; return whether it ended before."""
    child = FORK.Process(target=_run_counted, args=(scene, region, verb, call, None))
    child.start()
    if call is None:
        child.join(delay_s)
        if child.is_alive():
            child.kill()
    child.join()
    return child.exitcode != -signal.SIGKILL


def _run_counted(scene: Scene, region: Region, verb: str, call: int | None, counted: Any) -> None:
    """Run a verb, counting calls from its first write on; die at one of them."""
    number = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal number
        if event in ("call", "c_call"):
            number += 1
            if number == call:
                os.kill(os.getpid(), signal.SIGKILL)

    book = verbs.book_lines

    def begin(province: Province, *lines: LendingLine) -> None:
        if call is not None or counted is not None:
            sys.setprofile(count)
        book(province, *lines)

    with patch.object(verbs, "book_lines", begin):
        scene.run(region, verb)
    sys.setprofile(None)
    if counted is not None:
        counted.value = number
