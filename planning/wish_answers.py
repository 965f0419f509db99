"""What became of each wish for a day of an event: when it is, why so, which other days would do."""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from planning.announced import announce_trips
from planning.placed import Placed, Slot, WishAnswer, WishReason
from planning.slot_search import PlannedMonth, exchange_pin, number_visit
from province.facts import Province
from province.ids import VehicleId, VisitId
from province.language import message
from province.progress import Progress, ignore_progress
from province.visits import Pin, Task, Visit, VisitWish
from routing.month.instance import MonthInstance, build_instance
from routing.month.roster import Roster
from routing.month.schedule import date_trip, list_singles, month_value, served_days
from routing.month.timetable import DatedTrip
from routing.problem import TripProblem
from routing.solver.day_options import DayOption, leave_out, list_day_options
from routing.solver.place_lost import place_lost
from routing.solver.solve import plan_trips
from routing.solver.warm_start import recall_trips
from routing.trips import Trip

OFFERED = 2
"""Other days that are named to whom the day wished for is not given."""


SEARCHED = 0.01
"""Share of the usual effort of a month's search for a month in which a visit is on another day."""


def answer_wishes(
    province: Province,
    problem: TripProblem,
    trips: tuple[Trip, ...],
    *,
    progress: Progress = ignore_progress,
) -> tuple[WishAnswer, ...]:
    """Return what became of every wished session of a month, by event, the weightiest first.

    Other days are those on which every other visit stays on its trip (`planning.slot_search`), or
    where too few are left, others change theirs and none is left out. A vehicle on a day is offered
    to another only where nothing else is left, since it may be taken up by either. Ctrl-C leaves
    the rest without an answer.

    Parameters
    ----------
    problem
        The month with the wished visits.
    trips
        Its trips as they are planned.
    """
    asked = [(visit, visit.wish) for visit in problem.visits if visit.wish is not None]
    if not asked:
        return ()
    month = pose_wishes(province, problem, trips)
    asked.sort(key=lambda one: (one[1].event_id, -one[1].weight, one[0].visit_id))
    answers = []
    try:
        for count, (visit, wish) in enumerate(asked):
            answers.append(month.answer(visit, wish))
            progress(message("answering wishes for days of events"), (count + 1) / len(asked))
    except KeyboardInterrupt:
        pass  # what is answered stands
    return tuple(answers)


@dataclass(frozen=True, slots=True)
class _Change:
    """A month with a visit on another day, and what the objective rises by."""

    cost_vnd: int
    month: tuple[DatedTrip, ...]

    def day(self, job: int) -> int:
        """Return the number of the day on which a visit is made."""
        return next(served_days(trip)[job] for trip in self.month if job in trip.order)


@dataclass(slots=True)
class WishedMonth:
    """A planned month in numbers; no pin holds a wished visit, and `offered` counts the slots.

    In `told` it counts what visits are not as they are planned, which it does not in `problem`.
    """

    problem: TripProblem
    told: TripProblem
    instance: MonthInstance
    trips: tuple[DatedTrip, ...]
    planned: PlannedMonth
    placed: dict[VisitId, Placed]
    offered: Counter[tuple[date, VehicleId]] = field(default_factory=Counter)

    def answer(self, visit: Visit, wish: VisitWish) -> WishAnswer:
        """Return what became of a wish."""
        placed = self.placed.get(visit.visit_id)
        answer = WishAnswer(visit.visit_id, visit.receiver_id, wish, placed, WishReason.MET)
        if placed is not None and placed.day in wish.days:
            return answer
        job = number_visit(self.problem, visit.visit_id)
        options = list_day_options(self.instance, self.trips, job)
        slots = tuple(self._offer(answer, options))
        answer = dataclasses.replace(answer, reason=WishReason.PINNED, slots=slots)
        if visit.pin is not None and not any(map(visit.pin.holds_on, wish.days.days())):
            return answer
        return self._explain(answer, job, options)

    def _offer(self, answer: WishAnswer, options: tuple[DayOption, ...]) -> Iterator[Slot]:
        """Yield other days for a visit, each with the vehicle that is offered to the fewest."""
        seen = {answer.placed.day} if answer.placed else set()
        left = OFFERED
        for slots in self._list_groups(answer, options):
            while left and (found := self._pick(slots, seen)):
                self.offered[found.placed.day, found.placed.vehicle_id] += 1
                seen.add(found.placed.day)
                left -= 1
                yield found
            if not left:
                return

    def _list_groups(
        self, answer: WishAnswer, options: tuple[DayOption, ...]
    ) -> Iterator[list[Slot]]:
        """Yield other days for a visit, the better ones first; the later take more to look for.

        Days around the event come first: those on which all others stay, then those on which a
        visit or a trip of others is elsewhere for it; then the other days of the month likewise.
        """
        job, wish = number_visit(self.problem, answer.visit_id), answer.wish
        now = answer.placed.day if answer.placed else None
        free = [
            self.planned.describe(answer.visit_id, [option.trip], option.cost_vnd)
            for option in options
            if self.problem.days[option.day] not in wish.days and self._is_kept(option.month)
        ]
        others = {
            k for k, day in enumerate(self.problem.days) if day not in wish.days and day != now
        }
        near = {k for k in others if self.problem.days[k] in wish.instead}
        yield [slot for slot in free if slot.placed.day in wish.instead]
        yield list(self._list_changes(answer, job, near))
        yield free
        yield list(self._list_changes(answer, job, others - near))
        yield list(self.search(answer, job, others))

    def _pick(self, slots: list[Slot], seen: set[date]) -> Slot | None:
        """Return the best slot on none of some days."""
        return min(
            (slot for slot in slots if slot.placed.day not in seen),
            key=lambda slot: (
                self.offered[slot.placed.day, slot.placed.vehicle_id], slot.cost_vnd,
                slot.placed.day,
            ),
            default=None,
        )  # fmt: skip

    def _list_changes(self, answer: WishAnswer, job: int, days: set[int]) -> Iterator[Slot]:
        """Yield those of some days that are free once another visit, or trip, is elsewhere.

        Nobody is left out for it, and no other wish that is met is missed then.
        """
        changes = [
            change
            for trip in self.trips
            if days & set(range(trip.first, trip.first + len(trip.days)))
            for rest in (
                *(leave_out(self.instance, self.trips, k) for k in trip.order if k != job),
                [other for other in self.trips if other is not trip],
            )
            for change in self._list_months(job, rest, days)
        ]
        kept = [change for change in changes if self._is_kept(change.month)]
        if answer.placed is not None and len({change.day(job) for change in kept}) < OFFERED:
            moved = self._list_moved(job, days)
            kept += [change for change in moved if self._is_kept(change.month)]
        for change in kept:
            yield self.planned.describe(answer.visit_id, change.month, change.cost_vnd)

    def _list_moved(self, job: int, days: set[int]) -> Iterator[_Change]:
        """Yield the months in which a visit is elsewhere with stops around it on its trip.

        The new trip stands in place of those that have its vehicle or crew then.
        """
        own = next(trip for trip in self.trips if job in trip.order)
        tour = next(tour for tour in own.tours if job in tour)
        place, size = tour.index(job), len(tour)
        runs = [tour[a:b] for a in range(place + 1) for b in range(place + 1, size + 1)]
        for run, first in itertools.product(runs, range(len(self.problem.days))):
            for car, crew in itertools.product(
                range(len(self.instance.cars)), range(len(self.instance.teams))
            ):
                new = date_trip(self.instance, run, car, first, crew)
                if new is None or served_days(new)[job] not in days:
                    continue
                rest = [trip for trip in self.trips if trip is not own and not _clash(trip, new)]
                if Roster(self.instance, rest).fits(new):
                    yield self._weigh([*rest, new])

    def search(self, answer: WishAnswer, job: int, days: set[int]) -> Iterator[Slot]:
        """Yield some of the days nearest to those wished for that the month can be searched for.

        That is planned with the visit on the day and all others where they are, if that pays.
        """
        able = days & {served_days(trip)[job] for trip in list_singles(self.instance, job)}
        wished, count = answer.wish.days.first, 0
        for k in sorted(able, key=lambda k: (abs((self.problem.days[k] - wished).days), k)):
            pin = Pin(self.problem.days[k])
            visits = exchange_pin(self.told.visits, answer.visit_id, pin)
            posed = dataclasses.replace(self.told, visits=visits)
            found = plan_trips(posed, start=self.planned.trips, work=SEARCHED, is_draft=True)
            if found.status == "interrupted":
                raise KeyboardInterrupt
            month = recall_trips(self.problem, self.instance, found.trips).month
            if answer.visit_id in found.stop_by_visit and self._is_kept(month):
                cost_vnd = month_value(self.instance, month) - month_value(
                    self.instance, self.trips
                )
                yield self.planned.describe(answer.visit_id, month, cost_vnd)
                count += 1
            if count == OFFERED:
                return

    def _list_months(
        self, job: int, rest: list[DatedTrip] | None, days: set[int]
    ) -> Iterator[_Change]:
        """Yield the months with a visit on each of some days, where what lacks is placed again."""
        best: dict[int, DayOption] = {}
        for option in list_day_options(self.instance, rest, job) if rest is not None else ():
            if option.day in days:
                best.setdefault(option.day, option)
        for option in best.values():
            yield self._weigh(option.month)

    def _weigh(self, trips: Iterable[DatedTrip]) -> _Change:
        """Return the month of some trips, what they lack placed again, and what that counts."""
        month = tuple(place_lost(self.instance, trips))
        now = month_value(self.instance, self.trips)
        return _Change(month_value(self.instance, month) - now, month)

    def _is_kept(self, month: tuple[DatedTrip, ...]) -> bool:
        """Whether a month serves all that is served now, and on a day wished for what is on one."""
        days = {k: n for trip in month for k, n in served_days(trip).items()}
        before = {k: n for trip in self.trips for k, n in served_days(trip).items()}
        return before.keys() <= days.keys() and all(
            self.instance.jobs[k].missed_vnd[days[k]] == 0
            for k, n in before.items()
            if self.problem.visits[k].wish and self.instance.jobs[k].missed_vnd[n] == 0
        )

    def _explain(self, answer: WishAnswer, job: int, options: tuple[DayOption, ...]) -> WishAnswer:
        """Return an answer with why no day wished for is given."""
        own = self.instance.jobs[job]
        days = {k for k, day in enumerate(self.problem.days) if day in answer.wish.days}
        if not any(own.windows[day] for day in days):
            return dataclasses.replace(answer, reason=WishReason.SHUT)
        rivals = self._list_rivals(job, days)
        lost_vnd = 0 if answer.placed else own.penalty_vnd
        found = [option.cost_vnd - lost_vnd for option in options if option.day in days]
        for rival in rivals:
            found += [change.cost_vnd for change in self._exchange(job, rival, days)]
        reason = WishReason.TAKEN if rivals else WishReason.DEARER
        return dataclasses.replace(
            answer,
            reason=reason if found else WishReason.NOBODY,
            more_vnd=min(found, default=None),
            rivals=tuple(self.problem.visits[rival].visit_id for rival in rivals),
        )

    def _list_rivals(self, job: int, days: set[int]) -> list[int]:
        """Return the other visits with a session on some days."""
        served = {k: n for trip in self.trips for k, n in served_days(trip).items() if n in days}
        sessions = (k for k in sorted(served) if Task.SESSION in self.problem.visits[k].tasks)
        return [k for k in sessions if k != job]

    def _exchange(self, job: int, rival: int, days: set[int]) -> Iterator[_Change]:
        """Yield months in which a visit takes a day of another, or the place of its whole trip."""
        yield from self._list_months(job, leave_out(self.instance, self.trips, rival), days)
        rest = [trip for trip in self.trips if rival not in trip.order]
        yield from self._list_months(job, rest, days)


def _clash(one: DatedTrip, two: DatedTrip) -> bool:
    """Whether two trips have a vehicle or a crew on the same day."""
    return (one.car == two.car or one.crew == two.crew) and (
        one.first <= two.last and two.first <= one.last
    )


def pose_wishes(province: Province, problem: TripProblem, trips: tuple[Trip, ...]) -> WishedMonth:
    """Return a month in numbers; wished visits are free of pins, nothing counts as announced."""
    shift_min = province.settings.replan.shift_min
    free = tuple(dataclasses.replace(v, pin=None) if v.wish else v for v in problem.visits)
    problem = dataclasses.replace(problem, visits=free, announced={})
    instance = build_instance(problem)
    month = recall_trips(problem, instance, trips).month
    placed = {
        stop.visit_id: Placed(trip.trip_id, trip.vehicle_id, trip.crew_id, stop.day, stop.start_min)
        for trip in trips
        for stop in trip.stops
    }
    planned = PlannedMonth(problem, list(month), trips, shift_min)
    told = announce_trips(problem, trips, province, date.min)
    return WishedMonth(problem, told, instance, month, planned, placed)
