"""Checks what is on board: loads, depots, and batches that pass from site to site."""

from collections.abc import Iterator
from datetime import timedelta

from province.fleet import Vehicle
from province.language import Message, message
from province.visits import Parcel, Visit
from routing.checks.case import Found, TripCase
from routing.problem import TripProblem
from routing.trips import Trip

CHAIN = "batch_is_collected_before_it_is_left"
REST = "books_of_a_lockdown_rest"


def check_loads(case: TripCase) -> Found:
    """Yield what is wrong with the loads of trips."""
    homes = {visit.visit_id: visit.depot_id for visit in case.problem.visits}
    for trip in case.plan.trips:
        yield from _check_trip(case.problem, trip)
        for stop in trip.stops:
            if homes.get(stop.visit_id) not in (None, trip.depot_id):
                where, text = f"{trip.trip_id} {stop.visit_id}", message("lives at another depot")
                yield "parcels_use_their_depot", where, text


def _check_trip(problem: TripProblem, trip: Trip) -> Found:
    car = next((v for v in problem.vehicles if v.vehicle_id == trip.vehicle_id), None)
    if car is None:
        return
    on_board: list[Parcel] = list(trip.loads)
    yield from _check_on_board(car, on_board, trip.trip_id)
    for stop in trip.stops:
        where = f"{trip.trip_id} {stop.visit_id}"
        for parcel in stop.leaves:
            if parcel in on_board:
                on_board.remove(parcel)
            else:
                text = message("{parcel} is not on board", parcel=parcel.content_id)
                yield "loads_are_accounted_for", where, text
        on_board.extend(stop.takes)
        yield from _check_on_board(car, on_board, where)
        kg = sum(parcel.mass_kg for parcel in on_board)
        if stop.boxes_after != sum(p.boxes for p in on_board) or abs(stop.kg_after - kg) > 0.01:
            text = message("{boxes} boxes, {kg} kg", boxes=stop.boxes_after, kg=stop.kg_after)
            yield "loads_are_accounted_for", where, text
        for parcel in (*stop.leaves, *stop.takes):
            ends = {parcel.from_site, parcel.to_site} & set(problem.depots)
            if ends - {trip.depot_id}:
                text = message("{parcel}", parcel=parcel.content_id)
                yield "parcels_use_their_depot", where, text
    taken = [parcel for stop in trip.stops for parcel in stop.takes]
    left = [parcel for stop in trip.stops for parcel in stop.leaves]
    if any(parcel not in left for parcel in trip.loads) or any(
        parcel not in taken and parcel not in trip.loads for parcel in on_board
    ):
        text = message("something on board belongs to no stop")
        yield "loads_are_accounted_for", trip.trip_id, text


def _check_on_board(car: Vehicle, on_board: list[Parcel], where: str) -> Found:
    boxes, kg = sum(p.boxes for p in on_board), sum(p.mass_kg for p in on_board)
    for text in list_excess(car, boxes, kg):
        yield "load_fits", where, text


def list_excess(car: Vehicle, boxes: int, kg: float) -> Iterator[Message]:
    """Yield the boxes, and the kilograms, by which a load is too much for a vehicle."""
    if boxes > car.capacity_boxes:
        yield message(
            "{boxes} boxes, {over_boxes} too many",
            boxes=boxes, over_boxes=boxes - car.capacity_boxes,
        )  # fmt: skip
    if kg > car.capacity_kg + 0.001:
        yield message(
            "{kg} kg, {over_kg} kg too heavy",
            kg=round(kg, 3), over_kg=round(kg - car.capacity_kg, 3),
        )  # fmt: skip


def check_chains(case: TripCase) -> Found:
    """Yield batches that are left before they are there to be left."""
    problem, place = case.problem, case.plan.stop_by_visit
    givers: dict[Parcel, Visit] = {}
    for visit in problem.visits:
        for parcel in visit.takes:
            givers.setdefault(parcel, visit)
    for visit in problem.visits:
        if visit.visit_id not in place:
            continue
        trip, stop = place[visit.visit_id]
        for parcel in visit.leaves:
            if parcel.from_site in problem.depots:
                continue
            where = f"{trip.trip_id} {visit.visit_id}"
            giver = givers.get(parcel)
            if giver is None or giver.visit_id not in place:
                text = message("{parcel} was never taken", parcel=parcel.content_id)
                yield CHAIN, where, text
                continue
            first, taken = place[giver.visit_id]
            if first is trip:
                if taken.sequence >= stop.sequence or parcel in trip.loads:
                    text = message(
                        "{parcel} is taken at {visit} later on the trip",
                        parcel=parcel.content_id, visit=giver.visit_id,
                    )  # fmt: skip
                    yield CHAIN, where, text
                continue
            if first.depot_id != trip.depot_id:
                text = message("{parcel} comes home elsewhere", parcel=parcel.content_id)
                yield CHAIN, where, text
            ready = first.last_day + timedelta(days=problem.check_days + 1)
            if trip.first_day < ready:
                text = message(
                    "{parcel} can go out again on {day}; days too early: {over_days}",
                    parcel=parcel.content_id, day=ready.isoformat(),
                    over_days=(ready - trip.first_day).days,
                )  # fmt: skip
                yield CHAIN, where, text


def check_rest(case: TripCase) -> Found:
    """Yield batches that move on before they have rested after a lockdown."""
    problem, place = case.problem, case.plan.stop_by_visit
    for visit in problem.visits:
        for parcel in visit.leaves if visit.visit_id in place else ():
            taken = [(trip, stop) for trip, stop in case.plan.stops() if parcel in stop.takes]
            trip, _ = place[visit.visit_id]
            for giving, stop in taken:
                rest = problem.resting.get((parcel.from_site, stop.day), 0)
                where = f"{trip.trip_id} {visit.visit_id}"
                if not rest:
                    continue
                if giving is trip:
                    text = message(
                        "{parcel} was taken where a lockdown holds, and is left on the same trip",
                        parcel=parcel.content_id,
                    )
                    yield REST, where, text
                    continue
                ready = giving.last_day + timedelta(days=rest + problem.check_days + 1)
                if trip.first_day < ready:
                    text = message(
                        "{parcel} rests after a lockdown and can go out again on {day}; days too"
                        " early: {over_days}",
                        parcel=parcel.content_id, day=ready.isoformat(),
                        over_days=(ready - trip.first_day).days,
                    )  # fmt: skip
                    yield REST, where, text
