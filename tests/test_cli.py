"""The command line: languages, exit codes, help, and the whole month from another folder."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from program import run, run_anew

import cli

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def planned(planned_small: Path, tmp_path: Path) -> Path:
    """A copy of the small province with its plan for December 2026."""
    return Path(shutil.copytree(planned_small, tmp_path / planned_small.name))


def test_a_month_is_planned_in_a_folder_with_spaces_and_diacritics(planned: Path) -> None:
    names = {path.name for path in (planned / "plans" / "2026-12").iterdir()}
    assert {
        "plan.json", "rotation-schedule.csv", "trips.csv", "unserved.csv", "routes.html", "drivers"
    } <= names  # fmt: skip


def test_a_plan_is_not_overwritten_without_force(planned: Path) -> None:
    before = (planned / "plans" / "2026-12" / "plan.json").read_bytes()
    answer = run("plan", planned, "--month", "2026-12", "--work", "0.02")
    assert answer.returncode == 3
    assert "Traceback" not in answer.stderr
    assert (planned / "plans" / "2026-12" / "plan.json").read_bytes() == before


def test_the_same_command_twice_writes_the_same_bytes(planned: Path) -> None:
    folder = planned / "plans" / "2026-12"
    before = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    answer = run_anew(
        "plan", planned, "--month", "2026-12", "--work", "0.02", "--force", PYTHONHASHSEED="77"
    )
    assert answer.returncode == 0, answer.stderr
    after = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert before == after


def test_explain_answers_for_a_batch_a_library_and_a_visit(planned: Path) -> None:
    plan = json.loads((planned / "plans" / "2026-12" / "plan.json").read_text(encoding="utf-8"))
    for name in ("B1", "TV1", plan["visits"][0]["visit_id"]):
        answer = run("--lang", "en", "explain", planned, name, "--month", "2026-12")
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.strip()
    assert run("explain", planned, "NOBODY", "--month", "2026-12").returncode == 3


def test_explain_without_a_plan_is_told(small_folder: Path) -> None:
    answer = run_anew("explain", small_folder, "B1", "--month", "2026-12")
    assert answer.returncode == 3
    assert "plan.json" in answer.stderr


def test_where_tells_the_place_of_every_batch(small_folder: Path) -> None:
    rows = json.loads(run("where", small_folder, "--json").stdout)
    places = {row["batch"]: row["site"] for row in rows}
    # By the ledger: B1 went on to TV3, B2 stands at TV2, B3 at TV1; B4's move was voided.
    assert places == {"B1": "TV3", "B2": "TV2", "B3": "TV1", "B4": "KHO", "B5": "KHO", "B6": "KHO"}
    early = json.loads(run("where", small_folder, "--on", "2026-09-30", "--json").stdout)
    assert {row["batch"]: row["site"] for row in early}["B1"] == "TV1"


def test_check_finds_no_fault_in_the_small_province(small_folder: Path) -> None:
    answer = run("--lang", "en", "check", small_folder)
    assert answer.returncode == 0, answer.stderr
    assert "no fault" in answer.stdout


def test_check_lists_faults_with_exit_code_3(small_folder: Path) -> None:
    path = small_folder / "libraries.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("90002", "90009"), encoding="utf-8")
    answer = run("--lang", "en", "check", small_folder)
    assert answer.returncode == 3
    assert "libraries.csv:3 commune_code" in answer.stderr
    as_json = json.loads(run("check", small_folder, "--json").stdout)
    assert as_json["faults"] >= 1
    assert as_json["findings"][0]["row"] == 3


def test_rotate_and_demand_answer_as_json(small_folder: Path) -> None:
    rows = json.loads(run("demand", small_folder, "--month", "2026-12", "--json").stdout)
    assert {row["site"] for row in rows} >= {"TV1", "TV2", "TV3", "TV4"}
    assert all(row["expected uses"] >= 0 for row in rows)
    assert all(row["90 % surely from"] <= row["90 % surely to"] for row in rows)
    answer = run("rotate", small_folder, "--month", "2026-12", "--work", "0.1", "--json")
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert {row["site"] for row in told["stays"]} <= {"TV1", "TV2", "TV3", "TV4"}
    assert next(iter(told["exchange_visits"])) == "2026-12"
    assert sum(told["exchange_visits"].values()) > 0
    assert told["wishes"]["uneven_months"] <= 0


def test_new_copies_an_example_and_never_overwrites(tmp_path: Path) -> None:
    target = tmp_path / "Tỉnh của tôi"
    assert run("new", target).returncode == 0
    assert (target / "province.toml").is_file()
    assert run("check", target).returncode == 0
    assert run("new", target).returncode == 3
    assert run("new", tmp_path / "x", "--example", "atlantis").returncode == 3


@pytest.mark.parametrize("month", ["2026-13", "December", "2026"])
def test_a_wrong_month_is_a_usage_fault(small_folder: Path, month: str) -> None:
    answer = run("plan", small_folder, "--month", month)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("option", ["--work", "--minutes"])
def test_what_is_no_number_is_a_usage_fault(small_folder: Path, option: str) -> None:
    for word in ("nan", "-1", "inf", "many"):
        answer = run("plan", small_folder, "--month", "2026-12", option, word)
        assert answer.returncode == 2, word
        assert option in answer.stderr
    assert not (small_folder / "plans").exists()


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    answer = run("plan", tmp_path / "nowhere", "--month", "2026-12")
    assert answer.returncode == 3
    assert "Traceback" not in answer.stderr


def test_a_console_that_is_not_utf8_still_reads(small_folder: Path) -> None:
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252"}
    answer = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "where", str(small_folder)],
        capture_output=True, env=env, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert "Bản Mận".encode("cp1252", "ignore") not in answer.stdout
    assert "Thư viện xã".replace("ư", "u").replace("ệ", "ê").encode("cp1252")[:2] in answer.stdout


def test_a_month_without_vehicles_ends_with_exit_code_4(small_folder: Path) -> None:
    path = small_folder / "vehicles.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    parked = [lines[0], *(",".join([*line.split(",")[:14], "2026-01-01..2027-12-31", ""])
                          for line in lines[1:])]  # fmt: skip
    path.write_text("\n".join(parked) + "\n", encoding="utf-8")
    answer = run("--lang", "en", "plan", small_folder, "--month", "2026-12")
    assert answer.returncode == 4, answer.stderr
    assert "vehicle_is_available" in answer.stderr
    assert not (small_folder / "plans").exists()


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    answer = CliRunner().invoke(cli.command, [verb, "--help"], env={"LUANCHUYEN_LANG": "en"})
    assert answer.exit_code == 0
    assert f"luanchuyen {verb} " in " ".join(answer.output.split())


def test_help_is_translated() -> None:
    languages = ("en", "vi", "lv")  # texts of options are translated once in a process
    helps = {run_anew("plan", "--help", LUANCHUYEN_LANG=language).stdout for language in languages}
    assert len(helps) == 3
