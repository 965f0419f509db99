"""Plans and what-ifs side by side: what is changed, what differs, and what of it is chance."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from plan_fixture import make_plan, rename_everything
from program import run

from exports.comparison.comparison_page import draw_comparison
from planning.compare.cases import CasePlanner, MonthCase
from planning.compare.comparison import (
    Compared,
    Comparison,
    Wanted,
    compare_plans,
)
from planning.compare.differences import (
    Verdict,
    compare_figures,
    compare_sites,
    compare_values,
    pair_up,
)
from planning.compare.growth import Binding, GrowthSearch, Tried, grow_demand, share_sessions
from planning.compare.measures import FIGURES, NUMBER_OF, PlanOutcome, measure_plan
from planning.compare.what_ifs import WhatIfText, read_what_ifs
from planning.plan_file import dump_plan
from province.dates import DateSpan, Month
from province.errors import InputError
from province.ids import VisitId
from province.language import message
from province.past import NO_PAST
from province.read import read_province
from rotation.demand import estimate_demand
from routing.trips import Unserved

SMALL = Path(__file__).parent / "small"
MONTH = Month(2026, 12)
WORK = 0.02


def read_one(option: str, text: str, province=None):
    """Return the only what-if of a line."""
    return read_what_ifs(province or read_province(SMALL), MONTH, [WhatIfText(option, text)])[0]


def case(province, **more) -> MonthCase:
    return MonthCase(province, MONTH, NO_PAST, work=WORK, **more)


@pytest.fixture(scope="module")
def planned(few_iterations):
    """What comes of the small month as it is, with a setting as it was, and without its bus."""
    small = read_province(SMALL)
    same = read_one("--with", "trips.duty_max_day_min=660", small).province
    bus_less = read_one("--without", "vehicle=XE1", small).province
    names = ("as it is", "the same", "no bus")
    cases = tuple(
        (message(name), case(one)) for name, one in zip(names, (small, same, bus_less), strict=True)
    )
    return compare_plans((), Wanted(cases, (0,), workers=1))


@pytest.fixture
def cheap(monkeypatch, small):
    """Plan nothing: a plan costs what wishes may cost, and serves four sessions and no more."""
    made = make_plan(small)

    def plan(self, seed, province=None):
        facts = province or self.case.province
        cost_vnd = round(facts.settings.costs.unserved_vnd_per_priority / 3 + seed)
        asked = sum(site.sessions_per_month for site in facts.sites)
        lost = tuple(
            Unserved(VisitId(f"V-{k}"), "week_full", message("the week is full"))
            for k in range(4, asked)
        )
        visits = tuple(dataclasses.replace(made.visits[0], visit_id=one.visit_id) for one in lost)
        return dataclasses.replace(
            made, visits=(*made.visits, *visits),
            totals=dataclasses.replace(made.totals, cost_vnd=cost_vnd),
            trips=dataclasses.replace(made.trips, unserved=lost),
        )  # fmt: skip

    monkeypatch.setattr(CasePlanner, "plan", plan)


# --- what is chance -----------------------------------------------------------------------------


def test_a_difference_is_chance_when_zero_lies_in_its_interval() -> None:
    # Steps 1, 2, 3: mean 2, standard error 1/sqrt(3); t for two degrees of freedom is 4.3027.
    step = compare_values([(10, 11), (10, 12), (10, 13)])
    assert step.mean == 2
    assert step.error == pytest.approx(4.302653 / 3**0.5, rel=1e-6)
    assert step.verdict is Verdict.CHANCE
    assert compare_values([(0, 11), (0, 12), (0, 13)]).verdict is Verdict.SURE
    assert compare_values([(0, -5), (1, -4), (2, -3)]).verdict is Verdict.SURE


def test_one_pair_alone_tells_nothing_of_chance_and_no_difference_is_none() -> None:
    one = compare_values([(3, 4)])
    assert (one.mean, one.error, one.verdict) == (1, None, Verdict.UNKNOWN)
    same = compare_values([(3, 3), (7, 7)])
    assert (same.mean, same.error, same.verdict) == (0, 0, Verdict.NONE)


def outcome(seed: int, value: float = 1.0, **visits: int) -> PlanOutcome:
    return PlanOutcome(seed, (value,) * len(FIGURES), tuple(sorted(visits.items())))


def test_plans_of_one_seed_are_pairs_and_what_failed_is_none() -> None:
    lost = PlanOutcome(1, failed=(message("no"),))
    first = (outcome(0), outcome(1), outcome(2))
    pairs = pair_up(first, (outcome(2, 5.0), lost, outcome(0, 3.0)))
    assert [(one.seed, two.seed, two.figures[0]) for one, two in pairs] == [
        (0, 0, 3.0),
        (2, 2, 5.0),
    ]
    assert pair_up(first, (outcome(77),)) == ((first[0], outcome(77)),)
    assert compare_figures(first, (lost,)) == ()


def test_a_site_is_sure_when_every_seed_says_the_same() -> None:
    first = (outcome(0, TV1=1, TV2=1), outcome(1, TV1=1, TV2=1))
    second = (outcome(0, TV1=2, TV3=1), outcome(1, TV1=2, TV2=1))
    found = {one.site_id: (one.mean, one.is_sure) for one in compare_sites(first, second)}
    assert found == {"TV1": (1.0, True), "TV2": (-0.5, False), "TV3": (0.5, False)}
    assert compare_sites(first, second)[0].site_id == "TV1"
    # One more with one seed and one fewer with the other is no difference.
    evened = (outcome(0, TV1=2, TV2=1), outcome(1, TV2=1))
    assert compare_sites(first, evened) == ()


# --- what-ifs -----------------------------------------------------------------------------------


def test_one_more_vehicle_is_like_the_other_and_never_away(small) -> None:
    found = read_one("--with", "vehicle=Xe thư viện lưu động", small).province
    (new,) = set(found.vehicles) - set(small.vehicles)
    like = small.vehicle_by_id["XE1"]
    assert new == dataclasses.replace(
        like, vehicle_id=new.vehicle_id, name=new.name, unavailable=()
    )
    assert new.vehicle_id not in small.vehicle_by_id
    assert like.unavailable
    same = {"vehicles": small.vehicles, "warnings": (), "row_refs": {}}
    assert dataclasses.replace(found, **same) == dataclasses.replace(small, **same)


def test_several_changes_make_one_what_if(small) -> None:
    text = "vehicle=XE2 + vehicle=XE2 + crew.D2.members=4 + without crew=D1 + max_nights=1"
    one = read_one("--with", f"{text} + budget=900000", small)
    added = sorted(set(one.province.vehicle_by_id) - set(small.vehicle_by_id))
    assert len(added) == 2
    assert one.province.crew_by_id["D2"].members == 4
    assert one.province.crew_by_id["D1"].days_off[-1] == DateSpan(
        MONTH.first_day, MONTH.plus(3).last_day
    )
    assert one.province.settings.trips.max_nights == 1
    assert one.budget_vnd == 900_000
    assert str(one.name).startswith("one more: Xe tải nhẹ; one more: Xe tải nhẹ; Đội")


def test_a_what_if_leaves_the_folder_alone(small_folder) -> None:
    before = {path.name: path.read_bytes() for path in small_folder.iterdir()}
    province = read_province(small_folder)
    text = "vehicle=XE1 + trips.work_weekdays=Mo|Tu + daylight_only=no"
    found = read_one("--with", text, province).province
    assert found.settings.trips.work_weekdays == ("Mo", "Tu")
    assert found.settings.trips.daylight_only is False
    lost = read_one("--without", f"closure={province.closures[0].closure_id}",
                    province).province  # fmt: skip
    assert len(lost.closures) == len(province.closures) - 1
    assert {path.name: path.read_bytes() for path in small_folder.iterdir()} == before


FAULTS = {
    ("--with", "vehicle=XE9"): "XE2",
    ("--with", "duty_max_day=3"): "duty_max_day_min",
    ("--with", "trips.max_nights=99"): "a number ≤ 6",
    ("--with", "vehicle.XE1.seat=3"): "seats",
    ("--with", "vehicle.XE1.vehicle_id=XE7"): "a column of vehicles.csv",
    ("--with", "vehicle.XE1.depot_id=NOWHERE"): "NOWHERE",
    ("--with", "nothing"): "NAME=VALUE",
    ("--without", "trips.max_nights=2"): "one of vehicle, crew, closure, pin",
    ("--without", "crew=Tổ ma"): "crews.csv",
    ("--budget", "much"): "an amount of money",
}


def test_every_fault_of_every_what_if_comes_in_one_answer(small) -> None:
    texts = [WhatIfText(*one) for one in FAULTS]
    with pytest.raises(InputError) as caught:
        read_what_ifs(small, MONTH, texts)
    told = [str(finding.as_message()) for finding in caught.value.findings]
    assert len(told) == len(FAULTS)
    for expected in FAULTS.values():
        assert any(expected in one for one in told), expected


# --- planned side by side -----------------------------------------------------------------------


def test_a_what_if_that_changes_nothing_differs_in_nothing(planned) -> None:
    steps = compare_figures(planned.base.outcomes, planned.columns[1].outcomes)
    assert {(step.mean, step.verdict) for step in steps} == {(0.0, Verdict.NONE)}
    assert compare_sites(planned.base.outcomes, planned.columns[1].outcomes) == ()


def test_without_the_bus_no_session_is_held(planned) -> None:
    number = NUMBER_OF["sessions"]
    (before,), (after,) = planned.base.outcomes, planned.columns[2].outcomes
    assert before.figures[number] >= 1
    assert after.figures[number] == 0
    steps = compare_figures((before,), (after,))
    assert steps[number].verdict is Verdict.UNKNOWN
    assert steps[NUMBER_OF["visits_left_out"]].mean > 0
    assert any(one.mean < 0 for one in compare_sites((before,), (after,)))


@pytest.mark.usefixtures("cheap")
def test_a_budget_is_kept_by_the_plan_in_which_money_counts_least(small) -> None:
    number = NUMBER_OF["cost_vnd"]

    def spend(budget_vnd):
        outcome = CasePlanner(case(small, budget_vnd=budget_vnd)).try_seed(0)
        return outcome.figures[number] if outcome.is_plan else str(outcome.failed[0])

    # As it is 1,000,000; doubled once 500,000; at 2 ** (k / 8) on the way between.
    assert spend(1_000_000) == 1_000_000
    assert spend(999_999) == pytest.approx(1_000_000 / 2 ** (1 / 8), abs=1)
    assert spend(600_000) == pytest.approx(1_000_000 / 2 ** (6 / 8), abs=1)
    assert spend(500_000) == 500_000
    assert "the cheapest costs 15,625" in spend(15_000)


@pytest.mark.usefixtures("cheap")
def test_what_was_planned_is_kept_when_somebody_stops(small) -> None:
    cases = tuple((message("plan {file}", file=str(k)), case(small)) for k in range(2))

    def compare(limit):
        def stop(what, share):
            if share >= limit:
                raise KeyboardInterrupt

        return compare_plans((), Wanted(cases, (0, 1), workers=1), progress=stop)

    found = compare(0.75)
    assert found.is_cut_short
    assert [len(column.outcomes) for column in found.columns] == [2, 1]
    assert len(pair_up(*(column.outcomes for column in found.columns))) == 1
    with pytest.raises(KeyboardInterrupt):
        compare(0.25)


# --- when demand grows --------------------------------------------------------------------------


def test_sessions_grow_by_largest_remainders(small) -> None:
    # 1 at TV1 (4,800 people and pupils), 1 at TV2 (2,060), 2 at TH1 (420); none elsewhere.
    assert share_sessions(small.sites, 1.0)["TH1"] == 2
    grown = share_sessions(small.sites, 1.25)  # 5 in all: 1.25, 1.25, 2.5
    assert (grown["TV1"], grown["TV2"], grown["TH1"], grown["TV3"]) == (1, 1, 3, 0)
    grown = share_sessions(small.sites, 1.5)  # 6 in all: 1.5, 1.5, 3
    assert (grown["TV1"], grown["TV2"], grown["TH1"]) == (2, 1, 3)


def test_twice_the_demand_is_twice_the_uses_books_and_sessions(small) -> None:
    twice = grow_demand(small, 2.0)
    months = (MONTH,)
    before, after = (estimate_demand(one, months, access_min={}).by_month for one in (small, twice))
    assert after == pytest.approx(2 * before)
    assert twice.batches[0].boxes == 2 * small.batches[0].boxes
    assert twice.batches[0].books == 2 * small.batches[0].books
    assert (twice.vehicles, twice.crews) == (small.vehicles, small.crews)
    assert grow_demand(small, 1.0) == small


def test_the_first_month_that_fails_is_found_between_one_that_does_not_and_one_that_does(
    small, monkeypatch
) -> None:
    tried = []
    limit = Binding("week_full", 2, message("the week is full"))

    def try_month(self, months):
        tried.append(months)
        return Tried(2, (limit,)) if months >= 29 else Tried(0)

    monkeypatch.setattr(GrowthSearch, "_try", try_month)
    found = GrowthSearch(case(small), 10.0, (0,)).find()
    assert (found.holds_until, found.fails_in) == (Month(2029, 4), Month(2029, 5))
    assert found.times == pytest.approx(1.1 ** (29 / 12), abs=1e-6)
    assert found.limits == (limit,)
    assert len(tried) == len(set(tried)) <= 8
    monkeypatch.setattr(GrowthSearch, "_try", lambda self, months: Tried(0))
    never = GrowthSearch(case(small), 10.0, (0,)).find()
    assert (never.holds_until, never.fails_in) == (MONTH.plus(240), None)


@pytest.mark.usefixtures("cheap")
def test_growth_is_stopped_by_what_the_plan_says(small) -> None:
    # Four sessions today; five at 1.125 times as many: 14 months on at 10.7 % a year.
    found = GrowthSearch(case(small), 10.7, (0, 1)).find()
    assert (found.holds_until, found.fails_in) == (Month(2028, 1), Month(2028, 2))
    assert [(one.code, one.visits) for one in found.limits] == [("week_full", 1)]


# --- documents and command ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """Two plans of the small month in a copy of its folder: one makes a visit less."""
    folder = tmp_path_factory.mktemp("so sánh") / "p"
    shutil.copytree(SMALL, folder)
    province = read_province(folder)
    for number, plan in enumerate((make_plan(province), make_plan(province, num_sites=4))):
        target = folder / "plans" / "2026-12" / ("" if not number else "versions/001")
        target.mkdir(parents=True, exist_ok=True)
        (target / "plan.json").write_bytes(dump_plan(plan))
    return folder


def test_plans_that_are_there_are_compared_without_planning(plans) -> None:
    first = plans / "plans" / "2026-12"
    words = ("compare", first, first / "versions" / "001" / "plan.json", "--lang", "en", "--force")
    answer = run(*words, "--json")
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    one, two = told["columns"]
    assert one["name"] == "plan plans/2026-12/plan.json"
    assert two["written"]
    step = two["against"]["visits_served"]
    assert step["mean"] == two["plans"][0]["visits_served"] - one["plans"][0]["visits_served"] < 0
    assert step["verdict"] == "unknown"
    assert (first / "comparison.html").is_file()
    rows = (first / "comparison.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("key,plan,seed,visits_asked,visits_served")
    assert [row[0] for row in rows[1:]] == ["A", "B"]
    shown = run(*words)
    assert "chance or not" in shown.stdout
    assert run(*words[:-1]).returncode == 3


def test_plans_of_other_months_are_refused_and_one_plan_is_no_comparison(plans) -> None:
    first = plans / "plans" / "2026-12"
    assert run("compare", first).returncode == 2
    other = plans / "plans" / "2027-01"
    other.mkdir(exist_ok=True)
    plan = make_plan(read_province(plans))
    (other / "plan.json").write_bytes(dump_plan(dataclasses.replace(plan, month=Month(2027, 1))))
    answer = run("compare", first, other, "none.json", "--lang", "en")
    assert answer.returncode == 3
    assert "plans/2027-01/plan.json" in answer.stderr
    assert "none.json" in answer.stderr
    shutil.rmtree(other)


def test_the_command_refuses_what_names_nothing(plans) -> None:
    answer = run("compare", plans, "--month", "2026-12", "--with", "vehicle=XE9",
                 "--without", "crew=D9", "--lang", "en")  # fmt: skip
    assert answer.returncode == 3
    assert "XE9" in answer.stderr
    assert "D9" in answer.stderr


def make_comparison(province) -> Comparison:
    """Return a comparison of made-up figures with everything a page may show."""
    plan = make_plan(province)
    one = measure_plan(plan, province, 0)
    less = dataclasses.replace(
        one,
        figures=tuple(value + 3 for value in one.figures),
        visits=one.visits[1:],
    )
    name = message("without {name}", name=province.vehicles[0].name)
    columns = (
        Compared("A", message("as it is, planned anew"), province, (one, outcome_of(one, 1))),
        Compared("B", name, province, (less, outcome_of(less, 1))),
        Compared(
            "C", name, province, (PlanOutcome(0, failed=(name,)), PlanOutcome(1, failed=(name,)))
        ),
    )
    return Comparison(MONTH, columns, (0, 1), 0.1, growth_pct=10.0)


def outcome_of(one: PlanOutcome, seed: int) -> PlanOutcome:
    return dataclasses.replace(one, seed=seed)


def test_names_are_escaped_on_the_page(small) -> None:
    evil = '<script>alert("x")</script>'
    page = draw_comparison(make_comparison(rename_everything(small, evil)), "en").decode("utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


def test_the_page_tells_what_differs_in_words_table_chart_and_map(small) -> None:
    found = make_comparison(small)
    page = draw_comparison(found, "en").decode("utf-8")
    assert "beyond chance: " in page
    assert "no plan: without" in page
    assert 'class="better">+3 ± 0' in page
    assert "−0" not in page
    assert page.count("<svg") == 7
    gone = small.site_by_id[found.base.outcomes[0].visits[0][0]]
    assert gone.name in page
    assert draw_comparison(found, "en") == draw_comparison(found, "en")
