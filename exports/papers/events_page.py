"""Writes `events.html`: the month's events, who is served when and why, who stays with them."""

from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.formats import format_month
from exports.text.wishes import tell_points, tell_reason, tell_slot, tell_span
from planning.event_month import list_month_events
from planning.plan import Plan
from province.facts import Province
from province.language import Language, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `events.html`; it is written where the month has an event."""
    month = format_month(plan.month, language)
    page = make_paper(
        "papers/events_page.html.j2", language=language, style="list.css", plan=plan,
        title=translate(message("Events, {month}", month=month), language),
        province=province, events=list_month_events(plan, province),
        span_of=lambda span: tell_span(span, language),
        points_of=lambda answer: tell_points(answer, language),
        reason_of=lambda answer: tell_reason(
            answer, plan, province, language, is_brief=True
        ),
        slot_of=lambda slot: tell_slot(slot, language),
    )  # fmt: skip
    yield "events.html", page
