"""The workbook: typed cells, nothing of the data a formula, heads in sight, sheets to fill in."""

import io
import textwrap
import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hostile_province import HOSTILE, rename_trips, write_hostile_folder
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook import Workbook
from plan_fixture import make_plan

from exports.text.plain import clean_line
from exports.workbook import workbook
from exports.workbook.figures_sheet import CHARTS
from exports.workbook.results_sheet import HEAD_ROWS
from planning.expected_results import list_expected_results
from planning.plan import Plan
from planning.plan_file import dump_plan
from province.dates import Month
from province.facts import Province
from province.findings import Findings
from province.language import LANGUAGES
from province.read import read_province
from province.result_sheets.files import split_results
from province.result_sheets.read import read_results
from province.results import RESULT_COLUMNS

SHEETS = ["Figures", "Rotation schedule", "Trips", "Not served", "Where every batch is",
          "Results to fill in"]  # fmt: skip


def write(plan: Plan, province: Province, language="en") -> bytes:
    ((name, content),) = workbook.draw(plan, province, language)
    assert name == "plan.xlsx"
    return content


def read(plan: Plan, province: Province, language="en") -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write(plan, province, language)))


def rows(book: Workbook, name: str) -> list[dict[str, object]]:
    head, *body = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def test_the_sheets_are_those_of_the_documentation(small: Province) -> None:
    assert read(make_plan(small), small).sheetnames == SHEETS


def test_the_schedule_has_real_dates_and_numbers(small: Province) -> None:
    plan = make_plan(small)
    found = rows(read(plan, small), "Rotation schedule")
    assert len(found) == len(plan.deliveries)
    planned = sorted(plan.deliveries, key=lambda d: (d.day, d.trip_id, d.batch_id))
    for row, delivery in zip(found, planned, strict=True):
        assert row["Date"] == datetime.combine(delivery.day, time())
        assert (row["Batch"], row["Books"], row["Boxes"]) == (
            delivery.batch_id, delivery.books, delivery.boxes
        )  # fmt: skip
        assert row["To"] == small.site_by_id[delivery.to_site].name
        assert row["Uses expected"] == delivery.expected_uses


def test_the_trips_have_times_of_the_day(small: Province) -> None:
    plan = make_plan(small)
    book = read(plan, small)
    stops = [stop for trip in plan.trips.trips for stop in trip.stops]
    for row, stop in zip(rows(book, "Trips"), stops, strict=True):
        arrive = row["Arrive"]
        seconds = (
            arrive.hour * 3600 + arrive.minute * 60
            if isinstance(arrive, time)
            else arrive.total_seconds()
        )
        assert round(seconds / 60) == stop.leg.arrive_min
        assert row["Telephone"] in (small.site_by_id[stop.site_id].phone, None)


def test_codes_that_look_like_numbers_stay_text(small: Province) -> None:
    sites = tuple(replace(site, phone="02123456789") for site in small.sites)
    batches = tuple(replace(batch, owner="007") for batch in small.batches)
    province = replace(small, sites=sites, batches=batches)
    book = read(make_plan(province), province)
    assert {row["Telephone"] for row in rows(book, "Trips")} == {"02123456789"}
    assert {row["Owner"] for row in rows(book, "Where every batch is")} == {"007"}


def test_figures_are_those_of_the_plan(small: Province) -> None:
    plan = make_plan(small)
    book = read(plan, small)
    seen = {row[0]: row[1:] for row in book["Figures"].iter_rows(max_col=3, values_only=True)}
    assert seen["Visits"] == (plan.totals.visits, None)
    assert seen["Visits served"] == (plan.totals.visits - 1, None)
    assert seen["Distance, km"] == (plan.totals.length_km, None)
    assert seen["Cost, VND"] == (plan.totals.cost_vnd, None)
    brought = sum(p.books for trip in plan.trips.trips for s in trip.stops for p in s.leaves)
    assert seen["Books brought to libraries"] == (brought, None)
    assert seen["Communes visited this month"] == (3, 0.75)
    assert not [name for name in seen if "arget" in str(name)]


def test_last_months_figures_stand_beside(small_folder: Path) -> None:
    province = read_province(small_folder)
    plan = make_plan(province)
    last = small_folder / "plans" / "2026-11" / "plan.json"
    last.parent.mkdir(parents=True)
    before = replace(plan, month=Month(2026, 11), totals=replace(plan.totals, trips=7))
    last.write_bytes(dump_plan(before))
    rows = read(plan, province)["Figures"].iter_rows(max_col=3, values_only=True)
    assert {row[0]: row[1:] for row in rows}["Trips"] == (1, 7)


def test_every_chart_shows_filled_cells(small: Province) -> None:
    book = read(make_plan(small), small)
    charts = book["Figures"]._charts
    assert len(charts) == len(CHARTS)
    for chart in charts:
        for series in chart.series:
            names, values = series.cat.numRef or series.cat.strRef, series.val.numRef
            for reference in (names.f, values.f):
                sheet, cells = reference.replace("$", "").rsplit("!", 1)
                left, top, right, bottom = range_boundaries(cells)
                area = book[sheet.strip("'")].iter_rows(top, bottom, left, right)
                shown = [cell.value for row in area for cell in row]
                assert any(value is not None for value in shown), reference


def test_where_every_batch_is_follows_ledger_and_plan(small: Province) -> None:
    plan = make_plan(small)
    found = {row["Batch"]: row for row in rows(read(plan, small), "Where every batch is")}
    assert set(found) == set(small.batch_by_id)
    # By the ledger of the small province: B1 stands at TV3 since its last move.
    assert found["B1"]["Where it is before December 2026"] == small.site_by_id["TV3"].name
    last = {d.batch_id: d for d in plan.deliveries}
    for batch_id, delivery in last.items():
        assert found[batch_id]["Where it is after December 2026"] in {
            small.site_by_id[d.to_site].name for d in plan.deliveries if d.batch_id == batch_id
        }
        assert found[batch_id]["Moves on"].date() in {
            d.day for d in plan.deliveries if d.batch_id == delivery.batch_id
        }


def test_heads_are_frozen_and_filtered(small: Province) -> None:
    book = read(make_plan(small), small)
    for name in SHEETS[1:]:
        sheet = book[name]
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref
        assert all(sheet.column_dimensions[key].width >= 8 for key in ("A", "B"))


def test_sheets_print_one_page_wide_and_their_heads_are_whole(small: Province) -> None:
    """Wide ones on A3; "Cost of the remedy, VND" stands in more lines than two if it must."""
    book = read(make_plan(small), small)
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)
    for name in SHEETS[1:]:
        sheet = book[name]
        widths = [sheet.column_dimensions[c.column_letter].width for c in sheet[1]]
        assert sheet.page_setup.paperSize == (8 if sum(widths) > 192 else 9), name
        for cell, width in zip(sheet[1], widths, strict=True):
            lines = len(textwrap.wrap(str(cell.value), max(1, int(width / 1.1) - 1)))
            assert (sheet.row_dimensions[1].height or 15) >= 15 * lines
    assert book["Trips"].page_setup.paperSize == 8


def test_the_results_are_an_input_of_record(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(write(plan, small, "vi"))
    findings = Findings()
    (table,) = split_results(path, findings)
    top, headings, found = table.heading_line, table.headings, table.rows
    assert not findings.faults
    assert (top, headings) == (HEAD_ROWS, RESULT_COLUMNS)
    tasks = [(row.cells["sequence"], row.cells["task"]) for row in found if "sequence" in row.cells]
    stops = [stop for trip in plan.trips.trips for stop in trip.stops]
    assert {int(sequence) for sequence, _ in tasks} == {stop.sequence for stop in stops}
    leaves = [row for row in found if row.cells["task"] == "exchange-leave"]
    assert [(row.cells["content_id"], row.cells["date"]) for row in leaves] == [
        (parcel.content_id, stop.day.isoformat()) for stop in stops for parcel in stop.leaves
    ]
    assert found[-1].cells["task"] == "trip"
    assert not any("outcome" in row.cells for row in found)


def test_a_filled_in_workbook_reads_as_the_results_it_tells(
    small: Province, tmp_path: Path
) -> None:
    plan = make_plan(small)
    book = read(plan, small, "lv")
    sheet = book.worksheets[-1]
    column = {name: number for number, name in enumerate(RESULT_COLUMNS, 1)}
    (trip,) = plan.trips.trips
    expected = list_expected_results(plan, trip)
    for number, row in enumerate(expected, HEAD_ROWS + 1):
        sheet.cell(number, column["outcome"]).value = "done"
        sheet.cell(number, column["km"]).value = row.km
    sheet.cell(HEAD_ROWS + 1, column["arrived"]).value = time(8, 5)
    book.save(tmp_path / "filled.xlsx")
    found = read_results(tmp_path / "filled.xlsx", small).rows
    first = replace(expected[0], arrived_min=485)
    assert [row.row for row in found] == [first, *expected[1:]]


def test_the_cells_to_fill_in_are_held_to_lists_and_kinds(small: Province) -> None:
    sheet = read(make_plan(small), small)["Results to fill in"]
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            rules[RESULT_COLUMNS[area.min_col - 1]] = (rule.type, rule.formula1)
    assert rules["outcome"] == ("list", '"done,partly,not-done"')
    assert rules["settle"] == ("list", '"as-reported,as-planned,as-recorded"')
    assert rules["boxes"][0] == "whole"
    assert rules["arrived"][0] == "time"
    assert rules["kept_until"][0] == "date"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_makes_a_book_that_opens(language, small: Province) -> None:
    book = read(make_plan(small), small, language)
    assert len(book.sheetnames) == len(SHEETS)
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_the_same_plan_gives_the_same_bytes(small: Province) -> None:
    plan = make_plan(small)
    assert write(plan, small) == write(plan, small)
    with zipfile.ZipFile(io.BytesIO(write(plan, small))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-12-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_an_empty_month_makes_a_book_too(small: Province) -> None:
    plan = make_plan(small)
    empty = replace(
        plan, deliveries=(), visits=(), trips=replace(plan.trips, trips=(), unserved=())
    )
    book = read(empty, small)
    assert rows(book, "Trips") == []
    assert book.sheetnames == SHEETS


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_are_text(kind: str, tmp_path: Path) -> None:
    folder = write_hostile_folder(tmp_path / "p", HOSTILE[kind], in_ids=True)
    province = read_province(folder)
    content = write(rename_trips(make_plan(province), HOSTILE[kind]), province)
    book = openpyxl.load_workbook(io.BytesIO(content))
    hostile = clean_line(province.sites[0].name)
    seen = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)
                assert b"<hyperlink" not in archive.read(name)
    for sheet in book.worksheets:
        assert sheet.title in SHEETS
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and hostile in cell.value:
                    seen += 1
                    assert not cell.value.startswith(("=", "+", "-", "@")) or cell.quotePrefix
    assert seen > 20


def test_a_day_of_the_month_is_a_date(small: Province) -> None:
    sheet = read(make_plan(small), small)["Figures"]
    days = [cell.value for (cell,) in sheet.iter_rows(max_col=1) if cell.is_date]
    assert days[0].date() == date(2026, 12, 1)
    assert len(days) == 31
