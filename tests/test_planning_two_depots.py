"""A province with two depots: what each serves, and what goes where it lives."""

from dataclasses import replace
from datetime import date

import pytest
from two_depots import KHO, KHO2, SECOND, add_depot

from planning.compose import share_depots
from planning.joint.month import plan_month
from planning.joint.prices import _pretend
from planning.joint.swaps import free_visits, list_swaps
from planning.survey import survey_province
from province.dates import Month
from province.ids import BatchId, EntryId, SiteId, TripId
from province.journal import EntryType, LedgerEntry
from province.visits import Movement
from roads.travel import Roads
from rotation.compose.problem import ComposedBatch, ComposePlan, LibraryKind
from rotation.instance.allowed import can_be_carried
from rotation.problem import index_batches, index_libraries
from routing.reach import estimate_reach
from routing.solver.solve import plan_trips

pytestmark = pytest.mark.usefixtures("few_iterations")

MONTH = Month(2026, 12)
NEAR, FAR = SiteId("TV1"), SiteId("TV4")


def move(batch, start, end):
    return Movement(BatchId(batch), MONTH, SiteId(start), SiteId(end))


def carry(number, batch, start, end, day):
    """A line of the ledger that moves a batch."""
    return LedgerEntry(
        EntryId(f"N{number}"), day, EntryType.MOVED, BatchId(batch), SiteId(start), SiteId(end),
        70, 2, TripId(""), EntryId(""), "",
    )  # fmt: skip


@pytest.fixture(scope="module")
def two(small):
    return add_depot(small)


@pytest.fixture(scope="module")
def survey(two):
    return survey_province(two, MONTH)


def test_each_depot_costs_what_it_would_alone(two, survey):
    for depot, other in ((KHO, KHO2), (KHO2, KHO)):
        alone = replace(two, vehicles=tuple(v for v in two.vehicles if v.depot_id != other))
        reach = estimate_reach(alone, (MONTH,), Roads(alone))
        for site in (NEAR, FAR, SiteId("TV2"), SiteId("TV3")):
            price = survey.reach.price(site, MONTH) + survey.reach.extra(site, MONTH, depot)
            assert price == reach.price(site, MONTH)
            assert survey.reach.depot_boxes[depot, site, MONTH] == reach.max_boxes[site, MONTH]
    assert survey.reach.extra(FAR, MONTH, KHO2) == 0 < survey.reach.extra(FAR, MONTH, KHO)


def test_a_site_beyond_the_longest_trip_is_not_reached(two):
    """KHO is an hour from TV4, KHO2 some minutes: with a quarter of an hour a day only one gets."""
    trips = two.settings.trips.model_copy(update={"driving_max_day_min": 30, "max_nights": 0})
    short = replace(two, settings=two.settings.model_copy(update={"trips": trips}))
    reach = estimate_reach(short, (MONTH,), Roads(short))
    assert reach.carries(FAR, MONTH, 2)
    assert reach.carries(FAR, MONTH, 2, depot_id=KHO2)
    assert not reach.carries(FAR, MONTH, 2, depot_id=KHO)


def test_a_batch_lives_at_the_depot_where_it_was_last(two):
    days = [date(2026, 10, day) for day in (1, 5, 9)]
    moved = (
        carry(1, "B5", "KHO2", "TV4", days[0]),
        carry(2, "B5", "TV4", "KHO", days[1]),
        carry(3, "B5", "KHO", "TV1", days[2]),
    )
    province = replace(two, journal=(*two.journal, *moved))
    assert [province.locate_homes(day)["B5"] for day in days] == [KHO2, KHO, KHO]
    assert province.locate_homes(days[2])["B4"] == KHO2
    survey = survey_province(province, MONTH)
    problem = survey.pose_rotation(survey.reach)
    homes = {batch.batch_id: batch.depot_id for batch in problem.batches}
    assert homes == survey.homes
    assert (homes["B5"], homes["B4"], homes["B1"]) == (KHO, KHO2, KHO)


def test_batches_of_two_depots_are_exchanged_on_two_visits(survey):
    moves = (move("B3", "TV1", "KHO"), move("B1", "TV3", "TV1"), move("B4", "KHO2", "TV1"))
    visits = {visit.visit_id: visit for visit in survey.list_visits(moves)}
    first, second = visits["TV1-X"], visits["TV1-X2"]
    assert [p.content_id for p in (*first.leaves, *first.takes)] == ["B1", "B3"]
    assert [p.content_id for p in (*second.leaves, *second.takes)] == ["B4"]
    problem = survey.pose_trips(tuple(visits.values()))
    assert problem.depots == (KHO, KHO2)
    free = {visit.visit_id: visit for visit in free_visits(survey, tuple(visits.values()))}
    assert [p.from_site for p in free["TV1-X"].leaves] == [KHO]


def test_a_kit_starts_at_the_depot_that_is_named_or_nearest(two, survey):
    (kit,) = two.kits
    assert (kit.site_id, kit.depot_id) == (FAR, None)

    def start(survey, *moves):
        visits = survey.list_visits(moves)
        own = [v for v in visits if any(p.content_id == kit.kit_id for p in v.leaves)]
        return own[0].visit_id, [(p.content_id, p.from_site) for p in own[0].leaves]

    assert start(survey) == ("TV4-BO1", [("BO1", KHO2)])
    together = [("B4", KHO2), ("BO1", KHO2)]
    assert start(survey, move("B4", "KHO2", "TV4")) == ("TV4-X", together)
    named = survey_province(replace(two, kits=(replace(kit, depot_id=KHO),)), MONTH)
    assert start(named, move("B4", "KHO2", "TV4")) == ("TV4-BO1", [("BO1", KHO)])


def test_trips_swap_only_batches_of_their_own_depot(two, survey):
    """A trip from KHO brings a batch to TV1, one from KHO2 to TV4; all are in their store rooms."""
    asked = (move("B1", "KHO", "TV1"), move("B4", "KHO2", "TV4"))
    problem = survey.pose_rotation(survey.reach)
    at_home = tuple(
        replace(place, site_id=survey.homes[place.batch_id]) for place in problem.placements
    )
    problem = replace(problem, placements=at_home)
    visits = survey.list_visits(asked)
    trips = plan_trips(survey.pose_trips(visits), work=0.05, is_draft=True)
    assert {trip.depot_id for trip in trips.trips} == {KHO, KHO2}
    swaps = list_swaps(survey, problem, asked, trips)
    names, sites = index_batches(problem), index_libraries(problem)
    assert swaps.visited == {(KHO, sites[NEAR]), (KHO2, sites[FAR])}
    found = {
        site: {str(name) for name, b in names.items() if (b, sites[site]) in swaps.brought}
        for site in (NEAR, FAR)
    }
    assert found == {NEAR: {"B1", "B2", "B3", "B6"}, FAR: {*SECOND}}
    bound = replace(problem, swaps=swaps)
    assert can_be_carried(bound, names["B1"], sites[NEAR], 0)
    assert not can_be_carried(bound, names["B4"], sites[NEAR], 0)
    assert can_be_carried(bound, names["B4"], sites[NEAR], 1)


def test_what_an_exchange_would_add_is_asked_for_a_batch_of_the_nearest_depot(survey):
    """TV1 is between the two depots; from KHO2 an exchange there is then made one dong dearer."""
    homes = {m.to_site: m.from_site for m in _pretend(survey, set(), survey.reach)}
    assert (homes[SiteId("TV2")], homes[FAR]) == (survey.nearest_depots[SiteId("TV2")], KHO2)
    for dear, near in ((KHO2, KHO), (KHO, KHO2)):
        reach = replace(survey.reach, extra_vnd={(dear, NEAR, MONTH): 1})
        asked = list(_pretend(survey, set(), reach))
        assert [m.from_site for m in asked if m.to_site == NEAR] == [near]
        assert [m.to_site for m in asked if m.from_site == NEAR] == [near]


def test_a_month_of_two_depots_crosses_nowhere_and_keeps_every_rule(two, survey):
    plan = plan_month(two, MONTH, work=0.05, survey=survey, has_fixes=False)
    assert plan.violations == ()
    depots = {trip.trip_id: trip.depot_id for trip in plan.trips.trips}
    served = [one for one in plan.deliveries if one.trip_id]
    assert {one.batch_id in SECOND for one in served} == {True, False}
    for one in served:
        assert depots[one.trip_id] == (KHO2 if one.batch_id in SECOND else KHO)
    crossing = {unserved.reason_code for unserved in plan.trips.unserved} & {"depot_mismatch"}
    assert not crossing


def test_composed_batches_are_shared_by_the_libraries_of_each_depot(two):
    """Of four libraries, those that are nearest to KHO get as many of four batches."""
    sites = (NEAR, SiteId("TV2"), SiteId("TV3"), FAR)
    kinds = (LibraryKind(sites, 4, {}, frozenset()),)
    plan = ComposePlan(tuple(ComposedBatch(0, ()) for _ in sites), 0.0, 0.0, 0.0, {})
    nearest = survey_province(two, MONTH, months=(MONTH,)).nearest_depots
    count = sum(nearest[site] == KHO for site in sites)
    assert 0 < count < 4
    homes = share_depots(two, MONTH, kinds, plan)
    assert homes == (KHO,) * count + (KHO2,) * (4 - count)
