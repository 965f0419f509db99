"""What the rules on a single stay allow: which batch where, from when, until when."""

import numpy as np
import numpy.typing as npt

from province.stock import Batch, Condition
from rotation.problem import Floats, Library, RotationProblem, find_return, stay_limits

NEVER_SEEN = -10_000
"""Month index of a title that was never seen."""


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
    """Whether a vehicle of its depot brings or fetches a batch at a library in a month."""
    one, swaps = problem.batches[batch], problem.swaps
    if month == 0 and swaps is not None and (one.depot_id, library) not in swaps.visited:
        return False
    site, when = problem.libraries[library].site_id, problem.months[month]
    return can_travel(problem, batch, month) and problem.reach.carries(
        site, when, one.boxes, depot_id=one.depot_id
    )


def measure_seen_share(problem: RotationProblem) -> Floats:
    """Return the share of each batch's titles seen by the ledger: batch, library, month."""
    num_months, memory = len(problem.months), problem.rules.memory_months
    seen = np.zeros((len(problem.batches), len(problem.libraries), num_months))
    top = max((int(titles[-1]) for titles in problem.titles if len(titles)), default=-1) + 1
    own = [b for b, titles in enumerate(problem.titles) if len(titles)]
    if not own:
        return seen
    every = np.concatenate([problem.titles[b] for b in own])
    size = np.array([len(problem.titles[b]) for b in own])
    starts = np.cumsum(size) - size
    for p, until in enumerate(problem.seen_until):
        last = np.full(top, NEVER_SEEN, dtype=np.int64)
        known = [title for title in until if title < top]
        last[known] = [until[title] for title in known]
        months = last[every]
        for t in range(num_months):
            count = np.add.reduceat((months >= t - memory).astype(np.int64), starts)
            seen[own, p, t] = count / size
    return seen


def list_allowed_stays(problem: RotationProblem, fresh: Floats) -> npt.NDArray[np.bool_]:
    """Return which stays the rules on a single stay allow: batch, library, month, months − 1."""
    num_months, most_seen = len(problem.months), problem.rules.max_seen_share + 1e-9
    shape = (len(problem.batches), len(problem.libraries), num_months, num_months)
    allowed = np.zeros(shape, dtype=bool)
    known: dict[object, npt.NDArray[np.bool_]] = {}
    for b, batch in enumerate(problem.batches):
        travels = tuple(can_travel(problem, b, t) for t in range(num_months))
        returns = find_return(problem, b)
        alike = (batch.depot_id, batch.boxes, travels, stay_limits(problem, b), returns)
        for p, library in enumerate(problem.libraries):
            if not fits(batch, library, problem):
                continue
            if (alike, p) not in known:
                known[alike, p] = _list_spans(problem, b, p)
            is_new = 1 - fresh[b, p] <= most_seen
            if problem.swaps is not None and (b, p) not in problem.swaps.brought:
                is_new[0] = False
            allowed[b, p] = known[alike, p] & is_new[:, None]
    for b, t in problem.resting:
        allowed[b, :, t] = False
    for b, p, t in problem.pins:
        for s in range(num_months):
            for months in range(1, shape[3] + 1):
                if s <= t < s + months:
                    allowed[b, np.arange(shape[1]) != p, s, months - 1] = False
    longest = 1 + max(np.flatnonzero(allowed.any(axis=(0, 1, 2))).tolist(), default=0)
    return allowed[:, :, :, :longest]


def _list_spans(problem: RotationProblem, batch: int, library: int) -> npt.NDArray[np.bool_]:
    """Return from when until when vehicles let a batch stay: first month, months − 1."""
    num_months, one = len(problem.months), problem.libraries[library]
    carried = [can_be_carried(problem, batch, library, t) for t in range(num_months)]
    spans = np.zeros((num_months, num_months), dtype=bool)
    for s in range(max(0, one.first_month), min(num_months, one.last_month + 1)):
        if carried[s]:
            for e in list_ends(problem, batch, library, s, carried):
                spans[s, e - s - 1] = True
    return spans


def list_ends(
    problem: RotationProblem, batch: int, library: int, first: int, carried: list[bool]
) -> list[int]:
    """Return the months in which a stay may end; beyond its longest only while no vehicle comes."""
    num_months, end_of_service = len(carried), problem.libraries[library].last_month + 1
    least, most = stay_limits(problem, batch)
    last = min(num_months, end_of_service, find_return(problem, batch))
    due = first + most
    ends = [
        e
        for e in range(first + 1, min(due, last) + 1)
        if e == num_months or (e - first >= least and carried[e])
    ]
    if due < last and not carried[due]:
        ends += [e for e in range(due + 1, last + 1) if e == num_months or carried[e]][:1]
    return ends


def list_running_ends(problem: RotationProblem, batch: int, library: int, first: int) -> list[int]:
    """Return the months in which a running stay may end; the first possible one when overdue."""
    num_months = len(problem.months)
    least, most = stay_limits(problem, batch)
    leaves = problem.libraries[library].last_month + 1
    due = max(0, min(first + most, num_months, leaves, find_return(problem, batch)))
    fetched = [t for t in range(num_months) if can_be_carried(problem, batch, library, t)]
    pinned = [t + 1 for b, p, t in problem.pins if b == batch and p == library]
    due = max([due, *pinned])
    earliest = max([first + least, *pinned])
    in_time = [t for t in fetched if earliest <= t <= due]
    if due >= num_months:
        in_time.append(num_months)
    late = next((t for t in fetched if t >= due), num_months)
    return in_time if late in in_time else [*in_time, late]
