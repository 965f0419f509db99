"""What holds between the trips of one month: vehicles, crews, weeks, gaps, chains, loads."""

import itertools
from collections.abc import Iterable

from routing.month.balance import price_communes, price_crews
from routing.month.instance import MonthInstance
from routing.month.memory import remembered
from routing.month.timetable import DatedTrip, cut_order, time_trip


def fits_load(instance: MonthInstance, order: tuple[int, ...], car: int, split: int = 0) -> bool:
    """Whether boxes and kilograms fit at every moment, in the right order, from the right depot.

    What one of two trips of a day brings back is not there for the other.
    """
    tours = cut_order(order, split)
    if split and any(
        giver in order and giver not in tour
        for tour in tours
        for job in tour
        for giver, _, _ in instance.jobs[job].givers
    ):
        return False
    return all(_fits_tour(instance, tour, car) for tour in tours)


def _fits_tour(instance: MonthInstance, order: tuple[int, ...], car: int) -> bool:
    auto, place = instance.cars[car], {job: k for k, job in enumerate(order)}
    change = [[0, 0.0] for _ in order]
    boxes, kg = 0, 0.0
    for k, number in enumerate(order):
        job = instance.jobs[number]
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


def fitting_crews(instance: MonthInstance, order: Iterable[int], car: int) -> tuple[int, ...]:
    """Return the crews that may drive the vehicle and serve every stop."""
    numbers = tuple(order)
    return tuple(
        k
        for k, team in enumerate(instance.teams)
        if car in team.cars and all(k in instance.jobs[job].crews for job in numbers)
    )


def date_everywhere(
    instance: MonthInstance,
    order: tuple[int, ...],
    days: Iterable[int],
    split: int = 0,
    most_pairs: int | None = None,
) -> list[DatedTrip]:
    """Return the trips of an order with each vehicle and crew that fits, on each of some days.

    Parameters
    ----------
    split
        Stops after which the vehicle is loaded again at its depot; 0: it is not.
    most_pairs
        Vehicles with a crew that are tried at most, evenly spread and others for other orders.
    """
    pairs = [
        (car, crew)
        for car in range(len(instance.cars))
        if fits_load(instance, order, car, split)
        for crew in fitting_crews(instance, order, car)
    ]
    if most_pairs is not None and len(pairs) > most_pairs:
        shift, count = sum(order), len(pairs)
        pairs = [pairs[(shift + k * count // most_pairs) % count] for k in range(most_pairs)]
    firsts = tuple(days)
    dated = (
        _time_fitting(instance, order, car, first, crew, split)
        for car, crews in itertools.groupby(sorted(pairs), lambda pair: pair[0])
        for first, (_, crew) in itertools.product(firsts, tuple(crews))
    )
    return [trip for trip in dated if trip is not None]


@remembered
def list_singles(instance: MonthInstance, job: int) -> list[DatedTrip]:
    """Return every trip that serves one visit alone, with each vehicle, crew and day."""
    return date_everywhere(instance, (job,), range(len(instance.weeks)))


@remembered
def date_trip(
    instance: MonthInstance, order: tuple[int, ...], car: int, first: int, crew: int, split: int = 0
) -> DatedTrip | None:
    """Return the trip with times and crew, or None when any rule within the trip forbids it."""
    if crew not in fitting_crews(instance, order, car):
        return None
    if not fits_load(instance, order, car, split):
        return None
    return _time_fitting(instance, order, car, first, crew, split)


def _time_fitting(
    instance: MonthInstance, order: tuple[int, ...], car: int, first: int, crew: int, split: int
) -> DatedTrip | None:
    """Return the trip of a vehicle and a crew that fit, or None when times forbid it."""
    team = instance.teams[crew]
    if not (team.is_free[first] and instance.cars[car].is_free[first]):
        return None
    trip = time_trip(instance, order, car, first, crew, split)
    if trip is None or not keeps_links_inside(instance, trip):
        return None
    return trip if all(team.is_free[first : trip.last + 1]) else None


def served_days(trip: DatedTrip) -> dict[int, int]:
    """Return the day of each visit of a trip."""
    return {job: n for n, day in enumerate(trip.days, trip.first) for job in day.jobs}


def keeps_links_inside(instance: MonthInstance, trip: DatedTrip) -> bool:
    """Whether the visits of one trip keep their gaps, and books that rest are left at none."""
    day_of = served_days(trip)
    days = list(day_of.items())
    gaps_ok = all(
        _gap_ok(instance, a, m, b, n) for k, (a, m) in enumerate(days) for b, n in days[k + 1 :]
    )
    return gaps_ok and not any(
        count_rest(instance, giver, day_of[giver])
        for job in trip.order
        for giver, _, _ in instance.jobs[job].givers
        if giver in day_of
    )


def count_rest(instance: MonthInstance, job: int, day: int) -> int:
    """Return the days that what a visit takes on a day rests before it is checked."""
    resting = instance.jobs[job].resting
    return resting[day] if resting else 0


def _gap_ok(instance: MonthInstance, a: int, day_a: int, b: int, day_b: int) -> bool:
    one, two = instance.jobs[a], instance.jobs[b]
    if not one.gap_group or one.gap_group != two.gap_group:
        return True
    return abs(day_a - day_b) >= max(one.gap_days, two.gap_days)


Places = dict[int, tuple[DatedTrip, int]]


def _chain_ok(instance: MonthInstance, giver: DatedTrip, getter: DatedTrip, rest: int) -> bool:
    same = instance.cars[giver.car].depot == instance.cars[getter.car].depot
    return same and getter.first > giver.last + rest + instance.check_days


def keeps_links(instance: MonthInstance, places: Places, trip: DatedTrip) -> bool:
    """Whether a trip keeps gaps and chains to the visits of other trips."""
    order = trip.order
    for number, day in enumerate(trip.days, trip.first):
        for job in day.jobs:
            givers = instance.jobs[job].givers
            for partner in instance.partners[job]:
                if partner in order:
                    continue
                found = places.get(partner)
                is_giver = any(giver == partner for giver, _, _ in givers)
                if found is None:
                    if is_giver:
                        return False
                    continue
                other, other_day = found
                if not _gap_ok(instance, job, number, partner, other_day):
                    return False
                rest = count_rest(instance, partner, other_day)
                if is_giver and not _chain_ok(instance, other, trip, rest):
                    return False
                rest = count_rest(instance, job, number)
                if any(giver == job for giver, _, _ in instance.jobs[partner].givers) and not (
                    _chain_ok(instance, trip, other, rest)
                ):
                    return False
    return True


def drives_for_others(instance: MonthInstance, order: Iterable[int]) -> bool:
    """Whether a trip serves a visit that may have a trip, so that others may ride along."""
    return any(not instance.jobs[job].rides for job in order)


def leave_lone_riders(instance: MonthInstance, trips: Iterable[DatedTrip]) -> list[DatedTrip]:
    """Return the trips that drive for a visit which may have a trip.

    Of two trips of a day the one that does stays.
    """
    kept: list[DatedTrip] = []
    for trip in trips:
        tours = [tour for tour in trip.tours if drives_for_others(instance, tour)]
        if len(tours) < len(trip.tours):
            alone = [date_trip(instance, t, trip.car, trip.first, trip.crew) for t in tours]
            kept += [one for one in alone if one is not None]
        else:
            kept.append(trip)
    return kept


def month_value(instance: MonthInstance, trips: Iterable[DatedTrip]) -> int:
    """Return the objective: money, small wishes, and what unserved visits count."""
    chosen = list(trips)
    served = {job for trip in chosen for job in trip.order}
    lost = sum(job.penalty_vnd for k, job in enumerate(instance.jobs) if k not in served)
    money = sum(trip.value_vnd for trip in chosen)
    return lost + money + sum(uneven_value(instance, chosen))


def uneven_value(instance: MonthInstance, trips: Iterable[DatedTrip]) -> tuple[int, int]:
    """Return what unevenness counts, among crews and among communes."""
    days: dict[int, int] = {}
    served: set[int] = set()
    for trip in trips:
        days[trip.crew] = days.get(trip.crew, 0) + len(trip.days)
        served.update(trip.order)
    lost = (job for job in range(len(instance.jobs)) if job not in served)
    return price_crews(instance.balance, days), price_communes(instance.balance, lost)
