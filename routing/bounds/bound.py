"""A valid lower bound on the objective of a month, by column generation over relaxed trips.

The relaxed month covers every visit by relaxed trips (`routing.bounds.pricing`), in shares, or
leaves it out at its price, with no more vehicle-days than there are. Its linear program is solved
column by column. At any prices π ≥ 0 of visits and μ ≥ 0 of vehicle-days, Σ π − Σ μ · days plus,
for each fleet, its least reduced cost times its vehicle-days if that is negative, is no more than
any month costs (a Lagrangian bound): so the search may stop whenever its effort is spent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from ortools.linear_solver import pywraplp

from routing.bounds.pricing import Floats, find_trips
from routing.bounds.relaxation import DaySplit, TripClass, list_classes
from routing.month.costs import price_day
from routing.month.instance import MonthInstance

QUICK_ROUNDS = 60
"""Most rounds of column generation that overlook trips, before those that give bounds."""

MOST_QUICK = 1_000_000_000
"""Labels that a round which overlooks trips looks at, at most."""

EFFORT, USUAL_VISITS = 1_000_000_000, 80
"""Labels that the rounds which give bounds look at, at work 1 and up to so many visits; with more
visits as many more."""

ROUGH, FINE, ROUGHEST = (2, 1), (4, 8), (1, 1)
"""Visits that a relaxed trip remembers around each, and units in which room is counted at most. The
fine ones go on from the prices of the rough ones; the roughest stand in where even these are too
many to look at."""

DAY_SPLITS: tuple[DaySplit, ...] = get_args(DaySplit)

Prices = tuple[Floats, Floats]
"""What serving each visit is worth, and what a day of each fleet costs besides its money."""

MOST_COLUMNS, COLUMNS_A_VISIT = 5000, 25
"""Trips in the linear program at which those that are dearest at its prices leave it: so many, or
so many for each visit."""

TINY = 1e-6
GAIN_VND = 1.0
"""What a trip must gain to be new to the linear program."""

SCALE_VND = 100_000.0
"""The linear program counts in these, so that its numbers are neither large nor small."""

NEAR = 5e-4
"""Share of the linear program's value by which a bound may miss it: no round gains more."""

PULL = 0.7
"""Share of the best prices so far in the prices asked (Wentges smoothing)."""


def bound_month(instance: MonthInstance, *, work: float = 1.0) -> int:
    """Return the lower bound, no more than the objective of any month."""
    simple = bound_simply(instance)
    effort = EFFORT * work * max(1.0, len(instance.jobs) / USUAL_VISITS)
    classes = list_classes(instance, *ROUGHEST, "halves")
    if not classes:
        return simple
    splits = DAY_SPLITS if any(one.share < 1.0 for one in classes) else DAY_SPLITS[:1]
    begun = {split: _begin(instance, ROUGH, split) for split in splits}
    split = max(begun, key=lambda one: begun[one].master.value())
    best = _generate(begun[split], effort)
    if best.prices is None:
        best = _generate(_begin(instance, ROUGHEST, split), effort)
    elif best.effort < effort:
        fine = _generate(_begin(instance, FINE, split), effort - best.effort, best.prices)
        best = max(best, fine, key=lambda one: one.bound)
    return max(simple, int(np.floor(best.bound - TINY))) if best.prices else simple


@dataclass(frozen=True, slots=True)
class _Found:
    """The best Lagrangian bound of all rounds, at which prices, and what it took.

    The bound is −∞, and the prices are None, where trips were too many to look at.
    """

    bound: float
    prices: Prices | None
    effort: int


def _begin(instance: MonthInstance, details: tuple[int, int], split: DaySplit) -> "_Pricing":
    """Return what prices trips of some details, after the rounds that overlook some."""
    pricing = _Pricing(instance, list_classes(instance, *details, split))
    for _ in range(QUICK_ROUNDS):
        exact = pricing.master.solve()
        if exact is None or not pricing.run(exact, MOST_QUICK, is_quick=True)[1]:
            break
    return pricing


def _generate(pricing: "_Pricing", most_effort: float, prices: Prices | None = None) -> _Found:
    """Return the best bound, from some prices on if there are any."""
    effort = round(most_effort)
    centre = prices
    best = pricing.run(prices, effort)[0] if prices is not None else -np.inf
    while pricing.effort < effort:
        exact = pricing.master.solve()
        if exact is None or pricing.master.value() - best <= NEAR * best:
            break
        asked = exact
        if centre is not None:
            visits, days = (PULL * c + (1 - PULL) * e for c, e in zip(centre, exact, strict=True))
            asked = visits, days
        bound, is_new = pricing.run(asked, effort)
        if not is_new and asked is not exact:
            best = max(best, bound)
            asked = exact
            bound, is_new = pricing.run(exact, effort)
        if bound > best:
            best, centre = bound, asked
        if not is_new:
            break
    return _Found(best, centre if np.isfinite(best) else None, pricing.effort)


class _Pricing:
    """Finds trips for the linear program, and the bounds at its prices.

    `effort` is what the rounds that give bounds took so far.
    """

    def __init__(self, instance: MonthInstance, classes: Sequence[TripClass]) -> None:
        self.effort = 0
        self._classes = classes
        self._fleets = {one.fleet: one.vehicle_days for one in classes}
        penalty = np.array([float(job.penalty_vnd) for job in instance.jobs])
        self.master = _Master(penalty, self._fleets)

    def run(
        self, prices: Prices, most_effort: int, *, is_quick: bool = False
    ) -> tuple[float, bool]:
        """Return the bound at some prices, and whether it gave the master a new column.

        A trip costs its days at least: divided by one and the largest share of them by which a
        trip gains, prices are such that none gains. The bound is −∞ where trips were overlooked.
        """
        visits, days = prices
        dual = float(visits.sum()) - sum(
            float(days[fleet]) * count for fleet, count in self._fleets.items()
        )
        least = dict.fromkeys(self._fleets, 0.0)
        excess, is_new, is_all = 0.0, False, True
        for one in self._classes:
            relaxed, price = one.relaxed, visits[one.relaxed.visits]
            day_vnd = one.share * float(days[one.fleet])
            dear = relaxed._replace(day_vnd=relaxed.day_vnd + day_vnd)
            found = find_trips(dear, price, most_effort - self.effort, is_quick=is_quick)
            self.effort += 0 if is_quick else found.effort
            is_all &= found.is_all
            for last, cost in enumerate(found.least.tolist(), 1):
                least[one.fleet] = min(least[one.fleet], cost / (one.share * last))
                excess = max(excess, -cost / last / max(one.least_day_vnd, TINY))
            for cost, trip, last in zip(found.costs.tolist(), found.trips, found.days, strict=True):
                if cost < -GAIN_VND:
                    served = relaxed.visits[trip]
                    own = cost + float(visits[served].sum()) - last * day_vnd
                    is_new |= self.master.add(one.fleet, own, served.tolist(), one.share * last)
        by_days = dual + sum(least[fleet] * count for fleet, count in self._fleets.items())
        bound = max(by_days, dual / (1 + excess)) if is_all else -np.inf
        return bound, is_new


@dataclass(frozen=True, slots=True)
class _Column:
    """A relaxed trip in the linear program: its fleet, cost, visits and days."""

    fleet: int
    cost: float
    visits: tuple[int, ...]
    days: float

    @property
    def key(self) -> tuple[object, ...]:
        """What names the trip among others."""
        return self.fleet, round(self.cost), tuple(sorted(self.visits)), self.days


class _Master:
    """The linear program over the relaxed trips found so far, the dearest of many left out."""

    def __init__(self, penalty: Floats, fleets: dict[int, int]) -> None:
        self._penalty, self._fleets, self._value = penalty, fleets, 0.0
        self._parameters = pywraplp.MPSolverParameters()  # GLOP's presolve fails on some programs
        self._parameters.SetIntegerParam(
            pywraplp.MPSolverParameters.PRESOLVE, pywraplp.MPSolverParameters.PRESOLVE_OFF
        )
        self._begin()

    def _begin(self) -> None:
        """Begin a linear program without trips."""
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        infinity = self._solver.infinity()
        self._visits = [self._solver.Constraint(1.0, infinity) for _ in self._penalty]
        self._days = {
            fleet: self._solver.Constraint(-infinity, float(count))
            for fleet, count in self._fleets.items()
        }
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        self._known: dict[tuple[object, ...], _Column] = {}
        for row, cost in zip(self._visits, self._penalty.tolist(), strict=True):
            left_out = self._solver.NumVar(0.0, infinity, "")
            self._objective.SetCoefficient(left_out, cost / SCALE_VND)
            row.SetCoefficient(left_out, 1.0)

    def solve(self) -> Prices | None:
        """Return the prices of visits and of vehicle-days, none negative; None without a result."""
        if self._solver.Solve(self._parameters) != self._solver.OPTIMAL:
            return None
        visits = np.array([row.dual_value() for row in self._visits]) * SCALE_VND
        days = np.zeros(1 + max(self._days))
        for fleet, row in self._days.items():
            days[fleet] = max(0.0, -row.dual_value()) * SCALE_VND
        prices = np.clip(visits, 0.0, self._penalty), days
        self._value = float(self._objective.Value()) * SCALE_VND
        self._drop_dearest(prices)
        return prices

    def _drop_dearest(self, prices: Prices) -> None:
        """Keep the better half of the trips at some prices where there are too many.

        Those that the solution takes cost nothing beyond their visits and are the first kept.
        """
        most = max(MOST_COLUMNS, COLUMNS_A_VISIT * len(self._penalty))
        if len(self._known) < most:
            return
        visits, days = prices

        def measure(column: _Column) -> float:
            served = sum(float(visits[visit]) for visit in column.visits)
            return column.cost + column.days * float(days[column.fleet]) - served

        kept = sorted(self._known.values(), key=measure)[: most // 2]
        self._begin()
        for column in kept:
            self._put(column)

    def value(self) -> float:
        """Return the least cost with the trips known when it was solved last."""
        return self._value

    def add(self, fleet: int, cost: float, visits: list[int], days: float) -> bool:
        """Add a trip; return False if it is known."""
        column = _Column(fleet, cost, tuple(visits), days)
        if column.key in self._known:
            return False
        self._put(column)
        return True

    def _put(self, column: _Column) -> None:
        self._known[column.key] = column
        share = self._solver.NumVar(0.0, self._solver.infinity(), "")
        self._objective.SetCoefficient(share, column.cost / SCALE_VND)
        for visit in set(column.visits):
            self._visits[visit].SetCoefficient(share, float(column.visits.count(visit)))
        self._days[column.fleet].SetCoefficient(share, column.days)


def bound_simply(instance: MonthInstance) -> int:
    """Return a weak lower bound: every visit alone has its own way in and its share of a day."""
    return sum(
        min(job.penalty_vnd, _least_share(instance, k)) for k, job in enumerate(instance.jobs)
    )


def _least_share(instance: MonthInstance, number: int) -> int:
    job = instance.jobs[number]
    places = {other.site for k, other in enumerate(instance.jobs) if k != number}
    places |= {car.depot for car in instance.cars} | {site for site, _ in instance.lodging}
    least = None
    for car_number in sorted(job.vehicles):
        car = instance.cars[car_number]
        for table_number in sorted(set(car.tables)):
            table = instance.tables[table_number]
            arcs = [
                (table.metres[p][job.site], table.drive[p][job.site] if p != job.site else 0)
                for p in sorted(places)
                if p == job.site or table.drive[p][job.site] >= 0
            ]
            if arcs:
                metres, minutes = min(a[0] for a in arcs), min(a[1] for a in arcs)
                day = price_day(instance, car_number, job.crew_min)
                busy = min(1.0, (job.service_min + minutes) / max(1, instance.limits.duty))
                share = int(metres * car.vnd_km / 1000 + day * busy)
                least = share if least is None else min(least, share)
    return job.penalty_vnd if least is None else least
