"""Result sheets are read as people and spreadsheet programs write them."""

import csv
import datetime
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from plan_fixture import make_plan
from result_sheets import GOOD, make_trip_plan, read_good

from exports.tables.result_sheets import draw
from exports.workbook.workbook import draw as draw_workbook
from province.dates import Month
from province.facts import Province
from province.findings import CellError
from province.result_sheets.cells import (
    parse_outcome,
    parse_remark,
    parse_sheet_clock,
    parse_sheet_day,
    parse_sheet_month,
)
from province.result_sheets.read import read_results
from province.results import RESULT_COLUMNS, Outcome, ResultRow

DAYS = ("date", "kept_until")
TIMES = ("arrived", "departed")
COUNTS = ("sequence", "boxes", "books", "uses", "readers", "books_damaged", "km")


def rows_of(path: Path, province: Province) -> tuple[ResultRow, ...]:
    return tuple(placed.row for placed in read_results(path, province).rows)


@pytest.fixture
def expected(small: Province, tmp_path: Path) -> tuple[ResultRow, ...]:
    path = tmp_path / "expected.csv"
    path.write_text(GOOD, encoding="utf-8")
    rows = rows_of(path, small)
    assert len(rows) == 8
    assert rows[0].arrived_min == 8 * 60 + 10
    assert (rows[2].uses, rows[2].readers, rows[2].note) == (12, 30, "đông vui")
    assert (rows[-1].km, rows[-1].trip_id, rows[-1].sequence) == (103.6, "T01", 0)
    return rows


def use_semicolons(text: str) -> bytes:
    return text.replace(",", ";").replace("103.6", "103,6").encode("utf-8-sig")


def use_local_dates(text: str) -> bytes:
    text = text.replace("2026-12-01", "01/12/2026").replace("2026-12-02", "2/12/2026")
    return text.replace("2026-12,", "12/2026,").encode("utf-8")


def use_excel_months(text: str) -> bytes:
    return text.replace("\n2026-12,", "\nDec-26,").replace("\n", "\r\n").encode("utf-8-sig")


def use_vietnamese_words(text: str) -> bytes:
    return text.replace(",done,", ",Xong,").replace("08:10", "8h10").encode("utf-8")


def turn_columns_around(text: str) -> bytes:
    rows = [list(reversed(row)) for row in csv.reader(io.StringIO(text))]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8")


def add_empty_lines(text: str) -> bytes:
    return (text.replace("\n", "\n\n") + ",,,,\n").encode("utf-8")


@pytest.mark.parametrize(
    "write",
    [use_semicolons, use_local_dates, use_excel_months, use_vietnamese_words,
     turn_columns_around, add_empty_lines],
)  # fmt: skip
def test_tables_come_in_many_ways(
    small: Province, tmp_path: Path, expected: tuple[ResultRow, ...], write: Callable[[str], bytes]
) -> None:
    path = tmp_path / "T01.csv"
    path.write_bytes(write(GOOD))
    assert rows_of(path, small) == expected


def test_columns_of_ones_own_are_a_warning(small: Province, tmp_path: Path) -> None:
    path = tmp_path / "T01.csv"
    lines = GOOD.splitlines()
    text = "\n".join([lines[0] + ",Người ghi", *(line + "," for line in lines[1:])])
    path.write_text(text, encoding="utf-8")
    sheet = read_results(path, small)
    assert [(w.row, w.column) for w in sheet.warnings] == [(1, "Người ghi")]


def to_cell(column: str, text: str) -> Any:
    if text and column in DAYS:
        return datetime.date.fromisoformat(text)
    if text and column in TIMES:
        return datetime.time.fromisoformat(text)
    if text and column in COUNTS:
        return float(text)
    return text or None


def write_workbook(path: Path, *sheets: tuple[str, int, list[list[Any]]]) -> Path:
    """Write a workbook with real dates, times and numbers, as people fill it in."""
    book = xlsxwriter.Workbook(path)
    day, clock = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format(
        {"num_format": "hh:mm"}
    )  # fmt: skip
    for name, top, rows in sheets:
        page = book.add_worksheet(name)
        for r, row in enumerate(rows, top):
            for c, value in enumerate(row):
                if isinstance(value, datetime.time):
                    page.write_datetime(r, c, value, clock)
                elif isinstance(value, datetime.date):
                    page.write_datetime(r, c, value, day)
                elif isinstance(value, tuple):
                    page.write_formula(r, c, value[0], None, value[1])
                elif value is not None:
                    page.write(r, c, value)
    book.close()
    return path


def good_cells() -> list[list[Any]]:
    rows = [[to_cell(column, row[column]) for column in RESULT_COLUMNS] for row in read_good()]
    return [list(RESULT_COLUMNS), *rows]


def test_a_workbook_holds_real_dates_and_numbers(
    small: Province, tmp_path: Path, expected: tuple[ResultRow, ...]
) -> None:
    path = write_workbook(tmp_path / "T01.xlsx", ("Kết quả", 0, good_cells()))
    assert rows_of(path, small) == expected


def test_a_title_may_stand_above_the_headings(
    small: Province, tmp_path: Path, expected: tuple[ResultRow, ...]
) -> None:
    rows = [["Chuyến T01"], [None], *good_cells()]
    path = write_workbook(tmp_path / "T01.xlsx", ("Kết quả", 0, rows))
    sheet = read_results(path, small)
    assert tuple(placed.row for placed in sheet.rows) == expected
    assert [placed.line for placed in sheet.rows] == list(range(4, 12))


def test_every_worksheet_with_results_is_read(
    small: Province, tmp_path: Path, expected: tuple[ResultRow, ...]
) -> None:
    heading, *rows = good_cells()
    path = write_workbook(
        tmp_path / "tháng 12.xlsx",
        ("Ghi chú", 0, [["không phải kết quả"]]),
        ("Ngày 1", 0, [heading, *rows[:5]]),
        ("Ngày 2", 0, [heading, *rows[5:]]),
    )
    sheet = read_results(path, small)
    assert tuple(placed.row for placed in sheet.rows) == expected
    assert sheet.rows[0].file == "tháng 12.xlsx [Ngày 1]"


def test_a_formula_counts_with_its_result(small: Province, tmp_path: Path) -> None:
    cells = good_cells()
    cells[2][RESULT_COLUMNS.index("uses")] = ("=20+21", 41)
    path = write_workbook(tmp_path / "T01.xlsx", ("a", 0, cells))
    assert rows_of(path, small)[1].uses == 41


def test_a_real_number_is_in_no_doubt(small: Province, tmp_path: Path) -> None:
    cells = good_cells()
    cells[8][RESULT_COLUMNS.index("km")] = 103.625
    path = write_workbook(tmp_path / "T01.xlsx", ("a", 0, cells))
    assert rows_of(path, small)[7].km == 103.625


def test_json_is_read_with_numbers_or_texts(
    small: Province, tmp_path: Path, expected: tuple[ResultRow, ...]
) -> None:
    path = tmp_path / "T01.json"
    as_text = [dict(row) for row in read_good()]
    as_numbers = [
        {
            key: float(value) if value and key in COUNTS else value or None
            for key, value in row.items()
        }
        for row in as_text
    ]
    for rows in (as_text, as_numbers):
        path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        assert rows_of(path, small) == expected


def test_the_sheet_of_a_plan_lacks_only_the_outcome(small: Province, tmp_path: Path) -> None:
    (name, data), *_ = draw(make_plan(small), small, "vi")
    assert name == "results/T01.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert tuple(rows[0]) == RESULT_COLUMNS
    assert {row["outcome"] for row in rows} == {""}
    path = tmp_path / "T01.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, RESULT_COLUMNS)
        writer.writeheader()
        writer.writerows(row | {"outcome": "done"} for row in rows)
    assert [row.task.value for row in rows_of(path, small)][-1] == "trip"


def test_the_workbook_of_a_plan_can_be_filled_in_and_read(small: Province, tmp_path: Path) -> None:
    ((_, data),) = draw_workbook(make_trip_plan(small), small, "vi")
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet, top = next(
        (sheet, row[0].row)
        for sheet in book.worksheets
        for row in sheet.iter_rows(max_row=5)
        if "outcome" in [cell.value for cell in row]
    )
    place = {cell.value: cell.column for cell in sheet[top]}
    for line, uses in ((top + 1, None), (top + 2, 41)):
        sheet.cell(line, place["outcome"], "done")
        sheet.cell(line, place["arrived"], datetime.time(8, 10))
        sheet.cell(line, place["uses"], uses)
    book.save(tmp_path / "T01.xlsx")
    rows = rows_of(tmp_path / "T01.xlsx", small)
    assert [(r.task.value, r.content_id, r.uses, r.arrived_min) for r in rows] == [
        ("exchange-leave", "B5", None, 490),
        ("exchange-take", "B3", 41, 490),
    ]


def test_rows_without_an_outcome_are_not_reported_yet(small: Province, tmp_path: Path) -> None:
    lines = GOOD.splitlines()
    lines[4:] = [line.replace("done", "").replace("1,9,,", ",,,") for line in lines[4:]]
    lines[8] = lines[8].replace("17:20,06:00,,103.6", ",,,")
    path = tmp_path / "T01.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [row.content_id for row in rows_of(path, small)] == ["B5", "B3", None]


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_sheet_month, "2026-12", Month(2026, 12)),
        (parse_sheet_month, "12/2026", Month(2026, 12)),
        (parse_sheet_month, "Dec-26", Month(2026, 12)),
        (parse_sheet_month, "december 2026", Month(2026, 12)),
        (parse_sheet_month, "Thg12-26", Month(2026, 12)),
        (parse_sheet_month, "Tháng 3/2027", Month(2027, 3)),
        (parse_sheet_month, "2026-12-01", Month(2026, 12)),
        (parse_sheet_month, "01/12/2026", Month(2026, 12)),
        (parse_sheet_month, "Thg13-26", None),
        (parse_sheet_month, "Foo-26", None),
        (parse_sheet_month, "2026", None),
        (parse_sheet_day, "31.12.2026", datetime.date(2026, 12, 31)),
        (parse_sheet_day, "1-2-2027", datetime.date(2027, 2, 1)),
        (parse_sheet_day, "2026/12/31", datetime.date(2026, 12, 31)),
        (parse_sheet_day, "31/12/26", None),
        (parse_sheet_clock, "7:30", 450),
        (parse_sheet_clock, "07:30:00", 450),
        (parse_sheet_clock, "7h30", 450),
        (parse_sheet_clock, "7g30", 450),
        (parse_sheet_clock, "16h", 960),
        (parse_sheet_clock, "7:30 CH", 19 * 60 + 30),
        (parse_sheet_clock, "12:05 AM", 5),
        (parse_sheet_clock, "0.3125", 450),
        (parse_sheet_clock, "24:30", None),
        (parse_sheet_clock, "13:00 PM", None),
        (parse_outcome, "Đã làm", Outcome.DONE),
        (parse_outcome, "x", Outcome.DONE),
        (parse_outcome, "KHÔNG", Outcome.NOT_DONE),
        (parse_outcome, "một phần", Outcome.PARTLY),
        (parse_outcome, "?", None),
        (parse_remark, "'=1+1", "=1+1"),
        (parse_remark, "'s Gravenhage", "'s Gravenhage"),
    ],
)
def test_cells_are_read_as_people_write_them(
    parse: Callable[[Any], Any], text: str, value: Any
) -> None:
    if value is None:
        with pytest.raises(CellError):
            parse(text)
    else:
        assert parse(text) == value
