"""Reads hand edits of roads: `road-edits.csv`, or a GeoPackage with the same columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import shapely
from pydantic import AfterValidator, BeforeValidator

from province import cells
from province.errors import InputError
from province.files.foreign import ForeignError, read_foreign
from province.findings import CellError, Finding, Findings
from province.fleet import VehicleKind, parse_kinds
from province.language import message
from province.roads import RoadClass, Surface
from province.tables.read import read_table
from province.tables.row_faults import check_row, note_id
from province.tables.rows import Row
from roads.osm.tags import RoadTraits

Place = tuple[float, float]
SortedKinds = Annotated[
    tuple[VehicleKind, ...],
    BeforeValidator(parse_kinds),
    AfterValidator(lambda k: tuple(sorted(k))),
]


class Action(StrEnum):
    """What an edit does."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    SPLIT = "split"


def parse_shape(value: Any) -> Any:
    """Return the points of a WKT ``POINT`` or ``LINESTRING``; raise CellError otherwise."""
    if not isinstance(value, str):
        return value
    try:
        shape = shapely.from_wkt(value)
    except shapely.errors.ShapelyError:
        shape = None
    if isinstance(shape, shapely.MultiLineString) and len(shape.geoms) == 1:
        shape = shape.geoms[0]  # QGIS makes every line a collection
    if not isinstance(shape, shapely.Point | shapely.LineString) or shape.is_empty:
        raise CellError(
            message("POINT (lon lat) or LINESTRING (lon lat, lon lat)"),
            message("save the layer as CSV with the geometry as WKT"),
        )
    points = tuple((float(x), float(y)) for x, y in shapely.get_coordinates(shape).tolist())
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in points):
        raise CellError(
            message("longitude and latitude in degrees (EPSG:4326)"),
            message("save the layer in EPSG:4326"),
        )
    return points


class EditRow(Row):
    """A line of `road-edits.csv`; None: as it is."""

    edit_id: cells.Id
    action: Action
    wkt: Annotated[tuple[Place, ...], BeforeValidator(parse_shape)]
    way_id: cells.OsmId | None = None
    ref: str = ""
    new_ref: str | None = None
    name: str | None = None
    road_class: RoadClass | None = None
    surface: Surface | None = None
    width_m: cells.WidthMetres | None = None
    max_t: cells.Tonnes | None = None
    max_height_m: cells.WidthMetres | None = None
    oneway: cells.Truth | None = None
    dry_only: cells.Truth | None = None
    hazard: str | None = None
    km_from: cells.Post | None = None
    vehicles: SortedKinds | None = None
    ferry_hours: cells.Hours | None = None
    ferry_wait_min: cells.MinutesOfDay | None = None
    duration_min: cells.RideMinutes | None = None
    length_m: cells.Metres | None = None
    note: cells.Remark = ""
    source: cells.Remark = ""


SAME = (
    "name", "road_class", "surface", "width_m", "max_t", "max_height_m", "hazard", "vehicles",
    "ferry_hours", "ferry_wait_min", "duration_min",
)  # fmt: skip
TRAITS = {"new_ref": "ref", "oneway": "is_oneway", "dry_only": "is_dry_only"} | {k: k for k in SAME}
"""Columns that set a trait of a road, and the trait."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One hand edit.

    Parameters
    ----------
    file, line
        Where it stands, for findings.
    row
        What it says.
    """

    file: str
    line: int
    row: EditRow

    @property
    def changes(self) -> dict[str, Any]:
        """The traits that it sets."""
        given = {trait: getattr(self.row, column) for column, trait in TRAITS.items()}
        found = {trait: value for trait, value in given.items() if value is not None}
        if "surface" in found:
            found["is_surface_assumed"] = False
        if set(found.get("vehicles", ())) == set(VehicleKind):
            found["vehicles"] = ()
        return found


def make_traits(edit: Edit) -> RoadTraits:
    """Return the traits of a road that an edit adds."""
    row = edit.row
    is_ferry = row.road_class is RoadClass.FERRY
    traits: dict[str, Any] = {
        "highway": "edit",
        "road_class": RoadClass.COMMUNE,
        "surface": Surface.WATER if is_ferry else Surface.EARTH,
        "ref": row.ref,
        "is_surface_assumed": row.surface is None,
    }
    return RoadTraits(**(traits | edit.changes))


def read_edits(path: Path) -> tuple[tuple[Edit, ...], tuple[Finding, ...]]:
    """Return the edits of a file in their order, and warnings; none where there is no file.

    Raises
    ------
    InputError
        With every fault of every row.
    """
    if not path.exists():
        return (), ()
    findings = Findings()
    if path.suffix.lower() == ".gpkg":
        rows = list(_read_layer(path, findings))
    else:
        rows = _read_rows(path, findings)
    edits = tuple(Edit(path.name, line, row) for line, row in rows)
    _check(edits, findings)
    if findings.faults:
        raise InputError(findings.faults)
    return edits, findings.warnings


def _read_rows(path: Path, findings: Findings) -> list[tuple[int, EditRow]]:
    """Return number and row of each line; a table saved by QGIS may have columns of its own."""
    with path.open("rb") as file:
        is_of_qgis = re.search(rb"\bWKT\b", file.readline(4096)) is not None
    table = read_table(
        path.parent, path.name, EditRow, findings, synonyms={"wkt": ()} if is_of_qgis else None
    )
    return [(line, row) for line, row, _ in table.rows]


def _read_layer(path: Path, findings: Findings) -> Iterator[tuple[int, EditRow]]:
    """Yield number and row of each feature of a GeoPackage's first layer."""
    import pyogrio

    try:
        frame = read_foreign(
            lambda: pyogrio.read_dataframe(path, use_arrow=False, fid_as_index=False).to_crs(4326)
        )
    except ForeignError as error:
        findings.at(path.name).add(
            error.text,
            expected=message("a GeoPackage layer of lines or points with a coordinate system"),
            advice=message("save the layer again in QGIS"),
        )
        return
    for number, feature in enumerate(frame.to_dict("records"), 1):
        shape = feature.pop("geometry")
        texts = {
            key: cells.clean_text(str(value)) for key, value in feature.items() if _is_given(value)
        }
        texts["wkt"] = "" if shape is None else shapely.to_wkt(shape, rounding_precision=9)
        row = check_row(EditRow, texts, findings.at(path.name, number))
        if row is not None:
            yield number, row


def _is_given(value: Any) -> bool:
    return value is not None and value == value and value != ""  # NaN differs from itself


def _check(edits: tuple[Edit, ...], findings: Findings) -> None:
    """Add findings about edits that contradict themselves or share an id."""
    seen: dict[str, int] = {}
    for edit in edits:
        row = edit.row
        place = findings.at(edit.file, edit.line)
        note_id(row.edit_id, seen, place.at("edit_id"))
        needs_line, needs_point = row.action is Action.ADD, row.action is Action.SPLIT
        if (needs_line and len(row.wkt) < 2) or (needs_point and len(row.wkt) > 1):
            place.at("wkt").add(
                row.wkt,
                expected=message("LINESTRING (lon lat, lon lat)")
                if needs_line
                else message("POINT (lon lat)"),
                advice=message("a road is added as a line, and split at a point"),
            )
        is_empty = not edit.changes and row.km_from is None and row.length_m is None
        if row.action is Action.CHANGE and is_empty:
            place.at("action").add(
                row.action.value,
                expected=message("a value to change"),
                advice=message("fill in a column, or delete the row"),
            )
