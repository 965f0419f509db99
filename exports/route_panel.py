"""Writes the panel beside the month map: figures, coverage, switches, trips, legend."""

from datetime import date, timedelta

from markupsafe import Markup

from exports.formats import (
    format_day,
    format_duration,
    format_km,
    format_month,
    format_number,
    name_weekdays,
)
from exports.marks import data_text, join, mark_schematic, name_tasks, say
from planning.figures import Service, find_services, measure_coverage
from planning.plan import Plan
from province.facts import Province
from province.ids import VehicleId
from province.language import Language, Message, message, translate

SERVICES: dict[Service, Message] = {
    Service.BOTH: message("Session and exchange this month"),
    Service.SESSION: message("Mobile session this month"),
    Service.EXCHANGE: message("Book exchange this month"),
    Service.STANDS: message("A batch stands there, no visit"),
    Service.NONE: message("No service this month"),
}

LAYERS: tuple[tuple[str, Message], ...] = (
    ("communes", message("Communes by service")),
    ("roads", message("Roads")),
    ("closures", message("Closures")),
    ("sites", message("Sites")),
    ("stops", message("Stop numbers")),
    ("unserved", message("Unserved visits")),
)

SIGNS: tuple[tuple[str, Message], ...] = (
    ("line national", message("National road")),
    ("line provincial", message("Provincial road")),
    ("line district", message("District or commune road")),
    ("line ferry", message("Ferry")),
    ("line closed", message("Closure")),
    ("dot depot", message("Provincial library, depot")),
    ("dot library", message("Library")),
    ("dot school", message("School")),
    ("dot point", message("Other service point")),
    ("dot lodging", message("Lodging")),
    ("dot missed", message("Unserved visit")),
)


def draw_panel(
    plan: Plan, province: Province, language: Language, colours: dict[VehicleId, str]
) -> Markup:
    """Return the panel's HTML."""
    return join(
        (
            Markup('<header><p class="who">{}</p><h1>{}</h1><p class="where">{}</p></header>')
            .format(
                data_text(province.settings.province.organisation),
                translate(
                    message("Book rotation and trips, {month}",
                            month=format_month(plan.month, language)), language,
                ),
                data_text(plan.province_name),
            ),
            mark_schematic(plan, language),
            _draw_figures(plan, province, language),
            _draw_coverage(plan, province, language),
            _draw_calendar(plan, language, colours),
            _draw_vehicles(plan, province, language, colours),
            _draw_trips(plan, province, language, colours),
            _draw_unserved(plan, province, language),
            _draw_layers(plan, province, language),
        ),
        "\n",
    )  # fmt: skip


def _draw_figures(plan: Plan, province: Province, language: Language) -> Markup:
    totals = plan.totals
    figures = (
        (message("Batches moved"), format_number(totals.batches_moved, language)),
        (message("Visits served"), f"{totals.visits_served} / {totals.visits}"),
        (message("Exchanges"), format_number(totals.exchanges_served, language)),
        (message("Sessions"), format_number(totals.sessions_served, language)),
        (message("Trips"), format_number(totals.trips, language)),
        (message("Nights"), format_number(totals.nights, language)),
        (message("Distance"), f"{format_number(totals.length_km, language)} km"),
        (message("Driving"), format_duration(round(totals.driving_hours * 60), language)),
        (
            message("Cost"),
            f"{format_number(totals.cost_vnd, language)} {province.settings.province.currency}",
        ),
    )
    cells = (
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(say(name, language), value)
        for name, value in figures
    )
    return Markup('<dl class="figures">{}</dl>').format(join(cells))


def _draw_coverage(plan: Plan, province: Province, language: Language) -> Markup:
    coverage = measure_coverage(plan, province)
    if not coverage.communes:
        return Markup()
    rows = [
        (message("Communes visited this month"), coverage.served),
        (message("Communes with a visit or a batch"), coverage.reached),
    ]
    bars = []
    for name, count in rows:
        pct = 100 * count / coverage.communes
        ticks = join(
            Markup('<i style="left:{:.1f}%"></i>').format(min(target, 100.0))
            for _, target in coverage.targets
        )
        bars.append(
            Markup(
                '<p>{} <b>{} / {} ({} %)</b></p><div class="bar"><span style="width:{:.1f}%">'
                "</span>{}</div>"
            ).format(
                say(name, language), count, coverage.communes,
                format_number(pct, language, digits=1), pct, ticks,
            )
        )  # fmt: skip
    targets = "; ".join(
        translate(
            message("{year}: {share} %", year=year, share=format_number(pct, language, digits=1)),
            language,
        )
        for year, pct in coverage.targets
    )
    return Markup('<section class="coverage"><h2>{}</h2>{}<p class="note">{}</p></section>').format(
        say(message("Coverage"), language),
        join(bars),
        say(message("Targets, share of communes: {targets}", targets=targets), language)
        if targets else "",
    )  # fmt: skip


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
    for vehicle_id, colour in colours.items():
        trips = [trip for trip in plan.trips.trips if trip.vehicle_id == vehicle_id]
        items.append(
            Markup(
                '<label><input type="checkbox" checked data-vehicle="{}">'
                '<i class="swatch" style="background:{}"></i><span>{}</span><small>{}</small>'
                "</label>"
            ).format(
                vehicle_id, colour, data_text(province.vehicle_by_id[vehicle_id].name),
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
    for trip in sorted(plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id)):
        days = format_day(trip.first_day, language)
        if trip.last_day != trip.first_day:
            days += " – " + format_day(trip.last_day, language)
        places = ", ".join(sites[stop.site_id].name for stop in trip.stops)
        items.append(
            Markup(
                '<li><button type="button" data-trip="{}" aria-pressed="false">'
                '<b style="background:{}">{}</b><span>{} · {}<small>{}</small></span></button></li>'
            ).format(
                trip.trip_id, colours[trip.vehicle_id], data_text(trip.trip_id), days,
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
            unserved.visit_id,
            data_text(province.site_by_id[visits[unserved.visit_id].site_id].name),
            name_tasks(visits[unserved.visit_id].tasks, language),
            translate(unserved.reason, language),
            translate(unserved.fix, language),
        )
        for unserved in plan.trips.unserved
    ]
    if not items:
        return Markup("<section><h2>{}</h2><p>{}</p></section>").format(
            say(message("Unserved visits"), language),
            say(message("Every visit of the month is served."), language),
        )
    return Markup('<section><h2>{} ({})</h2><ul class="trips missed">{}</ul></section>').format(
        say(message("Unserved visits"), language), len(items), join(items)
    )


def _draw_layers(plan: Plan, province: Province, language: Language) -> Markup:
    counts = list(find_services(plan, province).values())
    switches = join(
        Markup('<label><input type="checkbox" checked data-layer="{}"><span>{}</span></label>')
        .format(name, say(text, language))
        for name, text in LAYERS
    )  # fmt: skip
    tints = join(
        Markup('<li><i class="tint {}"></i>{} <small>{}</small></li>').format(
            service.value, say(text, language), counts.count(service)
        )
        for service, text in SERVICES.items()
    )
    signs = join(
        Markup('<li><i class="{}"></i>{}</li>').format(kind, say(text, language))
        for kind, text in SIGNS
    )
    return Markup(
        '<section class="switches"><h2>{}</h2>{}</section>'
        '<section class="legend"><h2>{}</h2><ul>{}{}</ul></section>'
    ).format(
        say(message("Layers"), language), switches, say(message("Legend"), language), tints, signs
    )
