"""Chance that depends on what it is about alone, so that two plans meet the same month."""

import hashlib
import math
from statistics import NormalDist

DIGITS = 9
"""Decimals of what is made of a logarithm or an exponential, which differ between processors."""

_NORMAL = NormalDist()


def draw(*what: object) -> float:
    """Return a number above 0 and below 1, always the same for the same seed, run, thing, day."""
    text = "\x1f".join(map(str, what))
    number = int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest())
    return ((number >> 12) + 0.5) / 2**52


def draw_factor(median: float, spread: float, *what: object) -> float:
    """Return a factor of a lognormal distribution."""
    if not spread:
        return median
    return round(median * math.exp(spread * _NORMAL.inv_cdf(draw(*what))), DIGITS)


def draw_length(mean: float, *what: object) -> float:
    """Return how long something lasts of which the end is as near as ever, however long it lasts.

    That is the exponential distribution.
    """
    return round(-mean * math.log(draw(*what)), DIGITS)
