"""A table that cannot be reached is not taken for one that is not there."""

import os
from pathlib import Path

import pytest

from province.errors import InputError
from province.read import TABLES, read_province

OPTIONAL = ("closures.csv", "zones.csv", "kits.csv", "ledger.csv", "roads.gpkg",
            "closure_areas.geojson", "stock.csv", "communes.geojson", "water.geojson")  # fmt: skip


@pytest.mark.parametrize("how", ["link", "folder", "pipe"])
@pytest.mark.parametrize("name", OPTIONAL)
def test_what_is_no_file_is_a_finding(small_folder: Path, name: str, how: str) -> None:
    path = small_folder / name
    path.unlink(missing_ok=True)
    if how == "link":
        path.symlink_to("/no such drive/a.csv")
    elif how == "folder":
        path.mkdir()
    elif hasattr(os, "mkfifo"):
        os.mkfifo(path)
    else:
        pytest.skip("no pipes with names here")
    with pytest.raises(InputError) as caught:
        read_province(small_folder)
    told = [str(f.expected) for f in caught.value.findings if f.file == name]
    assert {"a file", "a file that can be read"} & set(told)


def test_a_link_to_a_file_is_a_file(small_folder: Path) -> None:
    for name in TABLES:
        if (small_folder / name).exists():
            (small_folder / name).rename(small_folder / f"{name}.there")
            (small_folder / name).symlink_to(f"{name}.there")
    assert read_province(small_folder).sites
