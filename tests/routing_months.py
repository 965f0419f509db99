"""Small months of trips made in memory, for the tests of the trip engine."""

import dataclasses
import random
from datetime import date, timedelta
from typing import Any

import numpy as np

from province.cost_settings import CostSettings
from province.fleet import Crew, Vehicle, VehicleKind
from province.ids import VehicleId
from province.past import PastDay
from province.settings import TripSettings
from province.visits import Parcel, Task, Visit, Window
from roads.matrix import Travel
from roads.travel import Way
from routing.problem import TripProblem

MONDAY = date(2026, 12, 7)


def car(name="B1", depot="D", **changes: Any) -> Vehicle:
    base = Vehicle(
        name, name, VehicleKind.BUS, depot, 20, 500.0, 0, True, 4, 2.2, 7.0, 18.0,
        10_000, 500_000, (), "",
    )  # fmt: skip
    return dataclasses.replace(base, **changes)


def crew(name="C1", depot="D", **changes: Any) -> Crew:
    skills = ("exchange", "session", "training")
    base = Crew(name, name, 3, depot, (VehicleKind.BUS,), skills, (), "")
    return dataclasses.replace(base, **changes)


def parcel(name="L1", from_site="D", to_site="A", boxes=5, mass_kg=75.0) -> Parcel:
    return Parcel(name, from_site, to_site, boxes * 35, boxes, mass_kg)


def past_day(day: date, crew_id="C1", drive_min=60) -> PastDay:
    """Return a day that a crew worked already."""
    return PastDay(crew_id, VehicleId("B1"), day, drive_min)


def visit(site="A", days=5, name="", opens=480, closes=1020, **changes: Any) -> Visit:
    windows = tuple(Window(MONDAY + timedelta(days=k), opens, closes) for k in range(days))
    base = Visit(
        name or f"{site}-X", site, (Task.EXCHANGE,), 30, (), (), windows, 2, False, 3
    )  # fmt: skip
    return dataclasses.replace(base, **changes)


def month(visits, minutes, *, cars=None, crews=None, days=5, lodging=None, **more: Any):
    """Return a problem; `minutes` maps pairs of sites to minutes, both ways, 1 km a minute."""
    sites = sorted({site for pair in minutes for site in pair})
    size = len(sites)
    drive = np.full((size, size), -1, dtype=np.int32)
    np.fill_diagonal(drive, 0)
    for (a, b), value in minutes.items():
        drive[sites.index(a), sites.index(b)] = value
        drive[sites.index(b), sites.index(a)] = value
    for k in range(size):  # shortest ways, so that going through a place is never shorter
        for i in range(size):
            for j in range(size):
                if drive[i, k] >= 0 and drive[k, j] >= 0:
                    through = drive[i, k] + drive[k, j]
                    if drive[i, j] < 0 or through < drive[i, j]:
                        drive[i, j] = through
    length = np.maximum(drive, 0) * 1000
    wait = more.pop("wait", {})
    waits = np.zeros_like(drive)
    for (a, b), value in wait.items():
        waits[sites.index(a), sites.index(b)] = waits[sites.index(b), sites.index(a)] = value
    shut = {
        (sites.index(a), sites.index(b)): spans for (a, b), spans in more.pop("shut", {}).items()
    }
    travel = Travel("all", drive, waits, length, shut)
    rules = TripSettings(**{"leg_buffer_min": 0, "daylight_only": False, **more.pop("rules", {})})
    calendar = tuple(MONDAY + timedelta(days=k) for k in range(days))
    depots = more.pop("depots", ("D",))
    return TripProblem(
        days=calendar,
        sites=tuple(sites),
        depots=depots,
        lodging=lodging or {},
        visits=tuple(visits),
        vehicles=tuple(cars or (car(),)),
        crews=tuple(crews or (crew(),)),
        travel=lambda vehicle, day: travel,
        way=lambda vehicle, day, a, b: Way(((f"{a}-{b}", True),), 0.0, 1.0),
        rules=rules,
        costs=CostSettings(**more.pop("costs", {})),
        check_days=more.pop("check_days", 1),
        daylight={day: more.get("light", (360, 1140)) for day in calendar},
        communes=more.get("communes", {}),
    )


def random_month(seed: int) -> TripProblem:
    """Return a month of up to 4 visits, 1-2 vehicles, 3 days, with rules switched on by chance."""
    rng = random.Random(seed)
    names = ["A", "B", "C", "E"][: rng.randint(2, 4)]
    places = {name: (rng.uniform(-200, 200), rng.uniform(-200, 200)) for name in [*names, "H"]}
    places["D"] = (0.0, 0.0)
    keys = sorted(places)
    minutes = {
        (a, b): 10
        + round(sum((p - q) ** 2 for p, q in zip(places[a], places[b], strict=True)) ** 0.5)
        for k, a in enumerate(keys)
        for b in keys[k + 1 :]
    }
    visits = []
    chain = rng.random() < 0.4
    for k, name in enumerate(names):
        opens, closes = rng.choice([(480, 1020), (480, 690), (810, 1020)])
        changes: dict[str, Any] = {
            "service_min": rng.choice([10, 30, 120]),
            "priority": rng.randint(1, 4),
            "crew_min": rng.choice([2, 2, 3]),
            "leaves": (parcel(f"L{k}", "D", name, rng.randint(1, 12)),),
        }
        if chain and k == 0:
            changes["takes"] = (parcel("CH", names[0], names[1], 6),)
        if chain and k == 1:
            changes["leaves"] = (parcel("CH", names[0], names[1], 6),)
        if rng.random() < 0.3:
            changes |= {"gap_group": "G", "gap_days": 1}
        if rng.random() < 0.2:
            changes["preferred_days"] = frozenset({MONDAY + timedelta(days=1)})
        days = rng.randint(2, 3)
        visits.append(visit(name, days, opens=opens, closes=closes, **changes))
    cars = [car(cost_vnd_per_km=rng.choice([5_000, 10_000]))]
    crews = [crew(members=rng.choice([2, 3]))]
    if rng.random() < 0.5:
        cars.append(car("B2", capacity_boxes=rng.choice([8, 30]), cost_vnd_per_day=300_000))
        crews.append(crew("C2", members=3))
    return month(
        visits,
        minutes,
        cars=cars,
        crews=crews,
        days=3,
        lodging={"H": 3} if rng.random() < 0.7 else {},
        rules={
            "max_nights": rng.choice([0, 1, 2]),
            "leg_buffer_min": rng.choice([0, 12]),
            "work_days_per_week": rng.choice([2, 6]),
            "duty_max_day_min": rng.choice([480, 660]),
        },
        costs={"unserved_vnd_per_priority": rng.choice([1_000_000, 3_000_000]), **_uneven(seed)},
        communes=dict(zip(names, "PPQQ"[seed % 2 :], strict=False)),
    )


def _uneven(seed: int) -> dict[str, int]:
    """Return what unevenness counts in a random month: nothing, little or much."""
    rng = random.Random(seed + 1_000)
    return {
        "uneven_crews_vnd_per_day": rng.choice([0, 20_000, 700_000]),
        "uneven_communes_vnd_per_visit": rng.choice([0, 200_000, 1_500_000]),
    }
