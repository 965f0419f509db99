"""Visits made of movements, sessions and kits, and months that cannot work."""

import dataclasses
from datetime import date

import pytest

from planning.joint.feasible import check_month_can_work
from planning.service_minutes import measure_exchange_min, measure_kit_min
from planning.visits import list_visits
from province.dates import DateSpan, Month
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import BatchId, SiteId
from province.visits import Movement, Task
from roads.travel import Roads
from routing.reach import estimate_reach

MONTH = Month(2026, 12)


def move(batch: str, source: str, target: str) -> Movement:
    return Movement(BatchId(batch), MONTH, SiteId(source), SiteId(target))


def visits_of(province: Province, *moves: Movement, access: dict | None = None):
    found = list_visits(province, MONTH, moves, access_min=access or {})
    return {visit.visit_id: visit for visit in found}


def test_a_library_that_gets_and_gives_has_one_visit(small: Province) -> None:
    visits = visits_of(small, move("B3", "TV1", "KHO"), move("B2", "TV2", "TV1"))
    visit = visits["TV1-X"]
    assert [p.content_id for p in visit.leaves] == ["B2"]
    assert [p.content_id for p in visit.takes] == ["B3"]
    assert [p.content_id for p in visits["TV2-X"].takes] == ["B2"]


def test_service_minutes_count_paper_and_boxes(small: Province) -> None:
    # 15 minutes of paper, 1.5 minutes for each of 2 boxes left and 2 taken.
    assert measure_exchange_min(small.settings.service, 4) == 15 + 6


def test_a_site_has_a_factor_of_its_own_for_exchanges_and_kits_and_none_for_sessions(
    small: Province,
) -> None:
    service, moves = small.settings.service, (move("B4", "KHO", "TV4"), move("B5", "KHO", "TV1"))
    assert measure_exchange_min(service, 4, 1.5) == 32  # 31.5 rounded up
    assert measure_exchange_min(service, 4, 1.1) == 24  # 23.1
    assert measure_exchange_min(service, 2, 0.5) == 9
    assert measure_kit_min(service, 1, 1.5) == 11  # 5 and 2 minutes, times 1.5
    slow = dataclasses.replace(
        small, sites=tuple(dataclasses.replace(s, service_factor=2.0) for s in small.sites)
    )
    before, after = visits_of(small, *moves), visits_of(slow, *moves)
    assert before.keys() == after.keys()
    for name, visit in before.items():
        times = 1 if Task.SESSION in visit.tasks else 2
        assert after[name].service_min == times * visit.service_min
    assert {Task.KIT, Task.SESSION, Task.EXCHANGE} == {t for v in after.values() for t in v.tasks}
    quick, long = (estimate_reach(one, (MONTH,), Roads(one)) for one in (small, slow))
    assert long.hours[SiteId("TV1")] > quick.hours[SiteId("TV1")]


def test_sessions_are_as_many_as_promised_with_their_gap(small: Province) -> None:
    visits = visits_of(small)
    school = [v for v in visits.values() if v.site_id == "TH1"]
    assert len(school) == 2
    assert {v.gap_group for v in school} == {"TH1-S"}
    assert all(v.gap_days == 7 and v.needs_session_vehicle and v.crew_min == 3 for v in school)
    assert all(v.service_min == 180 + 60 for v in school)


def test_exchange_and_session_share_a_stop_only_where_hours_allow(small: Province) -> None:
    open_all_day = dataclasses.replace(
        small,
        sites=tuple(
            dataclasses.replace(s, hours="Mo-Su 07:00-17:00") if s.site_id == "TV1" else s
            for s in small.sites
        ),
    )
    moves = (move("B5", "KHO", "TV1"),)
    together = visits_of(open_all_day, *moves)["TV1-X"]
    assert together.tasks == (Task.EXCHANGE, Task.SESSION)
    assert together.service_min == measure_exchange_min(small.settings.service, 3) + 240
    apart = visits_of(small, *moves)
    assert apart["TV1-X"].tasks == (Task.EXCHANGE,)
    assert apart["TV1-S1"].tasks == (Task.SESSION,)


def test_a_kit_is_brought_between_its_days_and_rides_with_an_exchange(small: Province) -> None:
    alone = visits_of(small)["TV4-BO1"]
    assert alone.tasks == (Task.KIT,)
    assert max(w.day for w in alone.windows) <= date(2026, 12, 18)
    shared = visits_of(small, move("B4", "KHO", "TV4"))["TV4-X"]
    assert shared.tasks == (Task.EXCHANGE, Task.KIT)
    assert {p.content_id for p in shared.leaves} == {"B4", "BO1"}
    assert all(w.day <= date(2026, 12, 18) for w in shared.windows)


def test_a_kit_of_another_month_makes_no_visit(small: Province) -> None:
    kit = dataclasses.replace(small.kits[0], due_date=date(2027, 1, 5))
    assert "TV4-BO1" not in visits_of(dataclasses.replace(small, kits=(kit,)))


def test_remote_and_empty_libraries_come_first(small: Province) -> None:
    first = visits_of(small, move("B1", "KHO", "TV3"))["TV3-X"]
    swap = visits_of(small, move("B1", "KHO", "TV3"), move("B2", "TV3", "KHO"))["TV3-X"]
    far = visits_of(small, move("B1", "KHO", "TV3"), access={SiteId("TV3"): 400.0})["TV3-X"]
    assert (swap.priority, first.priority, far.priority) == (3, 4, 5)


def test_a_month_without_vehicles_says_so(small: Province) -> None:
    span = (DateSpan(MONTH.first_day, MONTH.last_day),)
    parked = tuple(dataclasses.replace(v, unavailable=span) for v in small.vehicles)
    province = dataclasses.replace(small, vehicles=parked)
    reach = estimate_reach(province, (MONTH,), Roads(province))
    with pytest.raises(InfeasibleError) as caught:
        check_month_can_work(province, MONTH, reach)
    assert "vehicle_is_available" in str(caught.value)
    assert "vehicles.csv" in str(caught.value)


def test_a_month_with_every_road_shut_says_so(small: Province) -> None:
    shut = tuple(
        dataclasses.replace(
            small.closures[0], closure_id=f"Z{n}", segment_id=s.segment_id, ref="",
            km_from=None, km_to=None, first_day=MONTH.first_day, last_day=None,
        )
        for n, s in enumerate(small.segments)
    )  # fmt: skip
    province = dataclasses.replace(small, closures=shut)
    reach = estimate_reach(province, (MONTH,), Roads(province))
    with pytest.raises(InfeasibleError, match="roads_are_open_for_the_vehicle"):
        check_month_can_work(province, MONTH, reach)


def test_batches_larger_than_every_vehicle_are_told(small: Province) -> None:
    huge = tuple(dataclasses.replace(b, boxes=60) for b in small.batches)
    province = dataclasses.replace(small, batches=huge)
    reach = estimate_reach(province, (MONTH,), Roads(province))
    with pytest.raises(InfeasibleError, match="load_fits"):
        check_month_can_work(province, MONTH, reach)


def test_an_ordinary_month_can_work(small: Province) -> None:
    check_month_can_work(small, MONTH, estimate_reach(small, (MONTH,), Roads(small)))


def enrol(province: Province, since: date, until: date | None = None) -> Province:
    """Return the small province in which TV1 is promised three sessions within some days."""
    days = {"enrolled_from": since, "enrolled_until": until}
    sites = tuple(
        dataclasses.replace(s, sessions_per_month=3, session_gap_days=3, **days)
        if s.site_id == "TV1"
        else s
        for s in province.sites
    )
    return dataclasses.replace(province, sites=sites)


def test_nothing_is_brought_before_the_service_begins(small: Province) -> None:
    # 25 December 2026 is a Friday; TV1 is open from Monday to Friday and on Sunday.
    begins = enrol(small, date(2026, 12, 25))
    visits = visits_of(begins, move("B5", "KHO", "TV1"))
    days = {date(2026, 12, day) for day in (25, 27, 28, 29, 30, 31)}
    for key in ("TV1-X", "TV1-S1", "TV1-S2", "TV1-S3"):
        assert {window.day for window in visits[key].windows} == days, key


def test_what_is_promised_until_the_month_ends_early_is_asked_for(small: Province) -> None:
    ends = enrol(small, date(2026, 1, 1), date(2026, 12, 30))
    visits = visits_of(ends)
    sessions = [visits[f"TV1-S{number}"] for number in (1, 2, 3)]
    assert all(max(w.day for w in v.windows) == date(2026, 12, 30) for v in sessions)
    assert all(min(w.day for w in v.windows) == date(2026, 12, 1) for v in sessions)


def test_a_batch_is_fetched_in_time_or_on_any_day_where_that_cannot_be(small: Province) -> None:
    ended = enrol(small, date(2026, 1, 1), date(2026, 12, 10))
    moves = (move("B3", "TV1", "KHO"),)
    for late, last in ((frozenset(), 10), (frozenset({SiteId("TV1")}), 31)):
        found = list_visits(ended, MONTH, moves, access_min={}, late=late)
        visits = {visit.visit_id: visit for visit in found}
        assert max(w.day for w in visits["TV1-X"].windows) == date(2026, 12, last)
        assert max(w.day for w in visits["TV1-S1"].windows) == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2026, 12, 31), None), (date(2026, 1, 1), date(2026, 12, 1)), (date(2026, 1, 1), None)],
)
def test_a_month_with_one_day_of_enrolment_has_a_site(
    small: Province, since: date, until: date | None
) -> None:
    only = dataclasses.replace(
        enrol(small, since, until),
        sites=tuple(
            s if s.site_id in ("TV1", "KHO") else dataclasses.replace(s, enrolled_from=None)
            for s in enrol(small, since, until).sites
        ),
    )
    reach = estimate_reach(only, (MONTH,), Roads(only))
    check_month_can_work(only, MONTH, reach)
