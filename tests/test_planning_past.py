"""Plans of earlier months are facts for the next one: what nobody recorded counts as done."""

import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from recording import AFTER, DECEMBER, record
from result_sheets import TRIP, make_trip_plan

import cli
from planning.past.read import count_as_done, read_past
from planning.plan import Plan
from planning.plan_file import dump_plan
from province.dates import Month
from province.errors import InputError
from province.ids import SiteId
from province.journal import list_broken_links, locate_batches
from province.past import MissingResults, Past
from province.read import read_province

JANUARY = Month(2027, 1)


def put_plan(folder: Path, month: Month = DECEMBER, plan: Plan | None = None) -> Path:
    path = folder / "plans" / str(month) / "plan.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dump_plan(plan or make_trip_plan(read_province(folder))))
    return path


def read(folder: Path, month: Month = JANUARY) -> Past:
    return read_past(folder, read_province(folder), month)


def places_after(folder: Path, month: Month = JANUARY) -> dict[str, str]:
    province = count_as_done(read_province(folder), read(folder, month))
    found = locate_batches(province.journal)
    depots = {batch.batch_id: batch.depot_id for batch in province.batches}
    assert not list_broken_links(province.journal, depots)
    return {str(b): str(found.get(b, (depots[b], None))[0]) for b in depots}


def test_what_nobody_recorded_counts_as_done(small_folder: Path) -> None:
    put_plan(small_folder)
    past = read(small_folder)
    moved = [(e.day, e.batch_id, e.from_site, e.to_site, e.books) for e in past.entries]
    assert moved == [
        (date(2026, 12, 1), "B3", "TV1", "TV2", 70),
        (date(2026, 12, 1), "B5", "KHO", "TV1", 105),
        (date(2026, 12, 2), "B2", "TV2", "TV4", 70),
    ]
    assert places_after(small_folder) == AFTER
    assert past.sessions == (("TV1", date(2026, 12, 1)),)
    assert past.kits == {"BO1"}
    assert past.missing == (MissingResults(DECEMBER, 8, 8),)
    assert [(d.crew_id, d.day.day) for d in past.days] == [("D1", 1), ("D1", 2)]
    assert all(d.drive_min > 0 for d in past.days)
    assert past.first_day is None


def test_what_was_recorded_holds_and_does_not_count_twice(small_folder: Path) -> None:
    put_plan(small_folder)
    record(small_folder)
    past = read(small_folder)
    assert past.entries == ()
    assert past.missing == ()
    assert places_after(small_folder) == AFTER
    assert past.sessions == (("TV1", date(2026, 12, 1)),)


def test_what_was_recorded_as_not_done_is_not_done(small_folder: Path) -> None:
    put_plan(small_folder)
    none = dict.fromkeys(("boxes", "books", "books_damaged", "uses", "readers"), "")
    none |= {"outcome": "not-done", "reason": "đường sạt lở"}
    record(small_folder, dict.fromkeys((4, 6, 7, 8), none))
    past = read(small_folder)
    assert past.sessions == ()
    assert past.kits == frozenset()
    assert places_after(small_folder) == AFTER | {"B2": "TV2"}


def test_a_cancelled_trip_counts_as_nothing(small_folder: Path) -> None:
    put_plan(small_folder)
    cancelled = dict.fromkeys(("km", "arrived", "departed"), "")
    cancelled |= {"outcome": "not-done", "reason": "mưa lũ"}
    record(small_folder, dict.fromkeys(range(2, 9)) | {9: cancelled})
    past = read(small_folder)
    assert (past.entries, past.days, past.sessions, past.missing) == ((), (), (), ())
    assert not any(task.is_done for task in past.tasks)


def test_half_a_sheet_leaves_the_other_half_to_the_plan(small_folder: Path) -> None:
    put_plan(small_folder)
    record(small_folder, dict.fromkeys((4, 6, 7, 8, 9)))
    past = read(small_folder)
    assert [(e.batch_id, e.to_site) for e in past.entries] == [("B2", "TV4")]
    assert past.missing == (MissingResults(DECEMBER, 5, 8),)
    assert places_after(small_folder) == AFTER


def test_a_movement_that_can_no_longer_take_place_does_not_count(small_folder: Path) -> None:
    put_plan(small_folder)
    kept = dict.fromkeys(("boxes", "books", "uses", "departed"), "")
    kept |= {"outcome": "not-done", "kept_until": "2027-02-28", "reason": "còn người mượn"}
    record(small_folder, {3: kept} | dict.fromkeys((4, 5, 6, 7, 8, 9)))
    past = read(small_folder)
    assert [(e.batch_id, e.from_site) for e in past.impossible] == [("B3", "KHO")]
    assert places_after(small_folder) == AFTER | {"B3": "TV1"}


def test_a_month_is_not_its_own_past_nor_is_a_later_one(small_folder: Path) -> None:
    put_plan(small_folder)
    plan = make_trip_plan(read_province(small_folder))
    put_plan(small_folder, Month(2027, 2), dataclasses.replace(plan, month=Month(2027, 2)))
    assert read(small_folder, DECEMBER).entries == ()
    assert read(small_folder, DECEMBER).days == ()
    assert len(read(small_folder, JANUARY).entries) == 3


def test_a_month_with_results_begins_after_the_last_of_them(small_folder: Path) -> None:
    put_plan(small_folder)
    record(small_folder, dict.fromkeys(range(6, 10)))
    past = read(small_folder, DECEMBER)
    assert past.first_day == date(2026, 12, 2)
    assert [(e.batch_id, e.to_site) for e in past.entries] == [("B2", "TV4")]
    assert (TRIP, "") in past.used_trips


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ({"province_code": "99"}, "plans/2026-12/plan.json province_code"),
        ({"month": JANUARY}, "plans/2026-12/plan.json month"),
    ],
)
def test_a_plan_that_does_not_belong_here_is_one_finding(
    small_folder: Path, damage: dict[str, object], said: str
) -> None:
    plan = make_trip_plan(read_province(small_folder))
    put_plan(small_folder, plan=dataclasses.replace(plan, **damage))
    with pytest.raises(InputError) as caught:
        read(small_folder)
    assert len(caught.value.findings) == 1
    assert str(caught.value).startswith(said)


def test_a_damaged_plan_is_one_finding_with_its_folder(small_folder: Path) -> None:
    put_plan(small_folder).write_text("{", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(small_folder)
    assert [f.file for f in caught.value.findings] == ["plans/2026-12/plan.json"]


def test_a_site_that_is_gone_is_a_finding(small_folder: Path) -> None:
    put_plan(small_folder)
    province = read_province(small_folder)
    gone = tuple(site for site in province.sites if site.site_id != SiteId("TV4"))
    with pytest.raises(InputError, match="TV4"):
        read_past(small_folder, dataclasses.replace(province, sites=gone), JANUARY)


MISSING = "plan of 2026-12: 8 of 8 results are not recorded yet"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.command, ["--lang", "en", *words])


@pytest.mark.parametrize(
    "words",
    [("where",), ("check",), ("rotate", "--month", "2027-01", "--work", "0.01")],
    ids=lambda words: words[0],
)
def test_every_command_says_how_many_results_are_missing(
    small_folder: Path, words: tuple[str, ...]
) -> None:
    put_plan(small_folder)
    answer = run(words[0], str(small_folder), *words[1:])
    assert answer.exit_code == 0
    assert MISSING in answer.stderr
    assert ("they count as done as planned" in answer.stderr) is (words[0] == "rotate")


def test_the_rotation_begins_where_the_plan_before_ends(small_folder: Path) -> None:
    # December takes B2 from TV2 to TV4 and brings B3 to TV2: nothing of it was recorded.
    put_plan(small_folder)
    answer = run("rotate", str(small_folder), "--month", "2027-01", "--work", "0.01", "--json")
    begun = {
        row["batch"]: row["site"]
        for row in json.loads(answer.stdout)["stays"]
        if row["from month"] < "2027-01"
    }
    assert begun == {"B1": "TV3", "B2": "TV4", "B3": "TV2", "B5": "TV1"}


def test_check_finds_a_plan_that_does_not_belong_here(small_folder: Path) -> None:
    plan = make_trip_plan(read_province(small_folder))
    put_plan(small_folder, plan=dataclasses.replace(plan, province_code="99"))
    answer = run("check", str(small_folder))
    assert isinstance(answer.exception, InputError)
    assert "plans/2026-12/plan.json" in str(answer.exception)
