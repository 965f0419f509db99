"""Writes `rides/<visit_id>.html`: for a village's riders, when to ride with which boxes."""

from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.plain import name_files
from exports.text.stops import describe_loads
from planning.plan import Plan
from planning.replan.paper_trips import list_stops_ahead
from province.facts import Province
from province.language import Language, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a sheet for each stop at which boxes are handed over for a village, by visit."""
    found = {
        stop.visit_id: (trip, stop)
        for trip, stop in list_stops_ahead(plan)
        if stop.village_id is not None
    }
    files = name_files(found)
    for visit_id, (trip, stop) in sorted(found.items()):
        village = province.site_by_id[stop.receiver_id].name
        page = make_paper(
            "papers/ride_sheet.html.j2", language=language, style="list.css", plan=plan,
            title=translate(message("Rides of {village}", village=village), language),
            province=province, trip=trip, stop=stop,
            loads=describe_loads(stop, province, language),
        )  # fmt: skip
        yield f"rides/{files[visit_id]}.html", page
