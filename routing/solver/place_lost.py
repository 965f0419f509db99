"""Places what a month lacks; everything else stays on its trip, in its order."""

from collections.abc import Iterable, Iterator

from routing.month.instance import MonthInstance
from routing.month.roster import Roster
from routing.month.schedule import date_trip, keeps_links, list_singles, month_value
from routing.month.timetable import DatedTrip, add_stop, leave_stop


def place_lost(instance: MonthInstance, trips: Iterable[DatedTrip]) -> list[DatedTrip]:
    """Return a month with the visits inserted that some trips lack, where that pays.

    Each is tried at every place of every trip and on every trip of its own, the dearest to leave
    out first, and stands at the cheapest. A trip stays with its vehicle, crew, first day and order.

    Parameters
    ----------
    trips
        They keep every rule but that a visit may wait for a batch that no trip brings back in time
        (`recall_trips`): where nothing placed brings it, that visit is taken off, and placed anew.
    """
    roster = Roster(instance, trips)
    _place_all(roster)
    while broken := next((t for t in _list_sorted(roster) if not _is_linked(roster, t)), None):
        _shorten(roster, broken)
    _place_all(roster)
    return _list_sorted(roster)


def list_places(roster: Roster, job: int) -> Iterator[tuple[DatedTrip | None, DatedTrip]]:
    """Yield each trip with a visit at each place of it that rules allow, and trips for it alone.

    The first of the two is the trip as it was; None: it is a new one.
    """
    for trip in list(roster.trips.values()):
        for order, split in add_stop(trip.course, job):
            new = date_trip(roster.instance, order, trip.car, trip.first, trip.crew, split)
            if new is not None and roster.fits(new, trip):
                yield trip, new
    for single in list_singles(roster.instance, job):
        if roster.fits(single):
            yield None, single


def exchange_trip(
    trips: Iterable[DatedTrip], old: DatedTrip | None, new: DatedTrip
) -> list[DatedTrip]:
    """Return a month with a trip more, in place of another one if given."""
    return [*(trip for trip in trips if trip is not old), new]


def _place_all(roster: Roster) -> None:
    """Place every visit that is not served, as long as any can be."""
    jobs = roster.instance.jobs
    lost = {job for job in range(len(jobs)) if job not in roster.places}
    is_new = True
    while lost and is_new:
        is_new = False
        for job in sorted(lost, key=lambda job: (-jobs[job].penalty_vnd, job)):
            if _place(roster, job):
                lost.remove(job)
                is_new = True


def _place(roster: Roster, job: int) -> bool:
    """Whether a visit has a place that costs less than leaving it out; it then stands there."""
    instance, trips = roster.instance, list(roster.trips.values())
    best: tuple[int, tuple[int, ...]] = (month_value(instance, trips), ())
    found: tuple[DatedTrip | None, DatedTrip] | None = None
    for old, new in list_places(roster, job):
        value = (month_value(instance, exchange_trip(trips, old, new)), new.key)
        if value < best:
            best, found = value, (old, new)
    if found is None:
        return False
    old, new = found
    if old is not None:
        roster.remove(old)
    roster.add(new)
    return True


def _is_linked(roster: Roster, trip: DatedTrip) -> bool:
    return keeps_links(roster.instance, roster.places, trip)


def _shorten(roster: Roster, trip: DatedTrip) -> None:
    """Take a visit off a trip so that what it waits for is there; else the whole trip."""
    roster.remove(trip)
    for job in trip.order:
        order, split = leave_stop(trip.course, job)
        place = (trip.car, trip.first, trip.crew, split)
        new = date_trip(roster.instance, order, *place) if order else None
        if new is not None and roster.fits(new):
            roster.add(new)
            return


def _list_sorted(roster: Roster) -> list[DatedTrip]:
    return sorted(roster.trips.values(), key=lambda trip: trip.key)
