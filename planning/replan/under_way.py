"""Trips that are under way at a moment: where they are, and whether they can go on as planned."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from planning.replan.moment import Moment
from province.facts import Province
from province.ids import SiteId, VisitId
from province.visits import Parcel, Visit
from routing.problem import TripProblem
from routing.trips import Leg, Stop, Trip, TripDay


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A trip that has set out and is not home yet.

    Parameters
    ----------
    done
        Its stops that have begun.
    place, ready_min
        Where it is, and the minute of the moment's day from which it can drive on from there.
    legs
        What it has driven on the moment's day, the leg home or to a bed left out.
    """

    trip: Trip
    done: tuple[Stop, ...]
    place: SiteId
    ready_min: int
    legs: tuple[Leg, ...]

    @property
    def rest(self) -> tuple[Stop, ...]:
        """The stops that are still to come."""
        return self.trip.stops[len(self.done) :]

    @property
    def on_board(self) -> tuple[Parcel, ...]:
        """What is carried when it drives on."""
        return dataclasses.replace(self.trip, stops=self.done).returns


def is_home(trip: Trip, moment: Moment) -> bool:
    """Whether a trip is over by a moment."""
    return Moment(trip.last_day, trip.home.arrive_min) <= moment


def is_at_same_place(one: Trip, two: Trip, moment: Moment) -> bool:
    """Whether two versions of a trip have done and driven the same until a moment."""
    have_same = (one.vehicle_id, one.crew_id, one.loads) == (two.vehicle_id, two.crew_id, two.loads)
    return have_same and _list_until(one, moment) == _list_until(two, moment)


def _list_until(trip: Trip, moment: Moment) -> list[object]:
    legs = [(day, leg) for day, leg in trip.legs() if Moment(day, leg.leave_min) < moment]
    return [*legs, *(stop for stop in trip.stops if moment.is_after_start(stop))]


def can_go_on(
    province: Province,
    trip: Trip,
    problem: TripProblem,
    visits: Mapping[VisitId, Visit],
    moment: Moment,
) -> bool:
    """Whether all that a trip still has before it can be done as it was planned.

    Parameters
    ----------
    problem
        The roads as they are known now.
    visits
        The visits still to be made, as they are known now.
    """
    car, crew = province.vehicle_by_id[trip.vehicle_id], province.crew_by_id[trip.crew_id]
    ahead = [day for day in trip.days if day.day >= moment.day]
    if any(not (car.is_available(day.day) and crew.is_available(day.day)) for day in ahead):
        return False
    legs = [(day.day, leg) for day in ahead for leg in day.legs if _is_ahead(day, leg, moment)]
    stops = [stop for stop in trip.stops if not moment.is_after_start(stop)]
    return all(is_open(problem, trip, day, leg) for day, leg in legs) and all(
        is_possible(stop, visits) for stop in stops
    )


def _is_ahead(day: TripDay, leg: Leg, moment: Moment) -> bool:
    return Moment(day.day, leg.arrive_min) > moment


def is_open(problem: TripProblem, trip: Trip, day: date, leg: Leg) -> bool:
    """Whether a leg can be driven as planned by what is known of the roads now."""
    if leg.from_site == leg.to_site:
        return True
    if not {leg.from_site, leg.to_site} <= set(problem.sites):
        return False
    car = next(car for car in problem.vehicles if car.vehicle_id == trip.vehicle_id)
    travel = problem.travel(car, day)
    cell = problem.sites.index(leg.from_site), problem.sites.index(leg.to_site)
    if int(travel.drive_min[cell]) != leg.drive_min or int(travel.wait_min[cell]) != leg.wait_min:
        return False
    if tuple(problem.way(car, day, leg.from_site, leg.to_site).segments) != leg.segments:
        return False
    spans = travel.shut_min.get(cell, ())
    return all(leg.arrive_min <= first or leg.leave_min >= last for first, last in spans)


def is_possible(stop: Stop, visits: Mapping[VisitId, Visit]) -> bool:
    """Whether a stop can be made when it was planned."""
    visit = visits.get(stop.visit_id)
    return visit is not None and any(
        window.day == stop.day
        and window.opens_min <= stop.start_min
        and stop.start_min + visit.service_min <= window.closes_min
        for window in visit.windows
    )


def find_place(
    trip: Trip, problem: TripProblem, visits: Mapping[VisitId, Visit], moment: Moment
) -> UnderWay:
    """Return where a trip is that cannot go on as planned.

    On the way to a stop that can be made it goes on to it. Where the way is shut or the stop cannot
    be made it turns back to where it came from, which takes as long as it has driven.
    """
    done = [stop for stop in trip.stops if moment.is_after_start(stop)]
    today = next(day for day in trip.days if day.day == moment.day)
    place, ready, driven = SiteId(today.start_site), moment.minute, list[Leg]()
    for leg, stop in _pair(today):
        if leg.leave_min >= moment.minute:
            break
        is_driving = leg.arrive_min > moment.minute
        is_goal_shut = stop is not None and stop not in done and not is_possible(stop, visits)
        if is_driving and (is_goal_shut or not is_open(problem, trip, today.day, leg)):
            ready = moment.minute + (moment.minute - leg.leave_min)
            break
        if stop is None:  # on its way to bed or home: it leaves as it did
            ready = leg.leave_min
            break
        place, ready = leg.to_site, max(moment.minute, leg.arrive_min)
        driven.append(leg)
        if stop not in done and not is_possible(stop, visits):
            break
        ready = max(ready, stop.depart_min)
        done += [] if stop in done else [stop]
    return UnderWay(trip, tuple(done), place, ready, tuple(driven))


def _pair(day: TripDay) -> Iterator[tuple[Leg, Stop | None]]:
    """Yield the legs of a day, each with the stop that it leads to."""
    yield from ((stop.leg, stop) for stop in day.stops)
    if day.last_leg:
        yield day.last_leg, None
