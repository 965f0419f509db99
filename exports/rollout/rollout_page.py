"""Draws a rollout as a page: the years, a map, each commune with its reason, months planned."""

from collections.abc import Sequence

from exports.pages.page import make_paper
from exports.papers.overview import draw_tints
from planning.rollout_months.month_rows import tabulate_months, tell_check
from planning.rollout_months.try_months import MonthsCheck
from programme.rollout.plan import PlannedModel, Rollout
from programme.rollout.show import tell_sums
from province.facts import Province
from province.language import Language, message, translate

THERE, NEVER = "#4a554f", "#f2f2ec"
YEARS = ("#0b6e4f", "#3a9d6e", "#83c99a", "#c9e4a7", "#f3e79b", "#f6c667", "#ec9a4d", "#cf6a3c")
"""Tints of years, the first years first; with more years, several share one."""


def draw_rollout_page(
    rollout: Rollout, province: Province, language: Language, check: MonthsCheck | None
) -> bytes:
    """Return the page."""
    years = [year.year for year in rollout.years]
    title = message("Library models, {first} to {last}", first=years[0], last=years[-1])
    tints = _choose_tints(years)
    label = translate(message("Communes by the year in which their model begins"), language)
    colours = {
        one.code: THERE if one.is_there else tints[one.year]
        for one in rollout.models if one.is_there or one.year is not None
    }  # fmt: skip
    return make_paper(
        "rollout/page.html.j2", title=translate(title, language), language=language,
        style="rollout.css", province=province, rollout=rollout, tints=tints, there=THERE,
        never=NEVER, names={one.code: one.name for one in province.communes},
        models=_sort_models(rollout), sums=list(tell_sums(rollout)),
        map=draw_tints(province, colours, NEVER, label),
        months=[] if check is None else tabulate_months(check),
        check=[] if check is None else list(tell_check(check)),
        has_schematic=province.has_schematic_roads,
    )  # fmt: skip


def _choose_tints(years: Sequence[int]) -> dict[int | None, str]:
    return {year: YEARS[k * len(YEARS) // max(len(years), len(YEARS))]
            for k, year in enumerate(years)}  # fmt: skip


def _sort_models(rollout: Rollout) -> list[PlannedModel]:
    """Return those without a model so far, by year; those that get none last."""
    last = rollout.years[-1].year + 1
    asked = [one for one in rollout.models if not one.is_there]
    return sorted(asked, key=lambda one: (one.year or last, -one.more, one.code))
