"""The fingerprint of the facts: equal for equal facts, another when a fact changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from province.facts import Province, digest_facts
from province.read import read_province

ROOT = Path(__file__).resolve().parent.parent


def test_the_place_of_the_folder_does_not_matter(small: Province, small_folder: Path) -> None:
    other = Path(shutil.copytree(small_folder, small_folder.parent / "elsewhere"))
    assert digest_facts(read_province(other)) == digest_facts(small)


def test_how_a_table_is_saved_does_not_matter(small: Province, small_folder: Path) -> None:
    for path in small_folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    vehicles = small_folder / "vehicles.csv"
    vehicles.write_bytes(vehicles.read_bytes().replace(b",", b";").replace(b"2.3", b"2,3"))
    assert digest_facts(read_province(small_folder)) == digest_facts(small)


def test_the_order_of_rows_does_not_matter(small: Province, small_folder: Path) -> None:
    path = small_folder / "batches.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *reversed(lines)]), encoding="utf-8")
    assert digest_facts(read_province(small_folder)) == digest_facts(small)


def test_another_run_says_the_same(small: Province) -> None:
    code = (
        "from pathlib import Path; from province.facts import digest_facts;"
        "from province.read import read_province;"
        "print(digest_facts(read_province(Path('tests/small'))))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True,
        env=os.environ | {"PYTHONHASHSEED": "4711"},
    )  # fmt: skip
    assert answer.stdout.strip() == digest_facts(small)


CHANGES = [
    ("province.toml", "value = 600", "value = 590"),
    ("libraries.csv", "both,2026-01-01,150", "both,2026-01-01,151"),
    ("batches.csv", ",worn,", ",good,"),
    ("batch_titles.csv", "quyển 14", "quyển 15"),
    ("vehicles.csv", ",9000,", ",9001,"),
    ("crews.csv", "2026-12-20", "2026-12-21"),
    ("roads.geojson", '"length_m": 12000', '"length_m": 12001'),
    ("closures.csv", "2026-12-09", "2026-12-10"),
    ("calendar.csv", "BYDAY=SU", "BYDAY=SA"),
    ("loans.csv", ",46,", ",47,"),
    ("kits.csv", "2026-12-18", "2026-12-19"),
    ("visit_pins.csv", "XE1", "XE2"),
    ("ledger.csv", "2026-11-04", "2026-11-03"),
    ("communes.geojson", '"population": 4200', '"population": 4201'),
]


@pytest.mark.parametrize(("file", "old", "new"), CHANGES)
def test_every_fact_counts(
    small: Province, small_folder: Path, file: str, old: str, new: str
) -> None:
    path = small_folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert digest_facts(read_province(small_folder)) != digest_facts(small)
