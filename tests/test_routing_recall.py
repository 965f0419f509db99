"""Trips taken up again in a month much like the one they were made for."""

import dataclasses

import pytest
from test_routing_solve import wide_month

from routing.checks.verify import verify_decisions
from routing.solver.solve import plan_trips

WORK = 0.03


@pytest.fixture(scope="module")
def draft():
    problem = wide_month()
    return problem, plan_trips(problem, seed=3, work=WORK, is_draft=True)


def test_draft_serves_and_keeps_every_rule_but_has_no_bound(draft):
    problem, plan = draft
    assert plan.unserved == ()
    assert (plan.bound, plan.gap) == (0.0, 1.0)
    assert list(verify_decisions(problem, plan)) == []


def test_search_that_goes_on_is_no_worse_and_bounded(draft):
    problem, plan = draft
    again = plan_trips(problem, seed=4, work=0.0, start=plan.trips)
    assert again.objective <= plan.objective
    assert 0 < again.bound <= again.objective
    assert list(verify_decisions(problem, again)) == []


def test_visits_that_are_gone_and_new_ones_are_no_hindrance(draft):
    problem, plan = draft
    first, *rest = problem.visits
    fewer = dataclasses.replace(problem, visits=tuple(rest))
    less = plan_trips(fewer, seed=3, work=WORK, start=plan.trips, is_draft=True)
    assert less.objective <= plan.objective
    assert list(verify_decisions(fewer, less)) == []
    more = plan_trips(problem, seed=3, work=WORK, start=less.trips, is_draft=True)
    assert first.visit_id in {stop.visit_id for trip in more.trips for stop in trip.stops}
    assert list(verify_decisions(problem, more)) == []


def test_draft_names_what_is_not_served(draft):
    problem, _ = draft
    closed = dataclasses.replace(problem.visits[0], windows=())
    shut = dataclasses.replace(problem, visits=(closed, *problem.visits[1:]))
    plan = plan_trips(shut, seed=3, work=WORK, is_draft=True)
    assert [one.visit_id for one in plan.unserved] == [closed.visit_id]
