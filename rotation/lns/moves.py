"""Taking stays out of a state and putting better ones in: ruin and recreate, compiled.

Reads and changes states only through `rotation.lns.state`.
"""

from typing import NamedTuple

from rotation.instance.instance import NEVER, NOWHERE
from rotation.lns.state import (
    LnsState,
    change,
    draw,
    floors_met,
    gain,
    has_room,
    late,
    level_of,
    loss,
    remembered,
)
from rotation.problem import Floats, IndexStay
from search.compiling import compiled

MOST_TRIES = 3


class Repair(NamedTuple):
    """How a batch's free months are filled.

    Parameters
    ----------
    guide
        What a month at a library is held to cost.
    blink
        Share of libraries to overlook.
    shy
        How many times what it costs a new visit is held to cost.
    most
        How many of the batch's libraries are looked at.
    """

    guide: Floats
    blink: float
    shy: float
    most: int


class Gap(NamedTuple):
    """Free months of a batch: from `begin` on a stay may begin, by `stop` the last has to end.

    `follows` and `is_followed` tell whether a stay ends as `begin` begins, and begins at `stop`.
    """

    begin: int
    stop: int
    follows: bool
    is_followed: bool


@compiled
def put(state: LnsState, stay: IndexStay) -> None:
    """Put a stay and remember it."""
    change(state, stay, 1)
    _note(state, stay, 1)


@compiled
def take(state: LnsState, stay: IndexStay) -> None:
    """Take a stay and remember it."""
    change(state, stay, -1)
    _note(state, stay, -1)


@compiled
def _note(state: LnsState, stay: IndexStay, sign: int) -> None:
    row = state.num_log[0]
    state.log[row, 0], state.log[row, 1] = stay.batch, stay.library
    state.log[row, 2], state.log[row, 3], state.log[row, 4] = stay.first, stay.end, sign
    state.num_log[0] = row + 1


@compiled
def go_back(state: LnsState, score: float) -> None:
    """Undo everything since the log was emptied."""
    log = state.log
    for row in range(state.num_log[0] - 1, -1, -1):
        stay = IndexStay(log[row, 0], log[row, 1], log[row, 2], log[row, 3])
        change(state, stay, -log[row, 4])
    state.num_log[0] = 0
    state.score[0] = score


@compiled
def running_stay(state: LnsState, batch: int, end: int) -> IndexStay:
    """Return the running stay of a batch with some end."""
    arrays = state.arrays
    return IndexStay(batch, arrays.run_library[batch], arrays.run_first[batch], end)


@compiled
def chained_from(state: LnsState, batch: int, month: int) -> int:
    """Return the library that a batch leaves in a month."""
    if month > 0:
        return int(state.at[batch, month - 1])
    if state.run_end[batch] == 0:
        return int(state.arrays.run_library[batch])
    return NOWHERE


@compiled
def leads(state: LnsState, origin: int, goal: int, month: int) -> bool:
    """Whether chains of a month lead from one library to another."""
    if origin == goal:
        return True
    known, stack = state.flags, state.stack
    known[:] = 0
    stack[0] = origin
    height = 1
    known[origin] = 1
    while height > 0:
        height -= 1
        here = stack[height]
        for b in range(len(state.at)):
            there = state.at[b, month]
            if there == NOWHERE or state.first[b, month] != month:
                continue
            if chained_from(state, b, month) == here and known[there] == 0:
                if there == goal:
                    return True
                known[there] = 1
                stack[height] = there
                height += 1
    return False


@compiled
def makes_ring(state: LnsState, stay: IndexStay) -> bool:
    """Whether the chains of a stay would close a ring among libraries within a month."""
    arrays, (batch, library, first, end) = state.arrays, stay
    if arrays.allows_rings or arrays.lag > 0:
        return False
    if first >= 0:
        before = chained_from(state, batch, first)
        if before != NOWHERE and leads(state, library, before, first):
            return True
    if end < arrays.value.shape[2]:
        after = state.at[batch, end]
        if after != NOWHERE:
            return leads(state, after, library, end)
    return False


@compiled
def best_path(state: LnsState, batch: int, gap: Gap, repair: Repair) -> int:
    """Find the best stays of a batch within free months, beside everything else in the state.

    Returns how many stays were found: rows of library, first month and end in `state.found`.
    """
    arrays, start, onward, found = state.arrays, state.start, state.onward, state.found
    for t in range(arrays.value.shape[2] + 2):
        start[t], onward[t] = NEVER, 0.0
    onward[arrays.value.shape[2] + 2] = 0.0
    for s in range(gap.stop - 1, gap.begin - 1, -1):
        _find_best_stay(state, batch, s, gap, repair)
        onward[s] = max(onward[s + 1], start[s])
    count, t = 0, gap.begin
    if arrays.run_library[batch] != NOWHERE and state.run_end[batch] == NOWHERE:
        t = _best_end(state, batch, gap, repair)
        found[0, 0], found[0, 1] = arrays.run_library[batch], arrays.run_first[batch]
        found[0, 2] = t
        count = 1
        t = _begin_after(state, t, gap.stop)
    while t < gap.stop:
        if start[t] > 0 and start[t] >= onward[t] - 1e-12:
            found[count, 0], found[count, 1], found[count, 2] = state.place[t], t, state.leave[t]
            count += 1
            t = _begin_after(state, state.leave[t], gap.stop)
        else:
            t += 1
    return count


@compiled
def _begin_after(state: LnsState, end: int, stop: int) -> int:
    """Return the first month in which the next stay may begin, a chain only where it pays."""
    arrays, start, onward = state.arrays, state.start, state.onward
    if arrays.lag == 0 and end < stop and start[end] - arrays.chain_points <= onward[end + 1]:
        return end + 1
    return end + arrays.lag


@compiled
def _find_best_stay(state: LnsState, batch: int, s: int, gap: Gap, repair: Repair) -> None:
    """Note the best stay of a batch that begins in month `s`, and the points from there on."""
    arrays, start, then = state.arrays, state.start, state.then
    num_months, longest = arrays.value.shape[2:]
    toll = arrays.chain_points if gap.follows and s == gap.begin else 0.0
    last = min(gap.stop, s + longest)
    for e in range(s + 1, last + 1):
        then[e] = _then(state, e, gap) - toll
    for i in range(min(repair.most, arrays.num_places[batch])):
        p = arrays.places[batch, i]
        if not has_room(state, batch, p, s) or (repair.blink > 0 and draw(state) < repair.blink):
            continue
        arrive = repair.shy * late(state, p, s) if state.changes[p, s] == 0 else 0.0
        if _most(state, IndexStay(batch, p, s, last), repair.guide) - arrive <= start[s]:
            continue
        lost = cost = 0.0
        row = level_of(arrays, batch, p, s)
        for e in range(s + 1, last + 1):
            if not has_room(state, batch, p, e - 1):
                break
            cost += repair.guide[p, e - 1]
            if arrays.is_joint and state.num[p, e - 1] > 0:
                lost += loss(state, p, e - 1, row, arrays.fade[e - 1 - s])
            points = arrays.value[batch, p, s, e - s - 1]
            if points == NEVER:
                continue
            points += then[e] - lost - cost - arrive
            if e < num_months and state.changes[p, e] == 0:
                points -= repair.shy * late(state, p, e)
            points += floors_met(state, p, s, e)
            if points <= start[s] or (repair.blink > 0 and draw(state) < repair.blink):
                continue
            if not remembered(state, IndexStay(batch, p, s, e)):
                start[s], state.place[s], state.leave[s] = points, p, e


@compiled
def _most(state: LnsState, longest: IndexStay, guide: Floats) -> float:
    """Return at least what any stay can be worth with what follows: up to the longest one.

    A guest can raise the share of unseen titles of the others, at most to all of them.
    """
    arrays, (batch, library, first, last) = state.arrays, longest
    most, cost = NEVER, 0.0
    for e in range(first + 1, last + 1):
        cost += guide[library, e - 1]
        if arrays.is_joint and state.num[library, e - 1] > 0:
            cost -= arrays.fresh_points * state.alone[library, e - 1]
        most = max(most, arrays.value[batch, library, first, e - first - 1] - cost + state.then[e])
    return float(most + floors_met(state, library, first, last))


@compiled
def _then(state: LnsState, end: int, gap: Gap) -> float:
    """Return what the months after a stay are worth."""
    arrays = state.arrays
    if arrays.lag > 0:
        return float(state.onward[min(end + arrays.lag, gap.stop)])
    if end >= gap.stop:
        return -arrays.chain_points if gap.is_followed else 0.0
    return float(max(state.start[end] - arrays.chain_points, state.onward[end + 1]))


@compiled
def _best_end(state: LnsState, batch: int, gap: Gap, repair: Repair) -> int:
    """Return the month in which a running stay had best end."""
    p = state.arrays.run_library[batch]
    best, chosen = NEVER, NOWHERE
    cost = 0.0
    for end in range(gap.stop + 1):
        if end > 0:
            if not has_room(state, batch, p, end - 1):
                break
            cost += repair.guide[p, end - 1]
        stay = running_stay(state, batch, end)
        points = gain(state, stay)
        is_overlooked = points == NEVER or (
            chosen != NOWHERE and repair.blink > 0 and draw(state) < repair.blink
        )
        if is_overlooked:
            continue
        points += _then(state, end, gap) - cost
        if points > best and (chosen == NOWHERE or not remembered(state, stay)):
            best, chosen = points, end
    return chosen


@compiled
def shortest_end(state: LnsState, batch: int) -> int:
    """Return the first month in which a running stay may end."""
    end = 0
    while state.arrays.run_value[batch, end] == NEVER:
        end += 1
    return end


@compiled
def refill(state: LnsState, batch: int, repair: Repair) -> None:
    """Fill the free months of a batch as well as its next stays allow."""
    num_months, lag = state.arrays.value.shape[2], state.arrays.lag
    for _ in range(MOST_TRIES):
        skipped = False
        begin = 0
        while begin < num_months:
            if state.at[batch, begin] != NOWHERE:
                is_running = state.first[batch, begin] < 0
                after = state.end[batch, begin]
                if not is_running:
                    begin = after + lag
                    continue
            else:
                is_running = begin == 0 and state.run_end[batch] == 0
                after = begin
            stop = after
            while stop < num_months and state.at[batch, stop] == NOWHERE:
                stop += 1
            is_followed = stop < num_months
            if stop == after and after > 0:
                begin = stop + lag
                continue
            if is_running:
                take(state, running_stay(state, batch, state.run_end[batch]))
                begin = 0
            last = stop - lag if is_followed else stop
            follows = begin > 0 and lag == 0 and state.at[batch, begin - 1] != NOWHERE
            gap = Gap(begin, last, follows, is_followed and lag == 0)
            if _fill_gap(state, batch, best_path(state, batch, gap, repair)):
                skipped = True
            begin = stop
        if not skipped:
            return


@compiled
def _fill_gap(state: LnsState, batch: int, count: int) -> bool:
    """Put the stays found unless they clash with others just put; return whether any did."""
    skipped = False
    for i in range(count):
        stay = IndexStay(batch, state.found[i, 0], state.found[i, 1], state.found[i, 2])
        if not clashes(state, stay):
            put(state, stay)
        else:
            skipped = True
            if stay.first < 0:
                put(state, running_stay(state, batch, shortest_end(state, batch)))
    return skipped


@compiled
def clashes(state: LnsState, stay: IndexStay) -> bool:
    """Whether a stay would close a ring, or clashes with one just put."""
    return remembered(state, stay) or makes_ring(state, stay)
