"""Writes `changed/handovers/<trip_id>.html`: the records of trips that became otherwise, alone."""

from collections.abc import Iterator

from exports.papers.handover import Handover, draw_records, list_handovers
from exports.text.plain import name_files
from planning.plan import Plan, VisitChange
from planning.replan.changes import ORDER
from planning.replan.paper_trips import list_paper_trips
from planning.replan.told import tell_trip
from province.facts import Province
from province.language import Language


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the records of the stops that became otherwise, by trip."""
    found = list_changed_handovers(plan, province)
    files = name_files({one.trip.trip_id for one, _ in found})
    records = [one for one, _ in found]
    changes = {change.visit_id: change for _, change in found}
    for trip_id, page in draw_records(records, plan, province, language, changes):
        yield f"changed/handovers/{files[trip_id]}.html", page


def list_changed_handovers(
    plan: Plan, province: Province
) -> tuple[tuple[Handover, VisitChange], ...]:
    """Return the handovers that became otherwise, each with how, in the order of numbers.

    One that is only made after another stop is none of them: its record does not tell that.
    """
    changes = {
        (trip.trip_id, visit_id): change
        for trip in list_paper_trips(plan)
        for visit_id, change in tell_trip(plan, trip).changes.items()
        if set(change.kinds) != {ORDER}
    }
    return tuple(
        (one, change)
        for one in list_handovers(plan, province)
        if (change := changes.get((one.trip.trip_id, one.stop.visit_id))) is not None
    )
