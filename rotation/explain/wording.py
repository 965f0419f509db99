"""Moves of a plan, and what they cost, in words and as fields."""

from typing import Any

from province.language import Message, message
from rotation.checks.rules import RULES
from rotation.explain.alternatives import Alternative, Baseline, Move
from rotation.problem import IndexStay

SENTENCES = {rule.name: rule.sentence for rule in RULES}


def say_alternative(
    baseline: Baseline, found: Alternative | None, *, is_way_in: bool
) -> tuple[Message, ...]:
    """Return what the best move is and what it costs, or the rule that forbids the nearest."""
    if found is None:
        return (message("it cannot be fetched in another month"),)
    change = describe_move(baseline, found.move)
    if found.broken:
        first = found.broken[0]
        return (
            message("nothing else keeps the rules; nearest: {change}", change=change),
            say_rule(first.rule),
            message("{where}: {detail}", where=first.where, detail=first.detail),
        )
    values = {"points": f"{abs(found.points):.1f}", "uses": f"{round(found.uses):+d}"}
    if found.points > 0.05:
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


def describe_move(baseline: Baseline, move: Move) -> Message:
    """Return a move in words: who changes places, who goes where, who goes home."""
    batches = baseline.problem.batches
    if len(move.put) == len(move.taken) == 2 and {stay[1:] for stay in move.put} == {
        stay[1:] for stay in move.taken
    }:
        one, other = (str(batches[stay.batch].batch_id) for stay in move.taken)
        return message("{batch} and {other} change places", batch=one, other=other)
    parts = [_describe_stay(baseline, stay) for stay in move.put]
    gone = sorted({stay.batch for stay in move.taken} - {stay.batch for stay in move.put})
    parts += [message("{batch} to the depot", batch=str(batches[b].batch_id)) for b in gone]
    text = parts[0]
    for part in parts[1:]:
        text = message("{first}, {then}", first=text, then=part)
    return text


def _describe_stay(baseline: Baseline, stay: IndexStay) -> Message:
    values, months = list_stay(baseline, stay), baseline.problem.months
    names = {"batch": values["batch"], "site": values["site"]}
    if stay.first >= 0:
        return message(
            "{batch} to {site} from {first} for {months} months",
            first=values["first_month"],
            months=values["months"],
            **names,
        )
    if stay.end < len(months):
        month = str(months[stay.end])
        return message("{batch} is fetched from {site} in {month}", month=month, **names)
    return message("{batch} stays at {site} to the end", **names)


def list_alternative(baseline: Baseline, found: Alternative | None) -> dict[str, Any] | None:
    """Return an alternative as fields for programs."""
    if found is None:
        return None
    return {
        "points": round(found.points, 3),
        "uses": round(found.uses, 3),
        "rules_broken": sorted({one.rule for one in found.broken}),
        "taken": [list_stay(baseline, stay) for stay in found.move.taken],
        "put": [list_stay(baseline, stay) for stay in found.move.put],
    }


def list_stay(baseline: Baseline, stay: IndexStay) -> dict[str, Any]:
    """Return a stay as fields for programs."""
    problem = baseline.problem
    return {
        "batch": str(problem.batches[stay.batch].batch_id),
        "site": str(problem.libraries[stay.library].site_id),
        "first_month": str(problem.months[0].plus(stay.first)),
        "months": stay.end - stay.first,
    }
