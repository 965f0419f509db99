"""The board's data: travel packed and unpacked, the plan's trips, and every rule it looks at."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from board_month import change_settings, plan_board_month, write_board
from browser import open_browser, open_page
from page_data import read_data
from plan_fixture import make_plan

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
from routing.trips import Trip

pytestmark = pytest.mark.usefixtures("few_iterations")


@pytest.fixture(scope="module")
def month(small: Province, few_iterations: None) -> tuple[Plan, Province]:
    return plan_board_month(small)


@pytest.fixture(scope="module")
def browser():
    with open_browser() as found:
        yield found


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


def test_a_visit_without_its_giver_is_told(browser, month, tmp_path: Path) -> None:
    plan, province = month
    plan = wait_for_each_other(plan)
    gone = tuple(trip for trip in plan.trips.trips if trip.stops[0].visit_id != VisitId("TV4-X"))
    alone = replace(plan, trips=replace(plan.trips, trips=gone))
    assert len(gone) == 4
    assert list_broken(browser, alone, province, tmp_path / "m") == {"giver"}
