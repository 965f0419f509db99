"""Makes from a month the classes of relaxed trips that price its visits."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import floyd_warshall

from routing.bounds.pricing import Floats, Ints, Relaxation
from routing.month.costs import price_day, price_night
from routing.month.instance import Car, MonthInstance

NEIGHBOURS = 2
"""Visits that a relaxed trip remembers around each: more is tighter and slower."""

LEVELS = 8
"""Most units in which the room of a vehicle is counted."""

STEP_MIN = 10
"""Minutes to which times are rounded down at most."""


@dataclass(frozen=True, slots=True)
class TripClass:
    """Relaxed trips of vehicles that are alike, with a crew of one size.

    `fleet` numbers the group of vehicles, `vehicle_days` is how many days all of them can work.
    """

    fleet: int
    vehicle_days: int
    relaxed: Relaxation


def list_classes(instance: MonthInstance) -> list[TripClass]:
    """Return the classes of trips of a month."""
    fleets: dict[tuple[object, ...], list[int]] = {}
    for number, car in enumerate(instance.cars):
        alike = (
            car.depot, car.boxes, car.vnd_km, car.vnd_day, frozenset(car.tables),
            _jobs_of(instance, number),
        )  # fmt: skip
        fleets.setdefault(alike, []).append(number)
    classes = []
    for fleet, cars in enumerate(fleets.values()):
        sizes = {team.members for team in instance.teams if team.cars & set(cars)}
        days = sum(sum(instance.cars[number].is_free) for number in cars)
        for members in sorted(sizes):
            relaxed = _relax(instance, cars, members)
            if len(relaxed.visits):
                classes.append(TripClass(fleet, days, relaxed))
    return classes


def _jobs_of(instance: MonthInstance, car: int) -> frozenset[int]:
    depot, boxes, kg = instance.cars[car].depot, instance.cars[car].boxes, instance.cars[car].kg
    return frozenset(
        k
        for k, job in enumerate(instance.jobs)
        if car in job.vehicles
        and (not job.depots or job.depots == {depot})
        and not job.lacks_giver
        and max(job.boxes_left, job.boxes_taken) <= boxes
        and max(job.kg_left, job.kg_taken) <= kg
    )


def _loads(instance: MonthInstance, car: Car, visits: Ints) -> tuple[Ints, int]:
    """Return the room of each visit and of the vehicle, in units rounded down.

    What is brought from the depot leaves it together, what is fetched comes home together; so half
    of both together fits the vehicle. What goes from site to site (a chain) is not counted.
    """
    takers: dict[int, int] = {}
    for job in instance.jobs:
        for giver, boxes, _ in job.givers:
            takers[giver] = takers.get(giver, 0) + boxes
    room = np.array(
        [
            (
                instance.jobs[k].boxes_left
                - sum(boxes for _, boxes, _ in instance.jobs[k].givers)
                + instance.jobs[k].boxes_taken
                - takers.get(int(k), 0)
            )
            / 2
            for k in visits
        ]
    )
    units = [
        (float(np.floor(room * levels / car.boxes).sum()) / levels, -levels)
        for levels in range(1, LEVELS + 1)
    ]
    levels = -max(units)[1]
    loads: Ints = np.floor(room * levels / car.boxes + 1e-9).astype(np.int64)
    return loads, levels


def _relax(instance: MonthInstance, cars: list[int], members: int) -> Relaxation:
    car = instance.cars[cars[0]]
    teams = {
        k
        for k, team in enumerate(instance.teams)
        if team.members == members and team.cars & set(cars)
    }
    visits = np.array(
        [k for k in sorted(_jobs_of(instance, cars[0])) if instance.jobs[k].crews & teams],
        dtype=np.int64,
    )
    minutes, metres = _shortest(instance, car)
    vnd = metres * car.vnd_km / 1000
    sites = np.array([instance.jobs[k].site for k in visits], dtype=np.int64)
    beds = np.array(
        [site for site, count in instance.lodging if count >= members and site != car.depot],
        dtype=np.int64,
    )
    between = np.ix_(sites, sites)
    service = np.array([instance.jobs[k].service_min for k in visits], dtype=np.int64)
    group = _groups(instance, visits, instance.limits.nights + 1)
    near, carry = _neighbourhoods(metres[between], group)
    load, most_load = _loads(instance, car, visits)
    opens, closes = _hours(instance, visits)
    buffer = instance.limits.buffer
    return Relaxation(
        visits=visits,
        out_min=_leg(minutes[car.depot, sites], buffer, sites == car.depot),
        out_vnd=vnd[car.depot, sites],
        home_min=_leg(minutes[sites, car.depot], buffer, sites == car.depot),
        home_vnd=vnd[sites, car.depot],
        step_min=_leg(minutes[between], buffer, sites[:, None] == sites[None]),
        step_vnd=vnd[between],
        rest_vnd=_by_way_of(vnd, sites, beds, sites),
        rest_home_vnd=_by_way_of(vnd, sites, beds, np.array([car.depot]))[:, 0],
        rest_out_vnd=_by_way_of(vnd, np.array([car.depot]), beds, sites)[0],
        dusk_min=_least(minutes[np.ix_(sites, beds)], axis=1),
        dawn_min=_least(minutes[np.ix_(beds, sites)], axis=0),
        late_min=int(_least(minutes[np.ix_(beds, np.array([car.depot]))], axis=0)[0]),
        opens=opens,
        closes=closes,
        service_min=service,
        group=group,
        near=near,
        carry=carry,
        load=load,
        most_load=most_load,
        first_min=min(first for first, _ in instance.light),
        last_min=max(max(last for _, last in instance.light), instance.limits.end),
        step=int(max(1, min(STEP_MIN, service.min(initial=STEP_MIN)))),
        day_vnd=float(price_day(instance, cars[0], members)),
        night_vnd=float(price_night(instance, members)),
        max_days=instance.limits.nights + 1 if len(beds) else 1,
    )


def _shortest(instance: MonthInstance, car: Car) -> tuple[Floats, Floats]:
    """Return the least minutes and metres between all places on any day, also by way of others."""
    minutes, metres = [], []
    for table in (instance.tables[number] for number in sorted(set(car.tables))):
        drive, wait, length = (
            np.array(part, dtype=float) for part in (table.drive, table.wait, table.metres)
        )
        minutes.append(np.where(drive < 0, np.inf, drive + wait))
        metres.append(np.where(drive < 0, np.inf, length))
    return _closed(minutes), _closed(metres)


def _closed(layers: list[Floats]) -> Floats:
    least = np.minimum.reduce(layers)
    np.fill_diagonal(least, 0.0)
    closed: Floats = floyd_warshall(np.where(np.isinf(least), 0.0, np.maximum(least, 1e-6)))
    return closed


def _leg(minutes: Floats, buffer: int, is_same: npt.NDArray[np.bool_]) -> Ints:
    """Return whole minutes of legs with their buffer; −1 where there is no way."""
    whole = np.where(
        np.isinf(minutes), -1, np.floor(np.where(np.isinf(minutes), 0, minutes)) + buffer
    )
    legs: Ints = np.where(is_same, 0, whole).astype(np.int64)
    return legs


def _least(minutes: Floats, axis: int) -> Ints:
    """Return the least whole minutes, without buffer (the crew may sleep where it stopped)."""
    if minutes.size == 0:
        return np.full(minutes.shape[1 - axis], -1, dtype=np.int64)
    least = minutes.min(axis=axis)
    whole: Ints = np.where(np.isinf(least), -1, np.floor(np.where(np.isinf(least), 0, least)))
    return whole.astype(np.int64)


def _by_way_of(vnd: Floats, starts: Ints, beds: Ints, ends: Ints) -> Floats:
    best = np.full((len(starts), len(ends)), np.inf)
    for bed in beds:
        best = np.minimum(best, vnd[starts, bed][:, None] + vnd[bed, ends][None])
    return best


def _hours(instance: MonthInstance, visits: Ints) -> tuple[Ints, Ints]:
    """Return the hours in which each visit can lie on some day; shape (visits, spans)."""
    spans = [sorted({span for day in instance.jobs[k].windows for span in day}) for k in visits]
    width = max((len(own) for own in spans), default=0) or 1
    opens = np.zeros((len(visits), width), dtype=np.int64)
    closes = np.full((len(visits), width), -1, dtype=np.int64)
    for row, own in enumerate(spans):
        for column, (first, last) in enumerate(own):
            opens[row, column], closes[row, column] = first, last
    return opens, closes


def _groups(instance: MonthInstance, visits: Ints, days: int) -> Ints:
    """Return a number for each visit, one for all that must lie further apart than a trip."""
    names: dict[object, int] = {}
    return np.array(
        [
            names.setdefault(
                instance.jobs[k].gap_group
                if instance.jobs[k].gap_group and instance.jobs[k].gap_days >= days
                else int(k),
                len(names),
            )
            for k in visits
        ],
        dtype=np.int64,
    )


def _neighbourhoods(metres: Floats, group: Ints) -> tuple[Ints, Ints]:
    """Return the groups nearest to each visit, its own first, and where they stand at the next."""
    n = len(metres)
    size = min(NEIGHBOURS, len(set(group.tolist())))
    ranked = np.array(metres)
    np.fill_diagonal(ranked, -1.0)
    order = np.argsort(ranked, axis=1, kind="stable")
    near = np.array(
        [list(dict.fromkeys(group[row].tolist()))[:size] for row in order], dtype=np.int64
    ).reshape(n, size)
    carry = np.full((n, n, size), -1, dtype=np.int64)
    for k in range(n):
        place = {int(one): bit for bit, one in enumerate(near[k])}
        for j in range(n):
            carry[j, k] = [place.get(int(one), -1) for one in near[j]]
    return near, carry
