"""A month while it is being changed: its trips, who is out when, and which trip serves a visit."""

from collections.abc import Iterable

from routing.month.instance import MonthInstance
from routing.month.schedule import Places, keeps_links
from routing.month.timetable import DatedTrip


def day_mask(trip: DatedTrip) -> int:
    """Return the days of a trip as bits."""
    return ((1 << len(trip.days)) - 1) << trip.first


def list_long_runs(days: int, limit: int) -> int:
    """Return the days, as bits, from which on more than `limit` days in a row are among some."""
    runs = days
    for step in range(1, limit + 1):
        runs &= days >> step
    return runs


class Roster:
    """The trips of a month, kept so that a change costs as much as the trips it concerns.

    Attributes
    ----------
    trips
        By vehicle and first day.
    places
        The trip and the day of every visit served.
    cars, crews
        The days on which each vehicle and crew is out, as bits.
    work
        Minutes at the wheel and working days of a crew in a week, those before the month included.
    """

    __slots__ = ("cars", "crews", "instance", "places", "trips", "work")

    def __init__(self, instance: MonthInstance, trips: Iterable[DatedTrip] = ()) -> None:
        self.instance = instance
        self.trips: dict[tuple[int, int], DatedTrip] = {}
        self.places: Places = {}
        self.cars = [0] * len(instance.cars)
        self.crews = [0] * len(instance.teams)
        self.work: dict[tuple[int, int], tuple[int, int]] = {}
        for crew, team in enumerate(instance.teams):
            self.work |= {(crew, week): (drive, days) for week, drive, days in team.past_weeks}
        for trip in trips:
            self.add(trip)

    def copy(self) -> "Roster":
        """Return a month of the same trips that may be changed on its own."""
        other = Roster(self.instance)
        other.trips, other.places = dict(self.trips), dict(self.places)
        other.cars, other.crews = list(self.cars), list(self.crews)
        other.work = dict(self.work)
        return other

    def add(self, trip: DatedTrip) -> None:
        """Put a trip in."""
        mask = day_mask(trip)
        self.trips[trip.car, trip.first] = trip
        self.cars[trip.car] |= mask
        self.crews[trip.crew] |= mask
        for number, day in enumerate(trip.days, trip.first):
            for job in day.jobs:
                self.places[job] = (trip, number)
            key = (trip.crew, self.instance.weeks[number])
            drive, days = self.work.get(key, (0, 0))
            self.work[key] = (drive + day.drive_min, days + 1)

    def remove(self, trip: DatedTrip) -> None:
        """Take a trip out."""
        mask = day_mask(trip)
        del self.trips[trip.car, trip.first]
        self.cars[trip.car] &= ~mask
        self.crews[trip.crew] &= ~mask
        for number, day in enumerate(trip.days, trip.first):
            for job in day.jobs:
                del self.places[job]
            key = (trip.crew, self.instance.weeks[number])
            drive, days = self.work[key]
            self.work[key] = (drive - day.drive_min, days - 1)

    def is_free(self, car: int, crew: int, mask: int, old: DatedTrip | None = None) -> bool:
        """Whether a vehicle and a crew are at home on days, but for a trip that goes."""
        out = self.cars[car] | self.crews[crew]
        if old is not None and (old.car, old.crew) == (car, crew):
            out = (self.cars[car] & ~day_mask(old)) | (self.crews[crew] & ~day_mask(old))
        return not out & mask

    def fits(self, new: DatedTrip, old: DatedTrip | None = None) -> bool:
        """Whether a trip may be added, in place of one of the same vehicle and crew if given.

        All visits of the trip that goes are served by the new one.
        """
        return self.has_crew_for(new, old) and keeps_links(self.instance, self.places, new)

    def has_crew_for(self, new: DatedTrip, old: DatedTrip | None = None) -> bool:
        """Whether vehicle and crew are free for a trip, in place of another of theirs if given."""
        is_free = self.is_free(new.car, new.crew, day_mask(new), old)
        return is_free and self.keeps_hours(new, old)

    def keeps_hours(self, new: DatedTrip, old: DatedTrip | None = None) -> bool:
        """Whether a trip, in place of another if given, leaves its crew's weeks and rests."""
        return self._keeps_weeks(new, old) and self._keeps_rest(new, old)

    def _keeps_weeks(self, new: DatedTrip, old: DatedTrip | None) -> bool:
        limits, weeks = self.instance.limits, self.instance.weeks
        more: dict[int, list[int]] = {}
        for trip, sign in ((new, 1), (old, -1)):
            for number, day in enumerate(trip.days, trip.first) if trip else ():
                sums = more.setdefault(weeks[number], [0, 0])
                sums[0] += sign * day.drive_min
                sums[1] += sign
        for week, (drive_more, days_more) in more.items():
            drive, days = self.work.get((new.crew, week), (0, 0))
            if drive + drive_more > limits.drive_week or days + days_more > limits.work_days:
                return False
        return True

    def _keeps_rest(self, new: DatedTrip, old: DatedTrip | None) -> bool:
        """Whether the crew of a trip then works no more days in a row than it may."""
        limit, past = self.instance.limits.days_in_row, self.instance.teams[new.crew].worked
        out = self.crews[new.crew] & ~(day_mask(old) if old else 0) | day_mask(new)
        return not list_long_runs(past | out << limit, limit) & ~list_long_runs(past, limit)

    def is_month(self) -> bool:
        """Whether the trips keep gaps and chains to each other: all else holds by building it."""
        return all(keeps_links(self.instance, self.places, trip) for trip in self.trips.values())
