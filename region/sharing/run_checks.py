"""Checks the runs of an exchange plan: what they carry, hold, drive and cost."""

import math
from collections import Counter

from pyproj import Geod

from province.dates import Month
from province.language import message
from region.sharing.checked_sharing import EXACT, CheckedSharing, Found
from region.sharing.sharing_file import HandoverRun


def runs_carry_every_loan(checked: CheckedSharing) -> Found:
    """Yield loans that no run carries out or home in their months, and runs that carry others."""
    carried: Counter[tuple[str, str, str, Month]] = Counter()
    for run in checked.plan.runs:
        for loans, sender, receiver in (
            (run.there, run.driver, run.other), (run.back, run.other, run.driver),
        ):  # fmt: skip
            carried.update((loan, sender, receiver, run.month) for loan in loans)
    by_id = {run.run: run for run in checked.plan.runs}
    for loan in checked.plan.loans:
        due = max(loan.until, checked.months[0])
        wanted = [(loan.loan, loan.borrower, loan.owner, due)] if due <= checked.months[-1] else []
        if loan.loan not in checked.lent:
            wanted.append((loan.loan, loan.owner, loan.borrower, loan.first))
            own = by_id.get(loan.run)
            if own is None or own.kind != loan.kind or loan.loan not in (*own.there, *own.back):
                yield loan.loan, message("its run does not carry it")
        for key in wanted:
            carried[key] -= 1
    for (loan_id, sender, receiver, month), count in sorted(carried.items()):
        if count:
            yield loan_id, message(
                "carried {count} times too often from {sender} to {receiver} in {month}",
                count=count, sender=sender, receiver=receiver, month=str(month),
            )  # fmt: skip


def runs_hold_what_they_carry(checked: CheckedSharing) -> Found:
    """Yield runs with more batches, boxes or kilograms each way than there is room."""
    loans = {loan.loan: loan for loan in checked.plan.loans}
    for run in checked.plan.runs:
        rooms = _list_rooms(checked, run)
        for ids, way in ((run.there, 0), (run.back, 1)):
            batches = [checked.find_batch(loans[one]) for one in ids if one in loans]
            boxes = sum(one.boxes for one in batches if one)
            mass_kg = sum(one.mass_kg for one in batches if one)
            fits = any(boxes <= room[way][0] and mass_kg <= room[way][1] for room in rooms)
            if len(ids) > checked.rules.batches_per_run or not fits:
                yield run.run, message("no room for {count} batches", count=len(ids))


Room = tuple[float, float]


def _list_rooms(checked: CheckedSharing, run: HandoverRun) -> list[tuple[Room, Room]]:
    """Return boxes and kilograms there and back, of each vehicle or place that fits the price."""
    province = checked.provinces[run.driver]
    if run.kind == "trunk":
        depot = checked.find_depot(run.driver)
        return [
            ((v.capacity_boxes, v.capacity_kg),) * 2
            for v in province.vehicles
            if v.depot_id == depot and _price_run(checked, run, v.vehicle_id) == run.price_vnd
        ]
    rooms: list[tuple[Room, Room]] = []
    for month, plan in checked.plans[run.driver]:
        for trip in plan.trips.trips if month == run.month else ():
            if trip.trip_id != run.trip_id:
                continue
            v = province.vehicle_by_id[trip.vehicle_id]
            for k, stop in enumerate(trip.stops):
                is_last = k + 1 == len(trip.stops) or trip.stops[k + 1].day != stop.day
                site = province.site_by_id[stop.site_id]
                far = _measure_km(checked, (site.lon, site.lat), run.other)
                if is_last and abs(2 * far - run.length_km) < EXACT:
                    boxes = [sum(p.boxes for p in trip.loads), *(s.boxes_after for s in trip.stops)]
                    kg = [sum(p.mass_kg for p in trip.loads), *(s.kg_after for s in trip.stops)]
                    there = v.capacity_boxes - max(boxes[: k + 2]), v.capacity_kg - max(kg[: k + 2])
                    back = v.capacity_boxes - max(boxes[k + 1 :]), v.capacity_kg - max(kg[k + 1 :])
                    rooms.append((there, back))
    return rooms


def _measure_km(checked: CheckedSharing, place: tuple[float, float], other: str) -> float:
    depot = checked.provinces[other].site_by_id[checked.find_depot(other)]
    _, _, metres = Geod(ellps="WGS84").inv(*place, depot.lon, depot.lat)
    return float(metres) / 1000 * checked.rules.detour


def _price_run(checked: CheckedSharing, run: HandoverRun, vehicle_id: str) -> int:
    province = checked.provinces[run.driver]
    vehicle = next(v for v in province.vehicles if v.vehicle_id == vehicle_id)
    if run.kind == "trip":
        return round(run.length_km * vehicle.cost_vnd_per_km)
    costs = province.settings.costs
    days = max(1, math.ceil(run.length_km / checked.rules.run_km_per_day))
    nights = (days - 1) * costs.night_vnd_per_person
    people = province.settings.service.exchange_crew_min
    return round(
        run.length_km * vehicle.cost_vnd_per_km + days * vehicle.cost_vnd_per_day
        + people * (days * costs.allowance_vnd_per_person_day + nights)
    )  # fmt: skip


def runs_cost_what_they_cost(checked: CheckedSharing) -> Found:
    """Yield runs whose length, price or worth in uses is wrong."""
    for run in checked.plan.runs:
        province = checked.provinces[run.driver]
        rate = max(
            checked.provinces[name].settings.rotation.uses_per_million
            for name in (run.driver, run.other)
        )
        prices = {_price_run(checked, run, v.vehicle_id) for v in province.vehicles}
        depot = province.site_by_id[checked.find_depot(run.driver)]
        far = _measure_km(checked, (depot.lon, depot.lat), run.other)
        is_long = run.kind == "trunk" and abs(2 * far - run.length_km) > EXACT
        is_far = run.kind == "trip" and run.length_km > checked.rules.trip_detour_km
        if is_long or is_far or run.price_vnd not in prices:
            yield run.run, message("its kilometres or its price are wrong")
        if abs(run.uses - run.price_vnd * rate / 1e6) > 0.011:
            yield run.run, message("its price counts other uses")
