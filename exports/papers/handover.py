"""Writes `handovers/<trip_id>.html`: a record for each library of a trip, which both sides sign."""

from collections.abc import Iterator
from itertools import groupby

from exports.pages.page import make_paper
from exports.text.formats import format_month
from exports.text.plain import name_files
from planning.handovers import list_handovers
from planning.plan import Plan
from province.facts import Province
from province.language import Language, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the records of each trip, a sheet for each stop in the order of stops."""
    us = province.settings.province
    ground = message(
        "the plan of book rotation for {month} of {organisation}",
        month=format_month(plan.month, language), organisation=us.organisation or us.name,
    )  # fmt: skip
    handovers = sorted(list_handovers(plan, province), key=lambda h: (h.trip_id, h.number))
    names = name_files({handover.trip_id for handover in handovers})
    for trip_id, own in groupby(handovers, key=lambda handover: handover.trip_id):
        title = translate(message("Handover records, trip {trip}", trip=trip_id), language)
        page = make_paper(
            "papers/handover.html.j2", title=title, language=language, style="handover.css",
            plan=plan, province=province, sites=province.site_by_id, month=plan.month,
            handovers=tuple(own), own_ground=translate(ground, language),
        )  # fmt: skip
        yield f"handovers/{names[trip_id]}.html", page
