"""A schedule in compiled arrays: taking stays, putting stays, what each changes, and going back."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rotation.instance.arrays import Arrays
from rotation.instance.instance import NEVER, NOWHERE
from rotation.problem import Floats, IndexStay, Ints
from search import annealing
from search.compiling import compiled, woven

MOST_TAKEN = 16
"""Batches whose stays are taken out at once, at most."""


class LnsState(NamedTuple):
    """The arrays of one schedule in the making.

    Parameters
    ----------
    arrays
        The instance.
    at, first, end
        Where a batch stands in a month, and the stay's first month and the month it leaves.
    run_end
        The month in which a batch's running stay ends; −1 without one.
    who, num, books
        Batches at a library in a month, how many, and their books.
    changes, hours, visits
        Batches brought or fetched, by library and month; vehicle hours used by month; visits by
        month, and at last all of them.
    covered
        Stays that meet each floor.
    stays, num_stays
        Every stay at a library, running ones included: batch, first month and month it leaves.
    missing, alone, fresh, points
        By library and month: what is left of each category's demand, uses as if each batch were
        alone, the part of unseen titles, and points.
    log, num_log
        What was taken and put since the last mark.
    score, random
        Points less debts; the state of the random numbers.
    start, onward, then, place, leave, found, touched, flags, stack
        Room to work in.
    """

    arrays: Arrays
    at: Ints
    first: Ints
    end: Ints
    run_end: Ints
    who: Ints
    num: Ints
    books: Ints
    changes: Ints
    hours: Floats
    visits: Ints
    covered: Ints
    stays: Ints
    num_stays: Ints
    missing: Floats
    alone: Floats
    fresh: Floats
    points: Floats
    log: Ints
    num_log: Ints
    score: Floats
    random: npt.NDArray[np.uint64]
    start: Floats
    onward: Floats
    then: Floats
    place: Ints
    leave: Ints
    found: Ints
    touched: Ints
    flags: Ints
    stack: Ints


def new_state(arrays: Arrays, seed: int) -> LnsState:
    """Return a state without any stay."""
    batches, libraries, num_months, _ = arrays.value.shape
    guests = int(arrays.capacity.max(initial=1)) + 1
    rows = guests * (num_months + 1) + int((arrays.run_library >= 0).sum())
    shape = (libraries, num_months)

    def ints(*size: int) -> Ints:
        return np.zeros(size, dtype=np.int64)

    return LnsState(
        arrays=arrays,
        at=ints(batches, num_months) + NOWHERE,
        first=ints(batches, num_months),
        end=ints(batches, num_months),
        run_end=ints(batches) + NOWHERE,
        who=ints(*shape, guests),
        num=ints(*shape),
        books=ints(*shape),
        changes=ints(*shape),
        hours=np.zeros(num_months),
        visits=ints(num_months + 1),
        covered=ints(len(arrays.floor_first)),
        stays=ints(libraries, rows, 3),
        num_stays=ints(libraries),
        missing=np.ones((*shape, arrays.demand.shape[2])),
        alone=np.zeros(shape),
        fresh=np.zeros(shape),
        points=np.zeros(shape),
        log=ints(64 + 16 * batches * (num_months + 2), 5),
        num_log=ints(1),
        score=np.zeros(1),
        start=np.zeros(num_months + 2),
        onward=np.zeros(num_months + 3),
        then=np.zeros(num_months + 2),
        place=ints(num_months + 2),
        leave=ints(num_months + 2),
        found=ints(num_months + 2, 3),
        touched=ints(MOST_TAKEN),
        flags=ints(libraries),
        stack=ints(libraries),
        random=np.array([(seed * 2 + 1) * 0x9E3779B97F4A7C15 % 2**64], dtype=np.uint64),
    )


@woven
def draw(state: LnsState) -> float:
    """Return a random number from 0 to below 1."""
    return annealing.draw(state.random)


@woven
def pick(state: LnsState, count: int) -> int:
    """Return a random whole number below a count."""
    return min(count - 1, int(draw(state) * count))


@woven
def level_of(arrays: Arrays, batch: int, library: int, first: int) -> int:
    """Return the level of a stay."""
    if first < 0:
        return int(arrays.run_level[batch])
    return int(arrays.level[batch, library, first])


@compiled
def refresh(state: LnsState, library: int, month: int) -> None:
    """Count anew what the batches at a library bring in a month."""
    arrays = state.arrays
    categories = arrays.demand.shape[2]
    alone = fresh = joint = 0.0
    for c in range(categories):
        state.missing[library, month, c] = 1.0
    for j in range(state.num[library, month]):
        b = state.who[library, month, j]
        first = state.first[b, month]
        row, fade = level_of(arrays, b, library, first), arrays.fade[month - first]
        own = 0.0
        for c in range(categories):
            share = arrays.reach[row, c] * fade
            own += arrays.demand[library, month, c] * share
            state.missing[library, month, c] *= 1.0 - share
        alone += own
        fresh += own * arrays.freshness[row]
    for c in range(categories):
        joint += arrays.demand[library, month, c] * (1.0 - state.missing[library, month, c])
    state.alone[library, month], state.fresh[library, month] = alone, fresh
    worth = arrays.worth[library]
    if alone > 0:
        worth += arrays.fresh_points * fresh / alone
    state.points[library, month] = joint * worth


@compiled
def loss(state: LnsState, library: int, month: int, row: int, fade: float) -> float:
    """Return the points a batch loses in a month because others stand there."""
    arrays = state.arrays
    own = joint = 0.0
    for c in range(arrays.demand.shape[2]):
        part = arrays.demand[library, month, c] * arrays.reach[row, c] * fade
        own += part
        missing = state.missing[library, month, c]
        joint += part * missing + arrays.demand[library, month, c] * (1.0 - missing)
    if own <= 0:
        return 0.0
    worth, extra = arrays.worth[library], arrays.fresh_points
    total = state.alone[library, month] + own
    fresh = state.fresh[library, month] + own * arrays.freshness[row]
    after = joint * (worth + extra * fresh / total)
    by_itself = own * (worth + extra * arrays.freshness[row])
    return float(by_itself - (after - state.points[library, month]))


@woven
def late(state: LnsState, library: int, month: int, others: int = 0) -> float:
    """Return what one more visit in a month costs, missing hours included.

    Parameters
    ----------
    others
        Further visits in other months that come with it.
    """
    arrays, visits, last = state.arrays, state.visits, len(state.visits) - 1
    free = max(0.0, arrays.hours[month] + 1e-9 - state.hours[month])
    lacking = max(0.0, arrays.visit_hours[library] - free)
    uneven = arrays.uneven[month] * (2 * visits[month] + 1)
    uneven -= arrays.uneven[last] * (2 * (visits[last] + others) + 1)
    return float(arrays.visit_points[library, month] + arrays.debt * lacking + uneven)


@woven
def floors_met(state: LnsState, library: int, first: int, end: int) -> float:
    """Return the points of floors that a stay would be the first to meet."""
    arrays, found = state.arrays, 0
    for f in range(arrays.floor_start[library], arrays.floor_start[library + 1]):
        if state.covered[f] == 0 and first < arrays.floor_end[f] and end > arrays.floor_first[f]:
            found += 1
    return found * arrays.debt


@woven
def count_bits(word: Any) -> int:
    """Return how many bits of a word are set."""
    x = word
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@woven
def saw(arrays: Arrays, first: int, other_first: int, other_end: int) -> bool:
    """Whether readers remember an earlier stay when another begins."""
    return other_first < first and min(other_end, first) - 1 >= first - arrays.memory


@compiled
def seen_too_much(state: LnsState, b: int, s: int, new: IndexStay) -> bool:
    """Whether too many titles of a batch were seen where it comes in month `s`, `new` counted."""
    arrays, library, count = state.arrays, new.library, 0
    for w in range(arrays.shared.shape[2]):
        bits = arrays.seen[b, library, s, w]
        if new.batch != b and saw(arrays, s, new.first, new.end):
            bits |= arrays.shared[b, new.batch, w]
        for j in range(state.num_stays[library]):
            o = state.stays[library, j, 0]
            if o != b and saw(arrays, s, state.stays[library, j, 1], state.stays[library, j, 2]):
                bits |= arrays.shared[b, o, w]
        count += count_bits(bits)
    return bool(count > arrays.seen_limit[b])


@compiled
def remembered(state: LnsState, stay: IndexStay) -> bool:
    """Whether memory forbids a stay, or would forbid a later one beside it."""
    arrays, (batch, library, first, end) = state.arrays, stay
    shares = False
    for j in range(state.num_stays[library]):
        o, other = state.stays[library, j, 0], state.stays[library, j, 1]
        leaves = state.stays[library, j, 2]
        after = first >= 0 and saw(arrays, first, other, leaves)
        before = other >= 0 and saw(arrays, other, first, end)
        if o == batch and (after or before):
            return True
        if arrays.shares_titles[batch, o] or arrays.shares_titles[o, batch]:
            shares = shares or after
            if before and seen_too_much(state, o, other, stay):
                return True
    return shares and seen_too_much(state, batch, first, stay)


@woven
def has_room(state: LnsState, batch: int, library: int, month: int) -> bool:
    """Whether one more batch fits at a library in a month."""
    arrays = state.arrays
    if state.num[library, month] >= arrays.capacity[library, month]:
        return False
    books = state.books[library, month] + arrays.books[batch]
    return bool(books <= arrays.capacity_books[library, month])


@compiled
def gain(state: LnsState, stay: IndexStay) -> float:
    """Return what a stay would add, without what depends on the batch's other stays."""
    arrays, (batch, library, first, end) = state.arrays, stay
    if first < 0:
        points = arrays.run_value[batch, end]
    else:
        points = arrays.value[batch, library, first, end - first - 1]
    if points == NEVER:
        return NEVER
    if arrays.is_joint:
        row = level_of(arrays, batch, library, first)
        for t in range(max(first, 0), end):
            if state.num[library, t] > 0:
                points -= loss(state, library, t, row, arrays.fade[t - first])
    others = 0
    if first >= 0 and state.changes[library, first] == 0:
        points -= late(state, library, first)
        others = 1
    if end < arrays.value.shape[2] and state.changes[library, end] == 0:
        points -= late(state, library, end, others)
    return float(points + floors_met(state, library, first, end))


@woven
def count_neighbours(state: LnsState, batch: int, first: int, end: int) -> int:
    """Return how many chains a stay makes with the stays beside it."""
    arrays, found = state.arrays, 0
    if arrays.lag > 0:
        return 0
    if first == 0 and state.run_end[batch] == 0:
        found += 1
    if first > 0 and state.at[batch, first - 1] != NOWHERE:
        found += 1
    if 0 <= end < arrays.value.shape[2] and state.at[batch, end] != NOWHERE:
        found += 1
    return found


@compiled
def gain_beside(state: LnsState, stay: IndexStay) -> float:
    """Return what a stay would add, chains with the batch's other stays counted."""
    chains = count_neighbours(state, stay.batch, stay.first, stay.end)
    return gain(state, stay) - state.arrays.chain_points * chains


@compiled
def change(state: LnsState, stay: IndexStay, sign: int) -> None:
    """Put (1) or take (−1) a stay, whatever the rules say, and keep the score."""
    arrays, (batch, library, first, end) = state.arrays, stay
    if sign > 0:
        state.score[0] += gain_beside(state, stay)
        row = state.num_stays[library]
        state.stays[library, row, 0] = batch
        state.stays[library, row, 1], state.stays[library, row, 2] = first, end
        state.num_stays[library] += 1
    else:
        last = state.num_stays[library] - 1
        for j in range(last + 1):
            if state.stays[library, j, 0] == batch and state.stays[library, j, 1] == first:
                for k in range(3):
                    state.stays[library, j, k] = state.stays[library, last, k]
                break
        state.num_stays[library] = last
    if first < 0:
        state.run_end[batch] = end if sign > 0 else NOWHERE
    for t in range(max(first, 0), end):
        _change_month(state, stay, t, sign)
    if first >= 0:
        _change_visit(state, library, first, sign)
    if end < arrays.value.shape[2]:
        _change_visit(state, library, end, sign)
    for f in range(arrays.floor_start[library], arrays.floor_start[library + 1]):
        if first < arrays.floor_end[f] and end > arrays.floor_first[f]:
            state.covered[f] += sign
    if sign < 0:
        state.score[0] -= gain_beside(state, stay)


@woven
def _change_month(state: LnsState, stay: IndexStay, month: int, sign: int) -> None:
    batch, library, first, end = stay
    if sign > 0:
        state.at[batch, month] = library
        state.first[batch, month], state.end[batch, month] = first, end
        state.who[library, month, state.num[library, month]] = batch
        state.num[library, month] += 1
    else:
        state.at[batch, month] = NOWHERE
        count = state.num[library, month]
        for j in range(count):
            if state.who[library, month, j] == batch:
                state.who[library, month, j] = state.who[library, month, count - 1]
                break
        state.num[library, month] = count - 1
    state.books[library, month] += sign * state.arrays.books[batch]
    if state.arrays.is_joint:
        refresh(state, library, month)


@woven
def _change_visit(state: LnsState, library: int, month: int, sign: int) -> None:
    if state.changes[library, month] == (0 if sign > 0 else 1):
        state.hours[month] += sign * state.arrays.visit_hours[library]
        state.visits[month] += sign
        state.visits[len(state.visits) - 1] += sign
    state.changes[library, month] += sign
