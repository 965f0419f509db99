"""Reviewed models as rows to show and as data."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from programme.models.counted import Aspect
from programme.models.model_reasons import (
    ASPECT_NAMES,
    JUDGEMENT_NAMES,
    SCALE,
    list_reasons,
    tell_place,
    tell_sequel,
)
from programme.models.review import ReviewedModel
from programme.models.weigh import Judgement, Weighed
from province.facts import Province
from province.language import Message, join_words, mark, message

ORDER = (
    Judgement.SPREAD, Judgement.HELP, Judgement.OWED, Judgement.SOUND, Judgement.OPEN,
    Judgement.NEW,
)  # fmt: skip
"""In which order judgements are told; within one, models stand by their ids."""


def sort_reviewed(models: Sequence[ReviewedModel]) -> tuple[ReviewedModel, ...]:
    """Return models by what is said of them, then by id: nobody is first or last of all."""
    return tuple(sorted(models, key=lambda m: (ORDER.index(m.judgement), m.weighed.unit.key)))


def tabulate_reviewed(models: Sequence[ReviewedModel]) -> list[dict[str, Any]]:
    """Return a row for each model."""
    return [
        {
            mark("model"): one.weighed.unit.name,
            mark("commune"): one.weighed.unit.commune.name,
            mark("what is said"): JUDGEMENT_NAMES[one.judgement],
            mark("less than elsewhere"): _name_aspects(one.weighed.low),
            mark("more than elsewhere"): _name_aspects(one.weighed.high),
        }
        for one in sort_reviewed(models)
    ]


def _name_aspects(aspects: Sequence[Weighed]) -> Message:
    return join_words(ASPECT_NAMES[one.aspect] for one in aspects)


def list_lines(province: Province, models: Sequence[ReviewedModel]) -> Iterator[Message]:
    """Yield what stands below the table: for whom there is something to do, to commend, to follow.

    Of the others only what became of what was decided.
    """
    for one in sort_reviewed(models):
        is_told = one.judgement in (Judgement.SPREAD, Judgement.HELP, Judgement.OWED)
        if not (is_told or one.sequels):
            continue
        yield message("{model}: {said}", model=one.weighed.unit.name,
                      said=JUDGEMENT_NAMES[one.judgement])  # fmt: skip
        if is_told:
            yield from _list_told(province, one)
        for sequel in one.sequels:
            yield message("  ↺ {text}", text=tell_sequel(sequel))


def _list_told(province: Province, one: ReviewedModel) -> Iterator[Message]:
    for reason in list_reasons(province, one):
        yield message("  - {text}", text=reason)
    if one.alike:
        yield message("  - compared with: {names} ({place})", names=", ".join(one.alike),
                      place=tell_place(one.weighed.place))  # fmt: skip
    for suggestion in one.suggestions:
        yield message("  → {text}", text=suggestion.text)


def count_judgements(models: Sequence[ReviewedModel]) -> list[tuple[Judgement, int]]:
    """Return how many models each thing is said of, in order."""
    counts = Counter(one.judgement for one in models)
    return [(judgement, counts[judgement]) for judgement in ORDER if counts[judgement]]


def tabulate_behind(models: Sequence[ReviewedModel]) -> list[dict[str, Any]]:
    """Return every row behind the figures."""
    return [
        {
            mark("model"): one.weighed.unit.key,
            mark("figure"): ASPECT_NAMES[weighed.aspect],
            mark("file"): row.file,
            mark("row"): row.line,
            mark("key"): row.key,
        }
        for one in sort_reviewed(models)
        for weighed in one.weighed.aspects
        for row in weighed.tally.rows
    ]


def as_review(province: Province, models: Sequence[ReviewedModel]) -> list[dict[str, Any]]:
    """Return the models for programs."""
    return [
        {
            "key": one.weighed.unit.key,
            "name": one.weighed.unit.name,
            "commune_code": one.weighed.unit.commune.code,
            "private": one.weighed.unit.is_private,
            "judgement": one.judgement.value,
            "commended": one.is_commended,
            "reasons": [str(reason) for reason in list_reasons(province, one)],
            "alike": list(one.weighed.alike),
            "place": str(tell_place(one.weighed.place)),
            "aspects": {own.aspect.value: _as_aspect(own) for own in one.weighed.aspects},
            "suggestions": [
                {"kind": own.kind.value, "text": str(own.text), "rows": [str(r) for r in own.rows]}
                for own in one.suggestions
            ],
            "remedies": [
                {"remedy_id": own.remedy.remedy_id, "done": own.is_done,
                 "text": str(tell_sequel(own))}
                for own in one.sequels
            ],
        }
        for one in sort_reviewed(models)
    ]  # fmt: skip


def _as_aspect(one: Weighed) -> dict[str, Any]:
    ratio, scale = one.ratio, SCALE[Aspect(one.aspect)]
    told: dict[str, Any] = {
        "counted": round(one.tally.amount, 2),
        "held_against": round(one.tally.exposure, 2),
        "rows": [str(row) for row in one.tally.rows],
    }
    if ratio is not None:
        told |= {
            "rate": round(ratio.rate * scale, 3),
            "alike_rate": round(ratio.alike_rate * scale, 3),
            "alike": list(ratio.alike),
            "ratio": round(ratio.ratio, 3),
            "low": round(ratio.low, 3),
            "high": round(ratio.high, 3),
            "less": one.is_low,
            "more": one.is_high,
        }
    return told
