"""The board's data: travel packed and unpacked, the plan's trips, and every rule it looks at."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from board_month import change_settings, plan_board_month, write_board
from browser import open_page
from page_data import read_data
from plan_fixture import make_plan

from exports.board.board_data import find_board_facts
from exports.board.board_page import RULES, draw
from exports.board.travel_layers import pack_tables
from planning.plan import Plan
from planning.plan_file import seal_plan
from province.dates import DateSpan
from province.facts import Province
from province.ids import CrewId, TripId, VisitId
from province.read import read_province
from province.shipped import find_shipped
from province.visits import Parcel, Pin, Visit
from routing.month.instance import TravelTable
from routing.month.timetable import time_trip
from routing.trips import Trip

pytestmark = pytest.mark.usefixtures("few_iterations")


@pytest.fixture(scope="module")
def month(small: Province, few_iterations: None) -> tuple[Plan, Province]:
    return plan_board_month(small)


def draw_data(plan: Plan, province: Province) -> dict[str, Any]:
    ((name, page),) = draw(plan, province, "en")
    assert name == "board.html"
    return read_data(page)


def unpack(packed: dict[str, Any], size: int) -> list[np.ndarray]:
    layers: list[np.ndarray] = []
    for layer in packed["layers"]:
        if "all" in layer:
            cells = np.array(layer["all"])
        else:
            cells = np.zeros(size * size, int) if layer["of"] < 0 else layers[layer["of"]].copy()
            cells[layer["but"][::2]] = layer["but"][1::2]
        layers.append(cells)
    return [cells.reshape(size, size) for cells in layers]


def test_travel_comes_back_as_it_was_and_equal_parts_stand_once() -> None:
    drive = [[0, 30, 70], [31, 0, 45], [70, 46, 0]]
    slower = [[0, 30, 70], [31, 0, 90], [70, 46, 0]]
    wait = [[0, 0, 12], [0, 0, 0], [0, 0, 0]]
    metres = [[0, 20_000, 51_000], [20_000, 0, 30_000], [51_000, 30_000, 0]]
    tables = (
        TravelTable(drive, wait, metres, {(0, 2): ((0, 400), (1000, 1440))}),
        TravelTable(slower, wait, metres, {}),
    )
    packed = pack_tables(tables)
    layers = unpack(packed, 3)
    for table, numbers in zip(tables, packed["tables"], strict=True):
        for name in ("drive", "wait", "metres"):
            assert layers[numbers[name]].tolist() == getattr(table, name)
    assert packed["tables"][0]["shut"] == [[2, 0, 400], [2, 1000, 1440]]
    first, second = packed["tables"]
    assert (first["wait"], first["metres"]) == (second["wait"], second["metres"])
    assert packed["layers"][second["drive"]] == {"of": first["drive"], "but": [5, 90]}


def test_board_of_a_whole_province_stays_small() -> None:
    province = read_province(find_shipped("son-la"))
    plan = make_plan(province)
    assert len({visit.site_id for visit in plan.visits}) > 100
    ((_, page),) = draw(plan, province, "vi")
    assert len(page) <= 1_500_000


def test_state_is_kept_for_each_plan(month: tuple[Plan, Province]) -> None:
    plan, province = month
    data = draw_data(plan, province)
    assert data["key"].endswith(f"2026-12/board/{seal_plan(plan).papers_digest}")
    fewer = replace(plan, trips=replace(plan.trips, trips=plan.trips.trips[1:]))
    assert draw_data(fewer, province)["key"] != data["key"]
    assert draw_data(seal_plan(plan), province)["key"] == data["key"]


def test_cards_say_what_is_far_or_cannot_wait(month: tuple[Plan, Province]) -> None:
    plan, province = month
    visits = {visit["id"]: visit for visit in draw_data(plan, province)["visits"]}
    # TV4 gets a batch and gives none: it would stand empty, so its visit cannot wait
    assert {name for name, visit in visits.items() if visit["urgent"]} == {"TV4-X"}
    assert not any(visit["remote"] for visit in visits.values())


def test_trips_begun_stand_and_their_days_are_over(browser, month, tmp_path: Path) -> None:
    plan, province = month
    first, *rest = plan.trips.trips
    begun = replace(first, trip_id=TripId("T00"))
    stands = replace(
        plan, first_day=date(2026, 12, 2), standing_trips=(begun,),
        trips=replace(plan.trips, trips=tuple(rest)),
        visits=tuple(v for v in plan.visits if v.visit_id != first.stops[0].visit_id),
    )  # fmt: skip
    (shown,) = draw_data(stands, province)["standing"]
    assert (shown["id"], shown["first"], shown["days"][0][0][0]) == (
        "T00", 0, province.site_by_id[first.stops[0].site_id].name,
    )  # fmt: skip
    page_file = write_board(stands, province, tmp_path / "m")
    with open_page(browser, page_file, width=1280, height=800) as (page, said):
        assert page.locator(".standing").count() == 1
        assert page.locator(".standing button").count() == 0
        assert page.locator("[data-cell='0'][data-drop]").count() == 0
        assert page.locator(".bad").count() == 0
        assert said == []


def change_visit(plan: Plan, visit_id: str, **changes: Any) -> Plan:
    return replace(
        plan,
        visits=tuple(replace(v, **changes) if v.visit_id == visit_id else v for v in plan.visits),
    )


def find_visit(plan: Plan, visit_id: str) -> Visit:
    return next(visit for visit in plan.visits if visit.visit_id == visit_id)


def change_trip(plan: Plan, trip_id: str, day: date, **changes: Any) -> Plan:
    """Return the plan with a trip of one day on another one."""

    def move(trip: Trip) -> Trip:
        if trip.trip_id != trip_id:
            return trip
        stops = tuple(replace(stop, day=day) for stop in trip.stops)
        return replace(trip, first_day=day, last_day=day, stops=stops, **changes)

    return replace(plan, trips=replace(plan.trips, trips=tuple(map(move, plan.trips.trips))))


def change_fleet(province: Province, vehicle_id: str, **changes: Any) -> Province:
    return replace(
        province,
        vehicles=tuple(
            replace(v, **changes) if v.vehicle_id == vehicle_id else v for v in province.vehicles
        ),
    )


def wait_for_each_other(plan: Plan) -> Plan:
    """Return the plan with a batch for TV1, served on the 6th, from TV4, served on the 18th."""
    parcel = Parcel(find_visit(plan, "TV4-X").leaves[0].content_id, "TV4", "TV1", 70, 2, 30.0)
    plan = change_visit(plan, "TV4-X", takes=(parcel,))
    return change_visit(plan, "TV1-X", leaves=(parcel,))


def take_beds(province: Province) -> Province:
    sites = tuple(replace(site, lodging_beds=min(site.lodging_beds, 2)) for site in province.sites)
    return replace(province, sites=sites)


Change = Callable[[Plan, Province], tuple[Plan, Province]]
DAY = date(2026, 12, 18)
BREAKS: dict[str, Change] = {
    "closed": lambda plan, facts: (change_visit(plan, "TV1-X", windows=()), facts),
    "road": lambda plan, facts: (plan, change_fleet(facts, "XE2", gross_t=90.0, width_m=9.0)),
    "duty": lambda plan, facts: (plan, change_settings(facts, "trips", duty_max_day_min=120)),
    "late": lambda plan, facts: (plan, change_settings(facts, "trips", latest_end_min=500)),
    "driving": lambda plan, facts: (plan, change_settings(facts, "trips", driving_max_day_min=20)),
    "week": lambda plan, facts: (plan, change_settings(facts, "trips", driving_max_week_min=20)),
    "rest": lambda plan, facts: (plan, change_settings(facts, "trips", work_days_in_a_row=1)),
    "load": lambda plan, facts: (plan, change_fleet(facts, "XE2", capacity_boxes=1)),
    "twice": lambda plan, facts: (
        change_trip(plan, "20261218-XE2", date(2026, 12, 6), crew_id=CrewId("D1")), facts,
    ),
    "away": lambda plan, facts: (
        plan, change_fleet(facts, "XE2", unavailable=(DateSpan(DAY, DAY),)),
    ),
    "giver": lambda plan, facts: (wait_for_each_other(plan), facts),
    "bed": lambda plan, facts: (plan, take_beds(facts)),
    "nights": lambda plan, facts: (plan, change_settings(facts, "trips", max_nights=0)),
    "gap": lambda plan, facts: (change_visit(plan, "TH1-S1", gap_days=9), facts),
    "pin": lambda plan, facts: (change_visit(plan, "TV1-X", pin=Pin(day=DAY)), facts),
    "crew": lambda plan, facts: (change_visit(plan, "TV1-X", crew_min=9), facts),
    "vehicle": lambda plan, facts: (
        change_visit(plan, "TV4-X", needs_session_vehicle=True), facts,
    ),
}  # fmt: skip
"""For each rule, how the month is changed that kept all of them, so that it breaks this one."""


def list_broken(browser: Any, plan: Plan, province: Province, folder: Path) -> set[str]:
    """Return the rules that the page says are broken."""
    names = {short.template: rule for rule, (short, _) in RULES.items()}
    with open_page(browser, write_board(plan, province, folder), width=1280, height=800) as opened:
        page, said = opened
        assert said == []
        return {names[text] for text in page.locator(".mark.bad").all_inner_texts()}


def test_every_rule_has_a_month_that_breaks_it() -> None:
    assert set(BREAKS) == set(RULES)


@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_rule_is_told_and_no_other(rule: str, browser, month, tmp_path: Path) -> None:
    assert list_broken(browser, *BREAKS[rule](*month), tmp_path / "m") == {rule}


TIMES = """(trips) => {
  const data = JSON.parse(document.getElementById("data").textContent), clock = Clock(data);
  return trips.map((trip) => clock(trip).days.map((day) => [
    day.begin, day.finish, day.metres, day.bed, day.stops.map((stop) => stop.start)]));
}"""


def test_its_clock_is_that_of_the_search(browser, month, tmp_path: Path) -> None:
    """Without meals; on any day, with any vehicle, in any order that the search can drive."""
    facts = find_board_facts(*month, "en")
    instance, chance = facts.instance, random.Random(5)
    asked, right = [], []
    while len(asked) < 150:
        order = tuple(chance.sample(range(len(instance.jobs)), chance.randint(1, 3)))
        car, first, crew = chance.randrange(2), chance.randrange(29), chance.randrange(2)
        trip = time_trip(instance, order, car, first, crew)
        if trip is None:
            continue
        days = [list(day.jobs) for day in trip.days]
        asked.append({"vehicle": car, "crew": crew, "first": first, "days": days})
        beds = [*(day.end_site for day in trip.days[:-1]), None]
        right.append([
            [day.drives[0].leave, day.finish, day.metres, bed, list(day.starts)]
            for day, bed in zip(trip.days, beds, strict=True)
        ])  # fmt: skip
    assert max(len(days) for days in right) > 1
    with open_page(browser, write_board(*month, tmp_path / "m"), width=1280, height=800) as opened:
        assert opened[0].evaluate(TIMES, asked) == right


HOME_LATER = """(trip) => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const moves = Moves(data, Clock(data)), now = { trips: data.trips, locked: [] };
  return moves.moveTrip(now, trip, 0, 20).trips.find((own) => own.id === trip).days.length;
}"""


def test_a_trip_that_is_moved_comes_home_when_it_can(browser, month, tmp_path: Path) -> None:
    """The plan's own trip to TV2 comes home a day later; days of ten hours leave no need to."""
    plan, province = month
    trip, _ = plan.trips.stop_by_visit[VisitId("TV2-S1")]
    assert len(trip.dates) == 2
    long = change_settings(province, "trips", duty_max_day_min=600)
    for facts, days in ((province, 2), (long, 1)):
        file = write_board(plan, facts, tmp_path / str(days))
        with open_page(browser, file, width=1280, height=800) as (page, said):
            assert page.evaluate(HOME_LATER, trip.trip_id) == days
            assert said == []


MOVES = """() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const moves = Moves(data, Clock(data));
  let seed = 7, now = moves.copy({ trips: data.trips, locked: [] });
  const below = (limit) => (seed = (seed * 48271) % 2147483647) % limit, faults = [];
  for (let round = 0; round < 800; round += 1) {
    const before = JSON.stringify(now), visit = below(data.visits.length);
    const trip = now.trips[below(now.trips.length || 1)];
    const kinds = [null, { vehicle: below(data.vehicles.length), day: below(data.days.length) }];
    if (trip) {
      const day = trip.first + below(trip.days.length + 2) - 1;
      if (data.days[day]) { kinds.push({ trip: trip.id, day, at: below(2) }); }
    }
    let next = moves.moveVisit(now, visit, kinds[below(kinds.length)]);
    const first = below(data.days.length);
    if (trip && round % 5 === 0 && moves.fits(trip, first)) {
      next = moves.moveTrip(now, trip.id, below(data.vehicles.length), first);
    }
    if (JSON.stringify(now) !== before) { faults.push("changed what was"); }
    now = next;
    const served = now.trips.flatMap((own) => own.days.flat());
    if (new Set(served).size !== served.length) { faults.push("twice"); }
    if (new Set(now.trips.map((own) => own.id)).size !== now.trips.length) { faults.push("ids"); }
    now.trips.forEach((own) => {
      const filled = own.days.flatMap((day, k) => day.length ? [k] : []);
      const behind = own.days.length - 1 - filled[filled.length - 1];
      if (filled[0] > 1 || behind > 1) { faults.push("empty"); }
      if (!moves.fits(own, own.first)) { faults.push("outside"); }
    });
  }
  return [faults, now.trips.length];
}"""


def test_any_moves_leave_an_arrangement_in_order(browser, month, tmp_path: Path) -> None:
    with open_page(browser, write_board(*month, tmp_path / "m"), width=1280, height=800) as opened:
        faults, num_trips = opened[0].evaluate(MOVES)
        assert faults == []
        assert num_trips > 0


def test_a_visit_without_its_giver_is_told(browser, month, tmp_path: Path) -> None:
    plan, province = month
    plan = wait_for_each_other(plan)
    gone = tuple(trip for trip in plan.trips.trips if trip.stops[0].visit_id != VisitId("TV4-X"))
    alone = replace(plan, trips=replace(plan.trips, trips=gone))
    assert len(gone) == 4
    assert list_broken(browser, alone, province, tmp_path / "m") == {"giver"}
