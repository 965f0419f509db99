"""Reads heights from GeoTIFF files, with the extra `elevation`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from province.errors import InputError, PlannerError
from province.files.foreign import ForeignError, read_foreign
from province.findings import Finding
from province.language import message
from roads.osm.extract import Bools, Floats
from roads.osm.interpolate import interpolate_cells


class MissingExtraError(PlannerError):
    """A library is needed that is not installed."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Raster:
    """A GeoTIFF of heights in metres, read in windows when it is asked for."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def measure_m(self, lon: Floats, lat: Floats) -> tuple[Floats, Bools]:
        """Return bilinear heights (NaN where void) and which places lie inside the raster."""
        import rasterio
        from pyproj import Transformer
        from rasterio.windows import Window

        values = np.full(len(lon), np.nan)
        with rasterio.open(self.path) as source:
            project = Transformer.from_crs("EPSG:4326", source.crs.to_wkt(), always_xy=True)
            x, y = project.transform(lon, lat)
            back = ~source.transform
            column = back.a * np.asarray(x) + back.b * np.asarray(y) + back.c - 0.5
            row = back.d * np.asarray(x) + back.e * np.asarray(y) + back.f - 0.5
            inside = (column > -0.5) & (column < source.width - 0.5)
            inside &= (row > -0.5) & (row < source.height - 0.5)
            if not inside.any():
                return values, inside
            left, top = (max(0, int(np.floor(v[inside].min())) - 1) for v in (column, row))
            right = min(source.width, int(column[inside].max()) + 3)
            bottom = min(source.height, int(row[inside].max()) + 3)
            window = Window(left, top, right - left, bottom - top)
            cells = source.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)
        values[inside] = interpolate_cells(cells, column[inside] - left, row[inside] - top, np.nan)
        return values, inside


def open_rasters(paths: Sequence[Path]) -> tuple[Raster, ...]:
    """Return the rasters of some GeoTIFF files.

    Raises
    ------
    MissingExtraError
        If there are some and `rasterio` is not installed.
    InputError
        With every file that cannot be read or has no coordinate system.
    """
    if not paths:
        return ()
    try:
        import rasterio
    except ImportError as error:
        raise MissingExtraError(
            message("GeoTIFF needs one more library: pip install 'luanchuyen[elevation]'")
        ) from error
    findings = []
    for path in paths:
        try:
            with read_foreign(partial(rasterio.open, path)) as source:
                fault = "" if source.crs is not None else "CRS"
        except ForeignError as error:
            fault = error.text[:80]
        if fault:
            expected = message("a GeoTIFF of heights with a coordinate system")
            advice = message("download the tile again")
            findings.append(Finding(path.name, None, "", fault, expected, advice))
    if findings:
        raise InputError(findings)
    return tuple(Raster(path) for path in paths)
