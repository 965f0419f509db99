"""Writes `loading/<trip_id>.html`: what the store room hands out for a trip, and gets back."""

from collections.abc import Iterator
from dataclasses import dataclass

from exports.pages.page import make_paper
from exports.text.plain import name_files
from planning.loads import order_loading
from planning.plan import Plan
from planning.replan.paper_trips import is_rest, list_paper_trips
from province.facts import Province
from province.language import Language, message, translate
from province.visits import Parcel
from routing.trips import Stop, Trip


@dataclass(frozen=True, slots=True)
class LoadLine:
    """One batch or kit that is put on board at the depot.

    Parameters
    ----------
    stop
        Where it is left.
    back_with
        Trip of this month that brings it home before; None where it has been in the store room
        since the month began.
    """

    parcel: Parcel
    stop: Stop
    back_with: Trip | None


def list_loading(plan: Plan, trip: Trip) -> tuple[LoadLine, ...]:
    """Return what a trip takes along in the order of loading: what leaves last goes in first.

    Of a trip that goes on from where it was, nothing: what it has on board was loaded before.
    """
    if is_rest(plan, trip):
        return ()
    left_at = {parcel: stop for stop in trip.stops for parcel in stop.leaves}
    back_with = {
        parcel.content_id: before
        for before in sorted(plan.all_trips, key=lambda one: (one.last_day, one.trip_id))
        if before.last_day <= trip.first_day
        for parcel in before.returns
    }
    return tuple(
        LoadLine(parcel, left_at[parcel], back_with.get(parcel.content_id))
        for parcel in order_loading(trip, trip.loads, 0)
    )


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a list for each trip that carries anything, by first day and trip."""
    trips = list_paper_trips(plan)
    files = name_files(trip.trip_id for trip in trips)
    for trip in sorted(trips, key=lambda trip: (trip.first_day, trip.trip_id)):
        if not trip.loads and not trip.returns:
            continue
        first = trip.stops[0].leg if trip.stops else trip.home
        page = make_paper(
            "papers/loading_list.html.j2", language=language, style="list.css", plan=plan,
            title=translate(message("Loading list, trip {trip}", trip=trip.trip_id), language),
            province=province, trip=trip, lines=list_loading(plan, trip),
            names=province.content_names, is_rest=is_rest(plan, trip),
            leave_min=first.leave_min, start=first.from_site,
        )  # fmt: skip
        yield f"loading/{files[trip.trip_id]}.html", page
