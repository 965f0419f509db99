"""Makes a stock of MARC21 and MARCXML records; a damaged record is named, the others are read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from province.findings import Findings
from province.language import message
from province.marc.bibliographic import MarcFault, MarcField, MarcRecord
from province.marc.iso import read_iso_records
from province.marc.xml import find_encoding, read_xml_records
from province.stock import Absence, StockEntry, is_rare_place

ABSENT = (
    ("1", Absence.LOST),
    ("0", Absence.WITHDRAWN),
    ("4", Absence.DAMAGED),
    ("7", Absence.NOT_FOR_LOAN),
)
"""Subfields of 952 that say, by anything but 0, that a copy is not there to be lent.

Source: Koha, holdings data fields (9xx).
"""

CHILD_CODES, TEEN_CODES = "abcj", "d"
"""Target audience, 008/22: pre-school, primary, pre-adolescent, juvenile; adolescent.

Source: MARC 21 format for bibliographic data, field 008, books.
"""


@dataclass(frozen=True, slots=True)
class MarcCopy:
    """One copy: its barcode ("" if unknown), why it cannot be lent, whether it is a rare one."""

    barcode: str
    absence: Absence | None
    is_rare: bool


def read_marc(path: Path, findings: Findings) -> tuple[list[StockEntry], int]:
    """Return the titles of the records that could be read, and how many are marked as deleted.

    Each damaged record becomes a warning. A copy that stands in several fields or records (the
    same barcode) counts once.

    Raises
    ------
    InputError
        When the file is of MARC21 and the `marc` extra is not installed.
    """
    entries: list[StockEntry] = []
    barcodes: set[str] = set()
    count = deleted = 0
    for count, record in enumerate(_read_records(path, findings), 1):
        fault = record.fault or _find_fault(record)
        if record.status == "d":
            deleted += 1
        elif fault is not None:
            findings.at(path.name, count, fault.column).warn(
                fault.value,
                expected=fault.expected,
                advice=message("the record was left out; correct it in the library system"),
            )
        else:
            entries.append(_make_entry(record, count, barcodes))
    if not count and not findings.faults:
        findings.at(path.name).add(
            "",
            expected=message("a file of MARC21 or MARCXML records"),
            advice=message("export the records again"),
        )
    return entries, deleted


def _read_records(path: Path, findings: Findings) -> Iterator[MarcRecord]:
    if not path.is_file():
        return
    with path.open("rb") as file:
        head = file.read(1024)
    encoding = find_encoding(head)
    if encoding is None:
        findings.at(path.name, 1, "encoding").add(
            head[:80].decode("ascii", "replace"),
            expected=message("an encoding that is known, like UTF-8"),
            advice=message("export the records again"),
        )
    elif head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")[:1] == "<":
        yield from read_xml_records(path, encoding)
    else:
        yield from read_iso_records(path)


def _find_fault(record: MarcRecord) -> MarcFault | None:
    if not _name_title(record.field("245")):
        return MarcFault("245", "", message("a whole MARC record with a title"))
    for field in record.fields:
        for text in (field.text, *(value for _, value in field.subfields)):
            if "\ufffd" in text:
                return MarcFault(field.tag, text, message("text in the encoding of the file"))
    return None


def _name_title(field: MarcField) -> str:
    """Return a title with the number and the name of its part: volumes are titles of their own."""
    return " ".join(v.strip(" /:;=,") for v in field.values("a", "n", "p", "b")).strip()


def _make_entry(record: MarcRecord, number: int, barcodes: set[str]) -> StockEntry:
    copies = _list_copies(record)
    new = [copy for copy in copies if copy.barcode not in barcodes]
    barcodes.update(copy.barcode for copy in new if copy.barcode)
    absent = Counter(copy.absence for copy in new if copy.absence is not None)
    codes = record.field("008").text
    items = [value for f in record.all_fields("952") for value in f.values("o")]
    holdings = [value for f in record.all_fields("852") for value in f.values("h")]
    language = " ".join(record.field("041").values("a"))[:3]
    return StockEntry(
        title_id=record.field("001").text.strip() or f"record-{number}",
        title=_name_title(record.field("245")),
        copies=len(new) - absent.total() if copies else 1,
        category_id="",
        shelf_class=" ".join(record.field("082").values("a") or items or holdings),
        language=language or codes[35:38].strip(),
        audience=_find_audience(codes),
        mass_g=0,
        is_rare=any(copy.is_rare for copy in copies),
        is_for_rotation=False,
        row=number,
        absent=tuple(sorted(absent.items())),
        barcodes=tuple(copy.barcode for copy in new if copy.barcode and copy.absence is None),
    )


def _list_copies(record: MarcRecord) -> list[MarcCopy]:
    """Return each copy once: items (952), and holdings (852) that no item is known of.

    A system that writes both describes the same copies twice; what only a holding has is told by
    its barcode.
    """
    items = [_read_copy(field) for field in record.all_fields("952")]
    holdings = [_read_copy(field) for field in record.all_fields("852")]
    if items:
        known = any(copy.barcode for copy in items)
        holdings = [copy for copy in holdings if copy.barcode and known]
    copies: dict[str, MarcCopy] = {}
    for number, copy in enumerate((*items, *holdings)):
        key = copy.barcode or f" {number}"
        first = copies.get(key, copy)
        absence, is_rare = first.absence or copy.absence, first.is_rare or copy.is_rare
        copies[key] = MarcCopy(copy.barcode, absence, is_rare)
    return list(copies.values())


def _read_copy(field: MarcField) -> MarcCopy:
    absence = None
    if field.tag == "952":
        marks = ((why, field.values(code)) for code, why in ABSENT)
        absence = next((why for why, values in marks if set(values) - {"0"}), None)
    places = field.values("b", "c", "y", "8")
    barcode = next(iter(field.values("p")), "")
    return MarcCopy(barcode, absence, is_rare_place(" ".join(places)))


def _find_audience(codes: str) -> str:
    code = codes[22:23]
    if code and code in CHILD_CODES:
        return "child"
    return "teen" if code and code in TEEN_CODES else "adult"
