"""Writes the switches of the month map: days, vehicles, trips, and the list of unserved visits."""

from datetime import date, timedelta

from markupsafe import Markup

from exports.pages.marks import data_text, join, name_tasks, say
from exports.text.formats import format_day, format_km, name_weekdays
from planning.plan import Plan
from province.facts import Province
from province.ids import VehicleId
from province.language import Language, message, translate


def draw_switches(
    plan: Plan, province: Province, language: Language, colours: dict[VehicleId, str]
) -> Markup:
    """Return the switches as HTML; vehicles, trips and visits are named by their places."""
    return join(
        (
            _draw_calendar(plan, language, colours),
            _draw_vehicles(plan, province, language, colours),
            _draw_trips(plan, province, language, colours),
            _draw_unserved(plan, province, language),
        ),
        "\n",
    )


def _draw_calendar(plan: Plan, language: Language, colours: dict[VehicleId, str]) -> Markup:
    driving: dict[date, list[str]] = {}
    for trip in plan.trips.trips:
        for offset in range((trip.last_day - trip.first_day).days + 1):
            colour = colours[trip.vehicle_id]
            dots = driving.setdefault(trip.first_day + timedelta(days=offset), [])
            if colour not in dots:
                dots.append(colour)
    first = plan.month.first_day
    heads = join(Markup("<th>{}</th>").format(name) for name in name_weekdays(language))
    rows, day = [], first - timedelta(days=first.weekday())
    while day <= plan.month.last_day:
        week = [day + timedelta(days=offset) for offset in range(7)]
        number = day.isocalendar().week
        cells = join(_draw_day(d, plan, driving.get(d, []), language) for d in week)
        rows.append(
            Markup(
                '<tr><th><button type="button" data-week="{}" title="{}">{}</button></th>{}</tr>'
            ).format(
                " ".join(d.isoformat() for d in week if d in driving),
                translate(message("Week {number}", number=number), language), number, cells,
            )
        )  # fmt: skip
        day += timedelta(days=7)
    return Markup(
        '<section><h2>{} <button type="button" id="all-days">{}</button></h2>'
        '<table class="calendar"><thead><tr><th></th>{}</tr></thead><tbody>{}</tbody></table>'
        "</section>"
    ).format(say(message("Days"), language), say(message("All days"), language), heads, join(rows))


def _draw_day(day: date, plan: Plan, colours: list[str], language: Language) -> Markup:
    if day.month != plan.month.number:
        return Markup("<td></td>")
    if not colours:
        return Markup("<td><span>{}</span></td>").format(day.day)
    dots = join(Markup('<i style="background:{}"></i>').format(colour) for colour in colours)
    return Markup(
        '<td><button type="button" data-day="{}" aria-pressed="true" title="{}">{}<em>{}</em>'
        "</button></td>"
    ).format(day.isoformat(), format_day(day, language), day.day, dots)


def _draw_vehicles(
    plan: Plan, province: Province, language: Language, colours: dict[VehicleId, str]
) -> Markup:
    items = []
    for number, (vehicle_id, colour) in enumerate(colours.items()):
        trips = [trip for trip in plan.trips.trips if trip.vehicle_id == vehicle_id]
        items.append(
            Markup(
                '<label><input type="checkbox" checked data-vehicle="{}">'
                '<i class="swatch" style="background:{}"></i><span>{}</span><small>{}</small>'
                "</label>"
            ).format(
                number, colour, data_text(province.vehicle_by_id[vehicle_id].name),
                format_km(sum(trip.length_m for trip in trips), language),
            )
        )  # fmt: skip
    return Markup('<section class="switches"><h2>{}</h2>{}</section>').format(
        say(message("Vehicles"), language), join(items)
    )


def _draw_trips(
    plan: Plan, province: Province, language: Language, colours: dict[VehicleId, str]
) -> Markup:
    sites = province.site_by_id
    items = []
    ordered = sorted(plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    for number, trip in enumerate(ordered):
        days = format_day(trip.first_day, language)
        if trip.last_day != trip.first_day:
            days += " – " + format_day(trip.last_day, language)
        places = ", ".join(sites[stop.site_id].name for stop in trip.stops)
        items.append(
            Markup(
                '<li><button type="button" data-trip="{}" aria-pressed="false">'
                '<b style="background:{}">{}</b><span>{}. {} · {}<small>{}</small></span></button>'
                "</li>"
            ).format(
                number, colours[trip.vehicle_id], data_text(trip.trip_id), number + 1, days,
                format_km(trip.length_m, language), data_text(places),
            )
        )  # fmt: skip
    return Markup('<section><h2>{}</h2><ol class="trips">{}</ol></section>').format(
        say(message("Trips"), language), join(items)
    )


def _draw_unserved(plan: Plan, province: Province, language: Language) -> Markup:
    visits = {visit.visit_id: visit for visit in plan.visits}
    items = [
        Markup(
            '<li><button type="button" data-unserved="{}"><span><b>{}</b> {}<small>{}</small>'
            "<small><i>{}</i></small></span></button></li>"
        ).format(
            number,
            data_text(province.site_by_id[visits[unserved.visit_id].receiver_id].name),
            name_tasks(visits[unserved.visit_id].tasks, language),
            translate(unserved.reason, language),
            translate(unserved.fix, language),
        )
        for number, unserved in enumerate(plan.trips.unserved)
    ]
    if not items:
        return Markup("<section><h2>{}</h2><p>{}</p></section>").format(
            say(message("Unserved visits"), language),
            say(message("Every visit of the month is served."), language),
        )
    return Markup('<section><h2>{} ({})</h2><ul class="trips missed">{}</ul></section>').format(
        say(message("Unserved visits"), language), len(items), join(items)
    )
