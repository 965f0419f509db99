"""The rotation as flat arrays for compiled code: what never changes while searching."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from rotation.instance.allowed import NEVER_SEEN
from rotation.instance.instance import RotationInstance
from rotation.instance.score import POINTS_PER_DEBT
from rotation.problem import Floats, Ints, fade_of
from search.rounding import reach_share

Words = npt.NDArray[np.uint64]

WORD = 64


class Arrays(NamedTuple):
    """Constant arrays of one instance; a named tuple, so that compiled code reads it.

    Parameters
    ----------
    value
        Points of a stay alone: batch, library, first month, months − 1; pins met included.
    run_library, run_first, run_value
        Running stays: library or −1, first month (negative), points by month of the end.
    places, num_places
        Libraries that some stay of a batch may go to, by batch, padded.
    level, run_level
        Row of `reach` for a batch at a library from a month on, and for its running stay.
    reach, freshness
        Share of each category's demand in the first month, and of unseen titles, by level.
    fade
        Share by month of stay.
    worth, fresh_points
        Points of a use by library, and what a wholly unseen one adds.
    floor_start, floor_first, floor_end
        Spans in one of which a batch must stand at a library, sorted by library.
    shares_titles, shared, seen, seen_limit
        Whether two batches share titles; which of a batch's titles another holds, and which were
        seen at a library by the ledger, as bits; how many may have been seen.
    """

    value: Floats
    run_library: Ints
    run_first: Ints
    run_value: Floats
    places: Ints
    num_places: Ints
    books: Ints
    capacity_books: Ints
    capacity: Ints
    visit_points: Floats
    visit_hours: Floats
    hours: Floats
    demand: Floats
    level: npt.NDArray[np.int32]
    run_level: Ints
    reach: Floats
    freshness: Floats
    fade: Floats
    worth: Floats
    fresh_points: float
    is_joint: bool
    floor_start: Ints
    floor_first: Ints
    floor_end: Ints
    shares_titles: npt.NDArray[np.bool_]
    shared: Words
    seen: Words
    seen_limit: Ints
    memory: int
    lag: int
    chain_points: float
    uneven: Floats
    allows_rings: bool
    num_pins: int
    debt: float


def list_arrays(instance: RotationInstance) -> Arrays:
    """Return an instance as flat arrays."""
    problem, rules = instance.problem, instance.problem.rules
    _, libraries, num_months, _ = instance.value.shape
    may: npt.NDArray[np.bool_] = np.any(np.isfinite(instance.value), axis=(2, 3))
    places, num_places = pad([np.flatnonzero(row) for row in may])
    level, run_level, reach, freshness = _list_levels(instance)
    floors = sorted(instance.floors)
    oldest = max((place.months_there for place in problem.placements), default=0)
    value, run_value = _with_pins(instance)
    shares_titles, shared, seen = _list_titles(instance)
    return Arrays(
        value=value,
        run_library=instance.run_library,
        run_first=instance.run_first,
        run_value=run_value,
        places=places,
        num_places=num_places,
        books=instance.books,
        capacity_books=instance.capacity_books,
        capacity=_tighten(instance),
        visit_points=np.ascontiguousarray(instance.visit_points),
        visit_hours=instance.visit_hours,
        hours=instance.hours,
        demand=np.ascontiguousarray(problem.demand),
        level=level,
        run_level=run_level,
        reach=reach,
        freshness=freshness,
        fade=np.array([fade_of(problem, k) for k in range(num_months + oldest + 1)]),
        worth=np.array([library.equity_weight for library in problem.libraries]),
        fresh_points=float(rules.weight_freshness),
        is_joint=instance.counts_jointly,
        floor_start=np.searchsorted([p for p, _, _ in floors], np.arange(libraries + 1)),
        floor_first=np.array([first for _, first, _ in floors], dtype=np.int64),
        floor_end=np.array([end for _, _, end in floors], dtype=np.int64),
        shares_titles=shares_titles,
        shared=shared,
        seen=seen,
        seen_limit=np.array(
            [int((rules.max_seen_share + 1e-9) * max(len(own), 1)) for own in problem.titles],
            dtype=np.int64,
        ),
        memory=int(rules.memory_months),
        lag=instance.lag,
        chain_points=float(instance.chain_points),
        uneven=instance.uneven,
        allows_rings=instance.allows_rings,
        num_pins=len(instance.pins),
        debt=POINTS_PER_DEBT,
    )


def _tighten(instance: RotationInstance) -> Ints:
    """Return how many batches a library can hold by month, by number and by the smallest books."""
    smallest = np.cumsum(np.sort(instance.books))
    by_books = np.searchsorted(smallest, instance.capacity_books, side="right")
    result: Ints = np.minimum(instance.capacity_batches, by_books).astype(np.int64)
    return result


def pad(lists: list[Ints]) -> tuple[Ints, Ints]:
    """Return lists of indices as rows of one length, and how long each is."""
    count = np.array([len(one) for one in lists], dtype=np.int64)
    padded = np.zeros((len(lists), max(1, int(count.max(initial=0)))), dtype=np.int64)
    for row, one in zip(padded, lists, strict=True):
        row[: len(one)] = one
    return padded, count


def _with_pins(instance: RotationInstance) -> tuple[Floats, Floats]:
    """Return points of planned and of running stays, with what the pins they meet are worth."""
    value = np.ascontiguousarray(instance.value)
    if not instance.pins:
        return value, instance.run_value
    value, run_value, longest = value.copy(), instance.run_value.copy(), value.shape[3]
    for b, p, t in instance.pins:
        for s in range(t + 1):
            value[b, p, s, t - s : longest] += POINTS_PER_DEBT
        if instance.run_library[b] == p:
            run_value[b, t + 1 :] += POINTS_PER_DEBT
    return value, run_value


def _list_levels(instance: RotationInstance) -> tuple[npt.NDArray[np.int32], Ints, Floats, Floats]:
    """Return which share of its titles is new, as numbered levels, and what each level reaches."""
    problem = instance.problem
    level = np.zeros(instance.fresh.shape, dtype=np.int32)
    run_level = np.zeros(len(instance.books), dtype=np.int64)
    shares: list[Floats] = []
    offers: list[Floats] = []
    height = 0
    for b in range(len(instance.books)):
        known, inverse = np.unique(np.append(instance.fresh[b].ravel(), 1.0), return_inverse=True)
        level[b] = height + inverse[:-1].reshape(level[b].shape)
        run_level[b] = height + inverse[-1]
        shares.append(known)
        offers.append(np.outer(known, problem.offer[b]))
        height += len(known)
    freshness = np.concatenate(shares) if shares else np.zeros(0)
    offer = np.concatenate(offers) if offers else np.zeros((0, problem.demand.shape[2]))
    reach = reach_share(offer, problem.rules.books_for_half_saturation)
    return level, run_level, reach, freshness


def _list_titles(instance: RotationInstance) -> tuple[npt.NDArray[np.bool_], Words, Words]:
    """Return which batches share titles, and which titles are shared or seen, as bits."""
    problem, titles = instance.problem, instance.problem.titles
    batches, libraries, num_months, _ = instance.value.shape
    holds = _list_holdings(titles)
    shares_titles: npt.NDArray[np.bool_] = (holds @ holds.T).toarray() > 0
    np.fill_diagonal(shares_titles, False)
    if not shares_titles.any():
        return shares_titles, np.zeros((1, 1, 1), np.uint64), np.zeros((1, 1, 1, 1), np.uint64)
    words = (max(len(own) for own in titles) + WORD - 1) // WORD
    shared = np.zeros((batches, batches, words), dtype=np.uint64)
    for b, own in enumerate(titles):
        shared[b] = _pack((holds[:, own].toarray() > 0) & shares_titles[b][:, None], words)
    seen = np.zeros((batches, libraries, num_months, words), dtype=np.uint64)
    oldest = np.arange(num_months) - problem.rules.memory_months
    nothing = 1 + max(int(own.max(initial=0)) for own in titles)
    table = np.full((batches, words * WORD), nothing, dtype=np.int64)
    for row, own in zip(table, titles, strict=True):
        row[: len(own)] = own
    last = np.full(nothing + 1, NEVER_SEEN, dtype=np.int64)
    for p, until in enumerate(problem.seen_until):
        known = [title for title in until if title < nothing]
        last[known] = [until[title] for title in known]
        when = last[table]
        for b in np.flatnonzero(when.max(axis=1, initial=NEVER_SEEN) >= oldest[0]).tolist():
            seen[b, p] = _pack(when[b] >= oldest[:, None], words)
        last[known] = NEVER_SEEN
    return shares_titles, shared, seen


def _list_holdings(titles: tuple[Ints, ...]) -> csr_array:
    """Return which batch (row) holds which title (column), as ones."""
    lengths = [len(own) for own in titles]
    rows, held = np.repeat(np.arange(len(titles)), lengths), np.concatenate([[], *titles])
    shape = len(titles), 1 + int(held.max(initial=0))
    return csr_array((np.ones(len(rows), np.int64), (rows, held.astype(np.int64))), shape)


def _pack(bits: npt.NDArray[np.bool_], words: int) -> Words:
    """Return bits, along the last axis, as so many words."""
    padded = np.zeros((*bits.shape[:-1], words * WORD), dtype=np.uint8)
    padded[..., : bits.shape[-1]] = bits
    packed = np.packbits(padded, axis=-1, bitorder="little")
    return packed.view(np.dtype("<u8")).astype(np.uint64)
