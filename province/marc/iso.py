"""Reads the records of a MARC21 file (ISO 2709), each for itself, whatever its leader says."""

import contextlib
import io
import logging
import unicodedata
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from province.errors import InputError
from province.files.foreign import ForeignError, read_foreign
from province.findings import Finding
from province.language import message
from province.marc.bibliographic import (
    MAX_RECORD,
    READ_TAGS,
    MarcFault,
    MarcField,
    MarcRecord,
    clean_value,
)

FIELD_END, RECORD_END = b"\x1e", b"\x1d"
LEADER, ENTRY = 24, 12
CHUNK = 1 << 20


def read_iso_records(path: Path) -> Iterator[MarcRecord]:
    """Yield each record of a file; a damaged one has a fault.

    Raises
    ------
    InputError
        When the `marc` extra is not installed.
    """
    pymarc = _import_pymarc(path)
    for piece in _cut_records(path):
        if len(piece) > MAX_RECORD:
            expected = message("a record of at most {count} characters", count=MAX_RECORD)
            yield MarcRecord(fault=MarcFault("", repr(piece[:24]), expected))
        else:
            yield _read_record(piece + RECORD_END, pymarc)


def _import_pymarc(path: Path) -> Any:
    try:
        import pymarc
    except ImportError as error:
        expected = message("MARC records, which need an extra library")
        advice = message("install it with: pip install 'luanchuyen[marc]'")
        raise InputError([Finding(path.name, None, "", path.name, expected, advice)]) from error
    logger = logging.getLogger("pymarc")  # what it would say names no file and no record
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return pymarc


def _cut_records(path: Path) -> Iterator[bytes]:
    """Yield the bytes of each record without its end; of one too long, its beginning."""
    rest, is_first = b"", True
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if is_first:
                chunk, is_first = chunk.removeprefix(b"\xef\xbb\xbf"), False
            *pieces, rest = (rest + chunk).split(RECORD_END)
            yield from (piece.strip(b"\r\n\0 ") for piece in pieces if piece.strip(b"\r\n\0 \x1a"))
            if len(rest) > 2 * MAX_RECORD:
                rest = rest[: MAX_RECORD + 1]
    if rest.strip(b"\r\n\0 \x1a"):
        yield rest.strip(b"\r\n\0 ")


def _read_record(piece: bytes, pymarc: Any) -> MarcRecord:
    """Return a record of whole bytes; its text is decoded afterwards, by what it really is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = pymarc.MARCReader(io.BytesIO(piece), to_unicode=False)
        record = next(iter(reader), None)
    if record is None:
        name = type(reader.current_exception).__name__
        return MarcRecord(fault=MarcFault("", name, message("a whole MARC record")))
    if not _fits_directory(piece):
        expected = message("a directory that says where each field ends")
        return MarcRecord(fault=MarcFault("", repr(piece[:LEADER]), expected))
    fields = [field for field in record.fields if field.tag in READ_TAGS]
    if any(field.control_field and b"\x1f" in field.data for field in fields):
        expected = message("a control field for 001 and 008, a data field for the others")
        return MarcRecord(fault=MarcFault("", repr(piece[:LEADER]), expected))
    content = b"".join(_list_bytes(fields))
    status = chr(piece[5])
    encoding = _choose_encoding(content, pymarc)
    if encoding is None:
        expected = message("text in UTF-8 or MARC-8")
        return MarcRecord(status, fault=MarcFault("", _show_strange(content), expected))
    return MarcRecord(status, tuple(_decode_field(f, encoding, pymarc) for f in fields))


def _fits_directory(piece: bytes) -> bool:
    """Whether each field ends where the directory says, so that none runs into its neighbour."""
    base = int(piece[12:17])
    for start in range(LEADER, base - ENTRY, ENTRY):
        length, offset = int(piece[start + 3 : start + 7]), int(piece[start + 7 : start + ENTRY])
        last = base + offset + length - 1
        if length < 1 or piece[last : last + 1] != FIELD_END:
            return False
    return True


def _list_bytes(fields: list[Any]) -> Iterator[bytes]:
    for field in fields:
        if field.control_field:
            yield field.data
        else:
            yield from (subfield.value for subfield in field.subfields)


def _choose_encoding(content: bytes, pymarc: Any) -> str | None:
    """Return what a record's text is written in, or None; the leader, place 09, often lies.

    Text with a letter beyond ASCII that is valid UTF-8 is UTF-8: MARC-8 puts its marks before the
    letter, which no UTF-8 allows. Text in MARC-8 leaves no mark without its letter.
    """
    if b"\x1b" not in content:  # it changes the alphabet of MARC-8
        with contextlib.suppress(UnicodeDecodeError):
            content.decode("utf-8")
            return "utf-8"
    text = _decode_marc8(content, pymarc)
    is_clean = text is not None and not any(unicodedata.combining(letter) for letter in text)
    return "marc-8" if is_clean else None


def _decode_marc8(content: bytes, pymarc: Any) -> str | None:
    """Return text in MARC-8 as NFC; None where the foreign decoder fails, in whatever way."""
    try:
        text = read_foreign(lambda: pymarc.marc8_to_unicode(content, hide_utf8_warnings=True))
    except ForeignError:
        return None
    return unicodedata.normalize("NFC", text)


def _decode_field(field: Any, encoding: str, pymarc: Any) -> MarcField:
    def decode(value: bytes) -> str:
        if encoding == "utf-8":
            return value.decode("utf-8")
        return _decode_marc8(value, pymarc) or ""

    if field.control_field:
        return MarcField(field.tag, decode(field.data))
    pairs = ((subfield.code, clean_value(decode(subfield.value))) for subfield in field.subfields)
    return MarcField(field.tag, subfields=tuple(pairs))


def _show_strange(content: bytes) -> str:
    first = next(place for place, byte in enumerate(content) if byte > 127 or byte == 0x1B)
    return repr(content[first : first + 8])
