import pytest

from province.dates import Month
from province.visits import Reach
from rotation.build import build_rotation_problem
from rotation.explain import explain_batch, explain_library
from rotation.solve import solve_rotation

ACCESS_MIN = {"TV1": 30.0, "TV2": 60.0, "TV3": 90.0, "TV4": 45.0}


@pytest.fixture(scope="module")
def problem(small):
    reach = Reach(max_boxes={}, price_vnd={}, default_price_vnd=200_000, hours={})
    return build_rotation_problem(small, Month(2026, 12), reach=reach, access_min=ACCESS_MIN)


@pytest.fixture(scope="module")
def plan(problem):
    return solve_rotation(problem, work=0.1)


def test_batch_is_told_each_of_its_stays_and_why(problem, plan):
    for batch in problem.batches:
        own = [stay for stay in plan.stays if stay.batch_id == batch.batch_id]
        answers = [str(answer) for answer in explain_batch(problem, plan, batch.batch_id)]
        assert len(answers) == max(1, len(own))
        for stay, answer in zip(own, answers, strict=False):
            assert answer.startswith(f"{batch.batch_id} is at {stay.site_id} from")
            assert f"{stay.first_month} for {stay.months} months" in answer
            assert f"about {round(stay.expected_uses)} uses expected" in answer


def test_batch_without_a_library_is_told_why_it_stays_at_the_depot(problem, plan):
    # the law books may only go to the network "legal", to which no library belongs
    answers = explain_batch(problem, plan, "B6")
    assert [str(answer) for answer in answers] == [
        "B6 stays at the depot: no library may have it in these months"
    ]


def test_library_is_told_what_comes_and_what_keeps_others_away(problem, plan):
    for library in problem.libraries:
        answers = [str(one) for one in explain_library(problem, plan, library.site_id)]
        coming = [stay for stay in plan.stays if stay.site_id == library.site_id]
        for stay in coming:
            start = f"{stay.first_month}: {stay.batch_id} for {stay.months} months: "
            assert sum(answer.startswith(start) for answer in answers) == 1
        absent = {batch.batch_id for batch in problem.batches} - {s.batch_id for s in coming}
        others = answers[len(coming) :]
        assert len(others) == min(3, len(absent))
        for answer in others:
            assert answer.split()[0] in absent
            assert "uses a month, but " in answer


def test_shelves_too_small_are_named(problem, plan):
    # B5 has 105 books; TV3 has shelves for 80
    answers = " | ".join(str(one) for one in explain_library(problem, plan, "TV3"))
    assert "its 105 books do not fit on shelves for 80" in answers


def test_unknown_names_are_refused(problem, plan):
    with pytest.raises(KeyError):
        explain_batch(problem, plan, "B99")
    with pytest.raises(KeyError):
        explain_library(problem, plan, "TH1")
