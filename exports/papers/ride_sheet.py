"""Writes `rides/<visit_id>.html`: for a village's riders, when to ride with which boxes."""

from collections.abc import Iterator

from markupsafe import Markup

from exports.pages.marks import data_text, join, say
from exports.papers.paper import draw_table, make_paper
from exports.text.file_names import name_files
from exports.text.formats import count_boxes, format_long_day, format_number
from exports.text.stops import describe_contact, describe_loads
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.ids import VehicleId
from province.language import Language, Message, message, translate
from routing.trips import Ride, Stop, Trip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a sheet for each stop at which boxes are handed over for a village, by visit."""
    found = {
        stop.visit_id: (trip, stop)
        for trip in plan.trips.trips
        for stop in trip.stops
        if stop.village_id is not None
    }
    files = name_files(found)
    for visit_id, (trip, stop) in sorted(found.items()):
        title = translate(
            message("Rides of {village}", village=province.site_by_id[stop.receiver_id].name),
            language,
        )
        body = Markup('<main class="sheet">{}</main>').format(
            join(_draw_parts(trip, stop, province, language), "\n")
        )
        page = make_paper(plan=plan, title=title, language=language, body=body, style="loading.css")
        yield f"rides/{files[visit_id]}.html", page


def _draw_parts(trip: Trip, stop: Stop, province: Province, language: Language) -> Iterator[Markup]:
    yield _draw_head(trip, stop, province, language)
    for line in describe_loads(stop, province, language):
        yield Markup("<p>{}</p>").format(data_text(line))
    for vehicle_id in dict.fromkeys(ride.vehicle_id for ride in stop.rides):
        own = [ride for ride in stop.rides if ride.vehicle_id == vehicle_id]
        yield _draw_rider(vehicle_id, own, province, language)
    who = (message("Rider"), message("Driver"), message("Village"))
    yield Markup('<section class="signatures">{}</section>').format(
        join(
            Markup("<div><h2>{}</h2><p>{}</p></div>").format(
                say(one, language), say(message("(signature and full name)"), language)
            )
            for one in who
        )
    )


def _draw_head(trip: Trip, stop: Stop, province: Province, language: Language) -> Markup:
    us, place = province.settings.province, province.site_by_id[stop.site_id]
    village = province.site_by_id[stop.receiver_id]
    meeting = message(
        "The vehicle is at {place} from {start} to {end}",
        place=place.name,
        start=clock(stop.start_min),
        end=clock(stop.depart_min),
    )
    contacts = [describe_contact(village), describe_contact(place), us.phone]
    return Markup(
        '<header><p class="org">{org}</p><h1>{title}</h1><p class="when"><b>{day}</b></p>'
        "<p>{meeting}</p><p>{vehicle} · {crew} · {trip}</p><p>{contacts}</p></header>"
    ).format(
        org=data_text(us.organisation or us.name),
        title=say(message("Rides of {village}", village=village.name), language),
        day=format_long_day(stop.day, language),
        meeting=say(meeting, language),
        vehicle=data_text(province.vehicle_by_id[trip.vehicle_id].name),
        crew=data_text(province.crew_by_id[trip.crew_id].name),
        trip=say(message("Trip {trip}", trip=trip.trip_id), language),
        contacts=join((data_text(text) for text in contacts if text), " · "),
    )


def _draw_rider(
    vehicle_id: VehicleId, rides: list[Ride], province: Province, language: Language
) -> Markup:
    heads: tuple[Message, ...] = (
        message("No."), message("Leave"), message("From"), message("To"), message("Arrive"),
        message("Boxes"), message("km"), message("Done"),
    )  # fmt: skip
    kinds = ("row", "num", "source", "source", "num", "num", "num", "tick")
    sites = province.site_by_id
    rows = [
        (
            str(number),
            clock(ride.leg.leave_min),
            data_text(sites[ride.leg.from_site].name),
            data_text(sites[ride.leg.to_site].name),
            clock(ride.leg.arrive_min),
            count_boxes(ride.boxes, language) if ride.boxes else "–",
            format_number(ride.leg.length_m / 1000, language, digits=1),
            Markup('<i class="box"></i>'),
        )
        for number, ride in enumerate(rides, 1)
    ]
    name = data_text(province.vehicle_by_id[vehicle_id].name)
    return Markup("<h2>{}</h2>").format(name) + draw_table(heads, rows, language, kinds=kinds)
