"""Reads MARC21 and MARCXML records of a stock; a damaged record is named, the others are read."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax import SAXException

from province.errors import InputError
from province.findings import Finding, Findings
from province.language import message
from province.read_stock import StockEntry

RECORD = re.compile(rb"<(?:\w+:)?record\b.*?</(?:\w+:)?record\s*>", re.DOTALL)
RARE_PLACES = ("rare", "quý hiếm", "địa chí", "reference", "tra cứu")
"""Words in an item's place or kind that keep it in the house."""

CHILD_CODES, TEEN_CODES = "abcj", "d"
"""Target audience, 008/22: pre-school, primary, pre-adolescent, juvenile; adolescent.

Source: MARC 21 format for bibliographic data, field 008, books.
"""


def read_marc(path: Path, findings: Findings) -> list[StockEntry]:
    """Return the records that could be read; each damaged one becomes a warning.

    Raises
    ------
    InputError
        When the `marc` extra is not installed, or the file holds no record at all.
    """
    try:
        import pymarc
    except ImportError as error:
        raise InputError(
            [
                Finding(
                    path.name,
                    None,
                    "",
                    path.name,
                    message("MARC records, which need an extra library"),
                    message("install it with: pip install 'luanchuyen[marc]'"),
                )
            ]
        ) from error
    if not path.is_file():
        return _refuse(path, findings)
    data = path.read_bytes()
    records = _from_xml(data, pymarc) if data.lstrip()[:1] == b"<" else _from_iso(data, pymarc)
    entries, count = [], 0
    for number, record, fault in records:
        count += 1
        title = "" if record is None else _subfields(record, "245", "a", "b")
        if record is None or not title:
            findings.add(
                path.name,
                number,
                "245" if record is not None else "",
                fault or "",
                expected=message("a whole MARC record with a title"),
                advice=message("the record was left out; correct it in the library system"),
                is_warning=True,
            )
            continue
        entries.append(_entry(record, title, number))
    return entries if count else _refuse(path, findings)


def _refuse(path: Path, findings: Findings) -> list[StockEntry]:
    findings.add(
        path.name,
        None,
        "",
        "",
        expected=message("a file of MARC21 or MARCXML records"),
        advice=message("export the records again"),
    )
    return []


def _from_iso(data: bytes, pymarc: Any) -> Iterator[tuple[int, Any, str]]:
    """Yield each record of ISO 2709, split at its terminator so that one damaged loses no other."""
    for number, piece in enumerate((p for p in data.split(b"\x1d") if p.strip()), 1):
        reader = pymarc.MARCReader(io.BytesIO(piece.lstrip(b"\r\n") + b"\x1d"), to_unicode=True)
        record = next(iter(reader), None)
        fault = reader.current_exception
        yield number, record, "" if record is not None else type(fault).__name__


def _from_xml(data: bytes, pymarc: Any) -> Iterator[tuple[int, Any, str]]:
    """Yield each record of MARCXML, parsed alone, so that one damaged loses no other."""
    for number, match in enumerate(RECORD.finditer(data), 1):
        text = re.sub(rb"<(/?)\w+:", rb"<\1", match.group())
        try:
            found = pymarc.parse_xml_to_array(io.BytesIO(b"<collection>" + text + b"</collection>"))
        except (SAXException, pymarc.exceptions.PymarcException, ValueError) as error:
            yield number, None, type(error).__name__
            continue
        yield number, found[0] if found else None, ""


def _entry(record: Any, title: str, number: int) -> StockEntry:
    items = record.get_fields("952", "852")
    fixed = record.get("008")
    codes = fixed.data if fixed is not None else ""
    return StockEntry(
        title_id=_control(record, "001") or f"record-{number}",
        title=title,
        copies=max(1, len(items)),
        category_id="",
        shelf_class=_subfields(record, "082", "a") or _item_values(items, "o", "h"),
        language=_subfields(record, "041", "a")[:3] or codes[35:38].strip(),
        audience=_audience(codes),
        mass_g=0,
        is_rare=any(word in _item_values(items, "c", "y", "b") for word in RARE_PLACES),
        is_for_rotation=False,
    )


def _audience(codes: str) -> str:
    code = codes[22:23]
    if code and code in CHILD_CODES:
        return "child"
    return "teen" if code and code in TEEN_CODES else "adult"


def _control(record: Any, tag: str) -> str:
    field = record.get(tag)
    return field.data.strip() if field is not None else ""


def _subfields(record: Any, tag: str, *codes: str) -> str:
    field = record.get(tag)
    parts = field.get_subfields(*codes) if field is not None else []
    return " ".join(part.strip(" /:") for part in parts).strip()


def _item_values(items: list[Any], *codes: str) -> str:
    return " ".join(
        value.strip() for item in items for value in item.get_subfields(*codes)
    ).casefold()
