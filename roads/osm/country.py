"""Tells an extract of the province from one of another country."""

from collections.abc import Sequence

import numpy as np
import shapely

from province.errors import InputError
from province.findings import Finding
from province.language import message
from province.places import Commune
from roads.osm.extract import Bounds, Extract, Floats
from roads.osm.lines import Line


def refuse_other_country(
    name: str,
    extract: Extract,
    lines: Sequence[Line],
    communes: Sequence[Commune],
    bounds: Bounds | None,
) -> None:
    """Do nothing when there are roads, and some lie in some commune.

    Parameters
    ----------
    name
        Of the extract.
    communes
        None: any place is right.
    bounds
        West, south, east, north that the lines were taken from, or None.

    Raises
    ------
    InputError
        If there are no roads, or none begins or ends in any commune.
    """
    lon = np.array([place for line in lines for place in (line.lon[0], line.lon[-1])])
    lat = np.array([place for line in lines for place in (line.lat[0], line.lat[-1])])
    if lines and (not communes or _lies_in(lon, lat, communes)):
        return
    corners = [corner for commune in communes for ring in commune.outline for corner in ring]
    if corners:
        x, y = np.array(corners).T
        bounds = x.min(), y.min(), x.max(), y.max()
    expected = (
        message("roads for vehicles")
        if bounds is None
        else message("roads for vehicles within {bounds}", bounds=_write(bounds))
    )
    advice = message("take the extract of the right country, or correct --bbox")
    raise InputError([Finding(name, None, "", _write(extract.frame), expected, advice)])


def _lies_in(lon: Floats, lat: Floats, communes: Sequence[Commune]) -> bool:
    rings = (ring for commune in communes for ring in commune.outline)
    return any(shapely.contains_xy(shapely.Polygon(ring), lon, lat).any() for ring in rings)


def _write(bounds: Bounds) -> str:
    return ", ".join(f"{edge:.2f}" for edge in bounds)
