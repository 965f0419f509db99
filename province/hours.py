"""Spans of minutes within a day, and hours in the OpenStreetMap syntax as such spans."""

import functools
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from province.dates import DAY_MIN

Spans = tuple[tuple[int, int], ...]
"""From and to, minutes after midnight, in order."""

WHOLE_DAY: Spans = ((0, DAY_MIN),)


@functools.lru_cache(maxsize=65536)
def list_spans(hours: str, day: date) -> Spans:
    """Return the spans of a day in which hours (OpenStreetMap syntax) hold."""
    from opening_hours import OpeningHours, State

    start = datetime.combine(day, time())
    spans = []
    for opens, closes, state, _ in OpeningHours(hours).intervals(start, start + timedelta(days=1)):
        if state != State.OPEN:
            continue
        end = DAY_MIN
        if closes is not None and closes.date() <= day:
            end = closes.hour * 60 + closes.minute
        spans.append((opens.hour * 60 + opens.minute, end))
    return tuple(spans)


def list_other_spans(spans: Spans) -> Spans:
    """Return the spans of a day outside of some spans, which are in order."""
    others, at = [], 0
    for begin, end in spans:
        if begin > at:
            others.append((at, begin))
        at = max(at, end)
    if at < DAY_MIN:
        others.append((at, DAY_MIN))
    return tuple(others)


def merge_spans(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return spans of minutes joined where they touch, ascending."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)
