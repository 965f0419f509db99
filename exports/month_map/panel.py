"""Writes the panel beside the month map: figures, coverage, switches, legend."""

import itertools

from markupsafe import Markup

from exports.month_map.switches import draw_switches
from exports.pages.marks import data_text, join, mark_schematic, say
from exports.text.formats import format_duration, format_month, format_number
from exports.text.words import SERVICES, tell_targets
from planning.figures import find_services, measure_coverage
from planning.plan import Plan
from province.facts import Province
from province.ids import VehicleId
from province.language import Language, Message, message, translate

LAYERS: tuple[tuple[str, Message], ...] = (
    ("communes", message("Communes")),
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
    plan: Plan,
    province: Province,
    language: Language,
    colours: dict[VehicleId, str],
    demand_limits: tuple[float, ...],
) -> Markup:
    """Return the panel's HTML.

    Parameters
    ----------
    demand_limits
        Least expected uses a month of each class of demand but the first, ascending.
    """
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
            mark_schematic(plan, province, language),
            _draw_search(language),
            _draw_figures(plan, province, language),
            _draw_coverage(plan, province, language),
            draw_switches(plan, province, language, colours),
            _draw_tints(plan, province, language, demand_limits),
            _draw_layers(language),
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
        bars.append(
            Markup(
                '<p>{} <b>{} / {} ({} %)</b></p><div class="bar"><span style="width:{:.1f}%">'
                "</span></div>"
            ).format(
                say(name, language), count, coverage.communes,
                format_number(pct, language, digits=1), pct,
            )
        )  # fmt: skip
    return Markup('<section class="coverage"><h2>{}</h2>{}<p class="note">{}</p></section>').format(
        say(message("Coverage this month"), language), join(bars), tell_targets(coverage, language)
    )


def _draw_search(language: Language) -> Markup:
    name = say(message("Find a site or commune"), language)
    return Markup(
        '<div class="search" role="search"><input type="search" id="search" autocomplete="off" '
        'placeholder="{}" aria-label="{}"><ul id="found"></ul></div>'
    ).format(name, name)


def _draw_tints(
    plan: Plan, province: Province, language: Language, demand_limits: tuple[float, ...]
) -> Markup:
    """Return what the communes' colours mean, by service and by demand."""
    counts = list(find_services(plan, province).values())
    services = join(
        Markup('<li><i class="tint {}"></i>{} <small>{}</small></li>').format(
            service.value, say(text, language), counts.count(service)
        )
        for service, text in SERVICES.items()
    )
    edges = [format_number(limit, language) for limit in demand_limits]
    spans = [
        Markup("&lt; {}").format(edges[0]),
        *(Markup("{} – {}").format(one, other) for one, other in itertools.pairwise(edges)),
        Markup("≥ {}").format(edges[-1]),
    ] if edges else []  # fmt: skip
    uses = join(
        Markup('<li><i class="tint u{}"></i>{}</li>').format(number, span)
        for number, span in enumerate(spans, start=1)
    )
    return Markup(
        '<section class="legend"><h2>{head}</h2><div class="choices">'
        '<button type="button" data-tint="service" aria-pressed="true">{service}</button>'
        '<button type="button" data-tint="demand" aria-pressed="false">{demand}</button></div>'
        '<ul data-legend="service">{services}</ul>'
        '<ul data-legend="demand" hidden>{none}{uses}</ul></section>'
    ).format(
        head=say(message("Communes"), language),
        service=say(message("By service"), language),
        demand=say(message("By demand"), language),
        services=services,
        none=Markup('<li><i class="tint u0"></i>{}</li>').format(
            say(message("No expected uses"), language)
        ),
        uses=uses
        + Markup("<li><small>{}</small></li>").format(
            say(message("Expected uses a month"), language)
        ),
    )


def _draw_layers(language: Language) -> Markup:
    switches = join(
        Markup('<label><input type="checkbox" checked data-layer="{}"><span>{}</span></label>')
        .format(name, say(text, language))
        for name, text in LAYERS
    )  # fmt: skip
    signs = join(
        Markup('<li><i class="{}"></i>{}</li>').format(kind, say(text, language))
        for kind, text in SIGNS
    )
    return Markup(
        '<section class="switches"><h2>{}</h2>{}</section>'
        '<section class="legend"><h2>{}</h2><ul>{}</ul></section>'
    ).format(say(message("Layers"), language), switches, say(message("Legend"), language), signs)
