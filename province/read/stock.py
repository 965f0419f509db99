"""Reads the stock from which batches are composed: a table of titles or of items, or MARC records.

A table has a row per title with its number of copies, or a row per copy as library systems export
it; rows of the same title are added up.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from province.cells import NO, BooksFromOne, Grams, Id, Remark, Text, Yes, clean_text
from province.errors import InputError
from province.findings import Finding, Findings
from province.ids import CategoryId, TitleId
from province.language import message
from province.settings import CategorySettings, Settings
from province.stock import Absence, StockEntry, StockTitle, is_rare_place
from province.tables.read import read_table
from province.tables.rows import Row

STOCK_NAME = "stock.csv"

SYNONYMS = {
    "title_id": ("biblionumber", "biblio_id", "bib_id", "mã tài liệu", "mã ấn phẩm", "id"),
    "title": ("nhan đề", "tên sách", "tên tài liệu", "title_proper"),
    "copies": ("số bản", "số lượng", "items"),
    "shelf_class": (
        "itemcallnumber",
        "callnumber",
        "ddc",
        "dewey",
        "ký hiệu phân loại",
        "phân loại",
    ),
    "language": ("ngôn ngữ", "lang"),
    "audience": ("đối tượng", "target_audience"),
    "place": ("location", "ccode", "collection", "kho", "kho sách", "vị trí"),
    "barcode": ("items.barcode", "mã vạch", "đkcb", "số đkcb"),
    "lost": ("itemlost", "items.itemlost", "mất", "bị mất"),
    "withdrawn": ("wthdrawn", "items.withdrawn", "thanh lý", "đã thanh lý"),
    "damaged": ("items.damaged", "hỏng", "hư hỏng"),
    "not_for_loan": ("notforloan", "items.notforloan", "không cho mượn"),
}
"""Headings of exports of Koha and of Vietnamese systems, by our heading."""

CHILD_MARKS = ("j", "juv", "thiếu nhi", "child", "children", "bērn")
"""Beginnings of an audience that mean children, where it is none of our three words."""


def parse_status(value: Any) -> Any:
    """Return whether a copy's status, as a library system writes it, is anything but 0 or no."""
    if not isinstance(value, str):
        return value
    word = value.casefold()
    return word not in NO and word.strip("0.,") != ""


Status = Annotated[bool, BeforeValidator(parse_status)]


class StockRow(Row):
    """A line of `stock.csv`."""

    title_id: Id
    title: Text
    copies: BooksFromOne = 1
    category_id: str = ""
    shelf_class: Remark = ""
    language: Remark = ""
    audience: Annotated[Remark, BeforeValidator(clean_text)] = ""
    mass_g: Grams = 0
    rare: Yes = False
    for_rotation: Yes = False
    place: str = ""
    barcode: str = ""
    lost: Status = False
    withdrawn: Status = False
    damaged: Status = False
    not_for_loan: Status = False

    @property
    def absence(self) -> Absence | None:
        """Why the copies of this row cannot be lent; None when they can."""
        for why in Absence:
            if getattr(self, why.value):
                return why
        return None


@dataclass(frozen=True, slots=True)
class Stock:
    """What was read.

    Parameters
    ----------
    titles
        By id.
    unplaced
        Titles that belong to no category of the province, and so cannot be used.
    warnings
        Records that could not be read, columns that nothing reads, two titles under one id.
    absent
        Copies that cannot be lent (lost, withdrawn, damaged, not for loan), by reason.
    deleted
        Records that are marked as deleted.
    """

    titles: tuple[StockTitle, ...]
    unplaced: int
    warnings: tuple[Finding, ...]
    absent: tuple[tuple[Absence, int], ...] = ()
    deleted: int = 0


def read_stock(path: Path, settings: Settings) -> Stock:
    """Return the stock of a file: ``.csv``, or MARC21 ``.mrc``, or MARCXML ``.xml``.

    Raises
    ------
    InputError
        With every fault of a table, or when the file is none of these. A damaged MARC record is a
        warning; the others are read.
    """
    findings = Findings()
    if path.suffix.lower() in (".mrc", ".marc", ".xml"):
        from province.marc.read import read_marc

        entries, deleted = read_marc(path, findings)
    else:
        entries, deleted = _read_rows(path, settings, findings), 0
    if findings.faults:
        raise InputError(findings.faults)
    absent = sum((Counter(dict(entry.absent)) for entry in entries), Counter[Absence]())
    titles, unplaced = _place(_tell_apart(path.name, entries, findings), settings)
    return Stock(titles, unplaced, findings.warnings, tuple(sorted(absent.items())), deleted)


def _read_rows(path: Path, settings: Settings, findings: Findings) -> list[StockEntry]:
    table = read_table(path.parent, path.name, StockRow, findings, synonyms=SYNONYMS)
    known = {category.id for category in settings.categories}
    for line, row, _ in table.rows:
        if row.category_id and row.category_id not in known:
            findings.at(path.name, line, "category_id").add(
                row.category_id,
                expected=message("a category of province.toml"),
                advice=message("correct it, or leave it empty and give shelf_class and language"),
            )
    return [_make_entry(line, row) for line, row, _ in table.rows]


def _make_entry(line: int, row: StockRow) -> StockEntry:
    why = row.absence
    return StockEntry(
        row.title_id,
        row.title,
        row.copies if why is None else 0,
        row.category_id,
        row.shelf_class,
        row.language,
        row.audience,
        row.mass_g,
        row.rare or is_rare_place(row.place),
        row.for_rotation,
        line,
        () if why is None else ((why, row.copies),),
        (row.barcode,) if why is None and row.barcode else (),
    )


def _tell_apart(
    name: str, entries: Sequence[StockEntry], findings: Findings
) -> tuple[StockEntry, ...]:
    """Return entries of which each id means one title; the second title under an id gets its own.

    Titles are the same when their letters and digits are.
    """
    titles: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    found = []
    for entry in entries:
        letters = "".join(filter(str.isalnum, entry.title.casefold()))
        if titles.setdefault(entry.title_id, letters) == letters:
            found.append(entry)
            continue
        digest = hashlib.sha256(letters.encode()).hexdigest()[:8]
        if (entry.title_id, letters) not in told:
            told.add((entry.title_id, letters))
            findings.at(name, entry.row, "title_id").warn(
                f"{entry.title_id}: {entry.title}",
                expected=message("one title under each number"),
                advice=message("both titles are counted apart; correct the number or the title"),
            )
        found.append(replace(entry, title_id=f"{entry.title_id}-{digest}"))
    return tuple(found)


def _place(entries: Sequence[StockEntry], settings: Settings) -> tuple[tuple[StockTitle, ...], int]:
    """Return titles with their category, and how many have none; no copy to lend, no title."""
    copies: Counter[str] = Counter()
    barcodes: defaultdict[str, list[str]] = defaultdict(list)
    first: dict[str, StockEntry] = {}
    rare: set[str] = set()
    for entry in entries:
        copies[entry.title_id] += entry.copies
        barcodes[entry.title_id] += entry.barcodes
        first.setdefault(entry.title_id, entry)
        if entry.is_rare:
            rare.add(entry.title_id)
    titles, unplaced = [], 0
    for title_id, entry in sorted(first.items()):
        category = entry.category_id or find_category(entry, settings.categories)
        if not category:
            unplaced += 1
        elif copies[title_id]:
            titles.append(
                StockTitle(
                    TitleId(title_id),
                    entry.title,
                    CategoryId(category),
                    copies[title_id],
                    entry.mass_g or settings.compose.book_mass_g,
                    title_id in rare,
                    entry.is_for_rotation,
                    tuple(dict.fromkeys(barcodes[title_id])),
                )
            )
    return tuple(titles), unplaced


def find_category(entry: StockEntry, categories: tuple[CategorySettings, ...]) -> str:
    """Return the category of a title: its language, its audience, the longest class that fits.

    A title without a language counts as Vietnamese-like: of the first category's language. "" when
    no category fits.
    """
    language = _two_letters(entry.language) or categories[0].language
    audience = _read_audience(entry.audience)
    digits = "".join(c for c in entry.shelf_class if c.isdigit())
    fitting = [
        (len(start), category.id)
        for category in categories
        if category.language == language and category.audience == audience
        for start in category.classes or ("",)
        if digits.startswith(start)
    ]
    return max(fitting, key=lambda found: (found[0], found[1]))[1] if fitting else ""


def _two_letters(language: str) -> str:
    """Return a language code as the categories write it: ``vie`` is ``vi``."""
    from langcodes import standardize_tag
    from langcodes.tag_parser import LanguageTagError

    code = language.strip().lower()
    if not code:
        return ""
    try:
        return standardize_tag(code)
    except LanguageTagError:
        return code


def _read_audience(text: str) -> str:
    word = text.casefold().strip()
    if word in ("child", "teen", "adult"):
        return word
    return "child" if word and word.startswith(CHILD_MARKS) else "adult"
