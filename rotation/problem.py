"""The rotation problem and its answer."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from province.dates import Month
from province.ids import BatchId, SiteId
from province.language import Message
from province.settings import RotationSettings
from province.stock import Batch, Category
from province.visits import Movement, Reach

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Library:
    """A site that takes batches, as the rotation sees it.

    Parameters
    ----------
    first_month, last_month
        Months of the horizon in which it is enrolled, as indices, both included.
    empty_since
        Months it has stood empty before the horizon; 0 when a batch is there.
    equity_weight
        What a use counts here; 1 at the easiest, more at remote places.
    never_empty
        Whether a batch stands here in every month in which one can come, whatever that costs: a
        temporary site of a lockdown.
    """

    site_id: SiteId
    capacity_books: int
    languages: tuple[str, ...]
    audiences: tuple[str, ...]
    network: str
    first_month: int
    last_month: int
    empty_since: int
    equity_weight: float
    never_empty: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a batch is when the horizon begins: a site, and the months it has been there."""

    batch_id: BatchId
    site_id: SiteId
    months_there: int


@dataclass(frozen=True, slots=True)
class Swaps:
    """What the trips of the first month can do, where they are known.

    Parameters
    ----------
    visited
        (depot, library index): a trip from the depot visits the library; only there a batch of
        that depot comes or goes.
    brought
        (batch index, library index): a trip can have this batch on board when it gets there.
    """

    visited: frozenset[tuple[SiteId, int]]
    brought: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class RotationProblem:
    """Everything the rotation may know.

    Parameters
    ----------
    months
        The months of the horizon, consecutive.
    batches, libraries
        Sorted by id; their order is the order of all arrays. A batch's depot is the one where it
        lives: it moves with vehicles of that depot alone.
    depots
        Site ids that are depots.
    placements
        Where every batch is at the start, depots included.
    demand
        λ: expected uses per library, month and category; shape (libraries, months, categories).
        Where a lockdown makes some readers count more, so many times as much.
    offer
        n: books per batch and category; shape (batches, categories).
    titles
        Titles of each batch, as sorted arrays of numbers common to all batches.
    seen_until
        For each library, title number → last month index (≤ −1) in which it stood there.
    reach
        What travelling says.
    hours_per_month
        Vehicle hours for exchanges, by month index.
    unavailable
        (batch index, month index) pairs in which a batch cannot travel.
    pins
        (batch index, library index, month index): the batch stands there in that month.
    last_stays
        Stays of last month's plan, for stability; may be empty.
    categories
        The categories in the order of `demand` and `offer`; empty when no site asked for a
        language or an audience.
    swaps
        What the trips of the first month can do; None: no trips are known, anything may be.
    resting
        (batch index, month index): the batch comes from where a lockdown holds, and the month is
        over before it has rested and may stand anywhere else.
    readers
        The demand without what counts more; None: the same.
    returns
        (batch index, month index): the batch is another province's, and is fetched by that month,
        so that it can be given back at its end; negative when it is late.
    currency
        What money is told in; it is counted in its smallest unit.
    """

    months: tuple[Month, ...]
    batches: tuple[Batch, ...]
    libraries: tuple[Library, ...]
    depots: tuple[SiteId, ...]
    placements: tuple[Placement, ...]
    demand: Floats
    offer: Floats
    titles: tuple[npt.NDArray[np.int64], ...]
    seen_until: tuple[dict[int, int], ...]
    reach: Reach
    hours_per_month: tuple[float, ...]
    unavailable: frozenset[tuple[int, int]]
    pins: frozenset[tuple[int, int, int]]
    last_stays: tuple["Stay", ...]
    rules: RotationSettings
    categories: tuple[Category, ...] = ()
    swaps: Swaps | None = None
    resting: frozenset[tuple[int, int]] = frozenset()
    readers: Floats | None = None
    currency: str = "VND"
    returns: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Stay:
    """One batch at one library for some months.

    Parameters
    ----------
    first_month
        Month of the exchange that brings it; before the horizon for a batch that stands there.
    months
        Months from `first_month` until it is taken away.
    expected_uses
        Uses expected within the horizon.
    is_open_end
        True when the stay reaches the end of the horizon and may go on.
    first_month_uses
        The uses of its first month, as if the batch came on its first day; 0 where it came before
        the horizon.
    """

    batch_id: BatchId
    site_id: SiteId
    first_month: Month
    months: int
    expected_uses: float
    is_open_end: bool
    first_month_uses: float = 0.0


@dataclass(frozen=True, slots=True)
class Forced:
    """What a hard rule makes of an exchange that is not worth its price, or does not make of it.

    Parameters
    ----------
    rule
        Name of the rule (`rotation.checks.rules`).
    site_id, month
        Where and when; for a rule that is waived, the first month in which it would not hold.
    batch_id
        The batch that moves for it; "" where the rule is waived and nothing moves.
    price_vnd, uses
        What an exchange is held to cost there, and the uses that it brings.
    is_waived
        Whether the rule was dropped because it costs too much, and the library stays empty.
    """

    rule: str
    site_id: SiteId
    month: Month
    batch_id: BatchId | str
    price_vnd: int
    uses: float
    is_waived: bool


@dataclass(frozen=True, slots=True)
class RotationPlan:
    """Which batch goes where, for how long.

    Parameters
    ----------
    stays
        By batch and first month.
    movements
        Every movement of the horizon, by month and batch.
    objective, bound, gap
        Points; a valid upper bound; (bound − objective) / bound.
    wishes
        Share of each wish in the objective, by name.
    reasons
        For each (batch, site) of the first month's movements, why.
    forced
        What hard rules force in the first month beyond what it is worth, and where one was waived.
    """

    months: tuple[Month, ...]
    stays: tuple[Stay, ...]
    movements: tuple[Movement, ...]
    status: str
    objective: float
    bound: float
    gap: float
    seed: int
    work: float
    expected_uses: float
    wishes: tuple[tuple[str, float], ...]
    reasons: tuple[tuple[BatchId, SiteId, Message], ...]
    forced: tuple[Forced, ...] = ()


class IndexStay(NamedTuple):
    """A stay in indices of a problem; `first` is negative where it runs already.

    `end` is the month in which the batch leaves; the number of months where it stays on.
    """

    batch: int
    library: int
    first: int
    end: int


Schedule = tuple[tuple[IndexStay, ...], ...]
"""For each batch its stays, by first month."""


def index_batches(problem: RotationProblem) -> dict[BatchId, int]:
    """Return the index of each batch."""
    return {batch.batch_id: b for b, batch in enumerate(problem.batches)}


def index_libraries(problem: RotationProblem) -> dict[SiteId, int]:
    """Return the index of each library."""
    return {library.site_id: p for p, library in enumerate(problem.libraries)}


def read_stays(problem: RotationProblem, stays: tuple[Stay, ...]) -> tuple[IndexStay, ...]:
    """Return stays in indices, in their order."""
    batch_at, library_at = index_batches(problem), index_libraries(problem)
    firsts = [stay.first_month.months_since(problem.months[0]) for stay in stays]
    return tuple(
        IndexStay(batch_at[stay.batch_id], library_at[stay.site_id], first, first + stay.months)
        for stay, first in zip(stays, firsts, strict=True)
    )


def list_running_stays(problem: RotationProblem) -> dict[int, tuple[int, int]]:
    """Return library and first month (negative) of what stands at a library, by batch."""
    batch_at, library_at = index_batches(problem), index_libraries(problem)
    return {
        batch_at[place.batch_id]: (library_at[place.site_id], -place.months_there)
        for place in problem.placements
        if place.site_id in library_at
    }


def stay_limits(problem: RotationProblem, batch: int) -> tuple[int, int]:
    """Return the shortest and longest stay of a batch: its own within the province's."""
    one, rules = problem.batches[batch], problem.rules
    longest = max(1, min(one.max_stay_months, rules.max_stay_months))
    return min(max(one.min_stay_months, rules.min_stay_months), longest), longest


def find_return(problem: RotationProblem, batch: int) -> int:
    """Return the month by which a batch is fetched for good; that behind the last one: in none."""
    last = len(problem.months)
    return min((month for b, month in problem.returns if b == batch), default=last)


def fade_of(problem: RotationProblem, month_of_stay: int) -> float:
    """Return the share of uses in a month of a stay, counted from 0; the last value goes on."""
    fade = problem.rules.fade
    return fade[min(month_of_stay, len(fade) - 1)] if fade else 1.0
