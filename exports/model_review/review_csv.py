"""Draws what is said of library models as a table."""

from collections.abc import Iterator, Sequence

from exports.tables.table import Cell, make_table
from programme.models.model_reasons import (
    ASPECT_NAMES,
    JUDGEMENT_NAMES,
    SCALE,
    list_reasons,
    tell_sequel,
)
from programme.models.model_rows import sort_reviewed
from programme.models.review import ReviewedModel
from province.facts import Province
from province.language import Language, translate

COLUMNS = (
    "model_id", "name", "commune_code", "commune", "said", "part", "kind", "what", "rate",
    "alike_rate", "alike", "ratio", "low", "high", "rows",
)  # fmt: skip


def draw_review_table(
    models: Sequence[ReviewedModel], province: Province, language: Language
) -> bytes:
    """Return a row for each aspect, reason, suggestion and measure of each model."""
    rows: list[list[Cell]] = []
    for one in sort_reviewed(models):
        unit = one.weighed.unit
        head: list[Cell] = [
            unit.key, unit.name, unit.commune.code, unit.commune.name,
            translate(JUDGEMENT_NAMES[one.judgement], language),
        ]  # fmt: skip
        rows += [[*head, *row] for row in _list_parts(one, province, language)]
    return make_table(COLUMNS, rows)


def _list_parts(one: ReviewedModel, province: Province, language: Language) -> Iterator[list[Cell]]:
    for own in one.weighed.aspects:
        ratio, scale = own.ratio, SCALE[own.aspect]
        numbers: list[Cell] = [None] * 6
        if ratio is not None:
            numbers = [
                f"{ratio.rate * scale:.2f}", f"{ratio.alike_rate * scale:.2f}", len(ratio.alike),
                f"{ratio.ratio:.2f}", f"{ratio.low:.2f}", f"{ratio.high:.2f}",
            ]  # fmt: skip
        name = translate(ASPECT_NAMES[own.aspect], language)
        yield ["aspect", own.aspect.value, name, *numbers, "; ".join(map(str, own.tally.rows))]
    for reason in list_reasons(province, one):
        yield ["reason", "", translate(reason, language), *([None] * 6), ""]
    for suggestion in one.suggestions:
        told = translate(suggestion.text, language)
        rows = "; ".join(map(str, suggestion.rows))
        yield ["suggestion", suggestion.kind.value, told, *([None] * 6), rows]
    for sequel in one.sequels:
        told, row = translate(tell_sequel(sequel), language), sequel.remedy.remedy_id
        place = str(province.refer("remedies.csv", row))
        yield ["measure", sequel.remedy.kind.value, told, *([None] * 6), place]
