"""Explains a rotation plan: why a batch is where it is, and why a library gets what it gets."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from province.ids import BatchId, SiteId
from province.language import Message, message
from rotation.explain.alternatives import Baseline, find_best_alternative, survey
from rotation.explain.candidates import list_other_places, list_ways_in
from rotation.explain.wording import list_alternative, list_stay, say_alternative, say_rule
from rotation.problem import (
    IndexStay,
    RotationPlan,
    RotationProblem,
    index_batches,
    index_libraries,
)
from rotation.solve.infeasible import explain_barrier
from rotation.solve.reasons import explain_stay, list_notes, measure_uses, measure_uses_by_category
from search.rounding import add_up, reach_share

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
    b = index_batches(problem)[batch_id]
    baseline = survey(problem, plan)
    own = baseline.schedule[b]
    answers = [_explain_stay(baseline, stay, with_place=True) for stay in own]
    if not any(stay.first <= 0 < stay.end for stay in own):
        answers.insert(0, _explain_idle(baseline, b))
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
    p = index_libraries(problem)[site_id]
    baseline = survey(problem, plan)
    coming = sorted(baseline.guests.get(p, ()), key=lambda stay: (stay.first, stay))
    answers = [_explain_stay(baseline, stay, with_place=False) for stay in coming]
    return (*answers, *(_explain_absent(baseline, b, p) for b in _list_wanted(baseline, p)))


def find_barrier(baseline: Baseline, batch: int, library: int) -> tuple[str, Message] | None:
    """Return the rule that keeps a batch from a library in the first month, and a sentence.

    Only rules on the pair itself, whatever else is planned; None if it may stand there.
    """
    instance = baseline.instance
    if np.isfinite(instance.value[batch, library, 0]).any():
        return None
    if any(b == batch and p != library and t == 0 for b, p, t in instance.pins):
        return "pins_are_kept", message("it is pinned elsewhere")
    return explain_barrier(instance, batch, library, 0)


def _explain_stay(baseline: Baseline, stay: IndexStay, *, with_place: bool) -> Explanation:
    instance, schedule = baseline.instance, baseline.schedule
    facts = list_stay(baseline, stay)
    values: dict[str, Any] = {
        "batch": facts["batch"],
        "first": facts["first_month"],
        "months": facts["months"],
        "why": explain_stay(instance, schedule, stay),
    }
    if with_place:
        text = message(
            "{batch} is at {site} from {first} for {months} months: {why}",
            site=facts["site"],
            **values,
        )
    else:
        text = message("{first}: {batch} for {months} months: {why}", **values)
    other = find_best_alternative(baseline, list_other_places(baseline, stay))
    served = measure_uses_by_category(instance, schedule, stay)
    return Explanation(
        text,
        (*list_notes(instance, schedule, stay), *say_alternative(baseline, other, is_way_in=False)),
        {
            "kind": "stay",
            **facts,
            "uses": round(measure_uses(instance, schedule, stay), 3),
            "uses_by_category": {name: round(used, 3) for name, used in served},
            "next_best": list_alternative(baseline, other),
        },
    )


def _explain_absent(baseline: Baseline, batch: int, library: int) -> Explanation:
    """Return why a batch is not at a library, and what would bring it there."""
    problem = baseline.problem
    name, uses = str(problem.batches[batch].batch_id), _wish(baseline, library)[batch]
    facts: dict[str, Any] = {
        "kind": "absent",
        "batch": name,
        "site": str(problem.libraries[library].site_id),
        "uses_a_month": round(float(uses), 3),
    }
    barrier = find_barrier(baseline, batch, library)
    if barrier is not None:
        rule, why = barrier
        text = message(
            "{batch} would bring about {uses} uses a month, but {why}",
            batch=name,
            uses=round(uses),
            why=why,
        )
        return Explanation(text, (say_rule(rule),), facts | {"rule": rule})
    way = find_best_alternative(baseline, list_ways_in(baseline, batch, library))
    text = message("{batch} would bring about {uses} uses a month", batch=name, uses=round(uses))
    notes = say_alternative(baseline, way, is_way_in=True)
    return Explanation(text, notes, facts | {"way_in": list_alternative(baseline, way)})


def _explain_idle(baseline: Baseline, batch: int) -> Explanation:
    """Return why a batch is at the depot in the first month, and the best that it could do."""
    name = str(baseline.problem.batches[batch].batch_id)
    facts: dict[str, Any] = {"kind": "idle", "batch": name}
    if not np.isfinite(baseline.instance.value[batch]).any():
        text = message(
            "{batch} stays at the depot: no library may have it in these months", batch=name
        )
        wish = [float(_wish(baseline, p)[batch]) for p in range(len(baseline.problem.libraries))]
        barrier = find_barrier(baseline, batch, int(np.argmax(wish))) if wish else None
        if barrier is None:
            return Explanation(text, (), facts)
        return Explanation(text, (say_rule(barrier[0]),), facts | {"rule": barrier[0]})
    ways = (
        move
        for p in range(len(baseline.problem.libraries))
        if np.isfinite(baseline.instance.value[batch, p, 0]).any()
        for move in list_ways_in(baseline, batch, p)
    )
    way = find_best_alternative(baseline, ways)
    text = message(
        "{batch} is at the depot in {month}", batch=name, month=str(baseline.problem.months[0])
    )
    return Explanation(
        text,
        say_alternative(baseline, way, is_way_in=False),
        facts | {"next_best": list_alternative(baseline, way)},
    )


def _wish(baseline: Baseline, library: int) -> Any:
    """Return the uses that each batch would bring alone in the first month, all titles new."""
    problem = baseline.problem
    reached = reach_share(problem.offer, problem.rules.books_for_half_saturation)
    return add_up(reached * problem.demand[library, 0])


def _list_wanted(baseline: Baseline, library: int) -> list[int]:
    """Return the batches that never come and would bring most uses, one that may come with them."""
    wish = _wish(baseline, library)
    present = {stay.batch for stay in baseline.guests.get(library, ())}
    absent = [b for b in range(len(baseline.schedule)) if b not in present]
    absent.sort(key=lambda b: (-wish[b], b))
    may_come = [b for b in absent if np.isfinite(baseline.instance.value[b, library, 0]).any()]
    named = [*absent[:MOST_WANTED], *may_come[:1]]
    return list(dict.fromkeys(named))
