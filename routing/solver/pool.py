"""The pool of dated trips from which a month is chosen."""

from routing.lns.build import list_near
from routing.month.instance import MonthInstance
from routing.month.roster import Roster
from routing.month.schedule import date_everywhere, list_singles
from routing.month.timetable import DatedTrip

MAX_DATED = 24  # dates, vehicles and crews kept for one order in a large month


def date_orders(
    instance: MonthInstance, orders: list[tuple[int, ...]], every: int = 1
) -> list[DatedTrip]:
    """Return the trips of some orders on the dates, vehicles and crews that suit them best.

    `every` tries each so manieth day only.
    """
    pool: list[DatedTrip] = []
    for order in orders:
        options = date_everywhere(instance, order, range(0, len(instance.weeks), every))
        options.sort(key=lambda trip: (trip.value_vnd, trip.key))
        step = max(1.0, len(options) / MAX_DATED)
        pool.extend(options[int(k * step)] for k in range(min(MAX_DATED, len(options))))
    return pool


def pack_trips(instance: MonthInstance, pool: list[DatedTrip]) -> list[DatedTrip]:
    """Return a month of trips that each save the most per day over serving their visits alone."""
    alone = [
        min((trip.value_vnd for trip in list_singles(instance, job)), default=0)
        for job in range(len(instance.jobs))
    ]

    def saving(trip: DatedTrip) -> float:
        gain = sum(alone[job] for job in trip.order) - trip.value_vnd
        return -gain / len(trip.days)

    roster = Roster(instance)
    for trip in sorted(pool, key=lambda trip: (saving(trip), trip.key)):
        if roster.places.keys().isdisjoint(trip.order) and roster.fits(trip):
            roster.add(trip)
    return list(roster.trips.values())


def merge_pool(*parts: list[DatedTrip]) -> list[DatedTrip]:
    """Return all trips once, sorted; the first of equal ones stays."""
    found: dict[tuple[int, ...], DatedTrip] = {}
    for part in parts:
        for trip in part:
            found.setdefault(trip.key, trip)
    return [found[key] for key in sorted(found)]


def list_neighbour_pairs(instance: MonthInstance) -> list[tuple[int, ...]]:
    """Return each servable visit with each of its two nearest ones, in both orders."""
    able = {k for k in range(len(instance.jobs)) if list_singles(instance, k)}
    pairs: set[tuple[int, ...]] = set()
    for a in able:
        for b in [b for b in list_near(instance, a) if b in able and b != a][:2]:
            pairs |= {(a, b), (b, a)}
    return sorted(pairs)
