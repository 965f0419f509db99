"""Every trip of a small month that an optimum may need, grown day by day."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from routing.month.clock import NOWHERE
from routing.month.costs import price_day, price_night, price_wishes
from routing.month.instance import Compiled
from routing.month.schedule import Dated, keeps_gaps_inside
from routing.month.timetable import Day, price_trip, time_day

EXACT_VISITS = 8  # months of more visits are searched, not listed
EXACT_DAYS = 60_000  # days that may be tried while all trips of a month are listed
EXACT_COURSES = 600_000  # days that may be joined to courses
EXACT_TRIPS = 20_000  # and the trips that CP-SAT may then choose from

Load = tuple[int, float]  # boxes, kg


class TooManyTripsError(Exception):
    """Raised where listing all trips takes more than it may."""


@dataclass(frozen=True, slots=True)
class Rider:
    """A vehicle with a crew: its numbers, beds needed, and the visits that both may serve."""

    car: int
    crew: int
    members: int
    jobs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outing:
    """The cheapest way to serve some visits in one day.

    `visits` has a bit for each visit, `forbids` one for each that gives a batch left here.
    `change` and `peak` are what the load grows by in the end, and at most within the day.
    """

    visits: int
    forbids: int
    day: Day
    change: Load
    peak: Load
    drive_min: int
    gaps: tuple[int, ...]

    @property
    def burden(self) -> tuple[float, ...]:
        """What is better when less: metres, driving, load."""
        return (self.day.metres, self.drive_min, *self.peak)


@dataclass(frozen=True, slots=True)
class Course:
    """The first days of a trip, and what the rest of it must know of them.

    Parameters
    ----------
    place
        Where the crew sleeps, or the depot.
    visits, forbids
        As in `Outing`, over all days.
    milli_vnd
        Its cost and missed wishes, in thousandths.
    change, peak
        As in `Outing`, from leaving the depot.
    drives
        Minutes driven in the first week and in the second; 0 where no week can be too long.
    gaps
        The visits with a gap, each with its day.
    """

    place: int
    visits: int = 0
    forbids: int = 0
    milli_vnd: int = 0
    change: Load = (0, 0.0)
    peak: Load = (0, 0.0)
    drives: tuple[int, int] = (0, 0)
    gaps: tuple[tuple[int, int], ...] = ()
    days: tuple[Day, ...] = ()

    @property
    def alike(self) -> object:
        """What must be the same for one course to take the place of another."""
        return self.place, self.visits, tuple(sorted(self.gaps))

    @property
    def burden(self) -> tuple[float, ...]:
        """What is better when less: cost, days, load, driving."""
        return (self.milli_vnd, len(self.days), *self.peak, *self.drives)


def list_all_trips(board: Compiled) -> list[Dated] | None:
    """Return every trip of a small month that an optimum may need; None where they are too many.

    A trip stays out where one of the same visits, vehicle, crew, first day and days of visits with
    a gap costs no more, takes no more days and drives no longer in any week; and where it costs
    more than its visits count, none of which brings a batch for another trip.
    """
    if len(board.jobs) > EXACT_VISITS:
        return None
    try:
        return [trip for rider in _list_riders(board) for trip in _list_trips(board, rider)]
    except TooManyTripsError:
        return None


def count_effort(board: Compiled) -> int:
    """Return how many days were timed, and courses joined, to list the trips of a board."""
    parts = (board.cache.get(("effort", what), 0) for what in ("days", "courses"))
    return sum(int(part) for part in parts)  # type: ignore[call-overload]


def _list_riders(board: Compiled) -> Iterator[Rider]:
    for car, auto in enumerate(board.cars):
        for crew, team in enumerate(board.teams):
            jobs = tuple(
                k
                for k, job in enumerate(board.jobs)
                if car in job.vehicles and crew in job.crews
                and job.depots <= {auto.depot} and not job.lacks_giver
            )  # fmt: skip
            if car in team.cars and jobs:
                yield Rider(car, crew, team.members, jobs)


def _list_trips(board: Compiled, rider: Rider) -> Iterator[Dated]:
    for first in range(len(board.weeks)):
        best: dict[object, list[Course]] = {}
        for course in _grow(board, rider, first):
            if _fits(board, rider, course) and _is_worth_it(board, course):
                _keep(best.setdefault(course.alike, []), course)
        for course in itertools.chain.from_iterable(best.values()):
            trip = _finish(board, rider, first, course)
            if trip is not None:
                _count(board, "trips", 1, EXACT_TRIPS)
                yield trip


def _grow(board: Compiled, rider: Rider, first: int) -> Iterator[Course]:
    """Yield the courses of a rider from a first day that serve a visit and end at home."""
    depot, limits = board.cars[rider.car].depot, board.limits
    courses = [Course(depot)]
    numbers = range(first, min(first + limits.nights + 1, len(board.weeks)))
    last_served = max(_list_serving(board, rider).intersection(numbers), default=-1)
    most = _measure_worth(board, rider)
    for number in numbers:
        if not _is_free(board, rider, number):
            return
        if number > last_served:
            courses = [course for course in courses if course.visits]
        week = int(board.weeks[number] != board.weeks[first])
        following: dict[object, list[Course]] = {}
        for course in courses:
            outings = list_outings(board, rider, number, course.place)
            _count(board, "courses", len(outings), EXACT_COURSES)
            for outing in outings:
                if outing.visits & (course.visits | course.forbids):
                    continue
                longer = _extend(board, rider, number, week, course, outing)
                if longer.milli_vnd >= most:
                    continue
                if longer.place == depot:
                    if longer.visits:
                        yield longer
                elif number < first + limits.nights:
                    _keep(following.setdefault(longer.alike, []), longer)
        courses = list(itertools.chain.from_iterable(following.values()))


def _is_free(board: Compiled, rider: Rider, number: int) -> bool:
    return board.cars[rider.car].is_free[number] and board.teams[rider.crew].is_free[number]


def _list_serving(board: Compiled, rider: Rider) -> frozenset[int]:
    """Return the days on which a rider can come to any of its visits, nights before included."""
    key = ("serving", rider)
    if key not in board.cache:
        home = {board.cars[rider.car].depot}
        reached, serving = home, set()
        for number in range(len(board.weeks)):
            if not _is_free(board, rider, number):
                reached = home
                continue
            ends: set[int] = set()
            for place in sorted(reached):
                for outing in list_outings(board, rider, number, place):
                    ends.add(outing.day.end_site)
                    if outing.visits:
                        serving.add(number)
            reached = reached | ends
        board.cache[key] = frozenset(serving)
    return board.cache[key]  # type: ignore[return-value]


def _measure_worth(board: Compiled, rider: Rider) -> float:
    """Return what a rider's trip must cost less than, in thousandths; no limit with chains."""
    if any(job.givers for job in board.jobs):
        return math.inf
    return 1000 * _add_worth(board, rider.jobs)


def _add_worth(board: Compiled, jobs: Iterable[int]) -> int:
    """Return what serving some visits counts."""
    balance = board.balance
    worth = balance.day_vnd * len(board.weeks) if balance.alike else 0
    return worth + sum(board.jobs[job].penalty_vnd + balance.visit_vnd for job in jobs)


def list_outings(board: Compiled, rider: Rider, number: int, place: int) -> list[Outing]:
    """Return the days that a rider may have from a place, each visits' and end's cheapest ones."""
    auto = board.cars[rider.car]
    kinds = tuple(board.jobs[job].window_ids[number] for job in rider.jobs)
    table = auto.tables[number]
    key = (
        "outings", table, auto.depot, rider.members, rider.jobs, kinds,
        board.light_ids[number], place,
    )  # fmt: skip
    if key not in board.cache:
        board.cache[key] = _list_outings(board, rider, number, place)
    return board.cache[key]  # type: ignore[return-value]


def _list_outings(board: Compiled, rider: Rider, number: int, place: int) -> list[Outing]:
    depot = board.cars[rider.car].depot
    beds = [s for s, count in board.lodging if count >= rider.members and s != depot]
    goals = [depot, *(beds if board.limits.nights else [])]
    best: dict[object, list[Outing]] = {}
    orders: list[tuple[int, ...]] = [()]
    while orders:
        order = orders.pop()
        _count(board, "days", 1 + len(goals), EXACT_DAYS)
        for goal in goals:
            day = time_day(board, rider.car, number, place, order, goal)
            if day is not None:
                outing = _weigh(board, day)
                _keep(best.setdefault((outing.visits, goal), []), outing)
        for job in rider.jobs:
            longer = (*order, job)
            if (
                job not in order
                and not any(job in _givers(board, other) for other in order)
                and time_day(board, rider.car, number, place, longer, NOWHERE)
            ):
                orders.append(longer)
    return list(itertools.chain.from_iterable(best.values()))


def _can_tire(board: Compiled) -> bool:
    """Whether the days of a week can drive longer than the week allows."""
    limits = board.limits
    days = min(limits.work_days, max(Counter(board.weeks).values()))
    past = max((drive for team in board.teams for _, drive, _ in team.past_weeks), default=0)
    return days * limits.drive_day + past > limits.drive_week


def _weigh(board: Compiled, day: Day) -> Outing:
    boxes, kg, peak_boxes, peak_kg = 0, 0.0, 0, 0.0
    visits = forbids = 0
    for number in day.jobs:
        job = board.jobs[number]
        visits |= 1 << number
        for giver in _givers(board, number):
            forbids |= 1 << giver
        boxes += job.boxes_taken - job.boxes_left
        kg = round(kg + job.kg_taken - job.kg_left, 6)
        peak_boxes, peak_kg = max(peak_boxes, boxes), max(peak_kg, kg)
    gaps = tuple(job for job in day.jobs if board.jobs[job].gap_group)
    drive = day.drive_min if _can_tire(board) else 0
    return Outing(visits, forbids, day, (boxes, kg), (peak_boxes, peak_kg), drive, gaps)


def _givers(board: Compiled, job: int) -> tuple[int, ...]:
    return tuple(giver for giver, _, _ in board.jobs[job].givers)


def _extend(
    board: Compiled, rider: Rider, number: int, week: int, course: Course, outing: Outing
) -> Course:
    day, (boxes, kg) = outing.day, course.change
    price = price_day(board, rider.car, rider.members)
    price += price_night(board, rider.members) if course.days else 0
    price += price_wishes(board, ((job, number) for job in day.jobs))
    one, two = course.drives
    return Course(
        day.end_site,
        course.visits | outing.visits,
        course.forbids | outing.forbids,
        course.milli_vnd + day.metres * board.cars[rider.car].vnd_km + 1000 * price,
        (boxes + outing.change[0], round(kg + outing.change[1], 6)),
        (
            max(course.peak[0], boxes + outing.peak[0]),
            round(max(course.peak[1], kg + outing.peak[1]), 6),
        ),
        (one, two + outing.drive_min) if week else (one + outing.drive_min, two),
        (*course.gaps, *((job, number) for job in outing.gaps)) if outing.gaps else course.gaps,
        (*course.days, day),
    )


def _fits(board: Compiled, rider: Rider, course: Course) -> bool:
    """Whether the vehicle holds what is on board at every moment."""
    auto, (boxes, kg) = board.cars[rider.car], _load_at_start(board, course.visits)
    return boxes + course.peak[0] <= auto.boxes and kg + course.peak[1] <= auto.kg + 1e-6


def _load_at_start(board: Compiled, visits: int) -> Load:
    """Return what is on board when the depot is left: all that no visit of the trip gives."""
    key = ("start", visits)
    if key not in board.cache:
        boxes, kg = 0, 0.0
        for number, job in enumerate(board.jobs):
            if visits >> number & 1:
                within = [giver for giver in job.givers if visits >> giver[0] & 1]
                boxes += job.boxes_left - sum(more for _, more, _ in within)
                kg += job.kg_left - sum(more for _, _, more in within)
        board.cache[key] = boxes, kg
    return board.cache[key]  # type: ignore[return-value]


def _is_worth_it(board: Compiled, course: Course) -> bool:
    """Whether a trip may cost less than it counts, or brings a batch for others."""
    for number, job in enumerate(board.jobs):
        is_served = course.visits >> number & 1
        if not is_served and any(course.visits >> giver & 1 for giver, _, _ in job.givers):
            return True
    served = (number for number in range(len(board.jobs)) if course.visits >> number & 1)
    return course.milli_vnd < 1000 * _add_worth(board, served)


Choice = TypeVar("Choice", Course, Outing)


def _keep(alike: list[Choice], new: Choice) -> None:
    """Keep what is new unless one that is alike is no worse in anything; drop what it outdoes."""
    if not any(_outdoes(old.burden, new.burden) for old in alike):
        alike[:] = [old for old in alike if not _outdoes(new.burden, old.burden)]
        alike.append(new)


def _outdoes(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return all(a <= b for a, b in zip(one, two, strict=True))


def _finish(board: Compiled, rider: Rider, first: int, course: Course) -> Dated | None:
    order = tuple(job for day in course.days for job in day.jobs)
    timed = price_trip(board, order, rider.car, first, rider.members, course.days)
    if timed is None or not keeps_gaps_inside(board, timed):
        return None
    return Dated(timed, rider.crew)


def _count(board: Compiled, what: str, more: int, limit: int) -> None:
    key = ("effort", what)
    total = int(board.cache.get(key, 0)) + more  # type: ignore[call-overload]
    board.cache[key] = total
    if total > limit:
        raise TooManyTripsError
