"""The two kinds of map, opened in a browser without a network."""

import json
import re
from pathlib import Path

import pytest
from browser import click_all, open_browser, open_page, overflow
from hostile_province import HOSTILE, HOSTILE_TOGETHER, rename_trips, write_hostile_folder
from page_data import decode, follow, read_data
from plan_fixture import make_plan

from exports import driver_map, route_map
from exports.basemap import encode_line
from exports.closed_roads import list_closed, list_closures
from exports.page import embed_json, read_leaflet
from exports.write import write_documents
from planning.figures import Service, find_services, measure_coverage
from province.facts import Province
from province.read import read_province
from province.shipped import find_shipped

SIZES = pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])


@pytest.fixture(scope="module")
def browser():
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def folder(small: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("maps") / "2026-12"
    write_documents(
        make_plan(small), small, target, language="vi", only=("routes", "drivers"), overwrite=False
    )
    return target


def test_lines_come_back_as_they_were() -> None:
    line = ((103.9, 21.3), (103.95001, 21.302), (-0.00001, 0.0))
    assert decode(encode_line(line)) == [pytest.approx(point) for point in line]


def test_routes_run_along_the_segments_without_a_gap(small: Province) -> None:
    plan = make_plan(small)
    ((_, month),) = route_map.draw(plan, small, "en")
    segments = {segment.segment_id: segment for segment in small.segments}
    legs = [leg for _, leg in driver_map.list_legs(plan.trips.trips[0])]
    month_data = read_data(month)
    ways = [way for day in month_data["trips"][0]["days"] for way in day["w"]]
    assert len(ways) == len(legs)
    for leg, way in zip(legs, ways, strict=True):
        expected = []
        for segment_id, is_forward in leg.segments:
            line = segments[segment_id].line
            expected += line if is_forward else line[::-1]
        assert follow(month_data, way) == [pytest.approx(point, abs=1e-5) for point in expected]


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


def test_the_map_of_the_shipped_province_is_small() -> None:
    province = read_province(find_shipped("son-la"))
    ((_, month),) = route_map.draw(make_plan(province), province, "vi")
    assert len(month) <= 3_000_000


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


@pytest.mark.parametrize("names", HOSTILE_TOGETHER)
def test_hostile_names_run_nothing_and_fit(browser, tmp_path: Path, names: str) -> None:
    text = " ".join(HOSTILE[name] for name in names.split())
    hostile = read_province(write_hostile_folder(tmp_path / "p", text, in_ids=True))
    plan = rename_trips(make_plan(hostile), text)
    write_documents(plan, hostile, tmp_path / "m", language="vi", only=("routes",), overwrite=False)
    opened = open_page(browser, tmp_path / "m" / "routes.html", width=390, height=844)
    with opened as (page, said):
        click_all(page, ".pin, [data-trip], [data-unserved], [data-day]")
        assert page.evaluate("window.hacked") is None
        assert page.locator("img[src=x]").count() == 0
        assert overflow(page) <= 0
        assert said == []
