"""The last mile: motorbikes carry boxes between a hand-over site and the village beyond it.

What goes back is ridden down before the stop at the hand-over site begins, what comes is ridden up
after it ends: so nobody waits for the other, and a batch is in one place at every moment.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from province.cost_settings import CostSettings
from province.dates import Month
from province.days import list_windows
from province.facts import Province
from province.fleet import Vehicle, VehicleKind
from province.hours import Spans
from province.ids import SiteId
from province.places import Site
from province.visits import Parcel, Task, Visit, Window
from roads.daylight import measure_daylight
from roads.travel import Roads
from routing.problem import LastMile, RideDay, Rider, RideWay, read_way


@dataclass(frozen=True, slots=True)
class Share:
    """What one motorbike carries on one day: the boxes of each loaded ride down, and up.

    It comes down at least once and goes up at least once, empty where there is nothing.
    """

    rider: Rider
    downs: tuple[int, ...]
    ups: tuple[int, ...]

    @property
    def num_rides(self) -> int:
        """Rides down, and as many up."""
        return max(1, len(self.downs)) + max(1, len(self.ups)) - 1


def find_last_miles(province: Province, month: Month, roads: Roads) -> dict[SiteId, LastMile]:
    """Return the villages that are served by way of their hand-over site in a month.

    Those that have one and a motorbike stationed in them, when no bus, truck or car of a depot
    gets there and back on any day of the month.
    """
    found: dict[SiteId, LastMile] = {}
    for site in province.sites:
        riders = [v for v in province.vehicles if v.depot_id == site.site_id]
        if site.handover_site is None or not riders or _is_driven_to(province, month, roads, site):
            continue
        days = {
            day: ride_day
            for day in month.days()
            if (ride_day := _find_ride_day(province, roads, site, riders, day)).riders
        }
        if days:
            found[site.site_id] = LastMile(
                site.site_id,
                site.handover_site,
                days,
                province.settings.trips,
                province.settings.service.box_handling_min,
            )
    return found


def _is_driven_to(province: Province, month: Month, roads: Roads, site: Site) -> bool:
    seen: set[tuple[SiteId, str]] = set()
    for vehicle in province.fleet:
        if vehicle.kind is VehicleKind.MOTORBIKE:
            continue
        for day in month.days():
            key = (vehicle.depot_id, roads.signature(vehicle, day))
            if key in seen or not vehicle.is_available(day):
                continue
            seen.add(key)
            if _measure_ways(roads, vehicle, day, vehicle.depot_id, site.site_id)[0] is not None:
                return True
    return False


def _measure_ways(
    roads: Roads, vehicle: Vehicle, day: date, a: SiteId, b: SiteId
) -> tuple[tuple[RideWay, RideWay] | None, Spans]:
    """Return the ways there and back, None where one is missing, and when either is shut."""
    ends = (a, b)
    travel = roads.travel(vehicle, day, ends)
    there, back = read_way(travel, (0, 1)), read_way(travel, (1, 0))
    shut = (*travel.shut_min.get((0, 1), ()), *travel.shut_min.get((1, 0), ()))
    return (None if min(there.drive_min, back.drive_min) < 0 else (there, back)), shut


def _find_ride_day(
    province: Province, roads: Roads, site: Site, vehicles: Iterable[Vehicle], day: date
) -> RideDay:
    assert site.handover_site is not None
    riders: list[Rider] = []
    shut: list[tuple[int, int]] = []
    for vehicle in vehicles:
        ways, spans = _measure_ways(roads, vehicle, day, site.site_id, site.handover_site)
        if ways is not None and vehicle.is_available(day):
            riders.append(Rider(vehicle, *ways))
            shut += spans
    rules = province.settings.trips
    rise, dusk = rules.earliest_start_min, rules.latest_end_min
    if rules.daylight_only:
        place = rules.latitude, rules.longitude, province.settings.province.timezone
        first, last = measure_daylight(day, *place)
        rise, dusk = max(rise, first), min(dusk, last)
    return RideDay(tuple(riders), _cut_out((rise, dusk), shut))


def _cut_out(whole: tuple[int, int], shut: Iterable[tuple[int, int]]) -> Spans:
    """Return what is left of a span without some others."""
    free, begin = [], whole[0]
    for first, last in sorted(shut):
        free.append((begin, min(first, whole[1])))
        begin = max(begin, last)
    free.append((begin, whole[1]))
    return tuple((a, b) for a, b in free if a < b)


def share_rides(
    last_mile: LastMile, takes: Iterable[Parcel], leaves: Iterable[Parcel], day: date
) -> tuple[Share, ...]:
    """Return what each motorbike that is needed carries on a day; empty where they cannot.

    All ride together, in as few rides as their boxes and kilograms allow.
    """
    ride_day = last_mile.days.get(day)
    riders = ride_day.riders if ride_day else ()
    downs, ups = _share_boxes(tuple(takes), riders), _share_boxes(tuple(leaves), riders)
    if downs is None or ups is None or not riders:
        return ()
    shares = [Share(*parts) for parts in zip(riders, downs, ups, strict=True)]
    needed = [share for share in shares if share.downs or share.ups] or shares[:1]
    rules = last_mile.rules
    for share in needed:
        both = share.rider.down.drive_min + share.rider.up.drive_min
        if share.num_rides * both > rules.driving_max_day_min:
            return ()
    return tuple(needed)


def _share_boxes(
    parcels: tuple[Parcel, ...], riders: tuple[Rider, ...]
) -> list[tuple[int, ...]] | None:
    """Return the boxes of each rider's loaded rides; None where nobody carries one of them."""
    left = sum(parcel.boxes for parcel in parcels)
    heaviest_kg = max((p.mass_kg / p.boxes for p in parcels if p.boxes), default=0.0)
    rooms = [rider.vehicle.capacity_boxes for rider in riders]
    if heaviest_kg:
        masses = (rider.vehicle.capacity_kg / heaviest_kg for rider in riders)
        rooms = [
            min(room, math.floor(mass + 1e-9)) for room, mass in zip(rooms, masses, strict=True)
        ]
    if left and not sum(rooms):
        return None
    shares: list[tuple[int, ...]] = [() for _ in riders]
    while left:
        for k, room in enumerate(rooms):
            boxes = min(room, left)
            shares[k] += (boxes,) if boxes else ()
            left -= boxes
    return shares


def measure_phase_min(last_mile: LastMile, share: Share, *, is_down: bool) -> int:
    """Return the minutes of all rides before the stop (down first), or after it."""
    loads = share.downs if is_down else share.ups
    first, other = share.rider.down, share.rider.up
    if not is_down:
        first, other = other, first
    loaded = max(1, len(loads))
    minutes = loaded * ride_min(last_mile, first) + (loaded - 1) * ride_min(last_mile, other)
    return minutes + sum(2 * handle_min(last_mile, boxes) for boxes in loads)


def ride_min(last_mile: LastMile, way: RideWay) -> int:
    """Return the minutes of one way, waits and buffer included."""
    return way.drive_min + way.wait_min + last_mile.rules.leg_buffer_min


def handle_min(last_mile: LastMile, boxes: int) -> int:
    """Return the minutes in which some boxes are loaded, or unloaded."""
    return math.ceil(last_mile.handling_min * boxes)


def measure_rides_vnd(shares: Iterable[Share], costs: CostSettings) -> int:
    """Return what rides cost: kilometres, a day of each motorbike and its rider's allowance."""
    return sum(
        -(
            -share.num_rides
            * (share.rider.down.length_m + share.rider.up.length_m)
            * share.rider.vehicle.cost_vnd_per_km
            // 1000
        )
        + share.rider.vehicle.cost_vnd_per_day
        + costs.allowance_vnd_per_person_day
        for share in shares
    )


def list_meetings(
    province: Province, month: Month, last_mile: LastMile, tasks: tuple[Task, ...]
) -> tuple[Window, ...]:
    """Return the windows of the hand-over site on the days on which the village is open too.

    Its riders come by appointment: on such a day they load and unload there at any hour.
    """
    village, handover = (
        list_windows(province, province.site_by_id[site_id], month, tasks)
        for site_id in (last_mile.village_id, last_mile.handover_id)
    )
    days = {window.day for window in village}
    return tuple(window for window in handover if window.day in days)


def narrow_windows(
    last_mile: LastMile, visit: Visit, windows: Iterable[Window]
) -> tuple[Window, ...]:
    """Return the parts of a hand-over site's windows that leave time for the rides.

    Parameters
    ----------
    visit
        Its parcels and minutes of service; its own windows are not looked at.
    """
    found = []
    for window in windows:
        shares = share_rides(last_mile, visit.takes, visit.leaves, window.day)
        if not shares:
            continue
        before = [measure_phase_min(last_mile, share, is_down=True) for share in shares]
        after = [measure_phase_min(last_mile, share, is_down=False) for share in shares]
        duty = max(a + b for a, b in zip(before, after, strict=True)) + visit.service_min
        if duty > last_mile.rules.duty_max_day_min:
            continue
        for first, last in last_mile.days[window.day].spans:
            opens = max(window.opens_min, first + max(before))
            closes = min(window.closes_min, last - max(after))
            if closes - opens >= visit.service_min:
                found.append(Window(window.day, opens, closes))
    return tuple(found)
