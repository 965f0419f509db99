"""Spans of minutes within a day."""

from collections.abc import Iterable

from province.dates import DAY_MIN

Spans = tuple[tuple[int, int], ...]
WHOLE_DAY: Spans = ((0, DAY_MIN),)


def merge_spans(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return spans of minutes joined where they touch, ascending."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)
