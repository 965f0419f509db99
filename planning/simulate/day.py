"""A day on the road as it really goes: late, early, and what cannot be made any more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from planning.plan import Plan
from planning.simulate.chance import draw_factor
from planning.simulate.events import Event
from planning.simulate.spread import Deviations, count_other_min
from province.facts import Province
from province.ids import VisitId
from province.visits import Visit
from roads.daylight import measure_daylight
from routing.trips import Leg, Stop, Trip, TripDay, pair_trips


@dataclass(frozen=True, slots=True)
class Chance:
    """What is drawn for a run, and by which rules it is lived."""

    seed: int
    run: int
    deviations: Deviations


@dataclass(frozen=True, slots=True)
class LivedDay:
    """What came of a day.

    Parameters
    ----------
    made
        The visits that were made, and the minute when each began.
    missed
        Stops that could not be made any more, with their trips.
    late_min
        Minutes on the road after the day's end, over all crews.
    """

    made: tuple[tuple[VisitId, int], ...]
    missed: tuple[tuple[Trip, Stop], ...]
    late_min: int


def live_day(
    province: Province,
    plan: Plan,
    visits: Mapping[VisitId, Visit],
    day: date,
    shut: Iterable[Event],
    chance: Chance,
) -> LivedDay:
    """Return what comes of a day of a plan.

    A crew leaves in the morning and begins each visit when it was announced, or as soon after that
    as it gets there. One that can no longer be made while its site is open is missed.

    Parameters
    ----------
    visits
        What is known of visits, by id; one that is not known may be made at any hour.
    shut
        Roads that are shut for hours of the day: who comes to one waits.
    """
    made: list[tuple[VisitId, int]] = []
    missed: list[tuple[Trip, Stop]] = []
    late = 0
    closed = {event.who: event for event in shut}
    home = 0
    for trip in (trip for pair in pair_trips(plan.all_trips) for trip in pair):
        for today in trip.days:
            if today.day != day or not today.legs:
                continue
            minute = today.legs[0].leave_min
            if trip.load_min is not None:  # it is loaded when the first trip of the day is back
                minute = max(minute, home + province.settings.trips.reload_min)
            for stop in today.stops:
                minute = _drive(stop.leg, day, minute, closed, chance)
                start = _find_start(stop, visits.get(stop.visit_id), minute, province)
                if start is None:
                    missed.append((trip, stop))
                    continue
                made.append((stop.visit_id, start))
                minute = start + _measure_stop(province, stop, visits.get(stop.visit_id), chance)
            if today.last_leg is not None:
                minute = home = _drive(today.last_leg, day, minute, closed, chance)
            late += _count_late(province, today, minute)
    return LivedDay(tuple(made), tuple(missed), late)


def _drive(leg: Leg, day: date, minute: int, closed: Mapping[str, Event], chance: Chance) -> int:
    """Return when a leg ends that begins at a minute; its buffer is there to be used up."""
    for name, _ in leg.segments:
        event = closed.get(str(name))
        if event is not None and event.until_min is not None:
            meets = minute < event.until_min and minute + leg.drive_min > event.begins.minute
            minute = max(minute, event.until_min) if meets else minute
    rule = chance.deviations.drive
    what = chance.seed, chance.run, "drive", leg.from_site, leg.to_site, day
    factor = draw_factor(rule.median, rule.spread, *what)
    return minute + round(leg.drive_min * factor) + count_other_min(leg)


def _find_start(stop: Stop, visit: Visit | None, minute: int, province: Province) -> int | None:
    """Return when a visit begins: as announced, or when the crew is there and the site is open."""
    ready = max(minute, stop.start_min)
    if visit is None or ready == stop.start_min:
        return ready
    grace = province.settings.simulate.grace_min
    starts = [
        max(ready, window.opens_min)
        for window in visit.windows
        if window.day == stop.day
        and max(ready, window.opens_min) + visit.service_min <= window.closes_min + grace
    ]
    return min(starts, default=None)


def _measure_stop(province: Province, stop: Stop, visit: Visit | None, chance: Chance) -> int:
    """Return the minutes at a stop: the service, and a meal where the plan has one after it."""
    planned = stop.depart_min - stop.start_min
    service = visit.service_min if visit else planned
    meal = min(max(0, planned - service), province.settings.trips.meal_min)
    rule = chance.deviations.service
    what = chance.seed, chance.run, "service", stop.visit_id, stop.day
    return round(service * draw_factor(rule.median, rule.spread, *what)) + meal


def _count_late(province: Province, today: TripDay, minute: int) -> int:
    """Return the minutes after the end of a day: by the clock, the sun, or the hours of duty."""
    rules = province.settings.trips
    end = min(rules.latest_end_min, today.legs[0].leave_min + rules.duty_max_day_min)
    if rules.daylight_only:
        zone = province.settings.province.timezone
        end = min(end, measure_daylight(today.day, rules.latitude, rules.longitude, zone)[1])
    return max(0, minute - end)
