"""Heights between the cells of a terrain model."""

import numpy as np
import numpy.typing as npt

from roads.osm.extract import Floats, Ints

LEAST_SHARE = 0.999  # of the weight of the four cells around that must be known


def interpolate_cells(
    heights: npt.NDArray[np.int16] | Floats, column: Floats, row: Floats, void: float
) -> Floats:
    """Return bilinear values between cells.

    A place is NaN when the cells around that are known weigh less than `LEAST_SHARE`: half a cell
    read level at the edge of a void would be a step in the road.
    """
    num_rows, num_columns = heights.shape
    c: Ints = np.clip(np.floor(column), 0, num_columns - 2).astype(np.int64)
    r: Ints = np.clip(np.floor(row), 0, num_rows - 2).astype(np.int64)
    dc, dr = np.clip(column - c, 0.0, 1.0), np.clip(row - r, 0.0, 1.0)
    total, known = np.zeros(len(column)), np.zeros(len(column))
    for down in (0, 1):
        for right in (0, 1):
            value = heights[r + down, c + right].astype(np.float64)
            weight = (dr if down else 1 - dr) * (dc if right else 1 - dc)
            is_known = (value != void) & ~np.isnan(value)
            total += np.where(is_known, weight * value, 0.0)
            known += np.where(is_known, weight, 0.0)
    return np.where(known >= LEAST_SHARE, total / np.maximum(known, 1e-12), np.nan)
