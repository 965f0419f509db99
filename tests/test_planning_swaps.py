"""Batches swapped among dated trips: what may come where, and what the rotation makes of it."""

import itertools
import random
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from plan_fixture import make_plan
from rotation_random import draw_problem, enumerate_best

from planning.joint import rounds
from planning.joint.proposal import JointProblem
from planning.joint.rounds import plan_jointly
from planning.joint.swaps import free_visits, list_swaps
from planning.survey import survey_province
from province.dates import Month
from province.errors import InfeasibleError
from province.ids import BatchId, SiteId
from province.visits import Movement
from rotation.checks.rules import verify_rotation
from rotation.problem import Swaps, index_batches, index_libraries
from rotation.solve import solve
from rotation.solve.solve import find_rotation
from routing.month.instance import build_instance

pytestmark = pytest.mark.usefixtures("few_iterations")

MONTH = Month(2026, 12)
KHO = SiteId("KHO")


def moves(*texts):
    """Movements written as ``B1 KHO TV1``."""
    return tuple(
        Movement(BatchId(batch), MONTH, SiteId(start), SiteId(end))
        for batch, start, end in (text.split() for text in texts)
    )


@pytest.fixture(scope="module")
def survey(small):
    return survey_province(small, MONTH)


def test_no_visit_waits_for_another_once_it_is_freed(survey):
    visits = survey.list_visits(moves("B1 TV3 TV1", "B3 TV1 KHO"))
    waiting = build_instance(survey.pose_trips(visits))
    freed = free_visits(survey, visits)
    free = build_instance(survey.pose_trips(freed))
    assert sum(len(job.givers) for job in waiting.jobs) == 1
    assert sum(len(job.givers) for job in free.jobs) == 0
    assert [v.service_min for v in freed] == [v.service_min for v in visits]
    kits = [p for v in visits for p in v.leaves if p.batch_id is None]
    assert kits == [p for v in freed for p in v.leaves if p.batch_id is None]
    for announced, waits in ((("B1", "TV1"), 1), (("B1", "TV2"), 0), (("B3", "TV1"), 0)):
        kept = free_visits(survey, visits, {announced})
        kept_waiting = build_instance(survey.pose_trips(kept))
        assert sum(len(job.givers) for job in kept_waiting.jobs) == waits, announced


@pytest.fixture(scope="module")
def dated(survey):
    """A stop at each library, a trip, and the plan that they come from."""
    plan = make_plan(survey.province, stops_per_day=4, num_sites=4)
    stop = {s.receiver_id: s for t in plan.trips.trips for s in t.stops}
    trip = plan.trips.trips[0]
    return stop, trip, plan.trips


def bring(survey, trips, asked=("B1 TV3 TV1", "B3 TV1 TV3", "B4 KHO TV2"), **changes):
    """The names of batches that trips can bring, by library."""
    problem = survey.pose_rotation(survey.reach)
    places = tuple(
        replace(place, site_id=SiteId(changes.get(place.batch_id, "KHO")))
        for place in problem.placements
    )
    problem = replace(problem, placements=places)
    swaps = list_swaps(survey, problem, moves(*asked), trips)
    found = {str(problem.libraries[p].site_id): set() for _, p in swaps.visited}
    for b, p in swaps.brought:
        found[str(problem.libraries[p].site_id)].add(str(problem.batches[b].batch_id))
    return found


def make_trips(dated, routes):
    """Trips of one vehicle, one day each: {first day: sites in order}."""
    stop, trip, plan = dated
    trips = tuple(
        replace(
            trip, trip_id=f"T{day}", first_day=date(2026, 12, day), last_day=date(2026, 12, day),
            stops=tuple(
                replace(stop[SiteId(site)], sequence=k + 1, day=date(2026, 12, day), takes=())
                for k, site in enumerate(sites)
            ),
        )
        for day, sites in routes.items()
    )  # fmt: skip
    return replace(plan, trips=trips)


def test_a_batch_comes_from_the_store_room_an_earlier_trip_or_a_stop_before(survey, dated):
    """B1 stands at TV3, B3 at TV1, B4 in the store room; a batch is checked for one day."""
    assert survey.province.settings.service.check_days == 1
    stands = {"B1": "TV3", "B3": "TV1"}
    one_trip = make_trips(dated, {7: ["TV1", "TV3"], 9: ["TV2"]})
    found = bring(survey, one_trip, **stands)
    assert {"B1", "B3", "B4"} & found["TV1"] == {"B4"}
    assert {"B1", "B3", "B4"} & found["TV3"] == {"B3", "B4"}
    assert {"B1", "B3", "B4"} & found["TV2"] == {"B1", "B3", "B4"}
    next_day = bring(survey, make_trips(dated, {7: ["TV1", "TV3"], 8: ["TV2"]}), **stands)
    assert {"B1", "B3", "B4"} & next_day["TV2"] == {"B4"}


def test_what_no_trip_serves_stays_asked(survey, dated):
    trips = make_trips(dated, {7: ["TV3"]})
    found = bring(survey, trips, B1="TV3", B3="TV1")
    assert found["TV1"] == {"B1"}
    assert found["TV2"] == {"B4"}
    assert set(found) == {"TV1", "TV2", "TV3"}


def test_a_batch_too_large_for_the_vehicle_does_not_come(survey, dated):
    trips = make_trips(dated, {7: ["TV2"]})
    trip = trips.trips[0]
    (parcel,) = trip.stops[0].leaves
    loads = (parcel, replace(parcel, content_id="P", boxes=4))
    full = replace(trip, vehicle_id="XE1", loads=loads)  # it holds 6
    assert parcel.boxes == 2
    found = bring(survey, replace(trips, trips=(full,)))
    assert "B4" in found["TV2"]
    assert "B5" not in found["TV2"]  # 3 boxes


@pytest.mark.parametrize("seed", range(16))
def test_the_rotation_is_the_best_that_the_trips_allow(seed):
    problem = draw_problem(seed, plain=False)
    rng = random.Random(seed)
    try:
        free, found = find_rotation(problem, work=0.1)
    except InfeasibleError:
        pytest.skip("nothing keeps the rules of this one")
    at, first = index_libraries(problem), problem.months[0]
    ends = {s for m in free.movements if m.month == first for s in (m.from_site, m.to_site)}
    visited = {at[site] for site in ends if site in at} | {rng.randrange(len(at))}
    pairs = {(b, p) for b in range(len(problem.batches)) for p in sorted(visited)}
    swaps = Swaps(
        frozenset(itertools.product(problem.depots, visited)),
        frozenset(rng.sample(sorted(pairs), len(pairs) // 2)),
    )
    best, _ = enumerate_best(problem, swaps)
    if best is None:
        with pytest.raises(InfeasibleError):
            find_rotation(problem, work=0.1, start=found, swaps=swaps)
        return
    plan, _ = find_rotation(problem, work=0.1, start=found, swaps=swaps)
    assert verify_rotation(problem, plan) == ()
    assert plan.objective == pytest.approx(best, abs=1e-4)
    assert plan.bound == pytest.approx(max(free.bound, plan.objective), abs=1e-4)


def test_a_month_planned_jointly_brings_only_what_its_trips_can(small, survey):
    best = plan_jointly(JointProblem(survey, survey.reach, work=0.05), rounds=1).best
    swaps = list_swaps(survey, best.problem, best.asked, best.trips)
    batch_at, library_at = index_batches(best.problem), index_libraries(best.problem)
    served = {stop.receiver_id for _, stop in best.trips.stops()}
    delivered = [m for m in best.asked if m.to_site in served and m.to_site in library_at]
    assert delivered
    for move in delivered:
        assert (batch_at[move.batch_id], library_at[move.to_site]) in swaps.brought


def test_who_stops_while_batches_are_swapped_keeps_the_rotation_before(small, survey, monkeypatch):
    calls = []

    def stop_at_the_second(problem, **given):
        calls.append(given.get("swaps"))
        if given.get("swaps") is not None:
            raise KeyboardInterrupt
        return find_rotation(problem, **given)

    monkeypatch.setattr(rounds, "find_rotation", stop_at_the_second)
    best = plan_jointly(JointProblem(survey, survey.reach, work=0.05)).best
    assert [swaps is not None for swaps in calls] == [False, True]
    assert best.trips.status == "interrupted"
    assert best.trips.trips
    assert verify_rotation(best.problem, best.rotation) == ()


def pin_elsewhere(problem, found):
    """The problem with a pin that can be kept, and that a schedule misses."""
    batches, libraries = range(len(problem.batches)), range(len(problem.libraries))
    for b, p in itertools.product(batches, libraries):
        if not any(stay.library == p for stay in found.schedule[b]):
            pinned = replace(problem, pins=frozenset({(b, p, 1)}))
            with suppress(InfeasibleError):
                find_rotation(pinned, work=0.1)
                return pinned
    raise AssertionError("no batch can stand anywhere else")


def test_a_search_stopped_before_every_rule_is_kept_says_that_it_was_stopped(monkeypatch):
    problem = draw_problem(3, plain=True)
    _, found = find_rotation(problem, work=0.1)
    pinned = pin_elsewhere(problem, found)
    batches, libraries = range(len(problem.batches)), range(len(problem.libraries))
    swaps = Swaps(
        frozenset(itertools.product(problem.depots, libraries)),
        frozenset(itertools.product(batches, libraries)),
    )
    for status, fault in (("interrupted", KeyboardInterrupt), ("feasible", InfeasibleError)):
        ended = replace(found, status=status)
        monkeypatch.setattr(solve, "search", lambda *_, ended=ended, **__: ended)
        with pytest.raises(fault):
            find_rotation(pinned, work=0.1, start=found, swaps=swaps)
