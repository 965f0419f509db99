"""The benchmarks of a month's trips and of its swaps, on the small province."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import joint_month, trips
from planning.joint.month import plan_month
from planning.plan_file import dump_plan, read_plan
from province.dates import Month
from province.read import read_province

pytestmark = pytest.mark.usefixtures("few_iterations")


@pytest.fixture(scope="module")
def plan_file(small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(small.folder, tmp_path_factory.mktemp("trips") / "small"))
    province = read_province(folder)
    plan = plan_month(province, Month(2026, 12), work=0.02, rounds=1, has_fixes=False)
    (folder / "plan.json").write_bytes(dump_plan(plan))
    return folder / "plan.json"


def run(main, *words: object) -> dict:
    answer = CliRunner().invoke(main, [*map(str, words), "--work", "0.02", "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_a_written_month_is_planned_again_with_its_bound(plan_file: Path) -> None:
    again, plan = run(trips.main, plan_file), read_plan(plan_file)
    assert again["objective"] == round(plan.trips.objective / 1e6, 2)  # small months are exact
    assert again["unserved"] == len(plan.trips.unserved)
    assert 0 <= again["bound"] <= again["objective"]
    free = run(trips.main, plan_file, "--free", "--draft")
    assert free["objective"] <= again["objective"]


def test_batches_of_written_visits_are_swapped(plan_file: Path) -> None:
    found = run(joint_month.main, "--visits-of", plan_file)
    assert found["batches swapped"]["violations"] == 0
    assert found["batches swapped"]["delivered"] >= 1
    assert found["none waits"]["objective"] <= found["own batches"]["objective"]


def test_both_ways_of_planning_are_measured(plan_file: Path) -> None:
    found = run(joint_month.main, plan_file.parent, "--month", "2026-12")
    assert found["joint"]["points"] >= found["one after the other"]["points"] - 1e-6
    assert {way["violations"] for way in found.values()} == {0}
    assert CliRunner().invoke(joint_month.main, []).exit_code == 2
