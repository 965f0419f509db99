"""Reads one cell of a table: numbers, dates, lists and references as planners write them."""

import functools
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from province.dates import DateSpan
from province.findings import CellError, advise_nearest_word
from province.invisible import INVISIBLE
from province.language import message

YES = frozenset({"yes", "có", "co", "jā", "ja", "true", "1", "x"})
NO = frozenset({"no", "không", "khong", "nē", "ne", "false", "0"})


_BREAKS = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")


def clean_text(value: str) -> str:
    """Return text normalised to NFC, on one line, without white space around it."""
    return _BREAKS.sub(" ", unicodedata.normalize("NFC", value)).strip()


def parse_number(value: Any, *, most: float = math.inf) -> Any:
    """Return a finite number written with a point or a decimal comma.

    Parameters
    ----------
    most
        The largest number that can stand there: ``44.125`` cannot mean thousands of kilometres.

    Raises
    ------
    CellError
        If it is no finite number, or could be read as thousands as well as decimals (``1.250``).
    """
    if isinstance(value, bool):
        raise CellError(message("a number"), message("write digits only, like 350 or 12.5"))
    if not isinstance(value, str):
        return _finite(value) if isinstance(value, float) else value
    text = value.replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}[.,]\d{3}", text) and not text.lstrip("+-").startswith("0"):
        whole, decimal = re.sub(r"[.,]", "", text), text.replace(",", ".")
        if abs(int(whole)) <= most:
            raise CellError(
                message("a number that can be read in one way only"),
                message(
                    "write {whole} if you mean thousands, {decimal} if you mean decimals",
                    whole=whole,
                    # 44.125 would be refused again; 44.1250 can be read in one way only.
                    decimal=decimal.rstrip("0").rstrip(".")
                    if text.endswith("0")
                    else decimal + "0",
                ),
            )
        text = decimal
    if re.fullmatch(r"[+-]?\d+(,\d+)?", text):
        text = text.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", text):
        raise CellError(message("a number"), message("write digits only, like 350 or 12.5"))
    return _finite(float(text))


def _finite(number: float) -> float:
    if math.isfinite(number):
        return number
    raise CellError(message("a finite number"), message("write digits only, like 350 or 12.5"))


def _bounded(most: float) -> Callable[[Any], Any]:
    """Return `parse_number` for what is never more than so much."""
    return functools.partial(parse_number, most=most)


def parse_degrees(value: Any) -> Any:
    """Return degrees; unlike other numbers they have no thousands, so 103.596 is unambiguous."""
    return parse_number(value, most=180)


def parse_latitude(value: Any) -> Any:
    """Return degrees of latitude; raise CellError for what can only be a longitude."""
    degrees = parse_degrees(value)
    if isinstance(degrees, float) and 90 < abs(degrees) <= 180:
        raise CellError(
            message("a latitude of -90 to 90 degrees"),
            message("longitude and latitude are swapped: swap them"),
        )
    return degrees


def parse_whole(value: Any) -> Any:
    """Return a whole number; raise CellError for fractions."""
    number = parse_number(value)
    if isinstance(number, float):
        if abs(number) > MOST_EXACT:
            raise CellError(message("a smaller number"), message("correct the number"))
        if number != int(number):
            raise CellError(message("a whole number"), message("round it"))
        return int(number)
    return number


def _plain_whole(value: Any) -> Any:
    """Return a number of a file as it is; unlike ids of nodes, yes and no are none."""
    if isinstance(value, bool):
        raise CellError(message("a whole number"), message("correct the number"))
    return value


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
"""The days that are computed with."""


def parse_day(value: Any) -> Any:
    """Return a date of 1900 to 2200 written ``2026-12-31`` or ``31/12/2026``.

    Raises
    ------
    CellError
        For anything else; whether ``12/7/2026`` is in July the whole column must tell, see
        `province.tables.slashed_days`.
    """
    if not isinstance(value, str):
        return value
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            day = datetime.strptime(value, pattern).date()  # noqa: DTZ007 - a plain day
        except ValueError:
            continue
        if FIRST_DAY <= day <= LAST_DAY:
            return day
        raise CellError(
            message("a day of the years 1900 to 2200"),
            message("correct the year; an end that is open is an empty cell, if the column may be"),
        )
    raise CellError(
        message("a date like 2026-12-31 or 31/12/2026"),
        message("write the day, month and year of a day that exists"),
    )


def parse_amount(value: Any) -> Any:
    """Return an amount of money, with at most two decimals."""
    number = parse_number(value)
    if isinstance(number, float) and round(number, 2) != number:
        raise CellError(message("an amount with at most two decimals"), message("round it"))
    return number


def parse_currency(value: Any) -> Any:
    """Return a currency: three capital letters."""
    if isinstance(value, str) and not re.fullmatch(r"[A-Z]{3}", value):
        raise CellError(
            message("a currency of three letters, like EUR"), message("correct the currency")
        )
    return value


def parse_post(value: Any) -> Any:
    """Return a kilometre post, written ``44.125``, ``44+125`` or ``km 44+125``, in kilometres."""
    if not isinstance(value, str):
        return parse_number(value)
    text = re.sub(r"(?i)^km\s*", "", value.strip())
    found = re.fullmatch(r"(\d+)\s*\+\s*(\d{1,3})", text)
    if found:  # km 10+50 is 50 m behind the stone
        return int(found[1]) + int(found[2]) / 1000.0
    return parse_number(text, most=MOST_KM)


def parse_clock(value: Any) -> Any:
    """Return ``HH:MM``, or ``7:30 PM`` (``CH``), as minutes after midnight, 0 to 1,440.

    Raises
    ------
    CellError
        For anything else.
    """
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(?::00)? ?(am|pm|sa|ch|)", value.casefold())
    if found and int(found[2]) < 60:
        hour, half = int(found[1]), found[3]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + 12 * (half in ("pm", "ch"))
        elif half:
            hour = 99
        if hour * 60 + int(found[2]) <= 1440:
            return hour * 60 + int(found[2])
    raise CellError(message("a time of day like 07:30"), message("use hours 00:00 to 24:00"))


def parse_yes(value: Any) -> Any:
    """Return True or False; raise CellError for anything but yes and no."""
    if not isinstance(value, str):
        return value
    text = value.casefold()
    if text in YES or text in NO:
        return text in YES
    raise CellError(message("yes or no"), message("write yes or no"))


def parse_list(value: Any) -> Any:
    """Return the parts of a list separated by ``|``."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split("|") if part.strip())


def parse_spans(value: Any) -> Any:
    """Return spans of days such as ``2026-12-07..2026-12-09|2027-01-04``."""
    if not isinstance(value, str):
        return value
    spans = []
    for part in parse_list(value):
        first, _, last = part.partition("..")
        days = parse_day(first.strip()), parse_day((last or first).strip())
        if days[1] < days[0]:
            raise CellError(
                message("days in order, first..last"),
                message("swap the two days of {span}", span=part),
            )
        spans.append(DateSpan(*days))
    return tuple(spans)


def parse_hours(value: Any) -> Any:
    """Return opening hours unchanged if the OpenStreetMap syntax allows them."""
    from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

    if isinstance(value, str):
        try:
            OpeningHours(value)
        except ParserError as error:
            raise CellError(
                message("opening hours in the OpenStreetMap syntax"),
                message("write them like Mo-Fr 07:30-11:30,13:30-17:00; Sa 08:00-11:00"),
            ) from error
    return value


def one_of(*choices: str) -> Callable[[Any], Any]:
    """Return a check that a cell is one of some words."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and value not in choices:
            raise CellError(
                message("one of {choices}", choices=", ".join(choices)),
                advise_nearest_word(value, choices),
            )
        return value

    return check


MOST_EXACT = 10**15
"""Up to here every whole number is a float, so that nothing is rounded in silence."""

MOST_KM = 20_000.0
MOST_VND = 10**12
MOST_LETTERS = 400


def parse_id(value: Any) -> Any:
    """Return an id as it may be; this is the one place that says what ids hold.

    Ids are told apart by eye and stand in lists, so they have no ``|`` and nothing invisible; our
    result sheets put an apostrophe in front of ``= + - @``, so none begins with one. Nothing takes
    ids apart again: ``/``, ``~``, ``=`` and all others are as good as letters.

    Raises
    ------
    CellError
        If it holds what it may not.
    """
    if isinstance(value, str) and (
        "|" in value or value.startswith("'") or INVISIBLE.search(value)
    ):
        raise CellError(
            message("an id without | and invisible characters, and no apostrophe in front"),
            message("choose an id of letters and digits"),
        )
    return value


MOST_BRANCH, MOST_BARCODE = 10, 20
"""Letters of a code of a library, and of a barcode.

Source: Koha, kohastructure.sql: `branches.branchcode` varchar(10), `items.barcode` varchar(20).
"""


def parse_branch(value: Any) -> Any:
    """Return the code that a library system knows a site by; raise CellError for what is none."""
    if isinstance(value, str) and value and not re.fullmatch(r"[A-Za-z0-9_-]{1,10}", value):
        raise CellError(
            message("a code of at most {count} letters, digits, - and _", count=MOST_BRANCH),
            message("copy it from the list of libraries of the library system"),
        )
    return value


def parse_barcode(value: Any) -> Any:
    """Return a barcode; raise CellError for what no library system reads as one."""
    if isinstance(value, str) and (not re.fullmatch(r"\S{1,20}", value) or not value.isprintable()):
        raise CellError(
            message("a barcode of at most {count} characters, no blanks", count=MOST_BARCODE),
            message("scan it again"),
        )
    return parse_id(value)


Text = Annotated[str, Field(min_length=1, max_length=MOST_LETTERS)]
Remark = Annotated[str, Field(default="", max_length=4000)]
FreeText = Annotated[str, Field(default="")]
Id = Annotated[str, BeforeValidator(parse_id), Field(min_length=1, max_length=MOST_LETTERS)]
IdOrNone = Annotated[Id, Field(default="")]
Barcode = Annotated[str, BeforeValidator(parse_barcode), Field(min_length=1)]
Branch = Annotated[str, BeforeValidator(parse_branch), Field(default="")]
OsmId = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=MOST_EXACT)]

NONE, NONE_OF_IT, ONE = Field(default=0), Field(default=0.0), Field(default=1)
"""What an empty cell of a number means, where it may be empty."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column, where it is another word than the field."""

    name: str


# What is counted and measured, each with the most that there can be of it.
Books = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=1_000_000)]
BooksFromOne = Annotated[int, BeforeValidator(parse_whole), Field(ge=1, le=1_000_000)]
Boxes = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=10_000)]
BoxesFromOne = Annotated[int, BeforeValidator(parse_whole), Field(ge=1, le=10_000)]
People = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=100_000_000)]
Uses = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=10_000_000)]
Year = Annotated[int, BeforeValidator(parse_whole), Field(ge=1900, le=2200)]
Seats = Annotated[int, BeforeValidator(parse_whole), Field(ge=1, le=200)]
Beds = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=1_000)]
SessionsAMonth = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=31)]
DaysBetween = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=366)]
DaysFromOne = Annotated[int, BeforeValidator(parse_whole), Field(ge=1, le=400)]
StepNumber = Annotated[int, BeforeValidator(parse_whole), Field(ge=1, le=10_000)]
MinutesOfDay = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=1440)]
StayMonths = Annotated[int, BeforeValidator(parse_whole), Field(ge=1, le=18)]
Grams = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=100_000)]
Money = Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=MOST_VND)]
Amount = Annotated[float, BeforeValidator(parse_amount), Field(ge=0, le=MOST_VND)]
Currency = Annotated[str, BeforeValidator(parse_currency)]
CourseHours = Annotated[float, BeforeValidator(_bounded(1000)), Field(ge=0, le=1000)]
Months = Annotated[float, BeforeValidator(_bounded(240)), Field(ge=0, le=240)]
Kilograms = Annotated[float, BeforeValidator(_bounded(100_000)), Field(ge=0, le=100_000)]
Tonnes = Annotated[float, BeforeValidator(_bounded(200)), Field(ge=0, le=200)]
WidthMetres = Annotated[float, BeforeValidator(_bounded(100)), Field(ge=0, le=100)]
Metres = Annotated[float, BeforeValidator(parse_number), Field(ge=0, le=10_000_000)]
Percent = Annotated[float, BeforeValidator(_bounded(300)), Field(ge=0, le=300)]
Steepness = Annotated[float, BeforeValidator(parse_number), Field(ge=0, le=100_000)]
NodeId = Annotated[int, BeforeValidator(_plain_whole), Field(ge=-(2**63), lt=2**63)]
AreaKm2 = Annotated[float, BeforeValidator(parse_number), Field(ge=0, le=20_000_000)]
ServiceFactor = Annotated[float, BeforeValidator(_bounded(4)), Field(ge=0.25, le=4)]
RideMinutes = Annotated[float, BeforeValidator(parse_number), Field(ge=0, le=100_000)]
Day = Annotated[date, BeforeValidator(parse_day)]
Clock = Annotated[int, BeforeValidator(parse_clock)]
Post = Annotated[float, BeforeValidator(parse_post), Field(ge=0, le=MOST_KM)]
Truth = Annotated[bool, BeforeValidator(parse_yes)]
Yes = Annotated[Truth, Field(default=False)]
SomeWords = Annotated[tuple[str, ...], BeforeValidator(parse_list)]
Words = Annotated[SomeWords, Field(default=())]
Spans = Annotated[tuple[DateSpan, ...], BeforeValidator(parse_spans), Field(default=())]
Hours = Annotated[str, BeforeValidator(parse_hours), Field(max_length=1000)]
Lon = Annotated[float, BeforeValidator(parse_degrees), Field(ge=-180, le=180)]
Lat = Annotated[float, BeforeValidator(parse_latitude), Field(ge=-90, le=90)]
