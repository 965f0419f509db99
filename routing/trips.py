"""Trips: what the engine decides and the documents show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from province.changes import Change
from province.ids import CrewId, SegmentId, SiteId, TripId, VehicleId, VisitId
from province.language import Message
from province.visits import Parcel, Task

NO_FIX = Message("")


@dataclass(frozen=True, slots=True)
class Pause:
    """Minutes without driving on the way: a break the law asks for, or a wait for a ferry."""

    start_min: int
    minutes: int
    is_break: bool


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one place to the next within one day.

    Parameters
    ----------
    segments
        Segments driven in order, each with True when driven from its start to its end.
    leave_min, arrive_min
        Minutes after midnight of the trip's day.
    drive_min, buffer_min, wait_min
        Minutes at the wheel, of buffer, of ferry waits.
    length_m
        Metres driven.
    pauses
        Breaks and waits, in order.
    from_share, to_share
        Where on its first segment the leg begins and where on its last one it ends, as shares of
        their lengths in the direction driven: 0 and 1 when both are driven whole.
    """

    from_site: SiteId
    to_site: SiteId
    segments: tuple[tuple[SegmentId, bool], ...]
    leave_min: int
    arrive_min: int
    drive_min: int
    buffer_min: int
    wait_min: int
    length_m: int
    pauses: tuple[Pause, ...]
    from_share: float = 0.0
    to_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Ride:
    """One way of a motorbike between a village and its hand-over site; `boxes` may be 0."""

    vehicle_id: VehicleId
    leg: Leg
    boxes: int


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a trip that serves a visit.

    `leg` leads here from the stop, lodging or depot before. `start_min` may be later than the
    leg's arrival (waiting for opening). Loads are what is on board after the stop. Where boxes are
    handed over for a village beyond, `village_id` names it and `rides` are those of its
    motorbikes, by motorbike and time: down before the stop begins, up after it ends.
    """

    sequence: int
    day: date
    visit_id: VisitId
    site_id: SiteId
    tasks: tuple[Task, ...]
    leg: Leg
    start_min: int
    depart_min: int
    leaves: tuple[Parcel, ...]
    takes: tuple[Parcel, ...]
    boxes_after: int
    kg_after: float
    village_id: SiteId | None = None
    rides: tuple[Ride, ...] = ()

    @property
    def receiver_id(self) -> SiteId:
        """The site that is served: the village beyond a hand-over, else the site itself."""
        return self.village_id or self.site_id


@dataclass(frozen=True, slots=True)
class Night:
    """A night between two days of a trip.

    `leg` leads from the last stop to the lodging; None: the crew sleeps where it stopped last.
    """

    day: date
    site_id: SiteId
    leg: Leg | None


@dataclass(frozen=True, slots=True)
class TripDay:
    """One day of a trip.

    Parameters
    ----------
    day
        Its date.
    start_site, end_site
        Where the vehicle stands in the morning and at night; an `end_site` of "" is unknown.
    stops
        The stops of the day in order.
    last_leg
        The leg to the depot or to the lodging; None where the crew sleeps at its last stop.
    """

    day: date
    start_site: str
    stops: tuple[Stop, ...]
    last_leg: Leg | None
    end_site: str

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The legs of the day in order."""
        return (*(stop.leg for stop in self.stops), *((self.last_leg,) if self.last_leg else ()))


@dataclass(frozen=True, slots=True)
class Trip:
    """Depot to depot by one vehicle, one or several days.

    Parameters
    ----------
    stops, nights, home
        Stops in order, nights in order, and the leg back to the depot on the last day.
    loads
        Parcels on board when it leaves the depot.
    cost_vnd
        Kilometres, vehicle-days, nights and allowances of the crew, and the rides of villages'
        motorbikes to and from its stops. A second trip of a day costs its kilometres, rounded up
        together with those of the first, and its rides.
    load_min
        For a second trip of a vehicle and its crew on one day: the minute at which loading for it
        begins at the depot. None: it is their only trip of its days, or the first.
    """

    trip_id: TripId
    vehicle_id: VehicleId
    crew_id: CrewId
    depot_id: SiteId
    first_day: date
    last_day: date
    stops: tuple[Stop, ...]
    nights: tuple[Night, ...]
    home: Leg
    loads: tuple[Parcel, ...]
    length_m: int
    drive_min: int
    cost_vnd: int
    load_min: int | None = None

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates from the first day to the last."""
        count = (self.last_day - self.first_day).days + 1
        return tuple(self.first_day + timedelta(days=number) for number in range(count))

    @property
    def num_days(self) -> int:
        """Days of its vehicle and crew that it takes: none for a second trip of a day."""
        return len(self.dates) if self.load_min is None else 0

    @property
    def days(self) -> tuple[TripDay, ...]:
        """The days of the trip, each with its stops, its last leg and where the night is spent."""
        nights = {night.day: night for night in self.nights}
        place: str = self.depot_id
        days = []
        for day in self.dates:
            stops = tuple(stop for stop in self.stops if stop.day == day)
            night = nights.get(day)
            last, end = (night.leg, night.site_id) if night else (None, "")
            if day == self.last_day:
                last, end = self.home, self.depot_id
            days.append(TripDay(day, place, stops, last, end))
            place = end
        return tuple(days)

    def legs(self) -> Iterator[tuple[date, Leg]]:
        """Yield the legs with their dates, in the order driven."""
        return ((day.day, leg) for day in self.days for leg in day.legs)

    def rides(self) -> Iterator[tuple[Stop, Ride]]:
        """Yield the rides of motorbikes with the stops that they meet."""
        return ((stop, ride) for stop in self.stops for ride in stop.rides)

    @property
    def returns(self) -> tuple[Parcel, ...]:
        """What is on board when it comes home, in the order taken."""
        on_board = {parcel.content_id: parcel for parcel in self.loads}
        for stop in self.stops:
            for parcel in stop.leaves:
                on_board.pop(parcel.content_id, None)
            on_board |= {parcel.content_id: parcel for parcel in stop.takes}
        return tuple(on_board.values())

    @property
    def peak_boxes(self) -> int:
        """The most boxes on board between two stops."""
        boxes = sum(parcel.boxes for parcel in self.loads)
        return max([boxes, *(stop.boxes_after for stop in self.stops)])

    @property
    def peak_kg(self) -> float:
        """The most kilograms on board between two stops."""
        mass_kg = sum(parcel.mass_kg for parcel in self.loads)
        return max([mass_kg, *(stop.kg_after for stop in self.stops)])


def pair_trips(trips: Iterable[Trip]) -> list[tuple[Trip, ...]]:
    """Return trips in their order, a second one of a day together with the first, in its place."""
    listed = list(trips)
    seconds = {_tell_day(trip): trip for trip in listed if trip.load_min is not None}
    firsts = {_tell_day(trip) for trip in listed if trip.load_min is None}
    pairs: list[tuple[Trip, ...]] = []
    for trip in listed:
        second = seconds.get(_tell_day(trip))
        if trip.load_min is None:
            pairs.append((trip,) if second is None else (trip, second))
        elif _tell_day(trip) not in firsts:
            pairs.append((trip,))
    return pairs


def _tell_day(trip: Trip) -> tuple[VehicleId, CrewId, date, date]:
    return trip.vehicle_id, trip.crew_id, trip.first_day, trip.last_day


@dataclass(frozen=True, slots=True)
class Unserved:
    """A visit that no trip serves: why, and the cheapest change that would serve it.

    Parameters
    ----------
    reason_code
        One of `routing.solver.unserved_reasons.CODES`.
    fix, change
        The change in words and as a cell of the province folder; empty and None where no single
        change serves the visit.
    fix_cost_vnd
        What the trip that then serves it costs, or, where leaving it out is cheaper, what serving
        it costs more; None without a change.
    """

    visit_id: VisitId
    reason_code: str
    reason: Message
    fix: Message = NO_FIX
    fix_cost_vnd: int | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class TripPlan:
    """The trips of a month.

    Parameters
    ----------
    status
        ``optimal``, ``feasible`` or ``interrupted``.
    cost_vnd
        Cost of all trips; `objective` adds what unserved visits count.
    bound, gap
        A valid lower bound on the objective and (objective − bound) / objective.
    uneven_crews_vnd, uneven_communes_vnd
        The shares of the objective that unevenness among crews and among communes counts.
    """

    trips: tuple[Trip, ...]
    unserved: tuple[Unserved, ...]
    status: str
    cost_vnd: int
    objective: float
    bound: float
    gap: float
    seed: int
    work: float
    uneven_crews_vnd: int = 0
    uneven_communes_vnd: int = 0

    def stops(self) -> Iterator[tuple[Trip, Stop]]:
        """Yield every stop with its trip, trip by trip."""
        return ((trip, stop) for trip in self.trips for stop in trip.stops)

    @property
    def stop_by_visit(self) -> dict[VisitId, tuple[Trip, Stop]]:
        """The trip and the stop that serve each visit."""
        return {stop.visit_id: (trip, stop) for trip, stop in self.stops()}
