"""The board in a browser without a network: moved by mouse, finger and keys, kept, and sent."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from board_month import plan_board_month, write_board
from browser import (
    list_faint_texts,
    list_small_targets,
    open_page,
    overflow,
    wait_ready,
)
from hostile_province import HOSTILE, HOSTILE_TOGETHER, rename_trips, write_hostile_folder
from page_data import read_data
from plan_fixture import make_plan
from test_exports_driver_browser import NO_STORAGE

from exports.tables.table import guard_text
from exports.text.formats import format_duration, format_km, format_number
from planning.plan import Plan
from province.facts import Province
from province.read import read_province

pytestmark = pytest.mark.usefixtures("few_iterations")

DESK = {"width": 1280, "height": 800}
TABLET = {"width": 820, "height": 1180}
PHONE = {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [DESK, TABLET, PHONE], ids=("1280", "820", "390"))
FIRST, SECOND = "20261201-XE1", "20261206-XE1"


@pytest.fixture(scope="module")
def month(small: Province, few_iterations: None) -> tuple[Plan, Province]:
    return plan_board_month(small)


@pytest.fixture(scope="module")
def file(month: tuple[Plan, Province], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_board(*month, tmp_path_factory.mktemp("board") / "m")


def find(page: Any, visit_id: str) -> Any:
    """Return the card of a visit."""
    number = page.evaluate(
        "id => JSON.parse(document.getElementById('data').textContent)"
        ".visits.findIndex((visit) => visit.id === id)", visit_id,
    )  # fmt: skip
    return page.locator(f"[data-visit='{number}']").first


def cell(page: Any, vehicle: int, day: int) -> Any:
    """Return the cell of a vehicle's day of the month."""
    return page.locator(f"[data-vehicle='{vehicle}'][data-cell='{day - 1}']")


def bar(page: Any, trip_id: str) -> Any:
    return page.locator(f"button[data-bar='{trip_id}']")


def drag(page: Any, what: Any, where: Any, *, at: tuple[float, float] = (0.5, 0.5)) -> None:
    """Drag one thing to a share of another's width and height with the mouse."""
    what.scroll_into_view_if_needed()
    start = what.bounding_box()
    page.mouse.move(start["x"] + 12, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 24, start["y"] + 24, steps=3)
    goal = None
    while goal != (goal := where.bounding_box()):  # the board scrolls while something is dragged
        x, y = goal["x"] + at[0] * goal["width"], goal["y"] + at[1] * goal["height"]
        page.mouse.move(x, y, steps=4)
    page.mouse.up()


def send(page: Any) -> list[dict[str, str]]:
    """Return the rows of the file that the page sends."""
    with page.expect_download() as waiting:
        page.locator("#send").click()
    assert waiting.value.suggested_filename == "board-2026-12.csv"
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def places(page: Any) -> dict[str, tuple[str, str, str, str, str]]:
    """Return what the page sends of each visit: trip, vehicle, crew, date, sequence."""
    names = ("trip_id", "vehicle_id", "crew_id", "date", "sequence")
    return {row["visit_id"]: tuple(row[name] for name in names) for row in send(page)}


def told(page: Any) -> str:
    return page.locator("#told").inner_text()


PLANNED = {
    "TH1-S2": ("20261201-XE1", "XE1", "D1", "2026-12-01", "1"),
    "TV1-X": ("20261206-XE1", "XE1", "D1", "2026-12-06", "1"),
    "TH1-S1": ("20261208-XE1", "XE1", "D1", "2026-12-08", "1"),
    "TV4-X": ("20261218-XE2", "XE2", "D2", "2026-12-18", "1"),
    "TV2-S1": ("20261223-XE1", "XE1", "D1", "2026-12-23", "1"),
}


@SIZES
def test_untouched_board_is_the_plan(browser, month, file: Path, size: dict[str, int]) -> None:
    plan, _ = month
    with open_page(browser, file, **size) as (page, said):
        for trip in plan.trips.trips:
            shown = bar(page, trip.trip_id).locator(".figures span").all_inner_texts()
            assert shown == [
                format_km(trip.length_m, "en"),
                format_duration(trip.drive_min, "en"),
                f"{trip.peak_boxes} / {6 if trip.vehicle_id == 'XE1' else 20} boxes",
                format_number(trip.cost_vnd, "en"),
            ]
        for trip, stop in plan.trips.stops():
            assert f"{stop.start_min // 60:02d}:{stop.start_min % 60:02d}" == (
                find(page, stop.visit_id).locator(".when b").inner_text()
            ), trip.trip_id
        assert page.locator(".bad").count() == 0
        assert page.locator("#totals small").all_inner_texts() == ["as planned"] * 7
        assert "edit checks exactly" in page.locator(".rough").inner_text()
        assert places(page) == PLANNED
        assert overflow(page) <= 0
        targets = "header button, .card, .bar, #tray button"
        assert list_small_targets(page, targets, least=36 if size is DESK else 44) == []
        assert list_faint_texts(page, main="h1", main_least=7, least=4.5) == []
        assert said == []


def test_card_is_dragged_to_an_empty_cell_and_back(browser, file: Path) -> None:
    with open_page(browser, file, **DESK) as (page, said):
        drag(page, find(page, "TV1-X"), cell(page, 1, 4), at=(0.5, 0.8))
        assert places(page)["TV1-X"] == ("20261206-XE1", "XE2", "D1", "2026-12-04", "1")
        page.locator("#undo").click()
        assert places(page) == PLANNED
        page.keyboard.press("Control+y")
        assert places(page)["TV1-X"][3] == "2026-12-04"
        page.keyboard.press("Control+z")
        assert places(page) == PLANNED
        assert page.locator("#undo").is_disabled()
        assert said == []


def test_card_is_dragged_onto_another_trip_and_within_it(browser, file: Path) -> None:
    with open_page(browser, file, **DESK) as (page, said):
        drag(page, find(page, "TV1-X"), find(page, "TH1-S2"), at=(0.5, 0.9))
        sent = places(page)
        assert sent["TV1-X"] == (FIRST, "XE1", "D1", "2026-12-01", "2")
        assert sent["TH1-S2"][-1] == "1"
        assert page.locator("[data-total=trips] small").inner_text() == "−1"
        drag(page, find(page, "TV1-X"), find(page, "TH1-S2"), at=(0.5, 0.1))
        sent = places(page)
        assert (sent["TV1-X"][-1], sent["TH1-S2"][-1]) == ("1", "2")
        drag(page, find(page, "TV1-X"), cell(page, 0, 8), at=(0.5, 0.95))  # below its trip
        assert "08/12/2026" in told(page)
        page.keyboard.press("Enter")  # the card keeps the focus
        assert page.locator("#card-title").inner_text() == "Thư viện xã Bản Mận"
        page.keyboard.press("Escape")
        assert places(page)["TV1-X"] == ("20261208-XE1", "XE1", "D1", "2026-12-08", "2")
        assert said == []


def test_a_trip_gets_one_more_day_and_a_new_trip_begins(browser, file: Path) -> None:
    with open_page(browser, file, **DESK) as (page, said):
        drag(page, find(page, "TV1-X"), find(page, "TH1-S2"))
        zone = page.locator(f"[data-drop=extend][data-trip='{FIRST}'][data-day='1']")
        box = cell(page, 0, 2).bounding_box()
        card = find(page, "TV1-X").bounding_box()
        page.mouse.move(card["x"] + 9, card["y"] + 9)
        page.mouse.down()
        page.mouse.move(box["x"] + 20, box["y"] + 20, steps=5)
        assert "One more day" in zone.inner_text()
        assert page.locator(".ghost p").inner_text() != ""  # what it would change
        page.mouse.up()
        assert places(page)["TV1-X"] == (FIRST, "XE1", "D1", "2026-12-02", "2")
        assert page.locator("[data-total=nights] small").inner_text() == "+1"
        drag(page, find(page, "TV1-X"), cell(page, 1, 3), at=(0.5, 0.7))
        sent = places(page)["TV1-X"]
        assert sent == ("NEW-1", "XE2", "D1", "2026-12-03", "1")
        assert "New trip 1" in bar(page, "NEW-1").inner_text()
        assert said == []


def test_card_goes_to_the_tray_and_out_of_it(browser, file: Path) -> None:
    with open_page(browser, file, **DESK) as (page, said):
        drag(page, find(page, "TV1-X"), page.locator("#tray"), at=(0.5, 0.3))
        assert page.locator("#tray-count").inner_text() == "1"
        assert "not served now" in told(page)
        assert places(page)["TV1-X"] == ("", "", "", "", "")
        assert page.locator("[data-total=visits] small").inner_text() == "−1"
        drag(page, page.locator("#tray [data-visit]"), cell(page, 0, 6), at=(0.5, 0.8))
        sent = places(page)["TV1-X"]
        assert sent == ("NEW-1", "XE1", "D1", "2026-12-06", "1")
        assert page.locator(".bad").count() == 0
        assert said == []


def test_trip_is_dragged_to_another_day_and_vehicle(browser, file: Path) -> None:
    with open_page(browser, file, **DESK) as (page, said):
        drag(page, bar(page, SECOND), cell(page, 0, 5))
        assert places(page)["TV1-X"] == (SECOND, "XE1", "D1", "2026-12-05", "1")
        drag(page, bar(page, SECOND), cell(page, 1, 4))
        assert places(page)["TV1-X"] == (SECOND, "XE2", "D1", "2026-12-04", "1")
        assert said == []


def touch_drag(page: Any, what: Any, where: Any, *, rest_ms: int) -> None:
    """Drag with a finger that first rests for a while."""
    tools = page.context.new_cdp_session(page)
    start, goal = what.bounding_box(), where.bounding_box()
    at = {"x": start["x"] + 30, "y": start["y"] + 14}
    tools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    page.wait_for_timeout(rest_ms)
    end = {"x": goal["x"] + goal["width"] / 2, "y": goal["y"] + goal["height"] * 0.8}
    for step in range(1, 9):
        point = {key: at[key] + (end[key] - at[key]) * step / 8 for key in at}
        tools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        page.wait_for_timeout(20)
    tools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(50)


def test_a_finger_that_rests_moves_and_one_that_swipes_does_not(browser, file: Path) -> None:
    with open_page(browser, file, has_touch=True, **TABLET) as (page, said):
        touch_drag(page, find(page, "TV1-X"), cell(page, 1, 3), rest_ms=450)
        assert places(page)["TV1-X"] == (SECOND, "XE2", "D1", "2026-12-03", "1")
        touch_drag(page, bar(page, SECOND), cell(page, 0, 4), rest_ms=450)
        moved = places(page)
        assert moved["TV1-X"] == (SECOND, "XE1", "D1", "2026-12-04", "1")
        touch_drag(page, find(page, "TV1-X"), cell(page, 0, 2), rest_ms=0)
        assert places(page) == moved
        assert said == []


def test_a_finger_taps_and_chooses(browser, file: Path) -> None:
    with open_page(browser, file, has_touch=True, **PHONE) as (page, said):
        find(page, "TV1-X").tap()
        page.locator("#card-vehicle").select_option(label="Xe thư viện lưu động")
        page.locator("#card-day").select_option("0")
        choices = page.locator("#card-place option").all_inner_texts()
        assert choices == [
            f"Trip {FIRST}, before Trường tiểu học Nà Ớt",
            f"Trip {FIRST}, at the end of the day",
            "New trip here",
        ]
        assert list_small_targets(page, "dialog button, dialog select") == []
        page.locator("#card-place").select_option(label=choices[0])
        page.locator("#card-go").tap()
        assert places(page)["TV1-X"] == (FIRST, "XE1", "D1", "2026-12-01", "1")
        bar(page, FIRST).tap()
        page.locator("#trip-day").select_option("1")
        page.locator("#trip-go").tap()
        assert places(page)["TH1-S2"] == (FIRST, "XE1", "D1", "2026-12-02", "2")
        find(page, "TV1-X").tap()
        page.locator("#card-out").tap()
        assert places(page)["TV1-X"][0] == ""
        assert overflow(page) <= 0
        assert said == []


def test_keys_walk_and_move(browser, file: Path) -> None:
    with open_page(browser, file, **DESK) as (page, said):
        page.locator("#send").focus()
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.dataset.bar === undefined"):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.bar") == FIRST
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.querySelector('.site').innerText") == (
            "Trường tiểu học Nà Ớt"
        )
        page.keyboard.press("Shift+ArrowRight")
        assert places(page)["TH1-S2"] == (FIRST, "XE1", "D1", "2026-12-02", "1")
        page.keyboard.press("Control+z")
        find(page, "TV1-X").focus()
        for _ in range(5):
            page.keyboard.press("Shift+ArrowLeft")
        assert places(page)["TV1-X"] == (FIRST, "XE1", "D1", "2026-12-01", "2")
        page.evaluate("document.querySelector('[data-visit=\"2\"]').focus()")
        page.keyboard.press("Shift+ArrowUp")
        assert places(page)["TV1-X"][-1] == "1"
        bar(page, FIRST).focus()
        page.keyboard.press("Shift+ArrowDown")
        assert places(page)["TV1-X"][1] == "XE2"
        find(page, "TV1-X").focus()
        page.keyboard.press("Delete")
        assert places(page)["TV1-X"][0] == ""
        find(page, "TV1-X").focus()
        page.keyboard.press("Enter")
        assert page.locator("#card").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#card").is_visible()
        assert said == []


def test_what_is_locked_stays(browser, file: Path) -> None:
    with open_page(browser, file, **DESK) as (page, said):
        find(page, "TV1-X").focus()
        page.keyboard.press("l")
        assert find(page, "TV1-X").get_attribute("class") == "card locked"
        for what in (find(page, "TV1-X"), bar(page, SECOND)):
            drag(page, what, cell(page, 1, 4), at=(0.5, 0.8))
            assert "unlock it first" in told(page)
        find(page, "TV1-X").focus()
        page.keyboard.press("Delete")
        page.keyboard.press("Shift+ArrowLeft")
        assert places(page) == PLANNED
        locked = {row["visit_id"]: row["locked"] for row in send(page)}
        assert locked == dict.fromkeys(PLANNED, "no") | {"TV1-X": "yes"}
        find(page, "TV1-X").click()
        assert page.locator("#card-go").is_disabled()
        page.locator("#card-lock").click()
        page.locator("#card [data-close]").click()
        drag(page, find(page, "TV1-X"), cell(page, 1, 4), at=(0.5, 0.8))
        assert places(page)["TV1-X"][3] == "2026-12-04"
        assert said == []


def test_reload_keeps_and_starting_over_does_not(browser, month, file: Path, tmp_path) -> None:
    other = write_board(make_plan(month[1]), month[1], tmp_path / "other")
    with open_page(browser, file, **DESK) as (page, said):
        find(page, "TV1-X").focus()
        page.keyboard.press("l")
        find(page, "TH1-S1").focus()
        page.keyboard.press("Shift+ArrowRight")
        page.reload()
        wait_ready(page)
        assert places(page)["TH1-S1"][3] == "2026-12-09"
        assert "locked" in find(page, "TV1-X").get_attribute("class")
        page.goto(other.as_uri())
        wait_ready(page)
        assert page.locator(".locked").count() == 0
        page.goto(file.as_uri())
        wait_ready(page)
        page.locator("#restart").click()
        assert "again" in told(page)
        page.locator("#restart").click()
        assert places(page) == PLANNED
        page.reload()
        wait_ready(page)
        assert page.locator(".locked").count() == 0
        assert places(page) == PLANNED
        assert [one for one in said if "request" not in one] == []


def test_what_the_browser_keeps_may_be_rubbish(browser, month, file: Path) -> None:
    kept = '{"arrangement":"{\\"trips\\":[{\\"id\\":1,\\"days\\":[[7]]}],\\"locked\\":[7]}"}'
    for text in (kept, '{"arrangement":"}{"}', "[]", "5"):
        key = read_data(file.read_bytes())["key"]
        first = f"localStorage.setItem({key!r}, {text!r})"
        with open_page(browser, file, first=first, **DESK) as (page, said):
            assert page.locator("#board").is_visible()
            assert said == []


def test_browser_that_keeps_nothing_is_told(browser, file: Path) -> None:
    with open_page(browser, file, first=NO_STORAGE, **DESK) as (page, said):
        assert page.locator("#unsaved").is_visible()
        assert places(page) == PLANNED
        assert said == []


@pytest.mark.parametrize("names", HOSTILE_TOGETHER)
def test_hostile_names_run_nothing_and_fit(browser, tmp_path: Path, names: str) -> None:
    text = " ".join(HOSTILE[name] for name in names.split())
    hostile = read_province(write_hostile_folder(tmp_path / "p", text, in_ids=True))
    plan = rename_trips(make_plan(hostile), text)
    path = write_board(plan, hostile, tmp_path / "m", language="vi")
    for size in (DESK, PHONE):
        with open_page(browser, path, **size) as (page, said):
            for opener in ("[data-visit]", "button[data-bar]"):
                page.locator(opener).first.focus()
                page.keyboard.press("Enter")
                assert overflow(page) <= 0
                page.keyboard.press("Escape")
            page.locator("[data-visit]").first.focus()
            page.keyboard.press("Shift+ArrowRight")
            page.keyboard.press("Delete")
            rows = send(page)
            assert {row["visit_id"] for row in rows} == {
                guard_text(visit.visit_id) for visit in plan.visits
            }
            cells = [cell for row in rows for cell in row.values()]
            assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@") and cell] == []
            assert page.evaluate("window.hacked") is None
            assert page.locator("img[src=x]").count() == 0
            assert overflow(page) <= 0
            assert said == []
