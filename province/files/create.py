"""Makes a new province folder from an example that ships with the program."""

import json
import shutil
import tomllib
from codecs import BOM_UTF8
from pathlib import Path

from province.errors import InputError
from province.files.locks import hold_lock
from province.files.whole import new_folder
from province.findings import Finding
from province.language import message
from province.shipped import find_shipped, list_examples

LEFT_OUT = ("plans", "ledger.sqlite*", ".*")


def create_from_example(example: str, folder: Path) -> tuple[Path, ...]:
    """Copy an example province into a new folder; return the files, sorted.

    Raises
    ------
    InputError
        If there is no such example, or the folder exists and is not empty.
    """
    if example not in list_examples():
        expected = message("one of {choices}", choices=", ".join(list_examples()))
        raise InputError(
            [Finding(example, None, "--example", example, expected, message("choose one of these"))]
        )
    with hold_lock(folder):
        refuse_used_folder(folder)
        with new_folder(folder) as temporary:
            shutil.copytree(
                find_shipped(example),
                temporary,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns(*LEFT_OUT),
            )
            for table in temporary.glob("*.csv"):
                mark_table(table)
            own = temporary / "communes.geojson"
            if not own.exists():
                copy_communes(temporary, own)
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def copy_communes(folder: Path, target: Path) -> None:
    """Write the shipped communes of a copied example's province, for the planner to change."""
    settings = tomllib.loads((folder / "province.toml").read_text(encoding="utf-8"))
    code = settings["province"]["code"]
    whole = json.loads(find_shipped("communes.geojson").read_text(encoding="utf-8"))
    own = [one for one in whole["features"] if one["properties"]["province_code"] == code]
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in own)
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    target.write_text(text, encoding="utf-8", newline="\n")


def mark_table(table: Path) -> None:
    """Put a byte order mark in front of a CSV file: without it Excel reads UTF-8 as Western."""
    data = table.read_bytes()
    if not data.startswith(BOM_UTF8):
        table.write_bytes(BOM_UTF8 + data)


def refuse_used_folder(folder: Path) -> None:
    """Raise InputError if a folder exists and is not empty: nothing is overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        expected = message("a folder that is new or empty")
        advice = message("choose another name: nothing is overwritten")
        raise InputError([Finding(folder.name, None, "", str(folder), expected, advice)])
