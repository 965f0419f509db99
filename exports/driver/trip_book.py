"""Holds what every part of a driver's file looks things up in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from exports.geo.ways import list_legs
from exports.maps.closed_roads import list_closed, list_closures
from planning.loads import name_contents
from planning.plan import Plan
from province.facts import Province
from province.fleet import Crew, Vehicle
from province.ids import SegmentId, SiteId
from province.language import Language
from province.places import Site
from province.roads import Closure, Segment
from routing.trips import Leg, Night, Stop, Trip


@dataclass(frozen=True, slots=True)
class TripBook:
    """One trip with the facts around it.

    Parameters
    ----------
    days
        Every day from the first to the last; a day's number is its place here, from 0.
    contents
        Names of batches and kits by id.
    closures
        Those that hold on some day of the trip, each with the segments it is about.
    """

    trip: Trip
    plan: Plan
    province: Province
    language: Language
    days: tuple[date, ...]
    sites: dict[SiteId, Site]
    contents: dict[str, str]
    segments: dict[SegmentId, Segment]
    closures: tuple[tuple[Closure, frozenset[SegmentId]], ...]

    @property
    def depot(self) -> Site:
        """The depot the trip starts from."""
        return self.sites[self.trip.depot_id]

    @property
    def vehicle(self) -> Vehicle:
        """The vehicle."""
        return self.province.vehicle_by_id[self.trip.vehicle_id]

    @property
    def crew(self) -> Crew:
        """The crew."""
        return self.province.crew_by_id[self.trip.crew_id]

    def list_stops(self, day: date) -> tuple[Stop, ...]:
        """Return the stops of a day in order."""
        return tuple(stop for stop in self.trip.stops if stop.day == day)

    def list_nights(self, day: date) -> tuple[Night, ...]:
        """Return the nights that begin on a day: one or none."""
        return tuple(night for night in self.trip.nights if night.day == day)

    def list_legs(self, day: date) -> tuple[Leg, ...]:
        """Return the legs of a day in the order driven."""
        legs = [stop.leg for stop in self.list_stops(day)]
        legs += [night.leg for night in self.list_nights(day) if night.leg is not None]
        return (*legs, self.trip.home) if day == self.trip.last_day else tuple(legs)

    @property
    def leave_min(self) -> int:
        """When it leaves the depot, minutes after midnight."""
        return self.trip.stops[0].leg.leave_min if self.trip.stops else self.trip.home.leave_min


def open_book(trip: Trip, plan: Plan, province: Province, language: Language) -> TripBook:
    """Return a trip with the facts around it."""
    num_days = (trip.last_day - trip.first_day).days + 1
    return TripBook(
        trip, plan, province, language,
        tuple(trip.first_day + timedelta(days=offset) for offset in range(num_days)),
        province.site_by_id, name_contents(province),
        {segment.segment_id: segment for segment in province.segments},
        tuple(_list_closures(trip, province)),
    )  # fmt: skip


def _list_closures(
    trip: Trip, province: Province
) -> Iterator[tuple[Closure, frozenset[SegmentId]]]:
    """Yield closures of the trip's days with their segments; those of the map where it drives."""
    rides = [ride for stop in trip.stops for ride in stop.rides]
    ids = {trip.vehicle_id, *(ride.vehicle_id for ride in rides)}
    vehicles = [province.vehicle_by_id[vehicle_id] for vehicle_id in sorted(ids)]
    legs = [*(leg for _, leg in list_legs(trip)), *(ride.leg for ride in rides)]
    driven = {segment_id for leg in legs for segment_id, _ in leg.segments}
    for closure in list_closures(province, trip.first_day, trip.last_day):
        segments = frozenset(list_closed(closure, province))
        is_met = bool(segments & driven) and any(closure.stops(vehicle) for vehicle in vehicles)
        if is_met or not closure.is_from_map:
            yield closure, segments
