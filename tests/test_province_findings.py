"""One fault, one finding: no false alarms in its wake, and words that can be translated."""

import time
from pathlib import Path

import pytest

from province.errors import InputError
from province.facts import Province
from province.findings import MOST_OF_A_KIND, Finding
from province.language import Message
from province.read import read_province, read_with_findings
from province.shipped import find_shipped
from province.tables.row_faults import COUNTED, PLAIN, explain_fault
from tools.translations import extract_texts


def damage(folder: Path, file: str, old: str, new: str, count: int = 1) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, (file, old)
    path.write_text(text.replace(old, new, count), encoding="utf-8", newline="\n")


def list_faults(folder: Path) -> list[Finding]:
    with pytest.raises(InputError) as caught:
        read_province(folder)
    return list(caught.value.findings)


def where(findings: list[Finding]) -> list[tuple[str, int | None, str]]:
    return [(f.file, f.row, f.column) for f in findings]


ALONE = [
    # A faulty row is still known by its id: nothing that refers to it is called unknown.
    ("batches.csv", "B1,Lô Mận,70", "B1,Lô Mận,1e999", 2, "books"),
    ("batches.csv", "B1,Lô Mận,70,2,30", "B1,Lô Mận,70,2,1e999", 2, "mass_kg"),
    ("batches.csv", ",30,40,30,", ",30,40,1e999,", 2, "books_tales-child-vi"),
    ("batches.csv", ",30,40,30,", ",30,40,-30,", 2, "books_tales-child-vi"),
    ("libraries.csv", "TV1,Thư", "TV1,,,,,,,,,,,,,,,,,,,,,,Thư", 3, ""),
    ("libraries.csv", ",both,2026-01-01,150", ",bth,2026-01-01,150", 3, "takes"),
    ("libraries.csv", ",depot,", ",depo,", 2, "kind"),
    ("roads.geojson", '"steepest_pct": 6,', '"steepest_pct": -6,', 1, "steepest_pct"),
    ("roads.geojson", '"length_m": 9500', '"length_m": Infinity', 2, "length_m"),
    ("communes.geojson", '"population": 4200', '"population": "x"', 2, "population"),
    ("communes.geojson", "[103.8, 21.25], [103.95", "[403.8, 21.25], [103.95", 1, "geometry"),
    ("province.toml", 'audience = "adult"', 'audience = "grown"', None, "categories.0.audience"),
    ("province.toml", 'code = "90"', "code = 90", None, "province.code"),
    ("province.toml", "value = 600", "value = inf", None, "trips.driving_max_day_min"),
    ("province.toml", "format = 1", "format = 2", None, "format"),
    ("province.toml", "[[categories]]", "[[categories", 11, ""),
    ("batch_titles.csv", "quyển 1\",farming-adult-vi,10", "quyển 1\",farming-adult-vi,ten",
     2, "copies"),
    ("ledger.csv", "B1,KHO,TV1,70", "B1,KHO,TV1,seventy", 2, "books"),
    ("ledger.csv", "void,B4,", "void,B5,", 8, "batch_id"),
    ("ledger.csv", "B2,KHO,TV2", "B2,TV1,TV2", 3, "from_site"),
    ("crews.csv", "D1,Đội lưu động,3,KHO,bus", "D1,Đội lưu động,3,TV1,bus", 2, "depot_id"),
    ("calendar.csv", "FREQ=WEEKLY;BYDAY=SU", "FREQ=HOURLY", 4, "rule"),
    ("calendar.csv", "FREQ=WEEKLY;BYDAY=SU", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 4, "rule"),
    ("libraries.csv", "2026-03-01,100", "2026-03-01,9999999999999", 6, "capacity_books"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "row", "column"), ALONE)
def test_one_fault_is_one_finding(
    small_folder: Path, file: str, old: str, new: str, row: int | None, column: str
) -> None:
    damage(small_folder, file, old, new)
    assert where(list_faults(small_folder)) == [(file, row, column)]


WITH_IDS = ["libraries.csv", "batches.csv", "communes.geojson", "roads.geojson"]


@pytest.mark.parametrize("file", WITH_IDS)
def test_an_unreadable_file_makes_nothing_else_unknown(small_folder: Path, file: str) -> None:
    path = small_folder / file
    path.write_bytes(path.read_bytes() + "é".encode("latin-1"))
    assert {f.file for f in list_faults(small_folder)} == {file}


@pytest.mark.parametrize("column", ["site_id", "name", "commune_code", "lon"])
def test_a_missing_column_is_one_finding(small_folder: Path, column: str) -> None:
    damage(small_folder, "libraries.csv", f"{column},", f"x{column},")
    assert where(list_faults(small_folder)) == [("libraries.csv", 1, column)]


@pytest.mark.parametrize(("file", "what"), [("vehicles.csv", "vehicle"), ("crews.csv", "crew")])
def test_a_table_without_rows_is_found(small_folder: Path, file: str, what: str) -> None:
    path = small_folder / file
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    (small_folder / "visit_pins.csv").unlink()  # it names a vehicle
    (fault,) = list_faults(small_folder)
    assert (fault.file, str(fault.expected)) == (file, f"at least one {what}")


def test_without_a_depot_nothing_can_start(small_folder: Path) -> None:
    damage(small_folder, "libraries.csv", ",depot,", ",lodging,")
    assert ("libraries.csv", None, "kind") in where(list_faults(small_folder))


# ĐT.101 runs from post 0 (S02, 9.5 km) to 9.5 + 6 km (S03); ĐH.05 has no posts.
POSTS = [
    ("ĐT.101,2,5,", "ĐT.101,0,15.5,", []),
    ("ĐT.101,2,5,", "ĐT.101,2,16,", ["km_to"]),
    ("ĐT.101,2,5,", "ĐT.101,20,25,", ["km_from", "km_to"]),
    ("ĐT.101,2,5,", "QL6,2,5,", ["km_from", "km_to"]),
    ("ĐT.101,2,5,", "QL6,305,310,", []),
    ("ĐT.101,2,5,", "ĐH.05,2,,", ["km_from"]),
    ("ĐT.101,2,5,", "ĐH.05,,,", []),
]


@pytest.mark.parametrize(("old", "new", "columns"), POSTS)
def test_posts_outside_the_road_are_a_warning(
    small_folder: Path, old: str, new: str, columns: list[str]
) -> None:
    damage(small_folder, "closures.csv", old, new)
    province = read_province(small_folder)
    assert [(f.file, f.row, f.column) for f in province.warnings] == [
        ("closures.csv", 2, column) for column in columns
    ]


def test_the_same_fault_in_every_row_is_capped_and_counted(small_folder: Path) -> None:
    path = small_folder / "loans.csv"
    row = path.read_text(encoding="utf-8").splitlines()[1]
    path.write_text(
        path.read_text(encoding="utf-8") + 100 * (row.replace("TV1", "TV9") + "\n"),
        encoding="utf-8",
    )
    damage(small_folder, "kits.csv", ",TV4,", ",TV9,")
    faults = list_faults(small_folder)
    assert [f.row for f in faults if f.file == "loans.csv"] == [
        *range(5, 5 + MOST_OF_A_KIND), None
    ]  # fmt: skip
    assert str(faults[-1].expected) == f"{100 - MOST_OF_A_KIND} more of this kind"
    assert where(faults)[0] == ("kits.csv", 2, "site_id")


NEAREST = [
    ("libraries.csv", "commune_library", "comune_library", "nearest word: commune_library"),
    ("libraries.csv", ",both,2026-01-01,150", ",bth,2026-01-01,150", "nearest word: both"),
    ("crews.csv", "exchange|session", "exchange|sesion", "nearest word: session"),
    ("calendar.csv", ",preferred,", ",prefered,", "nearest word: preferred"),
    ("province.toml", 'audience = "adult"', 'audience = "adlt"', "nearest word: adult"),
    ("ledger.csv", "lost_books", "lostbooks", "nearest word: lost_books"),
    ("closures.csv", ",shut,", ",xyz,", "choose one of these words"),
]


@pytest.mark.parametrize(("file", "old", "new", "advice"), NEAREST)
def test_an_unknown_word_is_answered_with_the_nearest(
    small_folder: Path, file: str, old: str, new: str, advice: str
) -> None:
    damage(small_folder, file, old, new)
    assert advice in [str(f.advice) for f in list_faults(small_folder)]


# What a planner may do to settings and properties, for each kind of answer.
WRONG_KINDS = [
    ("province.toml", 'name = "Mường Nhỏ"', "name = 5"),
    ("province.toml", 'name = "Mường Nhỏ"', ""),
    ("province.toml", 'language = "vi"\ncountry', 'language = "fr"\ncountry'),
    ("province.toml", 'country = "VN"', 'country = ["VN"]'),
    ("province.toml", "value = 600", 'value = "many"'),
    ("province.toml", "value = 600", "value = 6.5"),
    ("province.toml", "value = 600", "value = [600]"),
    ("province.toml", "[language_shares]\nvi = 0.9", "[language_shares]\nvi = 1.9"),
    ("province.toml", "[trips]", "[season]\nwet_months = 5\n[trips]"),
    ("province.toml", "[trips]", "[season]\nwet_months = [13]\n[trips]"),
    ("province.toml", "[trips]", '[rotation]\nchains = "perhaps"\nmemory_months = nan\n[trips]'),
    ("province.toml", "[trips]", '[targets.communes_pct]\nsoon = 15.0\n[trips]'),
    ("province.toml", "[trips]", "[rotation]\nmin_stay_months = 5\nmax_stay_months = 2\n[trips]"),
    ("province.toml", "format = 1", "format = 1\nseason = 3"),
    ("roads.geojson", '"name": "Quốc lộ 6"', '"name": 6'),
    ("roads.geojson", '"segment_id": "S01"', '"segment_id": 1'),
    ("roads.geojson", '"length_m": 12000', '"length_m": [12000]'),
    ("roads.geojson", '"dry_only": true', '"dry_only": 7'),
    ("roads.geojson", '"dry_only": true', '"dry_only": "often"'),
    ("roads.geojson", '"ferry_wait_min": 30', '"ferry_wait_min": {}'),
    ("communes.geojson", '"area_km2": 345.6', '"area_km2": null'),
    ("communes.geojson", '"FeatureCollection"', '"Feature"'),
    ("libraries.csv", "Thư viện xã Bản Mận", "x" * 401),
    ("libraries.csv", "TV1,Thư viện xã Bản Mận", "TV1,"),
]  # fmt: skip


@pytest.fixture(scope="module")
def known_texts() -> set[str]:
    return {str(text.id) for text in extract_texts() if text.id}


def templates(text: Message) -> list[str]:
    inner = [t for _, value in text.values if isinstance(value, Message) for t in templates(value)]
    return [text.template, *inner]


@pytest.mark.parametrize(("file", "old", "new"), WRONG_KINDS)
def test_answers_are_in_words_that_can_be_translated(
    small_folder: Path, known_texts: set[str], file: str, old: str, new: str
) -> None:
    damage(small_folder, file, old, new)
    _, findings = read_with_findings(small_folder)
    assert findings.faults
    for finding in findings.faults:
        for text in (finding.expected, finding.advice):
            assert set(templates(text)) <= known_texts, text
            assert "nput should" not in str(text), text
            assert "should have" not in str(text), text


def test_every_kind_of_answer_can_be_translated(known_texts: set[str]) -> None:
    ctx = {
        "ge": 1,
        "gt": 1,
        "le": 1,
        "lt": 1,
        "max_length": 4,
        "min_length": 1,
        "expected": "'a' or 'b'",
    }
    kinds = [*COUNTED, *(kind for kinds in PLAIN for kind in kinds), "never_heard_of"]
    for kind in kinds:
        for text in explain_fault({"type": kind, "ctx": ctx, "input": "c", "msg": "English"}):
            assert text.template in known_texts, kind
            assert "English" not in str(text)


def test_settings_with_a_fault_still_serve_to_check_the_rest(small_folder: Path) -> None:
    damage(small_folder, "province.toml", "value = 600", "value = -1")
    damage(small_folder, "batches.csv", "B1,Lô Mận,70", "B1,Lô Mận,71")
    damage(small_folder, "loans.csv", "farming-adult-vi,46", "farming-adult-en,46")
    assert {f.file for f in list_faults(small_folder)} == {
        "province.toml", "batches.csv", "loans.csv"
    }  # fmt: skip


def test_a_line_that_is_no_toml_is_shown(small_folder: Path) -> None:
    damage(small_folder, "province.toml", 'name = "Mường Nhỏ"', "name = Mường Nhỏ")
    (fault,) = list_faults(small_folder)
    assert (fault.file, fault.row, fault.value) == ("province.toml", 5, "name = Mường Nhỏ")


def test_a_column_of_an_unknown_category_is_told_once(small_folder: Path) -> None:
    damage(small_folder, "batches.csv", "books_tales-child-hmn", "books_tales-child-hmm")
    (fault,) = list_faults(small_folder)
    assert (fault.row, fault.value) == (1, "books_tales-child-hmm")
    assert "tales-child-hmn" in str(fault.advice)


def test_warnings_stop_nothing(small_folder: Path) -> None:
    damage(small_folder, "kits.csv", "mass_kg,", "mass_kg,colour,")
    damage(small_folder, "kits.csv", ",1,8,", ",1,8,red,")
    province = read_province(small_folder)
    assert [(f.file, f.column, f.is_warning) for f in province.warnings] == [
        ("kits.csv", "colour", True)
    ]


def test_reading_the_large_province(record_property) -> None:
    start = time.perf_counter()
    province: Province = read_province(find_shipped("son-la"))
    seconds = time.perf_counter() - start
    record_property("seconds", seconds)
    print(f"data/son-la is read in {seconds:.2f} s")
    assert not province.warnings
    assert len(province.sites) > 110
