"""`export`: documents again from `plan.json`, in any language, without planning."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from plan_fixture import make_plan

import cli
from exports.write import list_usual
from planning.plan_file import dump_plan, read_plan
from province.dates import Month
from province.errors import InputError
from province.facts import digest_facts
from province.ids import BatchId, SiteId
from province.read import read_province
from rotation.problem import Stay


@pytest.fixture
def planned(small_folder: Path) -> Path:
    """The small province with a plan for December 2026 that was made from it."""
    province = read_province(small_folder)
    folder = small_folder / "plans" / "2026-12"
    folder.mkdir(parents=True)
    plan = replace(make_plan(province), facts_digest=digest_facts(province))
    (folder / "plan.json").write_bytes(dump_plan(plan))
    return small_folder


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.command, ["--lang", "en", "export", *map(str, words)])


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_only_the_documents_asked_for_are_written(planned: Path) -> None:
    answer = run(planned, "--month", "2026-12", "--only", "gpx, trips")
    assert answer.exit_code == 0, answer.output
    assert files(planned / "plans" / "2026-12") == {"plan.json", "gpx/T01.gpx", "trips.csv"}
    assert not answer.stderr


@pytest.mark.parametrize("place", ["", "plans/2026-12", "plans/2026-12/plan.json"])
def test_the_plan_is_found_by_province_folder_or_file(
    place: str, planned: Path, tmp_path: Path
) -> None:
    target = tmp_path / "phones"
    answer = run(planned / place, "--only", "mobile-stops", "--out", target)
    assert answer.exit_code == 0, answer.output
    assert files(target) == {"mobile-library-stops.csv"}


def test_the_latest_month_is_taken_when_none_is_named(planned: Path) -> None:
    plans = planned / "plans"
    shutil.copytree(plans / "2026-12", plans / "2026-11")
    earlier = replace(read_plan(plans / "2026-12" / "plan.json"), month=Month(2026, 11))
    (plans / "2026-11" / "plan.json").write_bytes(dump_plan(earlier))
    answer = run(planned, "--only", "trips")
    assert answer.exit_code == 0
    assert "plan of 2026-11" in answer.stderr
    assert "trips.csv" in files(plans / "2026-12")
    (plans / "2026-11" / "plan.json").write_text("{}", encoding="utf-8")
    for month in ("2026-11", "2026-12"):
        answer = run(planned, "--only", "trips", "--month", month, "--force")
        assert isinstance(answer.exception, InputError)


def test_another_language_needs_no_planning(planned: Path, tmp_path: Path) -> None:
    for language in ("vi", "lv"):
        answer = run(planned, "--only", "kml", "--lang", language, "--out", tmp_path / language)
        assert answer.exit_code == 0, answer.output
    texts = [(tmp_path / name / "plan.kml").read_text("utf-8") for name in ("vi", "lv")]
    assert "tháng 12" in texts[0]
    assert "decembris" in texts[1]


def test_nothing_is_replaced_without_force(planned: Path) -> None:
    trips = planned / "plans" / "2026-12" / "trips.csv"
    trips.write_text("mine", encoding="utf-8")
    answer = run(planned, "--only", "trips")
    assert isinstance(answer.exception, InputError)
    assert trips.read_text(encoding="utf-8") == "mine"
    assert run(planned, "--only", "trips", "--force").exit_code == 0
    assert trips.read_text(encoding="utf-8-sig").startswith("trip_id,")


def test_a_changed_province_is_warned_about(planned: Path) -> None:
    loans = planned / "loans.csv"
    loans.write_text(loans.read_text("utf-8").rsplit("\n", 2)[0] + "\n", encoding="utf-8")
    answer = run(planned, "--only", "trips", "--json")
    assert answer.exit_code == 0, answer.output
    assert "has changed since 2026-12 was planned" in answer.stderr
    assert json.loads(answer.stdout)["files"] == [
        (planned / "plans" / "2026-12" / "trips.csv").as_posix()
    ]


def without_checksum(path: Path) -> str:
    """Return a plan as one made before there were checksums, so that it may be altered."""
    plan = json.loads(path.read_text("utf-8"))
    del plan["checksum"]
    return json.dumps(plan, ensure_ascii=False)


def test_a_plan_whose_library_is_gone_is_refused(planned: Path, small_folder: Path) -> None:
    path = planned / "plans" / "2026-12" / "plan.json"
    text = without_checksum(path)
    path.write_text(text.replace('"TV1"', '"TV9"').replace('"B1"', '"B9"'), encoding="utf-8")
    error = run(planned, "--only", "trips").exception
    assert isinstance(error, InputError)
    assert error.exit_code == 3
    assert {(finding.column, finding.value) for finding in error.findings} == {
        ("libraries.csv", "TV9"), ("batches.csv", "B9")
    }  # fmt: skip
    assert not (path.parent / "trips.csv").exists()


def test_a_library_of_a_later_month_that_is_gone_is_named(planned: Path) -> None:
    path = planned / "plans" / "2026-12" / "plan.json"
    plan = read_plan(path)
    later = Stay(BatchId("B1"), SiteId("TV8"), plan.month.plus(3), 2, 1.0, False)
    stays = (*plan.rotation.stays, later)
    path.write_bytes(dump_plan(replace(plan, rotation=replace(plan.rotation, stays=stays))))
    error = run(planned, "--only", "trips").exception
    assert isinstance(error, InputError)
    assert [finding.value for finding in error.findings] == ["TV8"]


def test_the_plan_of_another_province_is_refused(planned: Path, tmp_path: Path) -> None:
    path = planned / "plans" / "2026-12" / "plan.json"
    text = without_checksum(path).replace('"province_code": "90"', '"province_code": "14"')
    path.write_text(text, encoding="utf-8")
    error = run(planned, "--only", "trips").exception
    assert isinstance(error, InputError)
    assert [finding.column for finding in error.findings] == ["province_code"]


def test_a_plan_outside_its_province_needs_the_province(planned: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone" / "plan.json"
    alone.parent.mkdir()
    shutil.copy(planned / "plans" / "2026-12" / "plan.json", alone)
    assert isinstance(run(alone, "--only", "trips").exception, InputError)
    assert run(alone, "--only", "trips", "--province", planned).exit_code == 0
    assert (alone.parent / "trips.csv").is_file()


def test_an_unknown_document_names_the_choices(planned: Path) -> None:
    error = run(planned, "--only", "trips,timetable").exception
    assert isinstance(error, InputError)
    assert all(name in str(error) for name in list_usual())


@pytest.mark.parametrize("place", ["nowhere", "libraries.csv"])
def test_what_is_no_plan_is_told(place: str, planned: Path) -> None:
    answer = run(planned / place)
    assert isinstance(answer.exception, InputError)
    assert answer.exception.exit_code == 3
