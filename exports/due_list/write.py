"""Writes what is owed soon into a folder: table, calendar and page, or none of them."""

from datetime import date
from pathlib import Path

from exports.document_folder import put_files, refuse_files
from exports.due_list.due_calendar import draw_due_calendar
from exports.due_list.due_csv import draw_due_table
from exports.due_list.due_page import draw_due_page
from programme.due import DueItem
from province.facts import Province
from province.files.locks import hold_lock
from province.language import Language, message

FILES = ("due.csv", "due.ics", "due.html")


def write_due(
    items: tuple[DueItem, ...], province: Province, on: date, days: int, folder: Path,
    *, language: Language, overwrite: bool,
) -> tuple[Path, ...]:  # fmt: skip
    """Write the three files; return their paths.

    Raises
    ------
    InputError
        If one is there already and `overwrite` is False.
    """
    contents = (
        draw_due_table(items, province, on, language),
        draw_due_calendar(items, province, on, language),
        draw_due_page(items, province, on, days, language),
    )
    with hold_lock(folder):
        expected = message("a folder without such a list")
        refuse_files(folder, FILES, overwrite=overwrite, expected=expected)
        return put_files(folder, dict(zip(FILES, contents, strict=True)))
