"""What must not grow with the square of a province: counted by sizes and calls, not by seconds.

And the denser Sơn La on which growth is measured: as many sites as asked, stock and fleet to match.
"""

import itertools
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from rotation_cases import make_plan, make_problem
from rotation_random import draw_problem
from test_rotation_forced import make_remote

from benchmarks.dense_son_la import list_sites, read_tables, split_by_hand, write_dense
from benchmarks.growth import GrowthRun, draw_growth, measure_exponent, tell_runs
from benchmarks.growth_month import draw_month
from province.dates import Month
from province.read import read_province
from roads.travel import Roads
from rotation.checks import libraries as floors
from rotation.checks.rules import verify_rotation
from rotation.instance.allowed import measure_seen_share
from rotation.instance.arrays import list_arrays
from rotation.instance.instance import build_instance as build_rotation
from rotation.lagrangian import subgradient
from rotation.lns.dive import Dive
from rotation.lns.lane import new_lane
from rotation.lns.params import PARAMS, Pace
from routing.along import order_along_ways
from routing.bounds import bound
from routing.bounds.relaxation import QUICK_NEAR, list_classes
from routing.month import schedule
from routing.month.instance import build_instance
from routing.solver.pool import MAX_PAIRS, date_orders


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dense(tmp_path_factory.mktemp("dense") / "whole", 150)


def test_a_denser_province_has_stock_and_fleet_to_match_and_no_fault(dense: Path) -> None:
    province = read_province(dense)  # raises on any fault
    assert len(province.depots) == 1
    assert len(list_sites(read_tables(dense))) == 150
    assert len(province.batches) == round(66 * 150 / 114)
    kinds = Counter(car.kind.value for car in province.fleet)
    assert kinds == {"bus": 3, "truck": 1, "motorbike": 1}
    assert len(province.crews) == 4


def test_a_split_by_hand_shares_out_every_site_batch_and_vehicle_once(
    dense: Path, tmp_path: Path
) -> None:
    whole = read_tables(dense)
    parts = [read_tables(folder) for folder in split_by_hand(dense, tmp_path)]
    for name, column in (("batches", "batch_id"), ("vehicles", "vehicle_id")):
        own = [row[column] for part in parts for row in part.rows[name]]
        assert len(own) >= len(whole.rows[name])
        assert set(own) == {row[column] for row in whole.rows[name]}
    batches = [row["batch_id"] for part in parts for row in part.rows["batches"]]
    assert len(batches) == len(set(batches))
    served = [[row["site_id"] for row in list_sites(part)] for part in parts]
    assert sorted(itertools.chain(*served)) == sorted(row["site_id"] for row in list_sites(whole))
    assert abs(len(served[0]) - len(served[1])) <= 3


def test_an_order_is_dated_with_few_pairs_of_vehicle_and_crew_however_large_the_fleet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = build_instance(draw_month(200, 0))
    tried: list[tuple[int, int]] = []
    monkeypatch.setattr(
        schedule,
        "_time_fitting",
        lambda instance, order, car, first, crew, split: tried.append((car, crew)),
    )
    fleet = {(car, crew) for crew, team in enumerate(instance.teams) for car in team.cars}
    assert len(fleet) > MAX_PAIRS
    orders = [(job,) for job in range(60)]
    for order in orders:
        tried.clear()
        date_orders(instance, [(order, 0)])
        assert len(set(tried)) <= MAX_PAIRS
        assert len(tried) <= MAX_PAIRS * len(instance.weeks)


def test_a_quick_search_for_the_bound_goes_on_to_near_visits_only() -> None:
    large = build_instance(draw_month(120, 0))
    for one in list_classes(large, 2, 1, "halves"):
        visits = len(one.relaxed.visits)
        nodes = len(one.relaxed.leg_min)
        assert one.relaxed.near.shape == (nodes, min(visits, QUICK_NEAR))
        if visits <= QUICK_NEAR:  # a month of usual size overlooks none
            assert np.array_equal(one.relaxed.near, np.tile(np.arange(visits), (nodes, 1)))


def test_the_bound_keeps_few_trips_and_proves_as_much_as_with_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = build_instance(draw_month(16, 0))
    with_all = bound.bound_month(instance)
    sizes: list[int] = []
    drop = bound._Master._drop_dearest

    def note(master: bound._Master, prices: bound.Prices) -> None:
        drop(master, prices)
        sizes.append(len(master._known))

    monkeypatch.setattr(bound._Master, "_drop_dearest", note)
    monkeypatch.setattr(bound, "MOST_COLUMNS", 10)
    monkeypatch.setattr(bound, "COLUMNS_A_VISIT", 10)
    with_few = bound.bound_month(instance)
    assert max(sizes) <= 160 + len(instance.jobs) * 3  # a round may add a trip for each last stop
    assert any(later < before for before, later in itertools.pairwise(sizes))
    assert with_few == pytest.approx(with_all, rel=1e-3)
    assert bound.bound_simply(instance) < with_few


def test_iterations_grow_with_the_batches_of_a_large_stock_only() -> None:
    many = PARAMS.many_batches
    usual = Pace(work=1.0, batches=66).iterations
    assert Pace(work=1.0, batches=many).iterations == usual
    assert Pace(work=1.0, batches=4 * many).iterations == pytest.approx(4 * usual, rel=1e-3)


def test_the_checker_looks_at_no_batch_whose_uses_cannot_be_worth_an_exchange(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    is_worth = floors._is_worth_forcing
    monkeypatch.setattr(
        floors, "_is_worth_forcing",
        lambda plan, b, p, t: asked.append(p) or is_worth(plan, b, p, t),
    )  # fmt: skip
    plan = make_plan(("A P1 0 3", "B P1 3 1"), ("A 0 KHO P1", "A 3 P1 KHO", "B 3 KHO P1"))
    verify_rotation(make_remote(1_480_000), plan)
    assert 1 in asked
    asked.clear()
    verify_rotation(make_remote(3_000_000), plan)
    assert 1 not in asked


def test_shares_of_titles_seen_are_those_counted_batch_by_batch() -> None:
    problem = make_problem()
    memory = problem.rules.memory_months
    shares = measure_seen_share(problem)
    for p, until in enumerate(problem.seen_until):
        for b, titles in enumerate(problem.titles):
            for t in range(len(problem.months)):
                known = sum(until.get(int(title), -10_000) >= t - memory for title in titles)
                assert shares[b, p, t] == (known / len(titles) if len(titles) else 0.0)


def test_titles_shared_and_seen_are_those_looked_up_batch_by_batch() -> None:
    instance = build_rotation(draw_problem(3, plain=False))
    problem, arrays = instance.problem, list_arrays(instance)
    since = [t - problem.rules.memory_months for t in range(len(problem.months))]
    pairs = list(itertools.permutations(range(len(problem.titles)), 2))
    assert arrays.shares_titles.any()
    assert arrays.seen.any()
    for b, o in pairs:
        common = [int(title) in set(problem.titles[o].tolist()) for title in problem.titles[b]]
        assert arrays.shares_titles[b, o] == any(common)
        assert list_bits(arrays.shared[b, o]) == [k for k, is_in in enumerate(common) if is_in]
    for b, titles in enumerate(problem.titles):
        for p, until in enumerate(problem.seen_until):
            for t, oldest in enumerate(since):
                known = [
                    k for k, one in enumerate(titles) if until.get(int(one), -10_000) >= oldest
                ]
                assert list_bits(arrays.seen[b, p, t]) == known


def list_bits(words: np.ndarray) -> list[int]:
    """Return the numbers of the bits that are set."""
    return [64 * w + k for w, word in enumerate(words.tolist()) for k in range(64) if word >> k & 1]


def test_a_dive_lists_what_no_part_changes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = list_arrays(build_rotation(draw_problem(1, plain=False)))
    first = subgradient.Descent(arrays)
    first.step(0.9)
    dive = Dive(new_lane(arrays, 0), first.close(), 1.5)
    asked: list[str] = []
    for name in ("list_terms", "rank_places"):
        monkeypatch.setattr(subgradient, name, lambda *_, name=name: asked.append(name))
    for part in (0.5, 1.0):
        dive.advance(part, 3)
    assert dive.put
    assert not asked


def test_the_order_along_the_ways_is_measured_once_for_vehicles_that_are_alike(
    dense: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    province, month = read_province(dense), Month(2026, 12)
    roads = Roads(province)
    measured: list[str] = []
    measure = roads.measure
    monkeypatch.setattr(
        roads, "measure",
        lambda car, day, *sites: measured.append(roads.signature(car, day))
        or measure(car, day, *sites),
    )  # fmt: skip
    order = order_along_ways(province, month, roads)
    assert sorted(order) == sorted(s.site_id for s in province.sites if s.takes_rotation)
    assert len(measured) == len(set(measured)) < len(province.fleet)


def test_the_growth_benchmark_tells_its_exponent_and_draws_every_size() -> None:
    runs = [
        GrowthRun(size, 1, 0.1, cpu_s, 400, 50, 49, 10**7, 1e4, 1e4, 0.25, 0.3)
        for size, cpu_s in ((100, 10.0), (400, 40.0))
    ]
    assert measure_exponent(*runs) == pytest.approx(1.0)
    assert list(tell_runs(runs))[2].startswith("| 100 | whole | 10 | 400 | 49 of 50 | 10.0 |")
    root = ET.fromstring(draw_growth(runs))
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "peak memory, MiB" in words
    assert words.count("400 sites") == 3
