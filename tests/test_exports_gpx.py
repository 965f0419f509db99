"""GPX: valid by the schema, read back with the same points, day by day along the roads."""

from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import gpxpy
import pytest
from hostile_province import HOSTILE, rename_trips, write_hostile_folder
from lxml import etree
from plan_fixture import make_plan

from exports.geo.ways import trace_leg
from exports.gis import gpx
from planning.plan import Plan
from province.facts import Province
from province.read import read_province

SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).parent / "gpx_1_1.xsd")))


def read(plan: Plan, province: Province, language="en") -> list[gpxpy.gpx.GPX]:
    files = [content for _, content in gpx.draw(plan, province, language)]
    for content in files:
        SCHEMA.assertValid(etree.fromstring(content))
    return [gpxpy.parse(content) for content in files]


def test_the_schema_of_the_tests_refuses_what_gpx_refuses() -> None:
    start = '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="x">'
    for inside in (
        '<wpt lat="91" lon="1"/>', '<wpt lat="1" lon="180"/>', '<wpt lon="1"/>',
        '<wpt lat="1" lon="1"><desc>b</desc><name>a</name></wpt>', '<trk/><rte/>',
    ):  # fmt: skip
        assert not SCHEMA.validate(etree.fromstring(f"{start}{inside}</gpx>")), inside
    assert SCHEMA.validate(etree.fromstring(f'{start}<wpt lat="1" lon="1"/></gpx>'))


def test_the_track_has_the_points_of_the_roads(small: Province) -> None:
    plan = make_plan(small)
    lines = {segment.segment_id: segment for segment in small.segments}
    for trip, seen in zip(plan.trips.trips, read(plan, small), strict=True):
        expected = [
            [(round(lon, 6), round(lat, 6)) for lon, lat in points]
            for _, leg in trip.legs()
            if (points := trace_leg(leg, lines))
        ]
        tracked = [
            [(point.longitude, point.latitude) for point in segment.points]
            for track in seen.tracks
            for segment in track.segments
        ]
        assert tracked == expected


def test_the_routes_name_the_stops_of_each_day_in_order(small: Province) -> None:
    plan = make_plan(small)
    (trip,), (seen,) = plan.trips.trips, read(plan, small)
    days = sorted({stop.day for stop in trip.stops})
    assert [route.number for route in seen.routes] == [1, 2]
    for route, day in zip(seen.routes, days, strict=True):
        stops = [stop for stop in trip.stops if stop.day == day]
        named = [point for point in route.points if point.type == "stop"]
        sites = [small.site_by_id[stop.site_id] for stop in stops]
        assert [point.name for point in named] == [
            f"{stop.sequence} · {site.name}" for stop, site in zip(stops, sites, strict=True)
        ]
        assert [(p.longitude, p.latitude) for p in named] == [
            (round(site.lon, 6), round(site.lat, 6)) for site in sites
        ]
    assert seen.routes[0].points[0].name == small.site_by_id[trip.depot_id].name
    bed = small.site_by_id[trip.nights[0].site_id].name
    assert seen.routes[0].points[-1].name == bed
    assert seen.routes[1].points[0].name == bed
    assert seen.routes[1].points[-1].name == small.site_by_id[trip.depot_id].name


def test_waypoints_are_the_depot_the_stops_and_the_beds(small: Province) -> None:
    plan = make_plan(small)
    (trip,), (seen,) = plan.trips.trips, read(plan, small)
    assert [point.type for point in seen.waypoints] == (
        ["depot"] + ["stop"] * len(trip.stops) + ["night"] * len(trip.nights)
    )
    first = seen.waypoints[1]
    batch = small.batch_by_id[trip.stops[0].leaves[0].content_id]
    assert first.description.split("\n")[0].startswith("01/12/2026 08:")
    assert f"Left here: {batch.batch_id} {batch.name}" in first.description


def test_schematic_roads_are_told(small: Province) -> None:
    plan = replace(make_plan(small), has_schematic_roads=True)
    assert "Do not navigate by it" in read(plan, small)[0].description
    assert read(replace(plan, has_schematic_roads=False), small)[0].description is None


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_stay_names(kind: str, tmp_path: Path) -> None:
    province = read_province(write_hostile_folder(tmp_path / "p", HOSTILE[kind]))
    plan = rename_trips(make_plan(province), HOSTILE[kind])
    (seen,) = read(plan, province)
    expected = " ".join(normalize("NFC", HOSTILE[kind]).split())
    assert seen.waypoints[1].name == f"1 · {expected}"
    ((name, _),) = gpx.draw(plan, province, "en")
    assert name.startswith("gpx/")
    assert not set(name[4:]) & set("/\\: ")
