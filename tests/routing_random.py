"""Random small months in which one rule is tight, some others by chance.

Up to 6 visits, 2 vehicles of two kinds, 1-2 crews, 3 days, nights, chains; `TIGHTEN` names every
rule that can forbid a month, each with what makes it tight.
"""

import dataclasses
import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
from routing_months import MONDAY, car, crew, month, parcel, past_day, visit

from province.dates import DateSpan
from province.fleet import VehicleKind
from province.settings import WEEKDAYS
from province.visits import Pin, Task, Window
from roads.matrix import Travel
from routing.problem import TripProblem

NAMES = ("A", "B", "C", "F", "G", "J", "K")
DAYS = 3
OTHER_SHARE = 0.04  # of the months in which another rule is tight as well


@dataclasses.dataclass
class Sketch:
    """A month as it is being drawn up; everything is still loose."""

    rng: random.Random
    visits: list[dict[str, Any]]
    cars: list[dict[str, Any]]
    crews: list[dict[str, Any]]
    rules: dict[str, Any]
    lodging: dict[str, int]
    first: Any = MONDAY
    light: tuple[int, int] = (360, 1140)
    shut: dict[tuple[str, str], tuple[tuple[int, int], ...]] = dataclasses.field(
        default_factory=dict
    )
    depots: tuple[str, ...] = ("D",)
    check_days: int = 1
    resting: dict[tuple[str, int], int] = dataclasses.field(default_factory=dict)
    rest_days: tuple[int, ...] = ()
    past: list[tuple[int, int, int]] = dataclasses.field(default_factory=list)
    made: tuple[int, ...] = ()


def sketch(rng: random.Random) -> Sketch:
    count = rng.randint(4, 6)
    visits = [
        {
            "site": name,
            "service_min": rng.choice([10, 30, 60, 150]),
            "priority": rng.randint(1, 5),
            "leaves": (parcel(f"L{name}", "D", name, rng.randint(1, 4), rng.randint(10, 60)),),
        }
        for name in NAMES[:count]
    ]
    for one in visits:
        if rng.random() < 0.3:
            one["takes"] = (parcel(f"T{one['site']}", one["site"], "D", rng.randint(1, 5)),)
        if rng.random() < 0.2:
            one["preferred_days"] = frozenset({MONDAY + timedelta(days=1)})
    cars = [{"cost_vnd_per_km": rng.choice([6_000, 10_000])}]
    crews = [{"members": rng.choice([2, 3])}]
    if rng.random() < 0.6:
        kind = rng.choice([VehicleKind.TRUCK, VehicleKind.MOTORBIKE])
        cars.append(
            {"name": "B2", "kind": kind, "cost_vnd_per_km": 4_000, "cost_vnd_per_day": 250_000}
        )
        crews[0]["drives"] = (VehicleKind.BUS, kind)
        if rng.random() < 0.6:
            crews.append({"name": "C2", "members": 2, "drives": (VehicleKind.BUS, kind)})
    rules = {
        "max_nights": rng.choice([0, 1, 1, 2]),
        "leg_buffer_min": rng.choice([0, 12]),
        "earliest_start_min": 360,
        "latest_end_min": 1140,
    }
    lodging = {"H": 4, "I": 4} if rng.random() < 0.5 else {"H": 4}
    return Sketch(rng, visits, cars, crews, rules, lodging)


def add_second(s: Sketch) -> None:
    """Make sure of a second, cheaper vehicle and a second crew."""
    if len(s.cars) == 1:
        s.cars.append(
            {"name": "B2", "kind": VehicleKind.TRUCK, "cost_vnd_per_km": 4_000,
             "cost_vnd_per_day": 250_000}
        )  # fmt: skip
    kinds = (VehicleKind.BUS, s.cars[1]["kind"])
    s.crews[0]["drives"] = kinds
    if len(s.crews) == 1:
        s.crews.append({"name": "C2", "members": 2, "drives": kinds})


def add_chain(s: Sketch, days: int) -> None:
    """A batch goes from one site to another, on one trip or on two."""
    give, get = s.rng.sample(range(len(s.visits)), 2)
    chained = parcel("CH", s.visits[give]["site"], s.visits[get]["site"], s.rng.randint(2, 6))
    s.visits[give]["takes"] = (*s.visits[give].get("takes", ()), chained)
    s.visits[get]["leaves"] = (*s.visits[get]["leaves"], chained)
    s.visits[give] |= {"priority": 1}
    s.visits[get] |= {"priority": 5}
    s.check_days = days


def tight_lockdown(s: Sketch) -> None:
    """A batch goes on from where a zone holds on most of the days."""
    add_chain(s, 0)
    give = next(one for one in s.visits if one["priority"] == 1 and one.get("takes"))
    for day in s.rng.sample(range(DAYS), s.rng.choice([2, DAYS])):
        s.resting[give["site"], day] = s.rng.choice([1, 2])


def some(s: Sketch, count: int) -> list[dict[str, Any]]:
    return s.rng.sample(s.visits, min(count, len(s.visits)))


def span(s: Sketch, first: int, last: int) -> DateSpan:
    return DateSpan(s.first + timedelta(days=first), s.first + timedelta(days=last))


def tight_windows(s: Sketch) -> None:
    for one in some(s, 4):
        one["hours"] = s.rng.choice(
            [((480, 600),), ((480, 690), (810, 1020)), ((840, 1000),), ((600, 760),)]
        )
        if s.rng.random() < 0.4:
            one["open_days"] = s.rng.sample(range(DAYS), s.rng.randint(1, 2))


def tight_roads(s: Sketch) -> None:
    for one in some(s, 4):
        one["priority"] = 5
        spans = s.rng.choice(
            [((0, 840),), ((480, 960),), ((480, 560), (620, 1000)), ((600, 1440),)]
        )
        for other in ("D", *s.lodging, *(v["site"] for v in s.visits)):
            if other != one["site"]:
                s.shut[other, one["site"]] = spans
                if s.rng.random() < 0.4:
                    s.shut[one["site"], other] = spans


def tight_loads(s: Sketch) -> None:
    for k, one in enumerate(s.cars):
        one |= {"capacity_boxes": s.rng.choice([4, 7, 9]), "capacity_kg": s.rng.choice([90, 400])}
        one["cost_vnd_per_day"] = 400_000 + 100_000 * k


def tight_loading(s: Sketch) -> None:
    """A small vehicle near its libraries, which must go out twice a day to serve them all."""
    s.cars = [s.cars[0] | {"capacity_boxes": 5}]
    s.rules |= {
        "reload_min": s.rng.choice([60, 120]),
        "reload_until": s.rng.choice([600, 660]),
        "duty_max_day_min": 600,
    }
    for one in s.visits:
        one |= {"priority": 5, "service_min": 20, "hours": ((450, 1080),), "open_days": (0,)}
    for one in some(s, 4):
        one["leaves"] = (parcel(f"L{one['site']}", "D", one["site"], 3),)


def tight_breaks(s: Sketch) -> None:
    s.rules |= {
        "driving_max_continuous_min": s.rng.choice([45, 60, 90]),
        "break_min": s.rng.choice([15, 30, 45]),
        "duty_max_day_min": s.rng.choice([330, 420]),
    }
    for one in some(s, 4):
        one |= {"service_min": 10, "hours": ((s.rng.choice([480, 540, 600]), 1020),)}


def tight_meals(s: Sketch) -> None:
    """Sites are open around the hours of a meal that takes most of them."""
    eat, begin = s.rng.choice([45, 60]), s.rng.choice([630, 660, 690])
    s.rules |= {
        "meal_min": eat,
        "meal_from": begin,
        "meal_to": begin + eat + s.rng.choice([5, 10]),
        "meal_after_min": s.rng.choice([120, 180, 240]),
        "duty_max_day_min": s.rng.choice([360, 480]),
    }
    for one in s.visits:
        hours = s.rng.choice([(570, 840), (600, 780), (540, 720), (480, 1020)])
        one |= {"hours": (hours,), "priority": 5}


def tight_depots(s: Sketch) -> None:
    add_second(s)
    s.depots = ("D", "E")
    s.cars[1]["depot"] = "E"
    s.crews[1]["depot"] = s.rng.choice(["D", "E"])
    for one in some(s, 4):
        one["leaves"] = ()


def tight_parcels(s: Sketch) -> None:
    tight_depots(s)
    s.crews[1]["depot"] = "E"
    for one in some(s, 2):
        one["leaves"] = (parcel(f"E{one['site']}", "E", one["site"], 2),)
    for one in some(s, 1):
        one["takes"] = (parcel(f"R{one['site']}", one["site"], "E", 2),)
    for one in some(s, 1):
        one["depot_id"] = s.rng.choice(["D", "E"])


def tight_gaps(s: Sketch) -> None:
    for one in some(s, 3):
        one |= {"gap_group": "G", "gap_days": s.rng.choice([1, 1, 2])}
    s.made = s.rng.choice([(), (-1,), (-1, -9)])


def tight_pins(s: Sketch) -> None:
    for one in some(s, 2):
        one["pin"] = Pin(day=s.first + timedelta(days=s.rng.randrange(DAYS)))
    if len(s.cars) > 1:
        some(s, 1)[0]["pin"] = Pin(vehicle_id="B2")
    if len(s.crews) > 1:
        some(s, 1)[0]["pin"] = Pin(crew_id=s.rng.choice(["C1", "C2"]))
    day = s.first + timedelta(days=s.rng.randrange(DAYS))
    one = some(s, 1)[0]
    known = one.get("pin") or Pin()
    side = s.rng.choice(("not_before", "not_after"))
    one["pin"] = dataclasses.replace(known, **{side: day})


def tight_riders(s: Sketch) -> None:
    able = [one for one in s.visits if not one.get("takes")]
    for one in able[s.rng.choice([0, 1]) :]:
        one["ride_vnd"] = s.rng.choice([300_000, 2_500_000, 2_500_000])


def tight_weekends(s: Sketch) -> None:
    s.first = MONDAY + timedelta(days=s.rng.choice([4, 4, 6]))
    s.rules["work_weekdays"] = s.rng.choice([WEEKDAYS[:5], ("Mo", "Sa")])


def tight_holidays(s: Sketch) -> None:
    s.rest_days = s.rng.choice([(0,), (1,), (1, 2), (0, 2)])


def tight_weeks(s: Sketch) -> None:
    s.first = MONDAY + timedelta(days=s.rng.choice([0, 5, 6]))
    s.rules["driving_max_week_min"] = s.rng.choice([200, 300])
    s.past = s.rng.choice([[], [(0, -1, 60)], [(0, -1, 400), (0, -2, 30)]])


def tight_rest(s: Sketch) -> None:
    """Crews come from days of work, and may work no day, one or two in a row."""
    s.first = MONDAY + timedelta(days=s.rng.choice([0, 3]))
    s.rules["work_days_in_a_row"] = limit = s.rng.choice([1, 2, 3])
    worked = s.rng.randint(0, limit)
    s.past = [(0, -1 - k, 30) for k in range(worked)]


def tight_work(s: Sketch) -> None:
    s.rules.update(work_days_per_week=s.rng.choice([1, 2]))
    s.first = MONDAY + timedelta(days=s.rng.choice([0, 1, 5]))
    s.past = s.rng.choice([[], [(0, -1, 30)]])


def tight_fit(s: Sketch) -> None:
    add_second(s)
    s.crews[0] |= {"members": 3}
    s.cars[1] |= {"seats": 2}
    s.crews[1] |= {"drives": (VehicleKind.BUS,)}


def tight_crews(s: Sketch) -> None:
    add_second(s)
    s.crews[0]["members"] = 3
    for one in some(s, 3):
        one["crew_min"] = s.rng.choice([3, 3, 4])


def tight_skills(s: Sketch) -> None:
    add_second(s)
    s.crews[1]["skills"] = ("exchange",)
    s.crews[0]["skills"] = ("exchange", s.rng.choice(["session", "training"]))
    for one in some(s, 3):
        one["tasks"] = (s.rng.choice([Task.SESSION, Task.TRAINING, Task.KIT]),)


def tight_sessions(s: Sketch) -> None:
    add_second(s)
    s.cars[1]["can_hold_sessions"] = False
    for one in some(s, 3):
        one |= {"tasks": (Task.SESSION,), "needs_session_vehicle": True}


def tight_beds(s: Sketch) -> None:
    need_nights(s)
    s.crews = [s.crews[0] | {"members": 3}]
    s.rules["max_nights"] = 2
    s.lodging = {"H": 2, "I": s.rng.choice([2, 2, 3])}


def tight_nights(s: Sketch) -> None:
    need_nights(s)
    s.rules |= {"duty_max_day_min": 260, "max_nights": 0}


def need_nights(s: Sketch) -> None:
    """Long services and a short duty, at sites that matter."""
    s.rules["duty_max_day_min"] = 300
    for one in s.visits:
        one |= {"priority": 5, "service_min": s.rng.choice([60, 150])}


def tight_fleet(s: Sketch) -> None:
    away = span(s, *s.rng.choice([(0, 1), (1, 2), (0, 2)]))
    s.cars = [s.cars[0] | {"unavailable": (away,)}]
    for one in s.visits:
        one["priority"] = 5


TIGHTEN = {
    "service_lies_in_a_window": tight_windows,
    "roads_are_open_for_the_vehicle": tight_roads,
    "driving_per_day_is_limited": lambda s: s.rules.update(driving_max_day_min=190),
    "driving_per_week_is_limited": tight_weeks,
    "breaks_are_taken": tight_breaks,
    "duty_per_day_is_limited": lambda s: s.rules.update(duty_max_day_min=340),
    "meals_are_taken": tight_meals,
    "work_lies_within_hours": lambda s: s.rules.update(
        earliest_start_min=s.rng.choice([420, 480]), latest_end_min=s.rng.choice([780, 900])
    ),
    "driving_is_in_daylight": lambda s: (
        s.rules.update(daylight_only=True),
        setattr(s, "light", (450, 820)),
    ),
    "crews_rest": tight_work,
    "crews_have_days_off": tight_rest,
    "weekends_are_kept": tight_weekends,
    "holidays_are_kept": tight_holidays,
    "crew_is_not_off": lambda s: s.crews[0].update(
        days_off=(span(s, *s.rng.choice([(0, 0), (1, 1), (1, 2)])),)
    ),
    "vehicle_is_available": tight_fleet,
    "one_trip_at_a_time": lambda s: s.rules.update(duty_max_day_min=360),
    "second_trips_are_loaded": tight_loading,
    "trips_start_and_end_at_their_depot": tight_depots,
    "crew_drives_and_fits_the_vehicle": tight_fit,
    "crew_is_large_enough": tight_crews,
    "crew_has_the_skills": tight_skills,
    "vehicle_holds_sessions": tight_sessions,
    "load_fits": tight_loads,
    "parcels_use_their_depot": tight_parcels,
    "batch_is_collected_before_it_is_left": lambda s: add_chain(s, s.rng.choice([0, 1])),
    "books_of_a_lockdown_rest": tight_lockdown,
    "nights_have_beds": tight_beds,
    "nights_are_limited": tight_nights,
    "visits_keep_their_gap": tight_gaps,
    "pins_hold": tight_pins,
    "riders_have_no_trip_of_their_own": tight_riders,
}


def random_case(rule: str, number: int) -> TripProblem:
    """Return a month in which a rule is tight, and some others by chance, one in the mean.

    The rule itself is none of the others, so no tightener runs twice on a sketch. Each other rule
    is drawn by a seed of its own name, so a new rule changes only months that it is drawn for.
    """
    rng = random.Random(f"{rule} {number}")
    s = sketch(rng)
    for other in list_others(rule, number):
        TIGHTEN[other](s)
    if rng.random() < 0.3:
        add_chain(s, 1)
    TIGHTEN[rule](s)
    return build(s)


def list_others(rule: str, number: int, names: Iterable[str] = TIGHTEN) -> list[str]:
    """Return the rules besides its own that a month makes tight as well."""
    return [
        other
        for other in sorted(names)
        if other != rule and random.Random(f"{rule} {number} {other}").random() < OTHER_SHARE
    ]


def build(s: Sketch) -> TripProblem:
    """Return the month of a sketch; the second vehicle is slower, and one way has a ferry."""
    rng, days = s.rng, [s.first + timedelta(days=k) for k in range(DAYS)]
    keys = sorted({*(v["site"] for v in s.visits), *s.lodging, *s.depots})
    places = {key: (rng.uniform(-75, 75), rng.uniform(-75, 75)) for key in keys}
    places |= {"D": (0.0, 0.0), "H": (60.0, 60.0), "I": (-60.0, -60.0)}
    minutes = {
        (a, b): 8 + round(abs(places[a][0] - places[b][0]) + abs(places[a][1] - places[b][1]))
        for k, a in enumerate(keys)
        for b in keys[k + 1 :]
    }
    ferry = {("D", s.visits[0]["site"]): rng.choice([10, 30])} if rng.random() < 0.4 else {}
    problem = month(
        [_visit(one, days) for one in s.visits],
        minutes,
        cars=[car(**one) for one in s.cars],
        crews=[crew(**one) for one in s.crews],
        days=DAYS,
        lodging=s.lodging,
        depots=s.depots,
        check_days=s.check_days,
        shut=s.shut,
        wait=ferry,
        rules=s.rules,
        costs={"unserved_vnd_per_priority": rng.choice([600_000, 1_500_000])},
    )
    fast = problem.travel(problem.vehicles[0], MONDAY)
    drive = np.where(fast.drive_min > 0, fast.drive_min * 5 // 4, fast.drive_min)
    slow = Travel("slow", drive.astype(np.int32), fast.wait_min, fast.length_m, fast.shut_min)
    return dataclasses.replace(
        problem,
        days=tuple(days),
        daylight=dict.fromkeys(days, s.light),
        rest_days=frozenset(days[k] for k in s.rest_days),
        past_days=tuple(
            past_day(s.first + timedelta(days=day), problem.crews[crew].crew_id, minutes)
            for crew, day, minutes in s.past
        ),
        resting={(site, days[k]): rest for (site, k), rest in s.resting.items()},
        past_visits={"G": tuple(s.first + timedelta(days=day) for day in s.made)},
        travel=lambda vehicle, day: slow if vehicle.vehicle_id == "B2" else fast,
    )


def _visit(one: dict[str, Any], days: list) -> Any:
    one = dict(one)
    hours, open_days = one.pop("hours", ((480, 1080),)), one.pop("open_days", range(DAYS))
    windows = tuple(Window(days[k], *span) for k in sorted(open_days) for span in hours)
    return visit(**{"windows": windows, **one})
