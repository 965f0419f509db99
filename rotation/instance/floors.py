"""The floor under every library: no standing empty too long, as far as that is worth its price."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from province.ids import SiteId
from rotation.problem import Floats, RotationProblem, fade_of, stay_limits
from search.rounding import add_up, reach_share, round_off

DIGITS = 6  # prices and uses are compared so rounded: the same on every machine


class Floor(NamedTuple):
    """A span of months in one of which a batch must stand at a library; `end` is not in it."""

    library: int
    first: int
    end: int


def list_floors(problem: RotationProblem, counts: npt.NDArray[np.bool_]) -> tuple[Floor, ...]:
    """Return the spans of months in one of which a batch must stand at a library.

    Parameters
    ----------
    counts
        By library and month, whether it counts as empty without a batch.
    """
    num_months = len(problem.months)
    floors: list[Floor] = []
    for p, library in enumerate(problem.libraries):
        first, last = max(0, library.first_month), min(num_months - 1, library.last_month)
        most = 0 if library.never_empty else problem.rules.max_empty_months
        for start in range(first, last + 1):
            already = min(library.empty_since, most) if start == first == 0 else 0
            counted = [t for t in range(start, last + 1) if counts[p, t]][: most + 1 - already]
            if len(counted) == most + 1 - already:
                floors.append(Floor(p, start, counted[-1] + 1))
    return tuple(dict.fromkeys(floors))


def list_months_brought(allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return in which months some batch may be brought to a library: library, month."""
    brought: npt.NDArray[np.bool_] = np.any(allowed, axis=(0, 3))
    return brought


def list_months_worth_forcing(
    problem: RotationProblem, allowed: npt.NDArray[np.bool_], fresh: Floats
) -> npt.NDArray[np.bool_]:
    """Return in which months some batch may be brought at a price in proportion to its uses.

    Months in which none can be brought, or only at more than `empty_cost_times` what its uses are
    worth, do not count as empty; at temporary sites the price does not matter.

    Parameters
    ----------
    allowed
        Which stays the rules allow: batch, library, first month, months − 1.
    fresh
        Share of a batch's titles not seen at a library: batch, library, month.
    """
    brought, times = list_months_brought(allowed), problem.rules.empty_cost_times
    if not times:
        return brought
    points = {
        depot: np.array(
            [
                [price_points(problem, p, t, depot) for t in range(len(problem.months))]
                for p in range(len(problem.libraries))
            ]
        ).reshape(brought.shape)
        for depot in {batch.depot_id for batch in problem.batches}
    }
    worth = np.zeros_like(brought)
    for b, batch in enumerate(problem.batches):
        uses, price = _measure_uses(problem, b, fresh), points[batch.depot_id]
        is_worth = round_off(price, DIGITS) <= round_off(times * uses, DIGITS)
        worth |= allowed[b].any(axis=2) & is_worth
    urgent = np.array([library.never_empty for library in problem.libraries], dtype=bool)
    worth |= brought & urgent[:, None]
    return worth


def price_points(problem: RotationProblem, library: int, month: int, depot_id: SiteId) -> float:
    """Return the uses that what an exchange from a depot costs must bring to be worth it."""
    site, when = problem.libraries[library].site_id, problem.months[month]
    price = problem.reach.price(site, when) + problem.reach.extra(site, when, depot_id)
    return price * problem.rules.uses_per_million / 1e6


def measure_most_uses(
    problem: RotationProblem, allowed: npt.NDArray[np.bool_], fresh: Floats
) -> Floats:
    """Return the uses of the batch that is used most, alone, over its longest stay.

    By library and month in which it is brought, at that month's demand: so a stay that the
    horizon cuts short counts as much as others.
    """
    most = np.zeros(allowed.shape[1:3])
    for b in range(len(problem.batches)):
        uses = _measure_uses(problem, b, fresh)
        most = np.maximum(most, np.where(allowed[b].any(axis=2), uses, 0.0))
    return most


def _measure_uses(problem: RotationProblem, batch: int, fresh: Floats) -> Floats:
    """Return the uses of a batch, alone, over its longest stay: library, month brought."""
    nu = problem.rules.books_for_half_saturation
    reached = reach_share(fresh[batch][:, :, None] * problem.offer[batch], nu)
    months = stay_limits(problem, batch)[1]
    fade = sum(fade_of(problem, month) for month in range(months))
    uses: Floats = fade * add_up(reached * problem.demand)
    return uses
