"""What holds between the trips of one month: vehicles, crews, weeks, gaps, chains, loads."""

from collections.abc import Iterable
from dataclasses import dataclass

from routing.balance import price_communes, price_crews
from routing.compiled import Compiled
from routing.timetable import Timed, time_trip


@dataclass(frozen=True, slots=True)
class Dated:
    """A trip with its times and its crew."""

    timed: Timed
    crew: int


def fits_load(board: Compiled, order: tuple[int, ...], car: int) -> bool:
    """Whether boxes and kilograms fit at every moment, in the right order, from the right depot."""
    auto, place = board.cars[car], {job: k for k, job in enumerate(order)}
    change = [[0, 0.0] for _ in order]
    boxes, kg = 0, 0.0
    for k, number in enumerate(order):
        job = board.jobs[number]
        if job.lacks_giver or car not in job.vehicles or not job.depots <= {auto.depot}:
            return False
        boxes, kg = boxes + job.boxes_left, kg + job.kg_left
        for giver, giver_boxes, giver_kg in job.givers:
            if giver in place:
                if place[giver] > k:
                    return False
                boxes, kg = boxes - giver_boxes, kg - giver_kg
        change[k] = [job.boxes_taken - job.boxes_left, job.kg_taken - job.kg_left]
    peak_boxes, peak_kg = boxes, kg
    for step_boxes, step_kg in change:
        boxes, kg = boxes + int(step_boxes), kg + step_kg
        peak_boxes, peak_kg = max(peak_boxes, boxes), max(peak_kg, kg)
    return peak_boxes <= auto.boxes and peak_kg <= auto.kg + 1e-6


def fitting_crews(board: Compiled, order: Iterable[int], car: int) -> tuple[int, ...]:
    """Return the crews that may drive the vehicle and serve every stop."""
    numbers = tuple(order)
    return tuple(
        k
        for k, team in enumerate(board.teams)
        if car in team.cars and all(k in board.jobs[job].crews for job in numbers)
    )


def date_trip(
    board: Compiled, order: tuple[int, ...], car: int, first: int, crew: int
) -> Dated | None:
    """Return the trip with times and crew, or None when any rule within the trip forbids it."""
    key = ("dated", order, car, first, crew)
    if key not in board.cache:
        board.cache[key] = _date_trip(board, order, car, first, crew)
    return board.cache[key]  # type: ignore[return-value]


def _date_trip(
    board: Compiled, order: tuple[int, ...], car: int, first: int, crew: int
) -> Dated | None:
    if crew not in fitting_crews(board, order, car) or not fits_load(board, order, car):
        return None
    timed = time_trip(board, order, car, first, board.teams[crew].members)
    if timed is None or not keeps_gaps_inside(board, timed):
        return None
    if not all(board.teams[crew].is_free[day] for day in range(first, timed.last + 1)):
        return None
    return Dated(timed, crew)


def served_days(timed: Timed) -> dict[int, int]:
    """Return the day of each visit of a trip."""
    return {job: n for n, day in enumerate(timed.days, timed.first) for job in day.jobs}


def keeps_gaps_inside(board: Compiled, timed: Timed) -> bool:
    """Whether the visits of one trip keep their gaps to each other."""
    days = list(served_days(timed).items())
    return all(
        _gap_ok(board, a, m, b, n) for k, (a, m) in enumerate(days) for b, n in days[k + 1 :]
    )


def _gap_ok(board: Compiled, a: int, day_a: int, b: int, day_b: int) -> bool:
    one, two = board.jobs[a], board.jobs[b]
    if not one.gap_group or one.gap_group != two.gap_group:
        return True
    return abs(day_a - day_b) >= max(one.gap_days, two.gap_days)


Places = dict[int, tuple[Dated, int]]


def place_jobs(trips: Iterable[Dated]) -> Places:
    """Return the trip and the day of every visit served."""
    return {
        job: (trip, number)
        for trip in trips
        for number, day in enumerate(trip.timed.days, trip.timed.first)
        for job in day.jobs
    }


def _chain_ok(board: Compiled, giver: Timed, getter: Timed) -> bool:
    same = board.cars[giver.car].depot == board.cars[getter.car].depot
    return same and getter.first > giver.last + board.check_days


def keeps_links(board: Compiled, places: Places, trip: Dated) -> bool:
    """Whether a trip keeps gaps and chains to the visits of other trips."""
    order = trip.timed.order
    for number, day in enumerate(trip.timed.days, trip.timed.first):
        for job in day.jobs:
            givers = board.jobs[job].givers
            for partner in board.partners[job]:
                if partner in order:
                    continue
                found = places.get(partner)
                is_giver = any(giver == partner for giver, _, _ in givers)
                if found is None:
                    if is_giver:
                        return False
                    continue
                other, other_day = found
                if not _gap_ok(board, job, number, partner, other_day):
                    return False
                if is_giver and not _chain_ok(board, other.timed, trip.timed):
                    return False
                if any(giver == job for giver, _, _ in board.jobs[partner].givers) and not (
                    _chain_ok(board, trip.timed, other.timed)
                ):
                    return False
    return True


def clashes(one: Dated, two: Dated) -> bool:
    """Whether two trips use one vehicle or one crew on the same day."""
    a, b = one.timed, two.timed
    if a.car != b.car and one.crew != two.crew:
        return False
    return a.first <= b.last and b.first <= a.last


def joins(board: Compiled, rest: list[Dated], places: Places, new: Dated) -> bool:
    """Whether a trip may be added to a month that keeps every rule.

    `places` are those of `rest`; the visits of a trip that `new` replaces may stand in them.
    """
    if any(clashes(trip, new) for trip in rest):
        return False
    if not keeps_links(board, places, new):
        return False
    return crew_weeks_ok(board, [*(trip for trip in rest if trip.crew == new.crew), new])


def crew_weeks_ok(board: Compiled, trips: Iterable[Dated]) -> bool:
    """Whether each crew keeps its driving minutes and working days in every week."""
    work: dict[tuple[int, int], tuple[int, int]] = {}
    for trip in trips:
        for number, day in enumerate(trip.timed.days, trip.timed.first):
            key = (trip.crew, board.weeks[number])
            drive, days = work.get(key, (0, 0))
            work[key] = (drive + day.drive_min, days + 1)
    limits = board.limits
    return all(d <= limits.drive_week and n <= limits.work_days for d, n in work.values())


def is_month(board: Compiled, trips: list[Dated]) -> bool:
    """Whether all trips together keep every rule."""
    places = place_jobs(trips)
    if len(places) != sum(len(trip.timed.order) for trip in trips):
        return False
    if any(clashes(a, b) for k, a in enumerate(trips) for b in trips[k + 1 :]):
        return False
    return all(keeps_links(board, places, t) for t in trips) and crew_weeks_ok(board, trips)


def month_value(board: Compiled, trips: Iterable[Dated]) -> int:
    """Return the objective: money, small wishes, and what unserved visits count."""
    chosen = list(trips)
    served = {job for trip in chosen for job in trip.timed.order}
    lost = sum(job.penalty_vnd for k, job in enumerate(board.jobs) if k not in served)
    money = sum(trip.timed.cost_vnd + trip.timed.wish_vnd for trip in chosen)
    return lost + money + sum(uneven_value(board, chosen))


def uneven_value(board: Compiled, trips: Iterable[Dated]) -> tuple[int, int]:
    """Return what unevenness counts, among crews and among communes."""
    days: dict[int, int] = {}
    served: set[int] = set()
    for trip in trips:
        days[trip.crew] = days.get(trip.crew, 0) + len(trip.timed.days)
        served.update(trip.timed.order)
    lost = (job for job in range(len(board.jobs)) if job not in served)
    return price_crews(board.balance, days), price_communes(board.balance, lost)
