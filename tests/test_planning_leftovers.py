"""What stays at a library: what is asked to be collected, what is to be kept, when it is due."""

import csv
import dataclasses
import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from plan_fixture import MONTH
from recording import record
from result_sheets import make_trip_plan

from exports.papers import handover
from exports.tables import due_dates_csv, result_sheets
from planning.expected_results import list_expected_results
from planning.leftovers import find_due, keep_promised, list_due_books, list_leftovers, plan_keeps
from planning.plan import Keep, Leftover, Plan
from planning.plan_file import dump_plan, read_plan
from province.facts import Province
from province.ids import BatchId, SiteId
from province.read import read_province
from province.results import ResultTask
from province.visits import Movement

LENT = {3: {"on_loan": "3", "on_loan_items": "SL-1;SL-2", "kept": "10", "kept_titles": "T7"}}
OLD = Leftover(BatchId("B2"), SiteId("TV1"), date(2026, 11, 3), 4, 9, ("SL-9",), ("N1",))


@pytest.fixture(scope="module")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """Return the small province after its trip: three books of B3 are with readers of TV1."""
    folder = Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("lent") / "p"))
    record(folder, LENT)
    return read_province(folder)


def share(province: Province, keep_pct: float) -> Province:
    rules = province.settings.handover.model_copy(update={"keep_pct": keep_pct})
    settings = province.settings.model_copy(update={"handover": rules})
    return dataclasses.replace(province, settings=settings)


def ask(small: Province, **parts: Any) -> Plan:
    return dataclasses.replace(make_trip_plan(small), **parts)


def test_a_stop_where_books_stayed_is_to_collect_them(small: Province) -> None:
    plan = ask(small, leftovers=(OLD,))
    trip = plan.trips.trips[0]
    rows = [r for r in list_expected_results(plan, trip) if r.task is ResultTask.COLLECT]
    assert [(r.sequence, r.site_id, r.content_id, r.books) for r in rows] == [
        (1, "TV1", "B2", 13)
    ]  # fmt: skip
    later = dataclasses.replace(OLD, since=MONTH.first_day)
    unasked = list_expected_results(ask(small, leftovers=(later,)), trip)
    assert not [r for r in unasked if r.task is ResultTask.COLLECT]


def test_what_is_to_be_collected_and_kept_stands_in_sheet_and_record(small: Province) -> None:
    keep = Keep(BatchId("B3"), SiteId("TV1"), 12)
    plan = ask(small, leftovers=(OLD,), keeps=(keep,))
    ((_, content),) = result_sheets.draw(plan, small, "en")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    asked = {r["content_id"]: (r["task"], r["books"], r["kept"]) for r in rows if r["content_id"]}
    assert asked["B3"] == ("exchange-leave", "70", "")
    assert [r["kept"] for r in rows if r["task"] == "exchange-take"] == ["12", ""]
    assert [r["books"] for r in rows if r["task"] == "collect"] == ["13"]
    ((_, page),) = handover.draw(plan, small, "en")
    text = page.decode("utf-8")
    assert "SL-9" in text
    assert "Trồng trọt, quyển 1" in text
    assert "12 books" in text


def test_what_a_sheet_says_is_left_is_known_to_the_next_plan(lent: Province) -> None:
    (one,) = list_leftovers(lent)
    assert (one.batch_id, one.site_id, one.since) == ("B3", "TV1", MONTH.first_day)
    assert (one.on_loan, one.kept, one.items, one.titles) == (3, 10, ("SL-1", "SL-2"), ("T7",))


def test_a_share_stays_as_far_as_the_shelf_has_room(small: Province) -> None:
    trips = make_trip_plan(small).trips.trips
    assert plan_keeps(small, trips) == ()
    # TV1 holds 150: B5 brings 105, so that 20 % of B3's 70 find room; TV2 holds 80 and gets 70
    kept = {(k.batch_id, k.site_id): k.books for k in plan_keeps(share(small, 20), trips)}
    assert kept == {("B3", "TV1"): 14, ("B2", "TV2"): 10}
    full = {(k.batch_id, k.site_id): k.books for k in plan_keeps(share(small, 50), trips)}
    assert full == {("B3", "TV1"): 35, ("B2", "TV2"): 10}


def test_papers_of_trips_begun_stay_true_when_the_month_is_planned_again(small: Province) -> None:
    told, other = Keep(BatchId("B3"), SiteId("TV1"), 12), Keep(BatchId("B9"), SiteId("TV4"), 5)
    before = ask(small, keeps=(told, other))
    fresh = (Keep(BatchId("B2"), SiteId("TV3"), 7), Keep(BatchId("B3"), SiteId("TV1"), 30))
    kept = keep_promised(before, before.trips.trips, fresh)
    assert kept == (fresh[0], told)


def test_due_is_the_visit_after_next(lent: Province) -> None:
    plan = make_trip_plan(lent)
    (one,) = list_leftovers(lent)
    trip = plan.trips.trips[0]

    def visit(*days: int) -> Plan:
        stops = tuple(
            dataclasses.replace(trip.stops[0], day=MONTH.first_day.replace(day=day), leaves=())
            for day in days
        )
        own = dataclasses.replace(trip, stops=stops)
        none = dataclasses.replace(plan.rotation, movements=())
        return dataclasses.replace(
            plan, trips=dataclasses.replace(plan.trips, trips=(own,)), rotation=none
        )

    assert find_due(one, visit(1, 8, 20, 28), lent) == date(2026, 12, 20)
    # one visit is known: sixty days, as set, and not before it
    assert find_due(one, visit(1, 20), lent) == date(2027, 1, 30)
    after = visit(1, 20)
    moves = (Movement(BatchId("B1"), MONTH.plus(1), SiteId("TV1"), SiteId("KHO")),)
    after = dataclasses.replace(
        after, rotation=dataclasses.replace(after.rotation, movements=moves)
    )
    assert find_due(one, after, lent) == date(2027, 1, 1)


def test_due_dates_are_a_table_for_the_library_system(lent: Province) -> None:
    plan = make_trip_plan(lent)
    ((name, content),) = due_dates_csv.draw(plan, lent, "vi")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    due = str(list_due_books(plan, lent)[0].due)
    assert name == "due-dates.csv"
    assert rows[0] == list(due_dates_csv.HEADINGS)
    assert [row[:3] + row[4:6] for row in rows[1:]] == [
        ["SL-1", due, "TV1", "B3", "1"],
        ["SL-2", due, "TV1", "B3", "1"],
        ["", due, "TV1", "B3", "1"],
    ]


def test_a_plan_keeps_what_it_asks_for_in_its_file(small: Province, tmp_path: Path) -> None:
    plan = ask(small, leftovers=(OLD,), keeps=(Keep(BatchId("B3"), SiteId("TV1"), 12),))
    (tmp_path / "plan.json").write_bytes(dump_plan(plan))
    assert read_plan(tmp_path / "plan.json").leftovers == (OLD,)
    assert read_plan(tmp_path / "plan.json").keeps == plan.keeps
