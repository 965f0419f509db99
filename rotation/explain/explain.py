"""Explains a rotation plan: why a batch is where it is, and why a library gets what it gets."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from province.ids import BatchId, SiteId
from province.language import Message, message
from rotation.explain.alternatives import Ground, Outcome, best_outcome, list_broken, survey
from rotation.explain.changes import list_other_places, list_ways_in
from rotation.explain.wording import list_outcome, say_outcome, say_rule
from rotation.instance.instance import Slot
from rotation.problem import RotationPlan, RotationProblem
from rotation.solve.infeasible import explain_barrier
from rotation.solve.reasons import explain_stay, list_notes, measure_uses, measure_uses_by_category

MOST_WANTED = 3
"""How many absent batches an answer about a library names."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One answer: a sentence, notes to it, and the same as fields for programs."""

    text: Message
    notes: tuple[Message, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def explain_batch(
    problem: RotationProblem, plan: RotationPlan, batch_id: BatchId
) -> tuple[Explanation, ...]:
    """Return each stay of a batch: why there, and the next best place with what it would cost.

    Raises
    ------
    KeyError
        If the problem has no such batch.
    """
    b = {batch.batch_id: i for i, batch in enumerate(problem.batches)}[batch_id]
    ground = survey(problem, plan)
    answers = [_explain_stay(ground, b, slot, with_place=True) for slot in ground.schedule[b]]
    if not any(s <= 0 < e for _, s, e in ground.schedule[b]):
        answers.insert(0, _explain_idle(ground, b))
    return tuple(answers)


def explain_library(
    problem: RotationProblem, plan: RotationPlan, site_id: SiteId
) -> tuple[Explanation, ...]:
    """Return which batches come to a library and why, and what keeps wanted ones away.

    Raises
    ------
    KeyError
        If the problem has no such library.
    """
    p = {library.site_id: i for i, library in enumerate(problem.libraries)}[site_id]
    ground = survey(problem, plan)
    coming = sorted(
        (slot[1], b, slot)
        for b, slots in enumerate(ground.schedule)
        for slot in slots
        if slot[0] == p
    )
    answers = [_explain_stay(ground, b, slot, with_place=False) for _, b, slot in coming]
    return (*answers, *(_explain_absent(ground, b, p) for b in _list_wanted(ground, p)))


def find_next_best(ground: Ground, batch: int, slot: Slot) -> Outcome | None:
    """Return the best that the rules allow instead of one stay, everything else as planned."""
    return best_outcome(ground, list_other_places(ground, batch, slot))


def find_way_in(ground: Ground, batch: int, library: int) -> Outcome | None:
    """Return the best change that brings a batch to a library in the first month."""
    return best_outcome(ground, list_ways_in(ground, batch, library))


def find_barrier(ground: Ground, batch: int, library: int) -> tuple[str, Message] | None:
    """Return the rule that keeps a batch from a library in the first month, and a sentence.

    Only rules on the pair itself, whatever else is planned; None if it may stand there.
    """
    grid, problem = ground.grid, ground.problem
    if np.isfinite(grid.value[batch, library, 0]).any():
        return None
    if any(b == batch and p != library and t == 0 for b, p, t in grid.pins):
        return "pins_are_kept", message("it is pinned elsewhere")
    put = tuple((batch, (library, 0, end)) for end in range(1, grid.num_months + 1))
    alone = tuple(() for _ in problem.batches)
    known = {(one.rule, one.where) for one in list_broken(ground, alone, owes=False)}
    tried = [
        [
            one
            for one in list_broken(
                ground, (*alone[:batch], (slot,), *alone[batch + 1 :]), owes=False
            )
            if (one.rule, one.where) not in known
        ]
        for _, slot in put
    ]
    least = min(tried, key=len)
    names = [one.rule for one in least]
    rule = next((name for name in RULES_ON_PAIRS if name in names), names[0])
    return rule, explain_barrier(grid, batch, library, 0)


RULES_ON_PAIRS = (
    "libraries_are_enrolled",
    "shelves_hold_the_books",
    "owners_networks_are_kept",
    "batches_suit_the_library",
    "few_titles_were_seen_before",
    "only_fit_batches_travel",
    "vehicles_reach_the_library",
    "stays_are_within_limits",
)
"""In the order in which a barrier is named, as `explain_barrier` names it."""


def _explain_stay(ground: Ground, batch: int, slot: Slot, *, with_place: bool) -> Explanation:
    problem, (p, s, e) = ground.problem, slot
    values: dict[str, Any] = {
        "batch": str(problem.batches[batch].batch_id),
        "first": str(problem.months[0].plus(s)),
        "months": e - s,
        "why": explain_stay(ground.grid, ground.schedule, batch, slot),
    }
    site = str(problem.libraries[p].site_id)
    if with_place:
        text = message(
            "{batch} is at {site} from {first} for {months} months: {why}", site=site, **values
        )
    else:
        text = message("{first}: {batch} for {months} months: {why}", **values)
    other = find_next_best(ground, batch, slot)
    served = measure_uses_by_category(ground.grid, ground.schedule, batch, slot)
    return Explanation(
        text,
        (
            *list_notes(ground.grid, ground.schedule, batch, slot),
            *say_outcome(ground, other, is_way_in=False),
        ),
        {
            "kind": "stay",
            "batch": values["batch"],
            "site": site,
            "first_month": values["first"],
            "months": e - s,
            "uses": round(measure_uses(ground.grid, ground.schedule, batch, slot), 3),
            "uses_by_category": {name: round(used, 3) for name, used in served},
            "next_best": list_outcome(ground, other),
        },
    )


def _explain_absent(ground: Ground, batch: int, library: int) -> Explanation:
    """Return why a batch is not at a library, and what would bring it there."""
    problem = ground.problem
    name, uses = str(problem.batches[batch].batch_id), _wish(ground, library)[batch]
    facts: dict[str, Any] = {
        "kind": "absent",
        "batch": name,
        "site": str(problem.libraries[library].site_id),
        "uses_a_month": round(float(uses), 3),
    }
    barrier = find_barrier(ground, batch, library)
    if barrier is not None:
        rule, why = barrier
        text = message(
            "{batch} would bring about {uses} uses a month, but {why}",
            batch=name,
            uses=round(uses),
            why=why,
        )
        return Explanation(text, (say_rule(rule),), facts | {"rule": rule})
    way = find_way_in(ground, batch, library)
    text = message("{batch} would bring about {uses} uses a month", batch=name, uses=round(uses))
    notes = say_outcome(ground, way, is_way_in=True)
    return Explanation(text, notes, facts | {"way_in": list_outcome(ground, way)})


def _explain_idle(ground: Ground, batch: int) -> Explanation:
    """Return why a batch is at the depot in the first month, and the best that it could do."""
    name = str(ground.problem.batches[batch].batch_id)
    facts: dict[str, Any] = {"kind": "idle", "batch": name}
    if not np.isfinite(ground.grid.value[batch]).any():
        text = message(
            "{batch} stays at the depot: no library may have it in these months", batch=name
        )
        wish = [float(_wish(ground, p)[batch]) for p in range(len(ground.problem.libraries))]
        barrier = find_barrier(ground, batch, int(np.argmax(wish))) if wish else None
        if barrier is None:
            return Explanation(text, (), facts)
        return Explanation(text, (say_rule(barrier[0]),), facts | {"rule": barrier[0]})
    ways = (
        change
        for p in range(len(ground.problem.libraries))
        if np.isfinite(ground.grid.value[batch, p, 0]).any()
        for change in list_ways_in(ground, batch, p)
    )
    way = best_outcome(ground, ways)
    text = message(
        "{batch} is at the depot in {month}", batch=name, month=str(ground.problem.months[0])
    )
    return Explanation(
        text,
        say_outcome(ground, way, is_way_in=False),
        facts | {"next_best": list_outcome(ground, way)},
    )


def _wish(ground: Ground, library: int) -> Any:
    """Return the uses that each batch would bring alone in the first month, all titles new."""
    problem = ground.problem
    reached = 1 - np.exp(-problem.offer / problem.rules.books_for_half_saturation)
    return reached @ problem.demand[library, 0]


def _list_wanted(ground: Ground, library: int) -> list[int]:
    """Return the batches that never come and would bring most uses, one that may come with them."""
    wish = _wish(ground, library)
    absent = [
        b for b, slots in enumerate(ground.schedule) if all(slot[0] != library for slot in slots)
    ]
    absent.sort(key=lambda b: (-wish[b], b))
    may_come = [b for b in absent if np.isfinite(ground.grid.value[b, library, 0]).any()]
    named = [*absent[:MOST_WANTED], *may_come[:1]]
    return list(dict.fromkeys(named))
