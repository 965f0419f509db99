"""Times the trips of a table with the engine's own clock; those it leaves as they were stay so."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from planning.edit.arrangement import WantedTrip, arrange_as_planned
from planning.plan import Plan
from province.findings import Findings
from province.ids import CrewId, TripId, VehicleId
from province.language import message
from routing.month.given_trips import GivenTrip, NoTimetable, time_given
from routing.month.instance import MonthInstance, build_instance
from routing.month.schedule import date_trip
from routing.problem import TripProblem
from routing.solver.to_trips import record_trip, record_two
from routing.trips import Trip, pair_trips


@dataclass(frozen=True, slots=True)
class TimedTrip:
    """A trip that is wanted, with its times; `is_kept`: it is as the plan has it."""

    wanted: WantedTrip
    trip: Trip
    is_kept: bool


@dataclass(frozen=True, slots=True)
class MonthNumbers:
    """The trip problem of a plan, and the same in numbers."""

    problem: TripProblem
    instance: MonthInstance

    def number_days(self, days: Iterable[date]) -> list[int]:
        """Return the numbers of those days that are the month's."""
        return [self.problem.days.index(day) for day in days if day in self.problem.days]


def number_month(problem: TripProblem) -> MonthNumbers:
    """Return a month in numbers in which a visit has its hours on every day that it has them.

    Without what the engine takes its days away for: pins, and sessions held before the month. The
    checkers tell those.
    """
    free = tuple(dataclasses.replace(visit, pin=None) for visit in problem.visits)
    instance = build_instance(dataclasses.replace(problem, visits=free, past_visits={}))
    return MonthNumbers(problem, instance)


def time_trips(
    month: MonthNumbers, plan: Plan, wanted: tuple[WantedTrip, ...], findings: Findings, file: str,
    *, has_changed: bool,
) -> tuple[TimedTrip, ...]:  # fmt: skip
    """Return the trips that are wanted, with their times, in the order of the table.

    Where a stop cannot be driven to at all, a finding is added and the trip is left out.

    Parameters
    ----------
    has_changed
        Whether the facts are others than those of the plan, so that what is as it was is timed
        anew too.
    """
    as_planned = {arrange_as_planned(trip).work: trip for trip in plan.trips.trips}
    kept = {} if has_changed else {w.trip_id: as_planned.get(w.work) for w in wanted}
    kept = _drop_parted(plan, kept)
    kept |= {w.trip_id: as_planned[w.work] for w in wanted if not w.lines}
    paired = _time_pairs(month, wanted, kept)
    taken = {w.trip_id: trip.dates if (trip := kept.get(w.trip_id)) else _span(w) for w in wanted}
    timed = []
    for one in wanted:
        old, new = kept.get(one.trip_id), paired.get(one.trip_id)
        if old is not None and new is None:
            timed.append(TimedTrip(one, old, is_kept=True))
            continue
        others = [w for w in wanted if w is not one and _shares(w, one)]
        busy = {day for other in others for day in taken[other.trip_id]}
        new = new or _time(month, one, busy, findings, file)
        if new is not None:
            taken[one.trip_id] = new.dates
            before = as_planned.get(one.work)
            is_same = before is not None and _tell(before) == _tell(new)
            timed.append(TimedTrip(one, before if before and is_same else new, is_kept=is_same))
    return tuple(timed)


def _tell(trip: Trip) -> tuple[object, ...]:
    """Return what two trips of the same stops may differ in, whatever they are called."""
    return trip.stops, trip.nights, trip.home, trip.loads, trip.cost_vnd, trip.load_min


def _drop_parted(plan: Plan, kept: dict[TripId, Trip | None]) -> dict[TripId, Trip | None]:
    """Return the trips that stay, without second ones of a day whose first does not stay."""
    stay = {trip.trip_id for trip in kept.values() if trip is not None}
    parted = {
        pair[1].trip_id
        for pair in pair_trips(plan.trips.trips)
        if len(pair) > 1 and pair[0].trip_id not in stay
    }
    return {
        trip_id: None if trip is not None and trip.trip_id in parted else trip
        for trip_id, trip in kept.items()
    }


def _time_pairs(
    month: MonthNumbers, wanted: tuple[WantedTrip, ...], kept: Mapping[TripId, Trip | None]
) -> dict[TripId, Trip]:
    """Return the trips, by what the table calls them, of which a day holds two, one not as it was.

    Those are two of one vehicle and crew between which the vehicle can be loaded at the depot; the
    first is the one whose name comes first, unless only the other order keeps the rules.
    """
    days: dict[tuple[VehicleId, CrewId, date], list[WantedTrip]] = {}
    for one in wanted:
        dates = set(_span(one))
        if len(dates) == 1 and one.lines:
            days.setdefault((one.vehicle_id, one.crew_id, dates.pop()), []).append(one)
    found: dict[TripId, Trip] = {}
    for (_, _, day), both in sorted(days.items()):
        both.sort(key=lambda one: one.trip_id)
        others = (w for w in wanted if w not in both and _shares(w, both[0]))
        is_alone = not any(day in _span(other) for other in others)
        if len(both) != 2 or not is_alone or all(kept.get(one.trip_id) for one in both):
            continue
        for first, second in (both, both[::-1]):
            trips = _time_two(month, first, second, day)
            if trips is not None:
                found |= {first.trip_id: trips[0], second.trip_id: trips[1]}
                break
    return found


def _time_two(
    month: MonthNumbers, first: WantedTrip, second: WantedTrip, day: date
) -> tuple[Trip, Trip] | None:
    """Return two trips of a day with their times; None where rules forbid it."""
    problem = month.problem
    jobs = {visit.visit_id: number for number, visit in enumerate(problem.visits)}
    dated = date_trip(
        month.instance,
        tuple(jobs[visit_id] for one in (first, second) for visit_id, _ in one.stops),
        [v.vehicle_id for v in problem.vehicles].index(first.vehicle_id),
        problem.days.index(day),
        [c.crew_id for c in problem.crews].index(first.crew_id),
        len(first.stops),
    )
    return None if dated is None else record_two(problem, dated)


def _span(wanted: WantedTrip) -> tuple[date, ...]:
    return tuple(day for _, day in wanted.stops)


def _shares(one: WantedTrip, two: WantedTrip) -> bool:
    return one.vehicle_id == two.vehicle_id or one.crew_id == two.crew_id


def _time(
    month: MonthNumbers, wanted: WantedTrip, busy: set[date], findings: Findings, file: str
) -> Trip | None:
    problem, instance = month.problem, month.instance
    jobs = {visit.visit_id: number for number, visit in enumerate(problem.visits)}
    car = [v.vehicle_id for v in problem.vehicles].index(wanted.vehicle_id)
    crew = [c.crew_id for c in problem.crews].index(wanted.crew_id)
    given = GivenTrip(
        tuple(jobs[visit_id] for visit_id, _ in wanted.stops),
        tuple(month.number_days(day for _, day in wanted.stops)),
        car,
        crew,
        frozenset(
            number
            for number in month.number_days(set(problem.days) - busy)
            if instance.cars[car].is_free[number] and instance.teams[crew].is_free[number]
        ),
    )
    found = time_given(instance, given)
    if isinstance(found, NoTimetable):
        _tell_why(problem, wanted, found, findings, file)
        return None
    return record_trip(problem, found)


def _tell_why(
    problem: TripProblem, wanted: WantedTrip, why: NoTimetable, findings: Findings, file: str
) -> None:
    """Add the finding of a trip that cannot be driven: no rule that anybody could overrule."""
    place = min(why.number, len(wanted.stops) - 1)
    visit_id, day = wanted.stops[place]
    line = wanted.lines[place] if wanted.lines else None
    if why.start is None or why.end is None:
        expected = message("stops that can be done on {day} before midnight", day=day.isoformat())
        advice = message("give some of them another day or trip")
    else:
        expected = message(
            "a road from {start} to {end} that is open for {vehicle} on {day}",
            start=problem.sites[why.start], end=problem.sites[why.end],
            vehicle=wanted.vehicle_id, day=day.isoformat(),
        )  # fmt: skip
        advice = message("choose another day or vehicle, or leave the visit out")
    findings.at(file, line, "visit_id").add(visit_id, expected=expected, advice=advice)
