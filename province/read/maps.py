"""Reads the communes of a province, and the areas drawn for closures."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from province.findings import Findings
from province.ids import CommuneCode
from province.language import message
from province.places import Commune
from province.read.geojson import add_duplicate, read_features, read_outline, read_properties
from province.roads import ClosureArea
from province.tables.row_faults import add_faults
from province.tables.rows import AreaRow, CommuneRow

AREAS_NAME = "closure_areas.geojson"


@dataclass(frozen=True, slots=True)
class Communes:
    """The communes as far as they could be read.

    Parameters
    ----------
    communes
        The communes without a fault, sorted by code.
    codes
        Codes of all communes, faulty ones included; None when the file is damaged.
    """

    communes: tuple[Commune, ...]
    codes: frozenset[str] | None


def read_communes(path: Path, province_code: str, findings: Findings) -> Communes:
    """Return the communes of one province ("": of every province); faults go into the findings."""
    features = read_features(path, path.name, findings)
    communes: dict[str, Commune] = {}
    numbers: dict[str, int] = {}
    for number, feature in enumerate(features or (), 1):
        cells = read_properties(feature)
        if province_code and cells.get("province_code") not in (province_code, None):
            continue
        code = str(cells.get("code", ""))
        if code in numbers:
            add_duplicate(path.name, number, "code", code, numbers[code], findings)
        numbers.setdefault(code, number)
        commune = _read_commune(feature, cells, path.name, number, findings)
        if commune is not None:
            communes.setdefault(commune.code, commune)
    if features is not None and province_code and not numbers:
        findings.add(
            path.name,
            None,
            "province_code",
            province_code,
            expected=message("communes of this province"),
            advice=message("put a communes.geojson of the province into its folder"),
        )
    return Communes(
        tuple(communes[key] for key in sorted(communes)), frozenset(numbers) if numbers else None
    )


def _read_commune(
    feature: Any, cells: dict[str, Any], name: str, number: int, findings: Findings
) -> Commune | None:
    outline = read_outline(feature, name, number, findings)
    try:
        row = CommuneRow.model_validate(cells)
    except ValidationError as error:
        add_faults(error, name, number, cells, findings)
        return None
    if outline is None:
        return None
    return Commune(
        code=CommuneCode(row.code),
        name=row.name,
        kind=row.kind,
        area_km2=row.area_km2,
        population=row.population,
        seat_lon=row.seat_lon,
        seat_lat=row.seat_lat,
        is_border=row.is_border,
        is_schematic=row.schematic,
        outline=outline,
    )


@dataclass(frozen=True, slots=True)
class Areas:
    """The drawn areas as far as they could be read.

    Parameters
    ----------
    areas
        The areas without a fault, sorted by id.
    ids
        Ids of all areas, faulty ones included; None when the file is damaged.
    """

    areas: tuple[ClosureArea, ...]
    ids: frozenset[str] | None


def read_areas(folder: Path, findings: Findings) -> Areas:
    """Return the areas of `closure_areas.geojson`, none where there is no such file."""
    path = folder / AREAS_NAME
    if not path.is_file():
        return Areas((), frozenset())
    features = read_features(path, AREAS_NAME, findings)
    areas: dict[str, ClosureArea] = {}
    numbers: dict[str, int] = {}
    for number, feature in enumerate(features or (), 1):
        cells = read_properties(feature)
        key = str(cells.get("area_id", ""))
        if key in numbers:
            add_duplicate(AREAS_NAME, number, "area_id", key, numbers[key], findings)
        numbers.setdefault(key, number)
        outline = read_outline(feature, AREAS_NAME, number, findings)
        try:
            row = AreaRow.model_validate(cells)
        except ValidationError as error:
            add_faults(error, AREAS_NAME, number, cells, findings)
            continue
        if outline is not None:
            areas.setdefault(row.area_id, ClosureArea(row.area_id, row.name, outline))
    return Areas(
        tuple(areas[key] for key in sorted(areas)),
        frozenset(numbers) if features is not None else None,
    )
