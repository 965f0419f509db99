"""The tables of the programme: read, checked, refused; a folder without them is what it was."""

import csv
import dataclasses
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from programme_folder import SETTINGS, TABLES, add_programme
from test_province_findings import damage, list_faults, where

from planning.plan_facts import digest_folder, digest_planned
from province.facts import Province, digest_facts
from province.programme_facts import Form, Gift, MetCriterion, ModelKind, Purpose
from province.read import read_province
from province.row_refs import RowRef


@pytest.fixture
def folder(small_folder: Path) -> Path:
    return add_programme(small_folder)


def test_every_table_becomes_facts(folder: Path) -> None:
    province = read_province(folder)
    facts = province.programme
    assert province.warnings == ()
    model = facts.models[1]
    assert (model.model_id, model.kind, model.sites) == ("M2", ModelKind.COMBINED, ("TV2", "TV3"))
    assert facts.models[0].criteria == (
        MetCriterion("room", date(2025, 3, 1)), MetCriterion("staff", date(2025, 6, 1)),
    )  # fmt: skip
    assert [one.form for one in facts.activities[:2]] == [Form.PROMOTION, Form.ONLINE]
    assert (facts.staff[1].people, facts.staff[1].trained) == (2, 1)
    assert (facts.courses[1].is_online, facts.courses[1].hours) == (True, 2.5)
    assert facts.partners[0].gives == (Gift.PEOPLE, Gift.VEHICLE)
    assert facts.funds[0].charges == (Purpose.TRAINING, Purpose.MODEL)
    assert (facts.funds[1].amount, facts.expenses[2].amount) == (1000.50, 200.25)
    assert province.refer("staff.csv", "N3") == RowRef("staff.csv", "N3", 4)


@pytest.mark.parametrize("name", TABLES)
def test_a_workbook_says_the_same(folder: Path, name: str) -> None:
    facts = read_province(folder)
    book = openpyxl.Workbook()
    for row in csv.reader(TABLES[name].splitlines()):
        book.active.append(row)
    book.save(folder / name.replace(".csv", ".xlsx"))
    (folder / name).unlink()
    again = read_province(folder)
    assert digest_facts(again) == digest_facts(facts)
    key = next(csv.DictReader(TABLES[name].splitlines()))
    assert again.refer(name, next(iter(key.values()))).file == name.replace(".csv", ".xlsx")


@pytest.mark.parametrize("name", TABLES)
def test_every_table_counts_in_the_fingerprint(folder: Path, name: str) -> None:
    facts = read_province(folder)
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    (folder / name).write_text("\n".join([*lines[:-1], lines[-1] + "x"]), encoding="utf-8")
    assert digest_facts(read_province(folder)) != digest_facts(facts)


def test_no_plan_changes_with_the_programme(small: Province, folder: Path) -> None:
    """A plan keeps the fingerprint of the facts it was made from; goals are none of these."""
    with_programme = read_province(folder)
    assert digest_planned(with_programme) == digest_planned(small)
    assert digest_folder(with_programme) == digest_folder(small)
    damage(folder, "kits.csv", "2026-12-18", "2026-12-19")
    assert digest_planned(read_province(folder)) != digest_planned(small)


def test_no_plan_changes_with_what_stands_above_papers(small: Province) -> None:
    paper = small.settings.paper.model_copy(update={"heading": ("Valsts",)})
    settings = small.settings.model_copy(update={"paper": paper})
    assert paper.find_heading("VN") == ("Valsts",)
    assert digest_planned(dataclasses.replace(small, settings=settings)) == digest_planned(small)


def test_tables_without_rows_are_as_good_as_none(small: Province, small_folder: Path) -> None:
    for name, text in TABLES.items():
        (small_folder / name).write_text(text.splitlines()[0] + "\n", encoding="utf-8")
    assert digest_facts(read_province(small_folder)) == digest_facts(small)


# Each damage is one fault: file, what is replaced, by what, row, column.
DAMAGED = [
    ("models.csv", "M2,90003", "M1,90003", 3, "model_id"),
    ("models.csv", "M2,90003", "M2,90009", 3, "commune_code"),
    ("models.csv", "M2,90003", ",90003", 3, "model_id"),
    ("models.csv", "TV2|TV3", "TV2|TV9", 3, "sites"),
    ("models.csv", ",TV4,", ",,", 4, "sites"),
    ("models.csv", ",single,", ",sole,", 4, "kind"),
    ("models.csv", "2025-03-01,,UBND", "2025-03-01,2024-01-01,UBND", 2, "closed"),
    ("models.csv", "2026-02-01,,", "2026-02-30,,", 3, "established"),
    ("models.csv", "room:2026-02-01", "hall:2026-02-01", 3, "criteria"),
    ("models.csv", "room:2026-02-01", "room", 3, "criteria"),
    ("models.csv", "room:2026-02-01", "room:1/2/2026", 3, "criteria"),
    ("models.csv", "room:2026-02-01", "room:2026-02-01|room:2026-03-01", 3, "criteria"),
    ("models.csv", ",kind,", ",sort,", 1, "kind"),
    ("activities.csv", "A2,", "A1,", 3, "activity_id"),
    ("activities.csv", "TV2,promotion", "TV7,promotion", 5, "site_id"),
    ("activities.csv", "online", "on line", 3, "form"),
    ("activities.csv", ",100,,\nA4", ",-1,,\nA4", 4, "people"),
    ("activities.csv", "2026-05-05", "05-05", 3, "date"),
    ("activities.csv", ",80,", ",1.250,", 2, "people"),
    ("activities.csv", ",80,,", ",80,", 2, ""),
    ("staff.csv", "N2,TV2", "N2,TV22", 3, "site_id"),
    ("staff.csv", "TV2,2,,,1,", "TV2,2,,,3,", 3, "trained"),
    ("staff.csv", "1,2026-05-14,K1,\nN2", "1,,K1,\nN2", 2, "trained_date"),
    ("staff.csv", ",0,,,", ",0,2026-05-14,,", 4, "trained_date"),
    ("staff.csv", "2026-05-14,K1,\nN2", "2026-05-14,K7,\nN2", 2, "course_id"),
    ("staff.csv", "TV4,2,2026-01-01,,", "TV4,2,2026-01-01,2025-01-01,", 4, "until"),
    ("staff.csv", "TV4,2,", "TV4,0,", 4, "people"),
    ("courses.csv", "KHO,no,10", "KHO,yes,10", 2, "site_id"),
    ("courses.csv", ",,yes,5", ",,no,5", 3, "site_id"),
    ("courses.csv", "BYDAY=-1WE", "BYDAY=9WE", 3, "rule"),
    ("courses.csv", ",5000000,Q1", ",5000000,Q9", 2, "fund_id"),
    ("courses.csv", "2027-03-31", "2025-03-31", 3, "until"),
    ("courses.csv", "no,10,12", "no,10,1200", 2, "hours"),
    ("partners.csv", "armed_forces", "army", 2, "kind"),
    ("partners.csv", "people|vehicle", "people|cars", 2, "gives"),
    ("partners.csv", "people|vehicle", "", 2, "gives"),
    ("unit_reports.csv", "BC1,unit", "BC1,units", 2, "report_id"),
    ("unit_reports.csv", "90003,2026-12-09", "90009,2026-12-09", 3, "commune_code"),
    ("unit_reports.csv", "2025-12-05", "05.12", 4, "received"),
    ("unit_reports.csv", "BC2,", "BC1,", 3, "entry_id"),
    ("unit_reports.csv", ",2026,", ",26,", 2, "year"),
    ("funds.csv", ",VND,", ",dong,", 2, "currency"),
    ("funds.csv", "1000.50", "1000.505", 3, "amount"),
    ("funds.csv", "2026-01-01,2026-12-31", "2026-01-01,2025-12-31", 2, "until"),
    ("funds.csv", "training|model", "training|beer", 2, "charges"),
    ("expenses.csv", ",Q2,", ",Q5,", 4, "fund_id"),
    ("expenses.csv", ",kit,", ",toys,", 4, "purpose"),
    ("expenses.csv", "C2,", "C1,", 3, "expense_id"),
    ("remedies.csv", "G2,", "G1,", 3, "remedy_id"),
    ("remedies.csv", "G2,M1", "G2,M8", 3, "model_id"),
    ("remedies.csv", ",hours,", ",hour,", 2, "kind"),
    ("remedies.csv", ",2026-09-10,", ",2026-08-10,", 2, "done_date"),
    ("remedies.csv", "2026-10-01", "", 3, "date"),
    ("remedies.csv", "Ghép với trường tiểu học", "", 3, "what"),
    ("province.toml", 'id = "fairs"', 'id = "staff"', None, "goals.id"),
    ("province.toml", "points_needed = 30", "points_needed = 31", None, "targets.points_needed"),
    ("province.toml", '"2026" = 60', '"2026" = 160', None, "goals.2"),
    ("province.toml", '"2026" = 60', '"soon" = 60', None, "goals.2.by"),
    ("province.toml", 'counts = "staff"', 'counts = "stuff"', None, "goals.2.counts"),
    ("province.toml", "day = 8", "day = 32", None, "reports.0.day"),
    ("province.toml", "month = 12\nday = 8", "month = 2\nday = 30", None, "reports.0"),
    ("province.toml", "[targets]", "[targets]\ncommunes_pct = { '2030' = 50 }", None,
     "targets.communes_pct"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "row", "column"), DAMAGED)
def test_one_damage_is_one_fault(
    folder: Path, file: str, old: str, new: str, row: int | None, column: str
) -> None:
    damage(folder, file, old, new)
    assert where(list_faults(folder)) == [(file, row, column)]


# What may be true all the same is told, and read.
WARNED = [
    ("models.csv", "TV2|TV3", "TV2|TV4", [("models.csv", 3, "sites"), ("models.csv", 4, "sites")]),
    ("expenses.csv", "2026-05-14,5000000", "2025-05-14,5000000", [("expenses.csv", 2, "date")]),
    ("expenses.csv", "Q1,training", "Q1,kit", [("expenses.csv", 2, "purpose")]),
    ("expenses.csv", "1000000,Q1", "6000000,Q1", [("expenses.csv", 3, "amount")]),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), WARNED)
def test_what_may_be_true_is_a_warning(
    folder: Path, file: str, old: str, new: str, expected: list[tuple[str, int, str]]
) -> None:
    damage(folder, file, old, new)
    assert where(read_province(folder).warnings) == expected


def test_older_folders_name_the_goal_of_models_in_short(small_folder: Path) -> None:
    from programme.standing import list_goals

    path = small_folder / "province.toml"
    text = path.read_text(encoding="utf-8") + '\n[targets]\ncommunes_pct = { "2030" = 50 }\n'
    path.write_text(text, encoding="utf-8")
    (goal,) = list_goals(read_province(small_folder))
    assert (goal.counts, goal.by) == ("models", {"2030": 50})
    assert "communes_pct" not in SETTINGS
