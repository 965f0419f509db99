"""A region's exchange plan: books go from where they stand idle to who lacks them, and home."""

import csv
import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sharing_region import POOR, RICH, make_region

from cli import command
from province.dates import Month
from province.errors import InputError
from province.read import read_province
from region.read_region import Region, read_region
from region.sharing.depot_ways import list_ways
from region.sharing.passing_trips import PassingPoint, PassingTrip
from region.sharing.plan_sharing import plan_sharing
from region.sharing.province_stock import read_stock
from region.sharing.sharing_checks import check_sharing
from region.sharing.sharing_file import (
    SharingPlan,
    dump_sharing,
    place_sharing,
    read_sharing,
)
from region.sharing_settings import SharingSettings

JANUARY = Month(2027, 1)
MONG = {"B4", "B7", "B8", "B9", "B10", "B11"}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return make_region(tmp_path_factory.mktemp("sharing") / "Miền núi")


@pytest.fixture(scope="module")
def plan(region: Region) -> SharingPlan:
    return plan_sharing(region, JANUARY, 8, work=0.02)


def test_books_go_to_who_reads_them_and_half_of_them_stay(plan: SharingPlan) -> None:
    assert {(one.owner, one.borrower) for one in plan.loans} == {(RICH, POOR)}
    assert {one.batch for one in plan.loans} <= MONG
    # five batches of tales in Mông alone: half of them, rounded up, stay
    assert len(plan.loans) == 2
    assert plan.gap < 0.05
    assert plan.gained > 100 * plan.lost
    assert "finds no place in Thừa sách" in str(plan.loans[0].reason)
    assert "tiếng Mông" in str(plan.loans[0].reason)


def test_what_is_unmet_and_idle_is_told_by_language(plan: SharingPlan) -> None:
    rows = {(row.province, row.language): row for row in plan.languages}
    assert rows[RICH, "hmn"].idle == rows[RICH, "hmn"].batches == 6
    poor = rows[POOR, "hmn"]
    assert (poor.batches, poor.own) == (0, 0.0), "its only one is in repair"
    assert poor.unmet > 1_000
    assert 0 < poor.borrowed < poor.unmet


def test_hand_overs_are_bundled(plan: SharingPlan) -> None:
    assert len(plan.runs) == 2, "one run brings both, one brings both home"
    carried = {loan for run in plan.runs for loan in (*run.there, *run.back)}
    assert carried == {one.loan for one in plan.loans}


def test_the_file_reads_back_and_the_same_facts_give_the_same_bytes(
    region: Region, plan: SharingPlan, tmp_path: Path
) -> None:
    path = tmp_path / "sharing.json"
    path.write_bytes(dump_sharing(plan))
    assert read_sharing(path) == plan
    assert dump_sharing(plan_sharing(region, JANUARY, 8, work=0.02)) == dump_sharing(plan)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"format": 2}, "format"),
        ({"gap": "much"}, "gap"),
        ({"loans": [{"loan": "x"}]}, "loans.0.batch"),
        ({"more": 1}, "more"),
    ],
)
def test_a_file_that_is_no_exchange_plan_is_refused(
    plan: SharingPlan, tmp_path: Path, change: dict[str, object], column: str
) -> None:
    path = tmp_path / "sharing.json"
    path.write_text(json.dumps(json.loads(dump_sharing(plan)) | change), "utf-8")
    with pytest.raises(InputError) as error:
        read_sharing(path)
    assert column in {one.column for one in error.value.findings}


def _loan(plan: SharingPlan, number: int = 0, **changes: object) -> SharingPlan:
    loans = list(plan.loans)
    loans[number] = dataclasses.replace(loans[number], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(plan, loans=tuple(loans))


def _run(plan: SharingPlan, **changes: object) -> SharingPlan:
    first = dataclasses.replace(plan.runs[0], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(plan, runs=(first, *plan.runs[1:]))


def _both_one_batch(plan: SharingPlan) -> SharingPlan:
    return _loan(plan, 1, batch=plan.loans[0].batch)


BREAKS = {
    "loans_are_between_provinces": lambda plan: _loan(plan, batch="B99"),
    "runs_are_between_provinces": lambda plan: _run(plan, other=plan.runs[0].driver),
    "loans_last_as_long_as_they_may": lambda plan: _loan(plan, until=JANUARY.plus(1)),
    "each_batch_is_lent_to_one": _both_one_batch,
    "borrowers_can_place_it": lambda plan: _loan(plan, batch="B6"),
    "runs_carry_every_loan": lambda plan: _run(plan, back=()),
    "runs_hold_what_they_carry": lambda plan: _run(plan, back=plan.runs[0].back * 6),
    "runs_cost_what_they_cost": lambda plan: _run(plan, length_km=12.0),
    "figures_are_right": lambda plan: dataclasses.replace(plan, gained=plan.gained * 1.02),
}


def test_what_it_claims_to_be_worth_is_what_is_counted(region: Region, plan: SharingPlan) -> None:
    price = plan.visit_uses + plan.run_uses + plan.loan_uses
    assert plan.objective == pytest.approx(plan.gained - 1.5 * plan.lost - price, abs=0.3)
    assert plan.objective <= plan.bound
    claim = dataclasses.replace(plan, objective=plan.objective + 5, bound=plan.bound + 5)
    assert {one.rule for one in check_sharing(region, claim)} == {"figures_are_right"}


def test_the_checker_finds_nothing_in_the_plan(region: Region, plan: SharingPlan) -> None:
    assert check_sharing(region, plan) == ()


@pytest.mark.parametrize("rule", BREAKS)
def test_the_checker_finds_what_is_wrong(region: Region, plan: SharingPlan, rule: str) -> None:
    assert rule in {one.rule for one in check_sharing(region, BREAKS[rule](plan))}


@pytest.mark.parametrize(
    ("cell", "value"),
    [(",good,KHO,", ",repair,KHO,"), ("Thư viện tỉnh,,good", "Chủ riêng,,good")],
)
def test_what_its_owner_keeps_or_cannot_travel_is_not_lent(
    tmp_path: Path, plan: SharingPlan, cell: str, value: str
) -> None:
    own = make_region(tmp_path / "Miền núi", 'kept_owners = ["Chủ riêng"]')
    table = own.folder / RICH / "batches.csv"
    rows = [line.replace(cell, value) if "Lô Mông" in line else line
            for line in table.read_text("utf-8").splitlines()]  # fmt: skip
    table.write_text("\n".join(rows) + "\n", "utf-8")
    assert "only_what_may_be_lent_is" in {one.rule for one in check_sharing(own, plan)}
    assert not plan_sharing(own, JANUARY, 8, work=0.02).loans


def test_the_reserve_stays(tmp_path: Path, plan: SharingPlan) -> None:
    own = make_region(tmp_path / "Miền núi", "reserve_batches = 4")
    assert len(plan_sharing(own, JANUARY, 8, work=0.02).loans) == 1
    assert "owners_keep_a_reserve" in {one.rule for one in check_sharing(own, plan)}


def test_nothing_goes_where_nobody_reads_it(tmp_path: Path) -> None:
    own = make_region(tmp_path / "Miền núi")
    path = own.folder / POOR / "province.toml"
    path.write_text(path.read_text("utf-8").replace("hmn = 0.9\n", "hmn = 0.0\n"), "utf-8")
    assert not [one for one in plan_sharing(own, JANUARY, 8, work=0.02).loans
                if one.borrower == POOR and one.batch in MONG]  # fmt: skip


def test_a_trip_that_drives_anyhow_takes_the_place_of_a_run(region: Region) -> None:
    months = tuple(JANUARY.plus(k) for k in range(8))
    topics = {
        (one.subject, one.audience, one.language): one
        for folder in region.provinces
        for one in read_province(folder).categories
    }
    rich, poor = (
        read_stock(read_province(region.folder / name), months, region.sharing, topics)
        for name in (RICH, POOR)
    )
    poor = dataclasses.replace(poor, lon=rich.lon + 1.0)  # 104 km as the crow flies
    near = PassingPoint(rich.lon + 0.9, rich.lat, 200.0, 4, 60.0, 20, 900.0)
    trip = PassingTrip(2, "C05", 6_000, (near,))
    rich = dataclasses.replace(rich, trips=(trip,))
    ways = list(list_ways((rich, poor), SharingSettings(), 8, ()))
    trunk = next(way for way in ways if way.kind == "trunk")
    assert trunk.length_km == pytest.approx(2 * 1.6 * 103.7, abs=1)
    by_trip = [way for way in ways if way.kind == "trip"]
    assert [(way.month, way.trip_id) for way in by_trip] == [(2, "C05")]
    assert by_trip[0].length_km == pytest.approx(2 * 1.6 * 10.37, abs=0.2)
    # the largest batch has 3 boxes of 45 kg: there is room for one there, for six back
    assert (by_trip[0].there, by_trip[0].back) == (1, 6)
    assert by_trip[0].uses < trunk.uses
    for other in (
        dataclasses.replace(near, spare_min=10.0), dataclasses.replace(near, lon=rich.lon),
        dataclasses.replace(near, there_boxes=0, back_boxes=2),
    ):  # fmt: skip
        late = dataclasses.replace(rich, trips=(dataclasses.replace(trip, points=(other,)),))
        ways = list(list_ways((late, poor), SharingSettings(), 8, ()))
        assert not [way for way in ways if way.kind == "trip"]


def test_the_command_writes_file_tables_and_page(region: Region) -> None:
    words = ["--lang", "en", "region", "share", str(region.folder), "--from", "2027-01"]
    words += ["--months", "8", "--work", "0.02"]
    answer = CliRunner().invoke(command, words)
    assert answer.exit_code == 0, answer.output
    folder = place_sharing(region.folder, JANUARY)
    plan = read_sharing(folder / "sharing.json")
    assert plan.loans[0].loan == "2027-LN-001"
    assert plan.loans[0].loan in answer.stdout
    with (folder / "sharing.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["loan"] for row in rows] == [one.loan for one in plan.loans]
    assert rows[0]["batch"].startswith("Lô Mông")
    page = (folder / "sharing.html").read_text("utf-8")
    assert "<b>núi</b>" not in page
    assert "&lt;b&gt;núi" in page
    assert "://" not in page.replace("http://www.w3.org", "")
    again = CliRunner().invoke(command, words)
    assert isinstance(again.exception, InputError), "a plan is not replaced unasked"
    before = (folder / "sharing.json").read_bytes()
    assert CliRunner().invoke(command, [*words, "--force"]).exit_code == 0
    assert (folder / "sharing.json").read_bytes() == before, "loans keep their ids"


@pytest.mark.parametrize(
    ("rules", "columns"),
    [
        ("longest_loan_months = 2", {"sharing.longest_loan_months"}),
        ("reserve_share = 1.5\ndetours = 3", {"sharing.reserve_share", "sharing.detours"}),
    ],
)
def test_faults_of_the_rules_are_told(tmp_path: Path, rules: str, columns: set[str]) -> None:
    with pytest.raises(InputError) as error:
        make_region(tmp_path / "Miền núi", rules)
    assert {one.column for one in error.value.findings} == columns


def test_one_province_has_nobody_to_lend_to(tmp_path: Path) -> None:
    make_region(tmp_path / "Miền núi")
    text = f'[region]\nprovinces = ["{RICH}"]\n'
    (tmp_path / "Miền núi" / "region.toml").write_text(text, "utf-8")
    with pytest.raises(InputError):
        plan_sharing(read_region(tmp_path / "Miền núi"), JANUARY, 8, work=0.02)
