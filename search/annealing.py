"""Chance and acceptance in simulated annealing, for compiled code.

References
----------
Vigna, *An experimental exploration of Marsaglia's xorshift generators, scrambled*, ACM Transactions
on Mathematical Software 42, 2016: xorshift64*.
Metropolis, Rosenbluth, Rosenbluth, Teller and Teller, *Equation of state calculations by fast
computing machines*, Journal of Chemical Physics 21, 1953: acceptance.
"""

import math

import numpy as np
import numpy.typing as npt

from search.compiling import woven

Words = npt.NDArray[np.uint64]


def seed_words(seed: int) -> Words:
    """Return the state of random numbers for a seed; never 0, where they would stand still."""
    return np.array([(seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**64 or 1], np.uint64)


@woven
def draw(random: Words) -> float:
    """Return a random number from 0 to below 1 (xorshift64*)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@woven
def is_accepted(cost: float, before: float, temperature: float, random: Words) -> bool:
    """Whether a solution takes the place of the one before: always when better, else by chance."""
    return cost < before - temperature * math.log(1.0 - draw(random))
