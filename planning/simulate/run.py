"""One run: the month lived once, planned again whenever something happens."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from planning.expected_results import list_expected_results
from planning.plan import Plan
from planning.replan.changes import DAY, LOST, TIME, list_changes
from planning.replan.moment import Moment
from planning.simulate.day import Chance, live_day
from planning.simulate.events import Event, Hazards, Kind, concerns, drives, list_events, take_in
from planning.simulate.react import Given, Reactor, react_at_all
from province.facts import Province
from province.ids import VisitId
from province.results import Outcome, RecordedResult, identify_result
from province.visits import Visit
from routing.trips import Stop, Trip

LATE = "late"
"""The cause of a visit for which the crew came too late; its other name is a site's."""

Cause = tuple[str, str]
"""A kind of event and what it was about."""


@dataclass(frozen=True, slots=True)
class Harm:
    """What one cause did in a run.

    Parameters
    ----------
    times
        How often the month was planned again for it.
    lost, moved
        Visits that were then lost, or moved to another day or hour; shared where there were
        several causes at once.
    """

    cause: Cause
    times: int
    lost: float
    moved: float


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of a plan in one run.

    Parameters
    ----------
    lost, moved, shifted
        Visits of the plan that were not made; that were made on another day; that were made on
        their day, but more than `replan.shift_min` from when they were announced.
    cost_vnd
        What the trips cost in the end.
    late_min
        Minutes on the road after the end of a day.
    replanned
        How often the month was planned again.
    """

    run: int
    lost: tuple[VisitId, ...]
    moved: tuple[VisitId, ...]
    shifted: tuple[VisitId, ...]
    cost_vnd: int
    late_min: int
    replanned: int
    harms: tuple[Harm, ...]


Times = dict[VisitId, tuple[date, int]]
"""By visit: the day and the minute at which it begins."""


@dataclass(slots=True)
class _Month:
    """A month as far as it is lived."""

    province: Province
    plan: Plan
    visits: dict[VisitId, Visit]
    made: Times = field(default_factory=dict)
    missed: tuple[tuple[Trip, Stop], ...] = ()
    late_min: int = 0
    replanned: int = 0
    harms: dict[Cause, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))


def list_planned(plan: Plan) -> Times:
    """Return when a plan makes each of its visits."""
    return {
        stop.visit_id: (stop.day, stop.start_min) for trip in plan.all_trips for stop in trip.stops
    }


def live_month(given: Given, reactor: Reactor, hazards: Hazards, seed: int, run: int) -> Lived:
    """Return what comes of a plan in one run."""
    plan, start = given.plan, given.start
    planned = list_planned(plan)
    month = _Month(given.province, plan, {visit.visit_id: visit for visit in plan.visits})
    month.made = {visit: when for visit, when in planned.items() if Moment(*when) < start}
    days = [day for day in plan.month.days() if day >= start.day]
    events = list_events(given.province, hazards, days, seed, run)
    chance = Chance(seed, run, given.deviations)
    for day in days:
        today = [event for event in events if event.begins.day == day]
        _hear_news(month, reactor, max(Moment(day), start), today)
        shut = [event for event in today if event.until_min is not None]
        lived = live_day(month.province, month.plan, month.visits, day, shut, chance)
        month.made = {name: (day, minute) for name, minute in lived.made} | month.made
        month.missed, month.late_min = lived.missed, month.late_min + lived.late_min
    return _conclude(month, planned, run, given.province.settings.replan.shift_min)


def _hear_news(month: _Month, reactor: Reactor, morning: Moment, events: Iterable[Event]) -> None:
    """Plan again for what is heard in the morning, then for each breakdown of the day."""
    lasting = [event for event in events if event.until_min is None]
    news = [event for event in lasting if event.kind is not Kind.VEHICLE]
    causes = [event for event in news if concerns(event, month.plan)]
    for event in news:
        month.province = take_in(month.province, event)
    missed, month.missed = month.missed, ()
    for trip, stop in missed:
        month.province = _record_missed(month.province, month.plan, trip, stop)
        month.harms[LATE, str(stop.receiver_id)][1] += 1
    if causes or missed:
        names = [(LATE, str(stop.receiver_id)) for _, stop in missed]
        _plan_again(month, reactor, morning, causes, names)
    for event in lasting:
        if event.kind is Kind.VEHICLE and drives(event, month.plan):
            month.province = take_in(month.province, event)
            _plan_again(month, reactor, event.begins, [event], [])


def _plan_again(
    month: _Month, reactor: Reactor, moment: Moment, events: list[Event], others: list[Cause]
) -> None:
    before, month.replanned = month.plan, month.replanned + 1
    month.province, month.plan = react_at_all(reactor, month.province, before, moment, events)
    month.visits |= {visit.visit_id: visit for visit in month.plan.visits}
    shift_min = month.province.settings.replan.shift_min
    kinds = [set(one.kinds) for one in list_changes(before, month.plan, shift_min=shift_min)]
    causes = [*((str(event.kind), event.who) for event in events), *others]
    for cause in causes:
        harm = month.harms[cause]
        harm[0] += 1
        harm[1] += sum(LOST in one for one in kinds) / len(causes)
        harm[2] += sum(bool(one & {DAY, TIME}) for one in kinds) / len(causes)


def _record_missed(province: Province, plan: Plan, trip: Trip, stop: Stop) -> Province:
    """Return the facts with a stop of a trip recorded as not done."""
    rows = [row for row in list_expected_results(plan, trip) if row.sequence == stop.sequence]
    told = tuple(
        RecordedResult(
            identify_result(row), "", "", "", "", None,
            dataclasses.replace(row, outcome=Outcome.NOT_DONE),
        )
        for row in rows
    )  # fmt: skip
    return dataclasses.replace(province, results=(*province.results, *told))


def _conclude(month: _Month, planned: Times, run: int, shift_min: int) -> Lived:
    made = {visit: month.made[visit] for visit in sorted(planned) if visit in month.made}
    moved = tuple(visit for visit, (day, _) in made.items() if day != planned[visit][0])
    return Lived(
        run,
        lost=tuple(visit for visit in sorted(planned) if visit not in made),
        moved=moved,
        shifted=tuple(
            visit
            for visit, (_, minute) in made.items()
            if visit not in moved and abs(minute - planned[visit][1]) > shift_min
        ),
        cost_vnd=sum(trip.cost_vnd for trip in month.plan.all_trips),
        late_min=month.late_min,
        replanned=month.replanned,
        harms=tuple(
            Harm(cause, int(times), lost, moved_by)
            for cause, (times, lost, moved_by) in sorted(month.harms.items())
        ),
    )


def begin(province: Province, plan: Plan, start: Moment | None = None) -> tuple[Province, Moment]:
    """Return the facts as they were at a moment, and that moment.

    What was recorded from then on counts as not known. Where no moment is named it is the one from
    which the plan decides.
    """
    start = start or Moment(plan.first_day or plan.month.first_day, plan.first_min)
    eve = start.day - timedelta(days=1)
    known = dataclasses.replace(
        province,
        journal=tuple(entry for entry in province.journal if entry.day <= eve),
        results=tuple(
            one
            for one in province.results
            if one.row.month != plan.month or (one.row.day is not None and one.row.day <= eve)
        ),
    )
    return known, start
