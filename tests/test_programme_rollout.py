"""The rollout of library models: against brute force, its check, pins, what-ifs, reasons."""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from programme.rollout.ask import ask_rollout
from programme.rollout.check_limits import list_broken
from programme.rollout.gather import pose_rollout
from programme.rollout.plan import plan_rollout
from programme.rollout.problem import Place, Purse, RolloutProblem, count_short, value_starts
from programme.rollout.search import search_rollout
from province.errors import InfeasibleError, InputError
from province.facts import Province
from province.ids import CommuneCode, SiteId
from province.read import read_province

SON_LA = Path(__file__).resolve().parent.parent / "data" / "son-la"
TODAY = date(2026, 11, 30)


def draw_problem(seed: int) -> RolloutProblem:
    """Draw four or five places over three years, with limits that are often tight."""
    chance = random.Random(seed)
    years = (2026, 2027, 2028)
    count = chance.choice((4, 5))
    at = [(chance.random(), chance.random()) for _ in range(count)]
    places = []
    for k in range(count):
        people = chance.randint(1, 40) * 100
        shares = {j: max(0.0, 1 - 1.6 * math.dist(at[k], at[j])) for j in range(count)}
        options = [(j, round(people * share)) for j, share in shares.items() if share > 0]
        pin = chance.choice((None, None, None, None, 2027))
        cost = chance.choice((100.0, 150.0, 151.5))
        trainees = chance.randint(0, 2)
        places.append(
            Place(
                CommuneCode(str(k)), SiteId(f"S{k}"), people,
                tuple(sorted(options, key=lambda one: (-one[1], one[0]))), 60.0, trainees,
                cost, 10.0 * trainees, pin, chance.choice((2026, 2026, 2027, 2029)),
            )
        )  # fmt: skip
    purses = [
        Purse(str(year), chance.choice((0, 160, 320)), year, year, True, True) for year in years
    ]
    purses.append(Purse("gift", 200, 2027, 2028, chance.random() < 0.5, True))
    return RolloutProblem(
        years=years,
        places=tuple(places),
        begun=frozenset(range(count))
        if seed % 25 == 24
        else frozenset({0} if seed % 3 == 0 else ()),
        needed={2027: 2, 2028: chance.randint(1, count)},
        most_models=None if chance.random() < 0.3 else dict.fromkeys(years, chance.randint(1, 2)),
        seats=None if chance.random() < 0.3 else dict.fromkeys(years, chance.randint(0, 3)),
        purses=None if chance.random() < 0.3 else tuple(purses),
    )


def list_all(problem: RolloutProblem) -> Iterator[dict[int, int]]:
    free = [k for k in range(len(problem.places)) if k not in problem.begun]
    for years in itertools.product((None, *problem.years), repeat=len(free)):
        starts = {k: year for k, year in zip(free, years, strict=True) if year is not None}
        if not list(list_broken(problem, starts)):
            yield starts


@pytest.mark.parametrize("seed", range(50))
def test_the_best_of_all_choices_is_found(seed: int) -> None:
    problem = draw_problem(seed)
    ranks = [(count_short(problem, one), -value_starts(problem, one)) for one in list_all(problem)]
    found = search_rollout(problem, work=0.05)
    if not ranks:
        assert found is None
        return
    assert found is not None
    assert not list(list_broken(problem, found.starts))
    assert (found.short, -found.value) == min(ranks)
    assert found.bound == found.value
    assert found.least_short == found.short


def test_every_limit_that_is_broken_is_named() -> None:
    problem = replace(
        draw_problem(1),
        begun=frozenset({0}),
        most_models=dict.fromkeys((2026, 2027, 2028), 1),
        seats=dict.fromkeys((2026, 2027, 2028), 0),
        purses=(Purse("own", 150, 2026, 2026, True, True),),
    )
    places = tuple(
        replace(place, cost_vnd=100.0, training_vnd=0.0, trainees=0, since=None, not_before=2026)
        for place in problem.places
    )
    problem = replace(problem, places=places)
    assert list(list_broken(problem, {1: 2026})) == []
    assert list(list_broken(problem, {1: 2026, 2: 2026})) == ["models 2026", "money"]
    assert list(list_broken(problem, {1: 2027})) == ["money"]
    assert list(list_broken(problem, {0: 2026})) == ["year 0"]
    trained = replace(places[1], trainees=1)
    pinned = replace(places[2], since=2028)
    other = replace(problem, places=(places[0], trained, pinned, *places[3:]))
    assert list(list_broken(other, {1: 2026})) == ["pin 2", "training 2026", "training 2027",
                                                   "training 2028"]  # fmt: skip
    models_only = replace(problem, purses=(Purse("own", 150, 2026, 2026, False, True),))
    assert list(list_broken(models_only, {1: 2026})) == ["money"]


@pytest.mark.parametrize("seed", range(12))
def test_every_place_has_its_reason(seed: int) -> None:
    problem = draw_problem(seed)
    if not list(list_all(problem)):
        return
    told = plan_rollout(problem, work=0.05)
    for number, one in enumerate(told.models):
        reason = str(one.why)
        if number in problem.begun:
            assert reason == "it is there already"
        elif one.year is None:
            assert reason.startswith(("no year has room", "the planner wants none"))
        elif problem.places[number].since is not None:
            assert reason == "the planner wants it then"
        else:
            assert reason.startswith(f"it reaches {one.more} more people")
            assert ("year before" in reason) <= (one.year > problem.years[0])


@pytest.fixture(scope="module")
def son_la() -> Province:
    return read_province(SON_LA)


def test_what_is_asked_is_kept(son_la: Province) -> None:
    asked = ask_rollout(
        son_la, TODAY, 2030, pins={"Mường Lạn": "2028"}, without=["xã Mường Lèo"],
        money_vnd=700e6, per_year=5, seed=0, work=0.002,
    )  # fmt: skip
    by_code = {one.code: one for one in asked.models}
    assert by_code[CommuneCode("04246")].year == 2028
    assert str(by_code[CommuneCode("04246")].why) == "the planner wants it then"
    assert by_code[CommuneCode("04240")].year is None
    assert str(by_code[CommuneCode("04240")].why) == "the planner wants none here"
    assert all(len(year.begun) <= 5 for year in asked.years)
    assert all(year.cost_vnd <= 700e6 for year in asked.years[1:])
    assert asked.value <= asked.bound


def test_everything_wrong_is_said_at_once(son_la: Province) -> None:
    with pytest.raises(InputError) as caught:
        ask_rollout(
            son_la, TODAY, 2025, pins={"Atlantis": "2027", "04246": "soon"},
            without=["Chiềng Chung"], money_vnd=None, per_year=None, seed=0, work=0.02,
        )  # fmt: skip
    told = [(one.column, one.value) for one in caught.value.findings]
    assert told == [
        ("--until", "2025"), ("--pin", "Atlantis"), ("--pin", "2027"), ("--pin", "soon"),
        ("--without", "Chiềng Chung"),
    ]  # fmt: skip


def test_more_pins_than_can_be_kept_are_no_rollout(son_la: Province) -> None:
    problem = pose_rollout(son_la, 2028, TODAY)
    pins = {place.code: 2027 for k, place in enumerate(problem.places) if k not in problem.begun}
    with pytest.raises(InfeasibleError):
        plan_rollout(pose_rollout(son_la, 2028, TODAY, pinned=pins), work=0.02)


def test_a_place_counts_more_where_people_have_it_harder(son_la: Province) -> None:
    """Weights of border, language and road: the people of a border commune at its own model."""
    rules = son_la.settings.rollout.model_copy(
        update={"weight_remote": 0.0, "weight_border": 1.0, "weight_language": 0.0}
    )
    settings = son_la.settings.model_copy(update={"rollout": rules})
    problem = pose_rollout(replace(son_la, settings=settings), 2030, TODAY)
    borders = {commune.code: commune.is_border for commune in son_la.communes}
    for number, place in enumerate(problem.places):
        own = dict(place.options)[number]
        assert own == place.people * (2 if borders[place.code] else 1)
        assert place.options[0] == (number, own)
