"""Bad result sheets are refused with file, row, column and reason, and nothing is recorded."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import SMALL
from result_sheets import GOOD, make_trip_plan, read_good, write_sheet

from planning.record.results import record_results
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.ledger.place import LEDGER_NAME
from province.read import read_province
from province.result_sheets.read import read_results


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """A province whose ledger has something in it already."""
    folder = Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("bad") / "small"))
    province = read_province(folder)
    row = {"month": "2026-12", "date": "2026-12-20", "site_id": "TV1", "task": "training",
           "outcome": "done", "readers": "9"}  # fmt: skip
    sheet = write_sheet(folder / "x.csv", dict.fromkeys(range(2, 10)), row)
    record_results(province, read_results(sheet, province), {})
    return read_province(folder)


def record(province: Province, path: Path) -> None:
    record_results(
        province, read_results(path, province), {Month(2026, 12): make_trip_plan(province)}
    )


def refuse(province: Province, path: Path) -> list[tuple[str, int | None, str]]:
    """Return file, row and column of each finding; the ledger must not have changed a byte."""
    ledger = province.folder / LEDGER_NAME
    before = ledger.read_bytes()
    with pytest.raises(InputError) as caught:
        record(province, path)
    assert caught.value.exit_code == 3
    assert ledger.read_bytes() == before
    assert all(str(f.expected) and str(f.advice) for f in caught.value.findings)
    return [(f.file, f.row, f.column) for f in caught.value.findings]


def test_the_good_sheet_has_no_fault(recorded: Province, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(recorded.folder, tmp_path / "copy"))
    record(read_province(folder), write_sheet(tmp_path / "good.csv", {}))
    path = tmp_path / "good2.csv"
    path.write_text(GOOD, encoding="utf-8")
    assert len(read_results(path, recorded).rows) == 8


CELLS: list[tuple[str, int, str, dict[str, str], str]] = [
    # kind, line, column that is named, cells that are changed, what is said
    ("month missing", 2, "month", {"month": ""}, "a value; fill it in"),
    ("no month", 2, "month", {"month": "2026-13"}, "a month like 2026-12"),
    ("month as a day in it", 2, "month", {"month": "2026-12-05"}, "a month like 2026-12"),
    ("site missing", 2, "site_id", {"site_id": ""}, "a value"),
    ("site unknown", 2, "site_id", {"site_id": "TV11"}, "nearest that exists: TV1"),
    ("site a depot", 2, "site_id", {"site_id": "KHO"}, "a library"),
    ("trip at a library", 9, "site_id", {"site_id": "TV1"}, "the trip's depot"),
    ("task missing", 2, "task", {"task": ""}, "a value"),
    ("task unknown", 2, "task", {"task": "exchange"}, "one of exchange-leave, exchange-take"),
    ("outcome missing", 2, "outcome", {"outcome": ""}, "a value"),
    ("outcome unknown", 2, "outcome", {"outcome": "maybe"}, "one of done, partly, not-done"),
    ("batch missing", 2, "content_id", {"content_id": ""}, "a value"),
    ("batch unknown", 2, "content_id", {"content_id": "B55"}, "nearest that exists: B5"),
    ("a kit for a batch", 2, "content_id", {"content_id": "BO1"}, "stands in batches.csv"),
    ("kit unknown", 8, "content_id", {"content_id": "B5"}, "stands in kits.csv"),
    ("kit of another site", 8, "site_id", {"site_id": "TV3"}, "the site of the kit, TV4"),
    ("content at a session", 4, "content_id", {"content_id": "B5"}, "an empty cell for this task"),
    ("trip unknown", 2, "trip_id", {"trip_id": "T1"}, "nearest that exists: T01"),
    ("trip row without trip", 9, "trip_id", {"trip_id": "", "date": "2026-12-02"}, "a value"),
    ("stop missing", 2, "sequence", {"sequence": ""}, "the number of the stop"),
    ("stop unknown", 2, "sequence", {"sequence": "7"}, "choose one of 1, 2, 3"),
    ("stop of the whole trip", 9, "sequence", {"sequence": "4"}, "an empty cell for this task"),
    ("stop no number", 2, "sequence", {"sequence": "một"}, "a number"),
    ("date no date", 2, "date", {"date": "31/11/2026"}, "a date like 2026-12-31"),
    ("date in words", 2, "date", {"date": "hôm qua"}, "a date like"),
    ("date day and month swapped", 2, "date", {"date": "2026-01-12"}, "are swapped: swap them"),
    ("date of another month", 2, "date", {"date": "2026-07-01"}, "a day of 2026-12 or soon after"),
    ("date missing outside the plan", 5, "date",
     {"trip_id": "", "sequence": "", "date": ""}, "a value"),
    ("boxes below nothing", 2, "boxes", {"boxes": "-1"}, "a number ≥ 0"),
    ("boxes in parts", 2, "boxes", {"boxes": "2,5"}, "a whole number"),
    ("books in doubt", 2, "books", {"books": "1.050"}, "a number that can be read in one way"),
    ("books in words", 2, "books", {"books": "bảy mươi"}, "a number"),
    ("more boxes than the batch has", 2, "boxes", {"boxes": "4"}, "at most 3: B5 has no more"),
    ("more books than the batch has", 3, "books", {"books": "71"}, "at most 70"),
    ("more boxes missing", 2, "boxes_missing", {"boxes_missing": "4"}, "at most 3"),
    ("more books missing", 2, "books_missing", {"books_missing": "106"}, "at most 105"),
    ("more damaged than left", 3, "books_damaged",
     {"books_missing": "60", "books_damaged": "11"}, "at most 10"),
    ("books missing at a session", 4, "books_missing", {"books_missing": "2"}, "an empty cell"),
    ("readers at an exchange", 2, "readers", {"readers": "4"}, "an empty cell for this task"),
    ("uses where a batch is left", 2, "uses", {"uses": "4"}, "an empty cell for this task"),
    ("uses far too many", 3, "uses", {"uses": "9999999"}, "a number ≤ 100000"),
    ("not done without reason", 2, "reason", {"outcome": "not-done"}, "why it was not done"),
    ("partly without what is missing", 2, "outcome",
     {"outcome": "partly", "reason": "mưa"}, "filled in when something was missing"),
    ("partly a session without reason", 4, "reason", {"outcome": "partly"}, "why it was not done"),
    ("not done but books lost", 5, "books_missing",
     {"outcome": "not-done", "reason": "mưa", "books_missing": "3"}, "where nothing was done"),
    ("kept but taken", 3, "kept_until", {"kept_until": "2027-02-01"}, "where the batch was taken"),
    ("kept until before", 3, "kept_until",
     {"outcome": "not-done", "kept_until": "2026-11-30"}, "a day after the visit"),
    ("kept no date", 3, "kept_until", {"outcome": "not-done", "kept_until": "Tết"}, "a date like"),
    ("kept where it is left", 2, "kept_until", {"kept_until": "2027-02-01"}, "an empty cell"),
    ("time no time", 2, "arrived", {"arrived": "25:10"}, "a time of day like 07:30"),
    ("left before it came", 2, "departed", {"departed": "07:00"}, "a time after the arrival"),
    ("km at a stop", 2, "km", {"km": "12"}, "an empty cell for this task"),
    ("km below nothing", 9, "km", {"km": "-4"}, "a number ≥ 0"),
    ("settle unknown", 2, "settle", {"settle": "as-seen"}, "one of as-reported, as-planned"),
    ("note too long", 2, "note", {"note": "x" * 401}, "at most 400 characters"),
    ("trip cancelled but driven", 9, "outcome",
     {"outcome": "not-done", "reason": "sạt lở", "km": ""}, "tasks of this trip are done"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "line", "column", "cells", "said"), CELLS,
                         ids=[case[0] for case in CELLS])  # fmt: skip
def test_a_bad_cell_is_refused(
    recorded: Province, tmp_path: Path, kind: str, line: int, column: str, cells: dict[str, str],
    said: str,
) -> None:  # fmt: skip
    path = write_sheet(tmp_path / "T01.csv", {line: cells})
    assert refuse(recorded, path) == [("T01.csv", line, column)], kind
    with pytest.raises(InputError) as caught:
        record(recorded, path)
    assert said in str(caught.value.reasons[0])


def encode(text: str) -> bytes:
    return text.encode("utf-8")


TEXTS: list[tuple[str, int | None, str, Callable[[str], bytes]]] = [
    ("empty", None, "", lambda text: b""),
    ("only headings", None, "", lambda text: encode(text.splitlines()[0])),
    ("not UTF-8", 2, "", lambda text: text.encode("cp1258", "replace")),
    ("UTF-16", 1, "", lambda text: text.encode("utf-16")),
    ("a NUL byte", 3, "", lambda text: encode(text.replace("Lô Ban", "Lô\0Ban", 1))),
    ("a heading is missing", 1, "outcome", lambda text: encode(text.replace("outcome", "", 1))),
    ("a heading stands twice", 1, "books",
     lambda text: encode(text.replace("boxes,", "books,", 1))),
    ("a heading is misspelt", 1, "book_missing",
     lambda text: encode(text.replace("books_missing", "book_missing"))),
    ("a category is unknown", 1, "uses_poems",
     lambda text: encode(text.replace("readers", "uses_poems", 1).replace("12,30", "12,"))),
    ("a line has too many cells", 2, "",
     lambda text: encode(text.replace("08:10,,,,,,", "08:10,,,,,,,x", 1))),
    ("two lines tell the same", 10, "content_id",
     lambda text: encode(text + text.splitlines()[1] + "\n")),
    ("two lines about one session", 10, "task",
     lambda text: encode(text + text.splitlines()[3] + "\n")),
    ("a quote is never closed", 2, "", lambda text: encode(text.replace("Lô Lê", '"Lô Lê', 1))),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "line", "column", "damage"), TEXTS,
                         ids=[case[0] for case in TEXTS])  # fmt: skip
def test_a_bad_text_is_refused(
    recorded: Province, tmp_path: Path, kind: str, line: int | None, column: str,
    damage: Callable[[str], bytes],
) -> None:  # fmt: skip
    path = tmp_path / "T01.csv"
    path.write_bytes(damage(GOOD))
    found = refuse(recorded, path)
    if kind in ("a heading is missing", "a heading stands twice"):
        assert ("T01.csv", line, column) in found
    else:
        assert found == [("T01.csv", line, column)]


def save_workbook(path: Path, rows: list[list[Any]], change: Callable[[Any], None]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    book.save(path)
    return path


def good_table() -> list[list[Any]]:
    return [[cell or None for cell in row] for row in csv.reader(io.StringIO(GOOD))]


def set_cell(place: str, value: Any) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[place] = value

    return change


BOOKS: list[tuple[str, int | None, str, Callable[[Any], None]]] = [
    ("a formula without result", 3, "uses", set_cell("P3", "=SUM(A1:A2)")),
    ("a failed formula", 3, "uses", set_cell("P3", "#DIV/0!")),
    ("merged cells", 2, "outcome", lambda sheet: sheet.merge_cells("J2:J3")),
    ("a date that is a number", 2, "date", set_cell("D2", 46357)),
    ("a cell beside the table", 4, "", set_cell("Z4", "gọi lại")),
    ("half a box", 2, "boxes", set_cell("K2", 2.5)),
    ("a time of day for a day", 2, "date", set_cell("D2", "2026-12-01 10:00")),
    ("no headings", None, "", lambda sheet: sheet.delete_rows(1)),
    ("headings too far down", None, "", lambda sheet: sheet.insert_rows(1, 30)),
]


@pytest.mark.parametrize(("kind", "line", "column", "damage"), BOOKS,
                         ids=[case[0] for case in BOOKS])  # fmt: skip
def test_a_bad_workbook_is_refused(
    recorded: Province, tmp_path: Path, kind: str, line: int | None, column: str,
    damage: Callable[[Any], None],
) -> None:  # fmt: skip
    path = save_workbook(tmp_path / "T01.xlsx", good_table(), damage)
    found = refuse(recorded, path)
    if kind == "merged cells":
        assert ("T01.xlsx", line, column) in found
    else:
        assert found == [("T01.xlsx", line, column)]


@pytest.mark.parametrize("name", ["T01.xlsx", "T01.xlsm"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 torn", encode(GOOD), b"\xd0\xcf\x11\xe0" * 99])
def test_what_is_no_workbook_is_refused(
    recorded: Province, tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    assert refuse(recorded, tmp_path / name) == [(name, None, "")]


def test_a_torn_workbook_is_refused(recorded: Province, tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "T01.xlsx", good_table(), lambda sheet: None)
    path.write_bytes(path.read_bytes()[:-900])
    assert refuse(recorded, path) == [("T01.xlsx", None, "")]


JSONS: list[tuple[str, int | None, str, Callable[[list[dict[str, Any]]], str]]] = [
    ("no list", None, "", lambda rows: json.dumps({"results": rows})),
    ("no JSON", 1, "", lambda rows: json.dumps(rows)[:-3]),
    ("an empty list", None, "", lambda rows: "[]"),
    ("a row that is no object", 1, "", lambda rows: json.dumps([5, *rows])),
    ("a list in a cell", 1, "books", lambda rows: json.dumps([rows[0] | {"books": [1]}])),
    ("a number that is none", None, "", lambda rows: json.dumps([rows[0] | {"km": float("nan")}])),
    ("a key twice", None, "", lambda rows: json.dumps(rows[:1])[:-2] + ', "task": "kit"}]'),
    ("a key missing", 1, "task", lambda rows: json.dumps([rows[0] | {"task": ""}])),
]


@pytest.mark.parametrize(("kind", "line", "column", "write"), JSONS,
                         ids=[case[0] for case in JSONS])  # fmt: skip
def test_bad_json_is_refused(
    recorded: Province, tmp_path: Path, kind: str, line: int | None, column: str,
    write: Callable[[list[dict[str, Any]]], str],
) -> None:  # fmt: skip
    path = tmp_path / "T01.json"
    path.write_text(write([dict(row) for row in read_good()]), encoding="utf-8")
    assert refuse(recorded, path) == [("T01.json", line, column)]


def test_a_file_that_is_not_there_is_refused(recorded: Province, tmp_path: Path) -> None:
    assert refuse(recorded, tmp_path / "T09.csv") == [("T09.csv", None, "")]


def test_all_faults_come_in_one_answer(recorded: Province, tmp_path: Path) -> None:
    path = write_sheet(
        tmp_path / "T01.csv",
        {2: {"outcome": "?", "boxes": "x"}, 5: {"site_id": "TV8"}, 9: {"km": "-1"}},
    )
    assert refuse(recorded, path) == [
        ("T01.csv", 2, "boxes"),
        ("T01.csv", 2, "outcome"),
        ("T01.csv", 5, "site_id"),
        ("T01.csv", 9, "km"),
    ]


def test_at_least_forty_kinds_are_tried() -> None:
    kinds = [case[0] for table in (CELLS, TEXTS, BOOKS, JSONS) for case in table]
    assert len(set(kinds)) == len(kinds) >= 40
