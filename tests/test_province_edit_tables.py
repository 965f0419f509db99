"""Single rows and cells of a table are changed; everything else of the file stays as it was."""

import csv
import io
import zipfile
from codecs import BOM_UTF8
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_province_spreadsheets import save_as_workbook

from province.changes import Change, Edit, LostRow, NewRow
from province.errors import InputError
from province.read import read_province, read_with_findings
from province.tables.edit import edit_table
from province.tables.edit_csv import drop_row, put_cell, put_row, scan_table

CLOSED = (("closure_id", "C9"), ("segment_id", "S02"), ("from_date", "2026-12-24"),
          ("effect", "shut"), ("reason", "sạt lở, đá"))  # fmt: skip


def edit(folder: Path, *edits: Edit) -> Path:
    """Make changes of one table and return its file."""
    name, data = edit_table(folder, edits[0].file, edits)
    (folder / name).write_bytes(data)
    return folder / name


def test_a_row_comes_behind_the_last_and_nothing_else_changes(small_folder: Path) -> None:
    before = (small_folder / "closures.csv").read_bytes()
    after = edit(small_folder, NewRow("closures.csv", "C9", CLOSED)).read_bytes()
    assert after == before + 'C9,S02,,,,,2026-12-24,,,,shut,"sạt lở, đá",\n'.encode()
    assert edit(small_folder, LostRow("closures.csv", "C9")).read_bytes() == before


def test_a_table_of_excel_keeps_its_mark_separator_and_line_ends(small_folder: Path) -> None:
    path = small_folder / "closures.csv"
    text = "sep=;\n" + path.read_text(encoding="utf-8").replace(",", ";") + ";;;;;;;;;;;;\n"
    before = BOM_UTF8 + text.replace("\n", "\r\n").encode()
    path.write_bytes(before)
    edit(small_folder, NewRow("closures.csv", "C9", CLOSED))
    row = "C9;S02;;;;;2026-12-24;;;;shut;sạt lở, đá;\r\n"
    empty = ";;;;;;;;;;;;\r\n"
    assert path.read_bytes() == before.removesuffix(empty.encode()) + (row + empty).encode()
    assert "C9" in {closure.closure_id for closure in read_province(small_folder).closures}


def test_a_last_line_without_an_end_gets_none_less(small_folder: Path) -> None:
    path = small_folder / "closures.csv"
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    edit(small_folder, NewRow("closures.csv", "C9", CLOSED))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["closure_id", "DONG1", "C9"]


def test_one_cell_takes_another_value(small_folder: Path) -> None:
    before = (small_folder / "crews.csv").read_text(encoding="utf-8")
    change = Change("crews.csv", "D1", "days_off", "2026-12-19..2026-12-20|2026-12-24")
    after = edit(small_folder, change).read_text(encoding="utf-8")
    assert after == before.replace("2026-12-20", "2026-12-20|2026-12-24")


def test_a_column_that_lacks_is_added_to_every_row(small_folder: Path) -> None:
    path = small_folder / "crews.csv"
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    place = rows[0].index("days_off")
    path.write_text("".join(",".join(r[:place] + r[place + 1 :]) + "\n" for r in rows), "utf-8")
    edit(small_folder, Change("crews.csv", "D2", "days_off", "2026-12-24"))
    crews = {crew.crew_id: crew for crew in read_province(small_folder).crews}
    assert not crews["D2"].is_available(date(2026, 12, 24))
    assert crews["D1"].days_off == ()


def test_a_table_that_is_not_there_begins_with_all_headings(small_folder: Path) -> None:
    cells = (("zone_id", "Z1"), ("commune_code", "90002"), ("from_date", "2026-12-01"),
             ("to_date", "2026-12-09"), ("rule", "no_entry"))  # fmt: skip
    data = edit(small_folder, NewRow("zones.csv", "Z1", cells)).read_bytes()
    assert data.startswith(BOM_UTF8 + b"zone_id,commune_code,rule,note,from_date,to_date\r\n")
    assert [zone.zone_id for zone in read_province(small_folder).zones] == ["Z1"]


TEXTS = st.text(st.sampled_from("ab \"',;=\n\tế"), max_size=6)


@given(
    st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from(",;\t"),
    st.sampled_from(("\n", "\r\n")),
    TEXTS,
)
def test_every_table_that_is_written_is_scanned_as_it_is_read(
    rows: list[list[str]], separator: str, newline: str, value: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator=newline)
    writer.writerow(["id", "one", "two", "three"])
    for number, row in enumerate(rows):
        writer.writerow([f"R{number}", *row])
    text = file.getvalue()

    def read(changed: str) -> list[list[str]]:
        lines = csv.reader(io.StringIO(changed, newline=""), delimiter=separator, strict=True)
        return list(lines)

    before = read(text)
    changed = read(put_cell(scan_table(text), ("id", "R0"), "two", value))
    assert changed == [before[0], ["R0", rows[0][0], value, rows[0][2]], *before[2:]]
    more = read(put_row(scan_table(text), {"id": "N", "three": value}))
    assert more == [*before, ["N", "", "", value]]
    assert read(drop_row(scan_table(text), ("id", "R0"))) == [before[0], *before[2:]]


def as_typed(heading: str, text: str) -> object:
    """Return a cell as Excel keeps what is typed: days and numbers are numbers."""
    if heading in ("from_date", "to_date", "days_off"):
        return date.fromisoformat(text)
    return float(text) if heading in ("km_from", "km_to") else text


def test_a_workbook_gets_a_row_and_keeps_the_rest(small_folder: Path) -> None:
    path = save_as_workbook(small_folder, "closures.csv", as_typed)
    with zipfile.ZipFile(path) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    edit(small_folder, NewRow("closures.csv", "C9", CLOSED))
    with zipfile.ZipFile(path) as archive:
        after = {name: archive.read(name) for name in archive.namelist()}
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml"}
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[3]][:2] == ["C9", "S02"]
    day = sheet["G3"]
    assert (day.value.date(), day.number_format) == (date(2026, 12, 24), sheet["G2"].number_format)
    closures = {closure.closure_id: closure for closure in read_province(small_folder).closures}
    assert closures["C9"].reason == "sạt lở, đá"
    edit(small_folder, LostRow("closures.csv", "C9"))
    assert openpyxl.load_workbook(path).active.max_row == 2


def test_a_workbook_keeps_formulas_with_their_results(small_folder: Path) -> None:
    path = save_as_workbook(
        small_folder, "crews.csv", lambda h, text: int(text) if h == "members" else text
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(
        b'<c r="C3" t="n"><v>2</v></c>', b'<c r="C3"><f>1+1</f><v>2</v></c>'
    )
    assert b"<f>1+1</f>" in parts[name]
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    edit(small_folder, Change("crews.csv", "D2", "days_off", "2026-12-24|2026-12-28"))
    crews = {crew.crew_id: crew for crew in read_province(small_folder).crews}
    assert crews["D2"].members == 2
    assert len(crews["D2"].days_off) == 2
    with pytest.raises(InputError):
        edit_table(small_folder, "crews.csv", [Change("crews.csv", "D2", "members", "3")])


def test_rows_below_one_that_is_lost_keep_their_numbers(small_folder: Path) -> None:
    path = save_as_workbook(small_folder, "crews.csv")
    edit(small_folder, LostRow("crews.csv", "D1"))
    sheet = openpyxl.load_workbook(path).active
    assert [sheet["A2"].value, sheet["A3"].value] == [None, "D2"]
    assert [crew.crew_id for crew in read_province(small_folder).crews] == ["D2"]


def test_a_changed_table_is_read_in_place_of_the_old(small_folder: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    name, data = edit_table(small_folder, "crews.csv", [Change("crews.csv", "D1", "members", "0")])
    (room / name).write_bytes(data)
    province, findings = read_with_findings(small_folder, changed={"crews.csv": room})
    assert province is None
    assert [(one.file, one.row, one.column) for one in findings.faults] == [
        ("crews.csv", 2, "members")
    ]
    assert read_province(small_folder).crews
