"""What an exchange costs at each library, as the trips of a month see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from province.ids import SiteId, VisitId
from routing.month.instance import MonthInstance, build_instance
from routing.month.roster import Roster
from routing.month.schedule import date_trip, list_singles
from routing.month.timetable import DatedTrip, add_stop, join_tours, leave_stop
from routing.problem import TripProblem
from routing.solver.insertions import list_insertions
from routing.solver.warm_start import recall_trips
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class ExchangeOption:
    """A library with and without an exchange.

    Parameters
    ----------
    visit_id
        The visit that exchanges, with whatever else is done on that stop.
    without_id
        What is left to do there without the exchange; None where nothing is.
    """

    site_id: SiteId
    visit_id: VisitId
    without_id: VisitId | None


def price_exchanges(
    problem: TripProblem, trips: tuple[Trip, ...], choices: Iterable[ExchangeOption]
) -> dict[SiteId, int]:
    """Return what an exchange adds to the objective of the trips, by site.

    An exchange that is served bears what leaving it out would save (its stop, or the minutes of a
    stop that stays), and an equal share of what the exchanges of its trip cost only together. One
    that is not served bears its cheapest place: on a stop that is made anyhow, on the way of a
    trip, or on a trip of its own. Sites for which there is no place at all are not named.

    Parameters
    ----------
    problem
        All visits of both sides of the choices; the trips serve some of them.
    """
    instance = build_instance(problem)
    jobs = {visit.visit_id: k for k, visit in enumerate(problem.visits)}
    roster = Roster(instance, recall_trips(problem, instance, trips).month)
    bare: dict[int, int | None] = {}
    site_of: dict[int, SiteId] = {}
    for choice in choices:
        job = jobs[choice.visit_id]
        bare[job] = jobs[choice.without_id] if choice.without_id else None
        site_of[job] = choice.site_id
    prices: dict[SiteId, int] = {}
    for trip in roster.trips.values():
        for job, price in _share_trip(instance, trip, bare).items():
            prices[site_of[job]] = price
    for job, without in bare.items():
        if job in roster.places:
            continue
        found = _price_on_stop(roster, job, without)
        found = _price_on_way(roster, job) if found is None else found
        if found is not None:
            prices[site_of[job]] = found
    return prices


def _share_trip(
    instance: MonthInstance, trip: DatedTrip, bare: dict[int, int | None]
) -> dict[int, int]:
    """Return what each exchange of a trip bears of its value."""
    order, whole = trip.order, trip.value_vnd
    exchanges = [job for job in order if job in bare]

    def save(left_out: set[int]) -> int:
        rest, split = join_tours(
            tuple(
                other
                for job in tour
                if (other := bare[job] if job in left_out else job) is not None
            )
            for tour in trip.tours
        )
        if not rest:
            return whole
        new = date_trip(instance, rest, trip.car, trip.first, trip.crew, split)
        return 0 if new is None else max(0, whole - new.value_vnd)

    alone = {job: save({job}) for job in exchanges}
    together = max(sum(alone.values()), save(set(exchanges)))
    rest = together - sum(alone.values())
    return {job: saved + rest // len(exchanges) for job, saved in alone.items()}


def _price_on_stop(roster: Roster, job: int, without: int | None) -> int | None:
    """Return what the exchange adds to a trip that stops there anyhow; None where none does."""
    if without not in roster.places:
        return None
    trip, _ = roster.places[without]
    place = (trip.car, trip.first, trip.crew)
    courses = add_stop(leave_stop(trip.course, without), job) if without is not None else ()
    new = [date_trip(roster.instance, order, *place, split) for order, split in courses]
    roster.remove(trip)
    least = min((one.value_vnd for one in new if one and roster.fits(one)), default=None)
    roster.add(trip)
    return None if least is None else max(0, least - trip.value_vnd)


def _price_on_way(roster: Roster, job: int) -> int | None:
    """Return the least that the visit adds to the month, or, where all are busy, its own trip."""
    for more, old, new in list_insertions(roster, job):
        if roster.fits(new, old):
            return max(0, more)
    return min((trip.value_vnd for trip in list_singles(roster.instance, job)), default=None)
