"""Writes the training plan into a folder: all its files, or none of them."""

from datetime import date
from pathlib import Path

from exports.document_folder import put_files, refuse_files
from exports.training.training_calendar import draw_training_calendar
from exports.training.training_papers import draw_attendance, draw_letters, draw_training_page
from exports.training.training_tables import draw_invited
from programme.training.plan import TrainingPlan
from province.facts import Province
from province.files.locks import hold_lock
from province.language import Language, message

FILES = ("training.html", "training.csv", "training.ics", "letters.html", "attendance.html")


def refuse_training(folder: Path, *, overwrite: bool) -> None:
    """Raise InputError if a folder holds a training plan that may not be replaced."""
    expected = message("a folder without a training plan")
    refuse_files(folder, FILES, overwrite=overwrite, expected=expected)


def write_training(
    plan: TrainingPlan, province: Province, on: date, folder: Path,
    *, language: Language, overwrite: bool,
) -> tuple[Path, ...]:  # fmt: skip
    """Write page, table, calendar, letters and lists; return their paths.

    Raises
    ------
    InputError
        If one is there already and `overwrite` is False.
    """
    contents = (
        draw_training_page(plan, province, language),
        draw_invited(plan, province, language),
        draw_training_calendar(plan, province, on, language),
        draw_letters(plan, province, on, language),
        draw_attendance(plan, province, language),
    )
    with hold_lock(folder):
        refuse_training(folder, overwrite=overwrite)
        return put_files(folder, dict(zip(FILES, contents, strict=True)))
