"""Makes trips of the rows of a table, or says everything that keeps them from being trips."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise

from planning.edit.stop_table import StopRow
from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.findings import Findings, Spot, advise_nearest_id
from province.fleet import VehicleKind
from province.ids import CrewId, TripId, VehicleId, VisitId
from province.language import Message, message
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class WantedTrip:
    """A trip as a table arranges it.

    Parameters
    ----------
    trip_id
        What the table calls it.
    stops
        The visits in their order, each with its day.
    lines
        The line of each in the file; none of a trip that the table need not have.
    """

    trip_id: TripId
    vehicle_id: VehicleId
    crew_id: CrewId
    stops: tuple[tuple[VisitId, date], ...]
    lines: tuple[int, ...] = ()

    @property
    def work(self) -> tuple[VehicleId, CrewId, tuple[tuple[VisitId, date], ...]]:
        """What two trips are compared by, whatever they are called."""
        return self.vehicle_id, self.crew_id, self.stops


def arrange_as_planned(trip: Trip) -> WantedTrip:
    """Return a trip of a plan as a table of it would arrange it."""
    stops = tuple((stop.visit_id, stop.day) for stop in trip.stops)
    return WantedTrip(trip.trip_id, trip.vehicle_id, trip.crew_id, stops)


@dataclass(frozen=True, slots=True)
class Begun:
    """What of a month cannot be arranged any more.

    Parameters
    ----------
    trips
        Ids of trips that have begun.
    first_day
        The first day of which nothing is recorded; None: all of the month.
    """

    trips: frozenset[str]
    first_day: date | None


def arrange_trips(
    rows: Iterable[StopRow], plan: Plan, province: Province, begun: Begun, findings: Findings,
    file: str,
) -> tuple[WantedTrip, ...]:  # fmt: skip
    """Return the trips of a table by id; what it leaves out is not served.

    Every fault is added to the findings: unknown names, a visit twice, a trip of two vehicles or
    crews, days that are not in order or not the month's, changes to what has begun.
    """
    known = _Known(plan, province, findings, file)
    served = [row for row in rows if row.visit_id and row.is_served]
    for row in rows:
        if not row.visit_id and row.is_served and not known.rides_beyond(row.vehicle):
            known.at(row, "visit_id").add(
                "", expected=message("a visit of the plan"), advice=message("fill it in")
            )
    standing = {trip.trip_id for trip in plan.standing_trips}  # their visits are not the plan's
    known.check_visits(row for row in rows if row.visit_id and row.trip_id not in standing)
    trips = []
    by_trip = sorted(served, key=lambda row: row.trip_id)
    for trip_id, own in groupby(by_trip, key=lambda row: row.trip_id):
        trips.append(known.make_trip(trip_id, list(own)))
        _check_days(known, trips[-1], begun)
    return (*_check_begun(known, trips, begun), *(t for t in trips if t.trip_id not in begun.trips))


class _Known:
    """What rows may name, and where faults of them are added."""

    def __init__(self, plan: Plan, province: Province, findings: Findings, file: str) -> None:
        self.plan, self.findings, self.file = plan, findings, file
        self.visits = {str(visit.visit_id) for visit in plan.visits}
        self.trips = {str(trip.trip_id): trip for trip in plan.all_trips}
        self.vehicles = _index_names((v.vehicle_id, v.name) for v in province.fleet)
        self.crews = _index_names((crew.crew_id, crew.name) for crew in province.crews)
        self.riders = _index_names(
            (v.vehicle_id, v.name)
            for v in province.vehicles
            if v.kind is VehicleKind.MOTORBIKE and v not in province.fleet
        )

    def at(self, row: StopRow, column: str) -> Spot:
        return self.findings.at(self.file, row.line, column)

    def rides_beyond(self, vehicle: str) -> bool:
        """Whether it is a village's motorbike, whose rides follow from the stops."""
        return vehicle in self.riders

    def check_visits(self, rows: Iterable[StopRow]) -> None:
        """Add a finding for each visit that the plan has not, or that stands in two rows."""
        lines: dict[str, int] = {}
        for row in rows:
            if row.visit_id not in self.visits:
                self.at(row, "visit_id").add(
                    row.visit_id,
                    expected=message("a visit of the plan"),
                    advice=advise_nearest_id(row.visit_id, self.visits),
                )
            elif row.visit_id in lines:
                self.at(row, "visit_id").add(
                    row.visit_id,
                    expected=message("a visit once (line {line} has it)", line=lines[row.visit_id]),
                    advice=message("delete one of the two rows"),
                )
            lines.setdefault(row.visit_id, row.line)

    def make_trip(self, trip_id: str, rows: list[StopRow]) -> WantedTrip:
        """Return the trip of some rows, with a finding for each that makes it none."""
        vehicle = self._find_one(rows, "vehicle_id", self.vehicles)
        crew = self._find_one(rows, "crew_id", self.crews)
        for row in rows:
            if row.sequence is None:
                self.at(row, "sequence").add(
                    "", expected=message("the number of the stop"), advice=message("fill it in")
                )
        ordered = sorted(rows, key=lambda row: (row.sequence or 0, row.line))
        for one, two in pairwise(ordered):
            if one.sequence == two.sequence and one.sequence is not None:
                self.at(two, "sequence").add(
                    two.sequence,
                    expected=message("a number of its own (line {line} has it)", line=one.line),
                    advice=message("number the stops of the trip from 1"),
                )
        stops = tuple((VisitId(row.visit_id), row.day) for row in ordered if row.day is not None)
        lines = tuple(row.line for row in ordered)
        return WantedTrip(TripId(trip_id), VehicleId(vehicle), CrewId(crew), stops, lines)

    def _find_one(self, rows: list[StopRow], column: str, known: dict[str, str]) -> str:
        """Return the vehicle or the crew of a trip, whose rows all must name it."""
        first: StopRow | None = None
        for row in rows:
            name = row.vehicle if column == "vehicle_id" else row.crew
            if name not in known:
                self.at(row, column).add(
                    name,
                    expected=message("a vehicle of a depot, by its id")
                    if column == "vehicle_id"
                    else message("a crew, by its id"),
                    advice=advise_nearest_id(name, known),
                )
                continue
            first = first or row
            said = first.vehicle if column == "vehicle_id" else first.crew
            if known[said] != known[name]:
                self.at(row, column).add(
                    name,
                    expected=message(
                        "{name}, as in line {line}: one vehicle and one crew for each trip",
                        name=said, line=first.line,
                    ),
                    advice=message("correct this cell, or give the stop a trip of its own"),
                )  # fmt: skip
        if first is None:
            return ""
        return known[first.vehicle if column == "vehicle_id" else first.crew]


def _index_names(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return ids by themselves and by a name that no other has."""
    known = list(pairs)
    names = [name for _, name in known]
    ids = {key: key for key, _ in known}
    return {name: key for key, name in known if names.count(name) == 1} | ids


def _check_days(known: _Known, trip: WantedTrip, begun: Begun) -> None:
    """Add a finding for each day that is not the month's, goes back or leaves a gap."""
    month, before = known.plan.month, known.trips.get(trip.trip_id)
    if before and arrange_as_planned(before).work == trip.work:
        return
    planned = set(before.dates) if before else set()
    for line, (_, day) in zip(trip.lines, trip.stops, strict=True):
        spot = known.findings.at(known.file, line, "date")
        if Month.of(day) != month:
            spot.add(
                day,
                expected=message("a day of {month}", month=str(month)),
                advice=message("correct the date"),
            )
        elif begun.first_day and day < begun.first_day and trip.trip_id not in begun.trips:
            spot.add(
                day,
                expected=message("a day from {day} on", day=begun.first_day.isoformat()),
                advice=message("results are recorded up to the day before: leave it as it was"),
            )
    for (one, two), line in zip(
        pairwise(day for _, day in trip.stops), trip.lines[1:], strict=True
    ):
        between = {one + timedelta(days=k) for k in range(1, (two - one).days)}
        if two < one:
            _tell_day(known, line, two, message("no day before that of the stop before it"))
        elif between - planned:
            _tell_day(known, line, two, message("the same day as the stop before it, or the next"))


def _tell_day(known: _Known, line: int, day: date, expected: Message) -> None:
    advice = message("correct the date or the order, or make two trips of it")
    known.findings.at(known.file, line, "date").add(day, expected=expected, advice=advice)


def _check_begun(known: _Known, trips: Iterable[WantedTrip], begun: Begun) -> Iterator[WantedTrip]:
    """Yield the trips of the plan that have begun; add a finding where the table changes one."""
    wanted = {trip.trip_id: trip for trip in trips}
    for trip in known.plan.all_trips:
        if trip.trip_id not in begun.trips:
            continue
        own, is_standing = wanted.get(trip.trip_id), trip in known.plan.standing_trips
        as_planned = arrange_as_planned(trip)
        if (own is not None or not is_standing) and (own is None or own.work != as_planned.work):
            known.findings.at(known.file, own.lines[0] if own else None, "trip_id").add(
                trip.trip_id,
                expected=message("the trip as it was planned: it has begun"),
                advice=message("put its rows back, and change later trips only"),
            )
        if not is_standing:
            yield as_planned
