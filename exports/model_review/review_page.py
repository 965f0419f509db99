"""Draws what is said of library models as a page."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from exports.pages.page import make_paper
from exports.text.formats import format_day, format_number
from programme.models.model_reasons import (
    ASPECT_NAMES,
    JUDGEMENT_NAMES,
    list_reasons,
    tell_place,
    tell_sequel,
)
from programme.models.model_rows import ORDER, count_judgements
from programme.models.review import ReviewedModel
from programme.models.weigh import Judgement
from province.facts import Province
from province.language import Language, Message, message, translate

WIDEST = 4.0
"""The bars of ratios reach from a fourth of what alike communes have to so many times as much."""

TONES = {True: "#2e7d4f", False: "#b3541e", None: "#5b6762"}
"""Colours of bars: surely more, surely less, neither."""


@dataclass(frozen=True, slots=True)
class RatioBar:
    """A ratio as a bar: places along it from 0 (a fourth) over 0.5 (as much) to 1 (four times)."""

    name: Message
    middle: float
    low: float
    high: float
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model as the page shows it."""

    model: ReviewedModel
    place: Message
    bars: tuple[RatioBar, ...]
    reasons: tuple[Message, ...]
    sequels: tuple[Message, ...]


def draw_review_page(
    models: Sequence[ReviewedModel], province: Province, on: date, language: Language
) -> bytes:
    """Return the page: what is said, each model with its reasons, how it was compared."""
    title = message("Library models beside alike communes, {day}", day=format_day(on, language))
    sections = [
        (judgement, [_make_card(one, province, language) for one in models
                     if one.judgement is judgement])
        for judgement in ORDER
    ]  # fmt: skip
    return make_paper(
        "model_review/page.html.j2", title=translate(title, language), language=language,
        style="models.css", province=province, names=JUDGEMENT_NAMES,
        counts=count_judgements(models), rules=province.settings.models,
        sections=[(judgement, cards) for judgement, cards in sections if cards],
        is_commended=Judgement.SPREAD,
    )  # fmt: skip


def _make_card(one: ReviewedModel, province: Province, language: Language) -> ModelCard:
    return ModelCard(
        one,
        tell_place(one.weighed.place),
        tuple(_list_bars(one, language)),
        tuple(list_reasons(province, one)),
        tuple(tell_sequel(sequel) for sequel in one.sequels),
    )


def _list_bars(one: ReviewedModel, language: Language) -> Iterator[RatioBar]:
    for own in one.weighed.aspects:
        if own.ratio is not None:
            tone = True if own.is_high else False if own.is_low else None
            yield RatioBar(
                ASPECT_NAMES[own.aspect], _place(own.ratio.ratio), _place(own.ratio.low),
                _place(own.ratio.high), format_number(own.ratio.ratio, language, digits=2),
                TONES[tone],
            )  # fmt: skip


def _place(ratio: float) -> float:
    """Return where a ratio lies on the bar, by its logarithm."""
    return min(1.0, max(0.0, 0.5 + math.log(ratio) / (2 * math.log(WIDEST))))
