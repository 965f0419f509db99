"""Estimates factors from recorded times, drawn towards what is believed without them.

Minutes are normal around what factors say of them, and factors around what is believed; both with
settings as their spreads. The posterior is then normal too and known in closed form. Where times
scatter more than their setting says, the scatter that is seen counts instead (Birge's ratio), so
that nothing looks surer than the times are.

References
----------
Gelman, Carlin, Stern, Dunson, Vehtari, Rubin, Bayesian Data Analysis, 3rd ed. 2013: 14.8 (linear
regression with a normal prior) and 5.4 (normal hierarchical model).
Birge, The calculation of errors by the method of least squares, Phys. Rev. 40, 1932.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planning.learning.measured import SeenLeg, SeenVisit
from province.ids import SiteId
from province.learn_settings import LearnSettings
from province.roads import RoadClass
from roads.array_types import Floats

LEAST_SHARE = 0.1
"""Share of a leg's minutes from which on it counts as a leg on a road class."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What times say of one number, in which 1 is as the program reckons without any factor.

    Parameters
    ----------
    seen
        What they say alone.
    mean, sd
        Of the posterior.
    count
        Visits, or legs of which the road class makes up `LEAST_SHARE`.
    """

    seen: float
    mean: float
    sd: float
    count: int


@dataclass(frozen=True, slots=True)
class Slowness:
    """Minutes by road class, as multiples of those of the speed table.

    Parameters
    ----------
    beside_min, beside_sd
        Minutes that a leg takes beside driving, more than planned.
    """

    by_class: dict[RoadClass, Estimate]
    beside_min: float
    beside_sd: float


@dataclass(frozen=True, slots=True)
class Services:
    """Minutes of exchanges and kits, as multiples of those reckoned: everywhere, and by site."""

    everywhere: Estimate
    by_site: dict[SiteId, Estimate]


def estimate_slowness(legs: Sequence[SeenLeg], settings: LearnSettings) -> Slowness:
    """Return how slow each road class is, from legs that mostly lead over several.

    A leg's minutes are those of its classes, each times its slowness, and some beside driving,
    about which as little is believed beforehand as `beside_spread_min` says.
    """
    classes = sorted({kind for leg in legs for kind, _ in leg.expected_min})
    expected = np.array([[dict(leg.expected_min).get(k, 0.0) for k in classes] for leg in legs])
    expected = expected.reshape(len(legs), len(classes))
    took = np.array([leg.drive_min for leg in legs])
    known = np.hstack((expected, np.ones((len(legs), 1))))
    believed = np.append(np.ones(len(classes)), 0.0)
    spread = np.append(np.full(len(classes), settings.speed_spread), settings.beside_spread_min)
    mean, covariance = _fit(known, took, believed, spread, settings.leg_noise_min)
    noise = settings.leg_noise_min * _measure_scatter(took - known @ mean, known, settings)
    mean, covariance = _fit(known, took, believed, spread, noise)
    sd = np.sqrt(np.diag(covariance))
    whole = expected.sum(axis=1)
    share = expected / np.where(whole > 0, whole, 1.0)[:, None]
    by_class = {
        kind: Estimate(
            float(share[:, c] @ took / max(share[:, c] @ whole, 1e-9)),
            float(mean[c]),
            float(sd[c]),
            int(np.count_nonzero(share[:, c] >= LEAST_SHARE)),
        )
        for c, kind in enumerate(classes)
    }
    return Slowness(by_class, float(mean[-1]), float(sd[-1]))


def _fit(
    known: Floats, took: Floats, believed: Floats, spread: Floats, noise_min: float
) -> tuple[Floats, Floats]:
    """Return mean and covariance of a linear model's coefficients under a normal prior."""
    precision = np.diag(spread**-2.0)
    covariance = np.linalg.inv(known.T @ known / noise_min**2 + precision).astype(np.float64)
    mean: Floats = covariance @ (known.T @ took / noise_min**2 + precision @ believed)
    return mean, covariance


def _measure_scatter(rest: Floats, known: Floats, settings: LearnSettings) -> float:
    """Return how many times as far as `leg_noise_min` legs scatter, 1 at least."""
    free = len(rest) - known.shape[1]
    if free <= 0:
        return 1.0
    return max(1.0, math.sqrt(float(rest @ rest) / free) / settings.leg_noise_min)


def estimate_services(visits: Sequence[SeenVisit], settings: LearnSettings) -> Services:
    """Return how long exchanges take: sites are drawn to what holds everywhere, that to 1."""
    own: dict[SiteId, list[SeenVisit]] = defaultdict(list)
    for visit in visits:
        own[visit.site_id].append(visit)
    sites = sorted(own)
    weight = np.array([sum(v.expected_min**2 for v in own[s]) for s in sites], dtype=float)
    product = [sum(v.expected_min * v.service_min for v in own[s]) for s in sites]
    seen = np.array(product) / weight if sites else np.zeros(0)
    spread = settings.service_spread**2
    noise = (settings.visit_noise_min * _measure_visit_scatter(own, seen, settings)) ** 2
    own_variance = noise / weight
    around = 1.0 / (own_variance + spread)
    variance = 1.0 / (1.0 / spread + around.sum())
    mean = variance * (1.0 / spread + around @ seen)
    count, total = len(visits), sum(weight)
    drawn = own_variance / (own_variance + spread)
    means = (1.0 - drawn) * seen + drawn * mean
    sds = np.sqrt((1.0 - drawn) * own_variance + drawn**2 * variance)
    everywhere = Estimate(
        float(weight @ seen / total) if sites else 1.0, float(mean), math.sqrt(variance), count
    )  # fmt: skip
    by_site = {
        site: Estimate(float(seen[k]), float(means[k]), float(sds[k]), len(own[site]))
        for k, site in enumerate(sites)
    }
    return Services(everywhere, by_site)


def _measure_visit_scatter(
    own: dict[SiteId, list[SeenVisit]], seen: Floats, settings: LearnSettings
) -> float:
    """Return how many times as far as `visit_noise_min` a site's visits scatter, 1 at least."""
    rest = [
        visit.service_min - seen[k] * visit.expected_min
        for k, site in enumerate(sorted(own))
        for visit in own[site]
    ]
    free = len(rest) - len(own)
    if free <= 0:
        return 1.0
    return max(1.0, math.sqrt(sum(r * r for r in rest) / free) / settings.visit_noise_min)
