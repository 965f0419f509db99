"""Explains a rotation plan: why a batch is where it is, and why a library gets what it gets."""

import numpy as np

from province.ids import BatchId, SiteId
from province.language import Message, message
from rotation.conflicts import explain_barrier
from rotation.grid import Grid, Schedule, build_grid
from rotation.measure import Scorer
from rotation.problem import RotationPlan, RotationProblem
from rotation.reasons import explain_stay

MOST_WANTED = 3
"""How many absent batches an answer about a library names."""


def explain_batch(
    problem: RotationProblem, plan: RotationPlan, batch_id: BatchId
) -> tuple[Message, ...]:
    """Return where a batch goes and why, and what sending it elsewhere would cost.

    Raises
    ------
    KeyError
        If the problem has no such batch.
    """
    grid = build_grid(problem)
    schedule = read_schedule(problem, plan)
    b = {batch.batch_id: i for i, batch in enumerate(problem.batches)}[batch_id]
    if not schedule[b]:
        return (_explain_idle(grid, b),)
    scorer = Scorer(grid)
    total = scorer.score(schedule).points
    answers: list[Message] = []
    for slot in schedule[b]:
        without = _without(schedule, b, slot)
        answers.append(
            message(
                "{batch} is at {site} from {first} for {months} months: {why}; without this stay "
                "the plan is worth {points} points less",
                batch=str(batch_id),
                site=str(problem.libraries[slot[0]].site_id),
                first=str(problem.months[0].plus(slot[1])),
                months=slot[2] - slot[1],
                why=explain_stay(grid, schedule, b, slot),
                points=round(total - scorer.score(without).points, 1),
            )
        )
    return tuple(answers)


def explain_library(
    problem: RotationProblem, plan: RotationPlan, site_id: SiteId
) -> tuple[Message, ...]:
    """Return which batches come to a library and why, and what keeps wanted ones away.

    Raises
    ------
    KeyError
        If the problem has no such library.
    """
    grid = build_grid(problem)
    schedule = read_schedule(problem, plan)
    p = {library.site_id: i for i, library in enumerate(problem.libraries)}[site_id]
    answers = [
        message(
            "{first}: {batch} for {months} months: {why}",
            first=str(problem.months[0].plus(slot[1])),
            batch=str(problem.batches[b].batch_id),
            months=slot[2] - slot[1],
            why=explain_stay(grid, schedule, b, slot),
        )
        for b, slots in sorted(enumerate(schedule), key=lambda item: item[0])
        for slot in slots
        if slot[0] == p
    ]
    return (*answers, *_explain_absent(grid, schedule, p))


def _explain_absent(grid: Grid, schedule: Schedule, library: int) -> list[Message]:
    """Return why the batches that would bring most uses are not there in the first month."""
    problem = grid.problem
    demand = problem.demand[library, 0]
    reached = problem.offer / problem.rules.books_for_half_saturation
    wishes = [
        (float(demand @ (1 - np.exp(-reached[b]))), b)
        for b, slots in enumerate(schedule)
        if not any(p == library for p, _, _ in slots)
    ]
    answers: list[Message] = []
    for uses, b in sorted(wishes, key=lambda wish: (-wish[0], wish[1]))[:MOST_WANTED]:
        here = next((slot for slot in schedule[b] if slot[1] <= 0 < slot[2]), None)
        if grid.value[b, library, 0].max(initial=-float("inf")) == -float("inf"):
            why = explain_barrier(grid, b, library, 0)
        elif here is not None:
            why = message("it is needed at {site}", site=str(problem.libraries[here[0]].site_id))
        else:
            why = message("a visit would cost more than it brings, or the shelves are taken")
        answers.append(
            message(
                "{batch} would bring about {uses} uses a month, but {why}",
                batch=str(problem.batches[b].batch_id),
                uses=round(uses),
                why=why,
            )
        )
    return answers


def _explain_idle(grid: Grid, batch: int) -> Message:
    problem = grid.problem
    name = str(problem.batches[batch].batch_id)
    values = grid.value[batch].reshape(len(problem.libraries), -1)
    best = int(values.max(axis=1).argmax()) if values.size else -1
    if best < 0 or values[best].max() == -float("inf"):
        return message(
            "{batch} stays at the depot: no library may have it in these months", batch=name
        )
    return message(
        "{batch} stays at the depot: its best place is {site} with {points} points, less than a "
        "visit costs or what other batches bring there",
        batch=name,
        site=str(problem.libraries[best].site_id),
        points=round(float(values[best].max())),
    )


def read_schedule(problem: RotationProblem, plan: RotationPlan) -> Schedule:
    """Return the stays of a plan as indices."""
    batch_at = {batch.batch_id: b for b, batch in enumerate(problem.batches)}
    library_at = {library.site_id: p for p, library in enumerate(problem.libraries)}
    slots: list[list[tuple[int, int, int]]] = [[] for _ in problem.batches]
    for stay in plan.stays:
        first = stay.first_month.months_since(problem.months[0])
        slot = (library_at[stay.site_id], first, first + stay.months)
        slots[batch_at[stay.batch_id]].append(slot)
    return tuple(tuple(sorted(own, key=lambda slot: slot[1])) for own in slots)


def _without(schedule: Schedule, batch: int, slot: tuple[int, int, int]) -> Schedule:
    own = tuple(one for one in schedule[batch] if one != slot)
    return (*schedule[:batch], own, *schedule[batch + 1 :])
