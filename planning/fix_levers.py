"""What may be changed about one fact: as far as it goes, and then no further than was needed."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from planning.fix_trial import Served
from province.changes import Change
from province.crow import measure_crow_m
from province.dates import DateSpan, clock
from province.days import open_hours
from province.facts import Province
from province.fleet import Crew, Vehicle
from province.places import Site, SiteKind
from province.settings import TripSettings
from province.stock import Kit
from province.visits import Task, Visit
from routing.checks.times import list_courses
from routing.compiled import SKILL_OF_TASK
from routing.trips import Trip

MOST_TIMES = 3  # a vehicle is asked to hold at most so many times what it does
NUM_LODGINGS = 4  # sites nearest to the visit where beds may be added
DRIVING_BY_LAW_MIN = 600  # Law 36/2024, article 64: never more in a day
STEP_MIN = 30
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Settled = tuple[Change, Province]


@dataclass(frozen=True, slots=True)
class Lever:
    """One fact that may be changed.

    Parameters
    ----------
    loosest
        The facts with this one as loose as can be.
    settle
        Given a trip that then serves the visit: the change it needs, and the facts with that.
    has_roads
        Whether the change may open or shut roads.
    """

    loosest: Province
    settle: Callable[[Served], Settled]
    has_roads: bool = False


def pull_vehicles(province: Province, visit: Visit) -> Iterator[Lever]:
    """Yield larger, other or freer vehicles."""
    for car in province.vehicles:
        boxes, kg = MOST_TIMES * car.capacity_boxes, MOST_TIMES * car.capacity_kg
        yield _vehicle(province, car, "capacity_boxes", boxes, lambda s: _peak(s.trip)[0])
        yield _vehicle(province, car, "capacity_kg", kg, lambda s: float(_peak(s.trip)[1]))
        if visit.needs_session_vehicle and not car.can_hold_sessions and car.shelf_books:
            yield fixed(
                Change("vehicles.csv", car.vehicle_id, "sessions", "yes"),
                _with_vehicle(province, dataclasses.replace(car, can_hold_sessions=True)),
            )
        if car.seats < visit.crew_min:
            yield fixed(
                Change("vehicles.csv", car.vehicle_id, "seats", str(visit.crew_min)),
                _with_vehicle(province, dataclasses.replace(car, seats=visit.crew_min)),
            )


def pull_depots(province: Province, visit: Visit) -> Iterator[Lever]:
    """Yield vehicles and crews that start from another depot."""
    for depot in province.depots:
        for car in province.vehicles:
            if car.depot_id != depot.site_id:
                moved = dataclasses.replace(car, depot_id=depot.site_id)
                yield fixed(
                    Change("vehicles.csv", car.vehicle_id, "depot_id", depot.site_id),
                    _with_vehicle(province, moved),
                )
        for crew in province.crews:
            if crew.depot_id != depot.site_id:
                yield fixed(
                    Change("crews.csv", crew.crew_id, "depot_id", depot.site_id),
                    _with_crew(province, dataclasses.replace(crew, depot_id=depot.site_id)),
                )


def pull_crews(province: Province, visit: Visit) -> Iterator[Lever]:
    """Yield larger crews, and crews that can and may do more."""
    needed = {SKILL_OF_TASK[task] for task in visit.tasks}
    kinds = tuple(dict.fromkeys(car.kind for car in province.vehicles))
    for crew in province.crews:
        if crew.members < visit.crew_min:
            larger = dataclasses.replace(crew, members=visit.crew_min)
            yield fixed(
                Change("crews.csv", crew.crew_id, "members", str(visit.crew_min)),
                _with_crew(province, larger),
            )
        if needed - set(crew.skills):
            skills = (*crew.skills, *sorted(needed - set(crew.skills)))
            yield fixed(
                Change("crews.csv", crew.crew_id, "skills", "|".join(skills)),
                _with_crew(province, dataclasses.replace(crew, skills=skills)),
            )
        for kind in kinds:
            if kind not in crew.drives:
                drives = (*crew.drives, kind)
                yield fixed(
                    Change("crews.csv", crew.crew_id, "drives", "|".join(drives)),
                    _with_crew(province, dataclasses.replace(crew, drives=drives)),
                )


def pull_days(province: Province, visit: Visit) -> Iterator[Lever]:
    """Yield days on which a vehicle or a crew is free after all, and other working days."""
    for car in province.vehicles:
        if car.unavailable:

            def settle_car(served: Served, car: Vehicle = car) -> Settled:
                spans = _take_out(car.unavailable, served.trip)
                return (
                    Change("vehicles.csv", car.vehicle_id, "unavailable", _write_spans(spans)),
                    _with_vehicle(province, dataclasses.replace(car, unavailable=spans)),
                )

            free = dataclasses.replace(car, unavailable=())
            yield Lever(_with_vehicle(province, free), settle_car)
    for crew in province.crews:
        if crew.days_off:

            def settle_crew(served: Served, crew: Crew = crew) -> Settled:
                spans = _take_out(crew.days_off, served.trip)
                return (
                    Change("crews.csv", crew.crew_id, "days_off", _write_spans(spans)),
                    _with_crew(province, dataclasses.replace(crew, days_off=spans)),
                )

            yield Lever(_with_crew(province, dataclasses.replace(crew, days_off=())), settle_crew)
    if not province.settings.trips.works_on_weekends:
        yield _setting(province, "works_on_weekends", True)
    for days in range(province.settings.trips.work_days_per_week + 1, 8):
        yield _setting(province, "work_days_per_week", days)


def pull_limits(province: Province, visit: Visit) -> Iterator[Lever]:
    """Yield longer days, more nights, and beds nearer to the visit."""
    trips = province.settings.trips
    if trips.driving_max_day_min < DRIVING_BY_LAW_MIN:
        yield _limit(province, "driving_max_day_min", DRIVING_BY_LAW_MIN, _longest_drive)
    yield _limit(province, "duty_max_day_min", 1440, _longest_duty)
    yield _limit(province, "latest_end_min", 1440, lambda trip: max(_ends(trip)))
    for start in range(trips.earliest_start_min - STEP_MIN, -1, -STEP_MIN):
        yield _setting(province, "earliest_start_min", start)
    if trips.daylight_only:
        yield _setting(province, "daylight_only", False)
    for nights in range(trips.max_nights + 1, 7):
        yield _setting(province, "max_nights", nights)
    goal = province.site_by_id[visit.site_id]
    near = sorted(
        (site for site in province.sites if site.kind is not SiteKind.DEPOT),
        key=lambda site: (
            measure_crow_m((goal.lon, goal.lat), (site.lon, site.lat)),
            site.site_id,
        ),
    )
    most = max((crew.members for crew in province.crews), default=0)
    for site in near[:NUM_LODGINGS]:
        if site.lodging_beds < most:

            def settle(served: Served, site: Site = site) -> Settled:
                crew = province.crew_by_id[served.trip.crew_id]
                beds = dataclasses.replace(site, lodging_beds=crew.members)
                change = Change("libraries.csv", site.site_id, "lodging_beds", str(crew.members))
                return change, _with_site(province, beds)

            yield Lever(_with_site(province, dataclasses.replace(site, lodging_beds=most)), settle)


def pull_hours(province: Province, visit: Visit) -> Iterator[Lever]:
    """Yield other days for a kit, longer opening hours, and days of the calendar and of zones."""
    if Task.KIT in visit.tasks:
        yield from _pull_kits(province, visit)
    site = province.site_by_id[visit.site_id]

    def settle(served: Served) -> Settled:
        hours = widen_hours(site.hours, served)
        change = Change("libraries.csv", site.site_id, "hours", hours)
        return change, _with_site(province, dataclasses.replace(site, hours=hours))

    always = dataclasses.replace(site, hours="Mo-Su 00:00-24:00")
    yield Lever(_with_site(province, always), settle)
    for entry in province.calendar:
        concerns = entry.site_id in (None, site.site_id) and entry.commune_code in (
            None, site.commune_code,
        )  # fmt: skip
        if concerns and entry.effect in ("closed", "session_day"):
            rest = tuple(e for e in province.calendar if e is not entry)
            yield fixed(
                Change("calendar.csv", entry.entry_id, "effect", "note"),
                dataclasses.replace(province, calendar=rest),
            )
    for number, zone in enumerate(province.zones):
        if zone.commune_code == site.commune_code:

            def settle_zone(served: Served, number: int = number) -> Settled:
                old = province.zones[number]
                before = served.trip.first_day - timedelta(days=1)
                after = served.trip.last_day + timedelta(days=1)
                column, day = ("to_date", before) if old.span.first <= before else (
                    "from_date", after,
                )  # fmt: skip
                ends = (old.span.first, day) if column == "to_date" else (day, old.span.last)
                zones = list(province.zones)
                zones[number] = dataclasses.replace(old, span=DateSpan(min(ends), max(ends)))
                return (
                    Change("zones.csv", old.zone_id, column, day.isoformat()),
                    dataclasses.replace(province, zones=tuple(zones)),
                )

            rest_of = (*province.zones[:number], *province.zones[number + 1 :])
            yield Lever(dataclasses.replace(province, zones=rest_of), settle_zone)


def _pull_kits(province: Province, visit: Visit) -> Iterator[Lever]:
    ids = {parcel.content_id for parcel in visit.leaves}
    for kit in province.kits:
        if kit.kit_id not in ids:
            continue
        first, last = kit.due_date.replace(day=1), _last_of_month(kit.due_date)
        for column, day in (("ready_date", first), ("due_date", last)):
            if day == getattr(kit, column):
                continue

            def settle(served: Served, kit: Kit = kit, column: str = column) -> Settled:
                day = served.trip.stops[0].day
                change = Change("kits.csv", kit.kit_id, column, day.isoformat())
                return change, _with_kit(province, _move_kit(kit, column, day))

            yield Lever(_with_kit(province, _move_kit(kit, column, day)), settle)


def _move_kit(kit: Kit, column: str, day: date) -> Kit:
    if column == "due_date":
        return dataclasses.replace(kit, due_date=day)
    return dataclasses.replace(kit, ready_date=day)


def widen_hours(hours: str, served: Served) -> str:
    """Return opening hours that hold the visit as well, on that day of the week only."""
    stop = served.trip.stops[0]
    start, end = stop.start_min, stop.start_min + served.visit.service_min
    spans = sorted((w.opens_min, w.closes_min) for w in open_hours(hours, stop.day))
    merged: list[tuple[int, int]] = []
    for first, last in sorted([*spans, (start, end)]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    day = WEEKDAYS[stop.day.weekday()]
    return f"{hours}; {day} " + ",".join(f"{clock(a)}-{clock(b)}" for a, b in merged)


def fixed(change: Change, province: Province, *, has_roads: bool = False) -> Lever:
    """Return a lever of one value only."""
    return Lever(province, lambda _: (change, province), has_roads)


def _vehicle(
    province: Province, car: Vehicle, column: str, loosest: Any, need: Callable[[Served], Any]
) -> Lever:
    def settle(served: Served) -> Settled:
        value = need(served)
        new = dataclasses.replace(car, **{column: max(value, getattr(car, column))})
        text = str(ceil(getattr(new, column)))
        return Change("vehicles.csv", car.vehicle_id, column, text), _with_vehicle(province, new)

    loose = dataclasses.replace(car, **{column: loosest})
    return Lever(_with_vehicle(province, loose), settle)


def _limit(province: Province, name: str, loosest: int, need: Callable[[Trip], int]) -> Lever:
    def settle(served: Served) -> Settled:
        value = max(need(served.trip), getattr(province.settings.trips, name))
        return _change_setting(province, name, value)

    return Lever(_change_setting(province, name, loosest)[1], settle, has_roads=True)


def _setting(province: Province, name: str, value: int | bool) -> Lever:
    settled = _change_setting(province, name, value)
    return Lever(settled[1], lambda _: settled, has_roads=True)


def _change_setting(province: Province, name: str, value: int | bool) -> Settled:
    trips: TripSettings = province.settings.trips.model_copy(update={name: value})
    settings = province.settings.model_copy(update={"trips": trips})
    text = str(value).lower()
    return (
        Change("province.toml", "trips", name, text),
        dataclasses.replace(province, settings=settings),
    )


def _with_vehicle(province: Province, new: Vehicle) -> Province:
    cars = tuple(new if c.vehicle_id == new.vehicle_id else c for c in province.vehicles)
    return dataclasses.replace(province, vehicles=cars)


def _with_crew(province: Province, new: Crew) -> Province:
    crews = tuple(new if c.crew_id == new.crew_id else c for c in province.crews)
    return dataclasses.replace(province, crews=crews)


def _with_site(province: Province, new: Site) -> Province:
    sites = tuple(new if s.site_id == new.site_id else s for s in province.sites)
    return dataclasses.replace(province, sites=sites)


def _with_kit(province: Province, new: Kit) -> Province:
    kits = tuple(new if kit.kit_id == new.kit_id else kit for kit in province.kits)
    return dataclasses.replace(province, kits=kits)


def _peak(trip: Trip) -> tuple[int, int]:
    boxes = [sum(p.boxes for p in trip.loads), *(stop.boxes_after for stop in trip.stops)]
    kg = [sum(p.mass_kg for p in trip.loads), *(stop.kg_after for stop in trip.stops)]
    return max(boxes), ceil(max(kg))


def _longest_drive(trip: Trip) -> int:
    return max(sum(leg.drive_min for leg in course.legs) for course in list_courses(trip))


def _longest_duty(trip: Trip) -> int:
    starts = [course.legs[0].leave_min for course in list_courses(trip) if course.legs]
    return max(end - start for start, end in zip(starts, _ends(trip), strict=True))


def _ends(trip: Trip) -> list[int]:
    return [
        max([course.legs[-1].arrive_min, *(stop.depart_min for stop in course.stops)])
        for course in list_courses(trip)
        if course.legs
    ]


def _take_out(spans: tuple[DateSpan, ...], trip: Trip) -> tuple[DateSpan, ...]:
    """Return spans without the days of a trip."""
    days = sorted(
        day for span in spans for day in span.days() if not trip.first_day <= day <= trip.last_day
    )
    found: list[DateSpan] = []
    for day in days:
        if found and day - found[-1].last <= timedelta(days=1):
            found[-1] = DateSpan(found[-1].first, day)
        else:
            found.append(DateSpan(day, day))
    return tuple(found)


def _write_spans(spans: tuple[DateSpan, ...]) -> str:
    return "|".join(f"{span.first.isoformat()}..{span.last.isoformat()}" for span in spans)


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
