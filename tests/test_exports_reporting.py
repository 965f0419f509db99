"""The report as papers, workbook, page and reminders: every number leads to its rows."""

import dataclasses
import io
import json
import re
import shutil
import zipfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from conftest import SMALL
from docx import Document
from icalendar import Calendar
from plan_fixture import rename_everything
from program import run
from reported import ON, list_work, make_folder, plan_and_record, report

from exports.reporting.letterhead import make_letterhead
from exports.reporting.reminders import draw_reminders, list_owed
from exports.reporting.report_docx import draw_docx
from exports.reporting.report_page import draw_page
from exports.reporting.report_text import ToldReport, list_places, tell_report
from exports.reporting.report_xlsx import draw_xlsx
from planning.answers.reported import find_unit
from programme.reporting.parts import ProgrammeReport, Traced
from programme.reporting.question import PlannedWork
from province.facts import Province
from province.programme_settings import ReportSettings
from province.read import read_province
from province.row_refs import RowRef

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    folder = make_folder(Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("r") / "Mường Nhỏ")))
    plan_and_record(folder, read_province(folder))
    return read_province(folder)


@pytest.fixture(scope="module")
def yearly(province: Province) -> ProgrammeReport:
    return report(province, list_work(province))


@pytest.fixture(scope="module")
def told(yearly: ProgrammeReport, province: Province) -> ToldReport:
    return tell_report(yearly, province, "vi")


def change_settings(facts: Province, **parts: object) -> Province:
    settings = facts.settings.model_copy(update=parts)
    return dataclasses.replace(facts, settings=settings)


def read_part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return ElementTree.fromstring(file.read(name))


def test_each_number_of_the_paper_leads_to_its_rows_and_back(told: ToldReport) -> None:
    content = draw_docx(told, ON, "vi")
    assert content == draw_docx(told, ON, "vi")
    body = read_part(content, "word/document.xml")
    marks = [mark.get(f"{WORD}name") for mark in body.iter(f"{WORD}bookmarkStart")]
    ids = [mark.get(f"{WORD}id") for mark in body.iter(f"{WORD}bookmarkStart")]
    links = {
        link.get(f"{WORD}anchor"): "".join(text.text or "" for text in link.iter(f"{WORD}t"))
        for link in body.iter(f"{WORD}hyperlink")
    }
    assert len(set(ids)) == len(ids) == len(set(marks)) == 2 * len(told.cells)
    assert set(links) == set(marks)
    assert all(links[f"r{cell.number}"] == cell.text for cell in told.cells)
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)
    for cell in told.cells:
        if isinstance(cell.cell, Traced):
            assert f" = {cell.text}. {cell.rows or '–'}" in text


def test_the_letterhead_is_that_of_the_state_in_its_own_language(
    yearly: ProgrammeReport, province: Province
) -> None:
    vietnamese = make_letterhead(yearly, province, "vi")
    assert vietnamese.heading[0] == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    assert vietnamese.place_and_day == "Mường Nhỏ, ngày 31 tháng 12 năm 2026"
    assert make_letterhead(yearly, province, "en").heading == ()
    us = province.settings.province.model_copy(update={"country": "LV", "language": "lv"})
    latvian = change_settings(province, province=us)
    assert make_letterhead(yearly, latvian, "lv").heading == ()
    paper = province.settings.paper.model_copy(update={"heading": ("Valsts", "Devīze")})
    assert make_letterhead(yearly, change_settings(latvian, paper=paper), "lv").heading == (
        "Valsts", "Devīze",
    )  # fmt: skip


def test_the_settings_say_who_writes_to_whom(province: Province) -> None:
    form = ReportSettings(
        id="x", name="Báo cáo", month=12, day=8, level="unit", organisation="UBND {unit}",
        authority="UBND {unit}", addressee="Thư viện tỉnh", recipients=("Như trên", "Lưu: VT"),
        signer=("Chủ tịch",), symbol="BC-UBND",
    )  # fmt: skip
    ours = change_settings(province, reports=(form,))
    heads = [
        make_letterhead(report(ours, PlannedWork(), "unit", unit=find_unit(ours, unit)), ours, "vi")
        for unit in ("90002", "TV1")
    ]
    assert [(one.authority, one.organisation) for one in heads] == [
        ("", "UBND xã Bản Mận"), ("UBND xã Bản Mận", "Thư viện xã Bản Mận"),
    ]  # fmt: skip
    content = draw_docx(
        tell_report(
            report(ours, PlannedWork(), "unit", unit=find_unit(ours, "TV1")), ours, "vi"
        ), ON, "vi",
    )  # fmt: skip
    tables = Document(io.BytesIO(content)).tables
    head = [cell.text for row in tables[0].rows for cell in row.cells]
    assert "UBND XÃ BẢN MẬN\nTHƯ VIỆN XÃ BẢN MẬN" in head[0]
    assert head[1].startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc")
    assert "BC-UBND" in head[2]
    closing = [cell.text for cell in tables[-1].rows[0].cells]
    assert "- Như trên;\n- Lưu: VT." in closing[0]
    assert "CHỦ TỊCH" in closing[1]


def test_the_workbook_leads_from_each_number_to_the_rows_that_sum_to_it(
    told: ToldReport, province: Province
) -> None:
    content = draw_xlsx(told, province, ON, "vi")
    assert content == draw_xlsx(told, province, ON, "vi")
    book = openpyxl.load_workbook(io.BytesIO(content))
    *sheets, rows = book.worksheets
    linked = {
        int(rows[cell.hyperlink.location.split("!")[1]].value[1:-1]): cell
        for sheet in sheets for line in sheet for cell in line
        if cell.hyperlink and isinstance(cell.value, int | float)
    }  # fmt: skip
    assert [linked[cell.number].value for cell in told.cells] == [
        cell.cell.number for cell in told.cells
    ]
    listed: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for line in rows.iter_rows(min_row=2, values_only=True):
        if line[4]:
            listed[str(line[0])].append(line)
    for own in told.cells:
        cell = linked[own.number]
        first = rows[cell.hyperlink.location.split("!")[1]]
        assert first.value == f"[{own.number}]"
        sheet, place = first.hyperlink.location.split("!")
        assert book[sheet.strip("'")][place].value == cell.value
        if isinstance(own.cell, Traced):
            found = listed[f"[{own.number}]"]
            assert len(found) == sum(len(part.rows) for part in own.cell.figure.parts)
            assert sum({one[2]: one[3] for one in found}.values()) == pytest.approx(cell.value)


def test_the_workbook_prints_as_wide_as_its_tables(told: ToldReport, province: Province) -> None:
    """What lines count stands below them, across the table; communes have a sheet of their own."""
    book = openpyxl.load_workbook(io.BytesIO(draw_xlsx(told, province, ON, "vi")))
    sheet, communes, _ = book.worksheets
    assert communes["A1"].value == "XIV. Từng xã"
    assert communes.print_title_rows == "$1:$1"
    assert sheet.max_column == 7
    assert "$G$" in sheet.print_area
    named = next(line.names for part in told.sections for line in part.lines if line.names)
    cells = [one for one in sheet["A"] if one.value == ", ".join(named)]
    assert cells
    assert all(f"A{cell.row}:G{cell.row}" in sheet.merged_cells for cell in cells)


def test_each_number_of_the_page_leads_to_its_rows_and_back(told: ToldReport) -> None:
    page = draw_page(told, "vi").decode("utf-8")
    ids = re.findall(r'id="([rn]\d+)"', page)
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert len(ids) == len(set(ids)) == 2 * len(told.cells)
    assert targets == set(ids)
    assert "src=" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_texts_of_the_folder_cannot_do_anything(
    yearly: ProgrammeReport, province: Province
) -> None:
    hostile = rename_everything(province, "=1+1<script>alert(1)</script>")
    evil = tell_report(report(hostile, PlannedWork()), hostile, "vi")
    assert "<script>alert" not in draw_page(evil, "vi").decode("utf-8")
    book = openpyxl.load_workbook(io.BytesIO(draw_xlsx(evil, hostile, ON, "vi")))
    cells = [cell for sheet in book for line in sheet for cell in line]
    assert any(str(cell.value).startswith("=1+1") for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert read_part(draw_docx(evil, ON, "vi"), "word/document.xml") is not None


@pytest.mark.parametrize("language", ["en", "lv"])
def test_it_speaks_other_languages(
    yearly: ProgrammeReport, province: Province, language: str
) -> None:
    other = tell_report(yearly, province, language)
    assert other.title == {"en": "Activity report", "lv": "Darbības pārskats"}[language]
    km = next(cell for cell in other.cells if cell.cell.key == "trips.km")
    assert km.text == {"en": "103.6", "lv": "103,6"}[language]
    cost = next(cell for cell in other.cells if cell.cell.key == "trips.cost")
    assert cost.text == {"en": "≈\xa0937,800", "lv": "≈\xa0937\xa0800"}[language]


def test_rows_that_follow_each_other_are_a_range() -> None:
    rows = [RowRef("staff.csv", str(line), line) for line in (9, 2, 3, 4, 7)]
    places = [RowRef("communes.geojson", "03646"), RowRef("communes.geojson", "03646")]
    assert list_places([*rows, *places]) == "communes.geojson 03646; staff.csv 2–4, 7, 9"


def test_reminders_stand_once_beside_what_is_owed(
    yearly: ProgrammeReport, province: Province
) -> None:
    owed = list_owed(yearly, province)
    (event,) = Calendar.from_ical(draw_reminders(owed, yearly, province, "vi")).events
    assert str(event["uid"]) == "report.unit.2026@90.luanchuyen"
    assert event["dtstart"].dt == date(2026, 12, 8)
    alarms = [alarm["trigger"].dt for alarm in event.walk("VALARM")]
    assert alarms == [timedelta(days=-14), timedelta(days=-3)]


def test_the_command_writes_all_of_it_or_nothing(province: Province, tmp_path: Path) -> None:
    out = tmp_path / "báo cáo năm"
    line = ("report", province.folder, "--period", "2026", "--on", "2026-12-31", "--for")
    answer = run(*line, "unit", "--unit", "Bản Mận", "--out", out)
    assert answer.returncode == 0
    files = sorted(path.name for path in out.iterdir() if not path.name.startswith("."))
    name = "report-2026-unit-90002"
    assert files == [f"{name}.{kind}" for kind in ("docx", "html", "ics", "xlsx")]
    before = {path: path.read_bytes() for path in out.iterdir()}
    again = run(*line, "unit", "--unit", "Bản Mận", "--out", out)
    assert again.returncode == 3
    assert f"{name}.docx" in again.stderr
    assert run(*line, "unit", "--unit", "90002", "--out", out, "--force").returncode == 0
    assert {path: path.read_bytes() for path in out.iterdir()} == before


def test_the_command_traces_every_number(province: Province) -> None:
    line = ("report", province.folder, "--period", "2026", "--for", "province", "--on",
            "2026-12-31", "--lang", "en")  # fmt: skip
    trace = run(*line, "--trace").stdout.splitlines()
    told = [row.split() for row in trace if row.startswith("money.Q1.spent ")]
    assert [row[-1] for row in told] == ["C1", "Q1", "C2", "Q1"]
    answer = json.loads(run(*line, "--json").stdout)
    cells = [
        cell
        for section in answer["sections"]
        for one in section["lines"]
        for cell in one["cells"]
        if cell
    ]
    assert all("of" in cell or "parts" in cell for cell in cells)
    (spent,) = (cell for cell in cells if cell["key"] == "money.Q1.spent")
    assert spent["number"] == sum(part["amount"] for part in spent["parts"]) == 6_000_000


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--for", "unit"), 2, "--unit"),
        (("--for", "province", "--unit", "90002"), 2, "--unit"),
        (("--for", "district"), 2, "--for"),
        (("--for", "unit", "--unit", "Hà Nội"), 3, "Hà Nội"),
        (("--for", "province", "--on", "31.02.2026"), 2, "--on"),
        (("--for", "province", "--period", "2026-13"), 2, "--period"),
        (("--for", "province", "--on", "2025-12-31"), 2, "01/01/2026"),
    ],
)
def test_the_command_refuses(
    province: Province, words: tuple[str, ...], code: int, said: str
) -> None:
    answer = run("report", province.folder, "--period", "2026", *words)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert said in answer.stderr
