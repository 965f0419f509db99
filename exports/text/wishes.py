"""What became of wishes for days of events, in words."""

from exports.text.formats import format_day, format_number
from planning.placed import Slot, WishAnswer, WishReason
from planning.plan import Plan
from province.dates import DateSpan, clock
from province.facts import Province
from province.language import Language, Message, join_words, message, translate
from province.visits import PointReason

POINTS: dict[PointReason, Message] = {
    PointReason.WISHED: message("wished"),
    PointReason.REMOTE: message("remote"),
    PointReason.TURN: message("no turn the last times"),
    PointReason.PUPILS: message("pupils"),
    PointReason.LANGUAGES: message("other languages"),
}
"""What a wish has points for."""


def name_event(event_id: str, province: Province) -> str:
    """Return what an event is called; its id where the calendar has it no more."""
    names = {entry.entry_id: entry.name for entry in province.calendar}
    return names.get(event_id, event_id)


def tell_span(span: DateSpan, language: Language) -> str:
    """Return one day, or the first and the last of several."""
    days = dict.fromkeys((span.first, span.last))
    return " – ".join(format_day(day, language) for day in days)


def tell_points(answer: WishAnswer, language: Language) -> str:
    """Return the points of a wish with what each stands for: ``5: wished 2, remote 1 …``."""
    parts = (f"{translate(POINTS[name], language)} {count}" for name, count in answer.wish.points)
    return f"{answer.wish.weight}: {', '.join(parts)}"


def tell_slot(slot: Slot, language: Language) -> str:
    """Return the day and hour of a slot, with its vehicle."""
    placed = slot.placed
    return f"{format_day(placed.day, language)} {clock(placed.start_min)} ({placed.vehicle_id})"


def tell_reason(
    answer: WishAnswer,
    plan: Plan,
    province: Province,
    language: Language,
    *,
    is_brief: bool = False,
) -> str:
    """Return why a session is on the day wished for, or why not; and if not at all, why.

    Parameters
    ----------
    is_brief
        Whether who has the day is told elsewhere.
    """
    why = _find_reason(answer, plan, province, language, is_brief)
    loss = _find_loss(answer, plan)
    if loss is not None:
        why = message("{first}; not served: {reason}", first=why, reason=loss)
    return translate(why, language)


def _find_reason(
    answer: WishAnswer, plan: Plan, province: Province, language: Language, is_brief: bool
) -> Message:
    if answer.reason is WishReason.MET:
        return message("on the day wished for")
    if answer.reason is WishReason.PINNED:
        return message("the planner fixed another day")
    if answer.reason is WishReason.SHUT:
        return message("the site is shut for it on the day wished for")
    more = format_number(answer.more_vnd or 0, language)
    currency = province.settings.province.currency
    if answer.reason is WishReason.DEARER:
        return message(
            "then it would count {more} {currency} more, trips and wishes taken together",
            more=more, currency=currency,
        )  # fmt: skip
    if answer.reason is WishReason.TAKEN and is_brief:
        return message(
            "others have that day; in their place it would count {more} {currency} more",
            more=more, currency=currency,
        )  # fmt: skip
    names = [] if is_brief else _list_rivals(answer, plan, province)
    if answer.reason is WishReason.TAKEN:
        return message(
            "that day goes to {sites}; in their place it would count {more} {currency} more, trips"
            " and wishes taken together",
            sites=join_words(names), more=more, currency=currency,
        )  # fmt: skip
    if not names:
        return message("no vehicle and crew can be there then")
    return message(
        "no vehicle and crew can be there then, not even in place of {sites}",
        sites=join_words(names),
    )  # fmt: skip


def _find_loss(answer: WishAnswer, plan: Plan) -> Message | None:
    """Return why a session is not held at all this month, or None if it is."""
    lost = {one.visit_id: one.reason for one in plan.trips.unserved}
    return lost.get(answer.visit_id) if answer.placed is None else None


def _list_rivals(answer: WishAnswer, plan: Plan, province: Province) -> list[Message]:
    """Return the sites that have the days wished for, with the points of their wishes."""
    visits = {visit.visit_id: visit for visit in plan.visits}
    found = []
    for visit_id in answer.rivals:
        visit = visits[visit_id]
        name = province.site_by_id[visit.receiver_id].name
        if visit.wish is None:
            found.append(message("{name}", name=name))
        else:
            found.append(message("{name} ({points} points)", name=name, points=visit.wish.weight))
    return found
