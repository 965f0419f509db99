"""Reads the communes of a file that QGIS writes: their outlines, and what else it says of them."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import pandas
import shapely

from province.cells import clean_text, parse_degrees, parse_whole
from province.errors import InputError
from province.files.foreign import ForeignError, read_foreign
from province.findings import CellError, Findings
from province.language import message

NAMES = ("name", "ten", "tên", "ten_xa", "nosaukums", "name_3", "name_2")
CODES = ("code", "ma", "mã", "ma_xa", "id_code", "atvk", "ref")
PEOPLE = ("population", "pop", "dan_so", "dân số", "danso", "iedzivotaji")
KINDS = ("kind", "loai", "loại", "type")
DEPOTS = ("depot", "kho", "krātuve")
SEAT_LONS, SEAT_LATS = ("seat_lon",), ("seat_lat",)
"""Columns by what they say, in small letters; the first that a file has is taken."""

SEAT_MARGIN_DEG = 0.05
"""How far outside its outline a seat may lie: outlines are drawn coarsely."""

MOST_PEOPLE = 10**8


@dataclass(frozen=True, slots=True)
class CommuneShape:
    """A commune as a file or a map describes it; None or "" where that says nothing.

    Parameters
    ----------
    outline
        Polygon or polygons in EPSG:4326 degrees.
    seat
        (lon, lat) of its seat.
    depot
        Name of the depot that serves it, in a province with several.
    """

    code: str
    name: str
    outline: Any
    population: int | None = None
    kind: str = ""
    seat: tuple[float, float] | None = None
    depot: str = ""


def read_commune_file(path: Path) -> tuple[CommuneShape, ...]:
    """Return the polygons of a file in its order, with all that it says of each.

    Raises
    ------
    InputError
        If the file cannot be read or has no polygons with a name, or with every value that cannot
        be right.
    """
    try:
        frame = read_foreign(lambda: geopandas.read_file(path))
        frame = frame if frame.crs is None else frame.to_crs(4326)
    except ForeignError as error:
        raise _refuse(path, error.text) from error
    columns = {str(column).casefold(): column for column in frame.columns}
    shapes = frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    if not any(name in columns for name in NAMES) or not shapes.any():
        raise _refuse(path, ", ".join(map(str, frame.columns)))
    findings = Findings()
    found = [
        _read_shape(path.name, number, row, shape, columns, findings)
        for number, ((_, row), shape, is_area) in enumerate(
            zip(frame.iterrows(), frame.geometry, shapes, strict=True), 1
        )
        if is_area
    ]
    _check_codes(path.name, found, findings)
    if findings.faults:
        raise InputError(findings.faults)
    return tuple(found)


def _read_shape(
    file: str, number: int, row: Any, shape: Any, columns: dict[str, Any], findings: Findings
) -> CommuneShape:
    def take(names: tuple[str, ...]) -> tuple[str, str]:
        """Return the column and the text of a value; whole numbers as QGIS shows them."""
        column = next((columns[name] for name in names if name in columns), "")
        value = row[column] if column else None
        if value is None or pandas.isna(value):
            return str(column), ""
        is_whole = isinstance(value, float) and value.is_integer()
        return str(column), clean_text(str(int(value) if is_whole else value))

    column, name = take(NAMES)
    if not name:
        findings.at(file, number, column).add(
            "",
            expected=message("the name of the commune"),
            advice=message("fill it in, or take the polygon out"),
        )
    outline = shapely.make_valid(shape)
    return CommuneShape(
        code=take(CODES)[1],
        name=name,
        outline=outline,
        population=_read_people(file, number, *take(PEOPLE), findings),
        kind=take(KINDS)[1],
        seat=_read_seat(file, number, (take(SEAT_LONS), take(SEAT_LATS)), outline, findings),
        depot=take(DEPOTS)[1],
    )


def _read_people(file: str, number: int, column: str, text: str, findings: Findings) -> int | None:
    if not text:
        return None
    try:
        people = int(parse_whole(text))
        if 0 <= people <= MOST_PEOPLE:
            return people
        error = CellError(message("a number of people"), message("correct the number"))
    except CellError as fault:
        error = fault
    findings.at(file, number, column).add(text, expected=error.expected, advice=error.advice)
    return None


def _read_seat(
    file: str,
    number: int,
    cells: tuple[tuple[str, str], tuple[str, str]],
    outline: Any,
    findings: Findings,
) -> tuple[float, float] | None:
    (column, lon), (_, lat) = cells
    if not lon and not lat:
        return None
    try:
        seat = float(parse_degrees(lon or "?")), float(parse_degrees(lat or "?"))
        is_near = outline.distance(shapely.Point(seat)) <= SEAT_MARGIN_DEG
    except CellError:
        is_near = False
    if is_near:
        return seat
    findings.at(file, number, column).add(
        f"{lon}, {lat}",
        expected=message("a seat inside the commune: longitude and latitude in degrees"),
        advice=message("correct seat_lon and seat_lat, or leave both empty"),
    )
    return None


def _check_codes(file: str, found: list[CommuneShape], findings: Findings) -> None:
    """Add a finding where some communes have a code and others none, or the same one."""
    codes = Counter(shape.code for shape in found)
    if set(codes) == {""}:
        return
    for number, shape in enumerate(found, 1):
        if not shape.code or codes[shape.code] > 1:
            findings.at(file, number, "code").add(
                shape.code,
                expected=message("a code that only this commune has"),
                advice=message("correct it, or leave the codes of all communes empty"),
            )


def _refuse(path: Path, value: str) -> InputError:
    expected = message("polygons with a column called name")
    advice = message("export the communes from QGIS as GeoJSON, EPSG:4326")
    return InputError.of(path.name, "", value[:80], expected=expected, advice=advice)
