"""Writes a rollout into a folder: page and tables, or none of them."""

from pathlib import Path

from exports.document_folder import put_files, refuse_files
from exports.rollout.rollout_csv import draw_communes, draw_months
from exports.rollout.rollout_page import draw_rollout_page
from planning.rollout_months.try_months import MonthsCheck
from programme.rollout.plan import Rollout
from province.facts import Province
from province.files.locks import hold_lock
from province.language import Language, message

FILES = ("rollout.html", "rollout.csv", "rollout-months.csv")


def refuse_rollout(folder: Path, *, overwrite: bool) -> None:
    """Raise InputError if a folder holds a rollout that may not be replaced."""
    refuse_files(folder, FILES, overwrite=overwrite, expected=message("a folder without a rollout"))


def write_rollout(
    rollout: Rollout, province: Province, check: MonthsCheck | None, folder: Path,
    *, language: Language, overwrite: bool,
) -> tuple[Path, ...]:  # fmt: skip
    """Write page and tables; return their paths.

    That of months is there only where months were planned: an older one goes.

    Raises
    ------
    InputError
        If one is there already and `overwrite` is False.
    """
    contents = {
        FILES[0]: draw_rollout_page(rollout, province, language, check),
        FILES[1]: draw_communes(rollout, province, language),
    }
    if check is not None:
        contents[FILES[2]] = draw_months(check, language)
    with hold_lock(folder):
        refuse_rollout(folder, overwrite=overwrite)
        return put_files(folder, contents, gone=FILES)
