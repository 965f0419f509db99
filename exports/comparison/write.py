"""Writes what was compared into a folder: page and table, or none of them."""

from pathlib import Path

from exports.comparison.comparison_page import draw_comparison
from exports.comparison.plans_csv import draw_plans
from exports.document_folder import put_files, refuse_files
from planning.compare.comparison import Comparison
from province.files.locks import hold_lock
from province.language import Language, message, names_beside_codes
from province.names import list_names

FILES = ("comparison.html", "comparison.csv")


def refuse_comparison(folder: Path, *, overwrite: bool) -> None:
    """Raise InputError if a folder holds a comparison that may not be replaced."""
    expected = message("a folder without a comparison")
    refuse_files(folder, FILES, overwrite=overwrite, expected=expected)


def write_comparison(
    found: Comparison, folder: Path, *, language: Language, overwrite: bool
) -> tuple[Path, ...]:
    """Write page and table; return their paths.

    Raises
    ------
    InputError
        If they are there already and `overwrite` is False.
    """
    with hold_lock(folder), names_beside_codes(list_names(found.base.province)):
        refuse_comparison(folder, overwrite=overwrite)
        page = draw_comparison(found, language)
        return put_files(folder, {FILES[0]: page, FILES[1]: draw_plans(found, language)})
