"""Writes `summary.html`, one page for the leadership: what matters, figures, map, charts."""

from collections.abc import Iterator
from typing import NamedTuple

from exports.pages.page import make_paper
from exports.papers.overview_map import TINTS, draw_overview
from exports.papers.summary_words import list_sentences
from exports.text.formats import format_month
from exports.text.words import tell_targets
from planning import figures
from planning.plan import Plan
from planning.plan_file import read_plan
from province.errors import InputError
from province.facts import Province
from province.language import Language, message, translate

MOST_VEHICLES = 5


class VehicleShare(NamedTuple):
    """What a vehicle drives and costs in the month; no name: all the others."""

    name: str | None
    length_m: int
    cost_vnd: int


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `summary.html`; last month's plan is looked for in the province folder."""
    last, coverage = find_last_plan(plan, province), figures.measure_coverage(plan, province)
    month = format_month(plan.month, language)
    title = message("The month at a glance, {month}, {province}",
                    month=month, province=plan.province_name)  # fmt: skip
    map_label = translate(message("Communes by service, ways driven, stops"), language)
    changes = figures.compare_totals(plan.totals, last.totals if last else None)
    work = _list_work(plan, province)
    page = make_paper(
        "papers/summary.html.j2", title=translate(title, language), language=language,
        style="summary.css", province=province, plan=plan, has_foot=False, last=last,
        sentences=list_sentences(plan, last, province, language),
        changes={change.name: change for change in changes},
        overview=draw_overview(plan, province, map_label), tints=TINTS, coverage=coverage,
        targets=tell_targets(coverage, language), work=work,
        most_vnd=max((own.cost_vnd for own in work), default=0) or 1,
        services=list(figures.find_services(plan, province).values()),
        weeks=[
            (f"{week.first_day.day}/{week.first_day.month}",
             (week.exchanges, week.sessions, week.others))
            for week in figures.count_by_week(plan)
        ],
        ahead=[
            (f"{month.number}/{month.year % 100:02d}" if month.number == 1 else f"{month.number}",
             (count,))
            for month, count in figures.count_movements(plan)
        ],
    )  # fmt: skip
    yield "summary.html", page


def find_last_plan(plan: Plan, province: Province) -> Plan | None:
    """Return the plan of the month before, if ``plans/<month>/plan.json`` holds one."""
    path = province.folder / "plans" / str(plan.month.plus(-1)) / "plan.json"
    if not path.is_file():
        return None
    try:
        last = read_plan(path)
    except InputError:
        return None
    return last if last.province_code == plan.province_code else None


def _list_work(plan: Plan, province: Province) -> list[VehicleShare]:
    """Return the vehicles that cost most, and the others together."""
    names = {vehicle.vehicle_id: vehicle.name for vehicle in province.vehicles}
    work = figures.sum_by_vehicle(plan)
    told = [
        VehicleShare(names[own.vehicle_id], own.length_m, own.cost_vnd)
        for own in work[:MOST_VEHICLES]
    ]
    if rest := work[MOST_VEHICLES:]:
        length_m, cost_vnd = (sum(own.length_m for own in rest), sum(own.cost_vnd for own in rest))
        told.append(VehicleShare(None, length_m, cost_vnd))
    return told
