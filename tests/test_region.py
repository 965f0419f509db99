"""Provinces planned side by side: as `plan` does it, none for another, each once."""

import json
import shutil
from concurrent.futures import Executor
from pathlib import Path

import pyogrio
import pytest
from click.testing import CliRunner
from conftest import SMALL
from program import run

from cli import command
from planning.plan_file import read_plan
from province.dates import Month
from province.errors import InputError
from region.months import place_room
from region.plan_all import open_processes, plan_side_by_side
from region.province_job import ProvinceJob, digest_inputs
from region.read_region import read_region

DECEMBER = Month(2026, 12)
GOOD, BROKEN = "Mường Nhỏ", "hỏng"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region of a province that can be planned and one that cannot be read."""
    folder = tmp_path_factory.mktemp("region") / "Miền núi"
    for name in (GOOD, BROKEN):
        shutil.copytree(SMALL, folder / name)
    (folder / BROKEN / "libraries.csv").write_text("site_id\n", encoding="utf-8")
    (folder / "region.toml").write_text('[region]\nname = "<b>Núi</b>"\n', encoding="utf-8")
    return folder


def plan_all(folder: Path, executor: Executor, progress=lambda what, share: None):
    region = read_region(folder)
    room = place_room(region, DECEMBER)
    room.mkdir(parents=True, exist_ok=True)
    jobs = [ProvinceJob(path, DECEMBER, 0, 0.02, room) for path in region.provinces]
    return {one.province: one for one in plan_side_by_side(jobs, executor, progress)}


def interrupt(what, share) -> None:
    raise KeyboardInterrupt


def test_who_stops_keeps_nothing_half_written(folder: Path) -> None:
    with open_processes(2) as executor:
        found = plan_all(folder, executor, interrupt)
    assert {one.state for one in found.values()} == {"stopped"}
    assert not list(folder.glob("*/plans/2026-12/plan.json"))
    assert not list(place_room(read_region(folder), DECEMBER).glob("*.json"))


@pytest.fixture(scope="module")
def planned(folder: Path) -> Path:
    shares: list[float] = []
    with open_processes(2) as executor:
        found = plan_all(folder, executor, lambda what, share: shares.append(share))
    assert (found[GOOD].state, found[BROKEN].state) == ("planned", "failed")
    assert found[BROKEN].exit_code == 3
    assert "libraries.csv" in found[BROKEN].words
    assert len({round(share, 2) for share in shares}) > 3, "children tell how far they are"
    assert shares[-1] == 1.0
    assert not list(folder.rglob("*.progress"))
    return folder


def test_each_is_planned_as_plan_does_it(planned: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copytree(SMALL, tmp_path / "alone"))
    answer = run("plan", alone, "--month", "2026-12", "--work", "0.02")
    assert answer.returncode == 0, answer.stderr
    ours, theirs = (one / "plans" / "2026-12" for one in (planned / GOOD, alone))
    for name in ("plan.json", "trips.csv", "summary.html"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()


def test_what_is_planned_is_kept_and_what_changed_is_not(planned: Path) -> None:
    with open_processes(1) as executor:
        again = plan_all(planned, executor)
    assert (again[GOOD].state, again[GOOD].is_new) == ("planned", False)
    assert again[BROKEN].state == "failed"
    job = ProvinceJob(planned / GOOD, DECEMBER, 0, 0.02, planned)
    before = digest_inputs(job)
    (planned / GOOD / "plans" / "2026-12" / "note.txt").write_text("read by people")
    assert digest_inputs(job) == before
    assert digest_inputs(ProvinceJob(planned / GOOD, DECEMBER, 1, 0.02, planned)) != before
    extra = planned / GOOD / "events-of-ours.csv"
    extra.write_text("x\n")
    assert digest_inputs(job) != before
    extra.unlink()


def test_a_cluster_answers_as_processes_do(planned: Path) -> None:
    pytest.importorskip("distributed")
    from region.plan_all import open_cluster

    with open_cluster(workers=1) as executor:
        found = plan_all(planned, executor)
    assert (found[GOOD].state, found[GOOD].is_new) == ("planned", False)
    assert (found[BROKEN].state, found[BROKEN].exit_code) == ("failed", 3)


def test_the_report_tells_of_all_and_escapes_names(planned: Path) -> None:
    words = ("--lang", "en", "region", "report", str(planned), "--month", "2026-12")
    answer = CliRunner().invoke(command, [*words, "--force"])
    assert answer.exit_code == 0, answer.output
    assert "Provinces with a plan: 1 of 2" in answer.output
    page = (planned / "plans" / "2026-12" / "region.html").read_text("utf-8")
    assert "<b>Núi</b>" not in page
    assert "&lt;b&gt;Núi" in page
    assert "://" not in page.replace("http://www.w3.org", "")
    table = (planned / "plans" / "2026-12" / "region.csv").read_text("utf-8-sig").splitlines()
    plan = read_plan(planned / GOOD / "plans" / "2026-12" / "plan.json")
    own = next(line for line in table if line.startswith(GOOD)).split(",")
    assert f"{plan.totals.visits_served}" == own[table[0].split(",").index("visits_served")]
    layers = planned / "plans" / "2026-12" / "region.gpkg"
    assert {name for name, _ in pyogrio.list_layers(layers)} >= {"stops", "communes"}
    assert set(pyogrio.read_dataframe(layers, layer="stops")["province"]) == {"Mường Nhỏ"}
    again = CliRunner().invoke(command, list(words))
    assert isinstance(again.exception, InputError), "documents are not replaced unasked"


def test_check_names_faults_with_their_folder(planned: Path) -> None:
    words = ["--lang", "en", "region", "check", str(planned), "--json"]
    answer = CliRunner().invoke(command, words)
    rows = {row["folder"]: row for row in json.loads(answer.stdout)}
    assert rows[GOOD]["faults"] == 0
    assert rows[BROKEN]["faults"] > 0
    assert isinstance(answer.exception, InputError)
    assert all(one.file.startswith(f"{BROKEN}/") for one in answer.exception.findings)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ('[region]\nprovinces = ["nowhere"]\n', ["region.provinces"]),
        ('[region]\nprovinces = ["../small", "Mường Nhỏ"]\n', ["region.provinces"]),
        ('[region]\nprovinces = ["Mường Nhỏ", "Mường Nhỏ"]\n', ["region.provinces"]),
        ('[region]\nnames = "x"\nlanguage = "de"\n', ["region.language", "region.names"]),
        ("[region\n", [""]),
    ],
)
def test_faults_of_the_region_come_in_one_answer(
    tmp_path: Path, text: str, columns: list[str]
) -> None:
    shutil.copytree(SMALL, tmp_path / GOOD)
    (tmp_path / "region.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_region(tmp_path)
    assert sorted(one.column for one in raised.value.findings) == columns


def test_a_region_without_settings_or_provinces_says_what_to_make(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"region\.toml"):
        read_region(tmp_path)
    (tmp_path / "region.toml").write_text("[region]\n", encoding="utf-8")
    with pytest.raises(InputError, match="province folder"):
        read_region(tmp_path)
