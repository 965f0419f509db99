"""Draws a region's month: map, figures of each province, where the programme stands."""

from collections import defaultdict

from exports.pages.page import make_paper
from exports.papers.overview import TINTS
from exports.region.drawn import UNPLANNED, DrawnRegion
from exports.region.province_rows import ProvinceRow
from exports.text.formats import format_month
from exports.text.words import SERVICES
from province.dates import Month
from province.language import Language, message, translate
from region.read_region import Region


def draw_region(
    region: Region,
    month: Month,
    rows: tuple[ProvinceRow, ...],
    drawn: DrawnRegion,
    language: Language,
) -> bytes:
    """Return the page."""
    title = message("{region} in {month}", region=region.name, month=format_month(month, language))
    told = translate(title, language)
    keys = [(tint, translate(SERVICES[service], language)) for service, tint in TINTS.items()]
    keys.append((UNPLANNED, translate(message("no plan of the month"), language)))
    return make_paper(
        "region/page.html.j2", title=told, language=language, style="region.css", has_foot=False,
        rows=rows, sums=_add_up(rows), costs=_add_costs(rows), map=drawn.draw(told), keys=keys,
        planned=sum(row.totals is not None for row in rows),
    )  # fmt: skip


def _add_up(rows: tuple[ProvinceRow, ...]) -> dict[str, float]:
    """Return sums over the provinces that have a plan."""
    totals = [row.totals for row in rows if row.totals is not None]
    return {
        "visits": sum(one.visits for one in totals),
        "visits_served": sum(one.visits_served for one in totals),
        "exchanges": sum(one.exchanges_served for one in totals),
        "sessions": sum(one.sessions_served for one in totals),
        "trips": sum(one.trips for one in totals),
        "length_km": sum(one.length_km for one in totals),
        "models": sum(row.models.count for row in rows if row.models),
        "needed": sum(row.models.needed or 0 for row in rows if row.models),
    }


def _add_costs(rows: tuple[ProvinceRow, ...]) -> list[tuple[str, int]]:
    """Return what the months cost, by currency."""
    costs: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.totals is not None:
            costs[row.currency] += row.totals.cost_vnd
    return sorted(costs.items())
