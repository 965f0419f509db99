"""Taking stays out of a board and putting better ones in: ruin and recreate, compiled.

Reads and changes boards only through `rotation.lns.state`.
"""

from rotation.instance.arrays import NEVER, NOWHERE, Tables
from rotation.lns.state import (
    Board,
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
from rotation.problem import Floats
from search.compiling import compiled

MOST_TRIES = 3


@compiled
def put(tables: Tables, board: Board, batch: int, library: int, first: int, end: int) -> None:
    """Put a stay and remember it."""
    change(tables, board, batch, library, first, end, 1)
    _note(board, batch, library, first, end, 1)


@compiled
def take(tables: Tables, board: Board, batch: int, library: int, first: int, end: int) -> None:
    """Take a stay and remember it."""
    change(tables, board, batch, library, first, end, -1)
    _note(board, batch, library, first, end, -1)


@compiled
def _note(board: Board, batch: int, library: int, first: int, end: int, sign: int) -> None:
    row = board.num_log[0]
    board.log[row, 0], board.log[row, 1] = batch, library
    board.log[row, 2], board.log[row, 3], board.log[row, 4] = first, end, sign
    board.num_log[0] = row + 1


@compiled
def go_back(tables: Tables, board: Board, score: float) -> None:
    """Undo everything since the log was emptied."""
    for row in range(board.num_log[0] - 1, -1, -1):
        log = board.log
        change(tables, board, log[row, 0], log[row, 1], log[row, 2], log[row, 3], -log[row, 4])
    board.num_log[0] = 0
    board.score[0] = score


@compiled
def chained_from(tables: Tables, board: Board, batch: int, month: int) -> int:
    """Return the library that a batch leaves in a month."""
    if month > 0:
        return int(board.at[batch, month - 1])
    if board.run_end[batch] == 0:
        return int(tables.run_library[batch])
    return NOWHERE


@compiled
def leads(tables: Tables, board: Board, origin: int, goal: int, month: int) -> bool:
    """Whether chains of a month lead from one library to another."""
    if origin == goal:
        return True
    known, stack = board.flags, board.stack
    known[:] = 0
    stack[0] = origin
    height = 1
    known[origin] = 1
    while height > 0:
        height -= 1
        here = stack[height]
        for b in range(len(board.at)):
            there = board.at[b, month]
            if there == NOWHERE or board.first[b, month] != month:
                continue
            if chained_from(tables, board, b, month) == here and known[there] == 0:
                if there == goal:
                    return True
                known[there] = 1
                stack[height] = there
                height += 1
    return False


@compiled
def makes_ring(
    tables: Tables, board: Board, batch: int, library: int, first: int, end: int
) -> bool:
    """Whether the chains of a stay would close a ring among libraries within a month."""
    if tables.allows_rings or tables.lag > 0:
        return False
    if first >= 0:
        before = chained_from(tables, board, batch, first)
        if before != NOWHERE and leads(tables, board, library, before, first):
            return True
    if end < tables.value.shape[2]:
        after = board.at[batch, end]
        if after != NOWHERE:
            return leads(tables, board, after, library, end)
    return False


@compiled
def best_path(
    tables: Tables,
    board: Board,
    batch: int,
    begin: int,
    stop: int,
    chains: tuple[bool, bool],
    guide: Floats,
    blink: float,
    shy: float,
    most: int,
) -> int:
    """Find the best stays of a batch within free months, beside everything else on the board.

    Parameters
    ----------
    begin, stop
        First month in which a stay may begin, and month in which the last one has to end.
    chains
        Whether a stay ends as `begin` begins, and whether one begins at `stop`.
    guide
        What a month at a library is held to cost.
    blink, shy, most
        Share of libraries to overlook; how many times what it costs a new visit is held to; how
        many of the batch's libraries are looked at.

    Returns
    -------
    int
        How many stays were found: rows of library, first month and end in `board.found`.
    """
    num_months, longest = tables.value.shape[2:]
    start, onward, then = board.start, board.onward, board.then
    place, leave, found = board.place, board.leave, board.found
    for t in range(num_months + 2):
        start[t], onward[t] = NEVER, 0.0
    onward[num_months + 2] = 0.0
    for s in range(stop - 1, begin - 1, -1):
        toll = tables.chain_points if chains[0] and s == begin else 0.0
        last = min(stop, s + longest)
        for e in range(s + 1, last + 1):
            then[e] = _then(tables, start, onward, e, stop, chains[1]) - toll
        for i in range(min(most, tables.num_places[batch])):
            p = tables.places[batch, i]
            if not has_room(tables, board, batch, p, s) or (blink > 0 and draw(board) < blink):
                continue
            arrive = shy * late(tables, board, p, s) if board.changes[p, s] == 0 else 0.0
            if _most(tables, board, batch, p, s, last, guide) - arrive <= start[s]:
                continue
            lost = cost = 0.0
            row = level_of(tables, batch, p, s)
            for e in range(s + 1, last + 1):
                if not has_room(tables, board, batch, p, e - 1):
                    break
                cost += guide[p, e - 1]
                if tables.is_joint and board.num[p, e - 1] > 0:
                    fade = tables.fade[e - 1 - s]
                    lost += loss(tables, board, p, e - 1, row, fade)
                points = tables.value[batch, p, s, e - s - 1]
                if points == NEVER:
                    continue
                points += then[e] - lost - cost - arrive
                if e < num_months and board.changes[p, e] == 0:
                    points -= shy * late(tables, board, p, e)
                points += floors_met(tables, board, p, s, e)
                if points <= start[s] or (blink > 0 and draw(board) < blink):
                    continue
                if not remembered(tables, board, batch, p, s, e):
                    start[s], place[s], leave[s] = points, p, e
        onward[s] = max(onward[s + 1], start[s])
    count, t = 0, begin
    if tables.run_library[batch] != NOWHERE and board.run_end[batch] == NOWHERE:
        t = _best_end(tables, board, batch, start, onward, stop, chains[1], guide, blink)
        found[0, 0], found[0, 1] = tables.run_library[batch], tables.run_first[batch]
        found[0, 2] = t
        count = 1
        if tables.lag == 0 and t < stop and start[t] - tables.chain_points <= onward[t + 1]:
            t += 1
        t += tables.lag
    while t < stop:
        if start[t] > 0 and start[t] >= onward[t] - 1e-12:
            found[count, 0], found[count, 1], found[count, 2] = place[t], t, leave[t]
            count += 1
            t = leave[t]
            if tables.lag == 0 and t < stop and start[t] - tables.chain_points <= onward[t + 1]:
                t += 1
            t += tables.lag
        else:
            t += 1
    return count


@compiled
def _most(
    tables: Tables, board: Board, batch: int, library: int, first: int, last: int, guide: Floats
) -> float:
    """Return at least what any stay at a library from a month on can be worth with what follows.

    A guest can raise the share of unseen titles of the others, at most to all of them.
    """
    most, cost = NEVER, 0.0
    for e in range(first + 1, last + 1):
        cost += guide[library, e - 1]
        if tables.is_joint and board.num[library, e - 1] > 0:
            cost -= tables.fresh_points * board.alone[library, e - 1]
        most = max(most, tables.value[batch, library, first, e - first - 1] - cost + board.then[e])
    return float(most + floors_met(tables, board, library, first, last))


@compiled
def _then(
    tables: Tables, start: Floats, onward: Floats, end: int, stop: int, chained: bool
) -> float:
    """Return what the months after a stay are worth."""
    if tables.lag > 0:
        return float(onward[min(end + tables.lag, stop)])
    if end >= stop:
        return -tables.chain_points if chained else 0.0
    return float(max(start[end] - tables.chain_points, onward[end + 1]))


@compiled
def _best_end(
    tables: Tables,
    board: Board,
    batch: int,
    start: Floats,
    onward: Floats,
    stop: int,
    chained: bool,
    guide: Floats,
    blink: float,
) -> int:
    """Return the month in which a running stay had best end."""
    p, first = tables.run_library[batch], tables.run_first[batch]
    best, chosen = NEVER, NOWHERE
    cost = 0.0
    for end in range(stop + 1):
        if end > 0:
            if not has_room(tables, board, batch, p, end - 1):
                break
            cost += guide[p, end - 1]
        points = gain(tables, board, batch, p, first, end)
        if points == NEVER or (chosen != NOWHERE and blink > 0 and draw(board) < blink):
            continue
        points += _then(tables, start, onward, end, stop, chained) - cost
        if points > best and (
            chosen == NOWHERE or not remembered(tables, board, batch, p, first, end)
        ):
            best, chosen = points, end
    return chosen


@compiled
def shortest_end(tables: Tables, batch: int) -> int:
    """Return the first month in which a running stay may end."""
    end = 0
    while tables.run_value[batch, end] == NEVER:
        end += 1
    return end


@compiled
def refill(
    tables: Tables, board: Board, batch: int, guide: Floats, blink: float, shy: float, most: int
) -> None:
    """Fill the free months of a batch as well as its next stays allow."""
    num_months = tables.value.shape[2]
    for _ in range(MOST_TRIES):
        skipped = False
        begin = 0
        while begin < num_months:
            if board.at[batch, begin] != NOWHERE:
                is_running = board.first[batch, begin] < 0
                after = board.end[batch, begin]
                if not is_running:
                    begin = after + tables.lag
                    continue
            else:
                is_running = begin == 0 and board.run_end[batch] == 0
                after = begin
            stop = after
            while stop < num_months and board.at[batch, stop] == NOWHERE:
                stop += 1
            is_followed = stop < num_months
            if stop == after and after > 0:
                begin = stop + tables.lag
                continue
            if is_running:
                p, s = tables.run_library[batch], tables.run_first[batch]
                take(tables, board, batch, p, s, board.run_end[batch])
                begin = 0
            last = stop - tables.lag if is_followed else stop
            follows = begin > 0 and tables.lag == 0 and board.at[batch, begin - 1] != NOWHERE
            chains = (follows, is_followed and tables.lag == 0)
            count = best_path(tables, board, batch, begin, last, chains, guide, blink, shy, most)
            for i in range(count):
                p, s, e = board.found[i, 0], board.found[i, 1], board.found[i, 2]
                if not clashes(tables, board, batch, p, s, e):
                    put(tables, board, batch, p, s, e)
                else:
                    skipped = True
                    if s < 0:
                        put(tables, board, batch, p, s, shortest_end(tables, batch))
            begin = stop
        if not skipped:
            return


@compiled
def clashes(tables: Tables, board: Board, batch: int, library: int, first: int, end: int) -> bool:
    """Whether a stay would close a ring, or clashes with one just put."""
    if remembered(tables, board, batch, library, first, end):
        return True
    return makes_ring(tables, board, batch, library, first, end)
