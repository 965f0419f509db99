"""Days of trips that let batches come in time: what is at hand where, and what is gained."""

import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planning.joint.swaps import free_visits, value_swaps
from planning.survey import survey_province
from province.dates import Month
from province.ids import BatchId, SiteId
from province.visits import Movement
from rotation.instance.instance import build_instance as build_rotation
from rotation.problem import index_libraries
from rotation.solve.solve import find_rotation
from routing.checks.verify import verify_trips
from routing.solver.solve import plan_trips
from routing.solver.swap_dates import SwapValues, move_dates

pytestmark = pytest.mark.usefixtures("few_iterations")

MONTH = Month(2026, 12)
LONG_AGO = date(2026, 1, 1)
MUCH_VND = 5_000_000


def moves(*texts):
    """Movements written as ``B1 KHO TV1``."""
    return tuple(
        Movement(BatchId(batch), MONTH, SiteId(start), SiteId(end))
        for batch, start, end in (text.split() for text in texts)
    )


ASKED = moves("B1 TV3 TV1", "B3 TV1 KHO", "B4 KHO TV2")


@pytest.fixture(scope="module")
def survey(small):
    return survey_province(small, MONTH)


@pytest.fixture(scope="module")
def posed(survey):
    return survey.pose_trips(free_visits(survey, survey.list_visits(ASKED)))


@pytest.fixture(scope="module")
def drafted(posed):
    return plan_trips(posed, work=0.05, is_draft=True)


def visit_at(posed, site):
    """The visit that exchanges at a site."""
    return next(v for v in posed.visits if v.receiver_id == site and "exchange" in v.tasks)


def ask_for(posed, *pairs):
    """Values where a batch that one site gives is worth much at another."""
    worth = np.diag([float(MUCH_VND)] * len(pairs))
    taken, left = zip(*((visit_at(posed, a), visit_at(posed, b)) for a, b in pairs), strict=True)
    names = [tuple(visit.visit_id for visit in side) for side in (taken, left)]
    return SwapValues(names[0], (LONG_AGO,) * len(pairs), names[1], worth)


def comes_in_time(posed, trips, giver, receiver):
    """Whether what a site gives can be left at another: written anew from the rules."""
    at = {stop.visit_id: (trip, stop) for trip in trips for stop in trip.stops}
    gives, gets = (at[visit_at(posed, site).visit_id] for site in (giver, receiver))
    if gives[0].trip_id == gets[0].trip_id:
        return gives[1].sequence < gets[1].sequence
    return (gets[0].first_day - gives[0].last_day).days > posed.check_days


@pytest.mark.parametrize(("giver", "receiver"), [*itertools.permutations(["TV1", "TV2", "TV3"], 2)])
def test_trips_get_days_on_which_a_batch_comes_in_time(survey, posed, drafted, giver, receiver):
    values = ask_for(posed, (giver, receiver))
    moved = move_dates(posed, drafted.trips, values, work=0.003)
    assert comes_in_time(posed, moved, giver, receiver)
    served = [{s.visit_id for t in trips for s in t.stops} for trips in (drafted.trips, moved)]
    assert served[0] == served[1]
    broken = verify_trips(survey.province, posed, replace(drafted, trips=moved))
    assert [one for one in broken if one.where != "plan"] == []  # the draft's sums stand beside


def test_a_ring_of_batches_is_broken_once(posed, drafted):
    """Of three sites that each give to the next one, not all can be first; two of three can be."""
    ring = [("TV1", "TV2"), ("TV2", "TV3"), ("TV3", "TV1")]
    moved = move_dates(posed, drafted.trips, ask_for(posed, *ring), work=0.003)
    assert sum(comes_in_time(posed, moved, *pair) for pair in ring) == 2


def test_a_batch_that_is_not_ready_before_a_day_waits_for_it(posed, drafted):
    values = ask_for(posed, ("TV1", "TV2"))
    ready = date(2026, 12, 15)
    moved = move_dates(
        posed, drafted.trips, replace(values, taken_by=(None,), ready=(ready,)), work=0.003
    )
    visit_id = visit_at(posed, "TV2").visit_id
    assert all(t.first_day >= ready for t in moved if visit_id in {s.visit_id for s in t.stops})


def test_trips_stay_where_nothing_is_worth_anything(posed, drafted):
    values = ask_for(posed, ("TV1", "TV2"))
    nothing = replace(values, worth_vnd=np.zeros((1, 1)))
    assert move_dates(posed, drafted.trips, nothing, work=0.003) == drafted.trips


def test_the_same_seed_gives_the_same_days(posed, drafted):
    values = ask_for(posed, ("TV1", "TV3"), ("TV3", "TV2"))
    one, other = (move_dates(posed, drafted.trips, values, seed=3, work=0.002) for _ in range(2))
    assert one == other


def test_a_batch_is_worth_its_stay_and_a_place_without_one_counts_as_much_again(survey, drafted):
    problem = survey.pose_rotation(survey.reach)
    rotation, _ = find_rotation(problem, work=0.05)
    values = value_swaps(survey, problem, rotation, ASKED, drafted)
    points = build_rotation(problem).value
    library_at, rate = index_libraries(problem), problem.rules.uses_per_million / 1e6
    months = {(s.batch_id, s.site_id): s.months for s in rotation.stays if s.first_month == MONTH}
    brought = [move for move in ASKED if move.to_site != "KHO"]
    assert len(values.left_by) == len(brought)
    own = np.zeros_like(values.worth_vnd)
    for column, move in enumerate(brought):
        length = months.get((move.batch_id, move.to_site), 1)
        stays = points[:, library_at[move.to_site], 0, length - 1]
        own[:, column] = np.where(stays > 0, stays, 0) / rate
        own[:, column] += np.where(stays > 0, own[own[:, column] > 0, column].mean(), 0)
    assert values.worth_vnd == pytest.approx(own, abs=1)
    assert (values.worth_vnd > 0).any(axis=0).all()
    rules = problem.rules.model_copy(update={"uses_per_million": 0.0})
    no_money = replace(problem, rules=rules)
    assert not value_swaps(survey, no_money, rotation, ASKED, drafted).worth_vnd.any()
