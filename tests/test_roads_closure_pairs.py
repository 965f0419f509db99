"""Every kind of closure changes exactly the pairs that it must: against a graph of tiny bits.

The other computation knows nothing of stretches, pieces or contraction: it cuts every segment into
100 bits, leaves out or slows those that a closure is about, and lets networkx find the ways.
"""

import dataclasses
import functools
import math
from collections.abc import Callable
from datetime import date

import networkx as nx
import numpy as np
import pytest
from roads_measured import measure_drive_min

from province.facts import Province
from province.fleet import Vehicle, VehicleKind
from province.ids import ClosureId, CommuneCode, SegmentId, SiteId
from province.roads import Closure, ClosureArea, ClosureEffect
from roads.travel import Roads

DRY, WET = date(2026, 12, 1), date(2026, 7, 1)
BITS = 100
# TV1 to NT1 stand on nodes; MID half-way along S08, which is drawn with a bend, FAR at 3/4 of S09
ALL = tuple(SiteId(s) for s in ("KHO", "TV1", "TV2", "TV3", "TV4", "TH1", "NT1", "MID", "FAR"))
NEAR = {"MID": ("S08", 50), "FAR": ("S09", 75)}


@pytest.fixture(scope="module")
def bent(small: Province) -> Province:
    """The small province with two more sites, beside the middle of roads."""
    model = small.sites[0]
    mid = dataclasses.replace(model, site_id=SiteId("MID"), lon=104.1032, lat=21.35)
    far = dataclasses.replace(model, site_id=SiteId("FAR"), lon=103.9005, lat=21.36)
    return dataclasses.replace(small, sites=(*small.sites, mid, far), closures=())


def with_closure(province: Province, **fields) -> Province:
    base = {
        "closure_id": ClosureId("X"), "segment_id": None, "ref": "", "km_from": None,
        "km_to": None, "commune_code": None, "first_day": fields.pop("day", DRY),
        "last_day": None, "from_minute": 0, "to_minute": 1440, "effect": ClosureEffect.SHUT,
        "reason": "", "source": "",
    }  # fmt: skip
    closure = Closure(**(base | fields))
    return dataclasses.replace(
        province, closures=(dataclasses.replace(closure, last_day=closure.first_day),)
    )


def tiny_bits(
    province: Province, car: Vehicle, day: date, is_shut, is_slow
) -> tuple[nx.MultiDiGraph, dict[str, object]]:
    """Return the graph of bits, and the node of each site."""
    graph = nx.MultiDiGraph()
    ends = {}
    for road in province.segments:
        if (road.width_m or 99) < car.width_m or (road.max_t or 99) < car.gross_t:
            continue
        if road.steepest_pct > car.max_grade_pct or (road.is_dry_only and day == WET):
            continue
        nodes = [tuple(round(x, 5) for x in road.line[0])]
        nodes += [(road.segment_id, k) for k in range(1, BITS)]
        nodes += [tuple(round(x, 5) for x in road.line[-1])]
        ends[road.segment_id] = nodes
        for k in range(BITS):
            if is_shut(road, (k + 0.5) / BITS):
                continue
            for is_forward in (True, False):
                minutes = measure_drive_min(
                    road, is_forward, car.kind, is_wet=day == WET,
                    one_lane_share=float(is_slow(road, (k + 0.5) / BITS)),
                ) / BITS  # fmt: skip
                pair = nodes[k : k + 2] if is_forward else nodes[k : k + 2][::-1]
                graph.add_edge(*pair, weight=minutes + road.ferry_wait_min / BITS)
    places = {s.site_id: (round(s.lon, 5), round(s.lat, 5)) for s in province.sites}
    places |= {site: ends[road][k] for site, (road, k) in NEAR.items() if road in ends}
    return graph, places


def measure_bits(province: Province, car: Vehicle, day: date, is_shut, is_slow) -> np.ndarray:
    graph, places = tiny_bits(province, car, day, is_shut, is_slow)
    table = np.full((len(ALL), len(ALL)), np.inf)
    for i, site in enumerate(ALL):
        table[i, i] = 0
        if places[site] not in graph:
            continue
        found = nx.single_source_dijkstra_path_length(graph, places[site])
        table[i] = [found.get(places[other], np.inf) for other in ALL]
    return table


def never(road, share: float) -> bool:
    return False


@pytest.fixture(scope="module")
def free_bits(bent: Province) -> Callable[[VehicleKind, date], np.ndarray]:
    """What the bits say of a kind of vehicle and a day while nothing is closed."""

    @functools.cache
    def measure(kind: VehicleKind, day: date) -> np.ndarray:
        car = next(v for v in bent.vehicles if v.kind is kind)
        table = measure_bits(bent, car, day, never, never)
        table.setflags(write=False)
        return table

    return measure


def between(ref: str, first_km: float, last_km: float):
    def is_meant(road, share: float) -> bool:
        if road.ref != ref or road.km_from is None:
            return False
        return first_km < road.km_from + share * road.length_m / 1000 < last_km

    return is_meant


def of(*ids: str):
    return lambda road, share: road.segment_id in ids


def in_box(west: float, south: float, east: float, north: float):
    """Whether a place lies in a box, for the roads of the small province: straight or one bend."""

    def is_meant(road, share: float) -> bool:
        legs = [math.dist(a, b) for a, b in zip(road.line, road.line[1:], strict=False)]
        at, k = share * sum(legs), 0
        while at > legs[k]:
            at, k = at - legs[k], k + 1
        (x, y), (x_after, y_after) = road.line[k : k + 2]
        part = at / legs[k]
        lon, lat = x + (x_after - x) * part, y + (y_after - y) * part
        return west <= lon <= east and south <= lat <= north

    return is_meant


def ring(west: float, south: float, east: float, north: float):
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


# A box across the middle of S09 (21.344 to 21.352 of 21.30 to 21.38: bits 55 to 65)
BOX = (103.8, 21.344, 103.95, 21.352)
# What is closed, which bits that is, whether they are slow rather than shut, on which day
CASES = {
    "segment": ({"segment_id": SegmentId("S09")}, of("S09"), False, DRY),
    "whole road": ({"ref": "ĐT.101"}, of("S02", "S03"), False, DRY),
    # S02 is km 0 to 9.5 (bits of 95 m), S03 9.5 to 15.5 (bits of 60 m)
    "posts": ({"ref": "ĐT.101", "km_from": 1.9, "km_to": 10.7}, between("ĐT.101", 1.9, 10.7),
              False, DRY),
    "one post": ({"ref": "QL6", "km_from": 303.03}, between("QL6", 303.0, 303.12), False, DRY),
    "commune": ({"commune_code": CommuneCode("90099")}, in_box(*BOX), False, DRY),
    "area": ({"area_id": "slide"}, in_box(*BOX), False, DRY),
    "one lane": ({"segment_id": SegmentId("S01"), "effect": ClosureEffect.ONE_LANE}, of("S01"),
                 True, DRY),
    "one lane between posts": (
        {"ref": "QL6", "km_from": 303.0, "km_to": 306.0, "effect": ClosureEffect.ONE_LANE},
        between("QL6", 303.0, 306.0), True, DRY,
    ),
    "dry only, in the rain": (
        {"segment_id": SegmentId("S03"), "effect": ClosureEffect.DRY_ONLY}, of("S03"), False, WET,
    ),
    "dry only, when dry": (
        {"segment_id": SegmentId("S03"), "effect": ClosureEffect.DRY_ONLY}, never, False, DRY,
    ),
    "all working hours": (
        {"segment_id": SegmentId("S02"), "from_minute": 300, "to_minute": 1200}, of("S02"),
        False, DRY,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", [VehicleKind.TRUCK, VehicleKind.BUS])
def test_a_closure_changes_exactly_the_pairs_that_it_must(
    bent: Province, free_bits: Callable[..., np.ndarray], name: str, kind: VehicleKind
) -> None:
    fields, is_meant, is_slow, day = CASES[name]
    slide = ClosureArea("slide", "", (ring(*BOX),))
    commune = dataclasses.replace(
        bent.communes[0], code=CommuneCode("90099"), outline=(ring(*BOX),)
    )
    bent = dataclasses.replace(bent, areas=(slide,), communes=(*bent.communes, commune))
    car = next(v for v in bent.vehicles if v.kind is kind)
    closed = with_closure(bent, day=day, **fields)
    free, shut = (Roads(p).travel(car, day, ALL) for p in (bent, closed))
    before = free_bits(kind, day)
    after = measure_bits(
        bent, car, day, never if is_slow else is_meant, is_meant if is_slow else never
    )
    for ours, theirs in ((free, before), (shut, after)):
        total = np.where(ours.drive_min < 0, np.inf, ours.drive_min + ours.wait_min)
        is_same = np.isinf(total) & np.isinf(theirs)
        with np.errstate(invalid="ignore"):
            is_same |= (total >= theirs - 1e-3) & (total <= theirs + 1.0)
        assert is_same.all(), [(ALL[i], ALL[j]) for i, j in np.argwhere(~is_same)]
    must_change = np.isinf(after) != np.isinf(before)
    with np.errstate(invalid="ignore"):
        must_change |= np.ceil(after - 1e-3) != np.ceil(before - 1e-3)
    must_change &= ~(np.isinf(after) & np.isinf(before))
    changed = (free.drive_min + free.wait_min) != (shut.drive_min + shut.wait_min)
    assert (changed == must_change).all()
    assert changed.any() == (is_meant is not never)
    assert not changed.all()


@pytest.mark.parametrize("name", CASES)
def test_reopening_gives_the_same_matrix_back(bent: Province, name: str) -> None:
    fields, _, _, day = CASES[name]
    car = next(v for v in bent.vehicles if v.kind is VehicleKind.TRUCK)
    slide = ClosureArea("slide", "", (ring(*BOX),))
    bent = dataclasses.replace(bent, areas=(slide,))
    if "commune_code" in fields:
        fields = fields | {"commune_code": CommuneCode("90003")}
    roads = Roads(with_closure(bent, day=day, **fields))
    following = day + (date(2026, 12, 2) - DRY)
    before, after = (roads.travel(car, d, ALL) for d in (following, following.replace(day=20)))
    free = Roads(bent).travel(car, following, ALL)
    assert before is after  # dates on which the roads are alike share one matrix
    for column in ("drive_min", "wait_min", "length_m"):
        assert np.array_equal(getattr(before, column), getattr(free, column))
    assert before.shut_min == free.shut_min


def test_hours_of_a_part_concern_only_those_who_drive_it(bent: Province) -> None:
    # S09 shut 7 to 9 between its second and third quarter; TH1 is at its end, FAR at 3/4
    shut = with_closure(bent, area_id="slide", from_minute=420, to_minute=540)
    shut = dataclasses.replace(shut, areas=(ClosureArea("slide", "", (ring(*BOX),)),))
    car = next(v for v in bent.vehicles if v.kind is VehicleKind.TRUCK)
    travel = Roads(shut).travel(car, DRY, (ALL[0], ALL[5], ALL[8]))
    assert travel.shut_min == {
        (0, 1): ((420, 540),), (0, 2): ((420, 540),), (1, 0): ((420, 540),), (2, 0): ((420, 540),)
    }  # fmt: skip


def test_a_ferry_keeps_another_timetable_in_the_rain(bent: Province) -> None:
    hours = "Oct-Apr 06:00-18:00; May-Sep 08:00-12:00"
    changed = tuple(
        dataclasses.replace(s, ferry_hours=hours) if s.segment_id == "S06" else s
        for s in bent.segments
    )
    roads = Roads(dataclasses.replace(bent, segments=changed))
    car = next(v for v in bent.vehicles if v.kind is VehicleKind.TRUCK)
    pair = (SiteId("TV1"), SiteId("TV4"))
    assert roads.travel(car, DRY, pair).shut_min[0, 1] == ((0, 360), (1080, 1440))
    assert roads.travel(car, WET, pair).shut_min[0, 1] == ((0, 480), (720, 1440))
