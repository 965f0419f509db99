"""Gathers what lies at the very bottom of a map: shaded hills, rivers and lakes."""

from pathlib import Path
from typing import Any

from exports.maps.basemap import Bounds
from exports.maps.hillshade import SIDE_PX, shade_hills
from exports.maps.water import draw_water


def draw_ground(
    folder: Path, within: Bounds | None, *, tolerance: float, side_px: int = SIDE_PX
) -> dict[str, Any]:
    """Return hills and water of a box for `ground.js`; empty where the folder has neither.

    Parameters
    ----------
    tolerance
        Degrees by which shores may stray from the real ones.
    side_px
        Pixels of the longer side of the hills' picture.
    """
    ground: dict[str, Any] = {}
    hills = shade_hills(folder, within, side_px=side_px)
    if hills is not None:
        ground["hills"] = {"picture": hills.data_uri, "bounds": hills.bounds}
    water = draw_water(folder, within, tolerance=tolerance)
    if water:
        ground["water"] = water
    return ground
