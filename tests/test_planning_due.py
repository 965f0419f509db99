"""What is owed soon: each line on its day, with the rows that say so; table, calendar, page."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from plan_fixture import MONTH, make_plan
from program import run
from programme_folder import add_programme
from test_province_findings import damage

from planning.answers.due_list import list_due
from planning.plan_file import dump_plan
from programme.due import DueItem
from province.ids import KitId, SiteId, TripId
from province.read import read_province
from province.results import Outcome, RecordedResult, ResultRow, ResultTask


@pytest.fixture
def folder(small_folder: Path) -> Path:
    return add_programme(small_folder)


def tell(items: tuple[DueItem, ...]) -> list[tuple[str, str, str]]:
    return [(one.day.isoformat(), one.kind.value, one.about) for one in items]


def test_everything_of_the_programme_is_listed_on_its_day(folder: Path) -> None:
    """B2 came on 3 September and may stay 4 months, so through January; B3 through February."""
    items = list_due(read_province(folder), date(2026, 12, 1), 31)
    assert tell(items) == [
        ("2026-12-08", "report", ""),
        ("2026-12-18", "kit", "TV4"),
        ("2026-12-20", "partner", "90003"),
        ("2026-12-30", "course", ""),
        ("2026-12-31", "fund", ""),
        ("2026-12-31", "goal", ""),
        ("2026-12-31", "goal", ""),
        ("2026-12-31", "goal", ""),
    ]
    texts = [str(one.text) for one in items]
    assert texts[1] == "deliver the kit Áp phích phòng cháy rừng"
    assert texts[3] == "course Trực tuyến, 5 seats, online"
    assert texts[4] == "fund Quỹ 2026 ends; left: 4,000,000 VND"
    assert [str(row) for row in items[4].rows] == ["expenses.csv:2 C1", "expenses.csv:3 C2",
                                                   "funds.csv:2 Q1"]  # fmt: skip
    assert sorted(texts[5:]) == [
        "Hội sách: 2 of the 3 needed; missing: 1",
        "Library staff trained: 2 of the 3 needed; missing: 1",
        "People at activities, growth in twelve months: 250 of the 260 needed; missing: 10",
    ]


def test_what_is_over_or_later_is_not_owed(folder: Path) -> None:
    province = read_province(folder)
    kinds = [one[1] for one in tell(list_due(province, date(2026, 12, 9), 0))]
    assert set(kinds) == {"goal"}  # at risk for a year ahead
    later = tell(list_due(province, date(2027, 1, 1), 30))
    # The kit was never delivered; the course is held on each last Wednesday.
    assert later[0] == ("2026-12-18", "kit", "TV4")
    assert ("2027-01-27", "course", "") in later


def test_a_kit_that_was_delivered_is_owed_no_more(folder: Path) -> None:
    province = read_province(folder)
    for outcome, owed in ((Outcome.DONE, []), (Outcome.NOT_DONE, ["BO1"])):
        row = ResultRow(MONTH, TripId("T"), 1, date(2026, 12, 10), SiteId("TV4"), ResultTask.KIT,
                        KitId("BO1"), outcome)  # fmt: skip
        told = RecordedResult("R1", "sheet", "2", "", "", None, row)
        items = list_due(replace(province, results=(told,)), date(2026, 12, 1), 30)
        assert [one.key for one in items if one.kind == "kit"] == owed


def test_batches_are_due_at_the_end_of_their_longest_stay(folder: Path) -> None:
    """By the small ledger B1 is at TV3 since 5 October, B2 at TV2 since 4 September."""
    province = read_province(folder)
    longest = {one.batch_id: one.max_stay_months for one in province.batches}
    assert set(longest.values()) == {4}
    items = [one for one in list_due(province, date(2027, 1, 1), 90) if one.kind == "return"]
    assert [(one.day.isoformat(), one.about, one.key) for one in items] == [
        ("2027-01-31", "TV2", "B2.2026-09-04"),
        ("2027-02-28", "TV3", "B1.2026-10-05"),
        ("2027-02-28", "TV1", "B3.2026-10-05"),
    ]


def test_visits_are_owed_until_they_are_recorded(folder: Path) -> None:
    province = read_province(folder)
    plan = make_plan(province)
    path = folder / "plans" / str(MONTH) / "plan.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(dump_plan(plan))
    stops = [stop for trip in plan.trips.trips for stop in trip.stops]
    items = list_due(province, MONTH.first_day, 30)
    visits = [(one.day, one.about) for one in items if one.kind == "visit"]
    assert sorted(visits) == sorted((stop.day, stop.receiver_id) for stop in stops)
    after = list_due(province, MONTH.last_day, 1)
    assert not [one for one in after if one.kind == "visit"]
    late = [one for one in after if one.kind == "results"]
    assert [one.day for one in late] == [trip.last_day for trip in plan.trips.trips]


def test_the_verb_writes_table_calendar_and_page(folder: Path, tmp_path: Path) -> None:
    damage(folder, "kits.csv", "Áp phích phòng cháy rừng", "=HYPERLINK(1) <b>x</b>")
    out = tmp_path / "due"
    words = ("due", folder, "--on", "2026-12-01", "--days", "31", "--out", out)
    answer = run("--lang", "en", *words)
    assert answer.returncode == 0, answer.stderr
    assert "3 files in" in answer.stdout
    table = list(csv.DictReader(io.StringIO((out / "due.csv").read_text("utf-8-sig"))))
    assert [row["file"] for row in table if row["kind"] == "course"] == ["courses.csv"]
    calendar = Calendar.from_ical((out / "due.ics").read_bytes())
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    report = events["report.unit.2026@90.luanchuyen"]
    assert report["dtstart"].dt == date(2026, 12, 8)
    assert str(report["summary"]) == "report: Báo cáo năm"
    page = (out / "due.html").read_text("utf-8")
    assert "<b>x</b>" not in page
    assert "Content-Security-Policy" in page
    again = run("--lang", "en", *words)
    assert again.returncode == 3
    assert "--force" in again.stderr
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert run("--lang", "en", *words, "--force").returncode == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_an_empty_list_is_said(small_folder: Path) -> None:
    answer = run("--lang", "en", "due", small_folder, "--on", "2026-11-20", "--days", "3")
    assert (answer.returncode, answer.stdout) == (0, "nothing to show\n")


def test_the_verb_targets_tells_goals_and_rows(folder: Path) -> None:
    words = ("targets", folder, "--on", "2026-12-31")
    answer = run("--lang", "en", *words, "--rows")
    assert answer.returncode == 0, answer.stderr
    assert "Quỹ 2026: 4,000,000 of 10,000,000 VND left, until 2026-12-31" in answer.stdout
    assert "models.csv" in answer.stdout
    data = json.loads(run(*words, "--json").stdout)
    models = data["goals"][0]
    assert (models["goal"], models["value"]["value"], models["whole"]["value"]) == ("models", 1, 4)
    assert {"file": "models.csv", "key": "M1", "line": 2} in models["value"]["parts"][0]["rows"]
    assert models["dates"][1]["needed"] == 2


def test_damage_ends_with_exit_code_3_and_nothing_written(folder: Path, tmp_path: Path) -> None:
    damage(folder, "staff.csv", "N2,TV2", "N2,TV22")
    for verb in ("targets", "due"):
        out = ("--out", tmp_path / "due") if verb == "due" else ()
        answer = run("--lang", "en", verb, folder, "--on", "2026-12-01", *out)
        assert answer.returncode == 3
        assert 'staff.csv:3 site_id: "TV22"' in answer.stderr
    assert not (tmp_path / "due").exists()


def test_a_folder_without_goals_says_so(small_folder: Path) -> None:
    answer = run("--lang", "en", "targets", small_folder, "--on", "2026-12-31")
    assert answer.returncode == 0
    assert "names no goals" in answer.stdout
