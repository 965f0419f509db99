"""The two kinds of map, opened in a browser without a network."""

import json
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from statistics import median

import pytest
from browser import (
    click_all,
    list_faint_texts,
    list_small_targets,
    open_page,
    overflow,
)
from hostile_province import HOSTILE, HOSTILE_TOGETHER, rename_trips, write_hostile_folder
from page_data import decode, follow, read_data
from plan_fixture import make_plan

from exports.driver import trip_page
from exports.maps.basemap import encode_line, list_closed, list_closures
from exports.month_map import month_page
from exports.month_map.commune_facts import class_of, describe_communes, divide_demand, sum_demand
from exports.pages.page import embed_json, read_leaflet
from exports.write import write_documents
from planning.figures import Service, find_services, measure_coverage
from province.facts import Province
from province.ids import CommuneCode
from province.read import read_province
from province.shipped import find_shipped

SIZES = pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])


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
    ((_, month),) = month_page.draw(plan, small, "en")
    segments = {segment.segment_id: segment for segment in small.segments}
    legs = [leg for _, leg in plan.trips.trips[0].legs()]
    month_data = read_data(month)
    ways = [leg["w"] for day in month_data["trips"][0]["days"] for leg in day["legs"]]
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
    data = read_data(next(month_page.draw(make_plan(small), small, "en"))[1])
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
    plan = replace(make_plan(small), has_schematic_roads=schematic)
    for draw in (month_page.draw, trip_page.draw):
        for language, words in (("vi", "Mạng lưới đường sơ đồ"), ("en", "Schematic road network")):
            ((_, page),) = draw(plan, small, language)
            assert (words in page.decode("utf-8")) is schematic


@SIZES
def test_month_map_opens_and_switches(browser, folder: Path, width: int, height: int) -> None:
    with open_page(browser, folder / "routes.html", width=width, height=height) as (page, said):
        assert page.locator(".pin.stop").all_inner_texts() == ["1", "2", "3", "4"]
        assert page.locator("path.route").count() == 1
        assert page.locator(".pin.missed").count() == 1
        page.locator("[data-day='2026-12-02']").click()
        assert page.locator(".pin.stop").all_inner_texts() == ["1", "2"]
        page.locator("[data-week]").first.click()
        assert page.locator(".pin.stop").count() == 4
        page.locator("#all-days").click()
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
        page.locator("[data-trip='0']").click()
        assert page.locator("[data-trip='0']").get_attribute("aria-pressed") == "true"
        page.locator("[data-unserved]").first.click()
        page.wait_for_selector(".leaflet-popup-content")
        assert overflow(page) <= 0
        if width < 760:
            page.locator(".leaflet-popup-close-button").click()
            targets = "button, .leaflet-bar a, .switches label, input[type=search], #moment"
            assert list_small_targets(page, targets) == []
        assert list_faint_texts(page, main="h1", main_least=7, least=4.5) == []
        assert said == []


def test_time_slider_shows_where_vehicles_are(browser, small: Province, folder: Path) -> None:
    stop = make_plan(small).trips.trips[0].stops[0]
    with open_page(browser, folder / "routes.html", width=390, height=844) as (page, said):
        whole = page.locator("#now").inner_text()
        # from ten minutes steps after the first departure: while the bus stands at the first stop
        steps = (stop.start_min + 30 - stop.leg.leave_min) // 10 + 1
        page.locator("#moment").evaluate(
            "(slider, value) => { slider.value = value;"
            " slider.dispatchEvent(new Event('input')); }",
            steps,
        )
        minute = stop.leg.leave_min // 10 * 10 + 10 * (steps - 1)
        assert page.locator("#now").inner_text().endswith(f"{minute // 60:02d}:{minute % 60:02d}")
        assert page.locator(".pin.vehicle").count() == 1
        assert page.locator(".pin.stop").all_inner_texts() == ["1", "2"]
        vehicle = page.locator(".pin.vehicle").bounding_box()
        pin = page.locator(f".pin.stop[title^='{stop.sequence}.']").bounding_box()
        assert abs(vehicle["x"] - pin["x"]) <= 3
        assert abs(vehicle["y"] - pin["y"]) <= 3
        page.locator("#play").click()
        assert page.locator("#play").get_attribute("aria-pressed") == "true"
        page.locator("#all-days").click()
        assert page.locator("#now").inner_text() == whole
        assert page.locator(".pin.stop").count() == 4
        assert said == []


def test_sites_are_found_without_their_marks(browser, folder: Path) -> None:
    with open_page(browser, folder / "routes.html", width=1280, height=800) as (page, said):
        page.locator("#search").fill("deo may")
        found = page.locator("#found button").all_inner_texts()
        assert sorted(found) == ["Nhà văn hóa Đèo Mây", "Đèo Mây"]
        page.locator("#found button", has_text="Nhà").click()
        assert "Nhà văn hóa Đèo Mây" in page.locator(".leaflet-popup-content").inner_text()
        page.locator("#search").fill("nowhere")
        assert page.locator("#found button").count() == 0
        assert said == []


def test_communes_are_coloured_by_service_or_demand(browser, folder: Path) -> None:
    with open_page(browser, folder / "routes.html", width=1280, height=800) as (page, said):
        fills = "() => [...document.querySelectorAll('.leaflet-communes-pane path')].map(" \
                "(path) => path.getAttribute('fill'))"  # fmt: skip
        by_service = page.evaluate(fills)
        page.locator("[data-tint=demand]").click()
        assert page.evaluate(fills) != by_service
        assert page.locator("[data-legend=demand]").is_visible()
        assert not page.locator("[data-legend=service]").is_visible()
        page.locator("[data-tint=service]").click()
        assert page.evaluate(fills) == by_service
        assert said == []


DISTANCES = """() => {
  const [one, other] = [...document.querySelectorAll('path.route')].map((path) => {
    const points = [];
    for (let at = 0; at < path.getTotalLength(); at += 2) points.push(path.getPointAtLength(at));
    return points;
  });
  return one.map((a) => Math.min(...other.map((b) => Math.hypot(a.x - b.x, a.y - b.y))));
}"""


def test_vehicles_on_one_road_are_drawn_side_by_side(browser, small: Province, tmp_path) -> None:
    plan = make_plan(small, stops_per_day=1)
    assert len({trip.vehicle_id for trip in plan.trips.trips}) == 2
    write_documents(plan, small, tmp_path / "m", language="en", only=("routes",), overwrite=False)
    path = tmp_path / "m" / "routes.html"
    with open_page(browser, path, width=1280, height=800) as (page, said):
        page.wait_for_selector("path.route")
        near = [distance for distance in page.evaluate(DISTANCES) if distance < 12]
        assert len(near) > 50  # both trips use the road out of the depot
        assert 3.5 <= median(near) <= 5.5
        assert sum(distance < 2 for distance in near) < len(near) / 5  # only where they cross
        assert said == []


def test_numbers_are_not_crowded_on_a_phone(browser, tmp_path: Path) -> None:
    province = read_province(find_shipped("son-la"))
    plan = make_plan(province)
    write_documents(plan, province, tmp_path / "m", language="vi", only=("routes",),
                    overwrite=False)  # fmt: skip
    path = tmp_path / "m" / "routes.html"
    assert path.stat().st_size <= 3_000_000
    with open_page(browser, path, width=390, height=844) as (page, said):
        page.wait_for_selector(".pin.stop.thin")
        places = [pin.bounding_box() for pin in page.locator(".pin.stop:not(.thin) b").all()]
        assert 10 < len(places) < len(province.sites)
        for one, other in combinations(places, 2):
            across = abs(one["x"] - other["x"]) >= 18 or abs(one["y"] - other["y"]) >= 18
            assert across, (one, other)
        assert said == []


def test_communes_say_why_they_get_nothing(small: Province) -> None:
    plan = make_plan(small)
    uses = sum_demand(plan, small)
    assert sum(uses.values()) > 0
    told = describe_communes(plan, small, "en", uses)
    missed = small.site_by_id[
        next(v.site_id for v in plan.visits if v.visit_id == plan.trips.unserved[0].visit_id)
    ]
    assert "is shut until" in told[missed.commune_code]["p"]
    stop = plan.trips.trips[0].stops[0]
    assert "01/12/2026" in told[small.site_by_id[stop.site_id].commune_code]["p"]
    nothing = replace(plan.trips, trips=(), unserved=())
    still = replace(plan.rotation, stays=())
    about = told[small.site_by_id[stop.site_id].commune_code]["p"]
    assert small.batch_by_id[stop.leaves[0].content_id].name in about
    assert small.batch_by_id[stop.takes[0].content_id].name in about
    empty = replace(plan, trips=nothing, rotation=still, visits=())
    reasons = {code: one["p"] for code, one in describe_communes(empty, small, "en", uses).items()}
    assert "No visit is due here" in reasons["90002"]
    bare = replace(small, sites=tuple(s for s in small.sites if s.commune_code != "90002"))
    about = describe_communes(empty, bare, "en", uses)["90002"]["p"]
    assert "No service point is known here." in about


def test_demand_is_divided_into_classes_of_equal_number() -> None:
    uses = {CommuneCode(f"{n:05d}"): float(n) for n in range(11)}
    limits = divide_demand(uses)
    assert limits == (3.0, 5.0, 7.0, 9.0)
    assert [class_of(uses[code], limits) for code in sorted(uses)] == [
        0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5,
    ]  # fmt: skip
    assert divide_demand({CommuneCode("1"): 0.0}) == ()


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
