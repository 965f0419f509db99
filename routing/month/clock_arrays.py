"""The clock's arrays: a month in numbers, scratch, and what was found."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.month.instance import MonthInstance, WorkLimits

Ints = npt.NDArray[np.int32]
MAX_STATES = 400
UPTO, GOAL, FINISH, DRIVE_MIN, METRES, LEAVE, ARRIVE, PAUSES = range(8)  # of a row of `days`

SCRATCH = ("shift", "meals", "states", "ways", "days", "legs", "starts", "pauses", "num_pauses")
"""What the clock writes to."""


class Clock(NamedTuple):
    """A month as arrays (see `routing.month.instance`), scratch, and what was found.

    Parameters
    ----------
    shut_row, shut_first, shut_span
        Where the hours in which each way is shut stand, by table and places; the hours.
    window_id, window_first, window_span
        The same for the hours of each visit, by visit and day.
    shift
        How many minutes later the day may start with all in it as it is, moved or not; the minute
        from which on it then stays; whether it leaves too little time for a meal.
    meals, states, ways
        Starts of a meal, each with what comes of it; nights reached; their ways on.
    days
        By day: stops served so far, place of the night, finish, minutes driven, metres, when the
        last leg leaves and arrives, and where its pauses end.
    site, service, window_id
        Behind those of the visits stand loadings, one for each depot, as if they were visits.
    legs, starts
        By stop: when the leg to it leaves and arrives; when it is served.
    pauses, num_pauses
        (stop, or number of stops for a last leg; start; minutes; is a break), and how many.
    """

    drive: Ints
    wait: Ints
    metres: Ints
    shut_row: Ints
    shut_first: Ints
    shut_span: Ints
    site: Ints
    service: Ints
    window_id: Ints
    window_first: Ints
    window_span: Ints
    depot: Ints
    table: Ints
    is_free: Ints
    light: Ints
    beds: Ints
    limits: WorkLimits
    shift: Ints
    meals: Ints
    states: Ints
    ways: Ints
    days: Ints
    legs: Ints
    starts: Ints
    pauses: Ints
    num_pauses: Ints


def clock_of(instance: MonthInstance) -> Clock:
    """Return the clock of a month; made once and kept."""
    if "clock" not in instance.cache:
        instance.cache["clock"] = _build_clock(instance)
    return instance.cache["clock"]  # type: ignore[return-value]


def copy_scratch(clock: Clock) -> Clock:
    """Return the clock for a search beside others: with scratch of its own."""
    return clock._replace(**{name: getattr(clock, name).copy() for name in SCRATCH})


def list_homes(instance: MonthInstance) -> tuple[int, ...]:
    """Return the depots of the vehicles: in this order the clock knows loadings there."""
    return tuple(sorted({car.depot for car in instance.cars}))


def number_loading(instance: MonthInstance, depot: int) -> int:
    """Return as which visit the clock knows the loading at a depot."""
    return len(instance.jobs) + list_homes(instance).index(depot)


def _build_clock(instance: MonthInstance) -> Clock:
    rows, spans = [0, 0], []
    size = len(instance.tables[0].drive)
    shut_row = np.zeros((len(instance.tables), size, size), np.int32)
    for number, table in enumerate(instance.tables):
        for (a, b), hours in sorted(table.shut.items()):
            shut_row[number, a, b] = len(rows) - 1
            spans += list(hours)
            rows.append(len(spans))
    kinds: dict[int, tuple[tuple[int, int], ...]] = {}
    for job in instance.jobs:
        kinds |= dict(zip(job.window_ids, job.windows, strict=True))
    jobs, limits, homes = len(instance.jobs), instance.limits, list_homes(instance)
    windows = [*(kinds[k] for k in sorted(kinds)), ((0, limits.reload_until + limits.reload),)]
    row_of = {k: row for row, k in enumerate(sorted(kinds))}
    own = [[row_of[k] for k in job.window_ids] for job in instance.jobs]
    most_pauses = 11 + jobs + limits.drive_day // max(1, limits.drive_run)

    def ints(values: object) -> Ints:
        return np.array(values, np.int32)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, np.int32)

    return Clock(
        drive=ints([table.drive for table in instance.tables]),
        wait=ints([table.wait for table in instance.tables]),
        metres=ints([table.metres for table in instance.tables]),
        shut_row=shut_row,
        shut_first=ints(rows),
        shut_span=ints(spans).reshape(-1, 2),
        site=ints([*(job.site for job in instance.jobs), *homes]),
        service=ints(
            [*(job.service_min for job in instance.jobs), *(limits.reload for _ in homes)]
        ),
        window_id=ints([*own, *([len(windows) - 1] * len(instance.light) for _ in homes)]).reshape(
            jobs + len(homes), len(instance.light)
        ),
        window_first=ints(np.cumsum([0, *(len(w) for w in windows)])),
        window_span=ints([span for w in windows for span in w]).reshape(-1, 2),
        depot=ints([car.depot for car in instance.cars]),
        table=ints([car.tables for car in instance.cars]),
        is_free=ints([car.is_free for car in instance.cars]),
        light=ints(instance.light),
        beds=ints(instance.lodging).reshape(-1, 2),
        limits=limits,
        shift=zeros(3),
        meals=zeros(6 + 2 * jobs + most_pauses, 6),
        states=zeros(2 + limits.nights, MAX_STATES, 5),
        ways=zeros(MAX_STATES),
        days=zeros(1 + limits.nights, 8),
        legs=zeros(jobs + 2, 2),
        starts=zeros(jobs + 2),
        pauses=zeros((1 + limits.nights) * most_pauses, 4),
        num_pauses=zeros(1),
    )
