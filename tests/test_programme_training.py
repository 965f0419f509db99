"""The training plan: against brute force, its check, money, dates, reasons."""

import itertools
import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from programme.training.check_choice import list_broken_limits
from programme.training.plan import plan_training
from programme.training.problem import (
    CoursePurse,
    Learner,
    Meeting,
    TrainingChoice,
    TrainingProblem,
    rank_choice,
)
from programme.training.search import search_training
from province.amounts import write_amount
from province.courses import Occurrence
from province.ids import CourseId, SiteId, StaffId
from province.language import translate
from province.programme_facts import Course


def make_course(name: str, start: date, *, seats: int = 2, **more: object) -> Course:
    cells = {
        "name": name, "rule": "", "days": 1, "until": None, "site_id": None, "is_online": True,
        "seats": seats, "hours": 3.0, "for_whom": "", "trainer": "", "cost": 0.0, "fund_id": None,
        "note": "",
    }  # fmt: skip
    return Course(course_id=CourseId(name), start=start, **(cells | more))


def draw_problem(seed: int) -> TrainingProblem:
    """Draw three rows of staff and three meetings with two purses, often tight."""
    chance = random.Random(seed)
    learners = tuple(
        Learner(StaffId(f"N{k}"), SiteId(f"S{k // 2}"), chance.randint(1, 2 - k // 2), k != 1)
        for k in range(3)
    )
    meetings = []
    for m in range(3):
        first = date(2026, 6, 1) + timedelta(days=chance.choice((0, 0, 250)))
        is_on_site = chance.random() < 0.3
        course = make_course(
            "O" if is_on_site else f"C{m}", first, seats=chance.randint(1, 3),
            is_online=not is_on_site, is_on_site=is_on_site,
            most_sites=chance.choice((1, None)) if is_on_site else None,
        )  # fmt: skip
        site = SiteId(f"S{m % 2}") if is_on_site else None
        comes = {
            k: chance.choice((0, 0, 30)) for k, one in enumerate(learners)
            if site in (None, one.site_id) and chance.random() < 0.8
        }  # fmt: skip
        meetings.append(
            Meeting(
                Occurrence(course, (first,), (first,)), site, course.seats,
                chance.choice((0, 100, 150)), chance.choice(((0,), (0, 1), (None,), ())), comes,
            )
        )  # fmt: skip
    return TrainingProblem(
        learners=learners, meetings=tuple(meetings),
        purses=(
            CoursePurse("A", chance.choice((120, 300)), True, chance.choice((None, 180, 360))),
            CoursePurse("B", 160, True, chance.choice((None, 0, 240))),
        ),
        needed={2026: chance.randint(0, 2), 2027: chance.randint(1, 5)},
        firsts=frozenset({SiteId("S0")}), worth=chance.choice((0, 60)),
        first_worth=chance.choice((0, 50)),
    )  # fmt: skip


def list_all(problem: TrainingProblem) -> Iterator[TrainingChoice]:
    """Yield every choice that keeps the limits, at every way of paying for it."""
    own = []
    for k, learner in enumerate(problem.learners):
        near = [m for m, one in enumerate(problem.meetings) if k in one.comes]
        counts = itertools.product(range(learner.people + 1), repeat=len(near))
        own.append([
            {(k, m): n for m, n in zip(near, some, strict=True) if n}
            for some in counts if sum(some) <= learner.people
        ])  # fmt: skip
    for parts in itertools.product(*own):
        people = {key: n for part in parts for key, n in part.items()}
        held = sorted({m for _, m in people})
        for payers in itertools.product(*(problem.meetings[m].payers for m in held)):
            choice = TrainingChoice(people, dict(zip(held, payers, strict=True)))
            if not any(list_broken_limits(problem, choice)):
                yield choice


@pytest.mark.parametrize("seed", range(50))
def test_the_best_of_all_choices_is_found(seed: int) -> None:
    problem = draw_problem(seed)
    best = min(rank_choice(problem, choice) for choice in list_all(problem))
    found = search_training(problem)
    assert not list(list_broken_limits(problem, found.choice))
    assert rank_choice(problem, found.choice) == best
    assert (found.short, found.net) == (found.least_short, found.least_net)


@pytest.mark.parametrize("seed", range(0, 50, 7))
def test_everybody_is_invited_or_has_a_reason(seed: int) -> None:
    problem = draw_problem(seed)
    plan = plan_training(problem)
    people = sum(one.people for one in plan.meetings) + sum(a.group.people for a in plan.absent)
    assert people == sum(learner.people for learner in problem.learners)
    assert all(str(one.why) for one in (*plan.meetings, *plan.absent))
    assert all(money.left is None or money.left >= 0 for money in plan.money)
    assert all(money.hours_left is None or money.hours_left >= 0 for money in plan.money)


def test_a_fund_pays_no_more_hours_than_it_has() -> None:
    """Two courses of three hours, and money for both: with five hours one is held."""
    courses = [make_course(f"C{m}", date(2026, 6, 1 + m), seats=1) for m in range(2)]
    meetings = tuple(
        Meeting(Occurrence(one, (one.start,), (one.start,)), None, 1, 100, (0,), {m: 0})
        for m, one in enumerate(courses)
    )
    learners = tuple(Learner(StaffId(f"N{k}"), SiteId(f"S{k}"), 1, True) for k in range(2))
    for minutes, held in ((300, 1), (360, 2), (None, 2)):
        purse = CoursePurse("A", 1000, True, minutes)
        plan = plan_training(TrainingProblem(learners, meetings, (purse,), {2026: 2}, frozenset()))
        assert sum(one.is_held for one in plan.meetings) == held
        (money,) = plan.money
        assert money.hours_left == (None if minutes is None else minutes / 60 - 3 * held)
        if held == 1:
            (why,) = (str(one.why) for one in plan.meetings if not one.is_held)
            assert why == "it lasts 3 hours; A pays for 2 hours more"
            (absent,) = plan.absent
            assert str(absent.why) == "there is no money, or there are no hours, for more courses"
    both = TrainingChoice({(0, 0): 1, (1, 1): 1}, {0: 0, 1: 0})
    tight = TrainingProblem(
        learners, meetings, (CoursePurse("A", 1000, True, 300),), {}, frozenset()
    )
    assert list(list_broken_limits(tight, both)) == ["hours A"]


def test_money_is_written_as_each_language_does() -> None:
    written = [translate(write_amount(1250.5), language) for language in ("vi", "en", "lv")]
    assert written == ["1.250,50", "1,250.50", "1\u00a0250,50"]
    assert translate(write_amount(1250), "vi") == translate(write_amount(1250, "VND"), "vi")
    assert translate(write_amount(1250, "EUR"), "lv") == "1\u00a0250,00"
