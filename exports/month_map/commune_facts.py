"""Tells of every commune what it gets in a month, what it would use, and why it gets nothing."""

from typing import Any, NamedTuple

from markupsafe import Markup

from exports.month_map.drawn_trips import POPUPS
from exports.pages.template import read_macros
from planning.demand import tabulate_demand
from planning.figures import Service, find_services
from planning.plan import Plan
from province.facts import Province
from province.ids import CommuneCode
from province.language import Language, Message, message
from province.places import Commune, Site
from routing.trips import Stop

DEMAND_CLASSES = 5
"""Communes with demand are divided into so many classes of about equal number, 1 the least."""


class ServedSite(NamedTuple):
    """A site, its stops of the month, and why visits to it are not made."""

    name: str
    stops: tuple[Stop, ...]
    reasons: tuple[Message, ...]


def describe_communes(
    plan: Plan, province: Province, language: Language, uses: dict[CommuneCode, float]
) -> dict[CommuneCode, dict[str, Any]]:
    """Return what the map shows of each commune; `uses` are those of `sum_demand`.

    ``s`` is its service, ``u`` its class of demand (0 without, else 1 to `DEMAND_CLASSES`), ``p``
    what to say about it, as HTML.
    """
    services = find_services(plan, province)
    limits = divide_demand(uses)
    return {
        code: {
            "s": services[code].value,
            "u": class_of(uses[code], limits),
            "p": _describe(commune, services[code], uses[code], plan, province, language),
        }
        for code, commune in province.commune_by_code.items()
    }


def sum_demand(plan: Plan, province: Province) -> dict[CommuneCode, float]:
    """Return the expected uses a month of every commune's sites."""
    communes = {site.site_id: site.commune_code for site in province.sites}
    uses = {commune.code: 0.0 for commune in province.communes}
    for row in tabulate_demand(province, plan.month):
        code = communes[row["site"]]
        uses[code] = uses.get(code, 0.0) + float(row["expected uses"])
    return uses


def divide_demand(uses: dict[CommuneCode, float]) -> tuple[float, ...]:
    """Return the least uses of each class but the first, ascending."""
    known = sorted(value for value in uses.values() if value > 0)
    if not known:
        return ()
    steps = (len(known) * number // DEMAND_CLASSES for number in range(1, DEMAND_CLASSES))
    return tuple(sorted({known[step] for step in steps}))


def class_of(uses: float, limits: tuple[float, ...]) -> int:
    """Return the class of demand: 0 for none, else 1 and up."""
    return 0 if uses <= 0 else 1 + sum(uses >= limit for limit in limits)


def _describe(
    commune: Commune,
    service: Service,
    uses: float,
    plan: Plan,
    province: Province,
    language: Language,
) -> Markup:
    sites = [site for site in province.sites if site.commune_code == commune.code]
    served = [_gather(site, plan) for site in sites]
    is_idle = service is Service.NONE and not any(own.stops or own.reasons for own in served)
    popup = read_macros(POPUPS, language).commune(
        commune, service, uses, served, _say_why_nothing(sites, plan) if is_idle else None,
        province.content_names,
    )  # fmt: skip
    return Markup(popup)


def _gather(site: Site, plan: Plan) -> ServedSite:
    """Return the stops at a site, and why a visit to it is not made."""
    here = {visit.visit_id for visit in plan.visits if visit.receiver_id == site.site_id}
    stops = (stop for trip in plan.trips.trips for stop in trip.stops)
    return ServedSite(
        site.name,
        tuple(stop for stop in stops if stop.receiver_id == site.site_id),
        tuple(missed.reason for missed in plan.trips.unserved if missed.visit_id in here),
    )


def _say_why_nothing(sites: list[Site], plan: Plan) -> Message:
    if not sites:
        return message("No service point is known here.")
    if not any(site.is_enrolled_in(plan.month) for site in sites):
        return message("No service point here has joined the service.")
    visited = {visit.receiver_id for visit in plan.visits}
    if not any(site.site_id in visited for site in sites):
        return message("No visit is due here this month.")
    return message("The visit due here is not served.")
