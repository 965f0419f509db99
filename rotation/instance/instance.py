"""The rotation as numbers: every stay that the rules allow on its own, and what it is worth."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from province.stock import Batch, Condition
from rotation.instance.floors import list_floors, list_months_worth_forcing
from rotation.problem import Floats, Library, RotationProblem, fade_of, stay_limits

POINTS_PER_CHAIN = 0.5
"""What a chain costs: a batch from the depot is simpler to carry than one from a library."""

NEVER = -10_000
"""Month index of a title that was never seen."""

Slot = tuple[int, int, int]
"""A stay of a batch: library index, first month (negative: runs already), month it leaves."""

Schedule = tuple[tuple[Slot, ...], ...]
"""For each batch its stays by first month."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grid:
    """All stays on their own and the limits they share.

    Parameters
    ----------
    value
        Points of a stay alone at its library, by batch, library, first month and months − 1;
        −inf where a rule forbids it. Costs of visits and chains are not in it.
    running
        For each batch that stands at a library: the slots its running stay may become, with
        points; empty for the others.
    reached
        Share of a library's demand that a fresh, unseen batch reaches: batch, category.
    fresh
        Share of a batch's titles not seen at a library by the ledger: batch, library, month.
    capacity_books, capacity_batches
        By library and month; raised where what stands there cannot be fetched.
    visit_points, visit_hours
        What one exchange visit costs, by library and month; vehicle hours by library.
    floors
        (library, first month, month after the last): a batch must stand there in one of them
        (`rotation.instance.floors`).
    pins
        (batch, library, month).
    overlap
        Share of the titles of the first batch that the second one holds.
    lag
        0 when a batch may leave one library and reach another in the same month, else 1.
    chain_points
        What a chain costs.
    allows_rings
        Whether chains of one month may form a ring; never so in a province.
    counts_jointly
        Whether batches at one library share its demand; without, each counts as if alone.
    """

    problem: RotationProblem
    value: Floats
    running: tuple[tuple[tuple[Slot, float], ...], ...]
    fresh: Floats
    books: Ints
    capacity_books: Ints
    capacity_batches: Ints
    visit_points: Floats
    visit_hours: Floats
    hours: Floats
    floors: tuple[tuple[int, int, int], ...]
    pins: tuple[tuple[int, int, int], ...]
    overlap: Floats
    lag: int
    chain_points: float = POINTS_PER_CHAIN
    allows_rings: bool = False
    counts_jointly: bool = True

    @property
    def num_months(self) -> int:
        """Months of the horizon."""
        return len(self.problem.months)


def build_grid(problem: RotationProblem) -> Grid:
    """Return every stay that the rules allow on its own, with its points, and the shared limits."""
    num_months = len(problem.months)
    fresh = 1.0 - measure_seen_share(problem)
    allowed = list_allowed_stays(problem, fresh)
    points = _points_by_month_of_stay(problem, fresh)
    value = np.where(allowed, _sum_stays(points, allowed.shape[3]), -np.inf)
    for batch, library, first in _kept_last_stays(problem):
        value[batch, library, first, :] += problem.rules.weight_stability
    running = tuple(_list_running(problem, b, points) for b in range(len(problem.batches)))
    books = np.array([batch.books for batch in problem.batches], dtype=np.int64)
    shape = (len(problem.libraries), num_months)
    room = np.array([lib.capacity_books for lib in problem.libraries], dtype=np.int64)
    capacity_books = np.repeat(room[:, None], num_months, axis=1)
    capacity_batches = np.full(shape, problem.rules.max_batches_per_library, dtype=np.int64)
    _raise_for_what_cannot_leave(running, books, capacity_books, capacity_batches)
    rate = problem.rules.uses_per_million / 1e6
    visit_points = np.array(
        [
            [
                problem.rules.weight_visit + rate * problem.reach.price(lib.site_id, month)
                for month in problem.months
            ]
            for lib in problem.libraries
        ]
    ).reshape(shape)
    visit_hours = np.array([problem.reach.hours.get(p.site_id, 0.0) for p in problem.libraries])
    return Grid(
        problem=problem,
        value=value,
        running=running,
        fresh=fresh,
        books=books,
        capacity_books=capacity_books,
        capacity_batches=capacity_batches,
        visit_points=visit_points,
        visit_hours=visit_hours,
        hours=np.array(problem.hours_per_month, dtype=np.float64),
        floors=list_floors(problem, list_months_worth_forcing(problem, allowed, fresh)),
        pins=tuple(sorted(problem.pins)),
        overlap=measure_overlap(problem),
        lag=0 if problem.rules.chains else 1,
    )


def fits(batch: Batch, library: Library, problem: RotationProblem) -> bool:
    """Whether capacity, languages, audiences and the owner let a batch stand at a library."""
    if batch.books > library.capacity_books:
        return False
    if batch.networks and library.network not in batch.networks:
        return False
    return 2 * count_wanted_books(batch, library, problem) >= batch.books


def count_wanted_books(batch: Batch, library: Library, problem: RotationProblem) -> int:
    """Return the books in a language and for an audience that the library asked for."""
    unwanted = {
        category.category_id
        for category in problem.categories
        if (library.languages and category.language not in library.languages)
        or (library.audiences and category.audience not in library.audiences)
    }
    return sum(n for category, n in batch.books_by_category if category not in unwanted)


def can_travel(problem: RotationProblem, batch: int, month: int) -> bool:
    """Whether a batch may be moved in a month: in a fit condition, and not resting."""
    if problem.batches[batch].condition not in (Condition.GOOD, Condition.WORN):
        return False
    return (batch, month) not in problem.unavailable


def can_be_carried(problem: RotationProblem, batch: int, library: int, month: int) -> bool:
    """Whether a batch can be brought to, or fetched from, a library in a month."""
    return can_travel(problem, batch, month) and problem.reach.carries(
        problem.libraries[library].site_id, problem.months[month], problem.batches[batch].boxes
    )


def measure_seen_share(problem: RotationProblem) -> Floats:
    """Return the share of each batch's titles seen by the ledger: batch, library, month."""
    num_months, memory = len(problem.months), problem.rules.memory_months
    seen = np.zeros((len(problem.batches), len(problem.libraries), num_months))
    top = max((int(titles[-1]) for titles in problem.titles if len(titles)), default=-1) + 1
    for p, until in enumerate(problem.seen_until):
        last = np.full(top, NEVER, dtype=np.int64)
        known = [title for title in until if title < top]
        last[known] = [until[title] for title in known]
        for b, titles in enumerate(problem.titles):
            if len(titles):
                months = last[titles]
                for t in range(num_months):
                    seen[b, p, t] = np.count_nonzero(months >= t - memory) / len(titles)
    return seen


def measure_overlap(problem: RotationProblem) -> Floats:
    """Return the share of the titles of each batch that each other one holds; 1 with itself."""
    count = len(problem.batches)
    top = max((int(titles[-1]) for titles in problem.titles if len(titles)), default=-1) + 1
    held = np.zeros((count, max(top, 1)), dtype=np.float32)
    for b, titles in enumerate(problem.titles):
        held[b, titles] = 1
    size = np.maximum(held.sum(axis=1), 1)
    overlap: Floats = (held @ held.T).astype(np.float64) / size[:, None]
    np.fill_diagonal(overlap, 1.0)
    return overlap


def list_allowed_stays(problem: RotationProblem, fresh: Floats) -> npt.NDArray[np.bool_]:
    """Return which stays the rules on a single stay allow: batch, library, month, months − 1."""
    num_months = len(problem.months)
    shape = (len(problem.batches), len(problem.libraries), num_months, num_months)
    allowed = np.zeros(shape, dtype=bool)
    for b, batch in enumerate(problem.batches):
        for p, library in enumerate(problem.libraries):
            if not fits(batch, library, problem):
                continue
            carried = [can_be_carried(problem, b, p, t) for t in range(num_months)]
            for s in range(max(0, library.first_month), min(num_months, library.last_month + 1)):
                if not carried[s] or 1 - fresh[b, p, s] > problem.rules.max_seen_share + 1e-9:
                    continue
                for e in _list_ends(problem, b, p, s, carried):
                    allowed[b, p, s, e - s - 1] = True
    for b, p, t in problem.pins:
        for s in range(num_months):
            for months in range(1, shape[3] + 1):
                if s <= t < s + months:
                    allowed[b, np.arange(shape[1]) != p, s, months - 1] = False
    longest = 1 + max(np.flatnonzero(allowed.any(axis=(0, 1, 2))).tolist(), default=0)
    return allowed[:, :, :, :longest]


def _list_ends(
    problem: RotationProblem, batch: int, library: int, first: int, carried: list[bool]
) -> list[int]:
    """Return the months in which a stay may end; beyond its longest only while no vehicle comes."""
    num_months, end_of_service = len(carried), problem.libraries[library].last_month + 1
    least, most = stay_limits(problem, batch)
    last = min(num_months, end_of_service)
    due = first + most
    ends = [
        e
        for e in range(first + 1, min(due, last) + 1)
        if e == num_months or (e - first >= least and carried[e])
    ]
    if due < last and not carried[due]:
        ends += [e for e in range(due + 1, last + 1) if e == num_months or carried[e]][:1]
    return ends


def reached_share(problem: RotationProblem, batch: int, fresh_share: float) -> Floats:
    """Return the share of each category's demand that a batch reaches in its first month."""
    nu = problem.rules.books_for_half_saturation
    result: Floats = 1.0 - np.exp(-problem.offer[batch] * fresh_share / nu)
    return result


def points_per_use(problem: RotationProblem, library: int, fresh_share: float) -> float:
    """Return what a use counts: the equity weight, more for titles not seen there."""
    weight = problem.libraries[library].equity_weight
    return weight + problem.rules.weight_freshness * fresh_share


def _points_by_month_of_stay(problem: RotationProblem, fresh: Floats) -> Floats:
    """Return points in month t of a stay begun in s, without fade: batch, library, s, t."""
    num_months = len(problem.months)
    points = np.zeros((len(problem.batches), len(problem.libraries), num_months, num_months))
    nu = problem.rules.books_for_half_saturation
    weight = np.array([library.equity_weight for library in problem.libraries])
    for b in range(len(problem.batches)):
        for s in range(num_months):
            share = fresh[b, :, s]
            reached = 1.0 - np.exp(-np.outer(share, problem.offer[b]) / nu)
            uses = np.einsum("pc,ptc->pt", reached, problem.demand)
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


def _kept_last_stays(problem: RotationProblem) -> list[tuple[int, int, int]]:
    """Return last month's stays that lie in the horizon: batch, library, first month."""
    batch_at = {batch.batch_id: b for b, batch in enumerate(problem.batches)}
    library_at = {library.site_id: p for p, library in enumerate(problem.libraries)}
    kept = {
        (
            batch_at[stay.batch_id],
            library_at[stay.site_id],
            stay.first_month.months_since(problem.months[0]),
        )
        for stay in problem.last_stays
        if stay.batch_id in batch_at and stay.site_id in library_at
    }
    return sorted(item for item in kept if 0 <= item[2] < len(problem.months))


def _list_running(
    problem: RotationProblem, batch: int, points: Floats
) -> tuple[tuple[Slot, float], ...]:
    """Return what the running stay of a batch may become; empty when it stands at no library."""
    library_at = {library.site_id: p for p, library in enumerate(problem.libraries)}
    place = next(
        (p for p in problem.placements if p.batch_id == problem.batches[batch].batch_id), None
    )
    if place is None or place.site_id not in library_at:
        return ()
    p, first = library_at[place.site_id], -place.months_there
    return tuple(
        ((p, first, end), _running_points(problem, batch, p, first, end))
        for end in list_running_ends(problem, batch, p, first)
    )


def list_running_ends(problem: RotationProblem, batch: int, library: int, first: int) -> list[int]:
    """Return the months in which a running stay may end; the first possible one when overdue."""
    num_months = len(problem.months)
    least, most = stay_limits(problem, batch)
    service_end = problem.libraries[library].last_month + 1
    due = max(0, min(first + most, service_end if service_end < num_months else num_months))
    fetched = [t for t in range(num_months) if can_be_carried(problem, batch, library, t)]
    pinned = [t + 1 for b, p, t in problem.pins if b == batch and p == library]
    due = max([due, *pinned])
    earliest = max([first + least, *pinned])
    in_time = [t for t in fetched if earliest <= t <= due]
    if due >= num_months:
        in_time.append(num_months)
    late = next((t for t in fetched if t >= due), num_months)
    return in_time if late in in_time else [*in_time, late]


def _running_points(
    problem: RotationProblem, batch: int, library: int, first: int, end: int
) -> float:
    reached = reached_share(problem, batch, 1.0)
    worth = points_per_use(problem, library, 1.0)
    return sum(
        worth * fade_of(problem, t - first) * float(problem.demand[library, t] @ reached)
        for t in range(end)
    )


def _raise_for_what_cannot_leave(
    running: tuple[tuple[tuple[Slot, float], ...], ...],
    books: Ints,
    capacity_books: Ints,
    capacity_batches: Ints,
) -> None:
    """Raise capacities to what stands there in months before it can be fetched."""
    least_books, least_count = np.zeros_like(capacity_books), np.zeros_like(capacity_batches)
    for b, options in enumerate(running):
        if options:
            library, _, end = options[0][0]
            least_books[library, :end] += books[b]
            least_count[library, :end] += 1
    np.maximum(capacity_books, least_books, out=capacity_books)
    np.maximum(capacity_batches, least_count, out=capacity_batches)
