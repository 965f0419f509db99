"""Where every batch is before every movement is proved from the ledger and the plan alone."""

import csv
import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planning.month import plan_month
from planning.plan import Plan
from planning.verify_places import CHECKED, ENDS, KITS, ROWS, TAKEN, verify_places
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, EntryId, KitId, SiteId, TripId
from province.journal import EntryType, LedgerEntry
from province.past import NO_PAST, PastTask
from province.read import read_province
from province.results import ResultTask
from routing.trips import Stop, Trip

DECEMBER = Month(2026, 12)


@pytest.fixture(scope="module")
def plan(small: Province) -> Plan:
    """B3 goes home from TV1 and on to TV2, where B2 is taken to TV4; B5 comes to TV1."""
    made = plan_month(small, DECEMBER, work=0.05, has_fixes=False)
    assert made.violations == ()
    moved = {(d.batch_id, d.from_site, d.to_site) for d in made.deliveries if d.trip_id}
    assert ("B5", "KHO", "TV1") in moved
    return made


def rules(province: Province, plan: Plan, **options: Any) -> set[str]:
    return {violation.rule for violation in verify_places(province, plan, **options)}


def change_trips(plan: Plan, change: Callable[[Trip], Trip]) -> Plan:
    trips = tuple(change(trip) for trip in plan.trips.trips)
    return dataclasses.replace(plan, trips=dataclasses.replace(plan.trips, trips=trips))


def change_stops(plan: Plan, change: Callable[[Stop], Stop]) -> Plan:
    return change_trips(
        plan, lambda trip: dataclasses.replace(trip, stops=tuple(map(change, trip.stops)))
    )


def entry(batch: str, day: date, from_site: str, to_site: str) -> LedgerEntry:
    return LedgerEntry(
        EntryId(f"X{batch}{day}"), day, EntryType.MOVED, BatchId(batch), SiteId(from_site),
        SiteId(to_site), 70, 2, TripId(""), EntryId(""), "",
    )  # fmt: skip


def test_a_plan_of_the_program_is_proved(small: Province, plan: Plan) -> None:
    assert verify_places(small, plan) == ()


def test_a_batch_out_of_nothing_is_seen(small: Province, plan: Plan) -> None:
    # The ledger has B5 at TV4 since November: the plan loads it at the depot all the same.
    moved = dataclasses.replace(
        small, journal=(*small.journal, entry("B5", date(2026, 11, 9), "KHO", "TV4"))
    )
    found = verify_places(moved, plan)
    assert {violation.rule for violation in found} == {TAKEN}
    assert any("B5" in v.where and "TV4" in str(v.detail) for v in found)


def test_what_an_earlier_plan_moved_counts(small: Province, plan: Plan) -> None:
    earlier = dataclasses.replace(NO_PAST, entries=(entry("B5", date(2026, 11, 9), "KHO", "TV4"),))
    assert rules(small, plan, past=earlier) == {TAKEN}


def test_a_batch_taken_and_never_left_ends_at_the_wrong_place(small: Province, plan: Plan) -> None:
    lost = change_stops(
        plan,
        lambda stop: dataclasses.replace(
            stop, leaves=tuple(p for p in stop.leaves if p.content_id != "B5")
        ),
    )
    assert rules(small, lost) == {ENDS, ROWS}


def test_a_batch_left_twice_is_seen(small: Province, plan: Plan) -> None:
    twice = change_stops(plan, lambda stop: dataclasses.replace(stop, leaves=stop.leaves * 2))
    assert TAKEN in rules(small, twice)


def test_a_batch_that_is_not_fetched_cannot_be_left_elsewhere(small: Province, plan: Plan) -> None:
    never = change_stops(plan, lambda stop: dataclasses.replace(stop, takes=()))
    found = verify_places(small, never)
    assert any(v.rule == TAKEN and "B2" in v.where for v in found)


def test_a_row_that_names_another_depot_is_seen(small: Province, plan: Plan) -> None:
    rows = tuple(
        dataclasses.replace(d, to_site=SiteId("KHO2")) if d.to_site == "KHO" else d
        for d in plan.deliveries
    )
    assert rows != plan.deliveries
    assert rules(small, dataclasses.replace(plan, deliveries=rows)) == {ROWS}


def test_a_movement_of_a_later_month_begins_where_the_batch_is(small: Province, plan: Plan) -> None:
    moves = [m for m in plan.rotation.movements if m.month != DECEMBER]
    wrong = tuple(
        dataclasses.replace(m, from_site=SiteId("TV3" if m.from_site != "TV3" else "TV4"))
        if m == moves[-1]
        else m
        for m in plan.rotation.movements
    )
    rotation = dataclasses.replace(plan.rotation, movements=wrong)
    assert rules(small, dataclasses.replace(plan, rotation=rotation)) == {TAKEN}


def test_a_batch_that_came_home_yesterday_is_not_loaded(small: Province, plan: Plan) -> None:
    first = min(trip.first_day for trip in plan.trips.trips for p in trip.loads if p.books)
    load = next(p for t in plan.trips.trips if t.first_day == first for p in t.loads if p.books)
    past = dataclasses.replace(NO_PAST, homecomings={BatchId(load.content_id): first})
    assert rules(small, plan, past=past) == {CHECKED}


def test_a_kit_is_delivered_once(small: Province, plan: Plan) -> None:
    kits = [p for t in plan.trips.trips for s in t.stops for p in s.leaves if not p.books]
    if not kits:
        pytest.skip("the plan delivers no kit")
    done = PastTask(
        Month(2026, 11), TripId("T"), plan.visits[0].visit_id, SiteId("TV4"), ResultTask.KIT,
        KitId(kits[0].content_id), date(2026, 11, 30), True, True,
    )  # fmt: skip
    assert rules(small, plan, past=dataclasses.replace(NO_PAST, tasks=(done,))) == {KITS}


def edit(folder: Path, file: str, name: str, **cells: str) -> None:
    path = folder / file
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    for row in rows:
        if name in row.values():
            row |= cells
    fields = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, fields, restval="")
        writer.writeheader()
        writer.writerows(rows)


def test_a_library_that_leaves_is_emptied_before_its_last_day(small_folder: Path) -> None:
    # B3 stands at TV1, which leaves on 15 December; it is open on 1 to 15 December.
    edit(small_folder, "libraries.csv", "TV1", enrolled_until="2026-12-15")
    province = read_province(small_folder)
    plan = plan_month(province, DECEMBER, work=0.05, has_fixes=False)
    assert plan.violations == ()
    fetched = [d for d in plan.deliveries if d.batch_id == "B3" and d.from_site == "TV1"]
    assert [d.day is not None and d.day <= date(2026, 12, 15) for d in fetched] == [True]
    assert not any(d.from_site == "KHO" for d in plan.deliveries[:1] if d.batch_id == "B3")
    assert not any(move.to_site == "TV1" for move in plan.rotation.movements)


def test_a_site_that_takes_no_batches_any_more_is_emptied(small_folder: Path) -> None:
    edit(small_folder, "libraries.csv", "TV1", takes="session")
    plan = plan_month(read_province(small_folder), DECEMBER, work=0.05, has_fixes=False)
    assert plan.violations == ()
    assert [d.day is not None for d in plan.deliveries if d.from_site == "TV1"] == [True]


def test_what_no_vehicle_can_fetch_stays_and_is_told(small_folder: Path) -> None:
    # TV3 leaves, and is never open: B1 cannot be handed out.
    edit(small_folder, "libraries.csv", "TV3", enrolled_until="2026-12-15", hours="off")
    plan = plan_month(read_province(small_folder), DECEMBER, work=0.05, has_fixes=False)
    assert plan.violations == ()
    assert any(unserved.visit_id == "TV3-X" for unserved in plan.trips.unserved)
    assert not any(d.batch_id == "B1" and d.trip_id for d in plan.deliveries)
