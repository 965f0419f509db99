"""A lockdown: who is visited how, which books rest, and that others do not pay for it."""

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import pytest
from plan_fixture import MONTH, make_plan

from exports.driver import trip_page
from exports.papers import commune_notice, handover, lockdown_page, summary
from exports.write import write_documents
from planning.answers.audit_lockdown import audit_lockdown
from planning.fixes.find import LEVERS
from planning.joint.month import plan_month
from planning.lockdown_month import list_online_offers, list_resting_batches
from planning.placed import Placed
from planning.plan import Plan, Replanned, VisitChange
from planning.replan.moment import Moment
from planning.replan.replan import replan_month
from planning.resting import find_ready_days
from planning.survey import survey_province
from planning.verify_lockdown import verify_lockdown
from planning.withheld import limit_delays
from province.agenda import Zone, ZoneRule
from province.dates import DateSpan
from province.facts import Province
from province.journal import EntryType, LedgerEntry
from province.lockdown import count_rest_days, is_temporary, weigh_readers
from province.past import NO_PAST
from province.places import Site, SiteKind
from province.visits import Task

pytestmark = pytest.mark.usefixtures("few_iterations")

NO_ENTRY, GATE = ZoneRule.NO_ENTRY, ZoneRule.GATE_DROP


def on(day: int) -> date:
    return date(2026, 12, day)


def zone(code: str, rule: ZoneRule, first: int = 1, last: int = 21) -> Zone:
    return Zone(f"Z{code}", code, DateSpan(on(first), on(last)), rule, "")


def shut(province: Province, *zones: Zone) -> Province:
    return dataclasses.replace(province, zones=zones)


def treat(province: Province, **changes: object) -> Province:
    """Return the facts with a treatment site beside TV4, open for 21 days."""
    model = province.site_by_id["TV4"]
    site = dataclasses.replace(
        model, site_id="DT1", name="Khu điều trị", kind=SiteKind.TREATMENT_SITE,
        enrolled_from=on(1), enrolled_until=on(21), capacity_books=200, audiences=(), students=0,
        **changes,
    )  # fmt: skip
    sites = sorted((*province.sites, site), key=lambda one: one.site_id)
    return dataclasses.replace(province, sites=tuple(sites))


def find_stop(plan: Plan, site_id: str) -> tuple[date, str]:
    return next((s.day, s.visit_id) for _, s in plan.trips.stops() if s.site_id == site_id)


def list_rules(province: Province, plan: Plan) -> set[str]:
    return {one.rule for one in verify_lockdown(province, plan)}


@pytest.mark.parametrize(
    ("day", "rest"), [(1, 4), (10, 4), (14, 4), (15, 0), (30, 0)]
)  # fmt: skip
def test_books_rest_that_were_there_while_shut_or_less_than_the_rest_ago(
    small: Province, day: int, rest: int
) -> None:
    facts = shut(small, zone("90002", GATE, 1, 10))
    assert count_rest_days(facts, facts.site_by_id["TV1"], on(day)) == rest
    assert count_rest_days(facts, facts.site_by_id["TV4"], on(day)) == 0


def test_a_treatment_site_without_a_last_day_is_no_temporary_one(small: Province) -> None:
    site = treat(small).site_by_id["DT1"]
    facts = treat(small)
    assert is_temporary(site)
    assert count_rest_days(facts, site, on(25)) == 4
    assert count_rest_days(facts, site, on(26)) == 0
    for_good = dataclasses.replace(site, enrolled_until=None)
    assert not is_temporary(for_good)
    assert count_rest_days(facts, for_good, on(10)) == 0


def test_the_young_and_patients_count_more_for_as_many_days_as_it_lasts(small: Province) -> None:
    facts = treat(shut(small, zone("90002", GATE)))
    by_id = facts.category_by_id
    tales, farming = by_id["tales-child-vi"], by_id["farming-adult-vi"]
    weigh = lambda site, what: weigh_readers(facts, facts.site_by_id[site], what, MONTH)  # noqa: E731
    assert weigh("TV1", tales) == pytest.approx(1 + 0.5 * 21 / 31)
    assert weigh("TV1", farming) == 1.0
    assert weigh("DT1", farming) == weigh("DT1", tales) == pytest.approx(1 + 21 / 31)
    assert weigh("TV4", tales) == 1.0


def test_each_thing_that_a_lockdown_forbids_is_found(small: Province) -> None:
    plan = make_plan(small)
    assert list_rules(small, plan) == set()
    day, _ = find_stop(plan, "TV1")
    entered = shut(small, zone("90002", NO_ENTRY, day.day, day.day))
    assert "nobody_enters_a_shut_commune" in list_rules(entered, plan)
    later = shut(small, zone("90002", NO_ENTRY, day.day + 1, 31))
    assert list_rules(later, plan) == set()
    stop = next(s for _, s in plan.trips.stops() if Task.SESSION in s.tasks)
    code = small.site_by_id[stop.site_id].commune_code
    gate = shut(small, zone(code, GATE, stop.day.day, stop.day.day))
    assert "boxes_alone_are_left_at_the_gate" in list_rules(gate, plan)
    night = next(night for one in plan.trips.trips for night in one.nights)
    code = small.site_by_id[night.site_id].commune_code
    asleep = shut(small, zone(code, GATE, night.day.day, night.day.day))
    assert "nobody_sleeps_in_a_shut_commune" in list_rules(asleep, plan)


def test_a_batch_taken_at_a_gate_may_not_be_left_on_the_same_trip(small: Province) -> None:
    plan = make_plan(small)
    giver = next(
        a
        for t in plan.trips.trips
        for a in t.stops
        for b in t.stops
        if a.sequence < b.sequence and set(a.takes) & set(b.leaves)
    )
    code = small.site_by_id[giver.receiver_id].commune_code
    facts = shut(small, zone(code, GATE, 1, giver.day.day))
    assert "books_of_a_lockdown_rest_first" in list_rules(facts, plan)


def test_a_batch_that_came_home_from_a_zone_goes_out_after_rest_and_check(small: Province) -> None:
    # home on the 1st, four days of rest, one of checking: out again on the 7th
    entry = LedgerEntry("L99", on(1), EntryType.MOVED, "B1", "TV3", "KHO", 70, 2, "", "", "")
    facts = dataclasses.replace(small, journal=(*small.journal, entry))
    code = small.site_by_id["TV3"].commune_code
    assert find_ready_days(shut(facts, zone(code, GATE)), MONTH, NO_PAST) == {"B1": on(7)}
    assert find_ready_days(shut(facts, zone(code, GATE, 2, 5)), MONTH, NO_PAST) == {}
    assert find_ready_days(shut(facts, zone("90002", GATE)), MONTH, NO_PAST) == {}


@pytest.fixture(scope="module")
def locked(small: Province) -> Province:
    """Two communes shut for 21 days, one of them with a gate, and a treatment site."""
    return treat(shut(small, zone("90003", GATE), zone("90002", NO_ENTRY)))


@pytest.fixture(scope="module")
def plan(locked: Province) -> Plan:
    return plan_month(locked, MONTH, work=0.05, rounds=1, has_fixes=False)


def test_a_month_under_lockdown_keeps_what_must_hold(locked: Province, plan: Plan) -> None:
    assert plan.violations == ()
    assert verify_lockdown(locked, plan) == ()
    (books,) = [s for _, s in plan.trips.stops() if s.site_id == "DT1" and s.leaves]
    assert on(1) <= books.day <= on(7)  # the first days of its opening are worth more
    assert all(s.day > on(21) for _, s in plan.trips.stops() if s.site_id == "TV1")
    assert {visit.priority for visit in plan.visits if visit.site_id == "DT1"} == {5}
    points = audit_lockdown(locked, plan, NO_PAST)
    assert all(not point.broken for point in points)
    assert len({point.name for point in points}) == 8


def test_who_is_shut_off_is_offered_online_service(locked: Province) -> None:
    offers = {offer.site_id: offer for offer in list_online_offers(locked, MONTH)}
    assert offers.keys() == {"TV1", "TV2"}
    assert offers["TV1"].lost == (Task.EXCHANGE, Task.SESSION)  # nobody goes in
    assert offers["TV2"].lost == (Task.SESSION,)  # boxes still come to the gate
    assert offers["TV1"].readers == 4200
    assert list_online_offers(treat(shut(locked)), MONTH) == ()


def test_papers_say_what_a_lockdown_asks_for(small: Province) -> None:
    plan = make_plan(small)
    giver = next(s for _, s in plan.trips.stops() if s.takes)
    code = small.site_by_id[giver.receiver_id].commune_code
    facts = treat(shut(small, zone(code, GATE, 1, 31)))
    ((_, page),) = lockdown_page.draw(plan, facts, "en")
    assert "Boxes are left at the gate" in page.decode()
    assert "Khu điều trị" in page.decode()
    assert list_resting_batches(plan, facts)[0].last_day > giver.day
    sheets = b"".join(page for _, page in trip_page.draw(plan, facts, "en")).decode()
    records = b"".join(page for _, page in handover.draw(plan, facts, "en")).decode()
    for text in (sheets, records):
        assert "do not go in" in text
        assert "rest 4 days at home before they are checked" in text
    notices = dict(commune_notice.draw(plan, facts, "en"))
    assert "Read online meanwhile" in notices[f"notices/{code}.html"].decode()
    ((_, short),) = summary.draw(plan, facts, "en")
    assert "Khu điều trị" in short.decode()


def test_papers_say_nothing_of_it_where_there_is_none(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    how = {"language": "en", "only": ("lockdown",), "overwrite": True}
    assert write_documents(plan, small, tmp_path / "m", **how) == ()
    facts = shut(small, zone("90002", GATE))
    (page,) = write_documents(plan, facts, tmp_path / "m", **how)
    assert page.name == "lockdown.html"
    assert audit_lockdown(small, plan, NO_PAST) == ()


def announce_change(plan: Plan, visit_id: str, site_id: str, days: int) -> Plan:
    """Return the plan as one that put a visit off by some days."""
    placed = Placed("T01", "XE1", "D1", on(2), 480)
    later = dataclasses.replace(placed, day=on(2) + timedelta(days=days))
    change = VisitChange(visit_id, site_id, (Task.EXCHANGE,), ("day",), placed, later)
    made = Replanned(on(2), 0, "move", plan.totals, plan.totals, (change,))
    return dataclasses.replace(plan, replanned=made)


def test_nobody_else_is_put_off_too_long(locked: Province, small: Province) -> None:
    plan = make_plan(small)
    assert "others_are_not_put_off_too_long" not in list_rules(
        locked, announce_change(plan, "TV4-X", "TV4", 14)
    )
    late = announce_change(plan, "TV4-X", "TV4", 15)
    assert "others_are_not_put_off_too_long" in list_rules(locked, late)
    assert "others_are_not_put_off_too_long" not in list_rules(small, late)
    inside = announce_change(plan, "TV1-X", "TV1", 20)
    assert "others_are_not_put_off_too_long" not in list_rules(locked, inside)


def test_windows_too_long_after_the_announced_day_are_withheld(
    locked: Province, plan: Plan
) -> None:
    survey = survey_province(locked, MONTH)
    problem = survey.pose_trips(plan.visits)
    trips = plan.trips.trips
    limited = limit_delays(problem, locked, MONTH, trips, on(1))
    told = {stop.visit_id: stop.day for trip in trips for stop in trip.stops}
    narrowed = {one for one, held in limited.withheld.items() if held.code == "put_off"}
    assert narrowed
    for visit in limited.visits:
        if visit.visit_id in narrowed:
            assert max(w.day for w in visit.windows) <= told[visit.visit_id] + timedelta(days=14)
            assert visit.site_id not in ("TV1", "TV2", "TV3", "DT1")
    assert limit_delays(problem, shut(locked), MONTH, trips, on(25)) == problem
    assert LEVERS["put_off"]


def test_a_lockdown_proclaimed_within_the_month_is_planned_around(small: Province) -> None:
    before = plan_month(small, MONTH, work=0.05, rounds=0, has_fixes=False)
    _, visit_id = find_stop(before, "TV1")
    facts = treat(shut(small, zone("90002", NO_ENTRY, 1, 31)))
    new = replan_month(facts, (before,), before, Moment(on(1), 0), work=0.05, has_fixes=False)
    assert new is not None
    assert new.violations == ()
    lost = {one.visit_id: one for one in new.trips.unserved}
    assert lost[visit_id].reason_code == "locked_down"
    assert "zones.csv: Z90002" in str(lost[visit_id].reason)
    (books,) = [s for _, s in new.trips.stops() if s.site_id == "DT1"]
    assert books.leaves
    assert any("DT1" in str(note) for note in new.replanned.notes)


def test_a_site_is_open_for_patients_alone(locked: Province, plan: Plan) -> None:
    site: Site = locked.site_by_id["DT1"]
    assert {stay.site_id for stay in plan.rotation.stays} & {site.site_id}
    closed = dataclasses.replace(site, enrolled_from=on(30), enrolled_until=on(31))
    sites = tuple(closed if one is site else one for one in locked.sites)
    facts = dataclasses.replace(locked, sites=sites)
    assert "temporary_sites_are_served_while_open" in list_rules(facts, plan)
