"""The checker's own reading of closures and speeds, bit by bit against what each closure means."""

import dataclasses

import pytest
from roads_measured import measure_drive_min
from test_roads_closure_pairs import BITS, BOX, CASES, DRY, WET, bent, ring, with_closure

from province.facts import Province
from province.fleet import VehicleKind
from province.ids import CommuneCode
from province.road_settings import RoadSettings
from province.roads import ClosureArea
from routing.checks.road_facts import CheckedRoads, Driven

assert bent  # a fixture


def close(province: Province, fields: dict, day) -> Province:
    """Return the province with a closure; area and commune are the same box."""
    closed = with_closure(province, day=day, **fields)
    commune = dataclasses.replace(
        closed.communes[0], code=CommuneCode("90099"), outline=(ring(*BOX),)
    )
    areas = (ClosureArea("slide", "", (ring(*BOX),)),)
    return dataclasses.replace(closed, areas=areas, communes=(*closed.communes, commune))


@pytest.mark.parametrize("name", CASES)
def test_a_closure_covers_exactly_what_it_names(bent: Province, name: str) -> None:
    fields, is_meant, is_slow, day = CASES[name]
    province = close(bent, fields, day)
    ground, car = CheckedRoads(province), province.vehicles[0]
    for road in province.segments:
        for k in range(BITS):
            part = Driven(road, True, k / BITS, (k + 1) / BITS)
            why = set(ground.tell_shut(part, car, day, range(480, 500)))
            closed = is_meant(road, (k + 0.5) / BITS)
            is_wet = day == WET and road.is_dry_only
            assert bool(why & {"shut", "wet"}) == (is_wet or (closed and not is_slow))
            whole_min = measure_drive_min(
                road, True, car.kind, is_wet=day.month in province.settings.season.wet_months,
                one_lane_share=float(closed and is_slow),
            )  # fmt: skip
            assert ground.measure_min(part, car, day) == pytest.approx(whole_min / BITS)


@pytest.mark.parametrize("kind", VehicleKind)
@pytest.mark.parametrize("is_forward", [True, False])
@pytest.mark.parametrize(
    "factors", [{}, {"speed_factor": 0.9}, {"class_factors": {"national": 0.5, "commune": 1.5}},
                {"speed_factor": 1.1, "class_factors": {"track": 0.7, "ferry": 0.5}},
                {"class_factors": {"national": 0.5}, "road_factors": {"QL6": 0.6, "ĐT.101": 1.2}}],
)  # fmt: skip
def test_minutes_are_those_of_the_speed_table(
    small: Province, kind: VehicleKind, is_forward: bool, factors: dict
) -> None:
    roads = RoadSettings.model_validate(factors)
    settings = small.settings.model_copy(update={"roads": roads})
    open_roads = dataclasses.replace(small, closures=(), settings=settings)
    ground, car = CheckedRoads(open_roads), dataclasses.replace(small.vehicles[0], kind=kind)
    for day in (DRY, WET):
        for road in small.segments:
            expected = measure_drive_min(
                road, is_forward, kind, is_wet=day == WET,
                settings=roads,
            )  # fmt: skip
            part = Driven(road, is_forward, 0.0, 1.0)
            assert ground.measure_min(part, car, day) == pytest.approx(expected, rel=1e-12)
