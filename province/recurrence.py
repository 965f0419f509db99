"""Rules by which days repeat: RRULEs of whole days, and days of the lunar month."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

from province.cells import FIRST_DAY, LAST_DAY
from province.language import Message, message

LUNAR = "LUNAR:"
FILTERS = frozenset({"BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "WKST"})
HORIZON_DAYS = 8 * 366
MOST_INTERVAL = 1000
MOST_COUNT = 10_000
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = "MO|TU|WE|TH|FR|SA|SU"


def find_rule_fault(rule: str) -> Message | None:
    """Return what a rule should be, or None if it is one.

    Every part is held against RFC 5545 here: the library that expands rules takes much that is
    none, and dies of some of it.

    References
    ----------
    RFC 5545, 3.3.10 (Recurrence Rule).
    """
    if not rule:
        return None
    if rule.startswith(LUNAR):
        days = rule.removeprefix(LUNAR).split(",")
        is_fit = all(re.fullmatch(r"\s*[0-9]{1,2}\s*", d) and 1 <= int(d) <= 30 for d in days)
        return None if is_fit else message("an RRULE of whole days, or LUNAR: with days 1 to 30")
    parts = _split(rule)
    if parts is None or parts.get("FREQ") not in FREQUENCIES:
        return message("an RRULE of whole days, or LUNAR: with days 1 to 30")
    for name, value in parts.items():
        check = CHECKS.get(name)
        if check is None or not check(value, parts["FREQ"]):
            return message("in a rule, {part} as RFC 5545 has it", part=f"{name}={value}"[:60])
    if "COUNT" in parts and "UNTIL" in parts:
        return message("in a rule, COUNT or UNTIL, not both")
    if "BYSETPOS" in parts and not set(parts) & (FILTERS - {"WKST"}):
        return message("in a rule, {part} as RFC 5545 has it", part="BYSETPOS")
    if "BYWEEKNO" in parts and re.search(r"[0-9]", parts.get("BYDAY", "")):
        return message("in a rule, {part} as RFC 5545 has it", part=f"BYDAY={parts['BYDAY']}"[:60])
    return None


def _numbers(low: int, high: int, *, is_signed: bool = True) -> Callable[[str], bool]:
    """Return a check of a list of numbers from `low` to `high`, or counted from the end."""
    sign = "[+-]?" if is_signed else ""
    pattern = re.compile(rf"{sign}[0-9]{{1,4}}(,{sign}[0-9]{{1,4}})*")

    def check(value: str) -> bool:
        return pattern.fullmatch(value) is not None and all(
            low <= abs(int(number)) <= high for number in value.split(",")
        )

    return check


def _is_number(value: str, most: int) -> bool:
    return re.fullmatch(r"[0-9]{1,6}", value) is not None and 1 <= int(value) <= most


def _is_until(value: str) -> bool:
    found = re.fullmatch(r"([0-9]{8})(T[0-9]{6})?", value)
    try:
        return found is not None and FIRST_DAY <= _day(found[1]) <= LAST_DAY
    except ValueError:
        return False


def _day(digits: str) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))


def _are_weekdays(value: str, frequency: str) -> bool:
    most = {"MONTHLY": 5, "YEARLY": 53}.get(frequency, 0)
    for part in value.split(","):
        found = re.fullmatch(rf"([+-]?[0-9]{{1,2}})?({WEEKDAYS})", part)
        if found is None or (found[1] is not None and not 1 <= abs(int(found[1])) <= most):
            return False
    return True


CHECKS: dict[str, Callable[[str, str], bool]] = {
    "FREQ": lambda value, frequency: value in FREQUENCIES,
    "INTERVAL": lambda value, frequency: _is_number(value, MOST_INTERVAL),
    "COUNT": lambda value, frequency: _is_number(value, MOST_COUNT),
    "UNTIL": lambda value, frequency: _is_until(value),
    "BYDAY": _are_weekdays,
    "BYMONTH": lambda value, frequency: _numbers(1, 12, is_signed=False)(value),
    "BYMONTHDAY": lambda value, frequency: frequency != "WEEKLY" and _numbers(1, 31)(value),
    "BYYEARDAY": lambda value, frequency: frequency == "YEARLY" and _numbers(1, 366)(value),
    "BYWEEKNO": lambda value, frequency: frequency == "YEARLY" and _numbers(1, 53)(value),
    "BYSETPOS": lambda value, frequency: _numbers(1, 366)(value),
    "WKST": lambda value, frequency: re.fullmatch(WEEKDAYS, value) is not None,
}
"""What each part of a rule may say, given the frequency."""


def _split(rule: str) -> dict[str, str] | None:
    """Return the parts of an RRULE by name, or None if it is none or names a part twice."""
    pairs = [part.partition("=") for part in rule.removeprefix("RRULE:").upper().split(";")]
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
