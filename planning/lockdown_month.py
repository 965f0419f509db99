"""What a lockdown means for a planned month: who gets online service instead, which books rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from planning.plan import Plan
from province.agenda import Zone, ZoneRule
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, CommuneCode, SiteId, TripId
from province.lockdown import (
    count_rest_days,
    find_zone,
    is_temporary,
    list_temporary,
    list_zones,
)
from province.places import Site
from province.visits import Task
from routing.trips import Stop, Trip


@dataclass(frozen=True, slots=True)
class OnlineOffer:
    """A site that is to be offered online service, since nobody can go there or gather there.

    Parameters
    ----------
    first_day, last_day
        The days of the zone within the month.
    lost
        What falls away there: sessions and exchanges of its service, as far as the zone forbids
        them.
    readers
        People within reach of the site.
    """

    site_id: SiteId
    commune_code: CommuneCode
    zone: Zone
    first_day: date
    last_day: date
    lost: tuple[Task, ...]
    readers: int


@dataclass(frozen=True, slots=True)
class RestingBatch:
    """A batch that a trip fetches from where a lockdown holds, and until when it rests at home.

    `last_day` is the last day on which nobody touches it; then it is checked.
    """

    batch_id: BatchId
    site_id: SiteId
    trip_id: TripId
    home_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class TemporarySite:
    """A temporary site with what the month brings it.

    `books` come with exchanges, `days` are those of its visits.
    """

    site: Site
    books: int
    days: tuple[date, ...]


def list_online_offers(province: Province, month: Month) -> tuple[OnlineOffer, ...]:
    """Return the sites to offer online service to, by commune and site, zone by zone."""
    found = []
    for zone in list_zones(province, month):
        first, last = max(zone.span.first, month.first_day), min(zone.span.last, month.last_day)
        for site in province.sites:
            is_served = any(site.is_enrolled(day) for day in month.days() if first <= day <= last)
            lost = tuple(_list_lost(site, zone.rule))
            if site.commune_code == zone.commune_code and is_served and lost:
                readers = max(site.population, site.students)
                offer = OnlineOffer(
                    site.site_id, site.commune_code, zone, first, last, lost, readers
                )
                found.append(offer)
    return tuple(sorted(found, key=lambda o: (o.commune_code, o.site_id, o.first_day)))


def _list_lost(site: Site, rule: ZoneRule) -> Iterator[Task]:
    """Yield what a zone forbids at a site that the service promises it."""
    if is_temporary(site):
        return
    if site.takes_rotation and rule is ZoneRule.NO_ENTRY:
        yield Task.EXCHANGE
    if site.takes_sessions and site.sessions_per_month:
        yield Task.SESSION


def list_resting_batches(plan: Plan, province: Province) -> tuple[RestingBatch, ...]:
    """Return the batches that trips of the month fetch and that rest at home, by day and batch."""
    found = []
    stops = [(trip, stop) for trip in _list_trips(plan) for stop in trip.stops]
    for trip, stop in stops:
        rest = count_rest_at(province, stop)
        for parcel in stop.takes if rest else ():
            if parcel.batch_id is not None:
                until = trip.last_day + timedelta(days=rest)
                found.append(
                    RestingBatch(
                        parcel.batch_id, stop.receiver_id, trip.trip_id, trip.last_day, until
                    )
                )
    return tuple(sorted(found, key=lambda one: (one.home_day, one.batch_id)))


def _list_trips(plan: Plan) -> tuple[Trip, ...]:
    """Return the trips of a plan and those that stand from before it, each once."""
    own = {trip.trip_id for trip in plan.trips.trips}
    return (*plan.trips.trips, *(t for t in plan.standing_trips if t.trip_id not in own))


def count_rest_at(province: Province, stop: Stop) -> int:
    """Return the days that books taken at a stop rest; 0: they need not."""
    site = province.site_by_id.get(stop.receiver_id)
    return count_rest_days(province, site, stop.day) if site and stop.takes else 0


def find_gate(province: Province, stop: Stop) -> Zone | None:
    """Return the zone at whose gate a stop is made; None where no zone holds."""
    sites = (province.site_by_id.get(one) for one in (stop.receiver_id, stop.site_id))
    found = (find_zone(province, site, stop.day) for site in sites if site is not None)
    return next((zone for zone in found if zone is not None), None)


def list_temporary_sites(plan: Plan, province: Province) -> tuple[TemporarySite, ...]:
    """Return the temporary sites of the month, by id."""
    return tuple(
        TemporarySite(
            site,
            sum(p.books for _, s in plan.trips.stops() if s.receiver_id == site.site_id
                for p in s.leaves),
            tuple(sorted({s.day for _, s in plan.trips.stops() if s.receiver_id == site.site_id})),
        )
        for site in list_temporary(province, plan.month)
    )  # fmt: skip
