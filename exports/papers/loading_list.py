"""Writes `loading/<trip_id>.html`: what the store room hands out for a trip, and gets back."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from exports.pages.marks import data_text, join, say
from exports.papers.paper import draw_table, make_paper
from exports.text.file_names import name_files
from exports.text.formats import count_boxes, format_day, format_long_day, format_number
from planning.loads import LoadingPlan, LoadLine, list_loading, name_contents
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.language import Language, Message, message, translate
from province.places import Site
from province.visits import Parcel


@dataclass(frozen=True, slots=True)
class _Desk:
    province: Province
    language: Language
    sites: dict[str, Site]
    names: dict[str, str]


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a list for each trip that carries anything, by first day and trip."""
    sites = {str(site.site_id): site for site in province.sites}
    desk = _Desk(province, language, sites, name_contents(province))
    files = name_files(trip.trip_id for trip in plan.trips.trips)
    for loading in list_loading(plan, province):
        trip = loading.trip
        if not loading.lines and not loading.returns:
            continue
        title = translate(message("Loading list, trip {trip}", trip=trip.trip_id), language)
        page = make_paper(
            plan=plan,
            title=title,
            language=language,
            body=_draw_list(loading, desk),
            style="loading.css",
        )
        yield f"loading/{files[trip.trip_id]}.html", page


def _draw_list(loading: LoadingPlan, desk: _Desk) -> Markup:
    language = desk.language
    return Markup('<main class="sheet">{}</main>').format(
        join(
            (
                _draw_head(loading, desk),
                _draw_capacity(loading, desk),
                Markup("<h2>{}</h2><p>{}</p>").format(
                    say(message("Load in this order"), language),
                    say(message("The last stop's boxes first, the first stop's nearest the door."),
                        language),
                ),
                _draw_loads(loading, desk),
                _draw_returns(loading, desk),
                _draw_signatures(language),
            ),
            "\n",
        )
    )  # fmt: skip


def _draw_head(loading: LoadingPlan, desk: _Desk) -> Markup:
    trip, province, language = loading.trip, desk.province, desk.language
    leave_min = trip.stops[0].leg.leave_min if trip.stops else trip.home.leave_min
    us = province.settings.province
    return Markup(
        '<header><p class="org">{org}</p><h1>{title}</h1>'
        '<p class="when"><b>{day}</b> · {leave}</p><p>{vehicle} · {crew} · {depot}</p></header>'
    ).format(
        org=data_text(us.organisation or us.name),
        title=say(message("Loading list, trip {trip}", trip=trip.trip_id), language),
        day=format_long_day(trip.first_day, language),
        leave=say(message("leave {time}", time=clock(leave_min)), language),
        vehicle=data_text(province.vehicle_by_id[trip.vehicle_id].name),
        crew=data_text(province.crew_by_id[trip.crew_id].name),
        depot=data_text(desk.sites[trip.depot_id].name),
    )


def _draw_capacity(loading: LoadingPlan, desk: _Desk) -> Markup:
    vehicle, language = desk.province.vehicle_by_id[loading.trip.vehicle_id], desk.language
    rows: tuple[tuple[Message, int, float], ...] = (
        (message("At the depot"), loading.boxes, loading.mass_kg),
        (message("Most on the way"), loading.peak_boxes, loading.peak_kg),
        (message("Room in the vehicle"), vehicle.capacity_boxes, vehicle.capacity_kg),
    )
    return Markup('<dl class="capacity">{}</dl>').format(
        join(
            Markup("<div><dt>{}</dt><dd>{}<small>{} kg</small></dd></div>").format(
                say(name, language), count_boxes(boxes, language), format_number(kg, language)
            )
            for name, boxes, kg in rows
        )
    )


def _draw_loads(loading: LoadingPlan, desk: _Desk) -> Markup:
    language = desk.language
    if not loading.lines:
        return Markup('<p class="nothing">{}</p>').format(
            say(message("Nothing to load: the vehicle leaves empty."), language)
        )
    heads: tuple[Message, ...] = (
        message("Order"), message("Batch"), message("Take from"), message("Boxes"), message("kg"),
        message("For stop"), message("Loaded"),
    )  # fmt: skip
    kinds = ("row", "name", "source", "num", "num", "target", "tick")
    foot = (
        "", say(message("Together"), language), "", format_number(loading.boxes, language),
        format_number(loading.mass_kg, language), "", "",
    )  # fmt: skip
    rows = [_draw_load(line, desk) for line in loading.lines]
    return draw_table(heads, rows, language, kinds=kinds, foot=foot)


def _draw_load(line: LoadLine, desk: _Desk) -> tuple[Markup | str, ...]:
    language = desk.language
    source = message("in the store room")
    if line.back_day is not None:
        day = format_day(line.back_day, language)
        source = message("back on {day} with {trip}", day=day, trip=line.back_with)
    return (
        Markup("<b>{}</b>").format(line.order),
        Markup("<b>{}</b> {}").format(data_text(line.content_id), data_text(line.name)),
        say(source, language),
        format_number(line.boxes, language),
        format_number(line.mass_kg, language),
        Markup("<b>{}</b> · {}<small>{}</small>").format(
            line.stop, data_text(desk.sites[line.to_site].name), format_day(line.day, language)
        ),
        _draw_ticks(line.boxes),
    )


def _draw_ticks(count: int) -> Markup:
    """Return a small box to tick for each box carried."""
    return Markup('<span class="boxes">{}</span>').format(
        join(Markup('<i class="box"></i>') for _ in range(count))
    )


def _draw_returns(loading: LoadingPlan, desk: _Desk) -> Markup:
    language = desk.language
    head = Markup("<h2>{}</h2>").format(
        say(
            message("Comes back on {day}", day=format_day(loading.trip.last_day, language)),
            language,
        )
    )
    if not loading.returns:
        return head + Markup('<p class="nothing">{}</p>').format(say(message("Nothing."), language))
    heads: tuple[Message, ...] = (
        message("No."), message("Batch"), message("Comes from"), message("Boxes"), message("kg"),
        message("Received"), message("Checked and shelved"),
    )  # fmt: skip
    kinds = ("row", "name", "source", "num", "num", "tick", "write")
    rows = [_draw_return(number, parcel, desk) for number, parcel in enumerate(loading.returns, 1)]
    foot = (
        "", say(message("Together"), language), "",
        format_number(sum(parcel.boxes for parcel in loading.returns), language),
        format_number(sum(parcel.mass_kg for parcel in loading.returns), language), "", "",
    )  # fmt: skip
    return head + draw_table(heads, rows, language, kinds=kinds, foot=foot)


def _draw_return(number: int, parcel: Parcel, desk: _Desk) -> tuple[Markup | str, ...]:
    key = str(parcel.content_id)
    return (
        str(number),
        Markup("<b>{}</b> {}").format(data_text(key), data_text(desk.names.get(key, ""))),
        data_text(desk.sites[parcel.from_site].name),
        format_number(parcel.boxes, desk.language),
        format_number(parcel.mass_kg, desk.language),
        _draw_ticks(parcel.boxes),
        "",
    )


def _draw_signatures(language: Language) -> Markup:
    return Markup('<section class="signatures">{}</section>').format(
        join(
            Markup("<div><h2>{}</h2><p>{}</p></div>").format(
                say(who, language), say(message("(signature and full name)"), language)
            )
            for who in (message("Store room"), message("Driver"))
        )
    )
