"""Writes `summary.html`, one page for the leadership: what matters, figures, map, charts."""

from collections.abc import Iterator

from exports.geo.colours import DONE_COLOUR
from exports.pages.page import make_paper
from exports.papers.overview import TINTS, draw_overview
from exports.text.formats import (
    count_books,
    format_day,
    format_money,
    format_month,
    format_number,
)
from exports.text.goals import list_goal_lines, list_month_standings, tell_models, tell_scopes
from planning import figures
from planning.event_month import list_month_events
from planning.lockdown_month import (
    list_online_offers,
    list_resting_batches,
    list_temporary_sites,
)
from planning.past.trip_charges import charge_month
from planning.past.whole_month import show_whole_month
from planning.plan import Plan
from planning.plan_file import read_plan
from planning.trip_state import TripState, list_states
from province.errors import InputError
from province.facts import Province
from province.language import Language, Message, message, translate, translate_plural
from province.lockdown import list_zones

MOST_VEHICLES = 5


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `summary.html`; last month's plan is looked for in the province folder."""
    last, coverage = find_last_plan(plan, province), figures.measure_coverage(plan, province)
    month = format_month(plan.month, language)
    title = message("The month at a glance, {month}, {province}",
                    month=month, province=plan.province_name)  # fmt: skip
    map_label = translate(message("Communes by service, ways driven, stops"), language)
    changes = figures.compare_totals(plan.totals, last.totals if last else None)
    work = figures.sum_by_vehicle(plan, most=MOST_VEHICLES)
    standings, us = list_month_standings(plan, province), province.settings.province
    page = make_paper(
        "papers/summary.html.j2", title=translate(title, language), language=language,
        style="summary.css", province=province, plan=plan, has_foot=False, last=last,
        sentences=list_sentences(plan, last, province, language),
        changes={change.name: change for change in changes},
        overview=draw_overview(plan, province, map_label), tints=TINTS, coverage=coverage,
        models=tell_models(standings, language),
        goals=list_goal_lines(standings, us.currency, language),
        scopes=tell_scopes(standings, language),
        work=work,
        funds=_list_fund_lines(plan, province, language),
        most_vnd=max((own.cost_vnd for own in work), default=0) or 1,
        services=list(figures.find_services(plan, province).values()),
        weeks=[
            (f"{week.first_day.day}/{week.first_day.month}",
             (week.exchanges, week.sessions, week.others))
            for week in figures.count_by_week(plan)
        ],
        zones=list_zones(province, plan.month), temporary=list_temporary_sites(plan, province),
        offers=list_online_offers(province, plan.month),
        resting=list_resting_batches(plan, province),
        events=list_month_events(plan, province),
        has_done=TripState.DONE in list_states(plan).values(), done_colour=DONE_COLOUR,
        exchange_visits=list(figures.count_exchange_visits(plan.rotation).values()),
        ahead=[
            (f"{month.number}/{month.year % 100:02d}" if month.number == 1 else f"{month.number}",
             (count,))
            for month, count in figures.count_movements(plan)
        ],
    )  # fmt: skip
    yield "summary.html", page


def _list_fund_lines(plan: Plan, province: Province, language: Language) -> list[str]:
    """Return a sentence for each fund that may pay trips of the month."""
    currency, charges = province.settings.province.currency, charge_month(plan, province)
    return [
        translate(
            message(
                "{fund} pays {count} of {trips} trips this month, {paid} {currency}; {left} "
                "{currency} are left for trips until {day}.",
                fund=one.fund.name, count=one.num_trips, trips=len(charges.trips),
                paid=format_money(one.paid_vnd, currency, language), currency=currency,
                left=format_money(one.left_vnd, currency, language),
                day=format_day(one.fund.until, language),
            ), language,
        )
        for one in charges.funds
    ]  # fmt: skip


def find_last_plan(plan: Plan, province: Province) -> Plan | None:
    """Return the plan of the month before, if ``plans/<month>/plan.json`` holds one."""
    path = province.folder / "plans" / str(plan.month.plus(-1)) / "plan.json"
    if not path.is_file():
        return None
    try:
        last = read_plan(path)
    except InputError:
        return None
    return show_whole_month(last, province) if last.province_code == plan.province_code else None


def list_sentences(
    plan: Plan, last: Plan | None, province: Province, language: Language
) -> tuple[str, str, str]:
    """Return three sentences: whom the service reaches, what is done, what it costs."""
    return (
        translate(_tell_coverage(plan, province, language), language),
        translate(_tell_work(plan, province, language), language),
        translate(_tell_cost(plan, last, province, language), language),
    )


def _tell_coverage(plan: Plan, province: Province, language: Language) -> Message:
    coverage = figures.measure_coverage(plan, province)
    if not coverage.communes:
        places = {stop.receiver_id for trip in plan.trips.trips for stop in trip.stops}
        return message("{count} places have a visit this month.", count=len(places))
    share = 100 * coverage.reached / coverage.communes if coverage.communes else 0.0
    reached = message(
        "{reached} of {communes} communes have books or a visit this month ({share} %)",
        reached=coverage.reached, communes=coverage.communes,
        share=format_number(share, language, digits=1),
    )  # fmt: skip
    return message("{statement}.", statement=reached)


def _tell_work(plan: Plan, province: Province, language: Language) -> Message:
    totals = plan.totals
    urgent = figures.find_most_urgent(plan)
    if urgent is not None:
        visits = {visit.visit_id: visit for visit in plan.visits}
        site = province.site_by_id[visits[urgent.visit_id].receiver_id]
        missed = message(
            "Not served: {missed} of {visits} visits",
            missed=len(plan.trips.unserved), visits=totals.visits,
        )  # fmt: skip
        if impossible := figures.count_impossible(plan):
            missed = message(
                "{missed}, {impossible} of which no trip of their own can make this month",
                missed=missed, impossible=impossible,
            )  # fmt: skip
        return message(
            "{missed}; the most urgent is {site}: {reason}.",
            missed=missed, site=site.name, reason=urgent.reason,
        )  # fmt: skip
    done = message(
        "Every visit is served ({visits} in all), with {books}",
        visits=totals.visits, books=count_books(figures.count_books_delivered(plan), language),
    )  # fmt: skip
    left_out = figures.list_without_service(plan, province)
    if not left_out:
        return message("{statement}; no commune is left out.", statement=done)
    return message(
        "{statement}; {communes}, the largest is {commune} ({people} people).",
        statement=done, commune=left_out[0].full_name,
        communes=translate_plural(
            "{count} commune gets nothing", "{count} communes get nothing", len(left_out), language
        ),
        people=format_number(left_out[0].population, language),
    )  # fmt: skip


def _tell_cost(plan: Plan, last: Plan | None, province: Province, language: Language) -> Message:
    totals, currency = plan.totals, province.settings.province.currency
    each = totals.cost_vnd / totals.visits_served if totals.visits_served else 0
    cost = message(
        "The month costs {cost} {currency}, {each} a visit",
        cost=format_money(totals.cost_vnd, currency, language), currency=currency,
        each=format_money(each, currency, language),
    )  # fmt: skip
    if last is not None and last.totals.cost_vnd:
        change = 100 * (totals.cost_vnd / last.totals.cost_vnd - 1)
        share = format_number(abs(change), language)
        month = format_month(last.month, language)
        if share == "0":
            return message("{statement}, as much as {month}.", statement=cost, month=month)
        if change > 0:
            return message("{statement}, {share} % more than {month}.", statement=cost,
                           share=share, month=month)  # fmt: skip
        return message("{statement}, {share} % less than {month}.", statement=cost,
                       share=share, month=month)  # fmt: skip
    dearest = max(plan.trips.trips, key=lambda t: (t.cost_vnd, t.trip_id), default=None)
    if dearest is None or not totals.cost_vnd:
        return message("{statement}.", statement=cost)
    return message(
        "{statement}; the dearest trip, {trip}, takes {share} % of it.",
        statement=cost, trip=dearest.trip_id,
        share=format_number(100 * dearest.cost_vnd / totals.cost_vnd, language),
    )  # fmt: skip
