"""Wishes for a day of an event: what they weigh, which sessions they move, what is kept for it."""

import dataclasses
from datetime import date, timedelta

import pytest
from event_province import DAY, EVENT, activity, add_event, wish
from routing_months import MONDAY, month, visit

from planning.busy_days import take_reserved_days
from planning.event_wishes import weigh_wishes
from planning.visits import list_visits
from province.dates import DateSpan, Month
from province.facts import Province
from province.ids import KitId, SiteId
from province.past import Past, PastTask
from province.programme_facts import Form
from province.results import ResultTask
from province.visits import PointReason, Task, Visit, VisitWish
from routing.checks.verify import verify_decisions
from routing.solver.solve import plan_trips
from routing.trips import TripPlan

DECEMBER = Month(2026, 12)
WISHED, REMOTE, TURN = PointReason.WISHED, PointReason.REMOTE, PointReason.TURN
PUPILS, LANGUAGES = PointReason.PUPILS, PointReason.LANGUAGES


def weigh(province: Province, **access_min: float) -> dict[str, dict[PointReason, int]]:
    found = weigh_wishes(province, DECEMBER, access_min=access_min)
    return {site: dict(one.points) for site, one in found}


def list_made(province: Province, past: Past | None = None) -> dict[str, Visit]:
    more = {} if past is None else {"past": past}
    return {v.visit_id: v for v in list_visits(province, DECEMBER, (), access_min={}, **more)}


def test_points_are_for_remote_sites_pupils_and_other_languages(small: Province) -> None:
    """TH1 has 420 pupils, TV1 600, TV2 260 and asked for books in Mông; a point per 400 pupils."""
    province = add_event(small, wish("W1", "TH1"), wish("W2", "TV1"), wish("W3", "TV2"))
    assert weigh(province, TV1=180.0, TV2=179.0) == {
        "TH1": {WISHED: 2, PUPILS: 1, TURN: 2},
        "TV1": {WISHED: 2, REMOTE: 1, PUPILS: 1, TURN: 2},
        "TV2": {WISHED: 2, TURN: 2, LANGUAGES: 1},
    }


@pytest.mark.parametrize(
    ("site", "day", "form", "missed"),
    [
        ("TH1", "2025-12-16", Form.PROMOTION, 0),
        ("TH1", "2025-12-16", Form.MOBILE, 0),
        ("TH1", "2025-12-16", Form.ONLINE, 2),  # no turn: nobody came
        ("TH1", "2025-12-17", Form.MOBILE, 2),  # not on the day of the event
        ("TH1", "2024-12-16", Form.MOBILE, 1),  # last year not
        ("TV1", "2025-12-16", Form.MOBILE, 2),  # another site
    ],
)
def test_whoever_had_no_turn_the_last_times_has_points_more(
    small: Province, site: str, day: str, form: Form, missed: int
) -> None:
    done = (activity("A1", site, date.fromisoformat(day), form),)
    province = add_event(small, wish("W1", "TH1"), activities=done)
    assert weigh(province)["TH1"].get(TURN, 0) == missed


def test_an_event_that_never_was_has_no_turns(small: Province) -> None:
    new = dataclasses.replace(EVENT, start=DAY)
    assert TURN not in weigh(add_event(small, wish("W1", "TH1"), event=new))["TH1"]


def test_a_wish_moves_a_promised_session_and_is_one_more_where_none_is(small: Province) -> None:
    """TH1 is promised two sessions a month, TV3 none."""
    before = list_made(small)
    after = list_made(add_event(small, wish("W1", "TH1"), wish("W2", "TV3")))
    assert after.keys() - before.keys() == {"TV3-W2"}
    moved, extra = after["TH1-S1"], after["TV3-W2"]
    assert moved.windows == before["TH1-S1"].windows
    assert after["TH1-S2"].wish is None
    assert moved.wish is not None
    assert moved.wish.days == DateSpan(DAY, DAY)
    assert {w.day for w in extra.windows} == {DAY + timedelta(days=k) for k in range(-2, 3)}
    assert extra.tasks == (Task.SESSION,)


def test_a_session_held_in_these_days_was_the_one_wished_for(small: Province) -> None:
    province = add_event(small, wish("W1", "TH1"))

    def after(day: int) -> list[str]:
        held = PastTask("T1", "TH1-S1", SiteId("TH1"), ResultTask.SESSION, None,
                        date(2026, 12, day), True)  # fmt: skip
        made = list_made(province, Past(tasks=(held,)))
        return [name for name, one in made.items() if one.site_id == "TH1" and one.wish]

    assert after(15) == []
    assert after(3) == ["TH1-S2"]


def test_wishes_of_another_month_make_no_session(small: Province) -> None:
    later = wish("W1", "TV3", date(2027, 12, 16))
    assert list_made(add_event(small, later)).keys() == list_made(small).keys()


def test_a_kit_for_the_event_comes_with_its_session(small: Province) -> None:
    """TH1 is open for 240 minutes, as long as a session; open all day the kit rides with it."""
    kit = dataclasses.replace(
        small.kits[0], kit_id=KitId("BO2"), site_id=SiteId("TH1"), ready_date=date(2026, 12, 1),
        due_date=date(2026, 12, 12), event_id=EVENT.entry_id,
    )  # fmt: skip
    sites = tuple(
        dataclasses.replace(s, hours="Mo-Fr 07:00-17:00") if s.site_id == "TH1" else s
        for s in small.sites
    )
    open_long = dataclasses.replace(small, kits=(kit,), sites=sites)
    alone = list_made(add_event(open_long))
    assert max(w.day for w in alone["TH1-S1"].windows) == date(2026, 12, 11)  # it joins the first
    joined = list_made(add_event(open_long, wish("W1", "TH1")))["TH1-S1"]
    assert joined.tasks == (Task.SESSION, Task.KIT)
    assert max(w.day for w in joined.windows) == DAY + timedelta(days=2)
    other = dataclasses.replace(open_long, kits=(dataclasses.replace(kit, event_id=""),))
    apart = list_made(add_event(other, wish("W1", "TH1")))
    assert apart["TH1-S1"].tasks == (Task.SESSION,)  # due before the day wished for
    assert apart["TH1-S2"].tasks == (Task.SESSION, Task.KIT)


WAY = {("D", "A"): 60, ("D", "B"): 60}
TRIP_VND = 120 * 10_000 + 500_000 + 3 * 200_000
TUESDAY = MONDAY + timedelta(days=1)


def wished(site: str, points: int, minutes: int = 240) -> Visit:
    days = DateSpan(TUESDAY, TUESDAY)
    around = DateSpan(MONDAY, TUESDAY + timedelta(days=1))
    own = VisitWish(f"W-{site}", "E", days, around, ((WISHED, points),), 100_000)
    return visit(site, tasks=(Task.SESSION,), service_min=minutes, opens=480, closes=780, wish=own)


def day_of(plan: TripPlan, site: str) -> date | None:
    return next((stop.day for _, stop in plan.stops() if stop.site_id == site), None)


@pytest.mark.parametrize(("a", "b", "first"), [(3, 2, "A"), (2, 3, "B"), (0, 1, "B")])
def test_the_weightier_wish_gets_the_day(a: int, b: int, first: str) -> None:
    """Two sessions of four hours, open until 13:00: the one bus holds one a day."""
    problem = month([wished("A", a), wished("B", b)], WAY)
    plan = plan_trips(problem)
    assert day_of(plan, first) == TUESDAY
    assert plan.objective == 2 * TRIP_VND + min(a, b) * 100_000
    assert list(verify_decisions(problem, plan)) == []


def test_days_around_the_event_count_half_as_much_as_others() -> None:
    """Only Monday and Thursday are left: Monday counts once, Thursday and being left out twice."""

    def on(number: int, points: int) -> TripPlan:
        one = wished("A", points)
        return plan_trips(month([dataclasses.replace(one, windows=one.windows[number:][:1])], WAY))

    assert on(0, 3).objective == TRIP_VND + 300_000
    assert on(3, 3).objective == TRIP_VND + 600_000
    lost = plan_trips(month([dataclasses.replace(wished("A", 3), windows=())], WAY))
    assert lost.objective == 3 * 3_000_000 + 600_000


def test_a_day_that_costs_more_than_the_wish_counts_is_not_given() -> None:
    """A second trip for the wished day costs more than the wish counts: both go on Monday."""

    def plan(points: int) -> TripPlan:
        one = dataclasses.replace(visit("A", 1), service_min=30)
        return plan_trips(month([one, wished("A", points, 60)], {("D", "A"): 60}))

    assert len(plan(22).trips) == 1
    assert [trip.first_day for trip in plan(24).trips] == [MONDAY, TUESDAY]  # 2.3 million a trip


def test_the_checker_counts_wishes_by_itself() -> None:
    problem = month([wished("A", 3), wished("B", 2)], WAY)
    plan = plan_trips(problem)
    free = tuple(dataclasses.replace(one, wish=None) for one in problem.visits)
    for visits in (free, (wished("A", 4), wished("B", 4))):
        other = dataclasses.replace(problem, visits=visits)
        assert {rule for rule, _, _ in verify_decisions(other, plan)} == {"cost_is_right"}


def test_what_stays_with_an_event_makes_no_trip_and_its_crew_worked(small: Province) -> None:
    """Three days of work a week, each far site takes one: two are gone with the festival."""
    festival = dataclasses.replace(
        EVENT, start=date(2026, 12, 8), rule="", vehicles=("B1",), crews=("C1",), days=2
    )
    province = add_event(small, event=festival)
    far = [visit(site, 6) for site in "ABCE"]
    ways = {("D", site): 290 for site in "ABCE"}
    problem = month(far, ways, days=6, rules={"work_days_per_week": 3, "duty_max_day_min": 660})
    free, kept = plan_trips(problem), plan_trips(take_reserved_days(problem, province, DECEMBER))
    assert len(free.trips) == 3
    assert len(kept.trips) == 1
    assert kept.trips[0].first_day not in (date(2026, 12, 8), date(2026, 12, 9))
    then = [dataclasses.replace(one, windows=one.windows[1:3]) for one in far[:1]]
    alone = month(then, ways, days=6)
    assert len(plan_trips(alone).trips) == 1
    assert plan_trips(take_reserved_days(alone, province, DECEMBER)).trips == ()
