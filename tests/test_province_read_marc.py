"""Reading MARC21 and MARCXML as library systems really write them: copies, lies and damage."""

import contextlib
import random
import time
import unicodedata
from pathlib import Path

import pytest

from province.errors import InputError
from province.facts import Province
from province.read.stock import Stock, read_stock
from province.stock import Absence

pymarc = pytest.importorskip("pymarc")

NAMESPACE = "http://www.loc.gov/MARC21/slim"


def field(tag: str, *pairs: tuple[str, str]) -> str:
    inside = "".join(f'<subfield code="{code}">{value}</subfield>' for code, value in pairs)
    return f'<datafield tag="{tag}" ind1=" " ind2=" ">{inside}</datafield>'


def item(number: int | str, **marks: str) -> str:
    return field("952", ("p", f"{number}"), *((name[-1], value) for name, value in marks.items()))


def record(number: str, title: str, *fields: str, status: str = "n") -> str:
    fixed = f"{'0' * 22}j{' ' * 12}vie d"
    return (
        f"<record><leader>00000{status}am a2200000 a 4500</leader>"
        f'<controlfield tag="001">{number}</controlfield>'
        f'<controlfield tag="008">{fixed}</controlfield>'
        f"{field('245', ('a', title))}{''.join(fields)}</record>\n"
    )


def collection(*records: str, prolog: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f'{prolog}<collection xmlns="{NAMESPACE}">{"".join(records)}</collection>'


def read(folder: Path, province: Province, content: str | bytes, name: str = "k.xml") -> Stock:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_stock(path, province.settings)


def tell(stock: Stock) -> list[tuple[str, str, int]]:
    return [(title.title_id, title.title, title.copies) for title in stock.titles]


def test_copies_that_are_not_there_do_not_count(tmp_path, small) -> None:
    copies = (
        item(1), item(2, _0="0", _1="0", _4="0", _7="0"), item(3, _1="1"), item(4, _1="4"),
        item(5, _0="1"), item(6, _4="1"), item(7, _7="2"), item(8, _7="-1"),
    )  # fmt: skip
    stock = read(tmp_path, small, collection(record("1", "Một", *copies)))
    assert tell(stock) == [("1", "Một", 2)]
    assert stock.titles[0].barcodes == ("1", "2")
    assert dict(stock.absent) == {
        Absence.LOST: 2, Absence.WITHDRAWN: 1, Absence.DAMAGED: 1, Absence.NOT_FOR_LOAN: 2
    }  # fmt: skip


def test_a_title_of_which_no_copy_is_there_is_left_out(tmp_path, small) -> None:
    stock = read(tmp_path, small, collection(record("1", "Một", item(1, _1="1"))))
    assert (tell(stock), dict(stock.absent)) == ([], {Absence.LOST: 1})


def test_holding_and_item_of_the_same_copy_count_once(tmp_path, small) -> None:
    holding = field("852", ("a", "TVT"), ("p", "1"))
    stock = read(
        tmp_path,
        small,
        collection(
            record("1", "Cả hai", item(1), item(2), holding, field("852", ("p", "2"))),
            record("2", "Không mã", item(3), field("852", ("a", "TVT"))),
            record("3", "Chỉ 852", field("852", ("b", "KHO")), field("852", ("b", "KHO"))),
            record("4", "Bản khác", item(4), field("852", ("p", "9"))),
            record("5", "Bản trùng", item(4), item(5)),
            record("6", "Không có bản"),
        ),
    )
    assert [copies for _, _, copies in tell(stock)] == [2, 1, 2, 2, 1, 1]


def test_deleted_records_are_counted_not_read(tmp_path, small) -> None:
    stock = read(
        tmp_path, small, collection(record("1", "Một", status="d"), record("2", "Hai", item(1)))
    )
    assert (tell(stock), stock.deleted, stock.warnings) == ([("2", "Hai", 1)], 1, ())


def test_volumes_and_twins_are_titles_of_their_own(tmp_path, small) -> None:
    part = [field("245", ("a", "Sử thi :"), ("n", f"Tập {n} /"), ("p", "Đẻ đất")) for n in (1, 2)]
    volumes = [
        record("7", "x", item(f"a{n}"), item(f"b{n}")).replace(field("245", ("a", "x")), part[n])
        for n in (0, 1)
    ]
    stock = read(tmp_path, small, collection(*volumes))
    assert [(title, copies) for _, title, copies in tell(stock)] == [
        ("Sử thi Tập 1 Đẻ đất", 2),
        ("Sử thi Tập 2 Đẻ đất", 2),
    ]
    assert len({title_id for title_id, _, _ in tell(stock)}) == 2
    assert [(w.row, w.value) for w in stock.warnings] == [(2, "7: Sử thi Tập 2 Đẻ đất")]


@pytest.mark.parametrize(
    ("damage", "column"),
    [
        (lambda text: text.replace('tag="245"', "", 1), "tag"),
        (lambda text: text.replace('tag="001"', "", 1), "tag"),
        (lambda text: text.replace('tag="008"', 'tag="08"', 1), "tag"),
        (lambda text: text.replace(' code="a"', "", 1), "code"),
        (lambda text: text.replace(' code="a"', ' code=""', 1), "code"),
        (lambda text: text.replace('tag="245"', 'tag="246"', 1), "245"),
        (lambda text: text.replace('tag="952" ind1', 'tag="001" ind1', 1), "001"),
        (lambda text: text.replace('tag="952" ind1', 'tag="008" ind1', 1), "008"),
        (lambda text: text.replace("</leader>", "<leader>", 1), ""),
        (lambda text: text.replace("</record>", "", 1), ""),
        (lambda text: text.replace("Một", "M&no;t", 1), ""),
        (lambda text: text.replace("Một", "M\x01t", 1), ""),
        (lambda text: text.replace("Một", "M\ufffdt", 1), "245"),
        (lambda text: text.replace("Một", "x" * 1_100_000, 1), ""),
    ],
)
def test_a_damaged_record_is_named_and_the_others_are_read(damage, column, tmp_path, small) -> None:
    first, last = record("0", "Không", item(8)), record("2", "Hai", item(9), item(10))
    stock = read(
        tmp_path, small, collection(first, damage(record("1", "Một", item(1), item(2))), last)
    )
    assert tell(stock) == [("0", "Không", 1), ("2", "Hai", 2)]
    (warning,) = stock.warnings
    assert (warning.file, warning.row, warning.column) == ("k.xml", 2, column)


def test_a_field_that_nobody_reads_does_no_harm(tmp_path, small) -> None:
    stock = read(
        tmp_path, small, collection(record("1", "Một", item(1), field("520", ("a", "\ufffd"))))
    )
    assert (tell(stock), stock.warnings) == ([("1", "Một", 1)], ())


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("UTF-8", "utf-8-sig"), ("UTF-16", "utf-16"), ("UTF-16", "utf-16-le"),
        ("windows-1252", "windows-1252"), ("ISO-8859-1", "utf-8"), ("utf-16", "utf-8"),
        ("UTF-8", "utf-8"),
    ],
)  # fmt: skip
def test_the_encoding_is_what_the_file_really_has(declared, written, tmp_path, small) -> None:
    title = "Đất" if written.startswith("utf") else "Café à"
    prolog = f'<?xml version="1.0" encoding="{declared}"?>\n'
    content = collection(record("1", title, item(1)), prolog=prolog).encode(written)
    assert tell(read(tmp_path, small, content)) == [("1", title, 1)]


def test_an_unknown_encoding_is_refused(tmp_path, small) -> None:
    content = collection(record("1", "x"), prolog='<?xml version="1.0" encoding="TCVN3"?>')
    with pytest.raises(InputError) as caught:
        read(tmp_path, small, content)
    assert [(f.row, f.column) for f in caught.value.findings] == [(1, "encoding")]


def test_decomposed_letters_are_composed_before_anything_is_compared(tmp_path, small) -> None:
    content = collection(record("1", "Ngữ văn", field("952", ("c", "Kho Quý hiếm"))))
    stock = read(tmp_path, small, unicodedata.normalize("NFD", content))
    assert [(title.title, title.is_rare) for title in stock.titles] == [("Ngữ văn", True)]


def test_comments_and_prefixes_make_no_record(tmp_path, small) -> None:
    text = collection(record("1", "Một", item(1)), f"<!-- {record('2', 'Hai')} -->")
    assert tell(read(tmp_path, small, text)) == [("1", "Một", 1)]
    for name in ("record", "leader", "controlfield", "datafield", "subfield"):
        text = text.replace(f"<{name}", f"<marc:{name}").replace(f"</{name}", f"</marc:{name}")
    text = text.replace("<collection xmlns=", "<collection xmlns:marc=")
    assert tell(read(tmp_path, small, text)) == [("1", "Một", 1)]


def test_entities_of_a_document_type_are_never_expanded(tmp_path, small) -> None:
    bomb = '<!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    stock = read(
        tmp_path, small, collection(record("1", "&b;"), record("2", "Hai", item(1)), prolog=bomb)
    )
    assert tell(stock) == [("2", "Hai", 1)]
    assert [warning.row for warning in stock.warnings] == [1]


def test_records_that_never_end_are_read_in_linear_time(tmp_path, small) -> None:
    begin = time.process_time()
    stock = read(tmp_path, small, "<record>" * 100_000)
    assert time.process_time() - begin < 10  # it took 19 s for a quarter of them
    assert stock.titles == ()
    assert len(stock.warnings) == 21


def make_iso(title: str, *, leader: str, encoding: str, place: str = "KHO") -> bytes:
    """Return a record of ISO 2709 whose leader, place 09, says what it likes."""
    made = pymarc.Record(force_utf8=True, leader="00000nam a2200000 a 4500")
    made.add_field(pymarc.Field(tag="001", data="1"))
    made.add_field(pymarc.Field(tag="008", data=f"{'0' * 22}j{' ' * 12}vie  "))
    for tag, code, text in (("245", "a", "TITLE"), ("952", "c", "PLACE")):
        subfields = [pymarc.Subfield(code, text)]
        made.add_field(pymarc.Field(tag=tag, indicators=[" ", " "], subfields=subfields))
    parts = {"TITLE": title, "PLACE": place}
    fields = [
        (f.tag, f.as_marc("utf-8").replace(b"TITLE", encode(parts["TITLE"], encoding)).replace(
            b"PLACE", encode(parts["PLACE"], encoding))) for f in made.fields
    ]  # fmt: skip
    directory, offset = "", 0
    for tag, content in fields:
        directory += f"{tag}{len(content):04d}{offset:05d}"
        offset += len(content)
    base = 24 + len(directory) + 1
    head = f"{base + offset + 1:05d}nam {leader}22{base:05d} a 4500"
    return head.encode() + directory.encode() + b"\x1e" + b"".join(c for _, c in fields) + b"\x1d"


MARC8 = {"\u0302": 0xE3, "\u0323": 0xF2, "\u0300": 0xE1, "\u0301": 0xE2, "\u0309": 0xE0}
"""Combining marks in MARC-8 (ANSEL): circumflex, dot below, grave, acute, hook above."""


def encode(text: str, encoding: str) -> bytes:
    if encoding != "marc-8":
        return text.encode(encoding)
    out: list[int] = []
    letters = unicodedata.normalize("NFD", text)
    for letter in letters:
        if letter in MARC8:
            out.insert(len(out) - 1, MARC8[letter])  # before its letter, after other marks
        else:
            out.append(ord(letter))
    return bytes(out)


@pytest.mark.parametrize(
    ("leader", "encoding"), [("a", "utf-8"), (" ", "utf-8"), (" ", "marc-8"), ("a", "marc-8")]
)
def test_a_leader_that_lies_about_the_encoding_is_not_believed(
    leader, encoding, tmp_path, small
) -> None:
    content = make_iso("Truyện cổ tích", leader=leader, encoding=encoding, place="Quý hiếm")
    stock = read(tmp_path, small, b"\xef\xbb\xbf" + content, "k.mrc")
    (title,) = stock.titles
    assert (title.title, title.is_rare, stock.warnings) == ("Truyện cổ tích", True, ())


@pytest.mark.parametrize("leader", ["a", " "])
def test_text_in_no_encoding_of_marc_is_named(leader, tmp_path, small) -> None:
    bad = make_iso("Đà, cá".replace("Đ", "D"), leader=leader, encoding="latin-1")
    good = make_iso("Hai", leader="a", encoding="utf-8")
    stock = read(tmp_path, small, bad + good, "k.mrc")
    assert [title.title for title in stock.titles] == ["Hai"]
    assert [(w.row, w.expected.template) for w in stock.warnings] == [
        (1, "text in UTF-8 or MARC-8")
    ]


def test_a_directory_that_counts_letters_instead_of_bytes_is_named(tmp_path, small) -> None:
    content = make_iso("Đất nước", leader="a", encoding="utf-8")
    entry = content.index(b"245")
    length = int(content[entry + 3 : entry + 7])
    lying = content[: entry + 3] + b"%04d" % (length - 3) + content[entry + 7 :]
    stock = read(tmp_path, small, lying + content, "k.mrc")
    assert tell(stock) == [("1", "Đất nước", 1)]
    assert [warning.row for warning in stock.warnings] == [1]


def test_a_control_field_with_subfields_is_named(tmp_path, small, capsys) -> None:
    content = make_iso("Hai", leader="a", encoding="utf-8")
    lying = content.replace(b"952", b"008", 1)
    stock = read(tmp_path, small, lying + content, "k.mrc")
    assert tell(stock) == [("1", "Hai", 1)]
    assert [warning.row for warning in stock.warnings] == [1]
    assert capsys.readouterr().err == ""


def test_no_damaged_file_is_a_fault_of_the_program(tmp_path, small) -> None:
    """A damaged byte, a piece left out or doubled, a stray mark: findings, and the rest is read."""
    books = [record(f"{n}", f"Sách {n}", item(f"{n}a"), item(f"{n}b", _1="1")) for n in range(8)]
    leaders = [(lead, code) for lead in " a" for code in ("utf-8", "marc-8")]
    iso = b"".join(make_iso("Truyện", leader=lead, encoding=code) for lead, code in leaders)
    sources = {"k.xml": collection(*books).encode(), "k.mrc": iso}
    marks = (b"\x1d", b"\x1e", b"\0", b"<", b"&", b"<!--", b"<![CDATA[", b"\xff\xfe", b"\xe1", b'"')
    rng = random.Random(13)
    for number in range(300):
        name = ("k.xml", "k.mrc")[number % 2]
        data = bytearray(sources[name])
        for _ in range(rng.choice((1, 1, 3, 9))):
            place = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[place] ^= 1 << rng.randrange(8)
                case 1:
                    del data[place : place + rng.randrange(1, 40)]
                case 2:
                    data[place:place] = data[max(0, place - 99) : place]
                case _:
                    data[place:place] = rng.choice(marks)
        with contextlib.suppress(InputError):
            read(tmp_path, small, bytes(data), name)
