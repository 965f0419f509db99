"""Which single changes of a plan an explanation compares: other places, swaps, and ways in."""

from collections.abc import Iterator

import numpy as np

from rotation.explain.alternatives import Change, Ground, Placed, apply_change, at_libraries
from rotation.instance.instance import Slot
from rotation.instance.score import find_repeats


def list_other_places(ground: Ground, batch: int, slot: Slot) -> Iterator[Change]:
    """Yield what could be done with a batch instead of one stay, in the same months.

    Another library, the depot, another batch in its place, or changing places with one; a running
    stay can only be fetched earlier or later, and what it leaves of its months be spent at
    another library.
    """
    here, first, end = slot
    taken = ((batch, slot),)
    if first < 0:
        for (_, _, other), _ in ground.grid.running[batch]:
            if other == end:
                continue
            kept = (batch, (here, first, other))
            yield Change(taken, (kept,))
            start = other + ground.grid.lag
            if start < end:
                for p in _libraries_but(ground, here):
                    yield Change(taken, (kept, (batch, (p, start, end))))
        return
    yield Change(taken, ())
    for p in _libraries_but(ground, here):
        yield Change(taken, ((batch, (p, first, end)),))
    for other, slots in enumerate(ground.schedule):
        if other == batch:
            continue
        if _is_free(ground, other, slot):
            yield Change(taken, ((other, slot),))
        for there in slots:
            if there[0] == here or there[1] < 0:
                continue
            if _is_free(ground, batch, there, slot) and _is_free(ground, other, slot, there):
                yield swap((batch, slot), (other, there))


def _is_free(ground: Ground, batch: int, slot: Slot, left: Slot | None = None) -> bool:
    """Whether a batch is in no other place in the months of a stay, but for a stay it leaves."""
    lag = ground.grid.lag
    return not any(
        first < slot[2] + lag and slot[1] < end + lag
        for p, first, end in ground.schedule[batch]
        if (p, first, end) != left
    )


def swap(one: Placed, other: Placed) -> Change:
    """Return the change in which two batches change places and months."""
    taken = tuple(sorted((one, other)))
    return Change(taken, tuple(sorted(((one[0], other[1]), (other[0], one[1])))))


def list_ways_in(ground: Ground, batch: int, library: int) -> Iterator[Change]:
    """Yield how a batch could come to a library in the first month.

    For every length of stay: beside what stands there, or instead of one guest or of all, or
    changing places with one; each also without later guests that share too many titles with it.
    Its own stays in these months are left out or, where it stands elsewhere, fetched at once.
    """
    for change in _list_arrivals(ground, batch, library):
        yield change
        schedule = apply_change(ground.schedule, change)
        repeats = find_repeats(ground.grid, at_libraries(schedule, {library}))
        late = tuple(found[0] for found in repeats if found[0] not in change.put)
        if late:
            yield _bare((*change.taken, *late), change.put)


def _list_arrivals(ground: Ground, batch: int, library: int) -> Iterator[Change]:
    guests = [
        (other, slot)
        for other, slots in enumerate(ground.schedule)
        for slot in slots
        if slot[0] == library and other != batch
    ]
    lengths = np.flatnonzero(np.isfinite(ground.grid.value[batch, library, 0])) + 1
    for end in lengths.tolist():
        left = [x for x in ground.schedule[batch] if x[1] < end + ground.grid.lag]
        taken = tuple((batch, slot) for slot in left)
        kept = tuple((batch, (p, s, 0)) for p, s, _ in left if s < 0)
        put = (*kept, (batch, (library, 0, end)))
        there = [guest for guest in guests if guest[1][1] < end and guest[1][2] > 0]
        for leave in ([], *([guest] for guest in there), there):
            goes = ((b, (p, s, 0)) for b, (p, s, _) in leave if s < 0)
            yield _bare((*taken, *leave), (*put, *goes))
    for guest in guests:
        if guest[1][1] == 0:
            for slot in ground.schedule[batch]:
                if slot[1] >= 0:
                    yield swap((batch, slot), guest)


def _bare(taken: tuple[Placed, ...], put: tuple[Placed, ...]) -> Change:
    """Return a change without the stays that it takes and puts back."""
    return Change(
        tuple(sorted(one for one in taken if one not in put)),
        tuple(sorted(one for one in put if one not in taken)),
    )


def _libraries_but(ground: Ground, library: int) -> Iterator[int]:
    return (p for p in range(len(ground.problem.libraries)) if p != library)
