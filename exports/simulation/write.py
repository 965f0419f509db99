"""Writes what was foreseen into a folder: both files, or none."""

from pathlib import Path

from exports.document_folder import put_files, refuse_files
from exports.simulation.runs_csv import draw_runs
from exports.simulation.simulation_page import draw_simulation
from planning.simulate.simulate import Simulation
from province.facts import Province
from province.files.locks import hold_lock
from province.language import Language, message, names_beside_codes
from province.names import list_names

FILES = ("simulation.html", "simulation.csv")


def refuse_simulation(folder: Path, *, overwrite: bool) -> None:
    """Raise InputError if a folder holds a simulation that may not be replaced."""
    expected = message("a folder without a simulation")
    refuse_files(folder, FILES, overwrite=overwrite, expected=expected)


def write_simulation(
    found: Simulation, province: Province, folder: Path, *, language: Language, overwrite: bool
) -> tuple[Path, ...]:
    """Write page and table; return their paths.

    Raises
    ------
    InputError
        If they are there already and `overwrite` is False.
    """
    with (
        hold_lock(folder),
        names_beside_codes(list_names(province, found.plan.runs.given.plan.visits)),
    ):
        refuse_simulation(folder, overwrite=overwrite)
        page = draw_simulation(found, province, language)
        return put_files(
            folder,
            {FILES[0]: page, FILES[1]: draw_runs(found, province.settings.province.currency)},
        )
