"""Which single moves of a plan an explanation compares: other places, swaps, and ways in."""

from collections.abc import Iterator

import numpy as np

from rotation.explain.alternatives import Baseline, Move, apply_move, at_libraries, has_time
from rotation.instance.score import find_repeats
from rotation.problem import IndexStay


def list_other_places(baseline: Baseline, stay: IndexStay) -> Iterator[Move]:
    """Yield what could be done with a batch instead of one stay, in the same months.

    Another library, the depot, another batch in its place, or changing places with one; a running
    stay can only be fetched earlier or later, and what it leaves of its months be spent at
    another library.
    """
    instance, taken = baseline.instance, (stay,)
    if stay.first < 0:
        for end in np.flatnonzero(np.isfinite(instance.run_value[stay.batch])).tolist():
            if end == stay.end:
                continue
            kept = stay._replace(end=end)
            yield Move(taken, (kept,))
            start = end + instance.lag
            if start < stay.end:
                for p in _libraries_but(baseline, stay.library):
                    yield Move(taken, (kept, IndexStay(stay.batch, p, start, stay.end)))
        return
    yield Move(taken, ())
    for p in _libraries_but(baseline, stay.library):
        yield Move(taken, (stay._replace(library=p),))
    for other, own in enumerate(baseline.schedule):
        if other == stay.batch:
            continue
        if has_time(own, stay, None, instance.lag):
            yield Move(taken, (stay._replace(batch=other),))
        for there in own:
            if there.library == stay.library or there.first < 0:
                continue
            mine = baseline.schedule[stay.batch]
            if has_time(mine, there, stay, instance.lag) and has_time(
                own, stay, there, instance.lag
            ):
                yield swap(stay, there)


def swap(one: IndexStay, other: IndexStay) -> Move:
    """Return the move in which two batches change places and months."""
    put = (one._replace(batch=other.batch), other._replace(batch=one.batch))
    return Move(tuple(sorted((one, other))), tuple(sorted(put)))


def list_ways_in(baseline: Baseline, batch: int, library: int) -> Iterator[Move]:
    """Yield how a batch could come to a library in the first month.

    For every length of stay: beside what stands there, or instead of one guest or of all, or
    changing places with one; each also without later guests that share too many titles with it.
    Its own stays in these months are left out or, where it stands elsewhere, fetched at once.
    """
    for move in _list_arrivals(baseline, batch, library):
        yield move
        schedule = at_libraries(apply_move(baseline.schedule, move), {library})
        repeats = find_repeats(baseline.instance, schedule)
        late = tuple(stay for stay in repeats if stay not in move.put)
        if late:
            yield _bare((*move.taken, *late), move.put)


def _list_arrivals(baseline: Baseline, batch: int, library: int) -> Iterator[Move]:
    own, instance = baseline.schedule[batch], baseline.instance
    guests = [stay for stay in baseline.guests.get(library, ()) if stay.batch != batch]
    lengths = np.flatnonzero(np.isfinite(instance.value[batch, library, 0])) + 1
    for end in lengths.tolist():
        taken = [stay for stay in own if stay.first < end + instance.lag]
        put = [stay._replace(end=0) for stay in taken if stay.first < 0]
        put.append(IndexStay(batch, library, 0, end))
        there = [guest for guest in guests if guest.first < end and guest.end > 0]
        for leave in ([], *([guest] for guest in there), there):
            goes = (guest._replace(end=0) for guest in leave if guest.first < 0)
            yield _bare((*taken, *leave), (*put, *goes))
    for guest in guests:
        if guest.first == 0:
            yield from (swap(stay, guest) for stay in own if stay.first >= 0)


def _bare(taken: tuple[IndexStay, ...], put: tuple[IndexStay, ...]) -> Move:
    """Return a move without the stays that it takes and puts back."""
    return Move(
        tuple(sorted(one for one in taken if one not in put)),
        tuple(sorted(one for one in put if one not in taken)),
    )


def _libraries_but(baseline: Baseline, library: int) -> Iterator[int]:
    return (p for p in range(len(baseline.problem.libraries)) if p != library)
