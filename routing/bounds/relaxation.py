"""Makes from a month the classes of relaxed trips that price its visits."""

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np

from routing.bounds.pricing import Floats, Ints, Relaxation
from routing.month.costs import price_day, price_night
from routing.month.instance import Car, MonthInstance

KG_SLACK = 1e-6
"""Kilograms by which the rules let a load exceed a vehicle."""

QUICK_NEAR = 80
"""Visits nearest to each node to which a quick search goes on; more would cost their square."""

TINY = 1e-9
"""Below this, numbers are alike."""


DaySplit = Literal["halves", "minutes"]
"""How two trips of one day share its price: each half, or as much as it takes of their time."""


@dataclass(frozen=True, slots=True)
class TripClass:
    """Relaxed trips of vehicles that are alike, with a crew of one size.

    `fleet` numbers the group of vehicles, `vehicle_days` is how many days all of them can work;
    `share` is how much of its vehicle's days a trip takes, `least_day_vnd` what each of its days
    costs at least.
    """

    fleet: int
    vehicle_days: int
    relaxed: Relaxation
    least_day_vnd: float
    share: float = 1.0


def list_classes(
    instance: MonthInstance, neighbours: int, levels: int, split: DaySplit
) -> list[TripClass]:
    """Return the classes of trips of a month.

    A larger crew that serves nothing else costs more and is no class of its own.

    Parameters
    ----------
    neighbours, levels
        Visits that a trip remembers around each, and units in which room is counted at most: more
        is tighter and slower.
    split
        How two trips of a day share its price.
    """
    fleets: dict[tuple[object, ...], list[int]] = {}
    for number, car in enumerate(instance.cars):
        alike = (
            car.depot, car.boxes, car.kg, car.vnd_km, car.vnd_day, frozenset(car.tables),
            _jobs_of(instance, number),
        )  # fmt: skip
        fleets.setdefault(alike, []).append(number)
    classes = []
    for fleet, cars in enumerate(fleets.values()):
        sizes = {team.members for team in instance.teams if team.cars & set(cars)}
        days = sum(sum(instance.cars[number].is_free) for number in cars)
        known: list[frozenset[int]] = []
        for members in sorted(sizes):
            visits = _visits_of(instance, cars, members)
            if visits and not any(visits <= other for other in known):
                relaxed = _relax(instance, cars, members, neighbours, levels)
                classes.append(TripClass(fleet, days, relaxed, relaxed.day_vnd))
                if pair := _relax_pair(instance, relaxed, split):
                    classes.append(TripClass(fleet, days, *pair, 0.5))
            known.append(visits)
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
        and max(job.kg_left, job.kg_taken) <= kg + KG_SLACK
    )


def _loads(instance: MonthInstance, car: Car, visits: Ints, most_levels: int) -> tuple[Ints, int]:
    """Return what each visit gets from the depot, gets from others, gives, and a vehicle's room.

    In boxes or in kilograms, whichever the parcels fill more. A parcel that takes a part x of the
    room counts ⌈(levels + 1) x⌉ − 1 of as many units as levels: what fits, fits by units too (a
    dual feasible function: Fekete, Schepers, *Mathematical Programming* 91, 2001, 11–31).
    """
    best = -1.0, np.zeros((len(visits), 3), dtype=np.int64), 1
    for what, room in ((0, float(max(car.boxes, 1))), (1, car.kg + KG_SLACK)):
        parcels = [_list_parcels(instance, int(k), what) for k in visits]
        for levels in range(1, most_levels + 1):
            units = np.array(
                [
                    [
                        sum(max(ceil((levels + 1) * load / room - TINY) - 1, 0) for load in kind)
                        for kind in kinds
                    ]
                    for kinds in parcels
                ],
                dtype=np.int64,
            ).reshape(-1, 3)
            filled = units.sum() / levels
            if filled > best[0] + TINY:
                best = filled, units, levels
    return best[1], best[2]


def _list_parcels(instance: MonthInstance, visit: int, what: int) -> tuple[list[float], ...]:
    """Return the boxes (0) or kilograms (1) a visit gets from the depot, from others, and gives.

    What it gets from the depot is one parcel, so is what it gives that no other visit gets.
    """
    job = instance.jobs[visit]
    left, taken = ((job.boxes_left, job.boxes_taken), (job.kg_left, job.kg_taken))[what]
    gets = [float(giver[1 + what]) for giver in job.givers]
    gives = [
        float(giver[1 + what])
        for other in instance.jobs
        for giver in other.givers
        if giver[0] == visit
    ]
    return [left - sum(gets)], gets, [*gives, taken - sum(gives)]


def _visits_of(instance: MonthInstance, cars: list[int], members: int) -> frozenset[int]:
    """Return the visits that vehicles alike can serve with a crew of one size."""
    teams = {
        k
        for k, team in enumerate(instance.teams)
        if team.members == members and team.cars & set(cars)
    }
    return frozenset(k for k in _jobs_of(instance, cars[0]) if instance.jobs[k].crews & teams)


def _relax(
    instance: MonthInstance, cars: list[int], members: int, neighbours: int, most_levels: int
) -> Relaxation:
    car, limits = instance.cars[cars[0]], instance.limits
    visits = np.array(sorted(_visits_of(instance, cars, members)), dtype=np.int64)
    jobs = [instance.jobs[k] for k in visits]
    beds = [site for site, count in instance.lodging if count >= members and site != car.depot]
    sites = np.array([*(job.site for job in jobs), *beds, car.depot], dtype=np.int64)
    leg, metres = _measure_legs(instance, car, sites)
    carry, block = _neighbourhoods(instance, visits, metres, neighbours)
    loads, most_load = _loads(instance, car, visits, most_levels)
    opens, closes = _hours(instance, visits)
    first_min = min(first for first, _ in instance.light)
    dark_min = max(last for _, last in instance.light)
    stays = {*beds, car.depot}  # after dark, only who stays there is served
    late = [
        min(limits.end, int(closes[k].max())) for k, job in enumerate(jobs) if job.site in stays
    ]
    return Relaxation(
        visits=visits,
        leg_min=leg,
        leg_vnd=metres * car.vnd_km / 1000,
        opens=opens,
        closes=closes,
        service_min=np.array([job.service_min for job in jobs], dtype=np.int64),
        own_vnd=np.array([float(min(job.ride_vnd, default=0)) for job in jobs]),
        carry=carry,
        block=block,
        near=_list_nearest(metres[:, : len(visits)]),
        brings=loads[:, 0],
        passed=loads[:, 1],
        fetches=loads[:, 2],
        most_load=most_load,
        first_min=first_min,
        dark_min=dark_min,
        end_min=max([first_min, dark_min, *late]),
        duty_min=limits.duty,
        day_vnd=float(price_day(instance, cars[0], members)),
        night_vnd=float(price_night(instance, members)),
        max_days=limits.nights + 1 if beds else 1,
    )


def _relax_pair(
    instance: MonthInstance, relaxed: Relaxation, split: DaySplit
) -> tuple[Relaxation, float] | None:
    """Return the trips of which a vehicle makes two a day; None: it makes one.

    Such a trip leaves time for loading, and for the shortest that may be beside it. For the day it
    pays half of the price, or as much as its legs and services take of the time of both: the two
    together pay no more than all of it. Beside it stands what such a trip pays at least.
    """
    n, left = len(relaxed.visits), instance.limits.duty - instance.limits.reload
    out, back = relaxed.leg_min[-1, :n], relaxed.leg_min[:n, -1]
    ways = (out >= 0) & (back >= 0)
    rounds = np.where(ways, out + relaxed.service_min + back, left + 1)
    group = _groups(instance, relaxed.visits, 1)
    apart = group[:, None] != group[None]
    is_pair = apart & (rounds[:, None] + rounds[None] <= left)
    if not instance.limits.reload or not is_pair.any():
        return None
    shortest = int(out[ways].min() + relaxed.service_min[ways].min() + back[ways].min())
    one_of_two = relaxed._replace(duty_min=left - shortest, max_days=1)
    if split == "halves":
        return one_of_two._replace(day_vnd=relaxed.day_vnd / 2), relaxed.day_vnd / 2
    minute_vnd = relaxed.day_vnd / left
    by_time = one_of_two._replace(
        leg_vnd=relaxed.leg_vnd + minute_vnd * np.maximum(relaxed.leg_min, 0),
        own_vnd=relaxed.own_vnd + minute_vnd * relaxed.service_min,
        day_vnd=0.0,
    )
    return by_time, minute_vnd * shortest


def _measure_legs(instance: MonthInstance, car: Car, sites: Ints) -> tuple[Ints, Floats]:
    """Return whole minutes and metres between sites, the least of all days; −1: no way.

    Minutes are those with waits, the buffer, and the breaks of somebody who starts rested. What
    drives longer than a day allows is no way.
    """
    limits, pairs = instance.limits, np.ix_(sites, sites)
    leg = np.full((len(sites), len(sites)), np.inf)
    metres = leg.copy()
    for table in (instance.tables[number] for number in sorted(set(car.tables))):
        drive, wait = np.array(table.drive)[pairs], np.array(table.wait)[pairs]
        rests = wait >= limits.pause
        runs = [np.where(rests, drive // 2, drive), np.where(rests, drive - drive // 2, 0)]
        breaks = sum(np.maximum(-(-run // limits.drive_run) - 1, 0) for run in runs)
        whole = drive + wait + breaks * limits.pause + limits.buffer
        is_way = (drive >= 0) & (drive <= limits.drive_day)
        leg = np.where(is_way, np.minimum(leg, whole), leg)
        metres = np.where(is_way, np.minimum(metres, np.array(table.metres)[pairs]), metres)
    is_same = sites[:, None] == sites[None]
    leg, metres = np.where(is_same, 0.0, leg), np.where(is_same, 0.0, metres)
    return np.where(np.isinf(leg), -1.0, leg).astype(np.int64), metres


def _list_nearest(metres: Floats) -> Ints:
    """Return the visits nearest to each node, in the order of their numbers."""
    order = np.argsort(metres, axis=1, kind="stable")[:, :QUICK_NEAR]
    nearest: Ints = np.sort(order, axis=1).astype(np.int64)
    return nearest


def _hours(instance: MonthInstance, visits: Ints) -> tuple[Ints, Ints]:
    """Return the hours in which each visit can lie on some day; shape (visits, spans)."""
    spans = []
    for k in visits:
        known = {span for day in instance.jobs[k].windows for span in day}
        spans.append(
            [
                (first, last)
                for first, last in sorted(known)
                if not any(a <= first and last <= b and (a, b) != (first, last) for a, b in known)
            ]
        )
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


def _neighbourhoods(
    instance: MonthInstance, visits: Ints, metres: Floats, neighbours: int
) -> tuple[Ints, Ints]:
    """Return `Relaxation.carry` and `Relaxation.block`.

    Remembered are the groups of the visits nearest to each node, its own first. A visit may not
    follow one of its group, nor one that gets what it gives.
    """
    n, nodes = len(visits), len(metres)
    group = _groups(instance, visits, instance.limits.nights + 1)
    size = min(neighbours, len(set(group.tolist())))
    ranked = np.array(metres[:, :n])
    ranked[np.arange(n), np.arange(n)] = -1.0
    order = np.argsort(ranked, axis=1, kind="stable")
    near = [list(dict.fromkeys(group[row].tolist()))[:size] for row in order]
    carry = np.full((nodes, nodes, size + 1), -1, dtype=np.int64)
    block = np.zeros((nodes, n), dtype=np.int64)
    for k in range(nodes):
        place = {one: bit for bit, one in enumerate(near[k])}
        for j in range(nodes):
            carry[j, k, :size] = [place.get(one, -1) for one in near[j]]
        if k < n:
            carry[:, k, size] = place[int(group[k])]
            bad = {int(group[k])} | _list_takers(instance, visits, group, int(visits[k]))
            block[:, k] = [
                sum(1 << bit for bit, one in enumerate(kept) if one in bad) for kept in near
            ]
    return carry, block


def _list_takers(instance: MonthInstance, visits: Ints, group: Ints, giver: int) -> set[int]:
    """Return the groups of the visits that get what one gives, where nobody else is in them."""
    return {
        int(group[row])
        for row, k in enumerate(visits)
        if any(other == giver for other, _, _ in instance.jobs[k].givers)
        and (group == group[row]).sum() == 1
    }
