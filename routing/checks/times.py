"""Checks the clock of a trip: order of places and times, windows, driving law, duty, meals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from province.dates import clock
from province.language import Message, message
from province.visits import Visit
from routing.checks.case import Found, TripCase
from routing.problem import TripProblem
from routing.trips import Leg, Trip, TripDay

ORDER = "times_follow_each_other"
LOADED = "second_trips_are_loaded"


def check_times(case: TripCase) -> Found:
    """Yield what is wrong with the times of trips."""
    for trip in case.plan.trips:
        yield from _check_trip(case.problem, trip)
    for where, work in _list_work(case):
        yield from _check_driving(case.problem, work, where)
        yield from _check_duty(case.problem, work, where)
        yield from _check_meal(case.problem, work, where)


@dataclass(frozen=True, slots=True)
class DayWork:
    """What a crew does on a day with a vehicle, on one trip or two: ways, visits, loadings."""

    day: date
    legs: tuple[Leg, ...]
    busy: tuple[tuple[int, int], ...]


def _list_work(case: TripCase) -> Iterator[tuple[str, DayWork]]:
    """Yield the days of all trips, two trips of one vehicle and crew as one, each with a name."""
    service = {visit.visit_id: visit.service_min for visit in case.problem.visits}
    known: dict[tuple[str, str, date], list[tuple[Trip, TripDay]]] = {}
    for trip in sorted(case.plan.trips, key=lambda one: one.load_min or 0):
        for day in trip.days:
            known.setdefault((trip.vehicle_id, trip.crew_id, day.day), []).append((trip, day))
    for (_, _, day_date), own in known.items():
        parts = [own] if any(trip.load_min is not None for trip, _ in own) else [[o] for o in own]
        for part in parts:
            visits = [
                (stop.start_min, stop.start_min + service.get(stop.visit_id, 0))
                for _, day in part
                for stop in day.stops
            ]
            loadings = [
                (trip.load_min, trip.load_min + case.problem.rules.reload_min)
                for trip, _ in part
                if trip.load_min is not None
            ]
            legs = tuple(leg for _, day in part for leg in day.legs)
            yield f"{part[0][0].trip_id} {day_date}", DayWork(day_date, legs, (*visits, *loadings))


def check_second_trips(case: TripCase) -> Found:
    """Yield second trips of a day without a first, or without time to load for them."""
    rules = case.problem.rules
    for trip in case.plan.trips:
        if trip.load_min is None:
            continue
        firsts = [
            other
            for other in case.plan.trips
            if other is not trip
            and (other.vehicle_id, other.crew_id) == (trip.vehicle_id, trip.crew_id)
            and (other.first_day, other.last_day) == (trip.first_day, trip.last_day)
        ]
        if len(firsts) != 1 or trip.first_day != trip.last_day:
            yield LOADED, trip.trip_id, message("there is no trip before it on its day")
            continue
        home, leaves = firsts[0].home.arrive_min, trip.days[0].legs[0].leave_min
        lacking = max(0, home - trip.load_min) + max(0, trip.load_min + rules.reload_min - leaves)
        if lacking or not rules.reload_min:
            text = message(
                "home at {home}, out again at {leaves}: {over_min} min too few for loading",
                home=clock(home), leaves=clock(leaves), over_min=lacking,
            )  # fmt: skip
            yield LOADED, trip.trip_id, text
        if trip.load_min > rules.reload_until:
            text = message(
                "loading begins at {start}, {over_min} min too late",
                start=clock(trip.load_min), over_min=trip.load_min - rules.reload_until,
            )  # fmt: skip
            yield LOADED, trip.trip_id, text


def _check_trip(problem: TripProblem, trip: Trip) -> Found:
    yield from _check_shape(trip)
    for day in trip.days:
        where = f"{trip.trip_id} {day.day}"
        yield from _check_chain_of_places(day, where)
        yield from _check_clock(problem, day, where)
        yield from _check_windows(problem, day)
    legs = [leg for _, leg in trip.legs()]
    for name, given, right in (
        ("length_m", trip.length_m, sum(leg.length_m for leg in legs)),
        ("drive_min", trip.drive_min, sum(leg.drive_min for leg in legs)),
    ):
        if given != right:
            text = message("{name} is {given}, not {right}", name=name, given=given, right=right)
            yield "times_are_measured", trip.trip_id, text


def _check_shape(trip: Trip) -> Found:
    expected = (trip.last_day - trip.first_day).days
    days = [trip.first_day + timedelta(days=k) for k in range(max(0, expected))]
    if expected < 0 or [night.day for night in trip.nights] != days:
        yield ORDER, trip.trip_id, message("nights do not fill the days between first and last")
    if [stop.sequence for stop in trip.stops] != list(range(1, len(trip.stops) + 1)):
        yield ORDER, trip.trip_id, message("stops are not numbered in order")
    stops = [(stop.day, stop.start_min) for stop in trip.stops]
    if stops != sorted(stops) or any(
        not trip.first_day <= day <= trip.last_day for day, _ in stops
    ):
        yield ORDER, trip.trip_id, message("stops are not in the order of time")


def _check_chain_of_places(day: TripDay, where: str) -> Found:
    place = day.start_site
    for stop in day.stops:
        if stop.leg.from_site != place or stop.leg.to_site != stop.site_id:
            yield ORDER, where, message("a leg does not lead from the place before to the next")
        place = stop.site_id
    if day.last_leg is not None:
        if day.last_leg.from_site != place or day.last_leg.to_site != day.end_site:
            yield ORDER, where, message("the last leg does not lead to the end of the day")
    elif place != day.end_site:
        yield ORDER, where, message("the crew does not sleep where it stopped")


def _check_clock(problem: TripProblem, day: TripDay, where: str) -> Found:
    service = {visit.visit_id: visit.service_min for visit in problem.visits}
    time = 0
    for stop in day.stops:
        if stop.leg.leave_min < time or stop.start_min < stop.leg.arrive_min:
            yield ORDER, where, message("{visit} begins before arrival", visit=stop.visit_id)
        if stop.depart_min < stop.start_min + service.get(stop.visit_id, 0):
            yield ORDER, where, message("{visit} is cut short", visit=stop.visit_id)
        time = stop.depart_min
    if day.last_leg is not None and day.last_leg.leave_min < time:
        yield ORDER, where, message("the last leg leaves too early")
    for leg in day.legs:
        yield from check_leg_clock(leg, where)


def check_leg_clock(leg: Leg, where: str) -> Found:
    """Yield where the minutes of a leg do not add up."""
    buffer = leg.buffer_min
    paused = sum(pause.minutes for pause in leg.pauses)
    if leg.arrive_min - leg.leave_min != leg.drive_min + buffer + paused:
        yield ORDER, where, message("a leg's times do not add up")
    if sum(pause.minutes for pause in leg.pauses if not pause.is_break) != leg.wait_min:
        yield ORDER, where, message("pauses do not hold the ferry wait")
    now = leg.leave_min
    for pause in leg.pauses:
        if pause.start_min < now or pause.minutes < 0:
            yield ORDER, where, message("pauses overlap")
        now = pause.start_min + pause.minutes
    if now > leg.arrive_min:
        yield ORDER, where, message("a pause lies outside its leg")


def _check_windows(problem: TripProblem, day: TripDay) -> Found:
    visits = {visit.visit_id: visit for visit in problem.visits}
    for stop in day.stops:
        visit = visits.get(stop.visit_id)
        if visit is None:
            continue
        end = stop.start_min + visit.service_min
        if not any(
            w.day == day.day and w.opens_min <= stop.start_min and end <= w.closes_min
            for w in visit.windows
        ):
            yield (
                "service_lies_in_a_window",
                f"{day.day} {stop.visit_id}",
                _tell_outside(visit, day.day, stop.start_min, end),
            )


def _tell_outside(visit: Visit, day: date, start: int, end: int) -> Message:
    """Return by how much a visit misses the window that it misses least."""
    missed = [
        (max(0, w.opens_min - start) + max(0, end - w.closes_min), w.opens_min, w.closes_min)
        for w in visit.windows
        if w.day == day
    ]
    if not missed:
        days = [abs((w.day - day).days) for w in visit.windows]
        if not days:
            return message("{visit} has no hours this month", visit=visit.visit_id)
        return message(
            "{visit} has no hours on this day; days to the nearest: {over_days}",
            visit=visit.visit_id, over_days=min(days),
        )  # fmt: skip
    over_min, opens, closes = min(missed)
    return message(
        "{start} to {end} is {over_min} min outside {opens} to {closes}",
        start=clock(start), end=clock(end), over_min=over_min,
        opens=clock(opens), closes=clock(closes),
    )  # fmt: skip


def tell_excess(minutes: int, most: int) -> Message:
    """Return a number of minutes, and how many too many they are."""
    return message(
        "{minutes} min, {over_min} min too many", minutes=minutes, over_min=minutes - most
    )


def tell_hours(span: tuple[int, int], allowed: tuple[int, int]) -> Message:
    """Return a span of a day, and how many minutes of it lie before and after what is allowed."""
    return message(
        "{a} to {b}, {over_min} min outside {first} to {last}",
        a=clock(span[0]), b=clock(span[1]), first=clock(allowed[0]), last=clock(allowed[1]),
        over_min=max(0, allowed[0] - span[0]) + max(0, span[1] - allowed[1]),
    )  # fmt: skip


def _check_driving(problem: TripProblem, day: DayWork, where: str) -> Found:
    rules = problem.rules
    minutes = sum(leg.drive_min for leg in day.legs)
    if minutes > rules.driving_max_day_min:
        text = tell_excess(minutes, rules.driving_max_day_min)
        yield "driving_per_day_is_limited", where, text
    run, free_since = 0, None
    for leg in day.legs:
        if free_since is not None and leg.leave_min - free_since >= rules.break_min:
            run = 0
        left, now = leg.drive_min, leg.leave_min
        for pause in leg.pauses:
            part = min(pause.start_min - now, left)  # the buffer comes last and is no driving
            run, left, now = run + part, left - part, pause.start_min + pause.minutes
            if run > rules.driving_max_continuous_min:
                break
            if pause.minutes >= rules.break_min:
                run = 0
        if run + left > rules.driving_max_continuous_min:
            text = tell_excess(run + left, rules.driving_max_continuous_min)
            yield "breaks_are_taken", where, text
        run, free_since = run + left, leg.arrive_min


def _check_duty(problem: TripProblem, day: DayWork, where: str) -> Found:
    rules, legs = problem.rules, day.legs
    if not legs:
        return
    first, last = _find_duty(day)
    if last - first > rules.duty_max_day_min:
        text = tell_excess(last - first, rules.duty_max_day_min)
        yield "duty_per_day_is_limited", where, text
    earliest = max(rules.earliest_start_min, problem.first_starts.get(day.day, 0))
    if first < earliest or last > rules.latest_end_min:
        hours = earliest, rules.latest_end_min
        yield "work_lies_within_hours", where, tell_hours((first, last), hours)
    if rules.daylight_only and day.day in problem.daylight:
        rise, dusk = problem.daylight[day.day]
        driven = [leg for leg in legs if leg.from_site != leg.to_site]
        if any(leg.leave_min < rise or leg.arrive_min > dusk for leg in driven):
            span = driven[0].leave_min, driven[-1].arrive_min
            yield "driving_is_in_daylight", where, tell_hours(span, (rise, dusk))


def _find_duty(day: DayWork) -> tuple[int, int]:
    """Return when a day that has legs begins and ends."""
    return day.legs[0].leave_min, max([day.legs[-1].arrive_min, *(end for _, end in day.busy)])


def _check_meal(problem: TripProblem, day: DayWork, where: str) -> Found:
    """Yield a long day that leaves no time for a meal, be it before leaving or after arriving."""
    rules = problem.rules
    if not rules.meal_min or not day.legs:
        return
    first, last = _find_duty(day)
    if last - first <= rules.meal_after_min:
        return
    busy = [*day.busy]
    for leg in day.legs:
        now = leg.leave_min
        for pause in leg.pauses:
            busy.append((now, pause.start_min))
            now = pause.start_min + pause.minutes
        busy.append((now, leg.arrive_min))
    since = longest = 0
    for begin, end in [*sorted(span for span in busy if span[0] < span[1]), (1440, 1440)]:
        longest = max(longest, min(begin, rules.meal_to) - max(since, rules.meal_from))
        since = max(since, end)
    if longest < rules.meal_min:
        text = message(
            "{minutes} min at most, {over_min} min too few",
            minutes=longest, over_min=rules.meal_min - longest,
        )  # fmt: skip
        yield "meals_are_taken", where, text
