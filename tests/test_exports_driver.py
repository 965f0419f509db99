"""The driver's file: its ways, dangers, loads, rows and pictures, without a browser."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from page_data import decode, read_data
from PIL import Image
from plan_fixture import make_plan

from exports.driver import trip_page
from exports.driver.day_picture import WIDTH, draw_picture, measure_room_mm
from exports.driver.next_items import list_next_items
from exports.driver.report import gather_record, list_rows
from exports.driver.trip_book import TripBook, open_book
from exports.driver.way import DangerKind, list_dangers, list_leg_closures
from exports.geo.mercator import frame_points, from_mercator, to_mercator
from exports.maps.ground import draw_ground, shade_hills
from planning.expected_results import list_expected_results
from planning.loads import order_loading, order_unloading
from province.errors import InputError
from province.facts import Province
from province.results import RESULT_COLUMNS
from roads.closures import read_road_state
from roads.stretches import Stretch
from routing.trips import Leg


@pytest.fixture(scope="module")
def book(small: Province) -> TripBook:
    plan = make_plan(small)
    return open_book(plan.trips.trips[0], plan, small, "en")


def drive(book: TripBook, *segments: tuple[str, bool]) -> Leg:
    return replace(book.trip.home, segments=segments, pauses=())


def test_a_night_in_the_middle_is_driven_to(small: Province) -> None:
    trip = make_plan(small).trips.trips[0]
    legs = list(trip.legs())
    days = [day for day, _ in legs]
    assert days == sorted(days)
    assert legs[-1] == (trip.last_day, trip.home)
    assert [leg for _, leg in legs if leg is trip.nights[0].leg]
    for (_, one), (_, other) in pairwise(legs):
        assert one.to_site == other.from_site


def test_ways_run_along_the_segments_without_a_gap(small: Province) -> None:
    plan = make_plan(small)
    ((_, page),) = trip_page.draw(plan, small, "en")
    ways = read_data(page)["map"]["ways"]
    legs = [leg for _, leg in plan.trips.trips[0].legs() if leg.segments]
    segments = {segment.segment_id: segment for segment in small.segments}
    assert len(ways) == len(legs)
    for leg, way in zip(legs, ways, strict=True):
        expected = []
        for segment_id, is_forward in leg.segments:
            line = segments[segment_id].line
            line = line if is_forward else line[::-1]
            expected += line if not expected else line[1:]
        assert decode(way["l"]) == [pytest.approx(point, abs=1e-5) for point in expected]


@pytest.mark.parametrize(
    ("days_before", "is_told"), [(1, True), (0, True), (2, False), (-1, False)]
)
def test_a_closure_at_night_is_told_on_the_next_morning(
    small: Province, days_before: int, is_told: bool
) -> None:
    # One night from 20:00 to 06:00: it holds on the day of its evening and on the next morning.
    plan = make_plan(small)
    trip = plan.trips.trips[0]
    leg = trip.stops[0].leg
    evening = trip.first_day - timedelta(days=days_before)
    night = replace(
        small.closures[0], segment_id=leg.segments[0][0], ref="", km_from=None, km_to=None,
        first_day=evening, last_day=evening, from_minute=1200, to_minute=360,
    )  # fmt: skip
    province = replace(small, closures=(night,))
    book = open_book(trip, plan, province, "en")
    assert list_leg_closures(leg, trip.first_day, book) == ((night,) if is_told else ())
    shut = dict(read_road_state(province, trip.first_day).shut_hours)
    assert (Stretch(leg.segments[0][0]) in shut) is is_told


def test_page_tells_loads_times_and_telephones(small: Province) -> None:
    plan = make_plan(small)
    ((name, page),) = trip_page.draw(plan, small, "en")
    text = page.decode("utf-8")
    assert name == "drivers/T01.html"
    stop = plan.trips.trips[0].stops[0]
    assert f'href="tel:{small.site_by_id[stop.site_id].phone.replace(" ", "")}"' in text
    assert small.batch_by_id[stop.leaves[0].content_id].name in text
    assert text.count("<article") == 4 + 2 + 1  # stops, start and end, night
    assert text.count('class="qr"') == 4 + 1
    assert [int(n) for n in re.findall(r'id="stop-(\d+)"', text)] == [1, 2, 3, 4]
    boxes = sum(p.boxes for s in plan.trips.trips[0].stops for p in (*s.leaves, *s.takes))
    boxes += sum(p.boxes for p in plan.trips.trips[0].loads)
    assert text.count('class="box"') == boxes


def test_what_is_left_last_is_loaded_first(book: TripBook) -> None:
    trip = book.trip
    left_at = {(p.content_id, p.to_site): s.sequence for s in trip.stops for p in s.leaves}
    loaded = order_loading(trip, trip.loads, 0)
    stops = [left_at[parcel.content_id, parcel.to_site] for parcel in loaded]
    assert stops == sorted(stops, reverse=True)
    assert len(set(stops)) > 1
    parcel = trip.stops[0].takes[0]  # a chain: left at the second stop
    home = replace(parcel, to_site=trip.depot_id)
    assert order_loading(trip, (parcel, home), 1) == (home, parcel)
    mixed = (*trip.stops[1].leaves, *trip.loads[:1])
    assert order_unloading(trip, mixed, 2)[0] == trip.stops[1].leaves[0]


def test_dangers_are_told_once_in_the_order_met(book: TripBook) -> None:
    # ĐT.101 climbs the pass (S02: hazard, 11 %) and comes down (S03: 10 %): one steep stretch.
    leg = drive(book, ("S01", True), ("S02", True), ("S03", True), ("S04", True))
    found = list_dangers(leg, book)
    assert [(danger.kind, danger.road) for danger in found] == [
        (DangerKind.HAZARD, "ĐT.101"),
        (DangerKind.STEEP, "ĐT.101"),
        (DangerKind.STEEP, "Đường mòn Suối Ngọc"),
        (DangerKind.NARROW, "Đường mòn Suối Ngọc"),
        (DangerKind.DRY_ONLY, "Đường mòn Suối Ngọc"),
    ]
    assert found[1].text == "steep up to 11 %, 15.5 km"
    back = list_dangers(drive(book, ("S03", False), ("S02", False)), book)
    assert [danger.text for danger in back if danger.kind is DangerKind.STEEP] == [
        "steep down to 11 %, 15.5 km"
    ]


def test_ferries_are_dangers(book: TripBook) -> None:
    ferries = [s for s in book.province.segments if s.road_class.value == "ferry"]
    (danger,) = (
        d
        for d in list_dangers(drive(book, (ferries[0].segment_id, True)), book)
        if d.kind is DangerKind.FERRY
    )
    assert str(ferries[0].ferry_wait_min) in danger.text


def test_places_come_in_the_order_met(book: TripBook) -> None:
    keys = [item.key for item in list_next_items(book)]
    assert keys == ["start", "s1", "s2", "n0", "s3", "s4", "home"]


def test_rows_are_those_that_record_expects(book: TripBook) -> None:
    rows = list_rows(book)
    expected = list_expected_results(book.plan, book.trip)
    assert [row["cells"]["task"] for row in rows] == [row.task.value for row in expected]
    assert rows[-1]["stop"] == 0
    assert all(set(row["cells"]) <= set(RESULT_COLUMNS) for row in rows)


def test_notes_are_kept_by_plan_and_trip(book: TripBook) -> None:
    key = gather_record(book, file_name="T01")["key"]
    assert key.startswith("luanchuyen/90/2026-12/T01/")
    assert key == gather_record(replace(book, language="vi"), file_name="T01")["key"]
    stops = (replace(book.trip.stops[0], day=book.trip.dates[1]), *book.trip.stops[1:])
    other = replace(book, trip=replace(book.trip, stops=stops))
    assert gather_record(other, file_name="T01")["key"] != key


def test_picture_of_a_day_shows_its_way_and_stops_inside_the_frame(book: TripBook) -> None:
    picture = str(draw_picture(0, book))
    signs = re.findall(r'<circle cx="(-?\d+)" cy="(-?\d+)"', picture)
    assert len(signs) == 2 + 1 + 1  # stops, bed, depot
    assert all(0 < int(x) < WIDTH and 0 < int(y) < 10 * measure_room_mm(0, book) for x, y in signs)
    assert len(re.findall(r'class="way day-0" d="M', picture)) == 1


def test_frames_keep_angles_as_web_mercator_does() -> None:
    assert to_mercator(0) == pytest.approx(0)
    assert from_mercator(to_mercator(57.3)) == pytest.approx(57.3)
    frame = frame_points([(24.0, 56.0), (26.0, 57.0)], 1000, 1000, 100)
    assert frame.place(25.0, 0.0)[0] == 500
    step = to_mercator(56.01) - to_mercator(56.0)
    assert step / 0.01 == pytest.approx(1 / np.cos(np.radians(56.005)), rel=1e-5)


def write_tile(folder: Path, heights: np.ndarray) -> None:
    (folder / "elevation").mkdir()
    (folder / "elevation" / "N21E103.hgt").write_bytes(heights.astype(">i2").tobytes())


def read_png(content: bytes) -> np.ndarray:
    """Return the palette numbers of a 4-bit PNG that we wrote."""
    picture = Image.open(io.BytesIO(content))
    assert picture.info["transparency"] == 0
    return np.array(picture)


def test_slopes_towards_the_sun_are_bright(tmp_path: Path) -> None:
    # A roof whose ridge runs north: its west side faces the light from the north-west.
    column = 3_000 - 4.0 * np.abs(np.arange(1201) - 600)
    write_tile(tmp_path, np.tile(column, (1201, 1)))
    hills = shade_hills(tmp_path, (103.3, 21.4, 103.7, 21.6), side_px=80)
    assert hills is not None
    levels = read_png(hills)
    assert levels.shape == (43, 80)  # 0.2 degrees of latitude are 0.215 of longitude there
    assert levels[:, :38].min() > levels[:, 42:].max()


def test_unknown_ground_is_transparent_and_voids_are_level(tmp_path: Path) -> None:
    heights = np.full((1201, 1201), 700)
    heights[600, 600] = -32_768
    write_tile(tmp_path, heights)
    hills = shade_hills(tmp_path, (102.5, 21.3, 103.5, 21.7), side_px=60)
    assert hills is not None
    levels = read_png(hills)
    assert set(levels[:, :29].ravel()) == {0}
    assert len(set(levels[:, 31:].ravel())) == 1
    assert levels[0, 40] > 0
    assert shade_hills(tmp_path, (10.0, 50.0, 11.0, 51.0)) is None
    assert shade_hills(tmp_path / "elsewhere", (103.0, 21.0, 104.0, 22.0)) is None


def test_rivers_and_lakes_are_cut_to_the_map(tmp_path: Path) -> None:
    (tmp_path / "water.geojson").write_text(
        '{"type": "FeatureCollection", "features": ['
        '{"geometry": {"type": "LineString", "coordinates": [[100, 21.5], [110, 21.5]]}},'
        '{"geometry": {"type": "Polygon", "coordinates": [[[103.2, 21.2], [103.4, 21.2],'
        " [103.4, 21.4], [103.2, 21.2]]]}},"
        '{"geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}]}',
        encoding="utf-8",
    )
    river, lake = draw_ground(tmp_path, (103.0, 21.0, 104.0, 22.0), tolerance=0)["water"]
    assert decode(river["l"][0]) == [(103.0, 21.5), (104.0, 21.5)]
    assert (river["area"], lake["area"]) == (0, 1)
    assert draw_ground(tmp_path / "none", (103.0, 21.0, 104.0, 22.0), tolerance=0) == {}
    (tmp_path / "water.geojson").write_text('{"type": "Feature"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"water\.geojson"):
        draw_ground(tmp_path, (103.0, 21.0, 104.0, 22.0), tolerance=0)
