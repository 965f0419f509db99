"""Draws plans and what-ifs side by side: figures, charts, maps of what differs."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from exports.comparison.tell import (
    average,
    list_rows,
    list_values,
    tell_column,
    tell_endurance,
    tell_method,
)
from exports.geo.colours import COLOURS
from exports.pages.page import make_paper
from exports.papers.overview import draw_tints
from exports.text.formats import format_month, format_number
from exports.text.goals import tell_models
from planning.compare.comparison import Compared, Comparison
from planning.compare.differences import SiteStep, compare_sites
from planning.compare.measures import FIGURES, NUMBER_OF, MonthFigure
from programme.standing import list_standings
from province.facts import Province
from province.ids import CommuneCode
from province.language import Language, message, translate

CHARTED = ("visits_served", "uses", "length_km", "road_hours", "nights", "cost_vnd")
"""Figures that have a chart."""

MORE, MORE_PALE, FEWER_PALE, FEWER, SAME = "#2e7d4f", "#bfe0c8", "#f3cfae", "#b3541e", "#f2f2ec"
"""Tints of communes with more or fewer visits; pale: not with every seed."""

MOST_SITES = 15
"""Sites that the page names for each column."""


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One column in a chart: its mean, least and most as shares of the axis, 0 to 1."""

    key: str
    colour: str
    mean: float
    least: float
    most: float
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """One column beside the first: what it says, the map, and the sites that differ most."""

    column: Compared
    sentence: str
    map: Markup | None
    sites: tuple[SiteStep, ...]
    num_others: int


def draw_comparison(found: Comparison, language: Language) -> bytes:
    """Return the page."""
    month = format_month(found.month, language)
    base = found.base
    colours = [COLOURS[k % len(COLOURS)] for k in range(len(found.columns))]
    return make_paper(
        "comparison/page.html.j2", language=language, style="comparison.css", plan=None,
        title=translate(message("Plans of {month} side by side", month=month), language),
        has_foot=False, province=base.province, found=found,
        keyed=list(zip(found.columns, colours, strict=True)),
        rows=list_rows(found, language), method=tell_method(found),
        targets=tell_models(list_standings(base.province, found.month.first_day), language),
        charts_of=[
            (figure.say(base.province), list(_list_chart(found, figure, colours, language)))
            for figure in FIGURES if figure.key in CHARTED
        ],
        beside=[_set_beside(found, column, language) for column in found.columns[1:]],
        endurance=[
            told for one in found.columns if (told := tell_endurance(one, language)) is not None
        ],
        tints=(MORE, MORE_PALE, FEWER_PALE, FEWER),
        has_schematic=any(one.province.has_schematic_roads for one in found.columns),
    )  # fmt: skip


def _list_chart(
    found: Comparison, figure: MonthFigure, colours: list[str], language: Language
) -> Iterator[ChartRow]:
    """Yield the rows of a chart; the axis begins at 0 and ends at the most of all."""
    number = NUMBER_OF[figure.key]
    most = max((max(list_values(c, number), default=0.0) for c in found.columns), default=0.0) or 1
    for column, colour in zip(found.columns, colours, strict=True):
        values, mean = list_values(column, number), average(column, number)
        if mean is None:
            yield ChartRow(column.key, colour, 0.0, 0.0, 0.0, "–")
            continue
        text = format_number(mean, language, digits=figure.digits)
        least, top = min(values) / most, max(values) / most
        yield ChartRow(column.key, colour, mean / most, least, top, text)


def _set_beside(found: Comparison, column: Compared, language: Language) -> Beside:
    sites = compare_sites(found.base.outcomes, column.outcomes)
    label = translate(message("Communes with more or fewer visits than in {base}: {key}",
                              base=found.base.key, key=column.key), language)  # fmt: skip
    tints = tint_communes(sites, column.province)
    drawn = draw_tints(column.province, tints, SAME, label) if sites else None
    sentence = translate(tell_column(found, column, language), language)
    return Beside(column, sentence, drawn, sites[:MOST_SITES], max(0, len(sites) - MOST_SITES))


def tint_communes(sites: tuple[SiteStep, ...], province: Province) -> dict[CommuneCode, str]:
    """Return the tint of each commune with more or fewer visits; strong where a site is sure."""
    sums: dict[CommuneCode, float] = {}
    sure: dict[CommuneCode, bool] = {}
    for one in sites:
        site = province.site_by_id.get(one.site_id)
        if site is not None:
            code = site.commune_code
            sums[code] = sums.get(code, 0.0) + one.mean
            sure[code] = sure.get(code, False) or one.is_sure
    return {
        code: ((MORE if sure[code] else MORE_PALE) if step > 0
               else (FEWER if sure[code] else FEWER_PALE))
        for code, step in sums.items() if abs(step) > 1e-9
    }  # fmt: skip
