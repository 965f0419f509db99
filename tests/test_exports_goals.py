"""The goals on the leadership's page and in the workbook, in both ways of counting communes."""

import io
import shutil
from datetime import timedelta
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from conftest import SMALL
from document_texts import UNITS, MarkedCatalogue, date_words, find_words, list_texts
from plan_fixture import make_plan
from programme_folder import add_programme

from exports.due_list.due_calendar import draw_due_calendar
from exports.due_list.due_page import draw_due_page
from exports.papers import summary
from exports.text.goals import list_goal_lines, list_month_standings
from exports.workbook import workbook
from exports.workbook.goal_sheets import list_goal_sheets
from planning.answers.due_list import list_due
from planning.plan import Plan
from province import language as texts
from province.facts import Province
from province.language import translate
from province.read import read_province


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    folder = tmp_path_factory.mktemp("p") / "small"
    return read_province(add_programme(Path(shutil.copytree(SMALL, folder))))


@pytest.fixture(scope="module")
def plan(province: Province) -> Plan:
    return make_plan(province)


def test_each_goal_has_a_line_with_its_dates(plan: Plan, province: Province) -> None:
    lines = list_goal_lines(list_month_standings(plan, province), "VND", "en")
    models = lines[0]
    assert models.name == "Communes with a library model"
    assert models.counted == ("1 of 4 (25 %)", "1 of 3 (33.3 %)")
    assert [(one.year, one.asked) for one in models.dates] == [(2026, "15\xa0%"), (2030, "50\xa0%")]
    assert [one.needed for one in models.dates] == [("1", "1"), ("2", "2")]
    assert [one.missing for one in models.dates] == [("0", "0"), ("1", "1")]
    assert models.dates[1].cost == ("1,000", "1,000")
    fairs = lines[-1]
    assert (fairs.name, fairs.counted) == ("Hội sách", ("2", "2"))
    assert fairs.dates[0].asked == "3"


@pytest.mark.parametrize(
    ("language", "head"),
    [
        ("en", "Goals of the programme on 01/12/2026, by what is recorded"),
        ("vi", "Chỉ tiêu của chương trình tính đến 01/12/2026, theo số liệu đã ghi nhận"),
        ("lv", "Programmas mērķi 01.12.2026., pēc ierakstītā"),
    ],
)
def test_the_summary_has_a_sheet_of_goals(plan, province, language, head) -> None:
    ((_, page),) = summary.draw(plan, province, language)
    text = unescape(page.decode("utf-8"))
    assert head in text
    assert "Hội sách" in text
    if language != "en":
        assert "Communes with" not in text
        assert "Foreseen" not in text


def test_the_workbook_has_goals_and_the_rows_behind_them(plan: Plan, province: Province) -> None:
    ((_, content),) = workbook.draw(plan, province, "en")
    book = openpyxl.load_workbook(io.BytesIO(content))
    goals = list(book["Goals"].values)
    assert goals[1][:3] == ("Communes with a library model", "all communes", "1 of 4 (25 %)")
    rows = [row[:7] for row in book["Rows behind the goals"].values]
    assert ("Communes with a library model", "So far", "Bản Mận", 1, "models.csv", 2, "M1") in rows
    assert ("Library staff trained", "Of how much", "Trung tâm học tập Bến Phà", 2, "staff.csv", 4,
            "N3") in rows  # fmt: skip


def list_known_words(province: Province) -> set[str]:
    """Return what a planner wrote, and what stands for itself: names, ids, files, dates."""
    facts = province.programme
    written = [
        *(site.name for site in province.sites), *(one.name for one in province.communes),
        *(one.name for one in province.batches), *(kit.name for kit in province.kits),
        *(one.name for one in (*facts.models, *facts.courses, *facts.partners, *facts.funds)),
        *(one.name for one in province.settings.goals),
        *(one.name for one in (*province.settings.criteria, *province.settings.reports)),
        *(f"{row.file} {row.key}" for row in province.row_refs.values()),
        province.settings.province.organisation, "province.toml communes.geojson VND EUR",
        "plans plan.json sqlite luanchuyen xã phường",
        *(f"reports.{one.id} goals.{one.id}"
          for one in (*province.settings.reports, *province.settings.goals)),
    ]  # fmt: skip
    words = {word.lower() for text in written for word in find_words(text, set())}
    return words | UNITS | date_words("vi", 2026) | date_words("vi", 2027)


def test_every_word_of_goals_and_dues_comes_from_a_catalogue(
    plan: Plan, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "read_catalogue", lambda language: MarkedCatalogue())
    on = plan.month.first_day
    items = list_due(province, on, 90)
    late = list_due(province, on + timedelta(days=40), 20)
    assert len({one.kind for one in (*items, *late)}) >= 7
    standings = list_month_standings(plan, province)
    named = {
        "due.html": draw_due_page(items, province, on, 90, "vi"),
        "late.html": draw_due_page(late, province, on + timedelta(days=40), 20, "vi"),
        "due.ics": draw_due_calendar(items, province, on, "vi"),
    }
    read = [text for name, content in named.items() for text in list_texts(name, content)]
    read += [translate(one.text, "vi") for one in items]
    read += [translate(gap.text, "vi") for one in standings for gap in one.shortfalls]
    for table in list_goal_sheets(plan, province, "vi"):
        read += [table.name, *(column.title for column in table.columns)]
        read += [cell for row in table.rows for cell in row if isinstance(cell, str)]
    for line in list_goal_lines(standings, "VND", "vi"):
        read += [line.name, *line.counted, *(one.asked for one in line.dates)]
    known = list_known_words(province)
    assert {word: text for text in read for word in find_words(text, known)} == {}


def test_without_goals_nothing_is_said_of_them(small: Province) -> None:
    plan = make_plan(small)
    ((_, page),) = summary.draw(plan, small, "en")
    assert "Goals of the programme" not in page.decode("utf-8")
    ((_, content),) = workbook.draw(plan, small, "en")
    assert "Goals" not in openpyxl.load_workbook(io.BytesIO(content)).sheetnames
