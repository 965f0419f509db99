"""Writes a first folder: whole, or not at all."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import shapely

from planning.first_folder.communes import FirstCommune
from province.files.create import mark_table, refuse_used_folder
from province.files.locks import hold_lock
from province.files.whole import new_folder
from province.read import read_province

PRECISION_DEG = 1e-6


@contextmanager
def write_folder(folder: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folder that is being written, its texts in place; it appears when all went well.

    Raises
    ------
    InputError
        If the folder is there and not empty, or what was written cannot be read as a province.
    """
    with hold_lock(folder):
        refuse_used_folder(folder)
        with new_folder(folder) as temporary:
            for name, text in texts.items():
                (temporary / name).write_text(text, encoding="utf-8", newline="\n")
                if name.endswith(".csv"):
                    mark_table(temporary / name)
            yield temporary
            read_province(temporary)


def commune_features(communes: Sequence[FirstCommune]) -> str:
    """Return `communes.geojson`."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": commune.code,
                "name": commune.name,
                "kind": commune.kind,
                "province_code": "00",
                "area_km2": commune.area_km2,
                "population": commune.population,
                "seat_lon": round(commune.seat[0], 6),
                "seat_lat": round(commune.seat[1], 6),
                "schematic": commune.is_schematic,
            },
            "geometry": json.loads(
                shapely.to_geojson(shapely.set_precision(commune.outline, PRECISION_DEG))
            ),
        }
        for commune in communes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
