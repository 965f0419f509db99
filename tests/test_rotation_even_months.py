"""Months are as even as their hours: what unevenness counts, and regions that come in turn."""

from dataclasses import replace

import numpy as np
import pytest
from rotation_cases import FIRST, make_batch, make_library, make_problem

from planning.figures import count_exchange_visits
from planning.survey import survey_province
from province.dates import Month
from province.read import read_province
from province.shipped import find_shipped
from rotation.instance.instance import build_instance
from rotation.instance.score import measure_unevenness
from rotation.lagrangian.even_months import count_least, count_wanted, level_prices
from rotation.problem import Placement
from rotation.solve.solve import find_rotation
from routing.along import order_along_ways

MONTHS = 12
WAYS = (("P1", "P3", "P5", "P7"), ("P2", "P4", "P6", "P8"))


def make_year(weight, *, fade=(1.0, 0.8, 0.5, 0.3)):
    """Eight libraries on two ways, each with a batch, two more in the store room; 12 months."""
    problem = make_problem()
    sites = sorted(WAYS[0] + WAYS[1])
    batches = tuple(make_batch(f"B{k:02d}") for k in range(10))
    stands = [*sites, "KHO", "KHO"]
    update = {"weight_unevenness": weight, "fade": fade, "memory_months": 0, "max_seen_share": 1.0}
    libraries = tuple(make_library(site, 80, last_month=MONTHS - 1) for site in sites)
    return replace(
        problem,
        months=tuple(FIRST.plus(t) for t in range(MONTHS)),
        batches=batches,
        libraries=libraries,
        placements=tuple(
            Placement(batch.batch_id, site, 0 if site == "KHO" else 2)
            for batch, site in zip(batches, stands, strict=True)
        ),
        demand=np.tile(np.array([30.0, 20.0]), (len(sites), MONTHS, 1)),
        offer=np.tile(np.array([40.0, 30.0]), (len(batches), 1)),
        titles=tuple(np.array([2 * k, 2 * k + 1]) for k in range(len(batches))),
        seen_until=({},) * len(sites),
        reach=replace(problem.reach, hours={}, along=WAYS[0] + WAYS[1]),
        hours_per_month=(100.0,) * MONTHS,
        unavailable=frozenset(),
        pins=frozenset(),
        last_stays=(),
        rules=problem.rules.model_copy(update=update),
    )


def test_unevenness_counts_visits_beyond_the_share_of_a_month():
    problem = replace(make_problem(), hours_per_month=(10.0, 10.0, 5.0, 5.0))
    problem = replace(problem, rules=problem.rules.model_copy(update={"weight_unevenness": 0.5}))
    uneven = build_instance(problem).uneven
    # 12 visits: the shares of the months are 4, 4, 2 and 2, their hours 10 or 5 of usually 7.5
    assert measure_unevenness(uneven, np.array([4.0, 4, 2, 2])) == pytest.approx(0)
    expected = 0.5 * (4 * 0.75 + 4 * 1.5)
    assert measure_unevenness(uneven, np.array([6.0, 4, 0, 2])) == pytest.approx(expected)


def test_months_are_even_where_that_is_wished_and_libraries_of_one_way_change_together():
    plans = {weight: find_rotation(make_year(weight), work=0.05)[0] for weight in (0.0, 0.5)}
    spread = {
        weight: np.std(list(count_exchange_visits(plan).values())[:-1])
        for weight, plan in plans.items()
    }
    assert spread[0.5] < 0.6 * spread[0.0]
    assert measure_overlap(plans[0.5]) < 0.35 < 0.6 < measure_overlap(plans[0.0])


def measure_overlap(plan):
    """Return the share of visits in months in which libraries of both ways are visited."""
    visits = [
        [len({m.to_site for m in plan.movements if m.month == month} & set(way)) for way in WAYS]
        for month in plan.months
    ]
    return 2 * sum(min(both) for both in visits) / sum(sum(both) for both in visits)


def test_neighbours_in_the_order_share_their_way():
    province = read_province(find_shipped("son-la"))
    survey = survey_province(province, Month(2026, 12))
    order = order_along_ways(province, survey.month, survey.roads)
    libraries = [site.site_id for site in province.sites if site.takes_rotation]
    assert sorted(order) == sorted(libraries)

    def measure_tour(sites):
        truck = province.fleet[0]
        minutes = survey.roads.measure(truck, survey.month.first_day, sites, sites).drive_min
        return sum(int(minutes[k, k + 1]) for k in range(len(sites) - 1))

    assert measure_tour(order) < 0.8 * measure_tour(tuple(sorted(libraries)))


def test_prices_by_month_never_count_more_than_unevenness_and_as_much_at_the_visits_wanted():
    rng = np.random.default_rng(0)
    for _ in range(20):
        hours = rng.uniform(5.0, 30.0, 6) * (rng.random(6) < 0.8) + np.eye(6)[0]
        uneven = np.append(
            np.divide(hours.mean(), hours, out=np.zeros(6), where=hours > 0), 1.0 / len(hours)
        )
        level = level_prices(uneven, rng.uniform(-9.0, 9.0, 6))
        visits = rng.uniform(0.0, 20.0, 6) * (hours > 0)
        wanted = count_wanted(uneven, level, visits.sum())
        assert wanted.sum() == pytest.approx(visits.sum())

        def count_most(of, level=level, uneven=uneven):
            return float(level @ of) - count_least(uneven, level)

        assert count_most(visits) <= measure_unevenness(uneven, visits) + 1e-9
        assert count_most(wanted) == pytest.approx(measure_unevenness(uneven, wanted))
