"""Larger, other and freer vehicles and crews."""

import dataclasses
from collections.abc import Callable, Iterator
from math import ceil
from typing import TypeVar

from planning.fixes.levers import Lever, Question, set_cell, set_trips
from planning.fixes.trial import Served
from province.changes import Change
from province.dates import DateSpan, cut_spans, write_spans
from province.fleet import Crew, Vehicle
from province.settings import WEEKDAYS
from routing.month.instance import SKILL_OF_TASK
from routing.trips import Trip

MOST_TIMES = 3  # a vehicle is asked to hold at most so many times what it does
MOST_WORK_DAYS = 6  # of a crew in a week: everybody has a day of rest


def pull_vehicles(asked: Question) -> Iterator[Lever]:
    """Yield larger vehicles in the place of those there are, and other ones for sessions."""
    visit = asked.visit
    for car in _list_unlike(asked, asked.province.fleet):
        yield _enlarge(car, "capacity_boxes", lambda trip: trip.peak_boxes)
        yield _enlarge(car, "capacity_kg", lambda trip: trip.peak_kg)
        if visit.needs_session_vehicle and not car.can_hold_sessions and car.shelf_books:
            yield Lever(set_cell(car, "sessions", "yes"))
        if car.seats < visit.crew_min:
            yield Lever(set_cell(car, "seats", visit.crew_min))


def pull_depots(asked: Question) -> Iterator[Lever]:
    """Yield vehicles and crews that start from another depot."""
    province = asked.province
    for depot in province.depots:
        cars, crews = _list_unlike(asked, province.fleet), _list_unlike(asked, province.crews)
        everybody: tuple[Vehicle | Crew, ...] = (*cars, *crews)
        for one in everybody:
            if one.depot_id != depot.site_id:
                yield Lever(set_cell(one, "depot_id", depot.site_id))


def pull_crews(asked: Question) -> Iterator[Lever]:
    """Yield larger crews, and crews that can and may do more."""
    province, visit = asked.province, asked.visit
    needed = {SKILL_OF_TASK[task] for task in visit.tasks}
    kinds = tuple(dict.fromkeys(car.kind for car in province.fleet))
    for crew in _list_unlike(asked, province.crews):
        if crew.members < visit.crew_min:
            yield Lever(set_cell(crew, "members", visit.crew_min))
        if missing := sorted(needed - set(crew.skills)):
            yield Lever(set_cell(crew, "skills", "|".join((*crew.skills, *missing))))
        for kind in kinds:
            if kind not in crew.drives:
                yield Lever(set_cell(crew, "drives", "|".join((*crew.drives, kind))))


def pull_days(asked: Question) -> Iterator[Lever]:
    """Yield days on which a vehicle or a crew is free after all, and other working days."""
    province = asked.province
    for car in _list_unlike(asked, province.fleet):
        yield from _free(car, "unavailable", car.unavailable)
    for crew in _list_unlike(asked, province.crews):
        yield from _free(crew, "days_off", crew.days_off)
    own = province.settings.trips.work_weekdays
    lacking = [day for day in WEEKDAYS if day not in own]
    for extra in dict.fromkeys((*((day,) for day in lacking), tuple(lacking))):
        if extra:
            weekdays = tuple(day for day in WEEKDAYS if day in own or day in extra)
            yield Lever(set_trips("work_weekdays", weekdays))
    for days in range(province.settings.trips.work_days_per_week + 1, MOST_WORK_DAYS + 1):
        yield Lever(set_trips("work_days_per_week", days))


Asked = TypeVar("Asked", Vehicle, Crew)


def _list_unlike(asked: Question, those: tuple[Asked, ...]) -> Iterator[Asked]:
    """Yield vehicles or crews, the first of those that differ in nothing but id, name and note."""
    seen: set[object] = set()
    for one in those:
        name, *bare = dataclasses.astuple(dataclasses.replace(one, name="", note=""))
        key = (tuple(bare), asked.list_busy(name))
        if key not in seen:
            seen.add(key)
            yield one


def _enlarge(car: Vehicle, column: str, need: Callable[[Trip], float]) -> Lever:
    now = getattr(car, column)
    return Lever(
        set_cell(car, column, MOST_TIMES * now),
        lambda served: set_cell(car, column, ceil(max(need(served.trip), now))),
    )


def _free(one: Vehicle | Crew, column: str, away: tuple[DateSpan, ...]) -> Iterator[Lever]:
    """Yield the lever of a vehicle or crew that is free on the days of a trip."""
    if away:

        def settle(served: Served) -> Change:
            gone = DateSpan(served.trip.first_day, served.trip.last_day)
            return set_cell(one, column, write_spans(cut_spans(away, gone)))

        yield Lever(set_cell(one, column, ""), settle)
