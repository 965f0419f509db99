"""The trip problem: visits to be served by vehicles and crews within a month."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from province.cost_settings import CostSettings
from province.fleet import Crew, Vehicle
from province.hours import Spans
from province.ids import CommuneCode, CrewId, SiteId, VehicleId, VisitId
from province.language import Message
from province.past import PastDay
from province.settings import TripSettings
from province.visits import Visit, Window
from roads.matrix import Travel
from roads.travel import Way


@dataclass(frozen=True, slots=True)
class RideWay:
    """One way: minutes at the wheel, ferry waits, metres."""

    drive_min: int
    wait_min: int
    length_m: int


def read_way(travel: Travel, cell: tuple[int, int]) -> RideWay:
    """Return one way of a table of travel."""
    return RideWay(
        *(int(part[cell]) for part in (travel.drive_min, travel.wait_min, travel.length_m))
    )


@dataclass(frozen=True, slots=True)
class Rider:
    """A village's motorbike on one day: its ways down to the hand-over site and up again."""

    vehicle: Vehicle
    down: RideWay
    up: RideWay


@dataclass(frozen=True, slots=True)
class RideDay:
    """The motorbikes of a village that can ride on a day, and the minutes in which they may."""

    riders: tuple[Rider, ...]
    spans: Spans


@dataclass(frozen=True, slots=True)
class LastMile:
    """How the boxes of a village get to it from where a bus, truck or car stops.

    Parameters
    ----------
    days
        The days of the month on which some motorbike can ride.
    handling_min
        Minutes for a box to be loaded, and again to be unloaded.
    """

    village_id: SiteId
    handover_id: SiteId
    days: Mapping[date, RideDay]
    rules: TripSettings
    handling_min: float


@dataclass(frozen=True, slots=True)
class ChangePrices:
    """What it counts, as money, that a visit is not as it was announced.

    Parameters
    ----------
    day_vnd, time_vnd
        On another day; or on any day, at a time further from the announced one than is tolerated.
    vehicle_vnd, crew_vnd
        With another vehicle, another crew.
    order_vnd
        After another stop of its day, or as the first one.
    lost_vnd
        Not at all, beside what leaving a visit out counts always.
    """

    day_vnd: int = 0
    time_vnd: int = 0
    vehicle_vnd: int = 0
    crew_vnd: int = 0
    order_vnd: int = 0
    lost_vnd: int = 0


@dataclass(frozen=True, slots=True)
class Announced:
    """How a visit was announced.

    Parameters
    ----------
    start_min
        Minute of the day at which it begins.
    after
        The visit before it on the same day, None for the day's first.
    tolerance_min
        Minutes by which it may begin earlier or later without counting.
    """

    day: date
    start_min: int
    vehicle_id: VehicleId
    crew_id: CrewId
    after: VisitId | None
    tolerance_min: int
    prices: ChangePrices


@dataclass(frozen=True, slots=True)
class Withheld:
    """Windows in which a visit could lie but for a lockdown.

    Parameters
    ----------
    code
        The code of the reason for which it is left out, when it would lie there.
    reason
        What keeps them from it.
    """

    code: str
    reason: Message
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class TripProblem:
    """Everything the trip engine may know.

    Parameters
    ----------
    days
        The days of the month, ascending.
    sites
        Depots, lodging places and visited sites; their order is the order of travel matrices.
    depots, lodging
        Which of them are depots; where a crew can sleep (beds by site).
    visits, vehicles, crews
        What is to be served, by whom.
    travel
        Gives the travel of a vehicle on a day; calls are cheap, results are shared.
    way
        Gives the segments driven between two sites, and where on the first and the last the way
        begins and ends.
    rules, costs, check_days
        Law and custom, money, and the days a returned batch is checked before it goes out again.
    daylight
        First and last minute of daylight by day.
    last_miles
        How villages that only motorbikes reach are served, by village.
    communes
        The commune of each visited site; a site not named belongs to none.
    rest_days
        Days on which nobody works unless `rules` say so: public holidays.
    past_days
        Days that crews worked already, before the month or in what is over of it.
    past_visits
        Days on which visits of a gap group were made already, by group.
    announced
        How visits were announced; one that is not named was to nobody.
    first_starts
        The minute before which no trip sets out, by day; a day not named has none of its own.
    resting
        Days that books taken from a site on a day rest at home before they are checked, by site
        and day; not named: none. Books that rest are left nowhere on the trip that took them.
    withheld
        Windows that a lockdown keeps from a visit, and why; a visit not named lacks none.
    currency
        What money is told in; it is counted in its smallest unit.
    """

    days: tuple[date, ...]
    sites: tuple[SiteId, ...]
    depots: tuple[SiteId, ...]
    lodging: dict[SiteId, int]
    visits: tuple[Visit, ...]
    vehicles: tuple[Vehicle, ...]
    crews: tuple[Crew, ...]
    travel: Callable[[Vehicle, date], Travel]
    way: Callable[[Vehicle, date, SiteId, SiteId], Way]
    rules: TripSettings
    costs: CostSettings
    check_days: int
    daylight: dict[date, tuple[int, int]]
    last_miles: Mapping[SiteId, LastMile] = field(default_factory=dict)
    communes: Mapping[SiteId, CommuneCode] = field(default_factory=dict)
    rest_days: frozenset[date] = frozenset()
    past_days: tuple[PastDay, ...] = ()
    past_visits: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    announced: Mapping[VisitId, Announced] = field(default_factory=dict)
    first_starts: Mapping[date, int] = field(default_factory=dict)
    resting: Mapping[tuple[SiteId, date], int] = field(default_factory=dict)
    withheld: Mapping[VisitId, Withheld] = field(default_factory=dict)
    currency: str = "VND"


def is_far_from(made: Iterable[date], visit: Visit, day: date) -> bool:
    """Whether a day is at least a visit's gap away from the visits of its group that were made."""
    return all(abs((day - other).days) >= visit.gap_days for other in made)
