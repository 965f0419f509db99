"""Small months: the choice of batches and the trips together are the best there is."""

import random
from dataclasses import replace

import pytest
from routing_months import month, random_month, visit

from benchmarks.joint_bound import bound_trips_vnd
from benchmarks.joint_small import Case, draw_province, find_best
from benchmarks.son_la_year import FOLDER
from planning.joint import small_month
from planning.joint.proposal import JointProblem, measure_points
from planning.joint.rounds import plan_jointly
from planning.joint.small_month import settle_small_month
from planning.survey import survey_province
from province.dates import Month
from province.progress import ignore_progress
from province.read import read_province
from rotation.checks.rules import verify_rotation
from rotation.instance.first_month import list_first_months
from rotation.instance.instance import build_instance
from routing.checks.verify import verify_trips
from routing.solver.solve import plan_trips

MONTH = Month(2026, 12)
SHORT, PRICES = 18, 1
"""Drawn months whose first proposal is not the best: of the one most choices are ruled out by what
is known, in the other two rounds of prices do not find the best libraries."""


@pytest.fixture(scope="module")
def months():
    """The two drawn months, and what a proposal for each of them is before it is settled."""
    province, drawn = read_province(FOLDER), {}
    for number in (SHORT, PRICES):
        survey = survey_province(draw_province(province, random.Random(number)), MONTH)
        given = JointProblem(survey, survey.reach, work=0.3)
        drawn[number] = given, plan_jointly(given, rounds=1).best
    return drawn


def settle(given, best):
    return settle_small_month(given, best, given.estimate, ignore_progress)


@pytest.mark.parametrize("number", [SHORT, PRICES])
def test_a_small_month_is_the_best_of_all_choices_of_batches_and_trips(months, number):
    given, draft = months[number]
    case = Case(given.survey, given)
    best, tried = find_best(case, given.estimate)
    assert tried > 1
    for problem, trips in case.known.values():
        assert 0.4 * trips.objective < bound_trips_vnd(problem) <= trips.objective
    found = settle(given, draft)
    assert measure_points(draft, given.estimate) <= best - 0.1
    assert measure_points(found, given.estimate) == pytest.approx(best, abs=1e-3)
    assert found.trips.status == "optimal"
    assert verify_rotation(found.problem, found.rotation) == ()
    assert verify_trips(given.survey.province, found.trip_problem, found.trips) == ()
    assert found.visits == given.survey.list_visits(found.asked)


def test_only_choices_that_may_be_better_than_what_is_known_are_looked_at(months):
    given, draft = months[SHORT]
    known = measure_points(draft, given.estimate)
    small = small_month._list_choices(given, draft, given.estimate)
    every = list_first_months(build_instance(small.problem), small_month.MOST_CHOICES)
    assert 0 < len(small.choices) < len(every)
    assert all(choice.most > known for choice in small.choices)


def test_visits_made_light_cost_no_more_than_any_choice_of_theirs(months):
    given, draft = months[PRICES]
    small = small_month._list_choices(given, draft, given.estimate)
    groups = {}
    for choice in small.choices:
        groups.setdefault(small_month._list_places(choice.visits), []).append(choice.visits)
    assert any(len(group) > 1 for group in groups.values())
    for key, group in groups.items():
        assert small.measure(small.least[key]) <= min(map(small.measure, group))


def test_where_only_some_visits_are_a_break_of_driving_none_is_asked_for_less(months):
    _, draft = months[PRICES]
    long = draft.visits[:1]
    short = (replace(long[0], service_min=5),)
    assert small_month._relax([long, short], 15) == ()
    assert small_month._relax([long, short], 5)[0].service_min == 5


def test_without_effort_and_in_other_months_the_proposal_stays(months, monkeypatch):
    given, draft = months[SHORT]
    large = replace(draft, trips=replace(draft.trips, status="feasible"))
    assert settle(given, large) is large
    monkeypatch.setattr(small_month, "MOST_CHOICES", 1)
    assert settle(given, draft) is draft
    monkeypatch.setattr(small_month, "MOST_CHOICES", 40_000)
    monkeypatch.setattr(small_month, "EFFORT", 0)
    assert settle(given, draft) is draft


def test_who_stops_a_small_month_keeps_the_best_so_far(months, monkeypatch):
    given, draft = months[SHORT]

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(small_month, "measure_least", stop)
    stopped = settle(given, draft)
    assert stopped.trips.status == "interrupted"
    assert stopped.trips.trips == draft.trips.trips
    assert stopped.rotation == draft.rotation


def test_the_bound_of_trips_is_what_a_hand_counts():
    """To A 60 km, on to B 30 km, home from B 80 km, at 10,000 a km; a day with three people."""
    problem = month([visit("A"), visit("B")], {("D", "A"): 60, ("A", "B"): 30, ("D", "B"): 80})
    day = 500_000 + 3 * problem.costs.allowance_vnd_per_person_day
    assert bound_trips_vnd(problem) == 170 * 10_000 + day
    rare = replace(problem, visits=(problem.visits[0], replace(problem.visits[1], priority=0)))
    assert bound_trips_vnd(rare) == 120 * 10_000 + day
    none = replace(problem, visits=tuple(replace(v, priority=0) for v in problem.visits))
    assert bound_trips_vnd(none) == 0


def test_the_bound_of_trips_knows_what_a_day_is_too_short_for():
    """Seven hours there and seven back: two days of ten hours at the wheel, and a night."""
    problem = month([visit("A")], {("D", "A"): 420})
    day = 500_000 + 3 * problem.costs.allowance_vnd_per_person_day
    night = 3 * problem.costs.night_vnd_per_person
    assert problem.rules.driving_max_day_min == 600
    assert bound_trips_vnd(problem) == min(
        3 * problem.costs.unserved_vnd_per_priority, 840 * 10_000 + 2 * day + night
    )


def test_the_bound_of_trips_is_never_above_the_best():
    for seed in range(25):
        problem = random_month(seed)
        assert bound_trips_vnd(problem) <= plan_trips(problem).objective
