"""How much of something a library has for what alike communes have, and how sure that is.

Counts over what they could have been counted in (uses in open hours) are rates; the rate of one
library over that of alike ones is a ratio. Bare ratios of small counts lie far from 1 by chance
alone, so each is drawn towards the ratios of all, the more the less was counted (partial pooling by
a gamma-Poisson model). Counts that come in heaps stray more than Poisson's and count for less.

References
----------
Clayton and Kaldor, *Biometrics* 43, 1987, 671-681 (empirical Bayes estimates of relative rates);
DerSimonian and Laird, *Controlled Clinical Trials* 7, 1986, 177-188 (the spread between units, by
moments); Goldstein and Spiegelhalter, *Journal of the Royal Statistical Society* A 159, 1996,
385-443 (why institutions are not to be ranked by quotients); McCullagh and Nelder, *Generalized
Linear Models*, 2nd edition, 1989, section 4.5 (dispersion).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from province.row_refs import RowRef

LEAST_SPREAD = 0.1
"""How far ratios of units lie apart at least (standard deviation, as a share of their mean)."""

EIGHT_IN_TEN = NormalDist().inv_cdf(0.9)


@dataclass(frozen=True, slots=True)
class Spell:
    """What was counted at one time: an amount, in so much of what it is held against."""

    amount: float
    exposure: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one library.

    Parameters
    ----------
    spells
        One for each time that somebody counted; each with an exposure above 0.
    rows
        The rows that say so.
    """

    spells: tuple[Spell, ...] = ()
    rows: tuple[RowRef, ...] = ()

    @property
    def amount(self) -> float:
        """Everything that was counted."""
        return math.fsum(spell.amount for spell in self.spells)

    @property
    def exposure(self) -> float:
        """What it is held against."""
        return math.fsum(spell.exposure for spell in self.spells)


@dataclass(frozen=True, slots=True)
class RateRatio:
    """What a library has for what alike communes have.

    Parameters
    ----------
    rate, alike_rate
        Its own rate, and what is usual in the alike communes (`pool_middle`), as counted.
    alike
        Keys of the libraries of alike communes, the most alike first.
    ratio, low, high
        The ratio, drawn towards those of all, and the limits of eight cases in ten.
    log_sd
        Standard deviation of the logarithm of the ratio.
    """

    rate: float
    alike_rate: float
    alike: tuple[str, ...]
    ratio: float
    low: float
    high: float
    log_sd: float

    def chance_below(self, limit: float) -> float:
        """Return the probability that the ratio is below a limit."""
        return _round(NormalDist(math.log(self.ratio), self.log_sd).cdf(math.log(limit)))

    def chance_above(self, limit: float) -> float:
        """Return the probability that the ratio is above a limit."""
        return _round(1 - NormalDist(math.log(self.ratio), self.log_sd).cdf(math.log(limit)))

    def chance_more_than(self, other: "RateRatio") -> float:
        """Return the probability that this ratio is more than another."""
        spread = math.hypot(self.log_sd, other.log_sd)
        return _round(NormalDist().cdf(math.log(self.ratio / other.ratio) / spread))


def compare_rates(
    tallies: Mapping[str, Tally],
    alike: Mapping[str, Sequence[str]],
    *,
    most_alike: int,
    least_alike: int,
) -> dict[str, RateRatio]:
    """Return the ratio of every library of which something was counted, where others are alike.

    Parameters
    ----------
    alike
        Those that each is held against, the most alike first; those of which nothing was counted
        are passed over.
    most_alike, least_alike
        How many of them are taken; with fewer than the least there is no ratio.
    """
    dispersion = measure_dispersion(tallies.values())
    held: dict[str, tuple[float, tuple[str, ...]]] = {}
    for key, tally in tallies.items():
        near = tuple(one for one in alike[key] if tallies[one].exposure > 0)[:most_alike]
        if tally.exposure > 0 and len(near) >= least_alike:
            usual = pool_middle([tallies[one] for one in near])
            if usual > 0:
                held[key] = usual, near
    expected = {key: rate * tallies[key].exposure for key, (rate, _) in held.items()}
    if not expected:
        return {}
    mean, variance = measure_spread(
        [(tallies[key].amount, amount) for key, amount in expected.items()], dispersion
    )
    found = {}
    for key, (rate, near) in held.items():
        shape = mean * mean / variance + tallies[key].amount / dispersion
        ratio = shape / (mean / variance + expected[key] / dispersion)
        log_sd = math.sqrt(math.log1p(1 / shape) + math.log1p(variance / mean**2) / len(near))
        reach = math.exp(EIGHT_IN_TEN * log_sd)
        own = tallies[key].amount / tallies[key].exposure
        found[key] = RateRatio(own, rate, near, ratio, ratio / reach, ratio * reach, log_sd)
    return found


def pool_middle(tallies: Sequence[Tally]) -> float:
    """Return the rate of several libraries together, without the highest and lowest fifth.

    One that is outstanding does not make the others weak. Of three or four the highest and the
    lowest are left out, of two none.
    """
    cut = max(1, len(tallies) // 5) if len(tallies) > 2 else 0
    ranked = sorted(tallies, key=lambda one: one.amount / one.exposure)
    middle = ranked[cut : len(ranked) - cut]
    return math.fsum(one.amount for one in middle) / math.fsum(one.exposure for one in middle)


def measure_dispersion(tallies: Iterable[Tally]) -> float:
    """Return how many times Poisson's variance counts of one library have from time to time."""
    squares, freedom = [], 0
    for tally in tallies:
        if len(tally.spells) < 2 or tally.amount <= 0:
            continue
        rate = tally.amount / tally.exposure
        squares += [
            (spell.amount - rate * spell.exposure) ** 2 / (rate * spell.exposure)
            for spell in tally.spells
        ]
        freedom += len(tally.spells) - 1
    return max(1.0, math.fsum(squares) / freedom) if freedom else 1.0


def measure_spread(pairs: Sequence[tuple[float, float]], dispersion: float) -> tuple[float, float]:
    """Return mean and variance of the true ratios among libraries, by moments.

    Parameters
    ----------
    pairs
        What was counted and what was expected of each, the second above 0.
    """
    weights = [expected / dispersion for _, expected in pairs]
    total = math.fsum(weights)
    mean = math.fsum(amount for amount, _ in pairs) / math.fsum(e for _, e in pairs)
    if mean <= 0:
        return 1.0, 1.0
    ratios = [amount / expected for amount, expected in pairs]
    scatter = math.fsum(
        weight * (ratio - mean) ** 2 for weight, ratio in zip(weights, ratios, strict=True)
    )
    room = total - math.fsum(weight * weight for weight in weights) / total
    variance = mean * (scatter / mean - (len(pairs) - 1)) / room if room > 0 else 0.0
    return mean, max(variance, (LEAST_SPREAD * mean) ** 2)


def _round(chance: float) -> float:
    return round(chance, 3)
