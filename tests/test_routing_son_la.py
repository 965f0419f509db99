"""Sơn La's schematic roads give ways and minutes that a planner would believe."""

from datetime import date
from pathlib import Path

import pytest

from province.facts import Province
from province.fleet import VehicleKind
from province.ids import SiteId
from province.read import read_province
from roads.findings import find_road_faults
from roads.network import build_network, list_pieces
from roads.travel import Roads

DECEMBER = date(2026, 12, 1)
SON_LA = Path(__file__).parent.parent / "data" / "son-la"


@pytest.fixture(scope="module")
def province() -> Province:
    return read_province(SON_LA)


@pytest.fixture(scope="module")
def roads(province: Province) -> Roads:
    return Roads(province)


def by_kind(province: Province, kind: VehicleKind):
    return next(v for v in province.vehicles if v.kind is kind)


def test_the_roads_are_one_piece_without_faults(province: Province) -> None:
    assert len(list_pieces(build_network(province.segments))) == 1
    assert not find_road_faults(province).faults


@pytest.mark.parametrize("kind", [VehicleKind.BUS, VehicleKind.TRUCK])
def test_every_enrolled_site_is_reached_in_december(
    province: Province, roads: Roads, kind: VehicleKind
) -> None:
    vehicle = by_kind(province, kind)
    sites = tuple(
        s.site_id for s in province.sites if s.is_enrolled(DECEMBER) and not s.handover_site
    )
    assert len(sites) > 30
    travel = roads.measure(vehicle, DECEMBER, (vehicle.depot_id,), sites)
    missed = [s for s, minutes in zip(sites, travel.drive_min[0], strict=True) if minutes < 0]
    assert not missed


@pytest.mark.parametrize(
    ("place", "least_min", "most_min"),
    [("Mộc Châu", 150, 210), ("Sông Mã", 140, 195), ("Mường Lèo", 300, 480)],
)
def test_the_bus_takes_plausible_minutes_from_the_depot(
    province: Province, roads: Roads, place: str, least_min: int, most_min: int
) -> None:
    bus = by_kind(province, VehicleKind.BUS)
    codes = {commune.code for commune in province.communes if commune.name == place}
    sites = tuple(s.site_id for s in province.sites if s.commune_code in codes)
    travel = roads.measure(bus, DECEMBER, (bus.depot_id,), sites)
    assert sites
    assert least_min <= travel.drive_min[0].min() <= most_min


def test_the_wet_season_is_slower_everywhere_and_shuts_some_places(
    province: Province, roads: Roads
) -> None:
    bus = by_kind(province, VehicleKind.BUS)
    sites: tuple[SiteId, ...] = tuple(s.site_id for s in province.sites)
    dry = roads.measure(bus, date(2027, 4, 20), (bus.depot_id,), sites).drive_min[0]
    wet = roads.measure(bus, date(2027, 6, 20), (bus.depot_id,), sites).drive_min[0]
    both = (dry > 0) & (wet > 0)
    assert (wet[both] > dry[both]).all()
    assert 0 < ((dry >= 0) & (wet < 0)).sum() < len(sites) / 3
