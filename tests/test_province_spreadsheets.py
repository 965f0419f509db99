"""What spreadsheet programs make of tables: mended where it is in no doubt, else refused."""

import csv
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_province_findings import damage, list_faults, where

from province.facts import Province, digest_facts
from province.read import TABLES, read_province, read_with_findings
from province.read.stock import read_stock
from province.shipped import find_shipped
from province.tables.files import RawRow
from province.tables.slashed_days import settle_days
from province.tables.spreadsheet import is_error_value, is_in_old_encoding


def save_as_workbook(folder: Path, name: str, convert: Any = None) -> Path:
    """Replace a CSV table by a workbook; `convert` makes a cell of heading and text."""
    path = folder / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    book = openpyxl.Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(
            [None if cell == "" else convert(h, cell) if convert else cell
             for h, cell in zip(head, row, strict=True)]
        )  # fmt: skip
    path.unlink()
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def as_number(heading: str, text: str) -> Any:
    if heading in ("name", "title", "note", "phone"):
        return text
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def test_every_table_may_be_a_workbook(small: Province, small_folder: Path) -> None:
    for name in TABLES:
        if (small_folder / name).exists():
            save_as_workbook(small_folder, name, as_number)
    province = read_province(small_folder)
    assert digest_facts(province) == digest_facts(small)
    assert not province.warnings


def test_findings_name_the_file_that_is_there(small_folder: Path) -> None:
    damage(small_folder, "libraries.csv", ",90002,", ",90092,")
    damage(small_folder, "kits.csv", ",TV4,", ",TV9,")
    save_as_workbook(small_folder, "libraries.csv")
    faults = list_faults(small_folder)
    assert where(faults) == [("kits.csv", 2, "site_id"), ("libraries.xlsx", 3, "commune_code")]
    assert str(faults[0].expected) == "an id that stands in libraries.xlsx"


def test_two_files_for_one_table_are_a_fault(small_folder: Path) -> None:
    shutil.copy(small_folder / "crews.csv", small_folder / "kept")
    save_as_workbook(small_folder, "crews.csv")
    (small_folder / "kept").rename(small_folder / "crews.csv")
    (fault,) = list_faults(small_folder)
    assert (fault.file, str(fault.expected)) == (
        "crews.xlsx", "one file for this table: crews.csv is there too"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "is_fault"),
    [("zone.csv", True), ("Zones.csv", True), ("zones.xls", True), ("zones (1).csv", True),
     ("crews (1).csv", False), ("batches.ods", False), ("budget.xlsx", False)],
)  # fmt: skip
def test_a_file_that_nothing_reads_is_told(small_folder: Path, name: str, is_fault: bool) -> None:
    (small_folder / name).write_text("x\n", encoding="utf-8")
    _, findings = read_with_findings(small_folder)
    told = findings.faults if is_fault else findings.warnings
    assert [f.file for f in told] == [name]
    assert not (findings.warnings if is_fault else findings.faults)


def test_what_has_no_business_here_is_passed_over(small_folder: Path) -> None:
    for name in ("README.txt", "~$libraries.xlsx", ".hidden.csv", "notes.json", "photo.jpg"):
        (small_folder / name).write_text("x", encoding="utf-8")
    assert not read_province(small_folder).warnings


def test_codes_that_lost_their_zero_are_mended(small: Province, small_folder: Path) -> None:
    # The small province's communes begin with 9; those of Sơn La with 0.
    folder = Path(shutil.copytree(find_shipped("son-la"), small_folder.parent / "son-la"))
    path = folder / "libraries.csv"
    text = path.read_text(encoding="utf-8-sig")
    assert text.count(",03") + text.count(",04") >= 127
    path.write_text(text.replace(",03", ",3").replace(",04", ",4"), encoding="utf-8")
    province = read_province(folder)
    assert digest_facts(province) == digest_facts(read_province(find_shipped("son-la")))
    assert [(f.file, f.row, f.column, f.value) for f in province.warnings] == [
        ("libraries.csv", None, "commune_code", "3646")
    ]
    assert "127 were mended, like 03646" in str(province.warnings[0].expected)


ORDERS = [
    # What the rows hold; what 12/7/2026 is read as; None: it is refused.
    (["12/7/2026", "31/12/2026"], "2026-07-12"),
    (["12/7/2026", "12/31/2026"], "2026-12-07"),
    (["12/7/2026"], None),
    (["12/7/2026", "2026-12-31"], None),
    (["12/7/2026", "31/12/2026", "12/31/2026"], None),
]


@pytest.mark.parametrize(("days", "read"), ORDERS)
def test_the_whole_column_decides_on_days(days: list[str], read: str | None) -> None:
    rows = [RawRow(line, {"date": day}) for line, day in enumerate(days, 2)]
    settled, doubts = settle_days(rows, ["date"])
    if read is None:
        assert [(d.line, d.day_first, d.month_first) for d in doubts] == [
            (2, "2026-07-12", "2026-12-07")
        ]
    else:
        assert (settled[0].cells["date"], doubts) == (read, ())


def test_another_column_of_the_table_tells_the_order() -> None:
    rows = [RawRow(2, {"from_date": "12/7/2026", "to_date": "12/31/2026"})]
    settled, doubts = settle_days(rows, ["from_date", "to_date"])
    assert (settled[0].cells["from_date"], doubts) == ("2026-12-07", ())
    spans = [RawRow(2, {"days_off": "12/7/2026..13/7/2026|1/1/2027"})]
    assert settle_days(spans, ["days_off"])[0][0].cells["days_off"] == (
        "2026-07-12..2026-07-13|2027-01-01"
    )


def test_an_open_day_is_a_fault_with_both_readings(small_folder: Path) -> None:
    damage(small_folder, "closures.csv", "2026-12-07,2026-12-09", "12/7/2026,")
    (fault,) = list_faults(small_folder)
    assert (fault.file, fault.row, fault.column) == ("closures.csv", 2, "from_date")
    assert "write 2026-07-12 or 2026-12-07" in str(fault.advice)


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "Err:502", "########"])
@pytest.mark.parametrize(
    ("file", "old", "column"),
    [("libraries.csv", "Thư viện xã Bản Mận", "name"),
     ("libraries.csv", "+84 200 000 002", "phone"),
     ("batches.csv", "Ba đầu sách trùng với B1", "note"),
     ("kits.csv", "2026-12-18", "due_date"),
     ("vehicles.csv", "XE1", "vehicle_id")],
)  # fmt: skip
def test_error_values_are_a_fault_in_every_column(
    small_folder: Path, file: str, old: str, column: str, value: str
) -> None:
    assert is_error_value(value)
    damage(small_folder, file, old, value)
    told = [(f.file, f.column, f.value) for f in list_faults(small_folder)]
    assert (file, column, value) in told


def test_rounded_ids_are_a_fault(small_folder: Path) -> None:
    damage(small_folder, "batch_titles.csv", "B1,N1,", "B1,9.78604E+12,")
    (fault,) = list_faults(small_folder)
    assert (fault.file, fault.row, fault.column) == ("batch_titles.csv", 2, "title_id")
    assert str(fault.expected) == "text or an id, not a rounded number"


OLD = ["TruyÖn cæ tÝch", "Truyeän coå tích", "Th­ viÖn", "ThÆ° viá»‡n tá»‰nh", "S¸ch ®iÖn tö"]
FINE = ["Thư viện tỉnh", "Khoá học", "Đèo Mây", "Les Éditions «Sách»", "Lego® đồ chơi", "5 µm",
        "Ķekava", "Straße", "Hoà Bình", "Thuở ấy", "naïve", "McDonald", "1½ giờ"]  # fmt: skip


@pytest.mark.parametrize("text", OLD)
def test_text_of_old_fonts_is_seen(text: str) -> None:
    assert is_in_old_encoding(text)


@pytest.mark.parametrize("text", FINE)
def test_text_in_unicode_is_fine(text: str) -> None:
    assert not is_in_old_encoding(text)


def test_all_text_of_the_example_is_fine() -> None:
    province = read_province(find_shipped("son-la"))
    assert not province.warnings


STOCK = """\
biblionumber,title,itemcallnumber,lang
#N/A,Đất rừng,895.9,vi
103,#REF!,895.9,vi
9.78604E+12,Sách một,895.9,vi
9.78604E+12,Sách hai,895.9,vi
104,TruyÖn cæ tÝch,895.9,vi
105,Truyeän coå tích,895.9,vi
"""


def test_leftovers_in_a_stock_are_told(small: Province, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(STOCK, encoding="utf-8")
    with pytest.raises(Exception, match="rounded") as caught:
        read_stock(path, small.settings)
    assert [(f.row, f.column) for f in caught.value.findings] == [
        (2, "title_id"), (3, "title"), (4, "title_id"), (5, "title_id")
    ]  # fmt: skip
    path.write_text("\n".join([STOCK.splitlines()[0], *STOCK.splitlines()[5:]]), encoding="utf-8")
    warnings = read_stock(path, small.settings).warnings
    assert [(w.row, w.column) for w in warnings] == [(2, "title"), (3, "title")]


@pytest.mark.parametrize(
    "write",
    [lambda text: text.replace(",", "\t"), lambda text: "sep=;\r\n" + text.replace(",", ";"),
     lambda text: '"sep=,"\n' + text, lambda text: "\ufeff" + text],
    ids=["tab", "sep", "quoted sep", "mark"],
)  # fmt: skip
def test_separators_that_excel_writes(small: Province, small_folder: Path, write: Any) -> None:
    path = small_folder / "ledger.csv"
    path.write_text(write(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert digest_facts(read_province(small_folder)) == digest_facts(small)


def test_lines_are_counted_from_the_top_of_the_file(small_folder: Path) -> None:
    damage(small_folder, "ledger.csv", "B1,KHO,TV1,70", "B1,KHO,TV1,seventy")
    path = small_folder / "ledger.csv"
    path.write_text("sep=,\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert where(list_faults(small_folder)) == [("ledger.csv", 3, "books")]


@pytest.mark.parametrize("text", ["44.125", "44,125", "44+125", "km 44+125"])
def test_the_documented_kilometre_post_is_read(small_folder: Path, text: str) -> None:
    damage(small_folder, "closures.csv", "ĐT.101,2,5,", f'ĐT.101,2,"{text}",')
    (closure,) = read_province(small_folder).closures
    assert closure.km_to == 44.125


def test_new_writes_tables_that_excel_opens_as_they_are(tmp_path: Path) -> None:
    from province.files.create import create_from_example

    folder = tmp_path / "p"
    create_from_example("son-la", folder)
    for path in folder.glob("*.csv"):
        assert path.read_bytes()[:3] == b"\xef\xbb\xbf", path.name
    assert digest_facts(read_province(folder)) == digest_facts(
        read_province(find_shipped("son-la"))
    )
