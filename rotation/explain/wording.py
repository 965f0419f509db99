"""Changes of a plan, and what they cost, in words and as fields."""

from typing import Any

from province.language import Message, message
from province.violations import Violation
from rotation.checks.rules import RULES
from rotation.explain.alternatives import Change, Ground, Outcome
from rotation.instance.instance import Slot

SENTENCES = {rule.name: rule.sentence for rule in RULES}


def say_outcome(ground: Ground, outcome: Outcome | None, *, is_way_in: bool) -> tuple[Message, ...]:
    """Return what the best change is and what it costs, or the rule that forbids the nearest."""
    if outcome is None:
        return (message("it cannot be fetched in another month"),)
    change = describe_change(ground, outcome.change)
    if outcome.broken:
        return (
            message("nothing else keeps the rules; nearest: {change}", change=change),
            say_rule(outcome.broken[0].rule),
            _say_violation(outcome.broken[0]),
        )
    values: dict[str, str] = {
        "points": f"{abs(outcome.points):.1f}",
        "uses": f"{round(outcome.uses):+d}",
    }
    if outcome.points > 0.05:
        cost = message(
            "the plan would gain {points} points; expected uses {uses}; more --work may find it",
            **values,
        )
    else:
        cost = message("the plan would lose {points} points; expected uses {uses}", **values)
    if is_way_in:
        return (message("best way to bring it: {change}: {cost}", change=change, cost=cost),)
    return (message("next best: {change}: {cost}", change=change, cost=cost),)


def say_rule(rule: str) -> Message:
    """Return the name of a hard rule with its sentence."""
    return message("rule {rule}: {sentence}", rule=rule, sentence=SENTENCES[rule])


def _say_violation(violation: Violation) -> Message:
    return message("{where}: {detail}", where=violation.where, detail=violation.detail)


def describe_change(ground: Ground, change: Change) -> Message:
    """Return a change in words: who changes places, who goes where, who goes home."""
    problem = ground.problem
    if len(change.put) == len(change.taken) == 2 and {x for _, x in change.put} == {
        x for _, x in change.taken
    }:
        one, other = (str(problem.batches[b].batch_id) for b, _ in change.taken)
        return message("{batch} and {other} change places", batch=one, other=other)
    parts = [_describe_stay(ground, b, slot) for b, slot in change.put]
    gone = sorted({b for b, _ in change.taken} - {b for b, _ in change.put})
    parts += [message("{batch} to the depot", batch=str(problem.batches[b].batch_id)) for b in gone]
    text = parts[0]
    for part in parts[1:]:
        text = message("{first}, {then}", first=text, then=part)
    return text


def _describe_stay(ground: Ground, batch: int, slot: Slot) -> Message:
    problem, (p, s, e) = ground.problem, slot
    names = {
        "batch": str(problem.batches[batch].batch_id),
        "site": str(problem.libraries[p].site_id),
    }
    if s >= 0:
        first = str(problem.months[s])
        return message(
            "{batch} to {site} from {first} for {months} months", first=first, months=e - s, **names
        )
    if e < ground.grid.num_months:
        month = str(problem.months[e])
        return message("{batch} is fetched from {site} in {month}", month=month, **names)
    return message("{batch} stays at {site} to the end", **names)


def list_outcome(ground: Ground, outcome: Outcome | None) -> dict[str, Any] | None:
    """Return an outcome as fields for programs."""
    if outcome is None:
        return None
    return {
        "points": round(outcome.points, 3),
        "uses": round(outcome.uses, 3),
        "rules_broken": sorted({one.rule for one in outcome.broken}),
        "taken": [_list_stay(ground, b, slot) for b, slot in outcome.change.taken],
        "put": [_list_stay(ground, b, slot) for b, slot in outcome.change.put],
    }


def _list_stay(ground: Ground, batch: int, slot: Slot) -> dict[str, Any]:
    problem = ground.problem
    return {
        "batch": str(problem.batches[batch].batch_id),
        "site": str(problem.libraries[slot[0]].site_id),
        "first_month": str(problem.months[0].plus(slot[1])),
        "months": slot[2] - slot[1],
    }
