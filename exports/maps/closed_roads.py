"""Tells which segments a closure is about, and what to write about it."""

from datetime import date

from markupsafe import Markup

from exports.pages.template import read_macros
from province.dates import DateSpan
from province.facts import Province
from province.ids import SegmentId
from province.language import Language
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
    return Markup(read_macros("pages/marks.html.j2", language).closure(closure))
