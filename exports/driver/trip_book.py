"""Holds what every part of a driver's file looks things up in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from exports.maps.basemap import list_closed, list_closures
from planning.meals import AT_DEPOT, Meal, list_meals
from planning.plan import Plan
from planning.replan.paper_trips import is_rest
from planning.replan.told import TripNews, tell_trip
from planning.waits import is_held_up, is_idle, list_causes
from province.facts import Province
from province.fleet import Crew, Vehicle
from province.ids import SegmentId, SiteId
from province.language import Language
from province.places import Site
from province.roads import Closure, Segment
from routing.trips import Trip, TripDay


@dataclass(frozen=True, slots=True)
class TripBook:
    """One trip with the facts around it.

    Parameters
    ----------
    contents
        Names of batches and kits by id.
    closures
        Those that hold on some day of the trip, each with the segments it is about.
    meals
        The crew's meals, by day.
    news
        What is otherwise than it was announced.
    is_rest
        Whether it is what is left of a trip under way: it goes on from where it was.
    """

    trip: Trip
    plan: Plan
    province: Province
    language: Language
    sites: dict[SiteId, Site]
    contents: dict[str, str]
    segments: dict[SegmentId, Segment]
    closures: tuple[tuple[Closure, frozenset[SegmentId]], ...]
    meals: Mapping[date, Meal]
    news: TripNews
    is_rest: bool

    @property
    def depot(self) -> Site:
        """The depot the trip starts from."""
        return self.sites[self.trip.depot_id]

    @property
    def start(self) -> Site:
        """Where it sets out: the depot, or where the vehicle was when it was rerouted."""
        first = next((leg for _, leg in self.trip.legs()), None)
        return self.sites[first.from_site] if first and self.is_rest else self.depot

    @property
    def vehicle(self) -> Vehicle:
        """The vehicle."""
        return self.province.vehicle_by_id[self.trip.vehicle_id]

    @property
    def crew(self) -> Crew:
        """The crew."""
        return self.province.crew_by_id[self.trip.crew_id]

    def find_bed(self, day: TripDay) -> Site | None:
        """Return where the crew sleeps after a day; None at home."""
        return None if day.day == self.trip.last_day else self.sites.get(SiteId(day.end_site))

    @property
    def meal_at_depot(self) -> Meal | None:
        """The crew's meal where it is taken before a second trip of a day."""
        meal = self.meals.get(self.trip.first_day)
        return meal if meal and meal.sequence == AT_DEPOT else None

    @property
    def is_held_up(self) -> bool:
        """Whether it waits for its road somewhere."""
        return is_held_up(self.trip)

    def is_waiting(self, day: TripDay) -> bool:
        """Whether nobody drives or serves on a day: no road home is open."""
        return is_idle(day)

    def find_start(self, day: TripDay) -> date:
        """Return the day on which it goes on after one on which it waits."""
        return next(one.day for one in self.trip.days if one.day > day.day and one.legs)

    @property
    def causes(self) -> tuple[Closure, ...]:
        """The closures that it waits for."""
        return list_causes(self.province, self.trip)

    @property
    def leave_min(self) -> int:
        """When it leaves the depot, minutes after midnight."""
        return self.trip.stops[0].leg.leave_min if self.trip.stops else self.trip.home.leave_min


def open_book(trip: Trip, plan: Plan, province: Province, language: Language) -> TripBook:
    """Return a trip with the facts around it."""
    return TripBook(
        trip, plan, province, language,
        province.site_by_id, province.content_names,
        province.segment_by_id,
        tuple(_list_closures(trip, province)),
        list_meals(trip, plan.visits, province.settings.trips, plan.all_trips),
        tell_trip(plan, trip), is_rest(plan, trip),
    )  # fmt: skip


def _list_closures(
    trip: Trip, province: Province
) -> Iterator[tuple[Closure, frozenset[SegmentId]]]:
    """Yield closures of the trip's days with their segments; those of the map where it drives."""
    rides = [ride for _, ride in trip.rides()]
    ids = {trip.vehicle_id, *(ride.vehicle_id for ride in rides)}
    vehicles = [province.vehicle_by_id[vehicle_id] for vehicle_id in sorted(ids)]
    legs = [*(leg for _, leg in trip.legs()), *(ride.leg for ride in rides)]
    driven = {segment_id for leg in legs for segment_id, _ in leg.segments}
    for closure in list_closures(province, trip.first_day, trip.last_day):
        segments = frozenset(list_closed(closure, province))
        is_met = bool(segments & driven) and any(closure.stops(vehicle) for vehicle in vehicles)
        if is_met or not closure.is_from_map:
            yield closure, segments
