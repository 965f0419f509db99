"""Finds the words of a document that a person reads, and those that no catalogue knows."""

import gettext
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from io import BytesIO

from exports.text.formats import (
    format_day,
    format_long_day,
    format_month,
    format_written_day,
    name_weekdays,
)
from province.dates import Month
from province.language import Language

OPEN, CLOSE = "⟦", "⟧"
READ_ATTRIBUTES = ("title", "aria-label", "alt", "placeholder", "label")
UNITS = {"km", "kg", "h", "m", "t"}


class MarkedCatalogue(gettext.NullTranslations):
    """Puts marks around every text that passes through it, so that the others stand out."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, one: str, many: str, count: int) -> str:
        return f"{OPEN}{one if count == 1 else many}{CLOSE}"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.silent, self.is_data = 0, False
        self.found: list[str] = []
        self.running: list[str] = []

    def handle_starttag(self, tag, attributes) -> None:
        values = dict(attributes)
        if tag in ("script", "style"):
            self.silent += 1
            self.is_data = values.get("type") == "application/json"
        self.found += [values[name] for name in READ_ATTRIBUTES if values.get(name)]

    def handle_endtag(self, tag) -> None:
        if tag in ("script", "style"):
            self.silent, self.is_data = self.silent - 1, False

    def handle_data(self, text) -> None:
        if self.is_data:
            self.found += _read_json(json.loads(text))
        elif not self.silent:
            self.running.append(text)


def list_texts(name: str, content: bytes) -> list[str]:
    """Return the texts of a document by the ending of its name; none for tables of programs."""
    if name.endswith(".html"):
        return _read_page(content.decode("utf-8"))
    if name.endswith(".xlsx"):
        return list(_read_workbook(content))
    if name.endswith(".ics"):
        return list(_read_calendar(content))
    if name.endswith((".gpx", ".kml")):
        return re.findall(
            r"<(?:name|desc|cmt|description)>(.*?)</", content.decode("utf-8"), re.DOTALL
        )
    return []


def strip_marked(text: str) -> str:
    """Return what stands outside the marks of a catalogue."""
    kept, depth = [], 0
    for char in text:
        depth += char == OPEN
        if not depth:
            kept.append(char)
        depth -= char == CLOSE
    return "".join(kept)


def find_words(text: str, known: set[str]) -> list[str]:
    """Return the words of two letters and more outside the marks that are not known."""
    words = re.findall(r"[^\W\d_]{2,}", unicodedata.normalize("NFC", strip_marked(text)))
    return [word for word in words if word.lower() not in known]


def date_words(language: Language, year: int) -> set[str]:
    """Return every word that dates of a year are written with."""
    texts = [format_month(Month(year, number), language) for number in range(1, 13)]
    texts += name_weekdays(language)
    for offset in range(366):
        day = date(year, 1, 1) + timedelta(days=offset)
        texts += [
            format_long_day(day, language), format_day(day, language),
            format_written_day(day, language),
        ]  # fmt: skip
    return {word.lower() for text in texts for word in re.findall(r"[^\W\d_]+", text)}


def _read_page(page: str) -> list[str]:
    reader = _Reader()
    reader.feed(page)
    return ["\n".join(reader.running), *reader.found]


def _read_json(value) -> Iterator[str]:
    """Yield texts among a script's data: the ones with a tag or a mark, or of several words."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _read_json(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _read_json(inner)
    elif isinstance(value, str) and ("<" in value or OPEN in value or " " in value):
        yield from _read_page(value)


def _read_workbook(content: bytes) -> Iterator[str]:
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(content))
    for sheet in book.worksheets:
        yield sheet.title
        for row in sheet.iter_rows(values_only=True):
            yield from (cell for cell in row if isinstance(cell, str))


def _read_calendar(content: bytes) -> Iterator[str]:
    import icalendar

    calendar = icalendar.Calendar.from_ical(content)
    for part in calendar.walk():
        for name in ("SUMMARY", "DESCRIPTION", "LOCATION", "X-WR-CALNAME", "X-WR-CALDESC"):
            if name in part:
                yield str(part[name])
