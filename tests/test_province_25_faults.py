"""A folder with faults in every file: all come in one answer, and nothing is written."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from province.errors import InputError
from province.read import read_province

ROOT = Path(__file__).resolve().parent.parent

# What stands in a file, and the damage done to it.
DAMAGES = [
    ("province.toml", 'language = "vi"\ncountry', 'language = "vi"\nmotto = "x"\ncountry'),
    ("province.toml", "value = 600", "value = -600"),
    ("libraries.csv", ",90002,", ",90092,"),
    ("libraries.csv", "Mo-Sa 08:00-11:00", "Mo-Xx 8-11"),
    ("libraries.csv", "both,2026-01-01,80,", "both,2026-01-01,-80,"),
    ("libraries.csv", "104.1,21.4,,Vàng", "21.4,104.1,,Vàng"),
    ("libraries.csv", "TV4,Trung tâm học tập Bến Phà,learning_centre,90004,104.1,21.3,",
     "TV4,Trung tâm học tập Bến Phà,learning_centre,90004,108.1,21.3,"),
    ("libraries.csv", "2026-01-01,0,0,420,,child", "2026-02-30,0,0,1.250,,child"),
    ("libraries.csv", "\nNT1,", "\nTV1,"),
    ("libraries.csv", ",lodging,", ",loging,"),
    ("batches.csv", "B1,Lô Mận,70,", "B1,Lô Mận,71,"),
    ("batches.csv", "B5,Lô Lê,105,3,45,105,,", "B5,Lô Lê,106,3,45,106,,"),
    ("batches.csv", ",worn,KHO", ",worn,TV2"),
    ("batch_titles.csv", "B3,T8,", "B33,T8,Truyện,tales-child-vi,1\nB3,T8,"),
    ("batch_titles.csv", "B6,P1,\"Luật cho bản làng, quyển 1\",farming-adult-vi",
     "B6,P1,\"Luật cho bản làng, quyển 1\",farming-adult-en"),
    ("vehicles.csv", ",seats,width_m", ",seet,width_m"),
    ("vehicles.csv", "XE2,Xe tải nhẹ,truck", "XE2,Xe tải nhẹ,trukc"),
    ("crews.csv", "truck|motorbike", "truck|bike"),
    ("crews.csv", "D2,Đội luân chuyển,2,KHO", "D2,Đội luân chuyển,2,KHO2"),
    ("closures.csv", "ĐT.101,2,5,,2026-12-07,2026-12-09,,,shut",
     "ĐT.109,2,5,,2026-12-07,2026-12-01,,,shut"),
    ("closures.csv", "Hạt giao thông\n",
     "Hạt giao thông\nDONG2,S01,,,,,2026-12-07,,,,shutt,,\n"),
    ("calendar.csv", "FREQ=WEEKLY;BYDAY=SU", "FREQ=WEEKLY;BYDAY=XX"),
    ("calendar.csv", ",TV4,closed", ",TV44,close"),
    ("ledger.csv", "L03,2026-10-05,moved,B3,KHO,TV1,70,2,,,\n",
     "L03,2026-10-05,moved,B3,KHO,TV1,70,2,,,\n"
     "L03b,2026-10-20,moved,B3,KHO,TV2,70,2,,,\n"),
    ("ledger.csv", "B1,TV1,TV3", "B1,TV2,TV3"),
    ("ledger.csv", ",L06,", ",L66,"),
    ("roads.geojson", "[104.0, 21.3], [104.04, 21.3]", "[104.0, 21.3]"),
    ("roads.geojson", '"asphalt"', '"asfalt"'),
    ("communes.geojson", "[103.95, 21.25], [103.95, 21.45]", "[103.95, 21.45], [103.95, 21.25]"),
]  # fmt: skip

# Where each fault must be found: file, row, column, value, and a word of its advice.
FAULTS = [
    ("province.toml", None, "province.motto", "x", "delete it"),
    ("province.toml", None, "trips.driving_max_day_min", "-600", "correct the number"),
    ("libraries.csv", 3, "commune_code", "90092", "90002"),
    ("libraries.csv", 4, "hours", "Mo-Xx 8-11", "Mo-Fr"),
    ("libraries.csv", 4, "capacity_books", "-80", "correct the number"),
    ("libraries.csv", 5, "lat", "104.1", "swapped"),
    ("libraries.csv", 6, "lon", "108.1, 21.3", "from a map"),
    ("libraries.csv", 7, "enrolled_from", "2026-02-30", "day that exists"),
    ("libraries.csv", 7, "students", "1.250", "1250"),
    ("libraries.csv", 8, "site_id", "TV1", "an id of its own"),
    ("libraries.csv", 8, "kind", "loging", "lodging"),
    ("batches.csv", 2, "books", "71", "a category"),
    ("batches.csv", 5, "depot_id", "TV2", "nearest that exists"),
    ("batches.csv", 6, "books", "106", "its titles"),
    ("batch_titles.csv", 17, "batch_id", "B33", "B3"),
    ("batch_titles.csv", 38, "category_id", "farming-adult-en", "farming-adult-vi"),
    ("vehicles.csv", 1, "seats", "", "add the column"),
    ("vehicles.csv", 3, "kind", "trukc", "truck"),
    ("crews.csv", 3, "drives", "bike", "motorbike"),
    ("crews.csv", 3, "depot_id", "KHO2", "KHO"),
    ("closures.csv", 2, "ref", "ĐT.109", "ĐT.101"),
    ("closures.csv", 2, "to_date", "2026-12-01", "swap"),
    ("closures.csv", 3, "effect", "shutt", "nearest word: shut"),
    ("calendar.csv", 4, "rule", "FREQ=WEEKLY;BYDAY=XX", "BYDAY=SU"),
    ("calendar.csv", 6, "site_id", "TV44", "TV4"),
    ("calendar.csv", 6, "effect", "close", "nearest word: closed"),
    ("loans.csv", 4, "", "b'\\xe9'", "UTF-8"),
    ("kits.csv", None, "", "", "empty"),
    ("ledger.csv", 5, "from_site", "KHO", "one place"),
    ("ledger.csv", 6, "from_site", "TV2", "one place"),
    ("ledger.csv", 9, "voids", "L66", "L06"),
    ("roads.geojson", 1, "surface", "asfalt", "asphalt"),
    ("roads.geojson", 5, "geometry", None, "QGIS"),
    ("communes.geojson", 1, "geometry", None, "QGIS"),
    ("communes.geojson", 5, "code", "90004", "an id of its own"),
]  # fmt: skip


@pytest.fixture
def broken(small_folder: Path) -> Path:
    """The small province with more than 25 faults, no two of the same cell."""
    for file, old, new in DAMAGES:
        path = small_folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    communes = small_folder / "communes.geojson"
    lines = communes.read_text(encoding="utf-8").splitlines()
    lines[4:5] = [lines[4] + ",", lines[4]]
    communes.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    loans = small_folder / "loans.csv"
    loans.write_bytes(loans.read_bytes().rstrip(b"\n") + "é".encode("latin-1"))
    (small_folder / "kits.csv").write_bytes(b"")
    return small_folder


def list_contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_fault_comes_in_one_answer(broken: Path) -> None:
    before = list_contents(broken)
    with pytest.raises(InputError) as caught:
        read_province(broken)
    for file, row, column, value, advice in FAULTS:
        own = [f for f in caught.value.findings if (f.file, f.row, f.column) == (file, row, column)]
        assert own, (file, row, column, str(caught.value))
        assert value is None or {f.value for f in own} == {value}, own
        assert any(advice in str(f.advice) for f in own), own
        assert all(str(f.expected) for f in own), own
    assert len(FAULTS) >= 25
    assert list_contents(broken) == before


def test_no_fault_is_made_up(broken: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_province(broken)
    planted = {(file, row, column) for file, row, column, _, _ in FAULTS}
    told = {(f.file, f.row, f.column) for f in caught.value.findings}
    assert told == planted, str(caught.value)
    # 71 books of B1 contradict both the sum of its categories and its titles.
    assert len(caught.value.findings) == len(planted) + 1


def test_check_tells_every_fault_and_writes_nothing(broken: Path) -> None:
    before = list_contents(broken)
    answer = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "check", str(broken)],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "LUANCHUYEN_LANG": "en"},
    )  # fmt: skip
    assert answer.returncode == 3, answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""
    for file, row, column, value, _ in FAULTS:
        start = f"{file} {column or '-'}:" if row is None else f"{file}:{row} {column or '-'}:"
        lines = [line for line in answer.stderr.splitlines() if line.startswith(start)]
        assert lines, (start, answer.stderr)
        assert value is None or any(f'"{value}"' in line for line in lines), lines
    assert list_contents(broken) == before
