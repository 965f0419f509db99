"""Reading a stock: our table, exports of other systems, MARC records with a damaged one between."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from planning.answers.check import check_folder
from province.errors import InputError
from province.read.stock import find_category, read_stock
from province.settings import CategorySettings
from province.stock import Absence, StockEntry

pymarc = pytest.importorskip("pymarc")


def write(folder: Path, text: str, name: str = "stock.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_of_copies_as_koha_exports_them_are_added_up(tmp_path, small) -> None:
    path = write(
        tmp_path,
        "itemnumber,biblionumber,title,itemcallnumber,lang,barcode,itemlost\n"
        "1,77,Trồng chè,633.7,vie,0001,0\n2,77,Trồng chè,633.7,vie,0002,\n"
        "3,78,Luật đất đai,346,vie,0003,0\n4,78,Luật đất đai,346,vie,0004,1\n",
    )
    stock = read_stock(path, small.settings)
    assert [(t.title_id, t.copies, t.category_id) for t in stock.titles] == [
        ("77", 2, "farming-adult-vi"),
        ("78", 1, "farming-adult-vi"),
    ]
    assert [title.barcodes for title in stock.titles] == [("0001", "0002"), ("0003",)]
    assert stock.titles[0].mass_g == small.settings.compose.book_mass_g


def test_vietnamese_headings_with_semicolons_are_read(tmp_path, small) -> None:
    path = write(tmp_path, "Mã tài liệu;Nhan đề;Số bản;Đối tượng\nA1;Cổ tích; 5;Thiếu nhi\n")
    (title,) = read_stock(path, small.settings).titles
    assert (title.title, title.copies, title.category_id) == ("Cổ tích", 5, "tales-child-vi")


def test_a_stock_saved_as_a_workbook_is_one_table(small_folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["title_id", "title", "copies", "category_id"])
    book.active.append(["A1", "Trồng chè", 5, "farming-adult-vi"])
    book.save(small_folder / "stock.xlsx")
    province, faults, _ = check_folder(small_folder)
    assert faults == ()
    (title,) = read_stock(small_folder / "stock.xlsx", province.settings).titles
    assert (title.title, title.copies) == ("Trồng chè", 5)
    write(small_folder, "title_id,title,copies\nA1,Trồng chè,4\n")
    assert [f.file for f in check_folder(small_folder)[1]] == ["stock.xlsx"]


def test_every_fault_of_a_table_is_told_with_its_place(tmp_path, small) -> None:
    path = write(
        tmp_path,
        "title_id,title,copies,category_id,rare\nA,Một,0,,\nB,,2,,\nC,Ba,2,no-such,\nD,Bốn,2,,maybe\n",
    )
    with pytest.raises(InputError) as error:
        read_stock(path, small.settings)
    assert {(f.row, f.column) for f in error.value.findings} == {
        (2, "copies"), (3, "title"), (4, "category_id"), (5, "rare")
    }  # fmt: skip


def _category(name: str, language="vi", audience="adult", classes=()) -> CategorySettings:
    return CategorySettings(
        id=name, subject=name, audience=audience, language=language, name=name, classes=classes
    )


@pytest.mark.parametrize(
    ("shelf_class", "language", "audience", "expected"),
    [
        ("633.7", "vie", "", "farming"), ("636", "vi", "", "animals"),
        ("346.04", "", "adult", "law"), ("8", "hmn", "", "hmong"), ("8", "vi", "", ""),
        ("8", "lav", "", ""), ("398", "vi", "Juvenile", "tales"),
    ],
)  # fmt: skip
def test_category_is_found_by_language_audience_and_longest_class(
    shelf_class, language, audience, expected
) -> None:
    categories = (
        _category("farming", classes=("63",)), _category("animals", classes=("636",)),
        _category("law", classes=("34",)), _category("hmong", language="hmn"),
        _category("tales", audience="child"),
    )  # fmt: skip
    entry = StockEntry("1", "T", 1, "", shelf_class, language, audience, 0, False, False)
    assert find_category(entry, categories) == expected
    assert find_category(replace(entry, language="tlh"), categories) == ""


def _record(number: str, title: str, *, items: int = 3, place: str = "KHO", target: str = "j"):
    record = pymarc.Record(force_utf8=True)
    record.add_field(pymarc.Field(tag="001", data=number))
    record.add_field(pymarc.Field(tag="008", data=f"{'0' * 22}{target}{' ' * 12}vie  "))
    subfields = [pymarc.Subfield("a", title)]
    record.add_field(pymarc.Field(tag="245", indicators=["1", "0"], subfields=subfields))
    for _ in range(items):
        record.add_field(
            pymarc.Field(tag="952", indicators=[" ", " "], subfields=[pymarc.Subfield("c", place)])
        )
    return record


def test_a_damaged_record_is_named_and_the_others_are_read(tmp_path, small) -> None:
    good, other = _record("1", "Chú voi con").as_marc(), _record("3", "Cây khế", items=5).as_marc()
    damaged = b"00xyz" + _record("2", "Hỏng").as_marc()[5:60] + b"\x1d"
    untitled = pymarc.Record(force_utf8=True)
    untitled.add_field(pymarc.Field(tag="001", data="9"))
    path = tmp_path / "kho sách.mrc"
    path.write_bytes(good + damaged + other + untitled.as_marc())
    stock = read_stock(path, small.settings)
    assert [(t.title_id, t.title, t.copies, t.category_id) for t in stock.titles] == [
        ("1", "Chú voi con", 3, "tales-child-vi"),
        ("3", "Cây khế", 5, "tales-child-vi"),
    ]
    assert [warning.row for warning in stock.warnings] == [2, 4]


def test_marcxml_is_read_and_a_damaged_record_named(tmp_path, small) -> None:
    one, two = (
        pymarc.record_to_xml(_record(n, t, target="a"), namespace=True).decode()
        for n, t in (("1", "Chú voi con"), ("2", "Cây khế"))
    )
    broken = one.replace("</leader>", "<leader>")
    path = write(
        tmp_path, f'<?xml version="1.0"?><collection>{one}{broken}{two}</collection>', "k.xml"
    )
    stock = read_stock(path, small.settings)
    assert [t.title for t in stock.titles] == ["Chú voi con", "Cây khế"]
    assert [warning.row for warning in stock.warnings] == [2]


def test_rare_books_are_known_by_the_place_of_their_copies(tmp_path, small) -> None:
    path = tmp_path / "k.mrc"
    path.write_bytes(_record("1", "Sách cổ", place="Kho Quý hiếm").as_marc())
    assert read_stock(path, small.settings).titles[0].is_rare


@pytest.mark.parametrize("name", ["none.mrc", "none.csv", "text.xml"])
def test_a_file_without_records_is_refused(tmp_path, small, name) -> None:
    write(tmp_path, "<nothing/>", "text.xml")
    with pytest.raises(InputError):
        read_stock(tmp_path / name, small.settings)


def test_check_reads_the_stock_of_the_folder_too(small_folder) -> None:
    from planning.answers.check import check_folder

    write(small_folder, "title_id,title,copies\nA,Một,none\n")
    _, faults, _ = check_folder(small_folder)
    assert [(f.file, f.row, f.column) for f in faults] == [("stock.csv", 2, "copies")]


def test_a_barcode_or_a_word_alone_is_no_absence(tmp_path, small) -> None:
    path = write(
        tmp_path,
        "biblionumber,title,itemlost,withdrawn,notforloan,damaged\n"
        "1,Một,0,0,0,0\n1,Một,,,,\n1,Một,không,0.0,\"0,0\",no\n"
        "1,Một,4,0,0,0\n1,Một,0,1,0,0\n1,Một,0,0,-1,0\n1,Một,0,0,0,1\n",
    )  # fmt: skip
    stock = read_stock(path, small.settings)
    assert [title.copies for title in stock.titles] == [3]
    assert dict(stock.absent) == dict.fromkeys(Absence, 1)


def test_two_titles_under_one_number_stay_two(tmp_path, small) -> None:
    path = write(
        tmp_path,
        "title_id,title,copies\n7,Truyện Kiều. Tập 1,3\n7,Truyện Kiều. Tập 2,4\n"
        + unicodedata.normalize("NFD", "7,TRUYỆN KIỀU – tập 1,2\n"),
    )
    stock = read_stock(path, small.settings)
    assert [(t.title, t.copies) for t in stock.titles] == [
        ("Truyện Kiều. Tập 1", 5),
        ("Truyện Kiều. Tập 2", 4),
    ]
    assert stock.titles[0].title_id == "7"
    assert [(w.row, w.column) for w in stock.warnings] == [(3, "title_id")]


def test_a_decomposed_place_hides_no_rare_book(tmp_path, small) -> None:
    place = unicodedata.normalize("NFD", "Kho Quý hiếm")
    path = write(tmp_path, f"biblionumber,title,location\n1,Một,{place}\n2,Hai,Kho mượn\n")
    assert [t.is_rare for t in read_stock(path, small.settings).titles] == [True, False]
