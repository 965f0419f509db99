"""What the planner fixed about visits: read, checked, put onto the visits, and kept by the plan."""

from datetime import date
from pathlib import Path

import pytest
from program import run
from test_province_findings import list_faults, where

from planning.visit_pins import pin_visits
from planning.visits import list_visits
from province.dates import Month
from province.facts import Province
from province.ids import SiteId, VisitId
from province.read import read_with_findings
from province.visit_pins import VisitPin
from province.visits import Pin, Task, Visit, Window

DECEMBER = Month(2026, 12)
HEADINGS = "pin_id,visit_id,site_id,task,date,vehicle_id,crew_id,not_before,not_after,note"


def december(day: int) -> date:
    return date(2026, 12, day)


def write_pins(folder: Path, *rows: str) -> None:
    text = "\n".join([HEADINGS, *rows, ""])
    (folder / "visit_pins.csv").write_text(text, encoding="utf-8")


def read_pins(folder: Path, *rows: str) -> tuple[VisitPin, ...]:
    write_pins(folder, *rows)
    province, findings = read_with_findings(folder)
    assert province is not None, findings.faults
    return province.pins


def test_a_pin_is_read_as_it_is_written(small_folder: Path) -> None:
    [pin] = read_pins(small_folder, "P1,,TV1,session,29/12/2026,XE1,D1,2026-12-01,2026-12-31,chợ")
    assert pin == VisitPin(
        "P1", None, SiteId("TV1"), Task.SESSION, december(29), "XE1", "D1", december(1),
        december(31), "chợ",
    )  # fmt: skip


FAULTS = [
    ("P1,,TV9,,2026-12-09,,,,,", "site_id"),
    ("P1,,TV1,,2026-12-09,XE9,,,,", "vehicle_id"),
    ("P1,,TV1,,2026-12-09,,D9,,,", "crew_id"),
    ("P1,,TV1,loan,2026-12-09,,,,,", "task"),
    ("P1,,TV1,,32/12/2026,,,,,", "date"),
    ("P1,TV1-X,TV1,,2026-12-09,,,,,", "visit_id"),
    ("P1,,,,2026-12-09,,,,,", "visit_id"),
    ("P1,TV1-X,,session,2026-12-09,,,,,", "task"),
    ("P1,,TV1,,2026-12-09,,,2026-12-10,,", "date"),
    ("P1,,TV1,,,,,2026-12-10,2026-12-09,", "not_after"),
]


@pytest.mark.parametrize(("row", "column"), FAULTS)
def test_a_pin_that_cannot_be_meant_is_a_fault(small_folder: Path, row: str, column: str) -> None:
    write_pins(small_folder, row)
    assert where(list_faults(small_folder)) == [("visit_pins.csv", 2, column)]


WARNINGS = [
    ("P1,,TV1,,,,,,,", ""),
    ("P1,,TV1,session,2026-12-14,XE1,,,,", "vehicle_id"),
    ("P1,,TV1,session,2026-12-19,,D1,,,", "crew_id"),
    ("P1,,TV1,exchange,2026-12-19,,,,,", "date"),
    ("P1,,TV1,,,XE1,D2,,,", "crew_id"),
]


@pytest.mark.parametrize(("row", "column"), WARNINGS)
def test_a_pin_that_the_facts_forbid_is_told(small_folder: Path, row: str, column: str) -> None:
    write_pins(small_folder, row)
    province, findings = read_with_findings(small_folder)
    assert province is not None
    told = [one for one in findings.warnings if one.file == "visit_pins.csv"]
    expected = [(2, column), (2, "date")] if row.startswith("P1,,TV1,session,2026-12-19") else None
    assert {(one.row, one.column) for one in told} == set(expected or [(2, column)])


def test_a_pin_of_days_that_are_over_is_history(small_folder: Path) -> None:
    rows = ["P1,,TV1,session,2026-09-14,XE1,D2,,,", "P2,,TV1,session,2026-09-14,XE2,,,,"]
    write_pins(small_folder, *rows)
    province, findings = read_with_findings(small_folder)
    assert province is not None
    assert not [one for one in findings.items if one.file == "visit_pins.csv"]


CLASHES = [
    ("P1,TV1-X,,,2026-12-07,,,,,", "P2,TV1-X,,,2026-12-09,,,,,", "date"),
    ("P1,,TV1,session,2026-12-07,,,,,", "P2,,TV1,session,2026-12-07,,,,,", "date"),
    ("P1,,TV1,session,,XE1,,,,", "P2,,TV1,session,,XE2,,,,", "vehicle_id"),
    ("P1,,TV1,,,,D1,2026-12-01,,", "P2,,TV1,,,,D2,,2026-12-20,", "crew_id"),
    ("P1,,TV1,,2026-12-07,,,,,", "P2,,TV1,,,,,2026-12-10,,", "not_before"),
    ("P1,,TV1,,,,,2026-12-10,,", "P2,,TV1,,,,,,2026-12-09,", "not_after"),
]


@pytest.mark.parametrize(("one", "two", "column"), CLASHES)
def test_two_pins_that_contradict_each_other_are_a_fault(
    small_folder: Path, one: str, two: str, column: str
) -> None:
    write_pins(small_folder, one, two)
    [fault] = list_faults(small_folder)
    assert (fault.file, fault.row, fault.column) == ("visit_pins.csv", 3, column)
    assert "P1" in str(fault.expected)


GOOD_PAIRS = [
    ("P1,TV1-X,,,2026-12-07,,,,,", "P2,TV1-X,,,2027-01-09,,,,,"),
    ("P1,,TV1,session,2026-12-07,XE1,,,,", "P2,,TV1,session,2026-12-21,XE2,,,,"),
    ("P1,,TV1,session,,XE1,,,,", "P2,,TV1,exchange,,XE2,,,,"),
    ("P1,,TV1,,,XE1,,,2026-12-31,", "P2,,TV1,,,XE2,,2027-01-01,,"),
]


@pytest.mark.parametrize(("one", "two"), GOOD_PAIRS)
def test_pins_about_other_visits_do_not_contradict(small_folder: Path, one: str, two: str) -> None:
    assert len(read_pins(small_folder, one, two)) == 2


def make_visit(name: str, task: Task, *days: int, site: str = "TV1", village: str = "") -> Visit:
    return Visit(
        VisitId(name), SiteId(site), (task,), 30, (), (),
        tuple(Window(december(day), 480, 1020) for day in days), 2, False, 3,
        village_id=SiteId(village) if village else None,
    )  # fmt: skip


VISITS = (
    make_visit("TV1-S1", Task.SESSION, 3, 9, 21),
    make_visit("TV1-S2", Task.SESSION, 3, 9, 21),
    make_visit("TV1-X", Task.EXCHANGE, 3, 9, 21),
    make_visit("TV2-X", Task.EXCHANGE, 3, site="TV1", village="TV2"),
)


def pin(name: str, **fixed: object) -> VisitPin:
    cells: dict[str, object] = dict.fromkeys(
        ("visit_id", "site_id", "task", "day", "vehicle_id", "crew_id", "not_before", "not_after")
    )
    return VisitPin(**({"pin_id": name, "note": ""} | cells | fixed))


def list_pins(*pins: VisitPin) -> dict[str, Pin | None]:
    return {visit.visit_id: visit.pin for visit in pin_visits(pins, DECEMBER, VISITS)}


def test_a_pin_of_a_site_is_about_its_visits_and_their_task() -> None:
    own = Pin(vehicle_id="XE1", pin_ids=("P1",))
    found = list_pins(pin("P1", site_id="TV1", vehicle_id="XE1"))
    assert found == {"TV1-S1": own, "TV1-S2": own, "TV1-X": own, "TV2-X": None}
    found = list_pins(pin("P1", site_id="TV1", task=Task.EXCHANGE, vehicle_id="XE1"))
    assert found == {"TV1-S1": None, "TV1-S2": None, "TV1-X": own, "TV2-X": None}
    assert list_pins(pin("P1", site_id="TV2", vehicle_id="XE1"))["TV2-X"] == own


def test_each_day_of_a_site_fixes_another_of_its_visits() -> None:
    pins = [pin(name, site_id="TV1", task=Task.SESSION, day=december(day))
            for name, day in (("P1", 21), ("P2", 3), ("P3", 9))]  # fmt: skip
    found = list_pins(*pins)
    assert found["TV1-S1"] == Pin(december(21), pin_ids=("P1",))
    assert found["TV1-S2"] == Pin(december(3), pin_ids=("P2",))
    assert found["TV1-X"] is None


def test_a_day_fixes_the_visit_that_may_be_on_it() -> None:
    extra = make_visit("TV1-E1", Task.SESSION, 28)
    both = pin_visits([pin("P1", site_id="TV1", day=december(28))], DECEMBER, (*VISITS, extra))
    assert [visit.visit_id for visit in both if visit.pin] == ["TV1-E1"]


def test_what_is_fixed_for_a_visit_comes_before_what_is_for_its_site() -> None:
    found = list_pins(
        pin("P1", site_id="TV1", vehicle_id="XE1", crew_id="D1", not_after=december(20)),
        pin("P2", site_id="TV1", task=Task.SESSION, vehicle_id="XE2"),
        pin("P3", visit_id="TV1-S2", vehicle_id="XE3", day=december(9)),
    )
    last = december(20)
    assert found["TV1-S2"] == Pin(december(9), "XE3", "D1", None, last, ("P3", "P2", "P1"))
    assert found["TV1-S1"] == Pin(None, "XE2", "D1", None, last, ("P2", "P1"))
    assert found["TV1-X"] == Pin(None, "XE1", "D1", None, last, ("P1",))


def test_a_pin_is_about_the_months_of_its_days() -> None:
    assert list_pins(pin("P1", site_id="TV1", day=date(2027, 1, 3)))["TV1-X"] is None
    assert list_pins(pin("P1", site_id="TV1", not_after=date(2026, 11, 30)))["TV1-X"] is None
    assert list_pins(pin("P1", site_id="TV1", not_before=date(2026, 11, 30)))["TV1-X"] is not None
    assert list_pins(pin("P1", site_id="TV1"))["TV1-X"] is None


def test_visits_of_a_month_carry_their_pins(small: Province) -> None:
    visits = {v.visit_id: v for v in list_visits(small, DECEMBER, (), access_min={})}
    assert visits["TV1-S1"].pin == Pin(vehicle_id="XE1", pin_ids=("GHIM1",))
    assert visits["TV2-S1"].pin is None


def test_a_plan_keeps_what_is_fixed_or_says_what_forbids_it(small_folder: Path) -> None:
    write_pins(
        small_folder,
        "P1,,TV1,session,2026-12-22,,D1,,,",
        "P2,,TV4,kit,,XE1,,2026-12-14,2026-12-15,",
        "P3,TV9-X,,,2026-12-22,,,,,",
    )
    words = ("plan", small_folder, "--month", "2026-12", "--work", "0.02", "--json")
    answer = run("--lang", "en", *words)
    assert answer.returncode == 0, answer.stderr
    assert "P3 fixes nothing" in answer.stderr
    text = (small_folder / "plans/2026-12/trips.csv").read_text(encoding="utf-8-sig")
    sessions = [row.split(",") for row in text.splitlines() if "session" in row and "TV1" in row]
    assert [row[2] for row in sessions] == ["2026-12-22"]
    unserved = (small_folder / "plans/2026-12/unserved.csv").read_text(encoding="utf-8-sig")
    [lost] = [row for row in unserved.splitlines() if "kit" in row and "TV4" in row]
    assert ",pinned," in lost
    assert "P2" in lost
    assert " of P2 in visit_pins.csv" in lost
