"""Rotation and trips as one: prices that the trips show, and what is made of them."""

import itertools
from dataclasses import replace

import pytest

from planning.joint import rounds as joint
from planning.joint.month import plan_month
from planning.joint.prices import learn_prices, list_choices, measure_prices
from planning.joint.proposal import JointProblem, measure_points
from planning.joint.rounds import plan_jointly
from planning.plan_file import dump_plan, read_plan
from planning.survey import survey_province
from planning.visits import list_visits
from province.dates import Month
from province.ids import BatchId, SiteId
from province.visits import Movement, Reach, Task

pytestmark = pytest.mark.usefixtures("few_iterations")

MONTH, NEXT = Month(2026, 12), Month(2027, 1)
NEAR, FAR = SiteId("TV1"), SiteId("TV4")
BUS_TO_NEAR = 1_416_000  # 24 km × 9 000, a day of the bus 600 000, of three people 3 × 200 000
ON_TO_FAR = 208_800  # 47.2 km instead of 24, × 9 000


@pytest.fixture(scope="module")
def village(small):
    """One batch, one month, two libraries: NEAR, where the bus has a session, and FAR.

    FAR has more readers. Estimated (a third of 24 and 47.2 km by motorbike), exchanges cost 178,667
    and 190,267; in truth nothing where the bus stops anyhow, and the way on from there to FAR.
    """
    settings = small.settings
    changed = settings.model_copy(
        update={
            "rotation": settings.rotation.model_copy(
                update={"horizon_months": 1, "max_empty_months": 12, "weight_freshness": 0.0}
            ),
            "service": settings.service.model_copy(update={"session_min": 120}),
            "demand": settings.demand.model_copy(
                update={"remote_weight": 0.0, "uses_per_person_month": 0.05}
            ),
        }
    )
    people = {NEAR: 3000, FAR: 4000}
    return replace(
        small,
        settings=changed,
        sites=tuple(
            replace(site, population=people.get(site.site_id, 0), students=0, audiences=())
            for site in small.sites
            if site.site_id in (*people, "KHO")
        ),
        batches=tuple(batch for batch in small.batches if batch.batch_id == "B1"),
        titles=tuple(title for title in small.titles if title.batch_id == "B1"),
        journal=(),
        loans=(),
        kits=(),
        calendar=(),
    )


def go(plan):
    return [move.to_site for move in plan.asked]


def test_trips_after_the_rotation_go_far_and_as_one_they_use_the_session(village):
    """By hand: FAR is worth 38.56 uses, NEAR 36.12; a million of money is 60 points.

    Estimates differ by 0.70 points only, so the rotation alone goes FAR: 38.56 − 4 for the visit −
    60 × 1.6248 = −62.93. NEAR in truth: 36.12 − 4 − 60 × 1.416 = −52.84. Prices learnt: NEAR
    (178,667 + 0) / 2, FAR (190,267 + 208,800) / 2, which differ by 6.61 points: NEAR it is.
    """
    alone = plan_month(village, MONTH, work=0.05, rounds=0)
    assert go(alone) == [FAR]
    assert alone.trips.cost_vnd == BUS_TO_NEAR + ON_TO_FAR
    assert alone.joint.points == pytest.approx(38.557717 - 4 - 60 * 1.6248, abs=1e-3)
    plan = plan_month(village, MONTH, work=0.05)
    assert go(plan) == [NEAR]
    assert plan.trips.cost_vnd == BUS_TO_NEAR
    assert plan.joint.first_points == alone.joint.points
    assert plan.joint.points == pytest.approx(36.12044 - 4 - 60 * 1.416, abs=1e-3)
    assert plan.joint.prices == ((NEAR, MONTH, 89_334), (FAR, MONTH, 199_534))
    assert not alone.violations
    assert not plan.violations


def pose(province):
    survey = survey_province(province, MONTH)
    return JointProblem(survey, survey.reach, work=0.05)


def test_exchange_on_a_session_stop_costs_nothing_and_another_its_way(village):
    given = pose(village)
    known = given.survey, given.estimate
    best = plan_jointly(given, rounds=1).best
    assert best.asked == (Movement(BatchId("B1"), MONTH, SiteId("KHO"), FAR),)
    measured = measure_prices(*known, best.asked, best.trips)
    assert measured == {NEAR: 0, FAR: ON_TO_FAR}
    # without any exchange asked, both are asked what one more would add to the session's trip
    none = plan_jointly(replace(given, estimate=closed(given.estimate)), rounds=1).best
    assert none.asked == ()
    assert measure_prices(*known, (), none.trips) == {NEAR: 0, FAR: ON_TO_FAR}


def closed(reach):
    return replace(reach, max_boxes=dict.fromkeys(reach.max_boxes, 0))


def test_exchange_shares_its_visit_with_the_session_it_replaces(village):
    def visits(*movements):
        return list_visits(village, MONTH, movements, access_min={})

    asked = visits(*(Movement(BatchId("B1"), MONTH, SiteId("KHO"), to) for to in (NEAR, FAR)))
    near, far = list_choices(asked, visits())
    assert (near.site_id, near.visit_id, near.without_id) == (NEAR, "TV1-X", "TV1-S1")
    assert (far.site_id, far.without_id) == (FAR, None)
    assert next(v for v in asked if v.visit_id == "TV1-X").tasks == (Task.EXCHANGE, Task.SESSION)


def test_learnt_prices_are_means_and_later_months_take_both_ratios():
    """By hand: NEAR 100 → (100 + 20) / 2 = 60, FAR 100 → (100 + 300) / 2 = 200.

    Ratios: own 0.6 and 2; of all (60 + 200) / 200 = 1.3. January, estimated at 200 each: NEAR
    200 × (0.6 + 1.3) / 2 = 190, FAR 200 × (2 + 1.3) / 2 = 330; the third, unmeasured: 1.3 × 50.
    """
    third = SiteId("THIRD")
    prices = {(NEAR, MONTH): 100, (FAR, MONTH): 100, (third, MONTH): 50}
    prices |= {(NEAR, NEXT): 200, (FAR, NEXT): 200, (third, NEXT): 50}
    estimate = Reach({}, prices, 300, {})
    learnt = learn_prices(estimate, estimate, MONTH, {NEAR: 20, FAR: 300})
    assert learnt.price_vnd == {
        (NEAR, MONTH): 60, (FAR, MONTH): 200, (third, MONTH): 65,
        (NEAR, NEXT): 190, (FAR, NEXT): 330, (third, NEXT): 65,
    }  # fmt: skip
    again = learn_prices(estimate, learnt, MONTH, {NEAR: 20, FAR: 300})
    assert again.price(NEAR, MONTH) == 40
    assert again.price(FAR, MONTH) == 250


def test_joint_objective_is_the_rotations_with_true_money_in_the_first_month(small):
    given = pose(small)
    best = plan_jointly(given, rounds=1).best
    rate = small.settings.rotation.uses_per_million / 1e6
    depots = {site.site_id for site in small.depots}
    ends = {(s, m.month) for m in best.rotation.movements for s in (m.from_site, m.to_site)}
    stops = {(site, month) for site, month in ends if site not in depots}
    prices = dict.fromkeys(best.problem.months, 0)
    for site, month in stops:
        prices[month] += given.estimate.price(site, month)
    money = dict(best.rotation.wishes)["money"]
    assert money == pytest.approx(-rate * sum(prices.values()), abs=1e-3)
    assert measure_points(best, given.estimate) == pytest.approx(
        best.rotation.objective + rate * (prices[MONTH] - best.trips.objective), abs=1e-3
    )


def test_plan_is_worth_at_least_its_first_proposal_and_is_read_as_written(small, tmp_path):
    one = plan_month(small, MONTH, seed=3, work=0.02)
    assert one.joint.points >= one.joint.first_points
    assert not one.violations
    (tmp_path / "plan.json").write_bytes(dump_plan(one))
    assert read_plan(tmp_path / "plan.json") == one


def test_interruption_keeps_the_best_proposal(village, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(joint, "measure_prices", interrupt)
    plan = plan_month(village, MONTH, work=0.05)
    assert go(plan) == [FAR]
    assert plan.trips.status == "interrupted"
    assert not plan.violations
    assert len(plan.trips.trips) == 1


def test_minutes_by_the_clock_never_make_a_plan_worse_and_are_told(village, monkeypatch, tmp_path):
    """The clock is ours: each look at it is a second later."""
    ticks = itertools.count()
    monkeypatch.setattr(joint.time, "monotonic", lambda: float(next(ticks)))
    usual = plan_month(village, MONTH, work=0.02)
    longer = plan_month(village, MONTH, work=0.02, minutes=0.1)  # six seconds
    assert usual.minutes == 0
    assert longer.minutes == 0.1
    assert longer.joint.rounds > usual.joint.rounds
    assert longer.trips.objective <= usual.trips.objective
    assert not longer.violations
    (tmp_path / "plan.json").write_bytes(dump_plan(longer))
    assert read_plan(tmp_path / "plan.json").minutes == 0.1
