"""Writes `lockdown.html`: zones and temporary sites, whom to serve online, which books rest."""

from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.formats import format_month
from planning.lockdown_month import (
    list_online_offers,
    list_resting_batches,
    list_temporary_sites,
)
from planning.plan import Plan
from province.facts import Province
from province.language import Language, message, translate
from province.lockdown import list_zones


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `lockdown.html`; it is written where a zone holds or a temporary site is open."""
    month = format_month(plan.month, language)
    page = make_paper(
        "papers/lockdown_page.html.j2", language=language, style="list.css", plan=plan,
        title=translate(message("Lockdown, {month}", month=month), language),
        province=province, zones=list_zones(province, plan.month),
        temporary=list_temporary_sites(plan, province),
        offers=list_online_offers(province, plan.month),
        resting=list_resting_batches(plan, province),
        rest_days=province.settings.lockdown.rest_days,
    )  # fmt: skip
    yield "lockdown.html", page
