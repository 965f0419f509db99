"""The shipped Sơn La folder: made again byte for byte, free of faults, true to its facts."""

import csv
import itertools
import json
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from pyproj import Geod
from roads_measured import measure_from
from shapely.geometry import shape

from province.dates import Month
from province.facts import Province
from province.journal import locate_batches
from province.read import read_province
from roads.findings import find_road_faults
from roads.travel import Roads
from routing.last_mile import find_last_miles
from routing.reach import estimate_reach
from tools.build_son_la import build

DATA = Path(__file__).parent.parent / "data"
FOLDER = DATA / "son-la"
DEPOT = "SL-KHO"
TOWN = "03646"
WGS84 = Geod(ellps="WGS84")
DECEMBER = 2026 * 12 + 11


@pytest.fixture(scope="module")
def son_la() -> Province:
    return read_province(FOLDER)


@cache
def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def features(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def list_roads() -> list[dict[str, Any]]:
    return features(FOLDER / "roads.geojson")


def list_communes() -> list[dict[str, Any]]:
    found = features(DATA / "communes.geojson")
    return [one for one in found if one["properties"]["province_code"] == "14"]


@cache
def build_graph() -> nx.Graph:
    graph = nx.Graph()
    for road in list_roads():
        ends = [tuple(road["geometry"]["coordinates"][i]) for i in (0, -1)]
        graph.add_edge(*ends, **road["properties"])
    return graph


def count_stays() -> dict[str, int]:
    """Months each batch has stood at its library in December 2026, arrival month excluded."""
    arrivals: dict[str, int] = {}
    for entry in table("ledger.csv"):
        if entry["type"] == "moved":
            arrivals.pop(entry["batch_id"], None)
            if entry["to_site"] != DEPOT:
                day = date.fromisoformat(entry["date"])
                arrivals[entry["batch_id"]] = day.year * 12 + day.month - 1
    return {batch: DECEMBER - month for batch, month in arrivals.items()}


def list_open_libraries(day: str) -> list[dict[str, str]]:
    return [
        row
        for row in table("libraries.csv")
        if row["takes"] in ("rotation", "both") and "" < row["enrolled_from"] <= day
    ]


def test_rebuilding_gives_the_same_bytes(tmp_path):
    build(tmp_path)
    shipped = sorted(FOLDER.glob("*.*"))
    made = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    names = sorted(p.relative_to(DATA) for p in shipped if p.suffix != ".sqlite")
    assert made == names
    for name in names:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


def test_every_file_of_text_has_plain_line_ends():
    for path in [*FOLDER.glob("*.*"), *(DATA / "facts").iterdir(), DATA / "communes.geojson"]:
        if path.suffix != ".sqlite":
            assert b"\r" not in path.read_bytes(), path.name


def test_every_file_is_named_among_the_sources():
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    names = [p.name for p in [*FOLDER.glob("*.*"), *(DATA / "facts").iterdir()]]
    assert [n for n in names if f"`{n}`" not in text and not n.endswith(".sqlite")] == []


def test_old_units_are_written_as_the_resolution_writes_them():
    units: dict[str, list[str]] = {}
    for feature in list_communes():
        for name in feature["properties"]["old_units"]:
            units.setdefault(name, []).append(feature["properties"]["code"])
    for name, code in {
        "Xã Nà Bó": "04136", "Xã Pú Bẩu": "04171", "Xã Nà Ớt": "04159", "Xã Mường Chanh": "04117",
        "Xã Cò Nòi": "04105",
    }.items():  # fmt: skip
        assert units[name] == [code]
    # Two communes of this name there were; one that was divided says so.
    twice = {name for name, codes in units.items() if len(codes) > 1 and "một phần" not in name}
    assert twice == {"Xã Chiềng Chung"}
    assert "Chiềng Chung" in (DATA / "SOURCES.md").read_text(encoding="utf-8")


def test_the_folder_reads_without_fault_or_warning(son_la):
    assert son_la.warnings == ()
    assert len(son_la.batches) == 66
    roads = find_road_faults(son_la)
    assert (roads.faults, roads.warnings) == ((), ())


def test_communes_are_67_and_8_wards_and_13_at_the_border():
    communes = [f["properties"] for f in list_communes()]
    assert Counter(c["kind"] for c in communes) == {"xã": 67, "phường": 8}
    assert sum(c["is_border"] for c in communes) == 13
    assert sum(c["population"] for c in communes) == 1_404_587
    assert sum(c["area_km2"] for c in communes) == pytest.approx(14_109.83, abs=1)


def test_no_road_is_shorter_than_it_is_drawn():
    for road in list_roads():
        drawn_m = WGS84.geometry_length(shape(road["geometry"]))
        assert road["properties"]["length_m"] >= drawn_m, road["properties"]["segment_id"]
        assert road["properties"]["schematic"] is True


@pytest.mark.parametrize(
    ("ref", "km"),
    [("QL6", 212), ("QL37", 107), ("QL279", 55), ("QL4G", 122), ("ĐT.102", 45), ("ĐT.108", 69)],
)
def test_numbered_roads_have_their_published_lengths(ref, km):
    found = [r["properties"]["length_m"] for r in list_roads() if r["properties"]["ref"] == ref]
    assert sum(found) / 1000 == pytest.approx(km, abs=0.1)


def test_road_43_has_its_length_with_the_part_it_shares_with_road_6():
    carried = [r["properties"] for r in list_roads() if "QL43" in r["properties"]["name"]]
    carried += [
        r["properties"]
        for r in list_roads()
        if r["properties"]["road_class"] == "ferry" and r["properties"]["ref"] == "QL43"
    ]
    assert {r["ref"] for r in carried} == {"QL43", "QL6"}
    assert sum(r["length_m"] for r in carried) / 1000 == pytest.approx(113, abs=0.2)


@pytest.mark.parametrize(
    ("code", "least_km", "most_km"),
    [
        ("04168", 95, 105),  # Sông Mã
        ("04231", 125, 135),  # Sốp Cộp
        ("04240", 190, 200),  # Mường Lèo
        ("03980", 110, 120),  # Mộc Châu
        ("03910", 110, 135),  # Phù Yên
        ("03703", 65, 75),  # Quỳnh Nhai
    ],
)
def test_towns_are_as_far_from_son_la_town_as_people_drive(code, least_km, most_km):
    seats = {
        f["properties"]["code"]: (f["properties"]["seat_lon"], f["properties"]["seat_lat"])
        for f in list_communes()
    }
    metres = nx.shortest_path_length(build_graph(), seats[TOWN], seats[code], weight="length_m")
    assert least_km <= metres / 1000 <= most_km


def test_three_ferries_keep_hours_and_lie_within_the_network():
    ferries = [r["properties"] for r in list_roads() if r["properties"]["road_class"] == "ferry"]
    assert len(ferries) == 3
    assert all(f["ferry_hours"] and f["ferry_wait_min"] > 0 for f in ferries)
    assert nx.is_connected(build_graph())


def test_a_third_of_local_roads_is_shut_by_rain():
    local = [
        r["properties"]
        for r in list_roads()
        if r["properties"]["road_class"] in ("district", "commune")
    ]
    dry_m = sum(r["length_m"] for r in local if r["dry_only"])
    assert 0.28 <= dry_m / sum(r["length_m"] for r in local) <= 0.40


def test_all_enrolled_sites_are_reached_in_december_and_several_not_in_july(son_la):
    roads = Roads(son_la)
    enrolled = [s.site_id for s in son_la.sites if s.enrolled_from and not s.handover_site]
    bus = next(v for v in son_la.vehicles if v.vehicle_id == "XB2")
    december, july = (
        measure_from(roads, bus, day, bus.depot_id, enrolled)
        for day in (date(2026, 12, 9), date(2027, 7, 20))
    )
    assert [s for s in enrolled if s not in december or december[s][0] > 8 * 60] == []
    lost = {str(s).split("-")[1] for s in enrolled if s not in july}
    assert {"04240", "04246", "04228", "03862", "03763"} <= lost  # Mường Lèo … Long Hẹ
    assert len(lost) <= 8


def test_the_village_above_xim_vang_gets_whole_batches_by_motorbike(son_la):
    roads, village = Roads(son_la), "SL-03862-BB"
    last_miles = find_last_miles(son_la, Month(2026, 12), roads)
    assert {site: one.handover_id for site, one in last_miles.items()} == {village: "SL-03862-BD"}
    riders = last_miles[village].days[date(2026, 12, 1)].riders
    assert [rider.vehicle.vehicle_id for rider in riders] == ["XM2", "XM3"]
    reach = estimate_reach(son_la, (Month(2026, 12),), roads)
    assert reach.carries(village, Month(2026, 12), max(b.boxes for b in son_la.batches))


def test_no_batch_is_overdue_in_december():
    stays = count_stays()
    assert Counter(min(months, 5) for months in stays.values())[5] == 0
    assert 24 <= sum(months == 4 for months in stays.values()) <= 30
    assert len(stays) == 48
    assert {row["batch_id"] for row in table("ledger.csv")} == {
        row["batch_id"] for row in table("batches.csv")
    }


def test_the_ledger_never_takes_a_batch_from_where_it_is_not(son_la):
    place: dict[str, str] = defaultdict(lambda: DEPOT)
    visits = Counter()
    for entry in table("ledger.csv"):
        if entry["type"] == "moved":
            assert place[entry["batch_id"]] == entry["from_site"], entry["entry_id"]
            place[entry["batch_id"]] = entry["to_site"]
            visits[entry["batch_id"], entry["to_site"]] += entry["to_site"] != DEPOT
    assert max(visits.values()) == 1  # no batch comes twice to a library
    held = Counter(site for site in place.values() if site != DEPOT)
    assert max(held.values()) == 1
    located = locate_batches(son_la.journal, date(2026, 11, 30))
    assert {batch: where[0] for batch, where in located.items()} == dict(place)
    assert place["L05"].startswith("SL-03703-")  # pinned there until the end of January


def test_five_libraries_join_in_december_and_stand_empty():
    new = {r["site_id"] for r in table("libraries.csv") if r["enrolled_from"] == "2026-12-01"}
    assert len(new) == 5
    assert new.isdisjoint(entry["to_site"] for entry in table("ledger.csv"))
    assert len(list_open_libraries("2026-11-30")) == 50
    assert len(list_open_libraries("2026-12-01")) == 55


def test_losses_are_noted_when_a_batch_comes_back():
    kinds = Counter(entry["type"] for entry in table("ledger.csv"))
    assert kinds["lost_books"] == 7
    assert kinds["damaged_books"] == 2
    assert kinds["missing_boxes"] == 1


def test_sessions_are_16_to_18_a_month():
    sessions = [int(r["sessions_per_month"]) for r in table("libraries.csv") if r["enrolled_from"]]
    assert 16 <= sum(sessions) <= 18


def test_titles_have_three_copies_and_batches_their_books():
    copies, books = Counter(), Counter()
    for row in table("batch_titles.csv"):
        copies[row["title_id"]] += int(row["copies"])
        books[row["batch_id"]] += int(row["copies"])
    assert min(copies.values()) >= 3
    assert books == {r["batch_id"]: int(r["books"]) for r in table("batches.csv")}
    assert 22_500 <= books.total() <= 23_500


def test_two_batches_hold_muong_books_and_sites_ask_for_them():
    assert sum(bool(row["books_culture-adult-mtq"]) for row in table("batches.csv")) == 2
    asking = [r for r in list_open_libraries("2026-12-01") if "mtq" in r["languages"].split("|")]
    assert len(asking) >= 4


def test_two_batches_fit_a_bus_and_three_do_not():
    bus = next(r for r in table("vehicles.csv") if r["vehicle_id"] == "XB1")
    batches = table("batches.csv")
    for one, other in itertools.combinations(batches, 2):
        assert int(one["boxes"]) + int(other["boxes"]) <= int(bus["capacity_boxes"])
        assert float(one["mass_kg"]) + float(other["mass_kg"]) <= float(bus["capacity_kg"])
    assert 3 * min(int(row["boxes"]) for row in batches) > int(bus["capacity_boxes"])
