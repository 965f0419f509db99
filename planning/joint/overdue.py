"""Batches that are due to leave a library and that the rotation could only leave there."""

from collections.abc import Iterable, Iterator

from province.visits import Movement
from rotation.instance.allowed import can_travel
from rotation.problem import Placement, RotationProblem, find_return, index_batches, stay_limits


def list_overdue(problem: RotationProblem, movements: Iterable[Movement]) -> tuple[Movement, ...]:
    """Return the movements home of the first month that are due and that a rotation's lack.

    The rotation leaves a batch where it is while no vehicle gets there. It is asked for all the
    same, so that whoever reads the plan is told: it is fetched, or it is a visit not served.
    """
    month = problem.months[0]
    moved = {move.batch_id for move in movements if move.month == month}
    return tuple(
        Movement(place.batch_id, month, place.site_id, problem.batches[b].depot_id)
        for b, place in _list_due(problem)
        if place.batch_id not in moved
    )


def _list_due(problem: RotationProblem) -> Iterator[tuple[int, Placement]]:
    """Yield the batches at libraries that have left, long enough, or to be given back."""
    numbers = index_batches(problem)
    libraries = {library.site_id: library for library in problem.libraries}
    pinned = {b for b, _, t in problem.pins if t == 0}
    for place in problem.placements:
        library, b = libraries.get(place.site_id), numbers[place.batch_id]
        if library is None or b in pinned or not can_travel(problem, b, 0):
            continue
        is_long = place.months_there >= stay_limits(problem, b)[1]
        if library.last_month < 0 or is_long or find_return(problem, b) <= 0:
            yield b, place
