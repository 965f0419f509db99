"""Which single changes of a plan an explanation compares: other places, swaps, and ways in."""

from collections.abc import Iterator

from rotation.alternatives import Change, Ground, Placed
from rotation.grid import Slot


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
        if other != batch:
            yield Change(taken, ((other, slot),))
        for there in slots:
            if other != batch and there[0] != here and there[1] >= 0:
                yield swap((batch, slot), (other, there))


def swap(one: Placed, other: Placed) -> Change:
    """Return the change in which two batches change places and months."""
    taken = tuple(sorted((one, other)))
    return Change(taken, tuple(sorted(((one[0], other[1]), (other[0], one[1])))))


def list_ways_in(ground: Ground, batch: int, library: int) -> Iterator[Change]:
    """Yield how a batch could come to a library in the first month.

    For every length of stay: beside what stands there, or instead of one guest, or changing
    places with one. Its own stays in these months are left out or, where it stands elsewhere when
    the horizon begins, fetched at once.
    """
    longest = ground.grid.value.shape[3]
    guests = [
        (other, slot)
        for other, slots in enumerate(ground.schedule)
        for slot in slots
        if slot[0] == library and other != batch
    ]
    for end in range(1, min(longest, ground.grid.num_months) + 1):
        left = [x for x in ground.schedule[batch] if x[1] < end + ground.grid.lag]
        taken = tuple((batch, slot) for slot in left)
        kept = tuple((batch, (p, s, 0)) for p, s, _ in left if s < 0)
        put = (*kept, (batch, (library, 0, end)))
        yield _bare(taken, put)
        for other, slot in guests:
            if slot[1] >= end:
                continue
            goes = ((other, (slot[0], slot[1], 0)),) if slot[1] < 0 else ()
            yield _bare((*taken, (other, slot)), (*put, *goes))
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
