"""Gathers what a driver's file needs to write its result sheet."""

import hashlib
import json
from typing import Any

from exports.driver.result_forms import list_rows
from exports.driver.trip_book import TripBook
from province.language import message, translate
from province.results import RESULT_COLUMNS

WORDS = {
    "reported": message("Tasks reported: {done} of {all}."),
    "unsent": message("Not sent yet: {count}."),
    "sent": message("Everything is sent."),
    "stop": message("Stop {number}"),
    "trip": message("Trip {trip}"),
    "why": message("{place}: say why it was not done, or only partly."),
    "whole": message("{place}: {field} must be a whole number."),
    "decimal": message("{place}: {field} must be a number."),
    "untold": message("{place}: the note is sent once you say how the stop went."),
    "nothing": message("Nothing is reported yet."),
    "not_shared": message("The phone did not send it. Save it as a file, or show it as text."),
    "saved": message("Saved as {file}."),
    "forget": message("Tap again to erase"),
    "forgotten": message("Erased."),
}
"""What the page says while it takes notes; ``{…}`` is filled in by the page."""


def gather_record(book: TripBook, *, file_name: str) -> dict[str, Any]:
    """Return the rows of the sheet, its columns, and the key under which notes are kept.

    The key names province, month, trip and what the trip is to do: notes on one plan never turn
    up in another.
    """
    rows = list_rows(book)
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode("utf-8")).hexdigest()
    plan = book.plan
    return {
        "key": f"luanchuyen/{plan.province_code}/{plan.month}/{book.trip.trip_id}/{digest[:16]}",
        "file": f"{file_name}-results.csv",
        "columns": RESULT_COLUMNS,
        "rows": rows,
        "trip": book.trip.trip_id,
        "words": {key: translate(text, book.language) for key, text in WORDS.items()},
    }
