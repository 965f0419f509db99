"""Makes the trip problem of a month from the facts and the visits asked for."""

from collections.abc import Mapping

from province.dates import Month
from province.days import list_rest_days
from province.facts import Province
from province.ids import SiteId
from province.lockdown import list_zones
from province.visits import Visit
from roads.daylight import measure_daylight
from roads.travel import Roads
from routing.last_mile import find_last_miles
from routing.problem import LastMile, TripProblem


def build_trip_problem(
    province: Province,
    month: Month,
    visits: tuple[Visit, ...],
    roads: Roads,
    *,
    last_miles: Mapping[SiteId, LastMile] | None = None,
    places: tuple[SiteId, ...] = (),
) -> TripProblem:
    """Return the problem of serving visits in a month; sites are depots, lodging, visited.

    Nobody sleeps in a commune where a zone holds on some day of the month.

    `places` are further sites from which somebody may have to drive.

    `last_miles` are those of the same facts and roads, looked for here where none are given.
    """
    if last_miles is None:
        last_miles = find_last_miles(province, month, roads)
    depots = tuple(site.site_id for site in province.depots)
    shut = {zone.commune_code for zone in list_zones(province, month)}
    lodging = {
        site.site_id: site.lodging_beds
        for site in province.sites
        if site.lodging_beds and site.commune_code not in shut
    }
    visited = sorted({visit.site_id for visit in visits})
    sites = tuple(dict.fromkeys((*depots, *sorted(lodging), *visited, *places)))
    trips = province.settings.trips
    timezone = province.settings.province.timezone
    days = tuple(month.days())
    return TripProblem(
        days=days,
        sites=sites,
        depots=depots,
        lodging=lodging,
        visits=visits,
        vehicles=province.fleet,
        crews=province.crews,
        travel=lambda vehicle, day: roads.travel(vehicle, day, sites),
        way=roads.way,
        rules=trips,
        costs=province.settings.costs,
        check_days=province.settings.service.check_days,
        daylight={
            day: measure_daylight(day, trips.latitude, trips.longitude, timezone) for day in days
        },
        last_miles=last_miles,
        communes={site.site_id: site.commune_code for site in province.sites},
        rest_days=list_rest_days(province, month),
        currency=province.settings.province.currency,
    )
