"""First folders from a published timetable and from a map: read, complete, and planned from."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from planning.first_folder.from_map import MapSource, create_from_map
from planning.first_folder.from_timetable import create_from_timetable
from planning.first_folder.straight_roads import measure_ways_km, road_features
from planning.first_folder.tables import describe_country
from province.dates import Month
from province.errors import InputError
from province.places import SERVICE_AREA
from province.read import read_province

pytestmark = pytest.mark.usefixtures("few_iterations")

DECEMBER = Month(2026, 12)
HEADINGS = (
    "organisation,mobile,route,community,stop,address,postcode,geox,geoy,day,type,arrival,"
    "departure,frequency,start,end,exceptions,timetable\n"
)
TWO, FOUR = "FREQ=WEEKLY;INTERVAL=2,2026-11-23", "FREQ=WEEKLY;INTERVAL=4,2026-11-10"
STOPS = (
    f"Shire,Van 1,A,Alton,Green,,,-1.00,51.00,Monday,Public,10:00,10:20,{TWO},,,\n"
    f"Shire,Van 1,A,Bere,Inn,,,-1.10,51.00,Monday,Public,11:00,11:45,{TWO},,,\n"
    f"Shire,Van 1,A,Cole,Hall,,,-1.00,51.10,Tuesday,Public,10:00,10:30,{FOUR},,,\n"
)


def timetable(folder: Path, text: str = STOPS) -> Path:
    path = folder / "timetable.csv"
    path.write_text(HEADINGS + text, encoding="utf-8")
    return path


def test_a_timetable_becomes_a_province_with_every_stop_and_its_minutes(tmp_path: Path) -> None:
    folder = tmp_path / "Hạt Shire"
    published = create_from_timetable(
        timetable(tmp_path), folder, country=describe_country("GB"), month=DECEMBER
    )
    province = read_province(folder)
    stops = [site for site in province.sites if site.takes_sessions]
    assert [(s.name, s.session_min, s.sessions_per_month, s.session_gap_days) for s in stops] == [
        ("Alton, Green", 20, 2, 12), ("Bere, Inn", 45, 2, 12), ("Cole, Hall", 30, 1, 28)
    ]  # fmt: skip
    assert province.settings.province.currency == "GBP"
    assert province.settings.province.timezone == "Europe/London"
    assert province.has_schematic_roads
    # days begin and end at Green, Inn, Hall, Hall: from the Hall 11.1 + 13.2 + 0 + 0 = 24.3 km,
    # from Green 0 + 7.0 + 11.1 + 11.1 = 29.2: the van is kept at the Hall
    depot = province.depots[0]
    assert (depot.lon, depot.lat) == (-1.0, 51.1)
    # Mondays 7 and 21: 11.13 + 7.02 + 13.16 km; Tuesday the 8th none; by road 1.37 times as far
    km = 2 * (11.13 + 7.02 + 13.16) * 1.37
    assert published.in_month.km == pytest.approx(km, abs=1)
    assert province.settings.trips.published_km == round(published.in_month.km)
    # Monday 10:00 to 11:45, before it 11.13 km x 1.37 and after it 13.16 x 1.37 at 42 km an hour
    assert province.settings.trips.duty_max_day_min == 105 + math.ceil(24.29 * 1.37 / 42 * 60)
    assert (published.stops, published.vehicles, published.in_month.visits) == (3, 1, 5)


def test_a_folder_from_a_timetable_is_planned(tmp_path: Path) -> None:
    from planning.joint.month import plan_month

    folder = tmp_path / "shire"
    create_from_timetable(
        timetable(tmp_path), folder, country=describe_country("GB"), month=DECEMBER
    )
    plan = plan_month(read_province(folder), DECEMBER, work=0.05, rounds=1)
    assert plan.violations == ()
    assert (plan.totals.visits_served, plan.totals.visits) == (5, 5)


def test_a_wasteful_timetable_is_planned_with_fewer_kilometres(tmp_path: Path) -> None:
    from planning.joint.month import plan_month

    # two villages 30 km apart, ten stops in each; published days go to and fro between them
    lines = []
    for number in range(20):
        lon, lat = (-1.0, -1.4)[number % 2] + 0.002 * number, 51.0 + 0.001 * number
        day, hour = ("Monday", "Tuesday")[number // 10], 9 + number % 10 * 0.75
        start = ("2026-11-23", "2026-11-24")[number // 10]
        begin = f"{int(hour):02d}:{int(hour % 1 * 60):02d}"
        end = f"{int(hour):02d}:{int(hour % 1 * 60) + 12:02d}"
        lines.append(
            f"Shire,Van 1,{day},,Stop {number},,,{lon},{lat},{day},Public,{begin},{end},"
            f"FREQ=WEEKLY;INTERVAL=2,{start},,,"
        )
    folder = tmp_path / "shire"
    published = create_from_timetable(
        timetable(tmp_path, "\n".join(lines) + "\n"), folder,
        country=describe_country("GB"), month=DECEMBER,
    )  # fmt: skip
    plan = plan_month(read_province(folder), DECEMBER, work=0.05, rounds=1)
    assert plan.violations == ()
    assert (plan.totals.visits_served, plan.totals.visits) == (40, 40)
    # twice a day trips of ten stops to both villages would do: far less than half of to and fro
    assert plan.totals.length_km < published.in_month.km / 2
    assert max(len(trip.stops) for trip in plan.trips.trips) > 10


def test_ways_are_measured_by_the_roads_that_are_written() -> None:
    import numpy as np

    spots = np.array([[0, 0], [0.1, 0], [0, 0], [0.2, 0.0]])
    ways = measure_ways_km(spots)
    # a degree of longitude on the equator is 111.32 km, and roads are 1.37 times as long
    assert ways[0] == pytest.approx([0, 15.25, 0, 30.50], abs=0.01)
    assert ways[1, 3] == pytest.approx(15.25, abs=0.01)


def test_every_fault_of_a_timetable_is_told_and_nothing_written(tmp_path: Path) -> None:
    damaged = (
        STOPS.replace("10:20", "09:20")
        .replace("51.10", "151.10")
        .replace("FREQ=WEEKLY;INTERVAL=4", "SOMETIMES")
    )
    with pytest.raises(InputError) as error:
        create_from_timetable(
            timetable(tmp_path, damaged), tmp_path / "x", country=describe_country("GB"),
            month=DECEMBER,
        )  # fmt: skip
    assert {(f.row, f.column) for f in error.value.findings} >= {(2, "departure"), (4, "geoy")}
    assert not (tmp_path / "x").exists()


def test_straight_roads_join_all_places() -> None:
    import networkx as nx
    import numpy as np

    rng = np.random.default_rng(3)
    for spots in (
        rng.uniform(0, 1, (30, 2)),
        np.array([[0, 0], [1, 0], [2, 0.0]]),
        np.zeros((1, 2)),
    ):
        graph = nx.Graph()
        graph.add_nodes_from(map(tuple, np.unique(np.round(spots, 6), axis=0).tolist()))
        for feature in json.loads(road_features(spots))["features"]:
            a, b = feature["geometry"]["coordinates"]
            graph.add_edge(tuple(a), tuple(b))
        assert nx.is_connected(graph)


def test_a_country_brings_language_currency_and_time_zone() -> None:
    andorra = describe_country("AD")
    assert (andorra.language, andorra.currency, andorra.timezone) == ("ca", "EUR", "Europe/Andorra")
    with pytest.raises((KeyError, LookupError)):
        describe_country("ZZ")


SQUARE = """<?xml version="1.0"?><osm version="0.6">
{nodes}
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/>
<tag k="ref" v="N1"/></way>
<way id="2"><nd ref="3"/><nd ref="4"/><tag k="highway" v="tertiary"/></way>
<way id="3"><nd ref="11"/><nd ref="12"/><nd ref="13"/><nd ref="14"/><nd ref="11"/></way>
<relation id="9"><member type="way" ref="3" role="outer"/><tag k="type" v="boundary"/>
<tag k="boundary" v="administrative"/><tag k="admin_level" v="8"/>
<tag k="name" v="Alton"/></relation>
</osm>"""
NODES = (
    (1, 1.50, 42.50, {"place": "town", "name": "Alton", "population": "9 000"}),
    (2, 1.51, 42.50, {}), (3, 1.52, 42.50, {"place": "village", "name": "Bere"}),
    (4, 1.52, 42.51, {"place": "hamlet", "name": "Cole"}),
    (5, 1.501, 42.50, {"amenity": "library", "name": "Alton Library"}),
    (6, 1.511, 42.5001, {"amenity": "school", "name": "Bere School"}),
    (7, 1.502, 42.5, {"tourism": "hotel", "name": "Inn"}),
    (11, 1.49, 42.49, {}), (12, 1.515, 42.49, {}), (13, 1.515, 42.515, {}), (14, 1.49, 42.515, {}),
)  # fmt: skip


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    nodes = "\n".join(
        f'<node id="{n}" lon="{lon}" lat="{lat}">'
        + "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        + "</node>"
        for n, lon, lat, tags in NODES
    )
    path = tmp_path / "map.osm"
    path.write_text(SQUARE.format(nodes=nodes), encoding="utf-8")
    return path


def test_a_map_becomes_a_province_with_a_library_in_each_commune(extract, tmp_path) -> None:
    folder = tmp_path / "nước tôi"
    create_from_map(
        MapSource(extract, places=3), folder, country=describe_country("AD"), month=DECEMBER
    )
    province = read_province(folder)
    assert [commune.name for commune in province.communes] == ["Alton", "Bere", "Cole"]
    assert all(commune.is_schematic for commune in province.communes)
    by_name = {site.name: site for site in province.sites if site.takes_rotation}
    assert set(by_name) == {"Alton Library", "Bere", "Cole"}
    assert by_name["Alton Library"].population == 9000
    assert province.depots[0].commune_code == by_name["Alton Library"].commune_code
    assert [s.name for s in province.sites if s.takes_sessions] == ["Bere School"]
    assert [s.name for s in province.sites if s.lodging_beds] == ["Inn"]
    assert "OpenStreetMap" in province.attribution


def test_boundaries_of_the_map_become_communes(extract, tmp_path) -> None:
    _, torn = create_from_map(
        MapSource(extract, admin_level=8), tmp_path / "x", country=describe_country("AD"),
        month=DECEMBER,
    )  # fmt: skip
    (commune,) = read_province(tmp_path / "x").communes
    assert torn == ()
    assert (commune.name, commune.is_schematic) == ("Alton", False)
    # 0.025 degrees square at 42.5 N: 2.78 km high, 2.05 km wide
    assert commune.area_km2 == pytest.approx(2.78 * 2.05, rel=0.01)


def test_communes_of_a_file_are_taken_with_their_codes(extract, tmp_path) -> None:
    ring = [[1.49, 42.49], [1.53, 42.49], [1.53, 42.52], [1.49, 42.52], [1.49, 42.49]]
    feature = {
        "type": "Feature", "properties": {"name": "Cả xã", "code": "A7"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    file = tmp_path / "xã.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    create_from_map(
        MapSource(extract, communes=file), tmp_path / "x", country=describe_country("AD"),
        month=DECEMBER,
    )  # fmt: skip
    (commune,) = read_province(tmp_path / "x").communes
    assert (commune.code, commune.name) == ("A7", "Cả xã")


@pytest.mark.parametrize(
    "source", [{"places": 9}, {"admin_level": 5}, {"communes": Path("none.geojson")}]
)
def test_a_map_without_the_communes_asked_for_is_told(extract, tmp_path, source) -> None:
    with pytest.raises(InputError):
        create_from_map(
            MapSource(extract, **source), tmp_path / "x", country=describe_country("AD"),
            month=DECEMBER,
        )  # fmt: skip
    assert not (tmp_path / "x").exists()


def test_a_used_folder_is_never_overwritten(extract, tmp_path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError):
        create_from_map(
            MapSource(extract, places=3), tmp_path / "x", country=describe_country("AD"),
            month=DECEMBER,
        )  # fmt: skip
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["mine.txt"]


def test_a_timetable_knows_no_communes_and_tells_no_share_of_them(tmp_path: Path) -> None:
    from plan_fixture import make_plan

    from exports.papers.summary import list_sentences
    from exports.text.words import name_schematic
    from planning.figures import measure_coverage

    folder = tmp_path / "shire"
    create_from_timetable(
        timetable(tmp_path), folder, country=describe_country("GB"), month=DECEMBER
    )
    province = read_province(folder)
    assert all(commune.is_service_area for commune in province.communes)
    assert "straight lines" in str(name_schematic(province))
    assert "road facts" not in str(name_schematic(province))
    small = read_province(Path(__file__).parent / "small")
    plan = make_plan(small)
    areas = tuple(replace(commune, kind=SERVICE_AREA) for commune in small.communes)
    province = replace(small, communes=areas)
    assert measure_coverage(plan, province).communes == 0
    first = list_sentences(plan, None, province, "en")[0]
    assert "commune" not in first
    assert "%" not in first
