"""The goals on the leadership's page and in the workbook, in both ways of counting communes."""

import io
import shutil
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from conftest import SMALL
from plan_fixture import make_plan
from programme_folder import add_programme

from exports.papers import summary
from exports.text.goals import list_goal_lines, list_month_standings
from exports.workbook import workbook
from planning.plan import Plan
from province.facts import Province
from province.read import read_province


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    folder = tmp_path_factory.mktemp("p") / "small"
    return read_province(add_programme(Path(shutil.copytree(SMALL, folder))))


@pytest.fixture(scope="module")
def plan(province: Province) -> Plan:
    return make_plan(province)


def test_each_goal_has_a_line_with_its_dates(plan: Plan, province: Province) -> None:
    lines = list_goal_lines(list_month_standings(plan, province), "en")
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


def test_without_goals_nothing_is_said_of_them(small: Province) -> None:
    plan = make_plan(small)
    ((_, page),) = summary.draw(plan, small, "en")
    assert "Goals of the programme" not in page.decode("utf-8")
    ((_, content),) = workbook.draw(plan, small, "en")
    assert "Goals" not in openpyxl.load_workbook(io.BytesIO(content)).sheetnames
