"""Writes what was foreseen into a folder: both files, or none."""

from pathlib import Path

from exports.document_folder import refuse_file
from exports.simulation.runs_csv import draw_runs
from exports.simulation.simulation_page import draw_simulation
from planning.simulate.simulate import Simulation
from province.errors import InputError
from province.facts import Province
from province.files.exchange import exchange_files
from province.files.locks import hold_lock
from province.language import Language, message, names_beside_codes
from province.names import list_names

FILES = ("simulation.html", "simulation.csv")


def refuse_simulation(folder: Path, *, overwrite: bool) -> None:
    """Raise InputError if a folder holds a simulation that may not be replaced."""
    refuse_file(folder)
    there = [name for name in FILES if (folder / name).exists()]
    if there and not overwrite:
        raise InputError.of(
            str(folder), "", there[0],
            expected=message("a folder without a simulation"),
            advice=message("add --force to replace it, or name another folder with --out"),
        )  # fmt: skip


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
        folder.mkdir(parents=True, exist_ok=True)
        replaced = [folder / name for name in FILES if (folder / name).exists()]
        with exchange_files(folder, replaced) as fresh:
            (fresh / FILES[0]).write_bytes(page)
            (fresh / FILES[1]).write_bytes(draw_runs(found))
    return tuple(folder / name for name in FILES)
