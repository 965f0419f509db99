"""Makes a first province folder for a province whose communes ship: roads, sites, starters."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import shapely

from planning.first_folder.adjacent_roads import draw_roads, plan_roads
from planning.first_folder.commune_file import read_commune_file
from planning.first_folder.known_province import (
    KnownCommune,
    KnownProvince,
    read_known_province,
    take_outlines,
)
from planning.first_folder.province_sites import propose_sites
from planning.first_folder.province_tables import (
    list_batches,
    list_calendar,
    list_fleet,
    write_settings,
)
from planning.first_folder.tables import as_csv
from planning.first_folder.to_correct import list_to_correct
from planning.first_folder.write import PRECISION_DEG, write_folder
from province.dates import Month
from province.language import Message


@dataclass(frozen=True, slots=True)
class MadeProvince:
    """What a new folder holds.

    Parameters
    ----------
    to_correct
        What the planner must correct, the one that moves the plan most first.
    """

    name: str
    communes: int
    sites: int
    enrolled: int
    to_correct: tuple[Message, ...]


def create_from_province(
    wanted: str,
    folder: Path,
    *,
    month: Month,
    outlines: Path | None = None,
    counts: Path | None = None,
) -> MadeProvince:
    """Write a folder of a province that can be planned from `month` on.

    Parameters
    ----------
    wanted
        Its code, or its name with or without marks.
    outlines
        A planner's file of outlines with the communes' codes, taken instead of the shipped ones.
    counts
        A planner's file of counts.

    Raises
    ------
    InputError
        If there is no such province, a file is faulty, or the folder is there already.
    """
    province = read_known_province(wanted, counts)
    if outlines is not None:
        shapes = read_commune_file(outlines)
        province = replace(
            province, communes=take_outlines(province.communes, shapes, outlines.name)
        )
    return _write_province(province, folder, month)


def _write_province(province: KnownProvince, folder: Path, month: Month) -> MadeProvince:
    communes = province.communes
    hub = next(n for n, one in enumerate(communes) if one.code == province.depot_commune)
    roads = plan_roads(communes, hub, province.bends)
    sites = propose_sites(province, month)
    enrolled = [site for site in sites if site.get("enrolled_from")]
    libraries = sum(site["takes"] in ("rotation", "both") for site in enrolled)
    batches = list_batches(province, libraries)
    vehicles, crews = list_fleet(province.counts, len(communes))
    largest = max(communes, key=lambda one: (one.kind != "phường", one.population, one.code))
    texts = {
        "province.toml": write_settings(province, communes[hub].seat),
        "libraries.csv": as_csv(sites),
        "batches.csv": as_csv(batches),
        "vehicles.csv": as_csv(vehicles),
        "crews.csv": as_csv(crews),
        "calendar.csv": as_csv(list_calendar(month, largest.code)),
        "communes.geojson": _write_communes(communes),
        "roads.geojson": draw_roads(communes, roads),
    }
    with write_folder(folder, texts):
        pass
    said = list_to_correct(province, roads, sites, batches, (vehicles, crews))
    return MadeProvince(province.name, len(communes), len(sites), len(enrolled), said)


def _write_communes(communes: tuple[KnownCommune, ...]) -> str:
    """Return `communes.geojson`."""
    features = [
        {
            "type": "Feature",
            "properties": dict(one.cells),
            "geometry": json.loads(
                shapely.to_geojson(shapely.set_precision(one.outline, PRECISION_DEG))
            ),
        }
        for one in communes
    ]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    return '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n"
