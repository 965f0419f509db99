"""A first folder for each of the ten provinces: what it holds, what it says to correct."""

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely

from planning.first_folder.adjacent_roads import plan_roads
from planning.first_folder.from_province import create_from_province
from planning.first_folder.known_province import FirstCounts, KnownCommune, read_known_province
from planning.first_folder.province_sites import propose_sites, spread
from planning.first_folder.province_tables import list_batches, list_calendar
from province.assumed_rows import ASSUMED
from province.dates import Month
from province.errors import InputError
from province.read import read_province
from province.shipped import find_shipped
from roads.findings import find_road_faults

DECEMBER = Month(2026, 12)
TEN = {
    "04": 56, "08": 124, "11": 45, "12": 38, "14": 75, "15": 99, "19": 92, "20": 65, "24": 99,
    "25": 148,
}  # fmt: skip
BENDS = {"national": 1.0, "provincial": 2.0, "district": 3.0}


@pytest.fixture(scope="module")
def lai_chau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "Lai Châu thử"
    create_from_province("Lai Châu", folder, month=DECEMBER)
    return folder


def commune(code: str, west: float, south: float, size: float = 0.1) -> KnownCommune:
    """A square commune, its seat in the middle."""
    outline = shapely.box(west, south, west + size, south + size)
    seat = (west + size / 2, south + size / 2)
    return KnownCommune(code, code, "xã", 1000, False, seat, outline, {})


@pytest.mark.parametrize("wanted", ["12", "Lai Châu", "lai chau", " LAI CHÂU "])
def test_a_province_is_known_by_its_code_and_name(wanted: str) -> None:
    assert read_known_province(wanted).code == "12"


def test_an_unknown_province_names_all_ten(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"04 Cao Bằng.*nearest word: Sơn La"):
        create_from_province("Son Lá lá", tmp_path / "x", month=DECEMBER)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("code", TEN)
def test_every_province_has_its_communes_and_a_depot_among_them(code: str) -> None:
    province = read_known_province(code)
    assert len(province.communes) == TEN[code]
    ids = [row["site_id"] for row in propose_sites(province, DECEMBER)]
    assert len(ids) == len(set(ids))
    assert "KHO" in ids
    hub = [one.code for one in province.communes].index(province.depot_commune)
    joined = {end for road in plan_roads(province.communes, hub, BENDS) for end in road.ends}
    assert joined == set(range(len(province.communes)))


def test_a_new_folder_reads_without_fault_and_warns_of_what_is_assumed(lai_chau: Path) -> None:
    province = read_province(lai_chau)
    assert (province.settings.province.code, len(province.communes)) == ("12", 38)
    assert {finding.file for finding in province.warnings} == {
        "libraries.csv", "batches.csv", "vehicles.csv", "crews.csv", "calendar.csv",
    }  # fmt: skip
    assert {finding.value for finding in province.warnings} == {ASSUMED}
    roads = find_road_faults(province)
    assert (roads.faults, roads.warnings) == ((), ())
    assert all(segment.is_schematic for segment in province.segments)
    kinds = Counter(site.kind for site in province.sites)
    assert set(kinds) >= {
        "depot", "commune_library", "learning_centre", "culture_centre", "post_office", "school",
        "border_post", "lodging",
    }  # fmt: skip
    # one library, centre or post office a commune, and of ten boarding schools each a session
    main = ("commune_library", "learning_centre", "culture_centre", "post_office")
    assert sum(kinds[kind] for kind in main) == 38
    assert kinds["school"] == 10
    assert sum(site.sessions_per_month for site in province.sites) == 10


def test_a_corrected_table_warns_no_more(lai_chau: Path, tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(lai_chau, tmp_path / "x"))
    crews = folder / "crews.csv"
    crews.write_text(crews.read_text(encoding="utf-8").replace(ASSUMED, "đúng"), encoding="utf-8")
    files = {finding.file for finding in read_province(folder).warnings}
    assert "vehicles.csv" in files
    assert "crews.csv" not in files


def test_the_list_of_what_to_correct_begins_with_the_sites_and_counts_them(tmp_path: Path) -> None:
    made = create_from_province("24", tmp_path / "x", month=DECEMBER)
    texts = [str(text) for text in made.to_correct]
    assert texts[0].startswith("libraries.csv: which of the")
    with (tmp_path / "x" / "libraries.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    enrolled = [row for row in rows if row["enrolled_from"]]
    assert f"which {len(enrolled)} the" in texts[0]
    assert (made.sites, made.enrolled) == (len(rows), len(enrolled))
    assert any("6.6 %" in text for text in texts)


def test_own_outlines_are_taken_by_code(tmp_path: Path) -> None:
    province = read_known_province("12")
    features = [
        {
            "type": "Feature",
            "properties": {"code": one.code, "name": "x"},
            "geometry": json.loads(shapely.to_geojson(one.outline.buffer(-0.001))),
        }
        for one in province.communes
    ]
    path = tmp_path / "own.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    create_from_province("12", tmp_path / "x", month=DECEMBER, outlines=path)
    made = read_province(tmp_path / "x").communes
    assert [one.is_schematic for one in made] == [False] * 38
    assert [one.name for one in made] == [one.name for one in province.communes]

    path.write_text(json.dumps({"type": "FeatureCollection", "features": features[2:]}), "utf-8")
    with pytest.raises(InputError) as error:
        create_from_province("12", tmp_path / "y", month=DECEMBER, outlines=path)
    assert [f.value for f in error.value.findings] == [one.code for one in province.communes[:2]]
    assert not (tmp_path / "y").exists()


def test_own_counts_are_taken_and_every_fault_of_them_told(tmp_path: Path) -> None:
    shipped = find_shipped("provinces.toml").read_text(encoding="utf-8")
    path = tmp_path / "counts.toml"
    path.write_text(shipped.replace("schools_per_commune = 0.25", "schools_per_commune = 0.5"))
    assert read_known_province("12", path).counts.schools_per_commune == 0.5
    path.write_text(
        shipped.replace("enrolled_share = 0.6", "enrolled_share = 6")
        .replace("bus_crew = 3", 'bus_crew = "few"')
        .replace("lodging_beds = 6", "beds = 6")
    )
    with pytest.raises(InputError) as error:
        read_known_province("12", path)
    assert {f.column for f in error.value.findings} == {
        "counts.enrolled_share", "counts.bus_crew", "counts.lodging_beds", "counts.beds",
    }  # fmt: skip


def test_a_share_is_taken_evenly() -> None:
    row = [commune(f"{n:05}", n, 0) for n in range(10)]
    assert [one.code for one in spread(row, 0.3)] == ["00003", "00006", "00009"]
    assert spread(row, 1.0) == row
    assert spread(row, 0.0) == []


def test_roads_join_what_touches_and_spare_long_detours() -> None:
    # 0 1 2 in a row, 3 above 0; 4 is an island far to the east
    row = [commune(f"{n}", 104 + 0.1 * n, 21) for n in range(3)]
    row += [commune("3", 104, 21.1), commune("4", 105, 21)]
    roads = {road.ends: road for road in plan_roads(row, 0, BENDS)}
    assert set(roads) == {(0, 1), (1, 2), (0, 3), (2, 4)}  # 1 and 3 have a corner in common only
    # 0.1 degree of longitude at 21.05 degrees north is 10.39 km; three of five lie behind (0, 1)
    assert roads[0, 1].road_class == "national"
    assert roads[0, 1].length_m == pytest.approx(10_390, rel=0.001)
    square = [commune(f"{n}{m}", 104 + 0.1 * n, 21 + 0.1 * m) for n in range(3) for m in range(3)]
    ways = {road.ends for road in plan_roads(square, 4, BENDS)}
    assert len(ways) < 12  # of the twelve sides one at least spares no detour of 1.9 times


def test_starter_batches_add_up_and_some_are_in_the_languages_of_the_province() -> None:
    province = read_known_province("12")
    batches = list_batches(province, 30)
    assert len(batches) == 45  # 1.5 a library
    for row in batches:
        assert sum(int(v) for k, v in row.items() if k.startswith("books_")) == row["books"]
    local = Counter(key for row in batches for key in row if key.startswith("books_culture"))
    assert local == {f"books_culture-adult-{key}": 3 for key in ("blt", "hmn", "ium")}


def test_terms_of_two_school_years_stand_in_the_calendar() -> None:
    rows = {row["entry_id"]: row for row in list_calendar(Month(2027, 3), "03408")}
    assert set(rows) == {
        "HK1-2026", "HK2-2026", "THI1-2026", "THI2-2026", "HK1-2027", "HK2-2027", "THI1-2027",
        "THI2-2027", "CHO-MAU",
    }  # fmt: skip
    assert (rows["HK1-2026"]["start_date"], rows["HK1-2026"]["days"]) == ("2026-09-07", 132)
    assert rows["CHO-MAU"]["start_date"] == "2027-03-07"  # a Sunday


def test_counts_scale_with_the_communes() -> None:
    counts = read_known_province("25").counts
    assert isinstance(counts, FirstCounts)
    sizes = np.array([len(propose_sites(read_known_province(c), DECEMBER)) for c in ("12", "25")])
    assert sizes[1] / sizes[0] == pytest.approx(148 / 38, rel=0.15)
