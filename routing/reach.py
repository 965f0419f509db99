"""What travelling tells the rotation: who can be reached when, with how much, at what price."""

import math
import statistics
from dataclasses import dataclass
from datetime import date

from province.dates import Month
from province.facts import Province
from province.fleet import Vehicle, VehicleKind
from province.ids import BatchId, SiteId, VisitId
from province.visits import Parcel, Reach, Task, Visit
from roads.travel import Roads
from routing.last_mile import (
    find_last_miles,
    list_meetings,
    measure_rides_vnd,
    narrow_windows,
    share_rides,
)
from routing.problem import LastMile

STOPS_PER_TRIP = 3.0  # assumption: exchanges that share the way of one trip


@dataclass(frozen=True, slots=True)
class Offer:
    """What one vehicle can do for a site in one state of the roads."""

    depot_id: SiteId
    boxes: int
    price_vnd: int
    hours: float


def estimate_reach(province: Province, months: tuple[Month, ...], roads: Roads) -> Reach:
    """Return which libraries can be reached in which months, and what one exchange costs there.

    A vehicle reaches a site in a month when on some day it is available and there is a way from
    its depot and back that the longest trip has time for. The price is a share of a trip there and
    back: kilometres, the vehicle's days and the allowance of a crew, divided by the stops that
    usually share a trip (an assumption), with the cheapest vehicle that carries a batch of usual
    size; where only smaller ones get there, the largest of them. A village that only its own
    motorbikes reach costs what an exchange at its hand-over site costs, and the rides. Where there
    are several depots, each has limits of its own, and what it costs more than the cheapest.
    """
    sites = tuple(site.site_id for site in province.sites)
    batch_boxes = _usual_boxes(province)
    limits: dict[tuple[SiteId, Month], int] = {}
    prices: dict[tuple[SiteId, Month], int] = {}
    hours: dict[SiteId, float] = {}
    measured: dict[tuple[str, str], dict[SiteId, Offer]] = {}
    several = tuple(site.site_id for site in province.depots) if len(province.depots) > 1 else ()
    depot_boxes: dict[tuple[SiteId, SiteId, Month], int] = {}
    extra: dict[tuple[SiteId, SiteId, Month], int] = {}
    for month in months:
        offers = _list_offers(province, month, roads, sites, measured)
        offers |= _list_last_miles(province, month, roads, offers)
        for site in sites:
            own = offers.get(site, [])
            limits[site, month] = max((offer.boxes for offer in own), default=0)
            if fit := _list_fit(own, batch_boxes):
                prices[site, month] = min(offer.price_vnd for offer in fit)
                least = min(offer.hours for offer in fit)
                hours[site] = min(hours.get(site, math.inf), least)
            for depot in several:
                part = [offer for offer in own if offer.depot_id == depot]
                depot_boxes[depot, site, month] = max((offer.boxes for offer in part), default=0)
                if fit := _list_fit(part, batch_boxes):
                    price = min(offer.price_vnd for offer in fit)
                    extra[depot, site, month] = max(0, price - prices[site, month])
    dearest = max(prices.values(), default=0)
    return Reach(limits, prices, dearest, hours, depot_boxes=depot_boxes, extra_vnd=extra)


def find_nearest_depots(province: Province, month: Month, reach: Reach) -> dict[SiteId, SiteId]:
    """Return the depot from which an exchange costs least in a month, by site.

    Where vehicles of none get there, it is the first depot.
    """
    depots = [site.site_id for site in province.depots]
    return {
        site: min(
            depots,
            key=lambda depot: (
                not reach.carries(site, month, 0, depot_id=depot),
                reach.extra(site, month, depot),
            ),
        )
        for site in province.site_by_id
    }


def _list_fit(offers: list[Offer], batch_boxes: float) -> list[Offer]:
    """Return the offers that carry a batch of usual size; where none does, the largest."""
    enough = min(batch_boxes, max((offer.boxes for offer in offers), default=0))
    return [offer for offer in offers if offer.boxes >= enough]


def _usual_boxes(province: Province) -> float:
    return statistics.median(batch.boxes for batch in province.batches) if province.batches else 0


def _list_offers(
    province: Province,
    month: Month,
    roads: Roads,
    sites: tuple[SiteId, ...],
    measured: dict[tuple[str, str], dict[SiteId, Offer]],
) -> dict[SiteId, list[Offer]]:
    """Return the offers by site, one for each vehicle and state of the roads."""
    offers: dict[SiteId, list[Offer]] = {}
    for vehicle in province.fleet:
        first_days: dict[str, date] = {}
        for day in month.days():
            if vehicle.is_available(day):
                first_days.setdefault(roads.signature(vehicle, day), day)
        for signature, day in sorted(first_days.items()):
            key = (vehicle.vehicle_id, signature)
            if key not in measured:
                measured[key] = _offer(province, vehicle, day, roads, sites)
            for site, offer in measured[key].items():
                offers.setdefault(site, []).append(offer)
    return offers


def _list_last_miles(
    province: Province, month: Month, roads: Roads, offers: dict[SiteId, list[Offer]]
) -> dict[SiteId, list[Offer]]:
    """Return the offers to villages by way of their hand-over sites.

    Each carries the boxes that can be left there and fetched in one stop on some day.
    """
    usual = math.ceil(_usual_boxes(province))
    found: dict[SiteId, list[Offer]] = {}
    for village, last_mile in find_last_miles(province, month, roads).items():
        own = offers.get(last_mile.handover_id, [])
        largest = max((offer.boxes for offer in own), default=0)
        most = _most_boxes(province, month, last_mile, largest)
        price = _price_usual_rides(province, last_mile, min(usual, most))
        found[village] = [
            Offer(
                offer.depot_id,
                min(offer.boxes, most),
                offer.price_vnd + price,
                offer.hours,
            )
            for offer in own
        ]
    return found


def _exchange(province: Province, last_mile: LastMile, boxes: int) -> Visit:
    """Return a stop at which a batch of so many boxes is left for a village and one taken."""
    service = province.settings.service
    parcel = Parcel(
        BatchId(""), last_mile.handover_id, last_mile.village_id, 0, boxes, boxes * service.box_kg
    )
    minutes = service.paperwork_min + math.ceil(service.box_handling_min * 2 * boxes)
    village = province.site_by_id[last_mile.village_id]
    minutes = math.ceil(minutes * village.service_factor - 1e-9)
    return Visit(
        VisitId(""), last_mile.handover_id, (Task.EXCHANGE,), minutes, (parcel,), (parcel,), (),
        service.exchange_crew_min, False, 1,
    )  # fmt: skip


def _most_boxes(province: Province, month: Month, last_mile: LastMile, limit: int) -> int:
    """Return the most boxes, up to a limit, that get there and back on some day."""
    windows = list_meetings(province, month, last_mile, (Task.EXCHANGE,))
    low, high = 0, limit
    while low < high:
        boxes = (low + high + 1) // 2
        if narrow_windows(last_mile, _exchange(province, last_mile, boxes), windows):
            low = boxes
        else:
            high = boxes - 1
    return low


def _price_usual_rides(province: Province, last_mile: LastMile, boxes: int) -> int:
    """Return what the rides of a usual exchange cost on the first day that allows them."""
    parcels = _exchange(province, last_mile, boxes).leaves
    for day in sorted(last_mile.days):
        if shares := share_rides(last_mile, parcels, parcels, day):
            return measure_rides_vnd(shares, province.settings.costs)
    return 0


def _offer(
    province: Province, vehicle: Vehicle, day: date, roads: Roads, sites: tuple[SiteId, ...]
) -> dict[SiteId, Offer]:
    """Return what a vehicle offers each site that it reaches and comes back from in time."""
    home = (vehicle.depot_id,)
    out, back = roads.measure(vehicle, day, home, sites), roads.measure(vehicle, day, sites, home)
    driven = out.drive_min[0] + back.drive_min[:, 0]
    minutes = driven + out.wait_min[0] + back.wait_min[:, 0]
    metres = out.length_m[0] + back.length_m[:, 0]
    trips = province.settings.trips
    days = 1 + trips.max_nights
    is_short = (driven <= days * trips.driving_max_day_min) & (
        minutes <= days * trips.duty_max_day_min
    )
    service = province.settings.service
    handling = service.paperwork_min + service.box_handling_min * 2 * _usual_boxes(province)
    factors = {site.site_id: site.service_factor for site in province.sites}
    return {
        site: Offer(
            vehicle.depot_id,
            vehicle.capacity_boxes,
            _price_exchange(province, vehicle, int(minutes[k]), int(metres[k])),
            (int(minutes[k]) / STOPS_PER_TRIP + handling * factors[site]) / 60,
        )
        for k, site in enumerate(sites)
        if is_short[k] and out.drive_min[0, k] >= 0 and back.drive_min[k, 0] >= 0
    }


def _price_exchange(province: Province, vehicle: Vehicle, minutes: int, metres: int) -> int:
    """Return the share of a trip there and back that one of its stops bears."""
    costs, trips = province.settings.costs, province.settings.trips
    days = max(1.0, minutes / trips.driving_max_day_min)
    crew = province.settings.service.exchange_crew_min
    money = metres / 1000 * vehicle.cost_vnd_per_km
    money += days * (vehicle.cost_vnd_per_day + crew * costs.allowance_vnd_per_person_day)
    return round(money / STOPS_PER_TRIP)


def measure_access_min(province: Province, roads: Roads, day: date) -> dict[SiteId, float]:
    """Return the minutes from the nearest depot in the dry season, ferry waits included.

    By the quickest bus, truck or car; where none of them gets there, by motorbike. It says how
    remote a site is for its readers, so it does not jump with the season: in a wet month the last
    day of the dry season before it is taken. A site that nothing reaches even then counts as
    remote as the remotest that is reached, so that all numbers are finite.
    """
    sites = tuple(site.site_id for site in province.sites)
    depots = tuple(site.site_id for site in province.depots)
    dry = last_dry_day(day, province.settings.season.wet_months)
    by_car: dict[SiteId, float] = {}
    by_motorbike: dict[SiteId, float] = {}
    for vehicle in province.vehicles:
        best = by_motorbike if vehicle.kind is VehicleKind.MOTORBIKE else by_car
        travel = roads.measure(vehicle, dry, depots, sites)
        for row, column in zip(*(travel.drive_min >= 0).nonzero(), strict=True):
            minutes = float(travel.drive_min[row, column] + travel.wait_min[row, column])
            best[sites[column]] = min(best.get(sites[column], math.inf), minutes)
    access = by_motorbike | by_car
    remotest = max(access.values(), default=0.0)
    return {site: access.get(site, remotest) for site in sites}


def last_dry_day(day: date, wet_months: tuple[int, ...]) -> date:
    """Return a day itself in the dry season, else the last day of the dry season before it."""
    month = Month.of(day)
    for back in range(12):
        earlier = month.plus(-back)
        if earlier.number not in wet_months:
            return day if back == 0 else earlier.last_day
    return day
