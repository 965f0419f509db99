"""Reads the cells of result sheets, which pass through many hands and spreadsheet programs."""

import functools
import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from province import cells
from province.dates import Month
from province.findings import CellError
from province.language import message
from province.result_sheets.proofs import parse_photo, parse_position, parse_signature
from province.results import Outcome, ResultTask, Settlement

MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
OUTCOME_WORDS = {
    Outcome.DONE: ("done", "yes", "x", "có", "xong", "đã làm", "jā", "izdarīts"),
    Outcome.PARTLY: ("partly", "một phần", "daļēji"),
    Outcome.NOT_DONE: ("not-done", "not done", "no", "không", "chưa làm", "nē", "nav izdarīts"),
}
MOST_ITEMS = 500
ITEM = re.compile(r"\w[\w./:+-]{0,59}")
DAY_PATTERNS = ("%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d")


def parse_sheet_month(value: Any) -> Any:
    """Return a month: ``2026-12``, ``12/2026``, its first day, or ``Dec-26`` as Excel makes it."""
    if not isinstance(value, str):
        return value
    try:
        return Month.parse(value)
    except ValueError:
        pass
    if found := re.fullmatch(r"([a-z]{3})[a-z]*\.?[- ](\d{2}|\d{4})", value.casefold()):
        if found[1] in MONTH_NAMES:
            return Month(_year(found[2]), MONTH_NAMES.index(found[1]) + 1)
    elif found := re.fullmatch(r"(?:thg|tháng) ?(\d{1,2})[-/ ](\d{2}|\d{4})", value.casefold()):
        if 1 <= int(found[1]) <= 12:
            return Month(_year(found[2]), int(found[1]))
    else:
        try:
            day = parse_sheet_day(value)
        except CellError:
            day = None
        if day is not None and day.day == 1:
            return Month.of(day)
    raise CellError(message("a month like 2026-12"), message("write year and month, like 2026-12"))


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def parse_sheet_day(value: Any) -> Any:
    """Return a date as tables have it, or ``31.12.2026``, ``31-12-2026``, ``2026/12/31``."""
    if isinstance(value, str):
        for pattern in DAY_PATTERNS:
            try:
                return datetime.strptime(value, pattern).date()  # noqa: DTZ007 - a plain day
            except ValueError:
                continue
    return cells.parse_day(value)


def parse_sheet_clock(value: Any) -> Any:
    """Return minutes after midnight of ``07:30``, ``7h30``, ``7:30 PM``, ``7:30 CH`` or 0.3125."""
    if not isinstance(value, str):
        return value
    text = value.casefold().strip()
    if found := re.fullmatch(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})? ?(am|pm|sa|ch)", text):
        hour, minute = int(found[1]), int(found[2] or 0)
        if 1 <= hour <= 12 and minute < 60:
            return (hour % 12 + 12 * (found[3] in ("pm", "ch"))) * 60 + minute
    if re.fullmatch(r"0\.\d+", text):
        return round(float(text) * 1440)
    if found := re.fullmatch(r"(\d{1,2}) ?[hg] ?(\d{2})?", text):
        text = f"{found[1]}:{found[2] or '00'}"
    if found := re.fullmatch(r"(\d{1,2}:\d{2}):\d{2}", text):
        text = found[1]
    return cells.parse_clock(text)


def parse_outcome(value: Any) -> Any:
    """Return an outcome from its word in any of our languages; raise CellError otherwise."""
    if not isinstance(value, str):
        return value
    for outcome, words in OUTCOME_WORDS.items():
        if value.casefold() in words:
            return outcome
    return cells.one_of(*Outcome)(value)


def parse_remark(value: Any) -> Any:
    """Return text without the apostrophes that guard it from being taken for a formula.

    They are those that our own tables put there, at the start and behind any ``;``.
    """
    return (
        re.sub(r"(^|;)'(?='*\s*[=+\-@＝＋－＠])", r"\1", value) if isinstance(value, str) else value
    )


def parse_sheet_id(value: Any) -> Any:
    """Return an id as it stands in the tables; it may begin with ``= + - @``."""
    return cells.parse_id(parse_remark(value))


def parse_items(value: Any) -> Any:
    """Return barcodes or ids, apart by ``;``, ``,`` or blanks, as a tuple; each once.

    Raises
    ------
    CellError
        If one of them has other signs than letters, digits and ``- . _ / : +`` within.
    """
    if not isinstance(value, str):
        return value
    items = tuple(dict.fromkeys(item for item in re.split(r"[;,\s]+", value) if item))
    if len(items) > MOST_ITEMS or not all(ITEM.fullmatch(item) for item in items):
        raise CellError(
            message("at most {count} codes of letters and digits, apart by ;", count=MOST_ITEMS),
            message("correct the list, or give the number alone"),
        )
    return items


SheetMonth = Annotated[Month, BeforeValidator(parse_sheet_month)]
SheetDay = Annotated[date, BeforeValidator(parse_sheet_day)]
SheetClock = Annotated[int, BeforeValidator(parse_sheet_clock)]
SheetOutcome = Annotated[Outcome, BeforeValidator(parse_outcome)]
SheetTask = Annotated[ResultTask, BeforeValidator(cells.one_of(*ResultTask))]
SheetSettlement = Annotated[Settlement, BeforeValidator(cells.one_of(*Settlement))]
Remark = Annotated[str, Field(max_length=400), BeforeValidator(parse_remark)]
SheetId = Annotated[str, BeforeValidator(parse_sheet_id), Field(max_length=cells.MOST_LETTERS)]
Items = Annotated[tuple[str, ...], BeforeValidator(parse_items)]
Signer = Annotated[str, Field(max_length=100), BeforeValidator(parse_remark)]
Signature = Annotated[str, BeforeValidator(parse_signature)]
Position = Annotated[str, BeforeValidator(parse_position), BeforeValidator(parse_remark)]
Photo = Annotated[str, BeforeValidator(parse_photo)]
StopNumber = Annotated[int, BeforeValidator(cells.parse_whole), Field(ge=0, le=999)]
Count = Annotated[int, BeforeValidator(cells.parse_whole), Field(ge=0, le=100_000)]
Kilometres = Annotated[
    float,
    BeforeValidator(functools.partial(cells.parse_number, most=10_000)),
    Field(ge=0, le=10_000),
]
