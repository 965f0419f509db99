"""What travelling tells the rotation: who can be reached when, with how much, at what price."""

import math
from datetime import date

from province.dates import Month
from province.facts import Province
from province.fleet import Vehicle
from province.ids import SiteId
from province.visits import Reach
from routing.travel import Roads, measure_from

STOPS_PER_TRIP = 3.0  # assumption: exchanges that share the way of one trip


def estimate_reach(province: Province, months: tuple[Month, ...], roads: Roads) -> Reach:
    """Return which libraries can be reached in which months, and what one exchange costs there.

    The price is a share of a trip there and back: kilometres, a day of the vehicle and the
    allowance of a crew, divided by the stops that usually share a trip (an assumption).
    """
    sites = tuple(site.site_id for site in province.sites)
    limits: dict[tuple[SiteId, Month], int] = {}
    prices: dict[tuple[SiteId, Month], int] = {}
    hours: dict[SiteId, float] = {}
    for month in months:
        offers = _list_offers(province, month, roads, sites)
        for site in sites:
            own = offers.get(site, [])
            limits[site, month] = max((boxes for boxes, _, _ in own), default=0)
            if own:
                prices[site, month] = min(price for _, price, _ in own)
                hours[site] = min(hours.get(site, math.inf), min(hour for _, _, hour in own))
    dearest = max(prices.values(), default=0)
    return Reach(max_boxes=limits, price_vnd=prices, default_price_vnd=dearest, hours=hours)


def _list_offers(
    province: Province, month: Month, roads: Roads, sites: tuple[SiteId, ...]
) -> dict[SiteId, list[tuple[int, int, float]]]:
    """Return (boxes, price, hours) by site, one for each vehicle and state of the roads."""
    service = province.settings.service
    offers: dict[SiteId, list[tuple[int, int, float]]] = {}
    for vehicle in province.vehicles:
        seen = set()
        for day in month.days():
            signature = roads.signature(vehicle, day)
            if not vehicle.is_available(day) or signature in seen:
                continue
            seen.add(signature)
            reached = measure_from(roads, vehicle, day, vehicle.depot_id, sites)
            for site, (minutes, metres) in reached.items():
                price = _price_exchange(province, vehicle, minutes, metres)
                handling = service.paperwork_min + service.box_handling_min * 20
                hour = (2 * minutes / STOPS_PER_TRIP + handling) / 60
                offers.setdefault(site, []).append((vehicle.capacity_boxes, price, hour))
    return offers


def _price_exchange(province: Province, vehicle: Vehicle, minutes: float, metres: float) -> int:
    costs, trips = province.settings.costs, province.settings.trips
    days = max(1.0, 2 * minutes / trips.driving_max_day_min)
    crew = province.settings.service.exchange_crew_min
    money = 2 * metres / 1000 * vehicle.cost_vnd_per_km
    money += days * (vehicle.cost_vnd_per_day + crew * costs.allowance_vnd_per_person_day)
    return round(money / STOPS_PER_TRIP)


def measure_access_min(province: Province, roads: Roads, day: date) -> dict[SiteId, float]:
    """Return the minutes from the nearest depot by any vehicle; infinite where there is no way."""
    sites = tuple(site.site_id for site in province.sites)
    best = dict.fromkeys(sites, math.inf)
    for vehicle in province.vehicles:
        for depot in province.depots:
            for site, (minutes, _) in measure_from(
                roads, vehicle, day, depot.site_id, sites
            ).items():
                best[site] = min(best[site], minutes)
    return best
