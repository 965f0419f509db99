"""Counts communes by the service they get in a month, against the programme's targets."""

from dataclasses import dataclass
from enum import StrEnum

from planning.plan import Plan
from province.facts import Province
from province.ids import CommuneCode
from province.places import Commune
from province.visits import Task


class Service(StrEnum):
    """What a commune gets in a month, the most first."""

    BOTH = "both"
    SESSION = "session"
    EXCHANGE = "exchange"
    STANDS = "stands"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many communes have the service.

    `communes` counts those the targets are about (wards too, if the province says so),
    `served` those with a visit this month, `reached` those with a visit or a batch that stands
    there; `targets` are pairs of year and share in per cent, ascending.
    """

    communes: int
    served: int
    reached: int
    targets: tuple[tuple[int, float], ...]


def find_services(plan: Plan, province: Province) -> dict[CommuneCode, Service]:
    """Return what every commune gets in the plan's month."""
    commune_by_site = {site.site_id: site.commune_code for site in province.sites}
    tasks: dict[CommuneCode, set[Task]] = {}
    for trip in plan.trips.trips:
        for stop in trip.stops:
            tasks.setdefault(commune_by_site[stop.site_id], set()).update(stop.tasks)
    depots = {site.site_id for site in province.depots}
    standing = {
        commune_by_site[stay.site_id]
        for stay in plan.rotation.stays
        if stay.site_id not in depots
        and stay.first_month <= plan.month < stay.first_month.plus(stay.months)
    }
    return {
        commune.code: _name_service(tasks.get(commune.code, set()), commune.code in standing)
        for commune in province.communes
    }


def measure_coverage(plan: Plan, province: Province) -> Coverage:
    """Return how many communes are served, and the targets from the plan's year on."""
    targets = province.settings.targets
    services = find_services(plan, province)
    counted = [c for c in province.communes if targets.counts_wards or not is_ward(c)]
    visited = (Service.BOTH, Service.SESSION, Service.EXCHANGE)
    years = sorted((int(year), pct) for year, pct in targets.communes_pct.items())
    return Coverage(
        communes=len(counted),
        served=sum(services[commune.code] in visited for commune in counted),
        reached=sum(services[commune.code] is not Service.NONE for commune in counted),
        targets=tuple((year, pct) for year, pct in years if year >= plan.month.year),
    )


def is_ward(commune: Commune) -> bool:
    """Whether a commune is a ward of a town."""
    return commune.kind.casefold() in ("phường", "ward")


def _name_service(tasks: set[Task], has_batch: bool) -> Service:
    has_session, has_exchange = Task.SESSION in tasks, bool(tasks - {Task.SESSION})
    if has_session and has_exchange:
        return Service.BOTH
    if has_session:
        return Service.SESSION
    if has_exchange:
        return Service.EXCHANGE
    return Service.STANDS if has_batch else Service.NONE
