"""Estimates numbers from recorded times, drawn towards what is believed without them.

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

from planning.learning.measured import SeenVisit
from province.ids import SiteId
from province.learn_settings import LearnSettings
from roads.array_types import Floats


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
class Services:
    """Minutes of exchanges and kits, as multiples of those reckoned: everywhere, and by site."""

    everywhere: Estimate
    by_site: dict[SiteId, Estimate]


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
