"""Writes `loading/<trip_id>.html`: what the store room hands out for a trip, and gets back."""

from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.plain import name_files
from planning.loads import list_loading
from planning.plan import Plan
from province.facts import Province
from province.language import Language, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a list for each trip that carries anything, by first day and trip."""
    files = name_files(trip.trip_id for trip in plan.trips.trips)
    for loading in list_loading(plan, province):
        trip = loading.trip
        if not loading.lines and not loading.returns:
            continue
        page = make_paper(
            "papers/loading_list.html.j2", language=language, style="list.css", plan=plan,
            title=translate(message("Loading list, trip {trip}", trip=trip.trip_id), language),
            province=province, loading=loading, names=province.content_names,
            leave_min=(trip.stops[0].leg if trip.stops else trip.home).leave_min,
        )  # fmt: skip
        yield f"loading/{files[trip.trip_id]}.html", page
