"""Estimates how slow road classes are, and single roads that surely differ from their class.

The minutes of a leg, or of a day's drive along a road, are those of the speed table times the
slowness of the class, and, on a road of its own, a difference from it. It is a linear model, its
posterior known in closed form; roads are taken up one by one, the surest first.

References
----------
Gelman, Carlin, Stern, Dunson, Vehtari, Rubin, Bayesian Data Analysis, 3rd ed. 2013: 14.8 (linear
regression with a normal prior).
Birge, The calculation of errors by the method of least squares, Phys. Rev. 40, 1932.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from planning.learning.estimate import Estimate
from planning.learning.measured import SeenLeg
from planning.tracks.driven_day import DrivenStretch
from province.learn_settings import LearnSettings
from province.roads import RoadClass
from roads.array_types import Floats

LEAST_SHARE = 0.1
"""Share of a leg's minutes from which on it counts as a leg on a road class."""

EDGE_MIN = 1.0
"""What the minutes of a drive along a road may be off by at its ends, where places scatter."""

OWN_SD, OWN_AWAY = 3.0, 0.1
"""Standard deviations, and slowness, by which a road differs from its class at least to have a
number of its own; the first is stricter than elsewhere, since the surest of many is looked at."""


@dataclass(frozen=True, slots=True)
class RoadSlowness:
    """The slowness of a road that has a number of its own.

    Parameters
    ----------
    whole
        Minutes as multiples of the speed table's; its count is of days.
    by_class
        The share that each class has of the minutes which the speed table gives the road.
    """

    whole: Estimate
    by_class: tuple[tuple[RoadClass, float], ...]


@dataclass(frozen=True, slots=True)
class Slowness:
    """Minutes by road class, as multiples of those of the speed table.

    Parameters
    ----------
    beside_min, beside_sd
        Minutes that a leg takes beside driving, more than planned.
    by_road
        The roads that differ from their class.
    """

    by_class: dict[RoadClass, Estimate]
    beside_min: float
    beside_sd: float
    by_road: dict[str, RoadSlowness]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Legs, then drives along roads, as rows of numbers.

    Parameters
    ----------
    by_class, by_road
        Expected minutes; shapes (rows, classes) and (rows, roads).
    took, noise
        Minutes; what a row may be off by, as settings say.
    num_legs
        How many rows are legs.
    """

    classes: tuple[RoadClass, ...]
    roads: tuple[str, ...]
    by_class: Floats
    by_road: Floats
    took: Floats
    noise: Floats
    num_legs: int

    @property
    def beside(self) -> Floats:
        """1 for legs, 0 for drives along roads, which have nothing beside driving."""
        return (np.arange(len(self.took)) < self.num_legs).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Mean and covariance of the slowness of classes, differences of roads, minutes beside."""

    mean: Floats
    covariance: Floats


def estimate_slowness(
    legs: Sequence[SeenLeg],
    settings: LearnSettings,
    stretches: Sequence[DrivenStretch] = (),
    held: Collection[str] = (),
) -> Slowness:
    """Return how slow each road class is, and roads that differ from theirs.

    Parameters
    ----------
    legs
        Mostly over several classes; some minutes are beside driving, about which as little is
        believed beforehand as `beside_spread_min` says.
    stretches
        What tracks tell of single roads, day by day.
    held
        Roads that have a factor in force: they have a number of their own anyhow.
    """
    rows = _lay_out(legs, stretches, settings)
    days = {road: sum(one.road == road for one in stretches) for road in rows.roads}
    own = [road for road in rows.roads if road in held and days[road]]
    fit = _fit(rows, own, settings)
    while (more := _find_next(rows, own, days, settings)) is not None:
        own.append(more)
        fit = _fit(rows, own, settings)
    sd = np.sqrt(np.diag(fit.covariance))
    num = len(rows.classes)
    by_class = {
        kind: Estimate(*_see_class(rows, c), float(fit.mean[c]), float(sd[c]), _count(rows, c))
        for c, kind in enumerate(rows.classes)
    }
    by_road = {
        road: _judge_road(rows, stretches, road, fit, num + k, days[road])
        for k, road in enumerate(own)
    }
    return Slowness(by_class, float(fit.mean[-1]), float(sd[-1]), by_road)


def _lay_out(
    legs: Sequence[SeenLeg], stretches: Sequence[DrivenStretch], settings: LearnSettings
) -> _Rows:
    kinds = {kind for leg in legs for kind, _ in leg.expected_min}
    classes = tuple(sorted(kinds | {one.road_class for one in stretches}))
    roads = tuple(sorted({one.road for one in stretches if one.road}))
    count = len(legs) + len(stretches)
    by_class, by_road = np.zeros((count, len(classes))), np.zeros((count, len(roads)))
    for k, leg in enumerate(legs):
        by_class[k] = [dict(leg.expected_min).get(kind, 0.0) for kind in classes]
        by_road[k] = [dict(leg.road_min).get(road, 0.0) for road in roads]
    for k, one in enumerate(stretches, len(legs)):
        by_class[k, classes.index(one.road_class)] = one.expected_min
        if one.road:
            by_road[k, roads.index(one.road)] = one.expected_min
    took = [leg.drive_min for leg in legs] + [one.took_min for one in stretches]
    noise = [settings.leg_noise_min for _ in legs]
    noise += [math.hypot(EDGE_MIN, settings.track_spread * one.expected_min) for one in stretches]
    return _Rows(
        classes, roads, by_class, by_road, np.array(took, np.float64), np.array(noise, np.float64),
        len(legs),
    )  # fmt: skip


def _find_next(
    rows: _Rows, own: list[str], days: dict[str, int], settings: LearnSettings
) -> str | None:
    """Return the road that differs most surely from its class, if it does for sure."""
    best: tuple[float, str] | None = None
    for c, road in enumerate(rows.roads):
        if road in own or days[road] < settings.road_days_at_least or not _has_others(rows, c):
            continue
        fit, k = _fit(rows, [*own, road], settings), len(rows.classes) + len(own)
        away, sd = float(fit.mean[k]), math.sqrt(fit.covariance[k, k])
        if abs(away) >= max(OWN_AWAY, OWN_SD * sd) and (best is None or abs(away) / sd > best[0]):
            best = abs(away) / sd, road
    return best[1] if best else None


def _has_others(rows: _Rows, road: int) -> bool:
    """Whether other roads tell what the classes of a road are like."""
    mine = rows.by_road[:, road] > 0
    classes = rows.by_class[mine].sum(axis=0) > 0
    rest = rows.by_class[~mine].sum(axis=0) > 0
    return bool(rest[classes].all())


def _fit(rows: _Rows, own: Sequence[str], settings: LearnSettings) -> _Fit:
    """Return the posterior; rows that scatter more than settings say count as they scatter."""
    columns = [rows.roads.index(road) for road in own]
    known = np.hstack((rows.by_class, rows.by_road[:, columns], rows.beside[:, None]))
    num = rows.by_class.shape[1]
    believed = np.concatenate((np.ones(num), np.zeros(len(own) + 1)))
    spread = np.concatenate((
        np.full(num, settings.speed_spread),
        np.full(len(own), settings.road_spread), [settings.beside_spread_min],
    ))  # fmt: skip
    mean, _ = _solve(known, rows.took, believed, spread, rows.noise)
    rest = (rows.took - known @ mean) / rows.noise
    noise, legs = rows.noise.copy(), rows.num_legs
    noise[:legs] *= _measure_scatter(rest[:legs], known[:legs])
    noise[legs:] *= _measure_scatter(rest[legs:], known[legs:])
    return _Fit(*_solve(known, rows.took, believed, spread, noise))


def _solve(
    known: Floats, took: Floats, believed: Floats, spread: Floats, noise: Floats
) -> tuple[Floats, Floats]:
    """Return mean and covariance of a linear model's coefficients under a normal prior."""
    precision, weight = np.diag(spread**-2.0), noise**-2.0
    covariance = np.linalg.inv(known.T @ (known * weight[:, None]) + precision).astype(np.float64)
    mean: Floats = covariance @ (known.T @ (took * weight) + precision @ believed)
    return mean, covariance


def _measure_scatter(rest: Floats, known: Floats) -> float:
    """Return how many times as far as expected rows scatter, 1 at least (Birge's ratio)."""
    free = len(rest) - int(np.count_nonzero(known.any(axis=0)))
    if free <= 0:
        return 1.0
    return max(1.0, math.sqrt(float(rest @ rest) / free))


def _share(rows: _Rows) -> Floats:
    whole = rows.by_class.sum(axis=1)
    share: Floats = rows.by_class / np.where(whole > 0, whole, 1.0)[:, None]
    return share


def _see_class(rows: _Rows, column: int) -> tuple[float]:
    """Return what the rows say of a class alone, each by its share of it."""
    share, whole = _share(rows)[:, column], rows.by_class.sum(axis=1)
    return (float(share @ rows.took / max(share @ whole, 1e-9)),)


def _count(rows: _Rows, column: int) -> int:
    return int(np.count_nonzero(_share(rows)[:, column] >= LEAST_SHARE))


def _judge_road(
    rows: _Rows,
    stretches: Sequence[DrivenStretch],
    road: str,
    fit: _Fit,
    column: int,
    days: int,
) -> RoadSlowness:
    """Return the slowness of a road: that of its classes by their share, and its difference."""
    mine = [one for one in stretches if one.road == road]
    whole = sum(one.expected_min for one in mine)
    share = {
        kind: sum(one.expected_min for one in mine if one.road_class == kind) / whole
        for kind in rows.classes
    }
    weight = np.zeros(len(fit.mean))
    weight[: len(rows.classes)] = [share[kind] for kind in rows.classes]
    weight[column] = 1.0
    seen = sum(one.took_min for one in mine) / whole
    sd = math.sqrt(float(weight @ fit.covariance @ weight))
    own = tuple((kind, part) for kind, part in share.items() if part > 0)
    return RoadSlowness(Estimate(seen, float(weight @ fit.mean), sd, days), own)
