"""The driver's file in a browser without a network: every control does what it says."""

import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from browser import (
    click_all,
    list_faint_texts,
    list_small_targets,
    open_page,
    overflow,
    wait_ready,
)
from click.testing import CliRunner
from conftest import SMALL
from hostile_province import HOSTILE, HOSTILE_TOGETHER, rename_trips, write_hostile_folder
from osm_files import find_shared
from page_data import read_data
from plan_fixture import make_plan
from result_sheets import make_trip_plan

from cli import command
from exports.driver import trip_page
from exports.write import write_documents
from planning.plan import Plan
from planning.plan_file import dump_plan
from province.facts import Province
from province.read import read_province
from province.results import PROOF_COLUMNS, RESULT_COLUMNS
from province.shipped import find_shipped

PHONE = {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})"
SHARES = """window.shared = [];
navigator.canShare = (what) => what.files.length === 1;
navigator.share = (what) => what.files[0].text().then((text) => { window.shared.push(text); });"""


def write_page(plan: Plan, province: Province, folder: Path, language: str = "en") -> Path:
    """Return the first trip's page."""
    files = write_documents(
        plan, province, folder, language=language, only=("drivers",), overwrite=False
    )
    return files[0]


@pytest.fixture(scope="module")
def page_file(small: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(make_trip_plan(small), small, tmp_path_factory.mktemp("driver") / "m")


def shown(page) -> str:
    """Return which place the large card shows."""
    (key,) = (item.get_attribute("data-item") for item in page.locator(".item:visible").all())
    return key


def read_sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def save(page) -> str:
    with page.expect_download() as waiting:
        page.locator("#save").click()
    assert waiting.value.suggested_filename == "T01-results.csv"
    return Path(waiting.value.path()).read_text(encoding="utf-8")


@SIZES
def test_page_opens_clean_and_can_be_used_with_a_thumb(
    browser, page_file: Path, width: int, height: int
) -> None:
    with open_page(browser, page_file, width=width, height=height) as (page, said):
        assert sorted(page.locator(".pin.stop").all_inner_texts()) == ["1", "2", "3"]
        page.locator("[data-day=all]").click()
        assert page.locator("article.stop .number").all_inner_texts() == ["1", "2", "3"]
        for summary in page.locator("article.stop details summary").all():
            summary.click()
        page.locator("[name='r0.outcome'][value=partly]").check(force=True)
        page.locator("[data-code]").first.click()
        assert page.locator(".code svg").first.is_visible()
        page.locator(".as-text summary").click()
        targets = "button, a, summary, label.box, .choice label, .field input, .field textarea"
        assert list_small_targets(page, targets) == []
        main = ".time, h2, h3, .number, .main, .parcels .count, .tick"
        assert list_faint_texts(page, main=main, main_least=7, least=4.5) == []
        assert overflow(page) <= 0
        assert said == []


def test_days_are_switched(browser, page_file: Path) -> None:
    with open_page(browser, page_file, **PHONE) as (page, said):
        assert page.locator("article.stop:visible").count() == 2
        page.locator("nav.days [data-day='1']").click()
        assert page.locator("article.stop:visible .top .number").all_inner_texts() == ["3"]
        assert page.locator(".pin.stop:not(.other)").all_inner_texts() == ["3"]
        page.locator("nav.days [data-day=all]").click()
        assert page.locator("article.stop:visible").count() == 3
        page.locator(".pin.stop", has_text="2").dispatch_event("click")
        assert page.locator("nav.days [aria-pressed=true]").get_attribute("data-day") == "0"
        assert said == []


def test_large_card_goes_from_place_to_place(browser, page_file: Path) -> None:
    with open_page(browser, page_file, now="2026-12-01T08:05", **PHONE) as (page, said):
        assert shown(page) == "start"
        page.locator(".item .main:visible").click()
        assert shown(page) == "s1"
        page.locator(".item .main:visible").click()
        assert (shown(page), page.locator("[name='s1.arrived']").input_value()) == ("s1", "08:05")
        page.locator(".item .undo:visible").click()
        assert page.locator("[name='s1.arrived']").input_value() == ""
        page.locator(".item .main:visible").click()
        page.locator(".item .main:visible").click()
        assert shown(page) == "s2"
        done = page.locator("#stop-1 [name$='.outcome']:checked")
        assert [box.get_attribute("value") for box in done.all()] == ["done"] * 3
        page.locator("[data-walk='-1']").click()
        assert shown(page) == "s1"
        assert page.locator(".item .main:visible").is_disabled()
        page.locator("[data-walk='1']").click()
        keys = []
        for _ in range(6):
            keys.append(shown(page))
            page.locator(".item .main:visible").click()
        assert keys == ["s2", "s2", "n0", "s3", "s3", "home"]
        assert page.locator("nav.days [aria-pressed=true]").get_attribute("data-day") == "1"
        assert said == []


def test_what_was_written_is_found_again(browser, page_file: Path) -> None:
    with open_page(browser, page_file, **PHONE) as (page, said):
        page.locator("[data-done='2']").click()
        box = page.locator("#stop-1 .ticks").first
        box.locator("summary").click()
        box.locator("label.box").nth(1).click()
        page.locator("#stop-1 .record summary").click()
        page.locator("[name='s1.note']").fill("đường trơn, <b>chậm</b>")
        page.locator("[name='r2.outcome'][value='not-done']").check(force=True)
        page.reload()
        wait_ready(page)
        assert page.locator("[data-done='2']").get_attribute("aria-pressed") == "true"
        assert page.locator("#stop-1 .ticks output").first.inner_text() == "1"
        assert page.locator("[name='s1.note']").input_value() == "đường trơn, <b>chậm</b>"
        assert page.locator("[name='r2.outcome'][value='not-done']").is_checked()
        page.locator("#forget").click()
        page.locator("#forget").click()
        page.reload()
        wait_ready(page)
        assert page.locator("[name='s1.note']").input_value() == ""
        assert page.locator(":checked").count() == 0
        assert said == []


def test_notes_of_one_plan_do_not_turn_up_in_another(browser, small: Province, tmp_path) -> None:
    plan = make_trip_plan(small)
    other = make_plan(small)
    first = write_page(plan, small, tmp_path / "a")
    second = write_page(other, small, tmp_path / "b")
    with open_page(browser, first, **PHONE) as (page, _):
        page.locator("[data-done='1']").click()
        page.goto(second.as_uri())
        wait_ready(page)
        assert page.locator(":checked").count() == 0
        page.goto(first.as_uri())
        wait_ready(page)
        assert page.locator("#stop-1 :checked").count() == 3


def test_report_is_taken_by_record(browser, page_file: Path, small: Province, tmp_path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "province"))
    (folder / "plans" / "2026-12").mkdir(parents=True)
    (folder / "plans" / "2026-12" / "plan.json").write_bytes(dump_plan(make_trip_plan(small)))
    with open_page(browser, page_file, now="2026-12-02T17:20", **PHONE) as (page, said):
        for stop in (1, 2, 3):
            page.locator("nav.days [data-day=all]").click()
            page.locator(f"[data-done='{stop}']").click()
        page.locator("#stop-1 .record summary").click()
        page.locator("[name='r2.readers']").fill("30")
        page.locator("[name='s1.arrived']").fill("08:10")
        page.locator("[name='s1.note']").fill('=1+1; "đông vui"\nvề muộn')
        page.locator("[name='r1.outcome'][value=partly]").check(force=True)
        assert page.locator("#save").is_disabled()
        page.locator("#questions button").click()
        assert page.evaluate("document.activeElement.name") == "r1.reason"
        page.locator("[name='r1.reason']").fill("mất một quyển")
        page.locator("[name='r1.books_missing']").fill("một")
        assert page.locator("#questions button").count() == 1
        page.locator("[name='r1.books_missing']").fill("1")
        page.locator("[name='t.km']").fill("103,6")
        page.locator("[name='t.departed']").fill("06:00")
        page.locator("[name='t.arrived']").fill("17:20")
        text = save(page)
        assert "T01-results.csv" in page.locator("#reported").inner_text()
        page.locator("[name='t.km']").fill("104")
        assert "Not sent yet: 1" in page.locator("#reported").inner_text()
        assert page.locator("#text").input_value().startswith("month,trip_id,")
        assert said == []
    rows = read_sheet(text)
    assert tuple(rows[0]) == (*RESULT_COLUMNS, *PROOF_COLUMNS)
    assert [row["outcome"] for row in rows] == ["done", "partly", *["done"] * 6]
    assert rows[0]["note"] == '\'=1+1; "đông vui" về muộn'
    assert (rows[0]["arrived"], rows[2]["readers"]) == ("08:10", "30")
    assert (rows[-1]["task"], rows[-1]["km"]) == ("trip", "103.6")
    sheet = tmp_path / "sent.csv"
    sheet.write_text(text, encoding="utf-8", newline="")
    answer = CliRunner().invoke(command, ["record", str(folder), str(sheet), "--json"])
    assert answer.exit_code == 0, answer.output + str(answer.exception)
    told = json.loads(answer.stdout)
    assert told["rows"] == told["recorded"] == 8
    assert told["moves"] == 3
    assert told["open_tasks"] == []
    places = dict(where(folder))
    assert {key: places[key] for key in ("B5", "B3", "B2")} == {
        "B5": "TV1", "B3": "TV2", "B2": "TV4",
    }  # fmt: skip


def where(folder: Path) -> list[tuple[str, str]]:
    """Return batches and where the ledger has them."""
    answer = CliRunner().invoke(command, ["where", str(folder), "--on", "2026-12-31", "--json"])
    return [(row["batch"], row["site"]) for row in json.loads(answer.stdout)]


def test_report_is_shared_where_the_phone_can(browser, page_file: Path) -> None:
    with open_page(browser, page_file, first=SHARES, **PHONE) as (page, said):
        assert page.locator("#send").is_disabled()
        page.locator("[data-done='1']").click()
        page.locator("#send").click()
        page.locator("#reported", has_text="Everything is sent").wait_for()
        rows = read_sheet(page.evaluate("window.shared[0]"))
        assert [row["task"] for row in rows] == ["exchange-leave", "exchange-take", "session"]
        assert said == []


def test_phone_that_keeps_nothing_is_told(browser, page_file: Path) -> None:
    with open_page(browser, page_file, first=NO_STORAGE, **PHONE) as (page, said):
        assert page.locator("#unsaved").is_visible()
        page.locator("[data-done='1']").click()
        assert len(read_sheet(save(page))) == 3
        assert said == []
    with open_page(browser, page_file, **PHONE) as (page, _):
        assert not page.locator("#unsaved").is_visible()


def test_position_is_shown_only_when_allowed(browser, page_file: Path) -> None:
    place = {"latitude": 21.3, "longitude": 104.0, "accuracy": 12}
    allowed = {"permissions": ["geolocation"], "geolocation": place}
    with open_page(browser, page_file, **PHONE, **allowed) as (page, said):
        page.locator("[data-walk='1']").click()
        page.locator("[data-tool=position]").click()
        page.locator("#position", has_text="12 m").wait_for()
        assert "0 km" in page.locator("#position").inner_text()  # stop 1 stands at 104.0, 21.3
        page.locator("[data-tool=position]").click()
        assert not page.locator("#position").is_visible()
        assert said == []
    with open_page(browser, page_file, **PHONE) as (page, said):
        page.locator("[data-tool=position]").click()
        page.locator("#position", has_text="not").wait_for()
        assert page.locator("[data-tool=position]").get_attribute("aria-pressed") == "false"


def test_map_fills_the_screen_and_comes_back(browser, page_file: Path) -> None:
    with open_page(browser, page_file, **PHONE) as (page, said):
        page.locator("[data-tool=full]").click()
        assert page.locator("#map").bounding_box()["height"] > 800
        page.keyboard.press("Escape")
        assert page.locator("#map").bounding_box()["height"] < 500
        page.locator("[data-tool=zoom_in]").click()
        page.locator("[data-tool=whole]").click()
        assert said == []


def test_each_day_is_printed_on_a_page_of_its_own(browser, small: Province, tmp_path) -> None:
    pypdf = pytest.importorskip("pypdf")
    file = write_page(make_plan(small), small, tmp_path / "m", language="vi")
    with open_page(browser, file, **PHONE) as (page, said):
        content = page.pdf(prefer_css_page_size=True, print_background=True)
        assert said == []
    first, second = pypdf.PdfReader(io.BytesIO(content)).pages
    assert [round(float(side) / 72 * 25.4) for side in first.mediabox[2:]] == [210, 297]
    assert "Bản Mận" in first.extract_text()
    assert "Ngày 2" in second.extract_text()


def test_reader_without_scripts_still_has_the_sheet(browser, page_file: Path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True, viewport=PHONE)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.locator("article.stop").last.is_visible()
    assert page.locator("svg.picture").first.is_visible()
    assert not page.locator("#map").is_visible()
    context.close()


@pytest.mark.parametrize("names", HOSTILE_TOGETHER)
def test_hostile_names_run_nothing_and_fit(browser, tmp_path: Path, names: str) -> None:
    text = " ".join(HOSTILE[name] for name in names.split())
    hostile = read_province(write_hostile_folder(tmp_path / "p", text, in_ids=True))
    plan = rename_trips(make_plan(hostile), text)
    file = write_page(plan, hostile, tmp_path / "m", language="vi")
    assert file.parent == tmp_path / "m" / "drivers"
    with open_page(browser, file, **PHONE) as (page, said):
        click_all(page, "[data-walk='1'], [data-day=all], [data-done], summary, .pin.danger")
        assert page.evaluate("window.hacked") is None
        assert page.locator("img[src=x]").count() == 0
        assert overflow(page) <= 0
        assert len(read_sheet(page.locator("#text").input_value())) == 7
        assert said == []


def test_trip_on_real_roads_lies_on_shaded_hills(browser, tmp_path: Path) -> None:
    tiles = tmp_path / "tiles"
    tiles.mkdir()
    for name in ("N42E001.hgt.zip", "N41E001.hgt.zip"):
        shutil.copy(find_shared(name), tiles)
    folder = tmp_path / "andorra"
    asked = ["new", str(folder), "--osm", str(find_shared("andorra.osm.pbf")), "--admin-level", "7",
             "--country", "AD", "--elevation", str(tiles)]  # fmt: skip
    answer = CliRunner().invoke(command, asked)
    assert answer.exit_code == 0, answer.output + str(answer.exception)
    province = keep_connected(read_province(folder))
    file = write_page(make_plan(province), province, tmp_path / "m")
    assert file.stat().st_size <= 2_000_000
    assert len(read_data(file.read_bytes())["map"]["water"]) >= 5
    with open_page(browser, file, **PHONE) as (page, said):
        hills = page.locator("img.leaflet-image-layer")
        assert hills.evaluate("image => image.naturalWidth") >= 300
        assert page.locator(".credit").is_visible()
        assert overflow(page) <= 0
        assert said == []


def keep_connected(province: Province) -> Province:
    """Return the province with the roads alone that lead everywhere and back."""
    graph = nx.DiGraph()
    ends = {
        s.segment_id: tuple((round(x, 5), round(y, 5)) for x, y in (s.line[0], s.line[-1]))
        for s in province.segments
    }
    for segment in province.segments:
        one, other = ends[segment.segment_id]
        graph.add_edge(one, other)
        if not segment.is_oneway:
            graph.add_edge(other, one)
    nodes = max(nx.strongly_connected_components(graph), key=len)
    kept = tuple(s for s in province.segments if set(ends[s.segment_id]) <= nodes)
    return replace(province, segments=kept)


def count_work(browser, file: Path) -> dict[str, float]:
    """Return what a page costs until it is ready: nodes, layouts, styles worked out again."""
    context = browser.new_context(offline=True, viewport=PHONE)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Performance.enable")
    page.goto(file.as_uri())
    wait_ready(page)
    measures = tools.send("Performance.getMetrics")["metrics"]
    context.close()
    return {measure["name"]: measure["value"] for measure in measures}


def test_a_slow_phone_has_little_to_do_until_the_page_is_ready(browser, tmp_path: Path) -> None:
    """Seconds are shown by ``benchmarks/slow_phone.py``; here what makes them is counted."""
    province = read_province(find_shipped("son-la"))
    plan = make_plan(province, stops_per_day=4, num_sites=17)
    assert [len(trip.stops) for trip in plan.trips.trips] == [8, 8]
    sheets = list(trip_page.draw(plan, province, "vi"))
    name, content = max(sheets, key=lambda sheet: len(sheet[1]))
    assert len(content) <= 600_000, name
    file = tmp_path / "trip.html"
    file.write_bytes(content)
    work = count_work(browser, file)
    assert work["Nodes"] <= 5_000
    # a page that measures while it builds would lay itself out once a stop or a card
    assert work["LayoutCount"] <= 10
    assert work["RecalcStyleCount"] <= 15
