"""Writes what is said of library models into a folder: table and page, or none of them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from exports.document_folder import put_files, refuse_files
from exports.model_review.review_csv import draw_review_table
from exports.model_review.review_page import draw_review_page
from programme.models.review import ReviewedModel
from province.facts import Province
from province.files.locks import hold_lock
from province.language import Language, message

FILES = ("model-review.html", "model-review.csv")


def write_review(
    models: Sequence[ReviewedModel], province: Province, on: date, folder: Path,
    *, language: Language, overwrite: bool,
) -> tuple[Path, ...]:  # fmt: skip
    """Write both files; return their paths.

    Raises
    ------
    InputError
        If one is there already and `overwrite` is False.
    """
    contents = {
        FILES[0]: draw_review_page(models, province, on, language),
        FILES[1]: draw_review_table(models, province, language),
    }
    with hold_lock(folder):
        expected = message("a folder without such a review")
        refuse_files(folder, FILES, overwrite=overwrite, expected=expected)
        return put_files(folder, contents)
