"""Puts what matters about a month into three sentences."""

from exports.text.formats import count_books, format_month, format_number
from planning import figures
from planning.plan import Plan
from province.facts import Province
from province.language import Language, Message, message, translate, translate_plural


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
        return message("{count} places have a visit this month.", count=_count_places(plan))
    share = 100 * coverage.reached / coverage.communes if coverage.communes else 0.0
    reached = message(
        "{reached} of {communes} communes have books or a visit this month ({share} %)",
        reached=coverage.reached, communes=coverage.communes,
        share=format_number(share, language, digits=1),
    )  # fmt: skip
    return message("{statement}.", statement=reached)


def _count_places(plan: Plan) -> int:
    return len({stop.receiver_id for trip in plan.trips.trips for stop in trip.stops})


def _tell_work(plan: Plan, province: Province, language: Language) -> Message:
    totals = plan.totals
    urgent = figures.find_most_urgent(plan)
    if urgent is not None:
        visits = {visit.visit_id: visit for visit in plan.visits}
        site = province.site_by_id[visits[urgent.visit_id].receiver_id]
        return message(
            "Not served: {missed} of {visits} visits; the most urgent is {site}: {reason}.",
            missed=len(plan.trips.unserved), visits=totals.visits, site=site.name,
            reason=urgent.reason,
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
        statement=done, commune=f"{left_out[0].kind} {left_out[0].name}",
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
        cost=format_number(totals.cost_vnd, language), currency=currency,
        each=format_number(each, language),
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
