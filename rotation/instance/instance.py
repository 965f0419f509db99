"""The rotation as numbers: every stay that the rules allow on its own, and what it is worth."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rotation.instance.allowed import list_allowed_stays, list_running_ends, measure_seen_share
from rotation.instance.floors import Floor, list_floors, list_months_worth_forcing
from rotation.problem import (
    Floats,
    IndexStay,
    Ints,
    RotationProblem,
    fade_of,
    index_batches,
    index_libraries,
    list_running_stays,
    read_stays,
)
from search.rounding import add_up, reach_share

NOWHERE = -1
NEVER = -np.inf
"""Points of a stay that a rule forbids."""


@dataclass(frozen=True, slots=True)
class RotationInstance:
    """All stays on their own and the limits they share.

    Parameters
    ----------
    value
        Points of a stay alone at its library, by batch, library, first month and months − 1;
        −inf where a rule forbids it. Costs of visits and chains are not in it, but for
        `extra_points`.
    run_library, run_first
        Where a batch stands when the months begin, or −1, and since when (negative), by batch.
    run_value
        Points of its running stay by batch and the month it leaves; −inf where it may not.
    fresh
        Share of a batch's titles not seen at a library by the ledger: batch, library, month.
    capacity_books, capacity_batches
        By library and month; raised where what stands there cannot be fetched.
    visit_points, visit_hours
        What one exchange visit costs, by library and month; vehicle hours by library.
    extra_points
        What a batch adds to the cost of a visit that brings or fetches it, where vehicles of its
        depot cost more than the cheapest: batch, library, month.
    floors
        Spans of months in one of which a batch must stand at a library.
    pins
        (batch, library, month).
    lag
        0 when a batch may leave one library and reach another in the same month, else 1.
    chain_points
        What a chain costs.
    uneven
        What exchange visits cost by their number n in each month: the sum of n² × its own number
        here, less (all visits)² × the last number.
    allows_rings
        Whether chains of one month may form a ring; never so in a province.
    counts_jointly
        Whether batches at one library share its demand; without, each counts as if alone.
    """

    problem: RotationProblem
    value: Floats
    run_library: Ints
    run_first: Ints
    run_value: Floats
    fresh: Floats
    books: Ints
    capacity_books: Ints
    capacity_batches: Ints
    visit_points: Floats
    visit_hours: Floats
    extra_points: Floats
    hours: Floats
    floors: tuple[Floor, ...]
    pins: tuple[tuple[int, int, int], ...]
    lag: int
    chain_points: float
    uneven: Floats
    allows_rings: bool = False
    counts_jointly: bool = True

    @property
    def num_months(self) -> int:
        """Months of the horizon."""
        return len(self.problem.months)

    def allows(self, stay: IndexStay) -> bool:
        """Whether the rules on a single stay allow it."""
        b, p, first, end = stay
        if first < 0:
            runs = (int(self.run_library[b]), int(self.run_first[b])) == (p, first)
            return runs and bool(np.isfinite(self.run_value[b, end]))
        months = end - first
        return months <= self.value.shape[3] and bool(
            np.isfinite(self.value[b, p, first, months - 1])
        )


def build_instance(problem: RotationProblem) -> RotationInstance:
    """Return every stay that the rules allow on its own, with its points, and the shared limits."""
    fresh = 1.0 - measure_seen_share(problem)
    allowed = list_allowed_stays(problem, fresh)
    points = _points_by_month_of_stay(problem, fresh)
    value = np.where(allowed, _sum_stays(points, allowed.shape[3]), -np.inf)
    for batch, library, first in list_last_stays(problem):
        value[batch, library, first, :] += problem.rules.weight_stability
    extra = _price_extra(problem)
    _take_extra(value, extra)
    running = list_running_stays(problem)
    nowhere = (NOWHERE, 0)
    places = np.array([running.get(b, nowhere) for b in range(len(problem.batches))], np.int64)
    places = places.reshape(-1, 2)
    books = np.array([batch.books for batch in problem.batches], dtype=np.int64)
    run_value = _value_running(problem, running, extra)
    capacity_books, capacity_batches = _list_capacities(problem, running, run_value, books)
    visit_hours = np.array([problem.reach.hours.get(p.site_id, 0.0) for p in problem.libraries])
    return RotationInstance(
        problem=problem,
        value=value,
        run_library=places[:, 0].copy(),
        run_first=places[:, 1].copy(),
        run_value=run_value,
        fresh=fresh,
        books=books,
        capacity_books=capacity_books,
        capacity_batches=capacity_batches,
        visit_points=_price_visits(problem),
        visit_hours=visit_hours,
        extra_points=extra,
        hours=np.array(problem.hours_per_month, dtype=np.float64),
        floors=_list_floors(problem, allowed, fresh),
        pins=tuple(sorted(problem.pins)),
        lag=0 if problem.rules.chains else 1,
        chain_points=problem.rules.weight_chain,
        uneven=_weigh_unevenness(problem),
    )


def _weigh_unevenness(problem: RotationProblem) -> Floats:
    """Return what visits squared cost by month, and at last what all visits squared are worth.

    Together that is the weight × Σ over months of (visits − share)² × usual hours ÷ own hours,
    where the share of a month in all visits is its share in the vehicle hours.
    """
    hours = np.array(problem.hours_per_month, dtype=np.float64)
    weight, usual = problem.rules.weight_unevenness, hours.mean()
    by_month = np.divide(weight * usual, hours, out=np.zeros_like(hours), where=hours > 0)
    return np.append(by_month, weight / len(hours))


def _list_floors(
    problem: RotationProblem, allowed: npt.NDArray[np.bool_], fresh: Floats
) -> tuple[Floor, ...]:
    """Return the floors: what trips can bring does not lower them."""
    free = replace(problem, swaps=None)
    if problem.swaps is not None:
        allowed = list_allowed_stays(free, fresh)
    return list_floors(free, list_months_worth_forcing(free, allowed, fresh))


def reached_share(problem: RotationProblem, batch: int, fresh_share: float) -> Floats:
    """Return the share of each category's demand that a batch reaches in its first month."""
    nu = problem.rules.books_for_half_saturation
    return reach_share(problem.offer[batch] * fresh_share, nu)


def points_per_use(problem: RotationProblem, library: int, fresh_share: float) -> float:
    """Return what a use counts: the equity weight, more for titles not seen there."""
    weight = problem.libraries[library].equity_weight
    return weight + problem.rules.weight_freshness * fresh_share


def _points_by_month_of_stay(problem: RotationProblem, fresh: Floats) -> Floats:
    """Return points in month t of a stay begun in s, faded: batch, library, s, t."""
    num_months = len(problem.months)
    points = np.zeros((len(problem.batches), len(problem.libraries), num_months, num_months))
    nu = problem.rules.books_for_half_saturation
    weight = np.array([library.equity_weight for library in problem.libraries])
    for b in range(len(problem.batches)):
        for s in range(num_months):
            share = fresh[b, :, s]
            reached = reach_share(np.outer(share, problem.offer[b]), nu)
            uses = add_up(reached[:, None, :] * problem.demand)
            worth = weight + problem.rules.weight_freshness * share
            points[b, :, s, :] = uses * worth[:, None]
    fades = np.array([fade_of(problem, k) for k in range(num_months)])
    since = np.arange(num_months)[None, :] - np.arange(num_months)[:, None]
    factor = np.where(since >= 0, fades[np.maximum(since, 0)], 0.0)
    return points * factor[None, None]


def _sum_stays(points: Floats, longest: int) -> Floats:
    """Return the points of whole stays: batch, library, first month, months − 1."""
    batches, libraries, num_months, _ = points.shape
    value = np.zeros((batches, libraries, num_months, longest))
    cumulative = np.cumsum(points, axis=3)
    for s in range(num_months):
        for months in range(1, longest + 1):
            value[:, :, s, months - 1] = cumulative[:, :, s, min(s + months, num_months) - 1]
    return value


def list_last_stays(problem: RotationProblem) -> set[tuple[int, int, int]]:
    """Return the stays of last month's plan that begin within the months: batch, library, first."""
    return {stay[:3] for stay in _read_last_stays(problem) if 0 <= stay.first < len(problem.months)}


def list_kept_stays(instance: RotationInstance) -> tuple[IndexStay, ...]:
    """Return the stays of last month's plan that the rules allow, running ones first.

    One that ended with the months of that plan goes on until the rules allow its end.
    """
    kept: list[IndexStay] = []
    ahead = (stay for stay in _read_last_stays(instance.problem) if stay.end >= 0)
    for stay in sorted(ahead, key=lambda stay: stay.first):
        ends = range(stay.end, instance.num_months + 1)
        longer = (stay._replace(end=end) for end in ends if stay.first < instance.num_months)
        kept += [one for one in longer if instance.allows(one)][:1]
    return tuple(kept)


def _read_last_stays(problem: RotationProblem) -> tuple[IndexStay, ...]:
    """Return the stays of last month's plan whose batches and libraries there are still."""
    batch_at, library_at = index_batches(problem), index_libraries(problem)
    known = tuple(
        stay
        for stay in problem.last_stays
        if stay.batch_id in batch_at and stay.site_id in library_at
    )
    return read_stays(problem, known)


def _price_visits(problem: RotationProblem) -> Floats:
    """Return the points that one exchange visit costs: library, month."""
    weight, rate = problem.rules.weight_visit, problem.rules.uses_per_million / 1e6
    price = problem.reach.price
    points = [
        [weight + rate * price(library.site_id, month) for month in problem.months]
        for library in problem.libraries
    ]
    return np.array(points).reshape(len(problem.libraries), len(problem.months))


def _price_extra(problem: RotationProblem) -> Floats:
    """Return half of what visits cost more with vehicles of a batch's depot, in points.

    Batch, library, month. Half, for a usual visit brings one batch and fetches another.
    """
    shape = (len(problem.batches), len(problem.libraries), len(problem.months))
    points, rate = np.zeros(shape), problem.rules.uses_per_million / 1e6
    if problem.reach.extra_vnd:
        for b, p, t in np.ndindex(shape):
            site, depot = problem.libraries[p].site_id, problem.batches[b].depot_id
            points[b, p, t] = rate * problem.reach.extra(site, problem.months[t], depot) / 2
    return points


def _take_extra(value: Floats, extra: Floats) -> None:
    """Take what bringing and fetching a batch costs more off the points of its stays."""
    _, _, num_months, longest = value.shape
    for s in range(num_months):
        for months in range(1, longest + 1):
            value[:, :, s, months - 1] -= extra[:, :, s]
            if s + months < num_months:
                value[:, :, s, months - 1] -= extra[:, :, s + months]


def _value_running(
    problem: RotationProblem, running: dict[int, tuple[int, int]], extra: Floats
) -> Floats:
    """Return the points of running stays by batch and the month they leave; −inf where none may."""
    value = np.full((len(problem.batches), len(problem.months) + 1), NEVER)
    for b, (p, first) in running.items():
        reached, worth = reached_share(problem, b, 1.0), points_per_use(problem, p, 1.0)
        for end in list_running_ends(problem, b, p, first):
            value[b, end] = sum(
                worth * fade_of(problem, t - first) * float(add_up(problem.demand[p, t] * reached))
                for t in range(end)
            )
            if end < len(problem.months):
                value[b, end] -= extra[b, p, end]
    return value


def _list_capacities(
    problem: RotationProblem, running: dict[int, tuple[int, int]], run_value: Floats, books: Ints
) -> tuple[Ints, Ints]:
    """Return how many books and batches a library holds by month, what cannot leave included."""
    num_months = len(problem.months)
    room = np.array([library.capacity_books for library in problem.libraries], dtype=np.int64)
    capacity_books = np.repeat(room[:, None], num_months, axis=1)
    capacity_batches = np.full_like(capacity_books, problem.rules.max_batches_per_library)
    least_books, least_count = np.zeros_like(capacity_books), np.zeros_like(capacity_books)
    for b, (p, _) in running.items():
        end = int(np.argmax(np.isfinite(run_value[b])))
        least_books[p, :end] += books[b]
        least_count[p, :end] += 1
    return np.maximum(capacity_books, least_books), np.maximum(capacity_batches, least_count)
