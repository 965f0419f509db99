"""Programme tables with a damaged row of each kind: every fault in one answer, nothing written."""

from collections import defaultdict
from pathlib import Path

import pytest
from program import run
from programme_folder import TABLES, add_programme
from test_province_25_faults import list_contents
from test_province_findings import list_faults, where

OLD_UNITS = (
    "old_code,kind,name,district,until,share,commune_code\n"
    "80001,xã,Bản Cũ,Huyện Mận,2025-06-30,whole,90002\n"
)
KITS = "kit_id,name,site_id,boxes,mass_kg,ready_date,due_date,note\n"

# A row behind the good ones of a table, with one fault in the column.
DAMAGED = [
    ("models.csv", "X1,90009,Mô hình,single,TV1,2026-03-01,,,,,", "commune_code"),
    ("models.csv", "X2,90002,Mô hình,sole,TV1,2026-03-01,,,,,", "kind"),
    ("models.csv", "X3,90001,Mô hình,single,TV9,2026-03-01,,,,,", "sites"),
    ("models.csv", "X4,90001,Mô hình,single,TH1,2026-02-30,,,,,", "established"),
    ("models.csv", "X5,90001,Mô hình,single,TH1,2026-03-01,2026-01-01,,,,", "closed"),
    ("models.csv", "X6,90001,Mô hình,single,TH1,2026-03-01,,,hall:2026-03-01,,", "criteria"),
    ("models.csv", "M1,90001,Mô hình,single,TH1,2026-03-01,,,,,", "model_id"),
    ("activities.csv", "X1,2026-05-05,TV7,online,20,,", "site_id"),
    ("activities.csv", "X2,2026-05-05,TV1,on line,20,,", "form"),
    ("activities.csv", "X3,2026-05-05,TV1,online,-1,,", "people"),
    ("activities.csv", "X4,05-05,TV1,online,20,,", "date"),
    ("activities.csv", "X5,2026-05-05,TV1,online,1.250,,", "people"),
    ("staff.csv", "X1,TV22,1,,,0,,,", "site_id"),
    ("staff.csv", "X2,TV1,1,,,2,2026-05-14,K1,", "trained"),
    ("staff.csv", "X3,TV1,1,,,1,,K1,", "trained_date"),
    ("staff.csv", "X4,TV1,1,,,1,2026-05-14,K9,", "course_id"),
    ("staff.csv", "X5,TV1,0,,,0,,,", "people"),
    ("courses.csv", "X1,Lớp,FREQ=MONTHLY;BYDAY=9WE,2026-12-30,,,,yes,5,2,,,0,,", "rule"),
    ("courses.csv", "X2,Lớp,,2026-12-30,,,,no,5,2,,,0,,", "site_id"),
    ("courses.csv", "X3,Lớp,,2026-12-30,,,,yes,5,2,,,0,Q9,", "fund_id"),
    ("courses.csv", "X4,Lớp,,2026-12-30,,,,yes,5,1200,,,0,,", "hours"),
    ("courses.csv", "X5,Lớp,FREQ=DAILY,2026-12-30,,2025-01-01,,yes,5,2,,,0,,", "until"),
    ("partners.csv", "X1,Đồn,army,people,90003,,,,", "kind"),
    ("partners.csv", "X2,Đồn,armed_forces,cars,90003,,,,", "gives"),
    ("partners.csv", "X3,Đồn,armed_forces,people,90033,,,,", "commune_code"),
    ("partners.csv", "X4,Đồn,armed_forces,people,90003,2026-05-01,2026-01-01,,", "until"),
    ("funds.csv", "X1,Quỹ,1000,dong,2026-01-01,2026-12-31,,,,", "currency"),
    ("funds.csv", "X2,Quỹ,10.005,VND,2026-01-01,2026-12-31,,,,", "amount"),
    ("funds.csv", "X3,Quỹ,1000,VND,2026-01-01,2025-12-31,,,,", "until"),
    ("funds.csv", "X4,Quỹ,1000,VND,2026-01-01,2026-12-31,,beer,,", "charges"),
    ("funds.csv", "Q1,Quỹ,1000,VND,2026-01-01,2026-12-31,,,,", "fund_id"),
    ("expenses.csv", "X1,2026-05-14,5000,Q7,training,", "fund_id"),
    ("expenses.csv", "X2,2026-05-14,5000,Q1,toys,", "purpose"),
    ("expenses.csv", "X3,2026-05-14,#REF!,Q1,training,", "amount"),
    ("expenses.csv", "X4,14/14/2026,5000,Q1,training,", "date"),
    ("remedies.csv", "X1,M9,2026-02-01,books,Thêm sách,,", "model_id"),
    ("remedies.csv", "X2,M1,2026-02-01,magic,Thêm sách,,", "kind"),
    ("remedies.csv", "X3,M1,2026-02-01,books,Thêm sách,2026-01-01,", "done_date"),
    ("unit_reports.csv", "X1,none,2026,90001,2026-12-01,,", "report_id"),
    ("unit_reports.csv", "X2,unit,26,90001,2026-12-01,,", "year"),
    ("old_units.csv", "80002,xã,Bản Hai,Huyện Mận,30-06,whole,90003", "until"),
    ("old_units.csv", "80003,xã,Bản Ba,Huyện Mận,2025-06-30,half,90003", "share"),
    ("old_units.csv", "80004,xã,,Huyện Mận,2025-06-30,whole,90003", "name"),
    ("old_units.csv", "80005,xã,Bản Năm,Huyện Mận,2025-06-30,whole,90044", "commune_code"),
    ("old_units.csv", "80001,xã,Bản Cũ,Huyện Mận,2025-06-30,whole,90002", "commune_code"),
    ("kits.csv", "X1,Áp phích,TV9,1,8,2026-12-01,2026-12-18,", "site_id"),
    ("kits.csv", "X2,Áp phích,TV1,-1,8,2026-12-01,2026-12-18,", "boxes"),
    ("kits.csv", "X3,Áp phích,TV1,1,8,2026-12-19,2026-12-18,", "due_date"),
    ("kits.csv", "X4,Áp phích,TV1,1,1.250,2026-12-01,2026-12-18,", "mass_kg"),
    ("kits.csv", "X5,Áp phích,TV1,1,8,2026-12-01,,", "due_date"),
]

TOGETHER = ("check", "targets --on 2026-12-31", "due --on 2026-12-01", "plan --month 2026-12")


@pytest.fixture
def damaged(small_folder: Path) -> tuple[Path, list[tuple[str, int, str]]]:
    """The folder with all of them, and the place of each."""
    folder = add_programme(small_folder)
    good = TABLES | {"old_units.csv": OLD_UNITS, "kits.csv": KITS}
    rows: defaultdict[str, list[str]] = defaultdict(list)
    places = []
    for file, row, column in DAMAGED:
        rows[file].append(row)
        lines = len(good[file].splitlines()) + len(rows[file])
        places.append((file, lines, column))
    for file, text in good.items():
        whole = "\n".join((*text.splitlines(), *rows[file])) + "\n"
        (folder / file).write_text(whole, encoding="utf-8", newline="\n")
    return folder, places


def test_every_damage_is_told_once_in_one_answer(
    damaged: tuple[Path, list[tuple[str, int, str]]],
) -> None:
    folder, places = damaged
    found = list_faults(folder)
    assert len(places) >= 40
    assert {file for file, _, _ in places} == {*TABLES, "old_units.csv", "kits.csv"}
    assert sorted(where(found)) == sorted(places)
    for fault in found:
        assert str(fault.expected)
        assert str(fault.advice)


def test_every_verb_refuses_them_and_writes_nothing(
    damaged: tuple[Path, list[tuple[str, int, str]]],
) -> None:
    folder, places = damaged
    before = list_contents(folder)
    for words in TOGETHER:
        verb, *rest = words.split()
        answer = run(verb, folder, *rest, LUANCHUYEN_LANG="en")
        assert answer.returncode == 3, (words, answer.stderr)
        assert answer.stdout == ""
        assert "Traceback" not in answer.stderr
        for file, row, column in places:
            assert f"{file}:{row} {column}: " in answer.stderr, (words, file, row)
    assert list_contents(folder) == before
