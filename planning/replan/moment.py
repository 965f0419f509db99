"""The moment from which a month is planned again, and what had begun by then."""

from dataclasses import dataclass
from datetime import date

from planning.past.read import PastTrip
from province.dates import clock
from routing.trips import Stop, Trip, pair_trips


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A minute of a day; what begins before it stays."""

    day: date
    minute: int = 0

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {clock(self.minute)}" if self.minute else str(self.day)

    def is_after_departure(self, trip: Trip) -> bool:
        """Whether a trip has set out by then."""
        leaves = min(
            (leg.leave_min for day, leg in trip.legs() if day == trip.first_day), default=0
        )
        return Moment(trip.first_day, leaves) < self

    def is_after_start(self, stop: Stop) -> bool:
        """Whether the service of a stop has begun by then."""
        return Moment(stop.day, stop.start_min) < self


def list_begun(trips: list[PastTrip], plan_month: object, moment: Moment) -> list[PastTrip]:
    """Return the trips that count: of earlier months, begun by a moment, or reported already.

    A second trip of a day has begun when the first one has: the crew's day is planned with both.
    """
    own = [past for past in trips if past.plan.month == plan_month]
    out = {
        past.trip.trip_id
        for past in own
        if moment.is_after_departure(past.trip) or past.is_reported
    }
    out |= {
        pair[1].trip_id
        for pair in pair_trips(past.trip for past in own)
        if len(pair) > 1 and pair[0].trip_id in out
    }
    return [past for past in trips if past.plan.month != plan_month or past.trip.trip_id in out]
