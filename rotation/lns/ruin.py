"""Ruin and recreate: take related stays out, fill the gaps anew, keep what is good enough."""

from typing import NamedTuple

import numpy as np

from rotation.instance.instance import NEVER, NOWHERE
from rotation.lns.moves import (
    Repair,
    clashes,
    go_back,
    put,
    refill,
    running_stay,
    shortest_end,
    take,
)
from rotation.lns.state import LnsState, change, draw, has_room, pick, remembered
from rotation.problem import Floats, IndexStay, Ints
from search.annealing import is_accepted
from search.compiling import compiled, entry, woven

BLINK = 0.6
"""Largest share of libraries that a repair overlooks, so that it does not always do the same."""

SHYNESS = 3.0
"""How much dearer a repair may hold a new visit than it is: shared visits are worth waiting for."""

WIDE, FEW_PLACES, ALL_PLACES = 0.15, 30, 1 << 30
"""Share of repairs that look at every library of a batch, and how many the others look at."""

LEAST_GAIN = 1e-7

SEARCH, FILL, TRY_STAY, CLEAR, RECALL, KEEP, FORBID = range(7)

NO_GUIDE = np.zeros((0, 0))
NO_VALUE = np.zeros((0, 0, 0, 0))


class Best(NamedTuple):
    """The best schedule found: like the arrays of a state, with its score."""

    at: Ints
    first: Ints
    end: Ints
    run_end: Ints
    score: Floats


class Order(NamedTuple):
    """What Python asks for; what it does not need stays as it is.

    Parameters
    ----------
    what
        `SEARCH`, `FILL`, `TRY_STAY`, `CLEAR`, `RECALL`, `KEEP` or `FORBID`.
    guides
        What a month at a library is held to cost: either of the two by chance, or the first.
    iterations, heat, cold
        Rounds, and the first and last temperature in points.
    stay
        What is to be tried.
    score
        Of the state without any stay.
    value
        Points of a stay alone, to be −inf where it cannot stand: batch, library, first month,
        months − 1.
    """

    what: int
    guides: tuple[Floats, Floats] = (NO_GUIDE, NO_GUIDE)
    iterations: int = 0
    heat: float = 0.0
    cold: float = 0.0
    stay: IndexStay = IndexStay(0, 0, 0, 0)
    score: float = 0.0
    value: Floats = NO_VALUE


@compiled
def take_stay(state: LnsState, batch: int, month: int) -> int:
    """Take the stay of a batch in a month; a running one is cut as short as the rules allow.

    Returns the month in which the stay ended.
    """
    stay = IndexStay(
        batch, state.at[batch, month], state.first[batch, month], state.end[batch, month]
    )
    if stay.first >= 0:
        take(state, stay)
    elif shortest_end(state, batch) < stay.end:
        take(state, stay)
        put(state, running_stay(state, batch, shortest_end(state, batch)))
    return int(stay.end)


@compiled
def take_months(state: LnsState, batch: int, first: int, end: int) -> None:
    """Take the stays of a batch that touch some months."""
    month = first
    while month < end:
        if state.at[batch, month] != NOWHERE:
            month = max(month + 1, take_stay(state, batch, month))
        else:
            month += 1


@compiled
def ruin(state: LnsState) -> int:
    """Take related stays; return how many batches were touched, their indices in `touched`."""
    arrays, touched = state.arrays, state.touched
    batches, libraries, num_months, _ = arrays.value.shape
    many = 2 + pick(state, 6)
    kind = draw(state)
    first, end = 0, num_months
    if draw(state) < 0.7:
        width = 2 + pick(state, max(1, num_months - 1))
        first = pick(state, max(1, num_months - width + 1))
        end = min(num_months, first + width)
    count = 0
    if kind < 0.3:
        for _ in range(many):
            count = _touch(touched, count, pick(state, batches))
    elif kind < 0.6:
        for _ in range(many):
            p = pick(state, libraries)
            count = _touch_guests(state, p, first, end, count, many)
    else:
        b = pick(state, batches)
        count = _touch(touched, count, b)
        while count < many and arrays.num_places[b] > 0 and draw(state) < 0.97:
            p = _liked_place(state, b, first)
            before = count
            count = _touch_guests(state, p, first, end, count, many)
            if draw(state) < 0.3 and count > before:
                b = touched[pick(state, count)]
    for i in range(count):
        take_months(state, touched[i], first, end)
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
    state: LnsState, library: int, first: int, end: int, count: int, most: int
) -> int:
    for t in range(first, end):
        for j in range(state.num[library, t]):
            if count < most:
                count = _touch(state.touched, count, state.who[library, t, j])
    return count


@compiled
def _liked_place(state: LnsState, batch: int, month: int) -> int:
    """Return the best of a few random libraries for a batch."""
    arrays = state.arrays
    best, chosen = -np.inf, arrays.places[batch, 0]
    for _ in range(8):
        p = arrays.places[batch, pick(state, arrays.num_places[batch])]
        worth = 0.0
        for months in range(arrays.value.shape[3]):
            worth = max(worth, arrays.value[batch, p, month, months])
        if worth > best:
            best, chosen = worth, p
    return int(chosen)


@compiled
def shuffle(state: LnsState, items: Ints, count: int) -> None:
    """Put the first items in random order."""
    for i in range(count - 1, 0, -1):
        j = pick(state, i + 1)
        items[i], items[j] = items[j], items[i]


@compiled
def search_on(state: LnsState, best: Best, order: Order) -> None:
    """Ruin and recreate; `best` is replaced when a better schedule is found."""
    guides, heat, cold = order.guides, order.heat, order.cold
    for i in range(order.iterations):
        temperature = heat * (cold / heat) ** (i / order.iterations)
        before = state.score[0]
        state.num_log[0] = 0
        count = ruin(state)
        for _ in range(2):
            count = _touch(state.touched, count, pick(state, len(state.at)))
        shuffle(state, state.touched, count)
        guide = guides[0] if draw(state) < 0.9 else guides[1]
        blink = BLINK * draw(state) ** (2 if draw(state) < 0.2 else 12)
        shy = 1.0 + SHYNESS * draw(state)
        most = ALL_PLACES if draw(state) < WIDE else FEW_PLACES
        for k in range(count):
            refill(state, state.touched[k], Repair(guide, blink, shy, most))
        if not is_accepted(-state.score[0], -before, temperature, state.random):
            go_back(state, before)
        elif state.score[0] > best.score[0] + LEAST_GAIN:
            keep(state, best)


@compiled
def fill(state: LnsState, best: Best, guide: Floats) -> None:
    """Fill the free months of every batch, one after the other."""
    for b in range(len(state.at)):
        state.num_log[0] = 0
        refill(state, b, Repair(guide, 0.0, 1.0, ALL_PLACES))
    state.num_log[0] = 0
    if state.score[0] > best.score[0]:
        keep(state, best)


@compiled
def try_stay(state: LnsState, stay: IndexStay) -> bool:
    """Put a stay where every rule lets it stand; a running one takes the place of a shorter."""
    batch, library, first, end = stay
    lag, shorter = state.arrays.lag, IndexStay(batch, library, first, max(first, 0))
    state.num_log[0] = 0
    if first < 0:
        if state.run_end[batch] > end:
            return False
        shorter = running_stay(state, batch, state.run_end[batch])
    for t in range(shorter.end, end):
        if state.at[batch, t] != NOWHERE or not has_room(state, batch, library, t):
            return False
    if lag > 0:
        if first > 0 and state.at[batch, first - 1] != NOWHERE:
            return False
        if first == 0 and state.run_end[batch] == 0:
            return False
        if end < state.at.shape[1] and state.at[batch, end] != NOWHERE:
            return False
    if first < 0:
        change(state, shorter, -1)
    good = not clashes(state, stay)
    if good:
        change(state, stay, 1)
    elif first < 0:
        change(state, shorter, 1)
    return good


@compiled
def forbid(state: LnsState, value: Floats) -> None:
    """Forbid every stay that cannot stand beside those put; running ones may yet go on."""
    batches, libraries, num_months, longest = value.shape
    for b in range(batches):
        for p in range(libraries):
            for s in range(num_months):
                for k in range(min(longest, num_months - s)):
                    stay = IndexStay(b, p, s, s + k + 1)
                    if value[b, p, s, k] == NEVER or _is_put(state, stay):
                        continue
                    if not _is_free(state, stay) or remembered(state, stay):
                        value[b, p, s, k] = NEVER


@woven
def _is_put(state: LnsState, stay: IndexStay) -> bool:
    batch, library, first, end = stay
    if state.at[batch, first] != library or state.first[batch, first] != first:
        return False
    return bool(state.end[batch, first] == end)


@compiled
def _is_free(state: LnsState, stay: IndexStay) -> bool:
    """Whether a library has room for a stay, and its batch is not put elsewhere."""
    batch, library, first, end = stay
    for t in range(first, end):
        if state.at[batch, t] != NOWHERE and state.first[batch, t] >= 0:
            return False
        if not has_room(state, batch, library, t):
            return False
    return True


@compiled
def clear(state: LnsState, score: float) -> None:
    """Take every stay, and put the running ones as short as the rules allow."""
    batches, num_months = state.at.shape
    for b in range(batches):
        t = 0
        while t < num_months:
            if state.at[b, t] != NOWHERE and state.first[b, t] >= 0:
                end = state.end[b, t]
                change(state, IndexStay(b, state.at[b, t], state.first[b, t], end), -1)
                t = end
            else:
                t += 1
        if state.run_end[b] != NOWHERE:
            change(state, running_stay(state, b, state.run_end[b]), -1)
    state.score[0] = score
    for b in range(batches):
        if state.arrays.run_library[b] != NOWHERE:
            change(state, running_stay(state, b, shortest_end(state, b)), 1)


@compiled
def recall(state: LnsState, best: Best, score: float) -> None:
    """Put the best schedule on a state that was cleared."""
    clear(state, score)
    batches, num_months = state.at.shape
    for b in range(batches):
        if best.run_end[b] != NOWHERE:
            change(state, running_stay(state, b, state.run_end[b]), -1)
            change(state, running_stay(state, b, best.run_end[b]), 1)
        t = 0
        while t < num_months:
            if best.at[b, t] != NOWHERE and best.first[b, t] >= 0:
                change(state, IndexStay(b, best.at[b, t], t, best.end[b, t]), 1)
                t = best.end[b, t]
            else:
                t += 1


@compiled
def keep(state: LnsState, best: Best) -> None:
    """Copy the schedule of a state."""
    best.score[0] = state.score[0]
    batches, num_months = state.at.shape
    for b in range(batches):
        best.run_end[b] = state.run_end[b]
        for t in range(num_months):
            best.at[b, t], best.first[b, t] = state.at[b, t], state.first[b, t]
            best.end[b, t] = state.end[b, t]


@entry
def obey(state: LnsState, best: Best, order: Order) -> bool:
    """Do what is ordered; return whether it could be done.

    One way in for Python: each way in is optimised with all it calls, for seconds.
    """
    if order.what == SEARCH:
        search_on(state, best, order)
    elif order.what == FILL:
        fill(state, best, order.guides[0])
    elif order.what == TRY_STAY:
        return try_stay(state, order.stay)
    elif order.what == CLEAR:
        clear(state, order.score)
    elif order.what == RECALL:
        recall(state, best, order.score)
    elif order.what == KEEP:
        keep(state, best)
    elif order.what == FORBID:
        forbid(state, order.value)
    return True
