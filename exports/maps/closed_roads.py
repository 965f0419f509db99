"""Tells which segments a closure is about, and what to write about it."""

from datetime import date

from markupsafe import Markup

from exports.text.formats import format_day
from exports.text.words import CLOSURES
from province.dates import DateSpan, clock
from province.facts import Province
from province.ids import SegmentId
from province.language import Language, message, translate
from province.roads import Closure
from roads.closures import list_closed_stretches
from roads.stretches import Stretch


def list_closures(province: Province, first: date, last: date) -> tuple[Closure, ...]:
    """Return the closures that hold on some day between two days, both included."""
    days = tuple(DateSpan(first, last).days())
    return tuple(
        closure for closure in province.closures if any(closure.holds_on(day) for day in days)
    )


def list_closed_parts(closure: Closure, province: Province) -> tuple[Stretch, ...]:
    """Return the stretches of road a closure is about, by segment."""
    return list_closed_stretches(closure, province.segments, province.communes, province.areas)


def list_closed(closure: Closure, province: Province) -> tuple[SegmentId, ...]:
    """Return the ids of the segments a closure is about, ascending."""
    return tuple(sorted({part.segment_id for part in list_closed_parts(closure, province)}))


def describe_closure(closure: Closure, language: Language) -> Markup:
    """Return what, where, when and why, as HTML."""
    where = closure.ref
    if closure.ref and closure.km_from is not None and closure.km_to is not None:
        where = f"{closure.ref} km {closure.km_from:g}–{closure.km_to:g}"
    if closure.is_from_map:
        when = closure.reason
    elif closure.last_day is None:
        when = translate(
            message("from {first}", first=format_day(closure.first_day, language)), language
        )
    else:
        when = " – ".join(
            format_day(day, language) for day in (closure.first_day, closure.last_day)
        )
    if (closure.from_minute, closure.to_minute) != (0, 1440):
        when += f", {clock(closure.from_minute)}–{clock(closure.to_minute)}"
    return Markup("<b>{}</b>{}<br>{}{}").format(
        translate(CLOSURES[closure.effect], language),
        Markup(" <bdi>{}</bdi>").format(where) if where else "",
        when,
        Markup("<br><bdi>{}</bdi>").format(closure.reason)
        if closure.reason and not closure.is_from_map
        else "",
    )
