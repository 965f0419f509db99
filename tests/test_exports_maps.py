"""The two kinds of map, opened in a browser without a network."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from browser import open_browser, open_page, overflow
from plan_fixture import make_plan, rename_everything

from exports import driver_map, route_map
from exports.basemap import encode_line
from exports.closed_roads import list_closed, list_closures
from exports.page import embed_json, read_leaflet
from exports.write import write_documents
from planning.figures import Service, find_services, measure_coverage
from province.facts import Province
from province.read import read_province
from province.shipped import find_shipped

HOSTILE = (
    "<script>window.hacked=1;alert(1)</script>",
    "</script><img src=x onerror=window.hacked=1>\u2028\u2029",
    "\"'><svg onload=window.hacked=1> {{7*7}} ${7*7} &amp; `",
    '=HYPERLINK("http://evil") \u202eهجمات\u200f \U0001f4da',
    "../../etc/passwd C:\\con " + "x" * 300,
)
SIZES = pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])


@pytest.fixture(scope="module")
def browser():
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def folder(small: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("maps") / "2026-12"
    write_documents(make_plan(small), small, target, language="vi", overwrite=False)
    return target


def read_data(page: bytes) -> dict:
    found = re.search(rb'id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def decode(numbers: list[int]) -> list[tuple[float, float]]:
    points, lon, lat = [], 0, 0
    for step_lon, step_lat in zip(numbers[::2], numbers[1::2], strict=True):
        lon, lat = lon + step_lon, lat + step_lat
        points.append((lon / 1e5, lat / 1e5))
    return points


def follow(data: dict, way: list[int]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for number in way:
        line = decode(data["lines"][abs(number) - 1])
        points += line if number > 0 else line[::-1]
    return points


def test_lines_come_back_as_they_were() -> None:
    line = ((103.9, 21.3), (103.95001, 21.302), (-0.00001, 0.0))
    assert decode(encode_line(line)) == [pytest.approx(point) for point in line]


def test_routes_run_along_the_segments_without_a_gap(small: Province) -> None:
    plan = make_plan(small)
    ((_, month),) = route_map.draw(plan, small, "en")
    ((_, trip),) = driver_map.draw(plan, small, "en")
    segments = {segment.segment_id: segment for segment in small.segments}
    legs = [leg for _, leg in driver_map.list_legs(plan.trips.trips[0])]
    month_data, trip_data = read_data(month), read_data(trip)
    ways = [way for day in month_data["trips"][0]["days"] for way in day["w"]]
    assert len(ways) == len(legs) == len(trip_data["ways"])
    for leg, way, part in zip(legs, ways, trip_data["ways"], strict=True):
        expected = []
        for segment_id, is_forward in leg.segments:
            line = segments[segment_id].line
            expected += line if is_forward else line[::-1]
        for drawn in (follow(month_data, way), follow(trip_data, part["w"])):
            assert drawn == [pytest.approx(point, abs=1e-5) for point in expected]
    whole = [point for part in trip_data["ways"] for point in follow(trip_data, part["w"])]
    drawn = {point for segment in small.segments for point in segment.line}
    assert {(round(lon, 5), round(lat, 5)) for lon, lat in whole} <= drawn


def test_a_night_in_the_middle_is_driven_to(small: Province) -> None:
    trip = make_plan(small).trips.trips[0]
    legs = driver_map.list_legs(trip)
    days = [day for day, _ in legs]
    assert days == sorted(days)
    assert legs[-1] == (trip.last_day, trip.home)
    assert [leg for _, leg in legs if leg is trip.nights[0].leg]
    for (_, one), (_, other) in pairwise(legs):
        assert one.to_site == other.from_site


def test_closures_are_those_of_the_month(small: Province) -> None:
    month = make_plan(small).month
    (closure,) = list_closures(small, month.first_day, month.last_day)
    assert not list_closures(small, month.plus(1).first_day, month.plus(1).last_day)
    assert list_closed(closure, small)
    data = read_data(next(route_map.draw(make_plan(small), small, "en"))[1])
    assert "Road shut" in data["closures"][0]["p"]
    assert len(data["closures"][0]["l"]) == len(list_closed(closure, small))


def test_communes_are_counted_by_what_they_get(small: Province) -> None:
    plan = make_plan(small)
    services = find_services(plan, small)
    stops = plan.trips.trips[0].stops
    sites = small.site_by_id
    with_session = {sites[s.site_id].commune_code for s in stops if len(s.tasks) == 2}
    assert {code for code, service in services.items() if service is Service.BOTH} == with_session
    coverage = measure_coverage(plan, small)
    assert coverage.communes == 4
    assert coverage.served == len({sites[stop.site_id].commune_code for stop in stops})


def test_pages_load_nothing(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert "'unsafe-inline'" not in text.split("script-src")[1].split(";")[0]
        outside = re.sub(r"<script.*?</script>|<style.*?</style>", "", text, flags=re.DOTALL)
        assert not re.search(r'(src|href)="(?!data:|geo:|tel:|#)', outside)


def test_the_map_library_is_the_one_folium_names() -> None:
    assert "Leaflet 1.9" in read_leaflet("leaflet")
    assert ".leaflet-pane" in read_leaflet("leaflet_css")


def test_json_cannot_end_its_element() -> None:
    text = str(embed_json({"a": "</script><!-- \u2028&"}))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><!-- \u2028&"}


@pytest.mark.parametrize("schematic", [True, False])
def test_schematic_roads_are_labelled(small: Province, schematic: bool) -> None:
    from dataclasses import replace

    plan = replace(make_plan(small), has_schematic_roads=schematic)
    for draw in (route_map.draw, driver_map.draw):
        for language, words in (("vi", "Mạng lưới đường sơ đồ"), ("en", "Schematic road network")):
            ((_, page),) = draw(plan, small, language)
            assert (words in page.decode("utf-8")) is schematic


def test_driver_page_tells_loads_times_and_telephones(small: Province) -> None:
    plan = make_plan(small)
    ((name, page),) = driver_map.draw(plan, small, "en")
    text = page.decode("utf-8")
    assert name == "drivers/T01.html"
    stop = plan.trips.trips[0].stops[0]
    assert f'href="tel:{small.site_by_id[stop.site_id].phone.replace(" ", "")}"' in text
    assert small.batch_by_id[stop.leaves[0].content_id].name in text
    assert text.count("<article") == 4 + 2 + 1  # stops, start and end, night
    assert text.count('<details class="qr">') == 4 + 1
    assert [int(n) for n in re.findall(r'id="stop-(\d+)"', text)] == [1, 2, 3, 4]


def test_maps_of_the_shipped_province_are_small() -> None:
    province = read_province(find_shipped("son-la"))
    plan = make_plan(province)
    ((_, month),) = route_map.draw(plan, province, "vi")
    assert len(month) <= 3_000_000
    sheets = list(driver_map.draw(plan, province, "vi"))
    assert len(sheets) == len(plan.trips.trips) > 5
    assert max(len(page) for _, page in sheets) <= 600_000


@SIZES
def test_month_map_opens_and_switches(browser, folder: Path, width: int, height: int) -> None:
    with open_page(browser, folder / "routes.html", width=width, height=height) as (page, said):
        assert page.locator(".pin.stop").all_inner_texts() == ["1", "2", "3", "4"]
        assert page.locator("path.route").count() > 0
        assert page.locator(".pin.missed").count() == 1
        page.locator("[data-day='2026-12-02']").click()
        assert page.locator(".pin.stop").all_inner_texts() == ["1", "2"]
        page.locator("#all-days").click()
        assert page.locator(".pin.stop").count() == 4
        page.locator("[data-vehicle]").first.uncheck()
        assert page.locator(".pin.stop").count() == page.locator("path.route").count() == 0
        page.locator("[data-vehicle]").first.check()
        for layer, what in (
            ("unserved", ".pin.missed"),
            ("stops", ".pin.stop"),
            ("closures", ".pin.closed"),
            ("roads", ".label.shield"),
        ):
            assert page.locator(what).count() > 0
            page.locator(f"[data-layer={layer}]").uncheck()
            assert page.locator(what).count() == 0
            page.locator(f"[data-layer={layer}]").check()
        page.locator("[data-trip='T01']").click()
        page.locator("[data-unserved]").first.click()
        page.wait_for_selector(".leaflet-popup-content")
        assert overflow(page) <= 0
        page.screenshot(path=folder.parent / f"routes-{width}.png")
        assert said == []


@SIZES
def test_driver_page_opens(browser, folder: Path, width: int, height: int) -> None:
    with open_page(browser, folder / "drivers" / "T01.html", width=width, height=height) as opened:
        page, said = opened
        assert sorted(page.locator(".pin.stop").all_inner_texts()) == ["1", "2", "3", "4"]
        assert page.locator("article.stop .number").all_inner_texts() == ["1", "2", "3", "4"]
        page.locator(".days a").nth(1).click()
        assert page.locator("#day-1 h2").bounding_box()["y"] < height / 2
        page.locator(".qr summary").first.click()
        assert page.locator(".qr svg").first.is_visible()
        for button in page.locator("a.button, summary.button, .days a").all():
            if button.is_visible():
                assert button.bounding_box()["height"] >= 44
        assert overflow(page) <= 0
        page.screenshot(path=folder.parent / f"driver-{width}.png", full_page=True)
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        frame = page.locator("#map").bounding_box()
        for pin in page.locator(".pin.stop").all():
            box = pin.bounding_box()
            assert frame["x"] <= box["x"] <= frame["x"] + frame["width"]
            assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]
        assert all(code.is_visible() for code in page.locator(".qr svg").all())
        assert said == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_run_nothing_and_fit(
    browser, small: Province, tmp_path: Path, text: str
) -> None:
    hostile = rename_everything(small, text)
    write_documents(make_plan(hostile), hostile, tmp_path / "m", language="vi", overwrite=False)
    for path in ("routes.html", "drivers/T01.html"):
        with open_page(browser, tmp_path / "m" / path, width=390, height=844) as (page, said):
            for pin in page.locator(".pin").all()[:3]:
                pin.dispatch_event("click")
            assert page.evaluate("window.hacked") is None
            assert page.locator("img[src=x]").count() == 0
            assert overflow(page) <= 0, path
            assert said == []
