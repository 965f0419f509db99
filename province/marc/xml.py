"""Reads the records of a MARCXML file, each for itself, in time that grows with the file.

A well-formed file is read in one go. In any other, each record is cut out and read alone, so that
a damaged one loses no other. A document type is never looked at: no entity is expanded.
"""

import codecs
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from province.language import Message, message
from province.marc.bibliographic import (
    MAX_RECORD,
    READ_TAGS,
    MarcFault,
    MarcField,
    MarcRecord,
    clean_value,
)

START = re.compile(r"<(?:\w+:)?record(?=[\s/>])")
END = re.compile(r"</(?:\w+:)?record\s*>")
DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK = 1 << 20


class _DoctypeError(Exception):
    """The file has a document type, which no MARCXML needs."""


def find_encoding(head: bytes) -> str | None:
    """Return the encoding of an XML file from its first bytes, or None when it is unknown.

    Parameters
    ----------
    head
        The first few hundred bytes.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    if head[:1] == b"<" and head[1:2] == b"\0":
        return "utf-16-le"
    if head[:2] == b"\0<":
        return "utf-16-be"
    found = DECLARED.match(head)
    name = found[1].decode("ascii") if found else "utf-8"
    try:
        b" ".decode(name, "ignore")
        # What could be read as ASCII so far is not in two bytes each.
        return "utf-8" if name.lower().startswith(("utf-16", "utf-32")) else name
    except LookupError:
        return None


def read_xml_records(path: Path, encoding: str) -> Iterator[MarcRecord]:
    """Yield each record of a file; a damaged one has a fault."""
    whole: list[MarcRecord] = []
    try:
        _parse(_read_text(path, encoding), whole)
    except (expat.ExpatError, _DoctypeError):
        yield from _read_pieces(path, encoding)
    else:
        yield from whole


def _read_text(path: Path, encoding: str) -> Iterator[str]:
    """Yield the text of a file in pieces; what cannot be decoded becomes U+FFFD.

    A file that declares an encoding of single bytes, but is UTF-8 (a frequent lie), is read as
    UTF-8 wherever it is.
    """
    own, errors = encoding, "replace"
    if _has_single_bytes(encoding):
        own, errors = "utf-8", f"luanchuyen.{codecs.lookup(encoding).name}"
        codecs.register_error(errors, lambda error: _decode_single(error, encoding))
    with path.open(encoding=own, errors=errors, newline="") as file:
        while piece := file.read(CHUNK):
            yield piece


def _has_single_bytes(encoding: str) -> bool:
    if codecs.lookup(encoding).name.startswith("utf"):
        return False
    letters = bytes(range(256)).decode(encoding, "replace")
    return len(letters) == 256 and letters[:128].encode("ascii", "replace") == bytes(range(128))


def _decode_single(error: UnicodeError, encoding: str) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode(encoding, "replace"), error.end


def _read_pieces(path: Path, encoding: str) -> Iterator[MarcRecord]:
    for piece in _cut_records(_read_text(path, encoding)):
        found: list[MarcRecord] = []
        if len(piece) > MAX_RECORD:
            expected = message("a record of at most {count} characters", count=MAX_RECORD)
            yield MarcRecord(fault=MarcFault("", piece[:40], expected))
            continue
        ends = [end.end() for end in END.finditer(piece)]
        try:
            _parse(iter([piece[: ends[-1]] if ends else piece]), found)
        except (expat.ExpatError, _DoctypeError) as error:
            fault = MarcFault("", str(error), message("a record in well-formed XML"))
            yield MarcRecord(fault=fault)
        else:
            yield from found


def _cut_records(pieces: Iterator[str]) -> Iterator[str]:
    """Yield the text from each beginning of a record to the next; a part of one too long."""
    rest, has_begun = "", False
    for piece in pieces:
        text = rest + piece  # a beginning may lie across the border of two pieces
        starts = [found.start() for found in START.finditer(text)]
        for first, last in itertools.pairwise(starts):
            yield text[first:last]
        has_begun = bool(starts)
        rest = text[starts[-1] :] if has_begun else text[-64:]
        if has_begun and len(rest) > 2 * MAX_RECORD:
            rest = rest[: MAX_RECORD + 1] + rest[-64:]
    if has_begun:
        yield rest


def _parse(pieces: Iterator[str], records: list[MarcRecord]) -> None:
    """Add the records of an XML text to a list.

    Raises
    ------
    ExpatError
        If it is not well-formed.
    _DoctypeError
        If it has a document type.
    """
    collector = _Collector(records)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.add_text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    for piece in pieces:
        parser.Parse(piece.encode("utf-8", "replace"))
    parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise _DoctypeError("DOCTYPE")


class _Collector:
    """Makes records of the elements that a parser meets; what is nested in between is ignored."""

    def __init__(self, records: list[MarcRecord]) -> None:
        self.records = records
        self.fields: list[MarcField] | None = None
        self.fault: MarcFault | None = None
        self.status = ""
        self.tag = ""
        self.code: str | None = None
        self.subfields: list[tuple[str, str]] = []
        self.text: list[str] | None = None
        self.length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        kind = name.rpartition(":")[2]
        if kind == "record":
            nested = self.fields is not None
            self.fields, self.fault, self.status, self.length = [], None, "", 0
            if nested:
                self._blame("record", "<record>", message("each record closed before the next"))
        elif self.fields is None:
            return
        elif kind in ("controlfield", "datafield"):
            self.tag, self.subfields = attributes.get("tag", ""), []
            if len(self.tag) != 3:
                self._blame("tag", self.tag, message("a tag of three characters in each field"))
            is_control = self.tag.startswith("00")
            if is_control is not (kind == "controlfield") and self.tag in READ_TAGS:
                self._blame(
                    self.tag,
                    kind,
                    message("a control field for 001 and 008, a data field for the others"),
                )
            self.text = [] if kind == "controlfield" else None
        elif kind == "subfield":
            self.code, self.text = attributes.get("code", ""), []
            if len(self.code) != 1:
                self._blame("code", self.code, message("a code of one character in each subfield"))
        elif kind == "leader":
            self.text = []

    def add_text(self, text: str) -> None:
        """Take a piece of text."""
        if self.text is not None and self.fields is not None:
            self.length += len(text)
            if self.length <= MAX_RECORD:
                self.text.append(text)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        kind, text = name.rpartition(":")[2], "".join(self.text or ())
        if self.fields is None:
            return
        if kind == "leader":
            self.status, self.text = text[5:6], None
        elif kind == "subfield" and self.code is not None:
            self.subfields.append((self.code, clean_value(text)))
            self.code, self.text = None, None
        elif kind in ("controlfield", "datafield"):
            if self.tag in READ_TAGS:
                # A fixed field counts its places from the first one, blanks included.
                self.fields.append(MarcField(self.tag, text, tuple(self.subfields)))
            self.text = None
        elif kind == "record":
            if self.length > MAX_RECORD:
                self._blame(
                    "", "", message("a record of at most {count} characters", count=MAX_RECORD)
                )
            fields = tuple(self.fields)
            self.records.append(MarcRecord(self.status, fields, self.fault))
            self.fields = None

    def _blame(self, column: str, value: str, expected: Message) -> None:
        self.fault = self.fault or MarcFault(column, value, expected)
