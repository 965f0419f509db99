import dataclasses
import random

import pytest
from routing_months import car, crew, month, parcel, visit

from routing.checks.verify import verify_decisions
from routing.lns import search
from routing.lns.build import list_near
from routing.lns.search import ImproveTask, fill_month, improve_months
from routing.month.instance import build_instance
from routing.solver import solve
from routing.solver.solve import plan_trips


def wide_month(num_sites=12, seed=1):
    """Sites on a plane, two buses, two weeks: too many trips to list them all."""
    rng = random.Random(seed)
    places = {
        f"S{k:02d}": (rng.uniform(-160, 160), rng.uniform(-160, 160)) for k in range(num_sites)
    }
    places |= {"D": (0.0, 0.0), "H1": (90.0, 90.0), "H2": (-90.0, -90.0)}
    keys = sorted(places)
    minutes = {
        (a, b): 5 + round(abs(places[a][0] - places[b][0]) + abs(places[a][1] - places[b][1]))
        for k, a in enumerate(keys)
        for b in keys[k + 1 :]
    }
    visits = [
        visit(name, 12, leaves=(parcel(f"L{name}", "D", name, 3),))
        for name in keys
        if name.startswith("S")
    ]
    return month(
        visits, minutes, days=12, cars=(car("B1"), car("B2")), crews=(crew("C1"), crew("C2")),
        lodging={"H1": 3, "H2": 3},
    )  # fmt: skip


@pytest.fixture(scope="module")
def wide():
    problem = wide_month()
    return problem, plan_trips(problem, seed=3, work=0.03)


def test_large_month_is_served_and_keeps_every_rule(wide):
    problem, plan = wide
    assert plan.unserved == ()
    assert list(verify_decisions(problem, plan)) == []


def test_large_month_is_far_cheaper_than_a_trip_for_each_visit(wide):
    problem, plan = wide
    alone = 0
    for one in problem.visits:
        single = month_of_one(problem, one)
        alone += plan_trips(single).cost_vnd
    assert plan.cost_vnd < 0.7 * alone


def month_of_one(problem, one):
    return dataclasses.replace(problem, visits=(one,))


def test_bound_is_below_the_objective(wide):
    _, plan = wide
    assert 0 < plan.bound <= plan.objective
    assert plan.gap == pytest.approx((plan.objective - plan.bound) / plan.objective)


def test_same_seed_and_work_give_the_same_plan(wide):
    problem, plan = wide
    assert plan_trips(problem, seed=3, work=0.03) == plan


def test_searches_side_by_side_find_what_each_finds_alone(wide):
    problem, _ = wide
    instance = build_instance(problem)
    start = fill_month(instance, [], 0)
    tasks = [ImproveTask(start, seed, 400, 1.0) for seed in range(4)]
    alone = [improve_months(build_instance(problem), [task])[0] for task in tasks]
    assert improve_months(instance, tasks) == alone


def test_who_stops_searches_waits_for_a_part_of_them_only(wide, monkeypatch):
    problem, _ = wide
    instance, chunks = build_instance(problem), []
    start, search_on = fill_month(instance, [], 0), search.search

    def stop_at_once(model, now, trial, best, scratch, rounds, heat, rows):
        chunks.append(rounds)
        if len(chunks) == 1:
            raise KeyboardInterrupt
        return search_on(model, now, trial, best, scratch, rounds, heat, rows)

    monkeypatch.setattr(search, "search", stop_at_once)
    tasks = [ImproveTask(start, seed, 40_000, 1.0) for seed in range(2)]
    with pytest.raises(KeyboardInterrupt):
        improve_months(instance, tasks)
    assert len(chunks) < search.CHUNKS


def test_interruption_keeps_the_best_so_far(monkeypatch):
    problem = wide_month(8)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(solve, "improve_months", stop)
    plan = plan_trips(problem, work=0.02)
    assert plan.status == "interrupted"
    assert plan.trips
    assert list(verify_decisions(problem, plan)) == []


def test_places_without_a_way_are_not_near():
    """Two islands: from A1 to A2 60 km, to the nearest of the other none at all."""
    minutes = {("D", "A1"): 60, ("D", "A2"): 60, ("A1", "A2"): 60}
    minutes |= {("E", "B1"): 10, ("E", "B2"): 10, ("B1", "B2"): 5}
    problem = month(
        [visit(site) for site in ("A1", "B1", "A2", "B2")],
        minutes,
        cars=(car("C1", "D"), car("C2", "E")),
        crews=(crew("C1", "D"), crew("C2", "E")),
        depots=("D", "E"),
    )
    assert list_near(build_instance(problem), 0) == [0, 2, 1, 3]
    plan = plan_trips(problem)
    assert plan.unserved == ()
    assert {frozenset(stop.site_id[0] for stop in trip.stops) for trip in plan.trips} == {
        frozenset("A"),
        frozenset("B"),
    }
