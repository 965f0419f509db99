"""Makes a first province folder from an OpenStreetMap extract: roads, communes, sites, starters."""

import math
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas
import shapely
from pyproj import Geod

from planning.check_sessions import find_longest_min, find_shortest_day
from planning.first_folder.commune_file import CommuneShape, read_commune_file
from planning.first_folder.communes import (
    FirstCommune,
    communes_of_places,
    communes_of_shapes,
)
from planning.first_folder.tables import (
    HOURS,
    SCHOOL_SHARE,
    STARTER,
    Country,
    Row,
    as_csv,
    batch_rows,
    crew_rows,
    settings_text,
    site_row,
    vehicle_rows,
)
from planning.first_folder.write import commune_features, write_folder
from planning.service_minutes import measure_session_min
from province.dates import Month, clock
from province.errors import InputError
from province.findings import Findings
from province.language import message
from province.progress import Progress, ignore_progress
from province.settings import ServiceSettings, TripSettings
from roads.osm import ImportReport, OsmPlace, import_roads, read_places
from roads.osm.areas import dump_water, read_areas, read_water

SPARE_BATCHES = 1.25
"""Starter batches per library."""

MOST_SCHOOLS = 2
"""Schools with sessions taken over per commune: a start, not a census."""

DRIVE_MIN = 60
"""Minutes to a session and back for which the shortest day must be long enough."""

ROAD_NEAR_KM = 20
"""How far from the nearest road of the extract a commune may lie."""

NEAR_LIBRARY_DEG = 0.2
"""How far from a commune's seat its library on the map may lie."""


@dataclass(frozen=True, slots=True)
class MapSource:
    """What a folder is made from: one of `communes`, `admin_level`, `places` says which communes.

    Parameters
    ----------
    extract
        ``.osm.pbf``.
    elevation
        Folder with tiles, copied into the new folder for the hillshade of its maps; or None.
    communes
        Polygons with names, any file that QGIS reads.
    admin_level
        Level of the administrative boundaries of the map, e.g. 7 for Andorra's parishes.
    places
        How many of the largest places become (schematic) communes.
    """

    extract: Path
    elevation: Path | None = None
    communes: Path | None = None
    admin_level: int | None = None
    places: int | None = None


def create_from_map(
    source: MapSource,
    folder: Path,
    *,
    country: Country,
    month: Month,
    progress: Progress = ignore_progress,
) -> tuple[ImportReport, tuple[str, ...]]:
    """Write a province folder that can be planned from `month` on.

    Returns the report of the roads, and the communes left out as their outline is torn.

    Raises
    ------
    InputError
        If the folder is there already, a file cannot be used, or the map shows no commune.
    """
    places = read_places(source.extract)
    communes, torn = _find_communes(source, places)
    if not communes:
        raise InputError.of(
            source.extract.name, "", "",
            expected=message("a map that shows communes"),
            advice=message("give them with --communes, or take the largest --places"),
        )  # fmt: skip
    depots = _name_depots(communes)
    sites = _list_sites(communes, places, month, depots)
    texts = {
        "province.toml": settings_text(
            folder.name,
            country,
            latitude=communes[0].seat[1],
            longitude=communes[0].seat[0],
            more=list_light_settings(communes[0].seat, country),
        ),
        "libraries.csv": as_csv(sites),
        "batches.csv": as_csv(batch_rows(_count_batches(communes, sites, depots), country)),
        "vehicles.csv": as_csv(vehicle_rows(tuple(depots.values()), country)),
        "crews.csv": as_csv(crew_rows(tuple(depots.values()))),
        "communes.geojson": commune_features(communes),
    }
    with write_folder(folder, texts) as temporary:
        report = import_roads(
            source.extract,
            temporary / "roads.gpkg",
            elevation=source.elevation,
            progress=progress,
        )
        _refuse_far_communes(source, communes, temporary / "roads.gpkg")
        if source.elevation is not None:
            _copy_tiles(source.elevation, temporary / "elevation")
        water = read_water(source.extract)
        if water:
            text = dump_water(water)
            (temporary / "water.geojson").write_text(text, encoding="utf-8", newline="\n")
    return report, torn


def list_light_settings(seat: tuple[float, float], country: Country) -> list[str]:
    """Return settings that let sessions be held on the shortest day, an hour's drive away."""
    trips = TripSettings(longitude=seat[0], latitude=seat[1])
    needed = measure_session_min(ServiceSettings())
    longest = find_longest_min(HOURS, trips, country.timezone, drive_min=DRIVE_MIN)
    if longest >= needed:
        return []
    _, rise, dusk = find_shortest_day(trips, country.timezone)
    return [
        f"daylight_only = false  # {STARTER}; {clock(rise)} to {clock(dusk)} on the shortest day "
        f"holds no session of {needed} minutes"
    ]


def _find_communes(
    source: MapSource, places: Sequence[OsmPlace]
) -> tuple[tuple[FirstCommune, ...], tuple[str, ...]]:
    """Return the communes, and the names of those of which the map lacks a part."""
    if source.communes is not None:
        return communes_of_shapes(read_commune_file(source.communes), places), ()
    if source.admin_level is not None:
        areas, torn = read_areas(source.extract, admin_level=source.admin_level)
        shapes = [CommuneShape(a.code, a.name, a.outline, a.population or None) for a in areas]
        return communes_of_shapes(shapes, places), torn
    return communes_of_places(places, source.places or 0), ()


def _refuse_far_communes(source: MapSource, communes: Sequence[FirstCommune], roads: Path) -> None:
    """Raise InputError for communes that no road of the extract comes near to."""
    lines = geopandas.read_file(roads, layer="roads").geometry.array
    tree = shapely.STRtree(lines)
    findings = Findings()
    for commune in communes:
        way = shapely.shortest_line(commune.outline, lines[tree.nearest(commune.outline)])
        far_km = Geod(ellps="WGS84").geometry_length(way) / 1000
        if far_km > ROAD_NEAR_KM:
            findings.at((source.communes or source.extract).name, None, commune.code).add(
                commune.name,
                expected=message(
                    "a commune within {near} km of the roads of {file}, not {far} km away",
                    near=ROAD_NEAR_KM,
                    file=source.extract.name,
                    far=round(far_km),
                ),
                advice=message("take an extract of the same country, or leave the commune out"),
            )
    if findings.faults:
        raise InputError(findings.faults)


def _copy_tiles(elevation: Path, target: Path) -> None:
    target.mkdir()
    for tile in sorted(elevation.iterdir()):
        if tile.is_file() and tile.name.lower().endswith((".hgt", ".hgt.zip", ".tif", ".tiff")):
            shutil.copyfile(tile, target / tile.name)


def _name_depots(communes: Sequence[FirstCommune]) -> dict[str, str]:
    """Return the ids of the depots by the name that communes give them."""
    names = sorted({commune.depot for commune in communes})
    if len(names) == 1:
        return {names[0]: "DEPOT"}
    return {name: f"DEPOT{number}" for number, name in enumerate(names, 1)}


def _list_sites(
    communes: Sequence[FirstCommune],
    places: Sequence[OsmPlace],
    month: Month,
    depots: Mapping[str, str],
) -> list[Row]:
    """Return the depots, then for each commune its library, schools and a lodging place.

    A depot is in the largest of its communes.
    """
    inside = {commune.code: _inside(commune, places) for commune in communes}
    rows = []
    for name, depot_id in depots.items():
        own = (commune for commune in communes if commune.depot == name)
        largest = max(own, key=lambda commune: (commune.population, commune.code))
        rows.append(_depot(depot_id, largest, inside[largest.code]))
    for commune in communes:
        rows += _commune_sites(commune, inside[commune.code], month)
    return rows


def _count_batches(
    communes: Sequence[FirstCommune], sites: Sequence[Row], depots: Mapping[str, str]
) -> dict[str, int]:
    """Return how many starter batches live at each depot, by its id."""
    home = {commune.code: depots[commune.depot] for commune in communes}
    libraries = Counter(
        home[str(site["commune_code"])] for site in sites if site["takes"] in ("rotation", "both")
    )
    return {depot: math.ceil(SPARE_BATCHES * libraries[depot]) for depot in depots.values()}


def _inside(commune: FirstCommune, places: Sequence[OsmPlace]) -> list[OsmPlace]:
    if not places:
        return []
    shapely.prepare(commune.outline)
    are_in = shapely.contains_xy(
        commune.outline, [place.lon for place in places], [place.lat for place in places]
    )
    return [place for place, is_in in zip(places, are_in, strict=True) if is_in]


def _depot(depot_id: str, commune: FirstCommune, places: Sequence[OsmPlace]) -> Row:
    spot = _nearest(commune, places, "library") or _nearest(commune, places, "townhall")
    found = spot.name if spot else ""
    name = commune.depot or found or f"Depot {commune.name}"
    at = commune.seat if spot is None else (spot.lon, spot.lat)
    return site_row(depot_id, name, "depot", commune.code, at, note=STARTER)


def _nearest(commune: FirstCommune, places: Sequence[OsmPlace], kind: str) -> OsmPlace | None:
    """Return the place of a kind nearest to a commune's seat, none that is far away."""
    near = _sort_named(commune, places, kind, is_named=False)
    return near[0] if near and _far(commune, near[0]) < NEAR_LIBRARY_DEG else None


def _sort_named(
    commune: FirstCommune, places: Sequence[OsmPlace], kind: str, *, is_named: bool = True
) -> list[OsmPlace]:
    """Return the places of a kind, the nearest to a commune's seat first."""
    own = (place for place in places if place.kind == kind and (place.name or not is_named))
    return sorted(own, key=lambda place: (_far(commune, place), place.osm_id))


def _far(commune: FirstCommune, place: OsmPlace) -> float:
    return math.dist(commune.seat, (place.lon, place.lat))


def _commune_sites(commune: FirstCommune, places: Sequence[OsmPlace], month: Month) -> list[Row]:
    library = _nearest(commune, places, "library")
    seat = commune.seat if library is None else (library.lon, library.lat)
    name = library.name if library and library.name else commune.name
    since = month.first_day.isoformat()
    students = round(commune.population * SCHOOL_SHARE)
    rows = [
        site_row(
            f"{commune.code}-L", name, "commune_library", commune.code, seat,
            hours=HOURS, takes="rotation", capacity_books=800, population=commune.population,
            students=students, note="" if library else STARTER, enrolled_from=since,
        )
    ]  # fmt: skip
    schools = _sort_named(commune, places, "school")
    for number, school in enumerate(schools[:MOST_SCHOOLS], 1):
        pupils = students // max(1, len(schools))
        rows.append(
            site_row(
                f"{commune.code}-S{number}", school.name, "school", commune.code,
                (school.lon, school.lat), hours=HOURS, takes="session", population=pupils,
                students=pupils, sessions_per_month=1, enrolled_from=since,
            )
        )  # fmt: skip
    for hotel in _sort_named(commune, places, "lodging")[:1]:
        at = hotel.lon, hotel.lat
        rows.append(
            site_row(f"{commune.code}-H", hotel.name, "lodging", commune.code, at, lodging_beds=4)
        )
    return rows
