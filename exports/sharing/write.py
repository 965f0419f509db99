"""Writes an exchange plan into the region's folder: file, tables and page, or none of them."""

from pathlib import Path

from exports.document_folder import put_files, refuse_files
from exports.sharing.sharing_csv import draw_languages, draw_loans
from exports.sharing.sharing_page import draw_sharing_page
from province.dates import Month
from province.files.locks import hold_lock
from province.language import Language, message
from province.read import read_province
from region.read_region import Region
from region.sharing.sharing_file import SHARING_NAME, SharingPlan, dump_sharing, place_sharing

FILES = (SHARING_NAME, "sharing.csv", "sharing-languages.csv", "sharing.html")


def refuse_sharing(region: Region, month: Month, *, overwrite: bool) -> None:
    """Raise InputError if there is an exchange plan that may not be replaced."""
    refuse_files(
        place_sharing(region.folder, month), FILES, overwrite=overwrite,
        expected=message("a folder without an exchange plan"),
    )  # fmt: skip


def write_sharing(
    region: Region, plan: SharingPlan, *, language: Language, overwrite: bool
) -> tuple[Path, ...]:
    """Write all files of a plan; return their paths.

    Raises
    ------
    InputError
        If one is there already and `overwrite` is False.
    """
    provinces = {folder.name: read_province(folder) for folder in region.provinces}
    contents = {
        FILES[0]: dump_sharing(plan),
        FILES[1]: draw_loans(plan, provinces, language),
        FILES[2]: draw_languages(plan),
        FILES[3]: draw_sharing_page(region, plan, provinces, language),
    }
    folder = place_sharing(region.folder, plan.first_month)
    with hold_lock(folder):
        refuse_sharing(region, plan.first_month, overwrite=overwrite)
        return put_files(folder, contents)
