"""Nothing is swallowed, nothing wider than what is computed with is taken, nothing has no end."""

import json
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from test_province_findings import damage, list_faults, where

from province.errors import InfeasibleError, InputError, LedgerError
from province.facts import Province
from province.findings import Finding
from province.language import message, translate
from province.read import read_province, read_with_findings
from province.result_sheets.read import read_results

CLOSURE = "DONG1,,ĐT.101,2,5,,2026-12-07,2026-12-09,,,shut,Sạt lở,Hạt giao thông\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "row"),
    [("closures.csv", CLOSURE, CLOSURE.replace("Hạt", '"Hạt') + CLOSURE.replace("DONG1", "DONG2"),
      2),
     ("crews.csv", "truck|motorbike,exchange,,", 'truck|motorbike,exchange,,"x', 3),
     ("kits.csv", ",2026-12-18,", ',2026-12-18,"', 2),
     ("ledger.csv", "B2,KHO,TV2,70,2,,,", 'B2,KHO,TV2,70,2,,,"mất', 3)],
)  # fmt: skip
def test_an_unclosed_quote_swallows_nothing(
    small_folder: Path, file: str, old: str, new: str, row: int
) -> None:
    damage(small_folder, file, old, new)
    faults = [f for f in list_faults(small_folder) if f.file == file]
    assert [(f.row, str(f.expected)) for f in faults] == [
        (row, "quotes that are closed in the same cell")
    ]


def test_a_short_row_is_a_fault(small_folder: Path) -> None:
    damage(small_folder, "kits.csv", ",2026-12-18,", ",2026-12-18")
    (fault,) = list_faults(small_folder)
    assert (fault.row, str(fault.expected)) == (2, "8 cells in this line")


BEYOND = [
    ("closures.csv", "2026-12-09", "9999-12-31", "to_date"),
    ("calendar.csv", "2026-01-04,1", "9999-01-01,1", "start_date"),
    ("calendar.csv", "2026-12-24,1", "2026-12-24,800000", "days"),
    ("calendar.csv", "FREQ=WEEKLY;BYDAY=SU", "FREQ=DAILY;INTERVAL=-1", "rule"),
    ("calendar.csv", "FREQ=WEEKLY;BYDAY=SU", "FREQ=WEEKLY;BYDAY=99MO", "rule"),
    ("calendar.csv", "FREQ=WEEKLY;BYDAY=SU", "FREQ=MONTHLY;BYMONTHDAY=0", "rule"),
    ("loans.csv", "2026-10-05", "0026-10-05", "date"),
    ("kits.csv", "2026-12-18", "9999-12-31", "due_date"),
    ("libraries.csv", ",0,1,Chợ phiên", ",0,1000,Chợ phiên", "sessions_per_month"),
    ("batches.csv", "B1,Lô Mận,70,2,30", "B1,Lô Mận,70,2,1e308", "mass_kg"),
    ("vehicles.csv", ",4,2.3,8,14,", ",4,2.3,8,1e9,", "max_grade_pct"),
    ("vehicles.csv", ",4,2.3,8,14,", ",9999,2.3,8,14,", "seats"),
    ("province.toml", "value = 600", "value = 1000000", "trips.driving_max_day_min"),
    ("province.toml", "value = 600", "value = true", "trips.driving_max_day_min"),
    ("libraries.csv", "sessions_per_month,note", "service_factor,note", "service_factor"),
    (
        "province.toml",
        "horizon_months = 4",
        "horizon_months = 4\n[roads.class_factors]\ntrack = 4",
        "roads.class_factors.track",
    ),
    (
        "province.toml",
        "horizon_months = 4",
        "horizon_months = 4\n[roads.class_factors]\ntrack = 0",
        "roads.class_factors.track",
    ),
    (
        "province.toml",
        "horizon_months = 4",
        "horizon_months = 4\n[roads.class_factors]\nlane = 1",
        "roads.class_factors.lane.[key]",
    ),
    ("roads.geojson", '"length_m": 12000', '"length_m": true', "length_m"),
    ("roads.geojson", '"length_m": 12000', '"length_m": 1e300', "length_m"),
    ("communes.geojson", '"population": 4200', '"population": true', "population"),
]


@pytest.mark.parametrize(("file", "old", "new", "column"), BEYOND)
def test_what_is_beyond_what_is_computed_with_is_refused(
    small_folder: Path, file: str, old: str, new: str, column: str
) -> None:
    damage(small_folder, file, old, new)
    assert (file, column) in [(f.file, f.column) for f in list_faults(small_folder)]


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\u202eb", "a\u2066b", "a\x07b"])
@pytest.mark.parametrize(
    ("file", "old", "column"),
    [("libraries.csv", "Thư viện xã Bản Mận", "name"), ("kits.csv", "BO1", "kit_id"),
     ("closures.csv", "Sạt lở", "reason")],
)  # fmt: skip
def test_what_steers_the_terminal_is_refused_and_never_shown(
    small_folder: Path, file: str, old: str, column: str, text: str
) -> None:
    damage(small_folder, file, old, text)
    (fault,) = list_faults(small_folder)
    assert (fault.file, fault.column) == (file, column)
    assert not set(str(fault.as_message())) & set("\x1b\u202e\u2066\x07")


@pytest.mark.parametrize("text", ["\\ud800", "\\u202e", "\\u001b[2J"])
def test_properties_of_maps_are_held_to_the_same(small_folder: Path, text: str) -> None:
    damage(small_folder, "roads.geojson", '"name": "Quốc lộ 6"', f'"name": "{text}"')
    (fault,) = list_faults(small_folder)
    assert (fault.file, fault.row, fault.column) == ("roads.geojson", 1, "name")


def test_no_value_of_a_message_steers_the_terminal() -> None:
    text = message("a fault of {file}", file="x\x1b[2J\u202e.csv")
    assert translate(text, "en") == "a fault of x\\u001b[2J\\u202e.csv"


@pytest.mark.parametrize("key", ["a|b", "'a", "a\u200bb", "a" * 401])
def test_ids_say_what_they_hold(small_folder: Path, key: str) -> None:
    damage(small_folder, "kits.csv", "BO1", key)
    (fault,) = list_faults(small_folder)
    assert (fault.row, fault.column) == (2, "kit_id")


@pytest.mark.parametrize("key", ["L07/2026", "L07~2", "=1", "+x", "-x", "@x", "a;b", "Lô 7 (mới)"])
def test_ids_hold_all_else(small_folder: Path, key: str) -> None:
    damage(small_folder, "kits.csv", "BO1", key)
    assert [kit.kit_id for kit in read_province(small_folder).kits] == [key]


NESTED = "[" * 100_000
JSON_DAMAGE = [NESTED, '{"type": "FeatureCollection", "features": [' + "9" * 6000 + "]}", "[]", "5",
               '{"type": "FeatureCollection", "features": {}}', "null"]  # fmt: skip


@pytest.mark.parametrize("text", JSON_DAMAGE, ids=range(len(JSON_DAMAGE)))
@pytest.mark.parametrize("name", ["roads.geojson", "communes.geojson"])
def test_json_that_kills_is_a_finding(small_folder: Path, name: str, text: str) -> None:
    (small_folder / name).write_text(text, encoding="utf-8")
    assert name in {f.file for f in list_faults(small_folder)}


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "x = " + "9" * 6000, "format = 1\n[a"])
def test_toml_that_kills_is_a_finding(small_folder: Path, text: str) -> None:
    (small_folder / "province.toml").write_text(text, encoding="utf-8")
    assert "province.toml" in {f.file for f in list_faults(small_folder)}


def test_a_geopackage_with_flipped_bytes_is_a_finding(small_folder: Path) -> None:
    import geopandas

    top = json.loads((small_folder / "roads.geojson").read_text(encoding="utf-8"))
    frame = geopandas.GeoDataFrame.from_features(top["features"], crs=4326)
    path = small_folder / "roads.gpkg"
    frame.to_file(path, layer="roads")
    assert read_province(small_folder).segments
    good = path.read_bytes()
    for place in range(0, len(good), len(good) // 40):
        path.write_bytes(good[:place] + b"\xff" * 64 + good[place + 64 :])
        province, findings = read_with_findings(small_folder)
        assert province is not None or findings.faults


def write_sheet_book(path: Path, *, stray: str = "", merged: str = "") -> Path:
    book = openpyxl.Workbook()
    book.active.append(["month", "site_id", "task", "outcome"])
    book.active.append(["2026-12", "TV1", "session", "done"])
    if stray:
        book.active[stray] = " "
    if merged:
        book.active.merge_cells("A3:B4")
    book.save(path)
    if merged:  # written by hand: the library would make every cell of it
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b"A3:B4", merged.encode())
        with zipfile.ZipFile(path, "w") as archive:
            for part, data in parts.items():
                archive.writestr(part, data)
    return path


@pytest.mark.parametrize(
    ("stray", "merged", "expected"),
    [("XFD1000", "", "at most 500 columns"), ("XFD1", "", "at most 500 columns"),
     ("A1048576", "", "at most 20000 rows"), ("", "A3:XFD1048576", "cells that are not merged")],
)  # fmt: skip
def test_a_small_workbook_that_takes_gigabytes_is_refused_at_once(
    small: Province, tmp_path: Path, stray: str, merged: str, expected: str
) -> None:
    path = write_sheet_book(tmp_path / "T01.xlsx", stray=stray, merged=merged)
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        read_results(path, small)
    assert time.process_time() - start < 5.0
    assert expected in str(caught.value)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(small: Province, tmp_path: Path) -> None:
    path = write_sheet_book(tmp_path / "T01.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", bytes(250_000_000))
    with pytest.raises(InputError, match="bytes unpacked"):
        read_results(path, small)


@pytest.mark.parametrize(
    ("old", "new", "column", "is_warning"),
    [("[trips]", "[trips]\nlongitude = 25.1", "trips.longitude", False),
     ("[trips]", "[trips]\nlatitude = 56.9", "trips.latitude", False),
     ('country = "VN"', 'country = "VN"\ntimezone = "Europe/Riga"', "province.timezone", False),
     ('country = "VN"', 'country = "VN"\ntimezone = "Asia/Tokyo"', "province.timezone", True)],
)  # fmt: skip
def test_the_settings_lie_where_the_sites_are(
    small_folder: Path, old: str, new: str, column: str, is_warning: bool
) -> None:
    damage(small_folder, "province.toml", old, new)
    _, findings = read_with_findings(small_folder)
    told = findings.warnings if is_warning else findings.faults
    assert [f.column for f in told] == [column]


@pytest.mark.parametrize("kind", [InfeasibleError, LedgerError])
def test_reasons_are_capped_as_findings_are(kind: type[InfeasibleError]) -> None:
    many = [message("{site} would stand empty", site=f"S{n}") for n in range(5000)]
    error = kind(message("the count that decides"), *many, message("the end"))
    assert len(error.reasons) == 23
    assert str(error.reasons[0]) == "the count that decides"
    assert str(error.reasons[21]) == "4980 more of this kind"


def test_a_folder_in_the_place_of_a_table_is_a_finding(small_folder: Path) -> None:
    (small_folder / "zones.csv").mkdir()
    (small_folder / "requests.csv").symlink_to(small_folder / "nowhere.csv")
    faults: list[Finding] = list_faults(small_folder)
    assert where(faults) == [("requests.csv", None, ""), ("zones.csv", None, "")]
