"""KML and GeoPackage: read by GDAL with the plan's places, ways and times."""

import csv
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from unicodedata import normalize

import pyogrio
import pytest
from hostile_province import HOSTILE, write_hostile_folder
from lxml import etree
from plan_fixture import make_plan

from exports.geo.ways import trace_leg
from exports.gis import geopackage, gpx, kml
from exports.tables import schedule_csv, trips_csv, unserved_csv
from province.facts import Province
from province.language import message, translate
from province.read import read_province
from province.violations import Violation

KML = "{http://www.opengis.net/kml/2.2}"


def write(module, plan, province, folder: Path, language="en") -> Path:
    ((name, content),) = module.draw(plan, province, language)
    path = folder / name
    path.write_bytes(content)
    return path


def test_the_geopackage_has_the_stops_with_their_times(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    path = write(geopackage, plan, small, tmp_path)
    assert [name for name, _ in pyogrio.list_layers(path)] == [
        "communes", "legs", "stops", "unserved"
    ]  # fmt: skip
    frame = pyogrio.read_dataframe(path, layer="stops")
    assert frame.crs.to_epsg() == 4326
    stops = [stop for trip in plan.trips.trips for stop in trip.stops]
    assert list(frame["sequence"]) == [stop.sequence for stop in stops]
    sites = [small.site_by_id[stop.site_id] for stop in stops]
    assert [(p.x, p.y) for p in frame.geometry] == [(site.lon, site.lat) for site in sites]
    # 08:00 in Asia/Ho_Chi_Minh is 01:00 UTC.
    minutes = stops[0].leg.arrive_min
    assert frame["arrive"][0] == f"{minutes // 60:02d}:{minutes % 60:02d}"
    assert frame["begins_utc"][0] == datetime(
        2026, 12, 1, minutes // 60 - 7, minutes % 60, tzinfo=UTC
    )
    assert frame["date"][0].date() == stops[0].day


def test_the_geopackage_has_the_ways_the_communes_and_the_unserved(
    small: Province, tmp_path: Path
) -> None:
    plan = make_plan(small)
    path = write(geopackage, plan, small, tmp_path)
    lines = {segment.segment_id: segment for segment in small.segments}
    ways = [trace_leg(leg, lines) for trip in plan.trips.trips for _, leg in trip.legs()]
    frame = pyogrio.read_dataframe(path, layer="legs")
    assert [list(line.coords) for line in frame.geometry] == [way for way in ways if way]
    communes = pyogrio.read_dataframe(path, layer="communes")
    assert list(communes["code"]) == [commune.code for commune in small.communes]
    assert set(communes["service"]) <= {"both", "session", "exchange", "stands", "none"}
    (missed,) = pyogrio.read_dataframe(path, layer="unserved").to_dict("records")
    unserved = plan.trips.unserved[0]
    assert missed["reason"] == translate(unserved.reason, "en")
    assert missed["fix_cost_vnd"] == 1250000


@pytest.mark.parametrize("is_overruled", [False, True])
def test_files_say_that_rules_were_overruled(
    small: Province, tmp_path: Path, is_overruled: bool
) -> None:
    plan = make_plan(small)
    if is_overruled:
        plan = replace(plan, overruled=(Violation("capacity", "T01", message("too full")),))
    path = write(geopackage, plan, small, tmp_path)
    with sqlite3.connect(path) as base:
        texts = [row[0] for row in base.execute("SELECT description FROM gpkg_contents")]
    texts.append(write(kml, plan, small, tmp_path).read_text(encoding="utf-8"))
    texts += [content.decode("utf-8") for _, content in gpx.draw(plan, small, "en")]
    assert len(texts) == 6
    assert [("Overruled by hand" in text) for text in texts] == [is_overruled] * 6
    for layer in ("legs", "stops"):
        assert set(pyogrio.read_dataframe(path, layer=layer)["is_overruled"]) == {is_overruled}
    for module in (trips_csv, schedule_csv, unserved_csv):
        ((_, content),) = module.draw(plan, small, "en")
        rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
        assert rows
        assert {row.get("overruled") for row in rows} == {"1" if is_overruled else None}


def test_an_empty_layer_is_there_all_the_same(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    plan = replace(plan, trips=replace(plan.trips, unserved=()))
    path = write(geopackage, plan, small, tmp_path)
    assert len(pyogrio.read_dataframe(path, layer="unserved")) == 0


def test_a_remedy_without_a_price_is_empty(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    (unserved,) = plan.trips.unserved
    plan = replace(
        plan, trips=replace(plan.trips, unserved=(replace(unserved, fix_cost_vnd=None),))
    )
    path = write(geopackage, plan, small, tmp_path)
    assert pyogrio.read_dataframe(path, layer="unserved")["fix_cost_vnd"].isna().all()


@pytest.mark.parametrize("module", [geopackage, kml])
def test_the_same_plan_gives_the_same_bytes(module, small: Province) -> None:
    assert list(module.draw(make_plan(small), small, "vi")) == list(
        module.draw(make_plan(small), small, "vi")
    )


def test_the_kml_has_a_folder_for_each_layer(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    path = write(kml, plan, small, tmp_path)
    stops = pyogrio.read_dataframe(path, layer="Stops")
    planned = [stop for trip in plan.trips.trips for stop in trip.stops]
    sites = [small.site_by_id[stop.site_id] for stop in planned]
    assert list(stops["site_name"]) == [site.name for site in sites]
    assert [(round(p.x, 5), round(p.y, 5)) for p in stops.geometry] == [
        (round(site.lon, 5), round(site.lat, 5)) for site in sites
    ]
    communes = pyogrio.read_dataframe(path, layer="Communes")
    assert len(communes) == len(small.communes)
    assert communes.geometry.is_valid.all()


def test_every_style_of_the_kml_is_defined_and_times_have_a_zone(small: Province) -> None:
    ((_, content),) = kml.draw(make_plan(small), small, "en")
    root = etree.fromstring(content)
    defined = {f"#{style.get('id')}" for style in root.iter(f"{KML}Style")}
    used = {url.text for url in root.iter(f"{KML}styleUrl")}
    assert used
    assert used <= defined
    # Vehicles are blue #1a56b8 first; KML writes opacity, blue, green, red.
    colours = [line.findtext(f"{KML}color") for line in root.iter(f"{KML}LineStyle")]
    assert colours[0] == "ddb8561a"
    begins = [begin.text for begin in root.iter(f"{KML}begin")]
    assert begins
    assert all(text.endswith("+07:00") for text in begins)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_stay_names(kind: str, tmp_path: Path) -> None:
    folder = write_hostile_folder(tmp_path / "p", HOSTILE[kind], in_ids=True)
    province = read_province(folder)
    plan = make_plan(province)
    expected = " ".join(normalize("NFC", HOSTILE[kind]).split())
    stops = pyogrio.read_dataframe(write(kml, plan, province, tmp_path), layer="Stops")
    assert set(stops["site_name"]) == {expected}
    path = write(geopackage, plan, province, tmp_path)
    assert set(pyogrio.read_dataframe(path, layer="stops")["site_name"]) == {province.sites[0].name}
    text = (tmp_path / "plan.kml").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img" not in text
