"""What became of each wish for a day of an event: when it is, why so, which other days would do."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from planning.placed import Placed, Slot, WishAnswer, WishReason
from planning.slot_search import PlannedMonth, number_visit
from province.ids import VehicleId, VisitId
from province.language import message
from province.progress import Progress, ignore_progress
from province.visits import Task, Visit, VisitWish
from routing.month.instance import MonthInstance, build_instance
from routing.month.schedule import month_value, served_days
from routing.month.timetable import DatedTrip
from routing.problem import TripProblem
from routing.solver.day_options import DayOption, count_now, leave_out, list_day_options
from routing.solver.warm_start import recall_trips
from routing.trips import Trip

OFFERED = 2
"""Other days that are named to whom the day wished for is not given."""


def answer_wishes(
    problem: TripProblem,
    trips: tuple[Trip, ...],
    *,
    shift_min: int,
    progress: Progress = ignore_progress,
) -> tuple[WishAnswer, ...]:
    """Return what became of every wished session of a month, by event, the weightiest first.

    Other days are those that `planning.slot_search` finds: every other visit stays on its trip. A
    vehicle on a day is offered to another only where nothing else is left, since it may be taken
    up by either; days around the event come before others.

    Parameters
    ----------
    problem
        The month with the wished visits.
    trips
        Its trips as they are planned.
    shift_min
        Minutes within which a visit counts as not shifted.
    """
    asked = [(visit, visit.wish) for visit in problem.visits if visit.wish is not None]
    if not asked:
        return ()
    month = _pose(problem, trips, shift_min)
    asked.sort(key=lambda one: (one[1].event_id, -one[1].weight, one[0].visit_id))
    answers = []
    for count, (visit, wish) in enumerate(asked):
        answers.append(month.answer(visit, wish))
        progress(message("answering wishes for days of events"), (count + 1) / len(asked))
    return tuple(answers)


@dataclass(slots=True)
class _WishedMonth:
    """A planned month in numbers; no pin holds a wished visit, and `offered` counts the slots."""

    problem: TripProblem
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
        wish, seen = answer.wish, {answer.placed.day} if answer.placed else set()
        for _ in range(OFFERED):
            slots = [
                self.planned.describe(answer.visit_id, [option.trip], option.cost_vnd)
                for option in options
                if (day := self.problem.days[option.day]) not in seen and day not in wish.days
            ]
            if not slots:
                return
            best = min(
                slots,
                key=lambda slot: (
                    slot.placed.day not in wish.instead,
                    self.offered[slot.placed.day, slot.placed.vehicle_id],
                    slot.cost_vnd,
                    slot.placed.day,
                ),
            )
            self.offered[best.placed.day, best.placed.vehicle_id] += 1
            seen.add(best.placed.day)
            yield best

    def _explain(self, answer: WishAnswer, job: int, options: tuple[DayOption, ...]) -> WishAnswer:
        """Return an answer with why no day wished for is given."""
        own = self.instance.jobs[job]
        days = {k for k, day in enumerate(self.problem.days) if day in answer.wish.days}
        if not any(own.windows[day] for day in days):
            return dataclasses.replace(answer, reason=WishReason.SHUT)
        rivals = self._list_rivals(job, days)
        there = [option.cost_vnd for option in options if option.day in days]
        if there:
            more = min(there) - (0 if answer.placed else own.penalty_vnd)
            return dataclasses.replace(
                answer, reason=WishReason.DEARER, more_vnd=more, rivals=self._name(rivals)
            )
        found = [(cost, k) for k in rivals if (cost := self._swap(job, k, days)) is not None]
        if not found:
            return dataclasses.replace(answer, reason=WishReason.NOBODY, rivals=self._name(rivals))
        more, first = min(found)
        order = [first, *(k for k in rivals if k != first)]
        return dataclasses.replace(
            answer, reason=WishReason.TAKEN, more_vnd=more, rivals=self._name(order)
        )

    def _list_rivals(self, job: int, days: set[int]) -> list[int]:
        """Return the other visits with a session on some days."""
        served = {k: n for trip in self.trips for k, n in served_days(trip).items() if n in days}
        sessions = (k for k in sorted(served) if Task.SESSION in self.problem.visits[k].tasks)
        return [k for k in sessions if k != job]

    def _swap(self, job: int, rival: int, days: set[int]) -> int | None:
        """Return what the objective rises by if a visit takes a day of another; None: it cannot.

        The other one is made where that is cheapest then, or left out.
        """
        shorter = leave_out(self.instance, self.trips, rival)
        found = () if shorter is None else list_day_options(self.instance, shorter, job)
        first = next((option for option in found if option.day in days), None)
        if first is None:
            return None
        value = month_value(self.instance, first.month)
        again = list_day_options(self.instance, first.month, rival)
        if again:
            value = min(value, count_now(self.instance, first.month, rival) + again[0].cost_vnd)
        return value - month_value(self.instance, self.trips)

    def _name(self, jobs: Iterable[int]) -> tuple[VisitId, ...]:
        return tuple(self.problem.visits[job].visit_id for job in jobs)


def _pose(problem: TripProblem, trips: tuple[Trip, ...], shift_min: int) -> _WishedMonth:
    """Return a month in numbers; wished visits are free of pins, nothing counts as announced."""
    free = tuple(dataclasses.replace(v, pin=None) if v.wish else v for v in problem.visits)
    problem = dataclasses.replace(problem, visits=free, announced={})
    instance = build_instance(problem)
    month = recall_trips(problem, instance, trips).month
    placed = {
        stop.visit_id: Placed(trip.trip_id, trip.vehicle_id, trip.crew_id, stop.day, stop.start_min)
        for trip in trips
        for stop in trip.stops
    }
    return _WishedMonth(
        problem, instance, month, PlannedMonth(problem, list(month), trips, shift_min), placed
    )
