"""When the crew of a trip eats: on a long day, the first time that its plan leaves for a meal."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from province.ids import VisitId
from province.settings import TripSettings
from province.visits import Visit
from routing.trips import Stop, Trip, TripDay, pair_trips

AT_DEPOT, ELSEWHERE = -1, -2


@dataclass(frozen=True, slots=True)
class Meal:
    """A pause for a meal: when it begins, its minutes, and the stop.

    That is 0 where it is taken on the way, `AT_DEPOT` where it is before a second trip of a day,
    `ELSEWHERE` where it is on the other trip of the day.
    """

    start_min: int
    minutes: int
    sequence: int


Wait = tuple[int, int, int]
"""Minutes from and to which nobody drives or serves, and the stop as in `Meal`."""


def list_meals(
    trip: Trip, visits: Iterable[Visit], rules: TripSettings, beside: Iterable[Trip] = ()
) -> dict[date, Meal]:
    """Return the meals of a trip by day.

    Days without one are no longer than a day may be without a meal, or leave time for it before
    they begin or after they end. Of a visit not named it is only known when the vehicle leaves.

    Parameters
    ----------
    beside
        Trips among which that may be with which it shares a day.
    """
    minutes = {visit.visit_id: visit.service_min for visit in visits}
    pair = next((pair for pair in pair_trips(beside) if trip in pair and len(pair) > 1), None)
    if pair is not None:
        meal = _find_meal(pair, minutes, rules) if rules.meal_min else None
        return {} if meal is None else {trip.first_day: _place(meal, pair.index(trip))}
    meals: dict[date, Meal] = {}
    for day in trip.days if rules.meal_min else ():
        services = {stop.sequence: _end_service(stop, minutes) for stop in day.stops}
        ends = [*services.values(), *(leg.arrive_min for leg in day.legs)]
        if not day.legs or max(ends) - day.legs[0].leave_min <= rules.meal_after_min:
            continue
        for since, until, sequence in _list_waits(day, services):
            start = max(since, rules.meal_from)
            if min(until, rules.meal_to) - start >= rules.meal_min:
                meals[day.day] = Meal(start, rules.meal_min, sequence)
                break
    return meals


def _find_meal(
    pair: tuple[Trip, ...], minutes: Mapping[VisitId, int], rules: TripSettings
) -> tuple[int, Meal] | None:
    """Return the meal of a day with two trips, with the trip that it is on; None: none is due."""
    first, second = (trip.days[0] for trip in pair)
    home, leaves = first.legs[-1].arrive_min, second.legs[0].leave_min
    load_min = pair[1].load_min or home
    if second.legs[-1].arrive_min - first.legs[0].leave_min <= rules.meal_after_min:
        return None
    waits = [(0, wait) for wait in _list_waits_of(first, minutes)]
    waits += [(1, (home, load_min, AT_DEPOT)), (1, (load_min + rules.reload_min, leaves, AT_DEPOT))]
    waits += [(1, wait) for wait in _list_waits_of(second, minutes)]
    for number, (since, until, sequence) in waits:
        start = max(since, rules.meal_from)
        if min(until, rules.meal_to) - start >= rules.meal_min:
            return number, Meal(start, rules.meal_min, sequence)
    return None


def _place(meal: tuple[int, Meal], number: int) -> Meal:
    """Return a meal of one of two trips of a day, as the one or the other knows it."""
    return meal[1] if meal[0] == number else replace(meal[1], sequence=ELSEWHERE)


def _list_waits_of(day: TripDay, minutes: Mapping[VisitId, int]) -> Iterator[Wait]:
    return _list_waits(day, {stop.sequence: _end_service(stop, minutes) for stop in day.stops})


def _end_service(stop: Stop, minutes: Mapping[VisitId, int]) -> int:
    known = minutes.get(stop.visit_id)
    return stop.depart_min if known is None else stop.start_min + known


def _list_waits(day: TripDay, services: Mapping[int, int]) -> Iterator[Wait]:
    """Yield the waits of a day in order; pauses that follow each other are one."""
    since, place = day.legs[0].leave_min, 0
    for number, leg in enumerate(day.legs):
        if leg.from_site != leg.to_site:
            yield since, leg.leave_min, place
            end = leg.leave_min
            for pause in leg.pauses:
                since = pause.start_min if pause.start_min > end else since
                end = pause.start_min + pause.minutes
                yield since, end, 0
            since = leg.arrive_min
        if number < len(day.stops):
            place = day.stops[number].sequence
            yield since, day.stops[number].start_min, place
            since = services[place]
