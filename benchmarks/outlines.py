"""Measures the shipped cells of communes against real outlines, where they are at hand.

Run with ``python -m benchmarks.outlines OUTLINES [CELLS]``: files of polygons with `code` (the real
ones) and `data/communes.geojson`. Which communes touch is told by the tables in `data/facts`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import geopandas
import numpy as np
import shapely
from pyproj import Geod

from province.shipped import find_shipped
from tools.region_facts import Borders, read_borders, read_region

LEAST_KM = 0.15
"""Length from which a border counts, as in the table of neighbours."""

HEADING = (
    "| province | communes | neighbours right | false | land in the right commune "
    "| furthest area off |\n|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near the cells of a province come to the truth.

    Parameters
    ----------
    right, wanted, false
        Pairs of communes that touch: found, true, and found though they are not true.
    land_share
        Of the real land, how much lies in the cell of its commune; None without outlines.
    area_error
        The largest share by which a cell's area differs from the published one.
    """

    communes: int
    right: int
    wanted: int
    false: int
    land_share: float | None
    area_error: float


def measure_likeness(
    cells: dict[str, Any], published_km2: dict[str, float], borders: Borders, real: dict[str, Any]
) -> Likeness:
    """Return how near some cells, in degrees by code, come to the truth."""
    touching = find_touching(cells)
    wanted = {pair for pair in borders if set(pair) <= set(cells)}
    geod = Geod(ellps="WGS84")
    errors = [
        abs(abs(geod.geometry_area_perimeter(cell)[0]) / 1e6 / published_km2[code] - 1)
        for code, cell in cells.items()
    ]
    land = {code: real[code] for code in cells if code in real}
    shared = sum(shapely.intersection(land[code], cells[code]).area for code in land)
    return Likeness(
        len(cells),
        len(wanted & touching),
        len(wanted),
        len(touching - wanted),
        shared / sum(shape.area for shape in land.values()) if land else None,
        max(errors),
    )


def find_touching(cells: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the pairs of codes, ascending, whose cells have a border in common."""
    codes = sorted(cells)
    shapes = np.array([cells[code] for code in codes])
    tree = shapely.STRtree(shapes)
    geod = Geod(ellps="WGS84")
    touching = set()
    for one, other in tree.query(shapes, predicate="intersects").T.tolist():
        if one < other:
            common = shapely.intersection(shapes[one], shapes[other])
            if geod.geometry_length(common) / 1000 > LEAST_KM:
                touching.add((codes[one], codes[other]))
    return touching


@click.command()
@click.argument("outlines", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument(
    "cells",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=find_shipped("communes.geojson"),
)
def main(outlines: Path, cells: Path) -> None:
    """Print a row for each province, and one for all."""
    communes = read_region()
    borders = read_borders(communes)
    drawn = geopandas.read_file(cells)
    by_code = dict(zip(drawn["code"], drawn.geometry, strict=True))
    truth = geopandas.read_file(outlines)
    real = dict(zip(truth["code"], shapely.make_valid(truth.geometry.array), strict=True))
    km2 = {commune.code: commune.area_km2 for commune in communes}
    provinces = {commune.code: commune.province_code for commune in communes}
    click.echo(HEADING)
    for province in (*sorted(set(provinces.values())), ""):
        own = {c: s for c, s in by_code.items() if province in (provinces[c], "")}
        found = measure_likeness(own, km2, borders, real)
        land = "" if found.land_share is None else f"{100 * found.land_share:.1f} %"
        click.echo(
            f"| {province or 'all'} | {found.communes} | {found.right} of {found.wanted} "
            f"| {found.false} | {land} | {100 * found.area_error:.1f} % |"
        )


if __name__ == "__main__":
    main()
