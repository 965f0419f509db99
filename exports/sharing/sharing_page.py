"""Draws an exchange plan as a page: what goes where and why, on a map, what drives for it."""

from collections import Counter
from collections.abc import Mapping

from markupsafe import Markup

from exports.pages.page import make_paper
from exports.papers.overview import Flow, draw_flows
from exports.text.formats import format_month, name_language
from province.facts import Province
from province.language import Language, message, translate
from region.read_region import Region
from region.sharing.sharing_file import SharingPlan

BORROWS, LENDS, BOTH, NEITHER = "#a8d39b", "#f6c667", "#c9b8e8", "#f2f2ec"
"""Tints of provinces by what they do."""


def draw_sharing_page(
    region: Region, plan: SharingPlan, provinces: Mapping[str, Province], language: Language
) -> bytes:
    """Return the page; it is drawn from the plan and from names and places of the provinces."""
    last = plan.first_month.plus(plan.months - 1)
    title = message(
        "{region}: books lent between provinces, {first} to {last}", region=region.name,
        first=format_month(plan.first_month, language), last=format_month(last, language),
    )  # fmt: skip
    told = translate(title, language)
    tints = _choose_tints(plan)
    keys = [
        (tint, translate(word, language))
        for tint, word in (
            (BORROWS, message("borrows")), (LENDS, message("lends")),
            (BOTH, message("lends and borrows")), (NEITHER, message("neither")),
        )
    ]  # fmt: skip
    return make_paper(
        "sharing/page.html.j2", title=told, language=language, style="region.css", has_foot=False,
        plan=None, sharing=plan, map=_draw_map(plan, provinces, tints, told), keys=keys,
        titles={name: one.settings.province.name for name, one in provinces.items()},
        batches={name: one.batch_by_id for name, one in provinces.items()},
        currencies={name: one.settings.province.currency for name, one in provinces.items()},
        prices=_add_prices(plan, provinces), rules=region.sharing,
        languages={row.language: name_language(row.language, language) for row in plan.languages},
        new=sorted(
            {(one.borrower, one.owner, ", ".join(one.new_categories))
             for one in plan.loans if one.new_categories}
        ),
        is_schematic=any(one.has_schematic_roads for one in provinces.values()),
    )  # fmt: skip


def _choose_tints(plan: SharingPlan) -> dict[str, str]:
    lends = {loan.owner for loan in plan.loans}
    borrows = {loan.borrower for loan in plan.loans}
    words = {(True, False): LENDS, (False, True): BORROWS, (True, True): BOTH}
    return {name: words.get((name in lends, name in borrows), NEITHER) for name in plan.provinces}


def _add_prices(plan: SharingPlan, provinces: Mapping[str, Province]) -> list[tuple[str, int]]:
    """Return what the runs cost, by currency."""
    sums: Counter[str] = Counter()
    for run in plan.runs:
        sums[provinces[run.driver].settings.province.currency] += run.price_vnd
    return sorted(sums.items())


def _draw_map(
    plan: SharingPlan, provinces: Mapping[str, Province], tints: Mapping[str, str], label: str
) -> Markup:
    depots = {name: one.depots[0] for name, one in provinces.items()}
    counts = Counter((loan.owner, loan.borrower) for loan in plan.loans)
    flows = [
        Flow(
            (depots[owner].lon, depots[owner].lat), (depots[borrower].lon, depots[borrower].lat),
            str(count),
        )
        for (owner, borrower), count in sorted(counts.items())
    ]  # fmt: skip
    names = [
        (one.settings.province.name, depots[name].lon, depots[name].lat)
        for name, one in provinces.items()
    ]
    return draw_flows(provinces, tints, flows, names, label)
