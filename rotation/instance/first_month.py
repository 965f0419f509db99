"""What may be decided about the first month, and the problem once it is."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from rotation.instance.instance import NEVER, NOWHERE, RotationInstance
from rotation.instance.score import has_ring
from rotation.problem import IndexStay, Schedule

STAYS, HOME = -1, -2

FirstMonth = tuple[int, ...]
"""For each batch the library to which it comes in the first month; or that it `STAYS` where it is,
or goes `HOME`."""


def list_first_months(instance: RotationInstance, most: int) -> tuple[FirstMonth, ...] | None:
    """Return the first months that there are; None where more than `most` fit the shelves.

    They keep what the first month alone decides: shelves, vehicle hours, floors, pins, the order of
    chains.
    """
    found = tuple(itertools.islice(_grow(instance, ()), most + 1))
    return tuple(one for one in found if _can_be(instance, one)) if len(found) <= most else None


def _can_be(instance: RotationInstance, choice: FirstMonth) -> bool:
    schedule = list_first_stays(instance, choice)
    visited = sorted({stay.library for stays in schedule for stay in stays})
    hours = sum(float(instance.visit_hours[p]) for p in visited)
    places = [_find_place(instance, b, option) for b, option in enumerate(choice)]
    return (
        hours <= instance.hours[0] + 1e-9
        and all(floor.library in places for floor in instance.floors if floor.end == 1)
        and all(places[b] == p for b, p, t in instance.pins if t == 0)
        and not has_ring(schedule)
    )


def _find_place(instance: RotationInstance, batch: int, option: int) -> int:
    """Return the library where a batch stands after the first month's visits, or `NOWHERE`."""
    if option == STAYS:
        return int(instance.run_library[batch])
    return NOWHERE if option == HOME else option


def list_options(instance: RotationInstance, batch: int) -> tuple[int, ...]:
    """Return what the rules on single stays let a batch do in the first month."""
    starts = np.isfinite(instance.value[batch, :, 0]).any(axis=1)
    comes = tuple(int(p) for p in np.flatnonzero(starts))
    place = int(instance.run_library[batch])
    if place == NOWHERE:
        return (STAYS, *comes)
    ends = np.isfinite(instance.run_value[batch])
    leaves = (HOME, *(p for p in comes if p != place and not instance.lag)) if ends[0] else ()
    return (*((STAYS,) if ends[1:].any() else ()), *leaves)


def list_first_stays(instance: RotationInstance, choice: FirstMonth) -> Schedule:
    """Return the stays that begin or end in the first month, as if those begun ended after it."""
    schedule: list[tuple[IndexStay, ...]] = []
    for b, option in enumerate(choice):
        place, first = int(instance.run_library[b]), int(instance.run_first[b])
        left = (IndexStay(b, place, first, 0),) if place != NOWHERE and option != STAYS else ()
        new = (IndexStay(b, option, 0, 1),) if option >= 0 else ()
        schedule.append((*left, *new))
    return tuple(schedule)


def decide_first_month(instance: RotationInstance, options: Mapping[int, int]) -> RotationInstance:
    """Return an instance in which some batches do in the first month what is decided.

    Parameters
    ----------
    options
        As in `FirstMonth`, by batch.
    """
    value, run_value, pins = instance.value.copy(), instance.run_value.copy(), set(instance.pins)
    for b, option in options.items():
        value[b, np.arange(value.shape[1]) != option, 0] = NEVER
        if option >= 0:
            pins.add((b, option, 0))
        if option == STAYS:
            run_value[b, 0] = NEVER
        else:
            run_value[b, 1:] = NEVER
    return replace(instance, value=value, run_value=run_value, pins=tuple(sorted(pins)))


def _grow(instance: RotationInstance, choice: FirstMonth) -> Iterator[FirstMonth]:
    """Yield the choices that begin with what is chosen for the first batches."""
    b = len(choice)
    if b == len(instance.books):
        yield choice
        return
    places = [_find_place(instance, other, option) for other, option in enumerate(choice)]
    for option in list_options(instance, b):
        place = _find_place(instance, b, option)
        if place == NOWHERE or _has_room(instance, (*places, place), place):
            yield from _grow(instance, (*choice, option))


def _has_room(instance: RotationInstance, places: Sequence[int], library: int) -> bool:
    """Whether a library holds in the first month what stands there."""
    here = [b for b, place in enumerate(places) if place == library]
    books = sum(int(instance.books[b]) for b in here)
    room, count = instance.capacity_books[library, 0], instance.capacity_batches[library, 0]
    return bool(books <= room and len(here) <= count)
