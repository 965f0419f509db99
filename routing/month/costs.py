"""What trips count, in đồng: ways, days, nights, rides, wishes, changes of what was announced."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from routing.month.announced import NOBODY
from routing.month.instance import MonthInstance

FAR_VND, FAR_MIN = 1e8, 1e5  # a way that is none
Floats = npt.NDArray[np.float64]


def price_metres(instance: MonthInstance, car: int, metres: int) -> int:
    """Return what some metres of a vehicle cost, rounded up."""
    return -(-metres * instance.cars[car].vnd_km // 1000)


def price_day(instance: MonthInstance, car: int, members: int) -> int:
    """Return what a day of a vehicle and its crew costs."""
    return instance.cars[car].vnd_day + members * instance.allowance_vnd


def price_night(instance: MonthInstance, members: int) -> int:
    """Return what a night of a crew costs."""
    return members * instance.night_vnd


def price_days(instance: MonthInstance, car: int, members: int, num_days: int) -> int:
    """Return what the days of a trip cost, with the nights between them."""
    nights = (num_days - 1) * price_night(instance, members)
    return num_days * price_day(instance, car, members) + nights


def price_rides(instance: MonthInstance, served: Iterable[tuple[int, int]]) -> int:
    """Return what the rides of villages' motorbikes cost for visits, each with its day."""
    return sum(
        instance.jobs[job].ride_vnd[day] for job, day in served if instance.jobs[job].ride_vnd
    )


def price_wishes(instance: MonthInstance, served: Iterable[tuple[int, int]]) -> int:
    """Return what visits on another day than one preferred or wished for count.

    `served` are visits, each with its day.
    """
    return sum(instance.jobs[job].missed_vnd[number] for job, number in served)


def price_times_told(instance: MonthInstance, jobs: Iterable[int], starts: Iterable[int]) -> int:
    """Return what it counts that visits of a day begin, or follow each other, not as announced."""
    total, before = 0, NOBODY
    for job, start in zip(jobs, starts, strict=True):
        told = instance.jobs[job].told
        total += told.time_vnd if abs(start - told.start) > told.tolerance else 0
        total += told.order_vnd if before != told.after else 0
        before = job
    return total


def price_crew_told(instance: MonthInstance, jobs: Iterable[int], car: int, crew: int) -> int:
    """Return what it counts that visits get another vehicle or crew than announced."""
    told = [instance.jobs[job].told for job in jobs]
    cars = sum(one.car_vnd for one in told if one.car != car)
    return cars + sum(one.crew_vnd for one in told if one.crew != crew)


def price_days_told(instance: MonthInstance, served: Iterable[tuple[int, int]]) -> int:
    """Return what it counts that visits, each with its day, are on another day than announced."""
    told = ((instance.jobs[job].told, number) for job, number in served)
    return sum(one.day_vnd for one, number in told if one.day != number)


def least_members(instance: MonthInstance, car: int) -> int:
    """Return the people of the smallest crew that may drive a vehicle."""
    return min((team.members for team in instance.teams if car in team.cars), default=0)


def list_ways_vnd(instance: MonthInstance, table: int, vnd_km: int) -> Floats:
    """Return what each way costs by a table of travel; `FAR_VND` where there is none."""
    ways = np.array(instance.tables[table].metres, np.float64) * vnd_km / 1000
    return np.where(np.array(instance.tables[table].drive) < 0, FAR_VND, ways)


def list_ways_min(instance: MonthInstance, table: int) -> Floats:
    """Return how long each way takes, waits and buffer included; `FAR_MIN` where there is none."""
    drive = np.array(instance.tables[table].drive, np.float64)
    lasts = drive + np.array(instance.tables[table].wait) + instance.limits.buffer
    np.fill_diagonal(lasts, 0.0)
    return np.where(drive < 0, FAR_MIN, lasts)
