"""Values that cannot stand in a column, by what stands there, and damages to bytes and JSON."""

import random
import re
from datetime import date
from enum import Enum

from province.dates import DateSpan
from province.tables.read import list_kinds
from province.tables.rows import Row

NUMBERS = (
    "abc", "1.2.3", "--5", "-1", "1e999", "1E400", "NaN", "inf", "9" * 30, "9" * 5000, "true",
    "1/2", "#N/A", "0x10", "12 kg", "1,2,3", "\u202e12", "1\x0012", "٣٤x", "=1+1",
)  # fmt: skip
DAYS = (
    "2026-13-01", "31/02/2026", "9999-12-31", "0026-11-03", "1899-12-31", "2201-01-01", "tomorrow",
    "46357", "#VALUE!", "2026-12-", "12-31-2026", "2026/12/31", "00/00/0000", "2026-12-01T07:00",
)  # fmt: skip
SPANS = ("2026-12-09..2026-12-07", "x", "2026-12-07..9999-12-31", "..", "2026-12-07-2026-12-09")
TRUTHS = ("maybe", "2", "#NAME?", "yes no", "-1")
WORDS = ("xx", "#REF!", "shutt", "DEPOT!", "\u202edepot")
CLOCKS = ("25:00", "noon", "7", "24:01", "07:60", "-1:00", "1e2", "13:00 PM")
IDS = ("a|b", "'x", "x\u202ey", "9.78604E+12", "#REF!", "x" * 401, "\x1b[31mx", "\u200bx")
TEXTS = ("#N/A", "\x1b[2Jx", "Err:502", "9.78604E+12", "a\u2066b", "#DIV/0!", "x\x07")
HOURS = ("Mo-Xx 8-11", "always!", "25:00-26:00 foo", "\u202eMo-Fr 08:00-10:00")
RULES = (
    "FREQ=DAILY;INTERVAL=-1", "FREQ=WEEKLY;BYDAY=99MO", "FREQ=DAILY;COUNT=-1",
    "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=SECONDLY", "LUNAR:0", "FREQ=WEEKLY;UNTIL=99991231",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYYEARDAY=400", "FREQ=;", "weekly",
)  # fmt: skip
WIDE = ("9" * 4000, "-" + "9" * 400, "1e308", "-1e308", "1e-320")


def list_bad_values(model: type[Row], column: str, *, has_open_text: bool) -> tuple[str, ...]:
    """Return values that a column of a table must refuse.

    Parameters
    ----------
    has_open_text
        Whether free text may be damaged as well.
    """
    kinds = list_kinds(model)[column]
    if column == "rule":
        return RULES
    if column in ("hours", "ferry_hours"):
        return HOURS
    if column in ("from_time", "to_time"):
        return CLOCKS
    if bool in kinds:
        return TRUTHS
    if DateSpan in kinds:
        return SPANS
    if date in kinds:
        return DAYS
    if any(issubclass(kind, Enum) for kind in kinds) or column == "takes":
        return WORDS
    if kinds & {int, float}:
        free = column in ("lon", "lat")
        return tuple(value for value in NUMBERS if not (free and value == "-1"))
    if column.endswith(("_id", "_code")) or column in ("from_site", "to_site", "voids"):
        return IDS
    return TEXTS if has_open_text else ()


def flip_bytes(rng: random.Random, data: bytes) -> bytes:
    """Return bytes of which a few are damaged: flipped, cut out, doubled, or swapped for others."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        if not out:
            break
        place = rng.randrange(len(out))
        way = rng.randrange(5)
        if way == 0:
            out[place] ^= 1 << rng.randrange(8)
        elif way == 1:
            del out[place : place + rng.choice((1, 1, 10, 1000))]
        elif way == 2:
            out[place:place] = out[place : place + rng.choice((1, 20, 2000))]
        elif way == 3:
            out[place] = rng.choice(b"\"',;\t\r\n\x00\xff<>{}[]=-+0")
        else:
            del out[rng.randrange(len(out)) :]
    return bytes(out)


def damage_json(rng: random.Random, text: str) -> str:
    """Return JSON in which one value is of another kind, nested, gigantic or gone."""
    values = list(re.finditer(r'(?<=: )("[^"]*"|-?[0-9.]+|true|false|null)', text))
    numbers = list(re.finditer(r"(?<=[\[ ,:])-?[0-9]+(\.[0-9]+)?(?=[,\]\s}])", text))
    found = rng.choice(values if values and rng.random() < 0.7 else numbers or values)
    new = rng.choice(
        ("null", "true", "-1", "1e999", "NaN", "[]", "{}", '"x"', '""', "9" * 400, "9" * 6000,
         "[" * 5000 + "]" * 5000, "[" * 200_000, '{"a":' * 3000 + "1" + "}" * 3000, "1e308", "-0.0",
         "[[[]]]", '"\\u0000"', '"\\ud800"', "0", "7", '{"type": 5}')
    )  # fmt: skip
    return text[: found.start()] + new + text[found.end() :]
