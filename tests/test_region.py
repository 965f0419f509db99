"""Provinces planned side by side: as `plan` does it, none for another, each once."""

import gc
import json
import re
import shutil
import weakref
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from pathlib import Path

import geopandas
import pyarrow.parquet
import pyogrio
import pytest
from click.testing import CliRunner
from conftest import SMALL
from postgresql_server import Server, use_schema
from recording import record_entries
from test_province_ledger import GOOD as GOOD_ENTRIES

from cli import command
from exports.region.write import write_region
from planning.plan_file import read_plan
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.ledger.chain import SEAL_NAME
from province.read import read_province
from region.months import ProvinceMonth, place_room, read_months
from region.plan_all import Planners, open_processes, order_jobs, plan_side_by_side
from region.province_job import JobOutcome, ProvinceJob, digest_inputs
from region.read_region import Region, read_region

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


def plan_all(
    folder: Path, planners: Planners, progress=lambda what, share: None, *, only="", **options
):
    """Plan all provinces of a region, or only one, by its name."""
    region = read_region(folder)
    room = place_room(region, DECEMBER)
    room.mkdir(parents=True, exist_ok=True)
    jobs = [
        ProvinceJob(path, DECEMBER, 0, 0.02, room, **options)
        for path in region.provinces
        if only in ("", path.name)
    ]
    return {one.province: one for one in plan_side_by_side(jobs, planners, progress)}


def interrupt(what, share) -> None:
    raise KeyboardInterrupt


def test_who_stops_keeps_nothing_half_written(folder: Path) -> None:
    with open_processes(2) as planners:
        found = plan_all(folder, planners, interrupt)
    assert {one.state for one in found.values()} == {"stopped"}
    assert not list(folder.glob("*/plans/2026-12/plan.json"))
    assert not list(place_room(read_region(folder), DECEMBER).glob("*.json"))


@pytest.fixture(scope="module")
def planned(folder: Path) -> Path:
    shares: list[float] = []
    with open_processes(2) as planners:
        found = plan_all(folder, planners, lambda what, share: shares.append(share))
    assert (found[GOOD].state, found[BROKEN].state) == ("planned", "failed")
    assert found[BROKEN].exit_code == 3
    assert "libraries.csv" in found[BROKEN].words
    assert len({round(share, 2) for share in shares}) > 3, "children tell how far they are"
    assert shares[-1] == 1.0
    assert not list(folder.rglob("*.progress"))
    return folder


def test_each_is_planned_as_plan_does_it(planned: Path, planned_small: Path) -> None:
    ours, theirs = (one / "plans" / "2026-12" for one in (planned / GOOD, planned_small))
    for name in ("plan.json", "trips.csv", "summary.html"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()


def test_what_is_planned_is_kept_and_what_changed_is_not(planned: Path) -> None:
    with open_processes(1) as planners:
        again = plan_all(planned, planners)
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


def test_documents_follow_the_language_that_is_asked(planned: Path) -> None:
    month = planned / GOOD / "plans" / "2026-12"
    plan, summary = (month / "plan.json").read_bytes(), (month / "summary.html").read_bytes()
    with open_processes(1) as planners:
        again = plan_all(planned, planners, language="en", only=GOOD)
        assert (again[GOOD].state, again[GOOD].is_new) == ("planned", False)
        assert (month / "plan.json").read_bytes() == plan
        spoken = month / "summary.html"
        assert spoken.read_bytes() != summary
        assert '<html lang="en"' in spoken.read_text("utf-8")
        written = spoken.stat().st_mtime_ns
        plan_all(planned, planners, language="en", only=GOOD)
        assert spoken.stat().st_mtime_ns == written, "nobody asked for anything new"
        plan_all(planned, planners, only=GOOD)
    assert spoken.read_bytes() == summary


def test_what_other_offices_recorded_is_part_of_what_a_plan_is_made_from(
    small_folder: Path, postgresql: Server
) -> None:
    use_schema(small_folder, postgresql.url, postgresql.new_schema())
    job = ProvinceJob(small_folder, DECEMBER, 0, 0.02, small_folder)
    before = digest_inputs(job)
    assert digest_inputs(job) == before
    record_entries(read_province(small_folder), GOOD_ENTRIES)
    (small_folder / SEAL_NAME).unlink()  # as if another office had recorded them
    assert digest_inputs(job) != before


def test_the_largest_province_begins_first(tmp_path: Path) -> None:
    jobs = []
    for name, count in (("a", 3), ("b", 30), ("c", 0), ("d", 12)):
        (tmp_path / name).mkdir()
        if count:
            (tmp_path / name / "libraries.csv").write_text("x\n" * count, encoding="utf-8")
        jobs.append(ProvinceJob(tmp_path / name, DECEMBER, 0, 0.02, tmp_path))
    assert [job.folder.name for job in order_jobs(jobs)] == ["b", "d", "a", "c"]


def test_a_cluster_answers_as_processes_do(planned: Path) -> None:
    pytest.importorskip("distributed")
    from region.plan_all import open_cluster

    with open_cluster(workers=1) as planners:
        found = plan_all(planned, planners)
    assert (found[GOOD].state, found[GOOD].is_new) == ("planned", False)
    assert (found[BROKEN].state, found[BROKEN].exit_code) == ("failed", 3)


class LostScheduler(Executor):
    """What plans the first job, and then is gone, as a cluster's client tells it."""

    def __init__(self) -> None:
        self.asked = 0

    def submit(self, what, job):  # type: ignore[no-untyped-def, override]
        self.asked += 1
        assert self.asked <= 2, "nobody is there to be asked"
        done: Future[JobOutcome] = Future()
        if self.asked == 1:
            done.set_result(JobOutcome(job.folder.name, "planned", 0, "", "", ""))
        else:
            done.cancel()
            done.set_running_or_notify_cancel()
        return done


def test_a_scheduler_that_went_away_is_told_once_for_each_that_is_left(tmp_path: Path) -> None:
    jobs = [ProvinceJob(tmp_path / name, DECEMBER, 0, 0.02, tmp_path) for name in "abcd"]
    planners = Planners(LostScheduler(), lambda: 1)
    found = plan_side_by_side(jobs, planners, lambda what, share: None)
    assert [one.state for one in found] == ["planned", "failed", "failed", "failed"]
    assert {one.exit_code for one in found[1:]} == {6}
    assert all("scheduler of the cluster" in one.words for one in found[1:])


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


@pytest.fixture(scope="module")
def three(planned: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region of three provinces with a plan, as far as anybody can tell."""
    folder = tmp_path_factory.mktemp("three") / "vùng"
    for name in ("Đông", "Nam", "Tây"):
        shutil.copytree(planned / GOOD, folder / name)
        settings = folder / name / "province.toml"
        text = settings.read_text("utf-8").replace('name = "Mường Nhỏ"', f'name = "{name} & con"')
        settings.write_text(text, encoding="utf-8")
    (folder / "region.toml").write_text("[region]\n", encoding="utf-8")
    return folder


def write_three(folder: Path) -> Path:
    region = read_region(folder)
    write_region(
        region, DECEMBER, lambda what, share: None, language="vi", has_parquet=True, overwrite=True
    )
    return folder / "plans" / "2026-12"


def test_of_all_provinces_no_two_are_held_at_once(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[weakref.ref[Province]] = []
    held = []

    def watch(region: Region, month: Month) -> Iterator[ProvinceMonth]:
        for one in read_months(region, month):
            alive.append(weakref.ref(one.province))
            yield one
            del one
            gc.collect()
            held.append(sum(ref() is not None for ref in alive))

    monkeypatch.setattr("exports.region.write.read_months", watch)
    write_three(three)
    assert held == [0, 0, 0]


def test_layers_of_all_provinces_stand_in_one_file_each(three: Path) -> None:
    folder = write_three(three)
    again = {path.name: path.read_bytes() for path in folder.glob("region*")}
    own = read_plan(three / "Nam" / "plans" / "2026-12" / "plan.json")
    stops = sum(len(trip.stops) for trip in own.trips.trips)
    for name, count in (("stops", 3 * stops), ("unserved", 3 * len(own.trips.unserved))):
        drawn = pyogrio.read_dataframe(folder / "region.gpkg", layer=name)
        table = geopandas.read_parquet(folder / f"region-{name}.parquet")
        assert len(drawn) == len(table) == count
        assert list(drawn["province"]) == list(table["province"])
        assert drawn.geometry.geom_equals(table.geometry).all()
    told = pyarrow.parquet.read_schema(folder / "region-communes.parquet").metadata[b"geo"]
    communes = geopandas.read_parquet(folder / "region-communes.parquet")
    box = json.loads(told)["columns"]["geometry"]["bbox"]
    assert box == pytest.approx(list(communes.total_bounds))
    assert {path.name: path.read_bytes() for path in write_three(three).glob("region*")} == again


def test_the_map_names_provinces_and_draws_their_borders(three: Path) -> None:
    page = (write_three(three) / "region.html").read_text("utf-8")
    drawn = page[page.index("<svg") : page.index("</svg>")]
    for name in ("Đông", "Nam", "Tây"):
        assert f"{name} &amp; con" in drawn
    assert 'stroke="#3d4a44"' in drawn
    places = re.findall(r'<text x="(\d+)" y="(\d+)"', drawn)
    assert len(set(places)) == 3, "names of provinces in one place do not cover each other"


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
