"""Small months: the choice of batches and the trips together are the best there is."""

import random
from dataclasses import replace

import pytest

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

MONTH = Month(2026, 12)
WAITS, PRICES = 8, 1
"""Drawn months: in the one the dates of a draft forbid the best pair, in the other two rounds of
prices do not find the best libraries."""


@pytest.fixture(scope="module")
def months():
    """The two drawn months, and what a proposal for each of them is before it is settled."""
    province, drawn = read_province(FOLDER), {}
    for number in (WAITS, PRICES):
        survey = survey_province(draw_province(province, random.Random(number)), MONTH)
        given = JointProblem(survey, survey.reach, work=0.3)
        drawn[number] = given, plan_jointly(given, rounds=1).best
    return drawn


def settle(given, best):
    return settle_small_month(given, best, given.estimate, ignore_progress)


@pytest.mark.parametrize("number", [WAITS, PRICES])
def test_a_small_month_is_the_best_of_all_choices_of_batches_and_trips(months, number):
    given, draft = months[number]
    best, _ = find_best(Case(given.survey, given))
    found = settle(given, draft)
    least = 0.1 if number == WAITS else 0.0  # dates of a draft forbid a pair
    assert measure_points(draft, given.estimate) <= best - least + 1e-6
    assert measure_points(found, given.estimate) == pytest.approx(best, abs=1e-3)
    assert found.trips.status == "optimal"
    assert verify_rotation(found.problem, found.rotation) == ()
    assert verify_trips(given.survey.province, found.trip_problem, found.trips) == ()
    assert found.visits == given.survey.list_visits(found.asked)


def test_only_choices_that_may_be_better_than_what_is_known_are_looked_at(months):
    given, draft = months[PRICES]
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
    given, draft = months[WAITS]
    large = replace(draft, trips=replace(draft.trips, status="feasible"))
    assert settle(given, large) is large
    monkeypatch.setattr(small_month, "MOST_CHOICES", 1)
    assert settle(given, draft) is draft
    monkeypatch.setattr(small_month, "MOST_CHOICES", 40_000)
    monkeypatch.setattr(small_month, "EFFORT", 0)
    assert settle(given, draft) is draft


def test_who_stops_a_small_month_keeps_the_best_so_far(months, monkeypatch):
    given, draft = months[WAITS]

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(small_month, "measure_least", stop)
    stopped = settle(given, draft)
    assert stopped.trips.status == "interrupted"
    assert stopped.trips.trips == draft.trips.trips
    assert stopped.rotation == draft.rotation
