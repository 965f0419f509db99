"""Larger, other and freer vehicles and crews."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta
from math import ceil
from typing import Any, TypeVar

from planning.fix_levers import Lever, Question, Settled, fixed, set_trips
from planning.fix_trial import Served
from province.changes import Change
from province.dates import DateSpan
from province.facts import Province
from province.fleet import Crew, Vehicle
from province.settings import WEEKDAYS
from routing.month.instance import SKILL_OF_TASK
from routing.trips import Trip

MOST_TIMES = 3  # a vehicle is asked to hold at most so many times what it does
MOST_WORK_DAYS = 6  # of a crew in a week: everybody has a day of rest


def pull_vehicles(asked: Question) -> Iterator[Lever]:
    """Yield larger vehicles in the place of those there are, and other ones for sessions."""
    province, visit = asked.province, asked.visit
    for car in _list_unlike(asked, province.fleet):
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


def pull_depots(asked: Question) -> Iterator[Lever]:
    """Yield vehicles and crews that start from another depot."""
    province = asked.province
    for depot in province.depots:
        for car in _list_unlike(asked, province.fleet):
            if car.depot_id != depot.site_id:
                moved = dataclasses.replace(car, depot_id=depot.site_id)
                yield fixed(
                    Change("vehicles.csv", car.vehicle_id, "depot_id", depot.site_id),
                    _with_vehicle(province, moved),
                )
        for crew in _list_unlike(asked, province.crews):
            if crew.depot_id != depot.site_id:
                yield fixed(
                    Change("crews.csv", crew.crew_id, "depot_id", depot.site_id),
                    _with_crew(province, dataclasses.replace(crew, depot_id=depot.site_id)),
                )


def pull_crews(asked: Question) -> Iterator[Lever]:
    """Yield larger crews, and crews that can and may do more."""
    province, visit = asked.province, asked.visit
    needed = {SKILL_OF_TASK[task] for task in visit.tasks}
    kinds = tuple(dict.fromkeys(car.kind for car in province.fleet))
    for crew in _list_unlike(asked, province.crews):
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


def pull_days(asked: Question) -> Iterator[Lever]:
    """Yield days on which a vehicle or a crew is free after all, and other working days."""
    province = asked.province
    for car in _list_unlike(asked, province.fleet):
        if car.unavailable:

            def settle_car(served: Served, car: Vehicle = car) -> Settled:
                spans = _take_out(car.unavailable, served.trip)
                return (
                    Change("vehicles.csv", car.vehicle_id, "unavailable", _write_spans(spans)),
                    _with_vehicle(province, dataclasses.replace(car, unavailable=spans)),
                )

            free = dataclasses.replace(car, unavailable=())
            yield Lever(_with_vehicle(province, free), settle_car)
    for crew in _list_unlike(asked, province.crews):
        if crew.days_off:

            def settle_crew(served: Served, crew: Crew = crew) -> Settled:
                spans = _take_out(crew.days_off, served.trip)
                return (
                    Change("crews.csv", crew.crew_id, "days_off", _write_spans(spans)),
                    _with_crew(province, dataclasses.replace(crew, days_off=spans)),
                )

            yield Lever(_with_crew(province, dataclasses.replace(crew, days_off=())), settle_crew)
    own = province.settings.trips.work_weekdays
    lacking = [day for day in WEEKDAYS if day not in own]
    for extra in dict.fromkeys((*((day,) for day in lacking), tuple(lacking))):
        if extra:
            weekdays = tuple(day for day in WEEKDAYS if day in own or day in extra)
            yield set_trips(province, "work_weekdays", weekdays)
    for days in range(province.settings.trips.work_days_per_week + 1, MOST_WORK_DAYS + 1):
        yield set_trips(province, "work_days_per_week", days)


Asked = TypeVar("Asked", Vehicle, Crew)


def _list_unlike(asked: Question, those: tuple[Asked, ...]) -> Iterator[Asked]:
    """Yield vehicles or crews, the first of those that differ in nothing but id, name and note."""
    seen: set[object] = set()
    for one in those:
        own = one.vehicle_id if isinstance(one, Vehicle) else one.crew_id
        bare = dataclasses.astuple(dataclasses.replace(one, name="", note=""))[1:]
        key = (bare, asked.list_busy(own))
        if key not in seen:
            seen.add(key)
            yield one


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


def _with_vehicle(province: Province, new: Vehicle) -> Province:
    cars = tuple(new if c.vehicle_id == new.vehicle_id else c for c in province.vehicles)
    return dataclasses.replace(province, vehicles=cars)


def _with_crew(province: Province, new: Crew) -> Province:
    crews = tuple(new if c.crew_id == new.crew_id else c for c in province.crews)
    return dataclasses.replace(province, crews=crews)


def _peak(trip: Trip) -> tuple[int, int]:
    boxes = [sum(p.boxes for p in trip.loads), *(stop.boxes_after for stop in trip.stops)]
    kg = [sum(p.mass_kg for p in trip.loads), *(stop.kg_after for stop in trip.stops)]
    return max(boxes), ceil(max(kg))


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
