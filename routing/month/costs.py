"""What trips cost, in đồng: kilometres, days, nights, rides, wishes; the ways by cost and time."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from routing.month.instance import Compiled

FAR_VND, FAR_MIN = 1e8, 1e5  # a way that is none
Floats = npt.NDArray[np.float64]


def price_metres(board: Compiled, car: int, metres: int) -> int:
    """Return what some metres of a vehicle cost, rounded up."""
    return -(-metres * board.cars[car].vnd_km // 1000)


def price_day(board: Compiled, car: int, members: int) -> int:
    """Return what a day of a vehicle and its crew costs."""
    return board.cars[car].vnd_day + members * board.allowance_vnd


def price_night(board: Compiled, members: int) -> int:
    """Return what a night of a crew costs."""
    return members * board.night_vnd


def price_days(board: Compiled, car: int, members: int, num_days: int) -> int:
    """Return what the days of a trip cost, with the nights between them."""
    nights = (num_days - 1) * price_night(board, members)
    return num_days * price_day(board, car, members) + nights


def price_rides(board: Compiled, served: Iterable[tuple[int, int]]) -> int:
    """Return what the rides of villages' motorbikes cost for visits, each with its day."""
    return sum(board.jobs[job].ride_vnd[day] for job, day in served if board.jobs[job].ride_vnd)


def price_wishes(board: Compiled, served: Iterable[tuple[int, int]]) -> int:
    """Return what visits on another day than one of their preferred ones count.

    `served` are visits, each with its day.
    """
    missed = (
        bool(board.jobs[job].preferred) and number not in board.jobs[job].preferred
        for job, number in served
    )
    return board.missed_vnd * sum(missed)


def least_members(board: Compiled, car: int) -> int:
    """Return the people of the smallest crew that may drive a vehicle."""
    return min((team.members for team in board.teams if car in team.cars), default=0)


def list_ways_vnd(board: Compiled, table: int, vnd_km: int) -> Floats:
    """Return what each way costs by a table of travel; `FAR_VND` where there is none."""
    ways = np.array(board.tables[table].metres, np.float64) * vnd_km / 1000
    return np.where(np.array(board.tables[table].drive) < 0, FAR_VND, ways)


def list_ways_min(board: Compiled, table: int) -> Floats:
    """Return how long each way takes, waits and buffer included; `FAR_MIN` where there is none."""
    drive = np.array(board.tables[table].drive, np.float64)
    lasts = drive + np.array(board.tables[table].wait) + board.limits.buffer
    np.fill_diagonal(lasts, 0.0)
    return np.where(drive < 0, FAR_MIN, lasts)
