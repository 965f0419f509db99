"""What happened is told without opening a file: the row, its undoing, and whom it concerns."""

import json
import shlex
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from plan_fixture import MONTH, make_plan
from program import Answer, run
from test_province_spreadsheets import save_as_workbook

from planning.happened.happening import make_id
from planning.happened.named_roads import find_road, parse_posts, write_post
from planning.plan import Plan
from planning.plan_file import dump_plan, read_plan
from province.agenda import ZoneRule
from province.dates import DateSpan, Month, cut_spans, write_spans
from province.errors import InputError
from province.facts import Province
from province.files.locks import hold_lock
from province.read import read_province

TEXT = "2026-12-01"


@pytest.fixture
def planned(small_folder: Path) -> Path:
    """The small province with a plan for December 2026."""
    path = small_folder / "plans" / str(MONTH) / "plan.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(dump_plan(make_plan(read_province(small_folder))))
    return small_folder


def tell(folder: Path, verb: str, *words: object) -> Answer:
    return run("--lang", "en", verb, folder, *words)


def tell_json(folder: Path, verb: str, *words: object) -> dict:
    answer = tell(folder, verb, *words, "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def read_tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


HAPPENED = [
    ("closures.csv", ("close", "ĐT.101", "--km", "3.5", "--from", "2026-12-20", "--to",
                      "2026-12-24", "--reason", "sạt lở, đá")),
    ("closures.csv", ("close", "dt 101", "--km", "1..4+200", "--from", "2026-12-20",
                      "--effect", "one_lane", "--hours", "7:00-17:00", "--reason", "")),
    ("closures.csv", ("close", "S05", "--from", "2026-12-20", "--reason", "cầu gãy")),
    ("zones.csv", ("zone", "ban man", "no_entry", "--from", "2026-12-20", "--to", "2026-12-24",
                   "--note", "dịch")),
    ("vehicles.csv", ("out", "vehicle", "XE1", "--from", "2026-12-15", "--to", "2026-12-18")),
    ("crews.csv", ("out", "crew", "doi luu dong", "--from", "2026-12-24", "--to", "2026-12-24")),
    ("calendar.csv", ("add", "visit", "TV1", "--from", "2026-12-20", "--to", "2026-12-22")),
    ("kits.csv", ("add", "visit", "TV1", "--task", "kit", "--from", "2026-12-02", "--to",
                  "2026-12-22", "--name", "Áp phích", "--boxes", "1", "--kg", "8")),
    ("visit_pins.csv", ("pin", "TV4", "--task", "exchange", "--date", "2026-12-10", "--vehicle",
                        "XE2", "--crew", "D2", "--note", "xã hẹn")),
    ("visit_pins.csv", ("pin", "thu vien xa ban man", "--not-before", "2026-12-10",
                        "--not-after", "2026-12-20")),
    ("batches.csv", ("add", "visit", "TV4", "--task", "exchange", "--batch", "B4", "--to",
                     "2027-01-31")),
    ("libraries.csv", ("add", "site", "Điểm cách ly", "--commune", "ban man", "--kind",
                       "treatment_site", "--takes", "rotation", "--lon", "104.0", "--lat",
                       "21.301", "--set", "capacity_books=100")),
]  # fmt: skip


@pytest.mark.parametrize(("file", "words"), HAPPENED)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_told_is_written_and_undone(
    small_folder: Path, file: str, words: tuple[str, ...], ending: str
) -> None:
    if ending == "xlsx" and (small_folder / file).exists():
        file = save_as_workbook(small_folder, file).name
    before, facts = read_tables(small_folder), read_province(small_folder)
    told = tell_json(small_folder, *words[:1], *words[1:])
    assert told["file"] == file
    assert {name for name, data in read_tables(small_folder).items() if data != before.get(name)} \
        == {file}  # fmt: skip
    changed = read_province(small_folder)
    assert changed != replace(facts, warnings=changed.warnings)
    program, verb, folder, *rest = shlex.split(told["undo"])
    assert (program, folder) == ("luanchuyen", str(small_folder))
    assert run(verb, folder, *rest).returncode == 0
    again = read_province(small_folder)
    assert replace(again, warnings=facts.warnings) == facts


def test_a_closure_is_written_as_a_planner_would(small_folder: Path) -> None:
    before = (small_folder / "closures.csv").read_bytes()
    words = ("DT.101", "--km", "44.125..45", "--from", "2026-12-20", "--reason", "x")
    assert tell(small_folder, "close", *words).returncode == 3
    words = ("DT.101", "--km", "3.125", "--from", "2026-12-20", "--reason", "sạt lở, đá")
    answer = tell(small_folder, "close", *words)
    row = 'DONG2,,ĐT.101,3+125,,,2026-12-20,,,,shut,"sạt lở, đá",\n'
    assert (small_folder / "closures.csv").read_bytes() == before + row.encode()
    assert "DONG2" in answer.stdout
    assert f"luanchuyen reopen '{small_folder}' DONG2" in answer.stdout


def test_the_same_closure_again_changes_its_end_and_reason(small_folder: Path) -> None:
    words = ("ĐT.101", "--km", "3.5", "--from", "2026-12-20", "--reason", "sạt lở")
    tell_json(small_folder, "close", *words)
    assert tell_json(small_folder, "close", *words)["edits"] == []
    told = tell_json(small_folder, "close", *words, "--to", "2026-12-24")
    assert told["edits"] == [{"row": "DONG2", "cells": {"to_date": "2026-12-24"}}]
    closures = {one.closure_id: one for one in read_province(small_folder).closures}
    assert closures["DONG2"].last_day == date(2026, 12, 24)
    assert run(*shlex.split(told["undo"])[1:]).returncode == 0
    closures = {one.closure_id: one for one in read_province(small_folder).closures}
    assert closures["DONG2"].last_day is None


@pytest.mark.parametrize("name", ["DONG1", "ĐT.101", "dt101"])
def test_a_road_is_open_again_from_a_day_on(small_folder: Path, name: str) -> None:
    facts = read_province(small_folder)
    told = tell_json(small_folder, "reopen", name, "--from", "2026-12-08")
    assert read_province(small_folder).closures[0].last_day == date(2026, 12, 7)
    assert run(*shlex.split(told["undo"])[1:]).returncode == 0
    assert read_province(small_folder).closures == facts.closures
    told = tell_json(small_folder, "reopen", name, "--km", "4", "--from", "2026-12-07")
    assert read_province(small_folder).closures == ()
    assert run(*shlex.split(told["undo"])[1:]).returncode == 0
    [again] = read_province(small_folder).closures
    assert replace(again, closure_id=facts.closures[0].closure_id) == facts.closures[0]


def test_a_closed_commune_ends_but_no_line_could_bring_it_back(small_folder: Path) -> None:
    path = small_folder / "closures.csv"
    path.write_text(path.read_text("utf-8") + "L1,,,,,90002,2026-12-07,,,,shut,lũ,\n", "utf-8")
    before = path.read_bytes()
    assert tell(small_folder, "reopen", "Bản Mận").returncode == 3
    assert path.read_bytes() == before
    told = tell_json(small_folder, "reopen", "Bản Mận", "--from", "2026-12-10")
    assert told["undo"] == "empty to_date of L1 in closures.csv"


FAULTS = [
    (("close", "QL7", "--from", TEXT, "--reason", "x"), "QL6"),
    (("close", "ĐT.101", "--km", "99", "--from", TEXT, "--reason", "x"), "ĐT.101 0..15+500"),
    (("close", "S04", "--km", "2", "--from", TEXT, "--reason", "x"), "km_from"),
    (("close", "ĐT.101", "--km", "ba", "--from", TEXT, "--reason", "x"), "km_from"),
    (("close", "Đèo Mây", "--from", TEXT, "--reason", "x"), "S02 (Đèo Mây), S03 (Đèo Mây)"),
    (("close", "S05", "--from", TEXT, "--to", "2026-11-01", "--reason", "x"), "to_date"),
    (("close", "S05", "--from", TEXT, "--reason", "=1+1"), "reason"),
    (("close", "S05", "--from", TEXT, "--hours", "7h-9h", "--reason", "x"), "to_time"),
    (("reopen", "QL6"), "closures.csv lists what is closed"),
    (("reopen", "DONG9"), "DONG1"),
    (("zone", "ban mam", "no_entry", "--from", TEXT, "--to", TEXT), "Bản Mận"),
    (("zone", "90002", "no_entry", "--from", TEXT, "--to", "2026-11-01"), "to_date"),
    (("zone", "90002", "no_entry", "--from", TEXT, "--to", TEXT, "--undo"), "zones.csv"),
    (("out", "vehicle", "XE9", "--from", TEXT, "--to", TEXT), "XE1"),
    (("out", "crew", "XE1", "--from", TEXT, "--to", TEXT), "crews.csv"),
    (("out", "crew", "D1", "--from", TEXT, "--to", TEXT, "--undo"), "2026-12-19..2026-12-20"),
    (("add", "visit", "TV9", "--from", TEXT, "--to", TEXT), "TV4"),
    (("add", "visit", "KHO", "--from", TEXT, "--to", TEXT), "calendar.csv:7 site_id"),
    (("add", "visit", "TV1", "--task", "kit", "--from", TEXT, "--to", TEXT, "--boxes", "two"),
     "kits.csv:3 boxes"),
    (("add", "visit", "TV1", "--task", "exchange", "--batch", "B9"), "B6"),
    (("add", "visit", "TV1", "--undo"), "BO1"),
    (("add", "visit", "TV1", "--from", TEXT, "--to", TEXT, "--set", "colour=red"), "colour"),
    (("pin", "TV9", "--date", TEXT), "TV4"),
    (("pin", "TV4", "--date", TEXT, "--vehicle", "XE9"), "visit_pins.csv:3 vehicle_id"),
    (("pin", "TV4", "--date", TEXT, "--not-after", "2026-11-30"), "visit_pins.csv:3 date"),
    (("pin", "TV4", "--date", TEXT, "--note", "=1+1"), "note"),
    (("pin", "TV1", "--task", "session", "--vehicle", "XE2"), "GHIM1"),
    (("pin", "GHIM9", "--undo"), "GHIM1"),
    (("add", "site", "X", "--commune", "90002"), "libraries.csv:9 kind"),
    (("add", "site", "X", "--commune", "90002", "--id", "TV1"), "site_id"),
    (("add", "site", "TV1", "--undo"), "TV1"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), FAULTS)
def test_what_names_nothing_is_refused_and_nothing_written(
    small_folder: Path, words: tuple[str, ...], said: str
) -> None:
    before = read_tables(small_folder)
    answer = tell(small_folder, *words)
    assert answer.returncode == 3, answer.stderr
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert read_tables(small_folder) == before


def test_every_fault_of_the_changed_folder_comes_in_one_answer(small_folder: Path) -> None:
    words = ("X", "--commune", "90002", "--kind", "hut", "--takes", "all", "--lon", "1")
    answer = tell(small_folder, "add", "site", *words)
    assert answer.returncode == 3
    columns = [line.split(" ")[1] for line in answer.stderr.splitlines()]
    assert columns == ["kind:", "lat:", "takes:"]


USAGE = [
    ("close", "S05", "--from", "2026-13-01", "--reason", "x"),
    ("close", "S05", "--from", TEXT),
    ("zone", "90002", "closed", "--from", TEXT, "--to", TEXT),
    ("out", "vehicle", "XE1", "--from", TEXT, "--to", "2026-11-01"),
    ("add", "visit", "TV1"),
    ("add", "visit", "TV1", "--task", "exchange"),
    ("add", "site", "X"),
    ("pin", "TV4"),
    ("pin", "TV4", "TV1", "--date", TEXT),
    ("pin", "TV4", "--date", "2026-13-01"),
    ("add", "visit", "TV1", "--from", TEXT, "--to", TEXT, "--set", "note"),
]


@pytest.mark.parametrize("words", USAGE)
def test_what_is_left_out_is_a_usage_fault(small_folder: Path, words: tuple[str, ...]) -> None:
    before = read_tables(small_folder)
    assert tell(small_folder, *words).returncode == 2
    assert read_tables(small_folder) == before


def test_a_writer_waits_for_the_one_before(
    small_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess
    import sys

    monkeypatch.setattr("province.files.locks.WAIT_S", 0.1)
    code = (
        "import sys; from pathlib import Path; from province.files.locks import hold_lock\n"
        "with hold_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code, small_folder], **pipes) as other:
        other.stdout.readline()
        answer = tell(small_folder, "out", "crew", "D1", "--from", TEXT, "--to", TEXT)
        other.stdin.close()
    assert answer.returncode == 7
    with hold_lock(small_folder):
        pass


@pytest.mark.parametrize("mark", [".~lock.crews.csv#", "~$crews.csv"])
def test_a_table_that_is_open_in_a_spreadsheet_program_is_left_alone(
    small_folder: Path, mark: str
) -> None:
    (small_folder / mark).write_text("Lò Thị Mai", encoding="utf-8")
    before = read_tables(small_folder)
    answer = tell(small_folder, "out", "crew", "D1", "--from", TEXT, "--to", TEXT)
    assert answer.returncode == 7
    assert mark in answer.stderr
    assert read_tables(small_folder) == before


def list_driven(plan: Plan, province: Province, span: DateSpan) -> Iterable[tuple[str, date, str]]:
    """Yield trip, day and segment of each segment driven within some days."""
    for trip in plan.all_trips:
        for day, leg in trip.legs():
            if day in span:
                yield from ((trip.trip_id, day, segment) for segment, _ in leg.segments)


@pytest.mark.parametrize("segment", ["S01", "S02", "S03", "S05", "S08", "S09"])
@pytest.mark.parametrize("first", [1, 2, 4, 9])
def test_a_closure_concerns_the_trips_that_drive_there(
    planned: Path, segment: str, first: int
) -> None:
    plan, province = read_plan(planned / "plans/2026-12/plan.json"), read_province(planned)
    span = DateSpan(date(2026, 12, first), date(2026, 12, first + 2))
    words = (segment, "--from", span.first, "--to", span.last, "--reason", "x")
    told = tell_json(planned, "close", *words)
    met: dict[str, date] = {}
    for trip_id, day, driven in list_driven(plan, province, span):
        if driven == segment:
            met[trip_id] = min(day, met.get(trip_id, day))
    assert {row["trip"] for row in told["visits"]} == set(met)
    expected = set()
    for trip in plan.all_trips:
        if trip.trip_id in met:
            later = [stop for stop in trip.stops if stop.day >= met[trip.trip_id]]
            expected |= {stop.visit_id for stop in later or trip.stops}
    assert {row["visit"] for row in told["visits"]} == expected
    batches = {
        parcel.batch_id
        for _, stop in plan.trips.stops()
        if stop.visit_id in expected
        for parcel in (*stop.leaves, *stop.takes)
        if parcel.batch_id
    }
    assert {row["batch"] for row in told["stays"]} == batches


def test_only_the_part_of_a_road_that_is_driven_counts(planned: Path) -> None:
    plan = read_plan(planned / "plans/2026-12/plan.json")
    [trip, *_] = [t for t in plan.all_trips if any(s.site_id == "TV1" for s in t.stops)]
    stop = next(s for s in trip.stops if s.site_id == "TV1")
    begun = replace(stop, leg=replace(stop.leg, segments=(("S01", True),), to_share=0.5))
    kept = replace(trip, stops=(begun,), home=replace(trip.home, segments=()), nights=(),
                   last_day=stop.day, first_day=stop.day)  # fmt: skip
    trips = replace(plan.trips, trips=(kept,))
    (planned / "plans/2026-12/plan.json").write_bytes(dump_plan(replace(plan, trips=trips)))
    # S01 is 12 km of QL6 from post 300 on: the leg ends at post 306.
    for km, count in (("305", 1), ("307", 0)):
        words = ("QL6", "--km", km, "--from", TEXT, "--to", "2026-12-31", "--reason", km)
        assert len(tell_json(planned, "close", *words)["visits"]) == count
    late = ("QL6", "--km", "304", "--from", TEXT, "--hours", "22:00-23:00", "--reason", "x")
    assert tell_json(planned, "close", *late)["visits"] == []


def test_a_lockdown_concerns_the_visits_of_its_commune(planned: Path) -> None:
    plan, province = read_plan(planned / "plans/2026-12/plan.json"), read_province(planned)
    site = next(stop for _, stop in plan.trips.stops()).site_id
    code = province.site_by_id[site].commune_code
    told = tell_json(planned, "zone", code, "no_entry", "--from", TEXT, "--to", "2026-12-31")
    expected = {
        stop.visit_id
        for _, stop in plan.trips.stops()
        if province.site_by_id[stop.site_id].commune_code == code
    }
    assert {row["visit"] for row in told["visits"]} == expected
    assert province.zones == ()
    assert read_province(planned).zones[0].rule is ZoneRule.NO_ENTRY
    later = ("--from", "2027-03-01", "--to", "2027-03-02")
    none = tell_json(planned, "zone", code, "gate_drop", *later)
    assert none["visits"] == []


@pytest.mark.parametrize(("kind", "key"), [("vehicle", "vehicle_id"), ("crew", "crew_id")])
def test_who_is_away_concerns_their_trips(planned: Path, kind: str, key: str) -> None:
    plan = read_plan(planned / "plans/2026-12/plan.json")
    trip = plan.trips.trips[0]
    span = DateSpan(trip.last_day, trip.last_day)
    words = (kind, getattr(trip, key), "--from", span.first, "--to", span.last)
    told = tell_json(planned, "out", *words)
    own = {t.trip_id for t in plan.trips.trips
           if getattr(t, key) == getattr(trip, key) and span.first in t.dates}  # fmt: skip
    assert {row["trip"] for row in told["visits"]} == own
    assert all(row["date"] == span.first.isoformat() for row in told["visits"])


def test_a_plan_that_cannot_be_read_is_told(planned: Path) -> None:
    (planned / "plans/2026-12/plan.json").write_text("{", encoding="utf-8")
    answer = tell(planned, "out", "crew", "D1", "--from", TEXT, "--to", TEXT)
    assert answer.returncode == 0
    assert "plans/2026-12/plan.json" in answer.stderr


def test_a_new_warning_of_the_folder_is_told(small_folder: Path) -> None:
    words = ("add", "site", "X", "--commune", "90002", "--kind", "school", "--takes", "rotation",
             "--lon", "104.0", "--lat", "21.3", "--set", "audiences=adult")  # fmt: skip
    answer = tell(small_folder, *words)
    assert answer.returncode == 0
    assert "libraries.csv:9 audiences" in answer.stderr


def test_an_extra_session_is_held_beside_the_promised_ones(small_folder: Path) -> None:
    from planning.visits import list_visits
    from province.past import Past, PastTask
    from province.results import ResultTask

    words = ("visit", "TV1", "--from", "2026-12-20", "--to", "2026-12-22")
    tell_json(small_folder, "add", *words)
    province = read_province(small_folder)

    def list_sessions(month: Month, past: Past | None = None) -> dict[str, set[int]]:
        more = {} if past is None else {"past": past}
        visits = list_visits(province, month, (), access_min={}, **more)
        return {
            v.visit_id: {w.day.day for w in v.windows}
            for v in visits
            if v.site_id == "TV1" and v.needs_session_vehicle
        }

    december = list_sessions(MONTH)
    assert set(december) == {"TV1-S1", "TV1-E1"}
    assert december["TV1-E1"] == {20, 21, 22}
    assert set(list_sessions(Month(2027, 1))) == {"TV1-S1"}
    held = PastTask("", "", "TV1", ResultTask.SESSION, None, date(2026, 12, 21), True)
    assert set(list_sessions(MONTH, Past(tasks=(held,)))) == {"TV1-S1"}
    held = replace(held, day=date(2026, 12, 3))
    assert set(list_sessions(MONTH, Past(tasks=(held,)))) == {"TV1-E1"}


def test_an_extra_session_is_asked_for_once_and_at_a_site(small_folder: Path) -> None:
    path = small_folder / "calendar.csv"
    rows = "E1,event,x,FREQ=WEEKLY;BYDAY=SU,2026-12-06,,,,TV1,extra_session,\n"
    rows += "E2,event,x,,2026-12-06,,,90002,,extra_session,\n"
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    told = [line.split(" ")[:2] for line in tell(small_folder, "check").stderr.splitlines()]
    assert told == [["calendar.csv:7", "rule:"], ["calendar.csv:8", "site_id:"]]


def test_ids_go_on_from_those_that_are_there() -> None:
    assert make_id(["C1", "C4", "LŨ7"], "X") == "C5"
    assert make_id(["DONG09"], "X") == "DONG10"
    assert make_id([], "Z") == "Z1"
    assert make_id(["north"], "Z", taken=["Z1"]) == "Z2"


def test_posts_are_read_and_written_as_on_the_road(small: Province) -> None:
    for text in ("44.125", "44,125", "44+125", "km 44+125"):
        assert parse_posts(text) == (44.125,)
    assert parse_posts("4.125..9") == (4.125, 9.0)
    assert [write_post(km) for km in (44.125, 44.0, 0.05)] == ["44+125", "44", "0+050"]
    assert find_road(small, "Đèo Mây", "12").ref == "ĐT.101"
    with pytest.raises(InputError):
        find_road(small, "Phà Bến Phà", "1")


def test_days_are_cut_out_of_spans() -> None:
    week = DateSpan(date(2026, 12, 7), date(2026, 12, 13))
    middle = DateSpan(date(2026, 12, 9), date(2026, 12, 10))
    text = "2026-12-07..2026-12-08|2026-12-11..2026-12-13"
    assert write_spans(cut_spans([week], middle)) == text
    assert cut_spans([middle], week) == ()
    assert write_spans(cut_spans([middle], DateSpan(week.first, middle.first))) == "2026-12-10"


def test_a_pin_is_about_a_visit_of_a_plan_and_its_site(planned: Path) -> None:
    plan = read_plan(planned / "plans/2026-12/plan.json")
    trip, stop = next(iter(plan.trips.stops()))
    words = (stop.visit_id, "--date", "2026-12-20", "--crew", trip.crew_id)
    told = tell_json(planned, "pin", *words)
    cells = {
        "pin_id": "GHIM2", "visit_id": stop.visit_id, "date": "2026-12-20", "crew_id": trip.crew_id,
    }  # fmt: skip
    assert told["edits"] == [{"row": "GHIM2", "cells": cells}]
    at_site = {s.visit_id for _, s in plan.trips.stops() if s.receiver_id == stop.receiver_id}
    assert {row["visit"] for row in told["visits"]} == at_site
    assert tell_json(planned, "pin", *words)["edits"] == []
    (planned / "visit_pins.csv").rename(planned / "old.csv")
    assert tell_json(planned, "pin", *words)["file"] == "visit_pins.csv"  # a new table
    before = read_province(planned).pins
    tell_json(planned, "pin", "TV4", "--date", "2026-12-09")
    told = tell_json(planned, "pin", *(pin.pin_id for pin in read_province(planned).pins), "--undo")
    assert read_province(planned).pins == ()
    for line in told["undo"].splitlines():
        assert run(*shlex.split(line)[1:]).returncode == 0
    assert [replace(pin, pin_id="") for pin in read_province(planned).pins][:1] == [
        replace(pin, pin_id="") for pin in before
    ]
