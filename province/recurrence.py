"""Rules by which days repeat: RRULEs of whole days, and days of the lunar month."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

LUNAR = "LUNAR:"
FILTERS = frozenset({"BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "WKST"})
HORIZON_DAYS = 8 * 366
PARTS = frozenset(
    {
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "BYDAY",
        "BYMONTH",
        "BYMONTHDAY",
        "BYYEARDAY",
        "BYWEEKNO",
        "BYSETPOS",
        "WKST",
    }
)
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})


def is_rule(rule: str) -> bool:
    """Whether a cell holds no rule, days of the lunar month, or an RRULE of whole days."""
    if not rule:
        return True
    if rule.startswith(LUNAR):
        days = rule.removeprefix(LUNAR).split(",")
        return all(re.fullmatch(r"\s*\d{1,2}\s*", d) and 1 <= int(d) <= 30 for d in days)
    parts = _split(rule)
    if parts is None or parts.get("FREQ") not in FREQUENCIES or not set(parts) <= PARTS:
        return False
    if any(parts.get(name, "1").lstrip("0") == "" for name in ("INTERVAL", "COUNT")):
        return False
    try:
        rrulestr(rule, dtstart=datetime(2000, 1, 1))  # noqa: DTZ001 - a plain day
    except (ValueError, KeyError, AttributeError, TypeError, IndexError):
        return False
    return True


def _split(rule: str) -> dict[str, str] | None:
    """Return the parts of an RRULE by name, or None if it is none or names a part twice."""
    pairs = [part.partition("=") for part in rule.removeprefix("RRULE:").split(";")]
    parts = {name: value for name, _, value in pairs if value}
    return parts if len(parts) == len(pairs) else None


def list_lunar_days(rule: str) -> frozenset[int]:
    """Return the days of the lunar month that a rule such as ``LUNAR:1,15`` names."""
    return frozenset(int(day) for day in rule.removeprefix(LUNAR).split(","))


def occurs(rule: str, start: date) -> bool:
    """Whether a rule holds on any day of the eight years from `start` on (29 February may)."""
    if not rule or rule.startswith(LUNAR):
        return True
    parts = _split(rule) or {}
    last = start + timedelta(days=HORIZON_DAYS)
    # Days that exist in no year are seen at once year by year; day by day it takes seconds.
    filters = {key: value for key, value in parts.items() if key in FILTERS}
    for asked in ({"FREQ": "YEARLY"} | filters, {k: v for k, v in parts.items() if k != "COUNT"}):
        text = ";".join(f"{key}={value}" for key, value in asked.items())
        if next(repeat_days(text, start, start, last), None) is None:
            return False
    return True


def repeat_days(rule: str, start: date, first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last` on which an RRULE that begins at `start` holds."""
    found = rrulestr(rule, dtstart=datetime.combine(start, time()))
    begin, end = datetime.combine(first, time()), datetime.combine(last, time())
    for moment in found.between(begin, end, inc=True):
        yield moment.date()
