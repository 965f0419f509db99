"""Writes `data/communes.geojson`: the communes of ten provinces, with cells of our own.

Run with ``python -m tools.build_communes [FILE]``; the same bytes come out each time, after some
minutes of two processors. The cells are computed from facts alone (`tools.commune_cells`).
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import shapely
from pyproj import Geod
from shapely import Polygon

from tools.commune_cells import compute_cells, draw_outlines
from tools.region_facts import RegionCommune, read_borders, read_region
from tools.son_la_facts import PROVINCE_CODE, ROOT, read_commune_facts, write_geojson

SIDE_KM = 0.8
TOLERANCE_KM = 0.25
"""Corners of squares are cut where it changes a border by no more than half of this, squared."""

EDGE_IS_BORDER = frozenset({"04", "08", "11", "12", "15"})
"""Provinces of which every neighbour but China and Laos is in the region."""
LANG_SON, SOUTH_OF_BORDER_DEG = "20", 21.6
"""Of this one the edge is the border with China north of a latitude, Quảng Ninh's south of it."""
LEAST_EDGE_KM = 2.0


def build_communes(path: Path) -> None:
    """Write the file."""
    communes = read_region()
    labels, frame = compute_cells(
        communes, read_borders(communes), side=SIDE_KM,
        tell=lambda done: print(f"{done} samples", file=sys.stderr),
    )  # fmt: skip
    outlines = draw_outlines(labels, frame, [c.area_km2 for c in communes], TOLERANCE_KM)
    write_geojson(path, list_features(communes, outlines))


def list_features(
    communes: tuple[RegionCommune, ...], outlines: list[Polygon]
) -> list[dict[str, Any]]:
    """Return the features of `communes.geojson`, sorted by code."""
    at_border = find_border_communes(communes, outlines)
    return [
        {
            "type": "Feature",
            "properties": {
                "code": commune.code,
                "name": commune.name,
                "kind": commune.kind,
                "province_code": commune.province_code,
                "area_km2": commune.area_km2,
                "population": commune.population,
                "seat_lon": round(commune.seat[0], 5),
                "seat_lat": round(commune.seat[1], 5),
                "seat_source": commune.seat_source,
                "is_border": commune.code in at_border,
                "old_units": list(commune.old_units),
                "schematic": True,
            },
            "geometry": {
                "type": "Polygon",
                "coordinates": [[list(point) for point in outline.exterior.coords]],
            },
        }
        for commune, outline in zip(communes, outlines, strict=True)
    ]


def find_border_communes(
    communes: tuple[RegionCommune, ...], outlines: list[Polygon]
) -> frozenset[str]:
    """Return the communes at the border of the state: Sơn La's are known, others by their cells."""
    edge = shapely.union_all(outlines).boundary
    geod = Geod(ellps="WGS84")
    found = {commune.code for commune in read_commune_facts() if commune.is_border}
    for commune, outline in zip(communes, outlines, strict=True):
        code, is_north = commune.province_code, commune.label[1] > SOUTH_OF_BORDER_DEG
        if code == PROVINCE_CODE or not (code in EDGE_IS_BORDER or (code == LANG_SON and is_north)):
            continue
        own = shapely.intersection(outline.boundary, edge)
        if geod.geometry_length(own) / 1000 > LEAST_EDGE_KM:
            found.add(commune.code)
    return frozenset(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    shipped = ROOT / "data" / "communes.geojson"
    parser.add_argument("file", nargs="?", type=Path, default=shipped, help="written")
    build_communes(parser.parse_args().file)
