"""Two programs on one plan folder: no one's work is lost, and who reads disturbs nobody."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from forked import start

pytestmark = pytest.mark.usefixtures("few_iterations", "one_round")

ROOT = Path(__file__).resolve().parent.parent
DECEMBER = ("--month", "2026-12")


ENGLISH = ("--lang", "en")


def list_all(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.fixture
def planned(planned_small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(planned_small, tmp_path / "planned"))


def test_two_plans_at_once_without_force_one_is_refused(small_folder: Path) -> None:
    runs = [
        start(*ENGLISH, "plan", small_folder, *DECEMBER, "--work", "0.02", "--seed", seed)
        for seed in (1, 2)
    ]
    said = [plan.end() for plan in runs]
    codes = [plan.returncode for plan in said]
    # Whoever comes second waits: told that somebody writes, or that there is a plan now.
    assert sorted(codes)[0] == 0, said
    assert sorted(codes)[1] in (3, 7), said
    left = said[codes.index(0) ^ 1].stderr
    assert "somebody else is writing" in left or "add --force to replace them" in left
    assert [path.name for path in (small_folder / "plans").iterdir()] == ["2026-12"]


def test_two_exports_at_once_both_get_their_work_done(planned: Path) -> None:
    folder = planned / "plans" / "2026-12"
    before = list_all(folder)
    old = {name: (folder / name).read_bytes() for name in before if (folder / name).is_file()}
    runs = [
        start(*ENGLISH, "export", planned, *DECEMBER, "--force", "--lang", "lv", "--only", name)
        for name in ("ics", "handovers")
    ]
    for export in runs:
        said = export.end()
        assert said.returncode == 0, said
    assert list_all(planned / "plans") == ["2026-12", *(f"2026-12/{name}" for name in before)]
    changed = {
        name.split("/")[0] for name, data in old.items() if (folder / name).read_bytes() != data
    }
    assert changed == {"calendars", "handovers"}


HOLDER = """
import sys
from pathlib import Path
from province.files.whole import new_folder

with new_folder(Path(sys.argv[1])) as folder:
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_reading_verb_deletes_nothing_of_a_living_writer(planned: Path) -> None:
    target = planned / "plans" / "2026-12"
    writer = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(target)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert writer.stdout is not None
    assert writer.stdout.readline() == "held\n"
    before = list_all(planned)
    # Not even if another computer's clock and process numbers say that it is long dead.
    for path in target.parent.iterdir():
        os.utime(path, (0, 0))
    said = start(*ENGLISH, "explain", planned, "B1", *DECEMBER).end()
    assert said.returncode == 0, said
    assert list_all(planned) == before
    writer.communicate("\n", timeout=60)
    assert writer.returncode == 0
