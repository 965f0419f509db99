"""Numbers that come out the same on every processor.

The last bit of an exponential or a logarithm, and the order in which a product of arrays is added
up, differ between processors. A search that branches at each comparison makes another plan of that.
What it looks at is rounded far above such differences and far below what counts, and added up in
one order.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DIGITS = 9
"""Decimals of shares and of logarithms."""


def round_off(values: npt.ArrayLike, digits: int = DIGITS) -> Floats:
    """Return values without the digits in which processors differ."""
    return np.asarray(np.round(np.asarray(values, dtype=np.float64), digits))


def reach_share(books: npt.ArrayLike, half: float) -> Floats:
    """Return the share of a demand that so many books reach: 1 − exp(−books ÷ half)."""
    return 1.0 - round_off(np.exp(-np.asarray(books, dtype=np.float64) / half))


def add_up(values: npt.ArrayLike) -> Floats:
    """Return the sums along the last axis, added from its first number to its last."""
    array = np.asarray(values, dtype=np.float64)
    if not array.shape[-1]:
        return np.zeros(array.shape[:-1])
    return np.asarray(np.cumsum(array, axis=-1)[..., -1])
