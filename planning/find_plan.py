"""Finds the plan that a path means, and the province it belongs to."""

from pathlib import Path

from province.dates import Month
from province.errors import InputError
from province.files.settings_text import SETTINGS_NAME
from province.findings import Finding
from province.language import message

PLAN_NAME = "plan.json"


def find_plan(place: Path, month: Month | None) -> Path:
    """Return the file of a plan, which may not be there.

    Parameters
    ----------
    place
        A `plan.json`, the folder it lies in, or a province folder.
    month
        Which plan of a province folder; None for its latest.
    """
    if place.is_file() or (place / PLAN_NAME).is_file():
        return place if place.is_file() else place / PLAN_NAME
    if month is not None:
        return place / "plans" / str(month) / PLAN_NAME
    found = list_plans(place)
    return found[-1][1] if found else place / PLAN_NAME


def list_plans(folder: Path) -> tuple[tuple[Month, Path], ...]:
    """Return the plans in force in a province folder, by month."""
    found = []
    for path in folder.glob(f"plans/[0-9][0-9][0-9][0-9]-[0-9][0-9]/{PLAN_NAME}"):
        try:
            found.append((Month.parse(path.parent.name), path))
        except ValueError:
            continue
    return tuple(sorted(found))


def find_province(plan_file: Path) -> Path:
    """Return the province folder that a plan lies in.

    Raises
    ------
    InputError
        If it lies in none.
    """
    for folder in plan_file.resolve().parents:
        if (folder / SETTINGS_NAME).is_file():
            return folder
    expected = message("a plan inside its province folder")
    advice = message("name the province folder with --province")
    raise InputError([Finding(plan_file.name, None, "", str(plan_file), expected, advice)])
