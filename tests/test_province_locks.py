"""One writer at a time: whoever comes second waits, and is told who is there since when."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from province.errors import BusyError
from province.files.locks import hold_lock
from province.files.whole import new_folder

ROOT = Path(__file__).resolve().parent.parent
HOLDER = """
import sys, time
from pathlib import Path
from province.files.whole import new_folder

with new_folder(Path(sys.argv[1])) as folder:
    (folder / "plan.json").write_text("theirs")
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_writer(target: Path) -> Iterator["subprocess.Popen[str]"]:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(target)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    yield other
    other.communicate("\n", timeout=30)


def fill(target: Path) -> None:
    with new_folder(target) as folder:
        (folder / "plan.json").write_text("mine", encoding="utf-8")


def test_the_second_writer_is_told_who_writes_since_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("province.files.locks.WAIT_S", 0.1)
    target = tmp_path / "2026-12"
    with another_writer(target) as other:
        before = sorted(tmp_path.iterdir())
        with pytest.raises(BusyError) as caught:
            fill(target)
        assert "somebody else is writing to 2026-12" in str(caught.value)
        assert f", {other.pid}, 20" in str(caught.value)
        assert caught.value.exit_code == 7
        # What the other one has half written is left alone.
        assert sorted(tmp_path.iterdir()) == before
    assert (target / "plan.json").read_text(encoding="utf-8") == "theirs"
    fill(target)
    assert (target / "plan.json").read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_the_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    target = tmp_path / "2026-12"
    with another_writer(target) as other:
        waiting = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(target)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.close()
        other.wait(timeout=30)
        said, _ = waiting.communicate("\n", timeout=60)
        assert (waiting.returncode, said) == (0, "held\n")
        other.stdin = None
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing is killed so here")
def test_a_killed_writer_holds_nothing(tmp_path: Path) -> None:
    target = tmp_path / "2026-12"
    with another_writer(target) as other:
        other.kill()
        other.wait()
        fill(target)
        assert list(tmp_path.iterdir()) == [target]
        other.stdin = None


def test_whoever_holds_the_lock_may_take_it_again(tmp_path: Path) -> None:
    target = tmp_path / "a" / "2026-12"
    with hold_lock(target):
        with hold_lock(target):
            pass
        assert [path.name for path in target.parent.iterdir()] == [".2026-12.lock"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="rights are others there")
def test_where_only_the_folder_itself_can_be_written_the_lock_lies_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "2026-12"
    target.mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path.resolve())
    with hold_lock(target):
        assert [path.name for path in target.iterdir()] == [".luanchuyen.lock"]
    assert list(target.iterdir()) == []


def test_a_folder_somebody_writes_to_takes_no_lock_from_its_neighbour(tmp_path: Path) -> None:
    with another_writer(tmp_path / "2026-12"):
        fill(tmp_path / "2027-01")
        with new_folder(tmp_path / "2026-12-new-x") as folder:
            (folder / "a").write_text("a", encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2026-12", "2026-12-new-x", "2027-01",
    ]  # fmt: skip
