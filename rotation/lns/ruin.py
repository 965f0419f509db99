"""Ruin and recreate: take related stays out, fill the gaps anew, keep what is good enough."""

import math
from typing import NamedTuple

import numpy as np

from rotation.instance.arrays import NOWHERE, Ints, Tables
from rotation.lns.moves import clashes, go_back, put, refill, shortest_end, take
from rotation.lns.state import (
    Board,
    change,
    draw,
    has_room,
    pick,
)
from rotation.problem import Floats
from search.compiling import compiled, entry

BLINK = 0.6
"""Largest share of libraries that a repair overlooks, so that it does not always do the same."""

SHYNESS = 3.0
"""How much dearer a repair may hold a new visit than it is: shared visits are worth waiting for."""

WIDE, FEW_PLACES, ALL_PLACES = 0.15, 30, 1 << 30
"""Share of repairs that look at every library of a batch, and how many the others look at."""

LEAST_GAIN = 1e-7


class Best(NamedTuple):
    """The best schedule found: like the arrays of a board, with its score."""

    at: Ints
    first: Ints
    end: Ints
    run_end: Ints
    score: Floats


@compiled
def take_stay(tables: Tables, board: Board, batch: int, month: int) -> int:
    """Take the stay of a batch in a month; a running one is cut as short as the rules allow.

    Returns the month in which the stay ended.
    """
    p, s, e = board.at[batch, month], board.first[batch, month], board.end[batch, month]
    if s < 0:
        shortest = shortest_end(tables, batch)
        if shortest < e:
            take(tables, board, batch, p, s, e)
            put(tables, board, batch, p, s, shortest)
        return int(e)
    take(tables, board, batch, p, s, e)
    return int(e)


@compiled
def take_months(tables: Tables, board: Board, batch: int, first: int, end: int) -> None:
    """Take the stays of a batch that touch some months."""
    month = first
    while month < end:
        if board.at[batch, month] != NOWHERE:
            month = max(month + 1, take_stay(tables, board, batch, month))
        else:
            month += 1


@compiled
def ruin(tables: Tables, board: Board, touched: Ints) -> int:
    """Take related stays; return how many batches were touched, their indices in `touched`."""
    batches, libraries, num_months, _ = tables.value.shape
    many = 2 + pick(board, 6)
    kind = draw(board)
    first, end = 0, num_months
    if draw(board) < 0.7:
        width = 2 + pick(board, max(1, num_months - 1))
        first = pick(board, max(1, num_months - width + 1))
        end = min(num_months, first + width)
    count = 0
    if kind < 0.3:
        for _ in range(many):
            count = _touch(touched, count, pick(board, batches))
    elif kind < 0.6:
        for _ in range(many):
            p = pick(board, libraries)
            count = _touch_guests(board, p, first, end, touched, count, many)
    else:
        b = pick(board, batches)
        count = _touch(touched, count, b)
        while count < many and tables.num_places[b] > 0 and draw(board) < 0.97:
            p = _liked_place(tables, board, b, first)
            before = count
            count = _touch_guests(board, p, first, end, touched, count, many)
            if draw(board) < 0.3 and count > before:
                b = touched[pick(board, count)]
    for i in range(count):
        take_months(tables, board, touched[i], first, end)
    return count


@compiled
def _touch(touched: Ints, count: int, batch: int) -> int:
    for i in range(count):
        if touched[i] == batch:
            return count
    if count < len(touched):
        touched[count] = batch
        return count + 1
    return count


@compiled
def _touch_guests(
    board: Board, library: int, first: int, end: int, touched: Ints, count: int, most: int
) -> int:
    for t in range(first, end):
        for j in range(board.num[library, t]):
            if count < most:
                count = _touch(touched, count, board.who[library, t, j])
    return count


@compiled
def _liked_place(tables: Tables, board: Board, batch: int, month: int) -> int:
    """Return the best of a few random libraries for a batch."""
    best, chosen = -np.inf, tables.places[batch, 0]
    for _ in range(8):
        p = tables.places[batch, pick(board, tables.num_places[batch])]
        worth = 0.0
        for months in range(tables.value.shape[3]):
            worth = max(worth, tables.value[batch, p, month, months])
        if worth > best:
            best, chosen = worth, p
    return int(chosen)


@compiled
def shuffle(board: Board, items: Ints, count: int) -> None:
    """Put the first items in random order."""
    for i in range(count - 1, 0, -1):
        j = pick(board, i + 1)
        items[i], items[j] = items[j], items[i]


@entry
def search_on(
    tables: Tables,
    board: Board,
    best: Best,
    guides: tuple[Floats, Floats],
    iterations: int,
    heat: float,
    cold: float,
) -> None:
    """Ruin and recreate so many times, cooling down from `heat` to `cold` points.

    Parameters
    ----------
    best
        The best schedule so far and its score; replaced when a better one is found.
    guides
        What a month at a library is held to cost, either of the two by chance.
    """
    for i in range(iterations):
        temperature = heat * (cold / heat) ** (i / iterations)
        before = board.score[0]
        board.num_log[0] = 0
        count = ruin(tables, board, board.touched)
        for _ in range(2):
            count = _touch(board.touched, count, pick(board, len(board.at)))
        shuffle(board, board.touched, count)
        guide = guides[0] if draw(board) < 0.9 else guides[1]
        blink = BLINK * draw(board) ** (2 if draw(board) < 0.2 else 12)
        shy = 1.0 + SHYNESS * draw(board)
        most = ALL_PLACES if draw(board) < WIDE else FEW_PLACES
        for k in range(count):
            refill(tables, board, board.touched[k], guide, blink, shy, most)
        if board.score[0] < before + temperature * math.log(1.0 - draw(board)):
            go_back(tables, board, before)
        elif board.score[0] > best.score[0] + LEAST_GAIN:
            keep(board, best)


@entry
def fill(tables: Tables, board: Board, best: Best, guide: Floats) -> None:
    """Fill the free months of every batch, one after the other."""
    for b in range(len(board.at)):
        board.num_log[0] = 0
        refill(tables, board, b, guide, 0.0, 1.0, ALL_PLACES)
    board.num_log[0] = 0
    if board.score[0] > best.score[0]:
        keep(board, best)


@entry
def try_stay(tables: Tables, board: Board, batch: int, library: int, first: int, end: int) -> bool:
    """Put a stay where every rule lets it stand; a running one takes the place of a shorter."""
    board.num_log[0] = 0
    begin = max(first, 0)
    if first < 0:
        if board.run_end[batch] > end:
            return False
        begin = board.run_end[batch]
    for t in range(begin, end):
        if board.at[batch, t] != NOWHERE or not has_room(tables, board, batch, library, t):
            return False
    if tables.lag > 0:
        if first > 0 and board.at[batch, first - 1] != NOWHERE:
            return False
        if first == 0 and board.run_end[batch] == 0:
            return False
        if end < board.at.shape[1] and board.at[batch, end] != NOWHERE:
            return False
    if first < 0:
        change(tables, board, batch, library, first, begin, -1)
    good = not clashes(tables, board, batch, library, first, end)
    if good or first < 0:
        change(tables, board, batch, library, first, end if good else begin, 1)
    return good


@entry
def clear(tables: Tables, board: Board, score: float) -> None:
    """Take every stay, and put the running ones as short as the rules allow."""
    batches, num_months = board.at.shape
    for b in range(batches):
        t = 0
        while t < num_months:
            if board.at[b, t] != NOWHERE and board.first[b, t] >= 0:
                end = board.end[b, t]
                change(tables, board, b, board.at[b, t], board.first[b, t], end, -1)
                t = end
            else:
                t += 1
        if board.run_end[b] != NOWHERE:
            p, s = tables.run_library[b], tables.run_first[b]
            change(tables, board, b, p, s, board.run_end[b], -1)
    board.score[0] = score
    for b in range(batches):
        if tables.run_library[b] != NOWHERE:
            end = shortest_end(tables, b)
            change(tables, board, b, tables.run_library[b], tables.run_first[b], end, 1)


@entry
def recall(tables: Tables, board: Board, best: Best, score: float) -> None:
    """Put the best schedule on a board that was cleared."""
    clear(tables, board, score)
    batches, num_months = board.at.shape
    for b in range(batches):
        if best.run_end[b] != NOWHERE:
            p, s = tables.run_library[b], tables.run_first[b]
            change(tables, board, b, p, s, board.run_end[b], -1)
            change(tables, board, b, p, s, best.run_end[b], 1)
        t = 0
        while t < num_months:
            if best.at[b, t] != NOWHERE and best.first[b, t] >= 0:
                change(tables, board, b, best.at[b, t], t, best.end[b, t], 1)
                t = best.end[b, t]
            else:
                t += 1


@entry
def keep(board: Board, best: Best) -> None:
    """Copy the schedule of a board."""
    best.score[0] = board.score[0]
    batches, num_months = board.at.shape
    for b in range(batches):
        best.run_end[b] = board.run_end[b]
        for t in range(num_months):
            best.at[b, t], best.first[b, t] = board.at[b, t], board.first[b, t]
            best.end[b, t] = board.end[b, t]
