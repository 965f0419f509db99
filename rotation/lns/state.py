"""A schedule in compiled arrays: taking stays, putting stays, what each changes, and going back."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rotation.instance.arrays import NEVER, NOWHERE, Ints, Tables
from rotation.problem import Floats
from search import annealing
from search.compiling import compiled, woven

MOST_TAKEN = 16
"""Batches whose stays are taken out at once, at most."""


class Board(NamedTuple):
    """The arrays of one schedule in the making.

    Parameters
    ----------
    at, first, end
        Where a batch stands in a month, and the stay's first month and the month it leaves.
    run_end
        The month in which a batch's running stay ends; −1 without one.
    who, num, books
        Batches at a library in a month, how many, and their books.
    changes, hours
        Batches brought or fetched, by library and month; vehicle hours used by month.
    covered
        Stays that meet each floor.
    stay_batch, stay_first, stay_end, num_stays
        Every stay at a library, running ones included.
    missing, alone, fresh, points
        By library and month: what is left of each category's demand, uses as if each batch were
        alone, the part of unseen titles, and points.
    log, num_log
        What was taken and put since the last mark.
    score, random
        Points less debts; the state of the random numbers.
    """

    at: Ints
    first: Ints
    end: Ints
    run_end: Ints
    who: Ints
    num: Ints
    books: Ints
    changes: Ints
    hours: Floats
    covered: Ints
    stay_batch: Ints
    stay_first: Ints
    stay_end: Ints
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


def new_board(tables: Tables, seed: int) -> Board:
    """Return a board without any stay."""
    batches, libraries, num_months, _ = tables.value.shape
    guests = int(tables.capacity.max(initial=1)) + 1
    rows = guests * (num_months + 1) + int((tables.run_library >= 0).sum())
    shape = (libraries, num_months)

    def ints(*size: int) -> Ints:
        return np.zeros(size, dtype=np.int64)

    return Board(
        at=ints(batches, num_months) + NOWHERE,
        first=ints(batches, num_months),
        end=ints(batches, num_months),
        run_end=ints(batches) + NOWHERE,
        who=ints(*shape, guests),
        num=ints(*shape),
        books=ints(*shape),
        changes=ints(*shape),
        hours=np.zeros(num_months),
        covered=ints(len(tables.floor_first)),
        stay_batch=ints(libraries, rows),
        stay_first=ints(libraries, rows),
        stay_end=ints(libraries, rows),
        num_stays=ints(libraries),
        missing=np.ones((*shape, tables.demand.shape[2])),
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
def draw(board: Board) -> float:
    """Return a random number from 0 to below 1."""
    return annealing.draw(board.random)


@woven
def pick(board: Board, count: int) -> int:
    """Return a random whole number below a count."""
    return min(count - 1, int(draw(board) * count))


@woven
def level_of(tables: Tables, batch: int, library: int, first: int) -> int:
    """Return the level of a stay."""
    if first < 0:
        return int(tables.run_level[batch])
    return int(tables.level[batch, library, first])


@compiled
def refresh(tables: Tables, board: Board, library: int, month: int) -> None:
    """Count anew what the batches at a library bring in a month."""
    categories = tables.demand.shape[2]
    alone = fresh = joint = 0.0
    for c in range(categories):
        board.missing[library, month, c] = 1.0
    for j in range(board.num[library, month]):
        b = board.who[library, month, j]
        first = board.first[b, month]
        row, fade = level_of(tables, b, library, first), tables.fade[month - first]
        own = 0.0
        for c in range(categories):
            share = tables.reach[row, c] * fade
            own += tables.demand[library, month, c] * share
            board.missing[library, month, c] *= 1.0 - share
        alone += own
        fresh += own * tables.freshness[row]
    for c in range(categories):
        joint += tables.demand[library, month, c] * (1.0 - board.missing[library, month, c])
    board.alone[library, month], board.fresh[library, month] = alone, fresh
    worth = tables.worth[library]
    if alone > 0:
        worth += tables.fresh_points * fresh / alone
    board.points[library, month] = joint * worth


@compiled
def loss(tables: Tables, board: Board, library: int, month: int, row: int, fade: float) -> float:
    """Return the points a batch loses in a month because others stand there."""
    own = joint = 0.0
    for c in range(tables.demand.shape[2]):
        part = tables.demand[library, month, c] * tables.reach[row, c] * fade
        own += part
        missing = board.missing[library, month, c]
        joint += part * missing + tables.demand[library, month, c] * (1.0 - missing)
    if own <= 0:
        return 0.0
    worth, extra = tables.worth[library], tables.fresh_points
    total = board.alone[library, month] + own
    fresh = board.fresh[library, month] + own * tables.freshness[row]
    after = joint * (worth + extra * fresh / total)
    by_itself = own * (worth + extra * tables.freshness[row])
    return float(by_itself - (after - board.points[library, month]))


@woven
def late(tables: Tables, board: Board, library: int, month: int) -> float:
    """Return what one more visit in a month costs, missing hours included."""
    free = max(0.0, tables.hours[month] + 1e-9 - board.hours[month])
    lacking = max(0.0, tables.visit_hours[library] - free)
    return float(tables.visit_points[library, month] + tables.debt * lacking)


@woven
def floors_met(tables: Tables, board: Board, library: int, first: int, end: int) -> float:
    """Return the points of floors that a stay would be the first to meet."""
    found = 0
    for f in range(tables.floor_start[library], tables.floor_start[library + 1]):
        if board.covered[f] == 0 and first < tables.floor_end[f] and end > tables.floor_first[f]:
            found += 1
    return found * tables.debt


@woven
def count_bits(word: Any) -> int:
    """Return how many bits of a word are set."""
    x = word
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@woven
def saw(tables: Tables, first: int, other_first: int, other_end: int) -> bool:
    """Whether readers remember an earlier stay when another begins."""
    return other_first < first and min(other_end, first) - 1 >= first - tables.memory


@compiled
def seen_too_much(
    tables: Tables, board: Board, library: int, b: int, s: int, batch: int, first: int, end: int
) -> bool:
    """Whether too many titles of stay `own` were seen, a new stay of `batch` counted too."""
    words = tables.shared.shape[2]
    count = 0
    for w in range(words):
        bits = tables.seen[b, library, s, w]
        if batch != b and saw(tables, s, first, end):
            bits |= tables.shared[b, batch, w]
        for j in range(board.num_stays[library]):
            o = board.stay_batch[library, j]
            if o != b and saw(tables, s, board.stay_first[library, j], board.stay_end[library, j]):
                bits |= tables.shared[b, o, w]
        count += count_bits(bits)
    return bool(count > tables.seen_limit[b])


@compiled
def remembered(
    tables: Tables, board: Board, batch: int, library: int, first: int, end: int
) -> bool:
    """Whether memory forbids a stay, or would forbid a later one beside it."""
    shares = False
    for j in range(board.num_stays[library]):
        o = board.stay_batch[library, j]
        other, leaves = board.stay_first[library, j], board.stay_end[library, j]
        after = first >= 0 and saw(tables, first, other, leaves)
        before = other >= 0 and saw(tables, other, first, end)
        if o == batch and (after or before):
            return True
        if tables.shares_titles[batch, o] or tables.shares_titles[o, batch]:
            shares = shares or after
            if before and seen_too_much(tables, board, library, o, other, batch, first, end):
                return True
    return shares and seen_too_much(tables, board, library, batch, first, batch, first, end)


@woven
def has_room(tables: Tables, board: Board, batch: int, library: int, month: int) -> bool:
    """Whether one more batch fits at a library in a month."""
    if board.num[library, month] >= tables.capacity[library, month]:
        return False
    books = board.books[library, month] + tables.books[batch]
    return bool(books <= tables.capacity_books[library, month])


@compiled
def gain(tables: Tables, board: Board, batch: int, library: int, first: int, end: int) -> float:
    """Return what a stay would add, without what depends on the batch's other stays."""
    num_months = tables.value.shape[2]
    if first < 0:
        points = tables.run_value[batch, end]
    else:
        points = tables.value[batch, library, first, end - first - 1]
    if points == NEVER:
        return NEVER
    if tables.is_joint:
        row = level_of(tables, batch, library, first)
        for t in range(max(first, 0), end):
            if board.num[library, t] > 0:
                points -= loss(tables, board, library, t, row, tables.fade[t - first])
    if first >= 0 and board.changes[library, first] == 0:
        points -= late(tables, board, library, first)
    if end < num_months and board.changes[library, end] == 0:
        points -= late(tables, board, library, end)
    return float(points + floors_met(tables, board, library, first, end))


@woven
def count_neighbours(tables: Tables, board: Board, batch: int, first: int, end: int) -> int:
    """Return how many chains a stay makes with the stays beside it."""
    if tables.lag > 0:
        return 0
    num_months = tables.value.shape[2]
    found = 0
    if first == 0 and board.run_end[batch] == 0:
        found += 1
    if first > 0 and board.at[batch, first - 1] != NOWHERE:
        found += 1
    if 0 <= end < num_months and board.at[batch, end] != NOWHERE:
        found += 1
    return found


@compiled
def change(
    tables: Tables, board: Board, batch: int, library: int, first: int, end: int, sign: int
) -> None:
    """Put (1) or take (−1) a stay, whatever the rules say, and keep the score."""
    num_months = tables.value.shape[2]
    if sign > 0:
        delta = gain(tables, board, batch, library, first, end)
        board.score[0] += delta - tables.chain_points * count_neighbours(
            tables, board, batch, first, end
        )
        row = board.num_stays[library]
        board.stay_batch[library, row] = batch
        board.stay_first[library, row], board.stay_end[library, row] = first, end
        board.num_stays[library] += 1
    else:
        for j in range(board.num_stays[library]):
            if board.stay_batch[library, j] == batch and board.stay_first[library, j] == first:
                last = board.num_stays[library] - 1
                board.stay_batch[library, j] = board.stay_batch[library, last]
                board.stay_first[library, j] = board.stay_first[library, last]
                board.stay_end[library, j] = board.stay_end[library, last]
                board.num_stays[library] = last
                break
    if first < 0:
        board.run_end[batch] = end if sign > 0 else NOWHERE
    for t in range(max(first, 0), end):
        _change_month(tables, board, batch, library, first, end, t, sign)
    if first >= 0:
        _change_visit(tables, board, library, first, sign)
    if end < num_months:
        _change_visit(tables, board, library, end, sign)
    for f in range(tables.floor_start[library], tables.floor_start[library + 1]):
        if first < tables.floor_end[f] and end > tables.floor_first[f]:
            board.covered[f] += sign
    if sign < 0:
        delta = gain(tables, board, batch, library, first, end)
        board.score[0] -= delta - tables.chain_points * count_neighbours(
            tables, board, batch, first, end
        )


@woven
def _change_month(
    tables: Tables,
    board: Board,
    batch: int,
    library: int,
    first: int,
    end: int,
    month: int,
    sign: int,
) -> None:
    if sign > 0:
        board.at[batch, month] = library
        board.first[batch, month], board.end[batch, month] = first, end
        board.who[library, month, board.num[library, month]] = batch
        board.num[library, month] += 1
    else:
        board.at[batch, month] = NOWHERE
        count = board.num[library, month]
        for j in range(count):
            if board.who[library, month, j] == batch:
                board.who[library, month, j] = board.who[library, month, count - 1]
                break
        board.num[library, month] = count - 1
    board.books[library, month] += sign * tables.books[batch]
    if tables.is_joint:
        refresh(tables, board, library, month)


@woven
def _change_visit(tables: Tables, board: Board, library: int, month: int, sign: int) -> None:
    if board.changes[library, month] == (0 if sign > 0 else 1):
        board.hours[month] += sign * tables.visit_hours[library]
    board.changes[library, month] += sign
