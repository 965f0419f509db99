"""Where every batch is before every movement is proved from the ledger and the plan alone."""

import csv
import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from result_sheets import make_trip_plan

from planning.answers.explain import explain
from planning.deliveries import count_uses, list_deliveries
from planning.joint.month import plan_month
from planning.plan import Plan
from planning.verify_places import CHECKED, ENDS, KITS, ROWS, TAKEN, verify_places
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, EntryId, KitId, SiteId, TripId
from province.journal import EntryType, LedgerEntry
from province.language import message
from province.past import NO_PAST, PastTask
from province.read import read_province
from province.results import ResultTask
from province.visits import Movement
from rotation.problem import Stay
from routing.trips import Stop, Trip

pytestmark = pytest.mark.usefixtures("few_iterations")

DECEMBER = Month(2026, 12)


def move(batch: str, month: Month, from_site: str, to_site: str) -> Movement:
    return Movement(BatchId(batch), month, SiteId(from_site), SiteId(to_site))


ASKED = (
    move("B2", DECEMBER, "TV2", "TV4"),
    move("B3", DECEMBER, "TV1", "TV2"),
    move("B5", DECEMBER, "KHO", "TV1"),
)
LATER = (move("B3", Month(2027, 2), "TV2", "KHO"), move("B5", Month(2027, 3), "TV1", "TV4"))


@pytest.fixture(scope="module")
def plan(small: Province) -> Plan:
    """On the 1st B5 comes to TV1 and B3 goes home; on the 10th it is left at TV2, and B2 is
    carried from there to TV4, together with a kit.
    """
    made = make_trip_plan(small)
    whole = made.trips.trips[0]
    first = dataclasses.replace(
        whole,
        stops=whole.stops[:1],
        nights=(),
        last_day=whole.first_day,
        loads=whole.stops[0].leaves,
    )
    day = date(2026, 12, 10)
    second = dataclasses.replace(
        whole, trip_id=TripId("T02"), first_day=day, last_day=day, nights=(),
        stops=tuple(
            dataclasses.replace(stop, day=day, sequence=number, start_min=480 + 60 * number)
            for number, stop in enumerate(whole.stops[1:], 1)
        ),
        loads=(*whole.stops[0].takes, *(p for p in whole.stops[2].leaves if not p.books)),
    )  # fmt: skip
    trips = dataclasses.replace(made.trips, trips=(first, second))
    stays = tuple(Stay(one.batch_id, one.to_site, DECEMBER, 2, 28.0, False, 15.5) for one in ASKED)
    why = message("about {uses} uses expected, {fresh} % of the titles new there", uses=28, fresh=9)
    rotation = dataclasses.replace(
        made.rotation, movements=(*ASKED, *LATER), stays=stays,
        reasons=tuple((one.batch_id, one.to_site, why) for one in ASKED),
    )  # fmt: skip
    return dataclasses.replace(
        made, trips=trips, asked=ASKED, rotation=rotation,
        deliveries=list_deliveries(small, rotation, ASKED, trips),
    )  # fmt: skip


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
    wrong = (*ASKED, LATER[0], move("B5", Month(2027, 3), "TV3", "TV4"))
    rotation = dataclasses.replace(plan.rotation, movements=wrong)
    assert rules(small, dataclasses.replace(plan, rotation=rotation)) == {TAKEN}


def test_a_batch_that_came_home_yesterday_is_not_loaded(small: Province, plan: Plan) -> None:
    first = min(trip.first_day for trip in plan.trips.trips for p in trip.loads if p.books)
    load = next(p for t in plan.trips.trips if t.first_day == first for p in t.loads if p.books)
    past = dataclasses.replace(NO_PAST, homecomings={BatchId(load.content_id): first})
    assert rules(small, plan, past=past) == {CHECKED}


def test_a_kit_is_delivered_once(small: Province, plan: Plan) -> None:
    done = PastTask(
        TripId("T"), plan.visits[0].visit_id, SiteId("TV4"), ResultTask.KIT, KitId("BO1"),
        date(2026, 11, 30), True,
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
    plan = plan_month(province, DECEMBER, work=0.05, rounds=1, has_fixes=False)
    assert plan.violations == ()
    fetched = [d for d in plan.deliveries if d.batch_id == "B3" and d.from_site == "TV1"]
    assert [d.day is not None and d.day <= date(2026, 12, 15) for d in fetched] == [True]
    assert not any(d.from_site == "KHO" for d in plan.deliveries[:1] if d.batch_id == "B3")
    assert not any(move.to_site == "TV1" for move in plan.rotation.movements)


def test_a_batch_pinned_at_a_library_that_leaves_is_fetched(small_folder: Path) -> None:
    edit(small_folder, "libraries.csv", "TV1", enrolled_until="2026-12-15")
    edit(small_folder, "batches.csv", "B3", pinned_site="TV1", pinned_until="2027-02-28")
    province = read_province(small_folder)
    assert province.batch_by_id[BatchId("B3")].pinned_site == "TV1"
    plan = plan_month(province, DECEMBER, work=0.02, rounds=1, has_fixes=False)
    assert plan.violations == ()
    assert [d.day is not None for d in plan.deliveries if d.from_site == "TV1"] == [True]


def test_a_site_that_takes_no_batches_any_more_is_emptied(small_folder: Path) -> None:
    edit(small_folder, "libraries.csv", "TV1", takes="session")
    plan = plan_month(read_province(small_folder), DECEMBER, work=0.05, rounds=1, has_fixes=False)
    assert plan.violations == ()
    assert [d.day is not None for d in plan.deliveries if d.from_site == "TV1"] == [True]


def test_what_no_vehicle_can_fetch_stays_and_is_told(small_folder: Path) -> None:
    # TV3 leaves, and is never open: B1 cannot be handed out.
    edit(small_folder, "libraries.csv", "TV3", enrolled_until="2026-12-15", hours="off")
    plan = plan_month(read_province(small_folder), DECEMBER, work=0.05, rounds=1, has_fixes=False)
    assert plan.violations == ()
    assert any(unserved.visit_id == "TV3-X" for unserved in plan.trips.unserved)
    assert not any(d.batch_id == "B1" and d.trip_id for d in plan.deliveries)


def test_the_schedule_names_the_depot_where_the_boxes_really_end(
    small: Province, plan: Plan
) -> None:
    # The same month driven from a second depot: B3 goes home there before it goes on to TV2.
    depot = next(site for site in small.sites if site.site_id == "KHO")
    other = dataclasses.replace(depot, site_id=SiteId("KHO2"), name="Kho Mộc Châu")
    province = dataclasses.replace(small, sites=(*small.sites, other))
    trips = dataclasses.replace(
        plan.trips,
        trips=tuple(
            dataclasses.replace(trip, depot_id=SiteId("KHO2")) for trip in plan.trips.trips
        ),
    )
    rows = list_deliveries(province, plan.rotation, plan.asked, trips)
    ways = [(d.from_site, d.to_site) for d in rows if d.batch_id == "B3" and d.trip_id]
    assert ways == [("TV1", "KHO2"), ("KHO2", "TV2")]


def test_uses_are_told_at_the_library_and_from_the_day_they_begin(plan: Plan) -> None:
    home, out = (d for d in plan.deliveries if d.batch_id == "B3")
    assert home.expected_uses is None
    assert str(home.reason) == (
        "on its way to Nhà văn hóa Đèo Mây: trip T02 brings it there on 2026-12-10"
    )
    # 28 uses, 15.5 of them in December; it comes on the 10th: 15.5 · 9 / 31 = 4.5 are gone.
    assert out.expected_uses == 23.5
    assert str(out.reason) == "about 24 uses expected, 9 % of the titles new there"
    # On the 31st one day of 31 is left of the month: 28 − 15 = 13.
    stay = plan.rotation.stays[0]
    assert count_uses(stay, date(2026, 12, 31)) == 13.0
    assert count_uses(stay, date(2026, 12, 1)) == 28.0


def test_explain_says_by_which_way_a_batch_comes(small: Province) -> None:
    plan = plan_month(small, DECEMBER, work=0.05, rounds=1, has_fixes=False)
    ways = {d.batch_id: d for d in plan.deliveries if d.trip_id and d.stay_months}
    assert ways
    for batch_id, last in ways.items():
        said = [str(note) for one in explain(small, plan, batch_id) for note in one.notes]
        first = next((d for d in plan.deliveries
                      if (d.batch_id, d.to_site) == (batch_id, last.from_site)), None)  # fmt: skip
        if first is None:
            way = f"straight from {last.from_site} with trip {last.trip_id} on {last.day}"
        else:
            way = (
                f"by way of the depot KHO: trip {first.trip_id} fetches it from {first.from_site} "
                f"on {first.day}, trip {last.trip_id} brings it on {last.day}"
            )
        assert way in said
