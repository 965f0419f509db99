"""Matrices of travel between sites, for one vehicle and one date."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from province.hours import Spans

Minutes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Travel:
    """What it takes to get from each site to each other one with one vehicle on one date.

    Parameters
    ----------
    signature
        Equal for dates and vehicles whose travel is equal; "" where it is of no vehicle.
    drive_min
        Minutes at the wheel, without buffer, breaks and ferry waits; shape (n, n); -1 where there
        is no way.
    wait_min
        Ferry waits on the way, minutes; shape (n, n).
    length_m
        Metres driven; shape (n, n).
    shut_min
        For each pair, the hours of the day during which the way is shut, as spans of minutes;
        pairs not named are open all day. A leg must not overlap them.
    """

    signature: str
    drive_min: Minutes
    wait_min: Minutes
    length_m: Minutes
    shut_min: dict[tuple[int, int], Spans]
