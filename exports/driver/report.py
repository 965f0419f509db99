"""Gathers what a driver's file needs to write its result sheet.

The page turns them into a sheet with the columns of `province.results.RESULT_COLUMNS`.
"""

import hashlib
import json
from typing import Any

from exports.driver.trip_book import TripBook
from planning.expected_results import list_expected_results
from province.language import message, translate
from province.result_sheets.proofs import MOST_PHOTO_BYTES, MOST_SIGNATURE, PHOTO_HEAD
from province.results import PROOF_COLUMNS, RESULT_COLUMNS

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
    "place": message("Signed {metres} m from the stop, give or take {accuracy} m."),
    "searching_place": message("Signed; looking for your position …"),
    "no_place": message("Signed; no position: this phone does not tell the page where it is."),
    "no_photo": message("This photo cannot be read. Take another one."),
    "nothing": message("Nothing is reported yet."),
    "not_shared": message("The phone did not send it. Save it as a file, or show it as text."),
    "saved": message("Saved as {file}."),
    "forget": message("Tap again to erase"),
    "forgotten": message("Erased."),
}
"""What the page says while it takes notes; ``{…}`` is filled in by the page."""


def list_rows(book: TripBook) -> list[dict[str, Any]]:
    """Return what the page knows of every row: its fixed cells, and its stop.

    The names of a row's fields begin with ``r`` and its place in this list; the last row is the
    trip's own.
    """
    return [
        {
            "stop": row.sequence,
            "cells": {
                "month": str(row.month),
                "trip_id": row.trip_id,
                "sequence": row.sequence or "",
                "date": row.day.isoformat() if row.day else "",
                "site_id": row.site_id,
                "site_name": book.sites[row.site_id].name,
                "task": row.task.value,
                "content_id": row.content_id or "",
                "content_name": book.contents.get(row.content_id or "", ""),
                "kept": row.kept or "",
            },
        }
        for row in list_expected_results(book.plan, book.trip)
    ]


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
        "columns": (*RESULT_COLUMNS, *PROOF_COLUMNS),
        "proof": {
            "letters": MOST_SIGNATURE // 2,
            "most_letters": MOST_SIGNATURE,
            "photo_letters": len(PHOTO_HEAD) + MOST_PHOTO_BYTES // 3 * 4,
        },
        "rows": rows,
        "trip": book.trip.trip_id,
        "words": {key: translate(text, book.language) for key, text in WORDS.items()},
    }
