"""The speed table, by hand, and as the page on methods prints it."""

import dataclasses
import itertools
from pathlib import Path

import pytest
from roads_measured import measure_drive_min, measure_speed_kmh

from province.facts import Province
from province.fleet import VehicleKind
from province.roads import RoadClass, Segment, Surface
from roads.speeds import BASE_KMH, HANDLING, list_speeds

ROADS = [kind for kind in RoadClass if kind is not RoadClass.FERRY]
PAVED = (Surface.ASPHALT, Surface.CONCRETE)


@pytest.fixture
def level(small: Province) -> Segment:
    return dataclasses.replace(
        small.segments[0], rise_m=0.0, fall_m=0.0, steepest_pct=0.0, length_m=10_000.0
    )


def test_every_combination_has_a_speed_and_rain_slows_each(level: Segment) -> None:
    for kind, road_class, surface in itertools.product(VehicleKind, ROADS, Surface):
        road = dataclasses.replace(level, road_class=road_class, surface=surface)
        dry = measure_speed_kmh(road, True, kind)
        wet = measure_speed_kmh(road, True, kind, is_wet=True)
        assert 3 <= wet < dry <= 43


def test_the_kinds_differ_where_roads_are_bad(level: Segment) -> None:
    earth = dataclasses.replace(level, road_class=RoadClass.COMMUNE, surface=Surface.EARTH)
    speeds = {kind: measure_speed_kmh(earth, True, kind) for kind in VehicleKind}
    assert speeds[VehicleKind.CAR] == pytest.approx(15.0)  # facts table
    assert speeds[VehicleKind.MOTORBIKE] == pytest.approx(22 * 0.8)
    assert speeds[VehicleKind.TRUCK] == pytest.approx(15 * 0.85)
    assert speeds[VehicleKind.BUS] == pytest.approx(15 * 0.8)
    assert len(set(speeds.values())) == 4


@pytest.mark.parametrize(
    ("fields", "kind", "share"),
    [
        ({"rise_m": 300.0}, VehicleKind.TRUCK, 1.0),  # 3 % is what the base speed contains
        ({"rise_m": 800.0}, VehicleKind.TRUCK, 1 - 5 * 0.04),
        ({"rise_m": 800.0}, VehicleKind.CAR, 1 - 5 * 0.02),
        ({"fall_m": 800.0}, VehicleKind.TRUCK, 1 - 2 * 0.02),
        ({"rise_m": 800.0, "fall_m": 800.0}, VehicleKind.TRUCK, 1 - 0.2 - 0.04),
        ({"steepest_pct": 14.0}, VehicleKind.BUS, 1 - 4 * 0.015),
        ({"rise_m": 3000.0, "steepest_pct": 30.0}, VehicleKind.BUS, 0.5),  # never less
    ],
)
def test_slopes_take_their_share_of_the_speed(
    level: Segment, fields: dict[str, float], kind: VehicleKind, share: float
) -> None:
    steep = dataclasses.replace(level, **fields)
    found = measure_speed_kmh(steep, True, kind) / measure_speed_kmh(level, True, kind)
    assert found == pytest.approx(share)
    turned = {"rise_m": "fall_m", "fall_m": "rise_m"}
    back = dataclasses.replace(level, **{turned.get(k, k): v for k, v in fields.items()})
    assert measure_speed_kmh(back, False, kind) == pytest.approx(
        measure_speed_kmh(steep, True, kind)
    )


def test_a_ferry_takes_its_crossing_whatever_crosses(level: Segment) -> None:
    ferry = dataclasses.replace(level, road_class=RoadClass.FERRY, surface=Surface.WATER)
    for kind in VehicleKind:
        assert measure_drive_min(ferry, True, kind, is_wet=True) == pytest.approx(10 / 8 * 60)
        known = dataclasses.replace(ferry, duration_min=25.0)
        assert measure_drive_min(known, True, kind, one_lane_share=1.0) == 25.0


def test_the_table_for_people_is_the_table_that_is_used(level: Segment) -> None:
    rows = list_speeds()
    assert len(rows) == len(ROADS) * (len(Surface) - 1)
    for row in rows:
        road = dataclasses.replace(
            level, road_class=RoadClass(row["road_class"]), surface=Surface(row["surface"])
        )
        for kind, season in itertools.product(VehicleKind, ("dry", "wet")):
            speed = measure_speed_kmh(road, True, kind, is_wet=season == "wet")
            assert row[f"{kind.value}_{season}"] == pytest.approx(speed, abs=0.051)


def test_the_page_on_methods_prints_these_numbers() -> None:
    page = (Path(__file__).parents[1] / "docs" / "methods-roads.md").read_text(encoding="utf-8")
    order = (VehicleKind.CAR, VehicleKind.TRUCK, VehicleKind.BUS, VehicleKind.MOTORBIKE)
    for name, field in (("paved", "paved"), ("gravel", "gravel"), ("earth", "earth"),
                        ("wet months, paved", "wet_paved")):  # fmt: skip
        cells = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
        printed = [float(cell) for cell in cells.split("|")[2:6]]
        assert printed == [pytest.approx(getattr(HANDLING[k], field), abs=0.006) for k in order]
    for kind, kmh in BASE_KMH.items():
        name = "ferry crossing" if kind is RoadClass.FERRY else kind.value
        assert f"{name} {kmh:g}" in page
