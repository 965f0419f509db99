"""Reads the communes of a province, and the areas drawn for closures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from province.findings import Findings
from province.language import message
from province.places import Commune
from province.read.geojson import read_features, read_outline, read_properties
from province.roads import ClosureArea
from province.tables.row_faults import check_row, note_id
from province.tables.rows import AreaRow, CommuneRow, Fact, Row, make_fact

AREAS_NAME = "closure_areas.geojson"


@dataclass(frozen=True, slots=True)
class FoundAreas(Generic[Fact]):
    """The communes, or the areas for closures, as far as they could be read.

    Parameters
    ----------
    facts
        Those without a fault, sorted by id.
    ids
        Of all of them, faulty ones included; None when the file is damaged.
    """

    facts: tuple[Fact, ...]
    ids: frozenset[str] | None


def read_communes(path: Path, province_code: str, findings: Findings) -> FoundAreas[Commune]:
    """Return the communes of one province ("": of every province); faults go into the findings."""

    def is_ours(cells: dict[str, Any]) -> bool:
        return not province_code or cells.get("province_code") in (province_code, None)

    features = read_features(path, path.name, findings)
    found = _read_all(Commune, CommuneRow, "code", features or (), path.name, findings, is_ours)
    if features is not None and province_code and not found.ids:
        findings.at(path.name, None, "province_code").add(
            province_code,
            expected=message("communes of this province"),
            advice=message("put a communes.geojson of the province into its folder"),
        )
    return found if found.ids else FoundAreas((), None)


def read_areas(folder: Path, findings: Findings) -> FoundAreas[ClosureArea]:
    """Return the areas of `closure_areas.geojson`, none where there is no such file."""
    path = folder / AREAS_NAME
    if not path.is_file():
        return FoundAreas((), frozenset())
    features = read_features(path, AREAS_NAME, findings)
    if features is None:
        return FoundAreas((), None)
    return _read_all(ClosureArea, AreaRow, "area_id", features, AREAS_NAME, findings)


def _read_all(
    fact: type[Fact],
    model: type[Row],
    column: str,
    features: Iterable[Any],
    file: str,
    findings: Findings,
    is_ours: Callable[[dict[str, Any]], bool] = lambda cells: True,
) -> FoundAreas[Fact]:
    """Return what features tell; of two with one id the first that has no fault.

    Parameters
    ----------
    column
        The column of the id.
    """
    facts: dict[str, Fact] = {}
    numbers: dict[str, int] = {}
    for number, feature in enumerate(features, 1):
        cells, place = read_properties(feature), findings.at(file, number)
        if not is_ours(cells):
            continue
        key = str(cells.get(column, ""))
        note_id(key, numbers, place.at(column))
        outline = read_outline(feature, place)
        row = check_row(model, cells, place)
        if outline is not None and row is not None:
            facts.setdefault(key, make_fact(fact, row, outline=outline))
    return FoundAreas(tuple(facts[key] for key in sorted(facts)), frozenset(numbers))
