"""The note by which what a first folder assumes is known, until the planner has corrected it."""

from collections.abc import Iterable
from typing import Any

ASSUMED = "giả định, cần thay"
"""Stands at the start of the notes of assumed rows."""


def count_assumed(rows: Iterable[Any]) -> int:
    """Return how many rows have the note that says so."""
    return sum(str(getattr(row, "note", "")).startswith(ASSUMED) for row in rows)
