"""Writes `summary.html`, one page for the leadership: what matters, figures, map, charts."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from exports.pages.charts import draw_columns, draw_share
from exports.pages.marks import credit_roads, data_text, join, mark_schematic, say
from exports.papers.overview_map import TINTS, draw_overview
from exports.papers.paper import make_paper
from exports.papers.summary_words import list_sentences
from exports.text.formats import format_month, format_number
from exports.text.words import SERVICES, tell_targets
from planning.figures import (
    Change,
    Coverage,
    compare_totals,
    count_by_week,
    count_movements,
    find_services,
    measure_coverage,
    sum_by_vehicle,
)
from planning.plan import Plan
from planning.plan_file import read_plan
from province.errors import InputError
from province.facts import Province
from province.language import Language, Message, message, translate

MOST_VEHICLES = 5
TASK_COLOURS = ("#5b9a4c", "#1a56b8", "#9b59a6")

SIGNS: tuple[tuple[str, Message], ...] = (
    ("dot session", message("Stop with a session")),
    ("dot", message("Other stop")),
    ("dot depot", message("Provincial library, depot")),
    ("dot missed", message("Unserved visit")),
)


@dataclass(frozen=True, slots=True)
class _Desk:
    plan: Plan
    last: Plan | None
    province: Province
    language: Language


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `summary.html`; last month's plan is looked for in the province folder."""
    desk = _Desk(plan, find_last_plan(plan, province), province, language)
    title = translate(
        message("The month at a glance, {month}, {province}",
                month=format_month(plan.month, language), province=plan.province_name), language,
    )  # fmt: skip
    page = make_paper(title=title, language=language, body=_draw_page(desk), style="summary.css")
    yield "summary.html", page


def find_last_plan(plan: Plan, province: Province) -> Plan | None:
    """Return the plan of the month before, if ``plans/<month>/plan.json`` holds one."""
    path = province.folder / "plans" / str(plan.month.plus(-1)) / "plan.json"
    if not path.is_file():
        return None
    try:
        last = read_plan(path)
    except InputError:
        return None
    return last if last.province_code == plan.province_code else None


def _draw_page(desk: _Desk) -> Markup:
    plan, province, language = desk.plan, desk.province, desk.language
    us = province.settings.province
    map_label = translate(message("Communes by service, ways driven, stops"), language)
    sentences = list_sentences(plan, desk.last, province, language)
    return Markup(
        '<main class="sheet"><header><p class="org">{org} · {province}</p><h1>{title}</h1></header>'
        '<ol class="matters">{sentences}</ol>{figures}'
        '<section class="middle"><figure class="map">{map}{schematic}{credit}</figure>'
        '<div class="beside">{coverage}{vehicles}{legend}</div></section>'
        '<section class="charts">{weeks}{ahead}</section></main>'
    ).format(
        org=data_text(us.organisation or us.name),
        province=data_text(plan.province_name),
        title=say(
            message("Book rotation in {month}", month=format_month(plan.month, language)), language
        ),
        sentences=join(Markup("<li><bdi>{}</bdi></li>").format(text) for text in sentences),
        figures=_draw_figures(desk),
        map=draw_overview(plan, province, map_label),
        legend=_draw_legend(desk),
        schematic=mark_schematic(plan, province, language),
        credit=credit_roads(province),
        coverage=_draw_coverage(measure_coverage(plan, province), language),
        vehicles=_draw_vehicles(desk),
        weeks=_draw_weeks(desk),
        ahead=_draw_ahead(desk),
    )


def _name_figures(currency: str) -> dict[str, Message]:
    """Return what the figures of `Totals` that the page shows are called, in its order."""
    return {
        "visits_served": message("Visits served"),
        "exchanges_served": message("Exchanges"),
        "sessions_served": message("Sessions"),
        "batches_moved": message("Batches moved"),
        "trips": message("Trips"),
        "length_km": message("Distance, km"),
        "driving_hours": message("Driving, hours"),
        "cost_vnd": message("Cost, {currency}", currency=currency),
    }


def _draw_figures(desk: _Desk) -> Markup:
    names = _name_figures(desk.province.settings.province.currency)
    before = desk.last.totals if desk.last else None
    changes = {change.name: change for change in compare_totals(desk.plan.totals, before)}
    cells = join(_draw_figure(changes[name], text, desk) for name, text in names.items())
    note = message("There is no plan of last month to compare with.")
    if desk.last:
        month = format_month(desk.last.month, desk.language)
        note = message("Small figures: change against {month}.", month=month)
    told = (Markup('<p class="compared">{}</p>').format(text) for text in _tell_forced(desk))
    return Markup('<dl class="figures">{}</dl><p class="compared">{}</p>{}').format(
        cells, say(note, desk.language), join(told)
    )


def _tell_forced(desk: _Desk) -> Iterator[str]:
    """Yield what rules force beyond its worth, and which libraries stay empty for that."""
    plan, language, names = desk.plan, desk.language, desk.province.site_by_id
    forced = [one for one in plan.rotation.forced if not one.is_waived]
    waived = [one for one in plan.rotation.forced if one.is_waived]
    if forced:
        yield translate(
            message(
                "Rules force exchanges beyond their worth, about {cost} {currency}: {sites}.",
                cost=format_number(sum(one.price_vnd for one in forced), language),
                currency=desk.province.settings.province.currency,
                sites=", ".join(dict.fromkeys(names[one.site_id].name for one in forced)),
            ), language,
        )  # fmt: skip
    if waived:
        yield translate(
            message(
                "Left empty longer than usual, because an exchange costs too much for its uses: "
                "{sites}.", sites=", ".join(names[one.site_id].name for one in waived),
            ), language,
        )  # fmt: skip


def _draw_figure(change: Change, text: Message, desk: _Desk) -> Markup:
    language = desk.language
    value = format_number(change.now, language)
    if change.name == "visits_served":
        value += f" / {format_number(desk.plan.totals.visits, language)}"
    return Markup("<div><dt>{}</dt><dd>{}{}</dd></div>").format(
        say(text, language), value, _draw_change(change, language)
    )


def _draw_change(change: Change, language: Language) -> Markup:
    if change.before is None:
        return Markup()
    step = change.now - change.before
    if round(step) == 0:
        return Markup("<small>=</small>")
    sign = "+" if step > 0 else "−"
    return Markup("<small>{}{}</small>").format(sign, format_number(abs(step), language))


def _draw_coverage(coverage: Coverage, language: Language) -> Markup:
    if not coverage.communes:
        return Markup()
    bars = []
    for name, count, colour in (
        (message("Communes visited this month"), coverage.served, "#2e8b57"),
        (message("Communes with a visit or a batch"), coverage.reached, "#6aa84f"),
    ):
        share = count / coverage.communes
        label = translate(name, language)
        bars.append(
            Markup('<p class="row"><span>{}</span><b>{} / {} · {} %</b></p>{}').format(
                label, count, coverage.communes, format_number(100 * share, language, digits=1),
                draw_share(share, colour=colour, label=label),
            )
        )  # fmt: skip
    note = tell_targets(coverage, language)
    return Markup('<section><h2>{}</h2>{}<p class="compared">{}</p></section>').format(
        say(message("Communes this month"), language), join(bars), note
    )


def _draw_vehicles(desk: _Desk) -> Markup:
    language, vehicles = desk.language, desk.province.vehicle_by_id
    work = sum_by_vehicle(desk.plan)
    lines = [
        (data_text(vehicles[own.vehicle_id].name), own.length_m, own.cost_vnd)
        for own in work[:MOST_VEHICLES]
    ]
    if rest := work[MOST_VEHICLES:]:
        lines.append(
            (say(message("Other vehicles"), language), sum(own.length_m for own in rest),
             sum(own.cost_vnd for own in rest))
        )  # fmt: skip
    most = max((cost for *_, cost in lines), default=0) or 1
    rows = join(
        Markup('<p class="row"><span>{} <small>{} km</small></span><b>{}</b></p>{}').format(
            name,
            format_number(length_m / 1000, language),
            format_number(cost, language),
            draw_share(cost / most, colour="#8a4500", label=""),
        )
        for name, length_m, cost in lines
    )
    head = message("Cost by vehicle, {currency}",
                   currency=desk.province.settings.province.currency)  # fmt: skip
    return Markup("<section><h2>{}</h2>{}</section>").format(say(head, language), rows)


def _draw_weeks(desk: _Desk) -> Markup:
    language = desk.language
    columns = [
        (f"{week.first_day.day}/{week.first_day.month}",
         (week.exchanges, week.sessions, week.others))
        for week in count_by_week(desk.plan)
    ]  # fmt: skip
    kinds = (message("Exchanges"), message("Sessions"), message("Other"))
    keys = join(
        Markup('<li><i style="background:{}"></i>{}</li>').format(colour, say(kind, language))
        for colour, kind in zip(TASK_COLOURS, kinds, strict=True)
    )
    head = translate(message("Work by week, from Monday"), language)
    return Markup('<figure><h2>{}</h2>{}<ul class="keys">{}</ul></figure>').format(
        head, draw_columns(columns, colours=TASK_COLOURS, label=head), keys
    )


def _draw_ahead(desk: _Desk) -> Markup:
    columns = [
        (f"{month.number}/{month.year % 100:02d}" if month.number == 1 else f"{month.number}",
         (count,))
        for month, count in count_movements(desk.plan)
    ]  # fmt: skip
    head = translate(message("Batches that move, months ahead"), desk.language)
    return Markup("<figure><h2>{}</h2>{}</figure>").format(
        head, draw_columns(columns, colours=("#5a2ca0",), label=head)
    )


def _draw_legend(desk: _Desk) -> Markup:
    counts = list(find_services(desk.plan, desk.province).values())
    tints = (
        Markup('<li><i style="background:{}"></i>{} ({})</li>').format(
            TINTS[service], say(text, desk.language), counts.count(service)
        )
        for service, text in SERVICES.items()
    )
    signs = (
        Markup('<li class="sign"><i class="{}"></i>{}</li>').format(kind, say(text, desk.language))
        for kind, text in SIGNS
    )
    outlines = (
        Markup('<p class="compared">{}</p>').format(
            say(message("Outlines of communes are schematic."), desk.language)
        )
        if any(commune.is_schematic for commune in desk.province.communes)
        else Markup()
    )
    return Markup('<section><ul class="keys">{}{}</ul>{}</section>').format(
        join(tints), join(signs), outlines
    )
