"""The same plan on every processor: last bits and the order of sums decide nothing."""

from dataclasses import replace

import numpy as np
import pytest
from rotation_random import draw_problem

from planning.survey import survey_province
from province.dates import Month
from province.errors import InfeasibleError
from province.read import read_province
from province.shipped import find_shipped
from rotation.solve.solve import find_rotation
from search.rounding import add_up, reach_share, round_off

pytestmark = pytest.mark.usefixtures("few_iterations")

NAMES = ("exp", "log", "log1p")


def disturb(monkeypatch, towards: float) -> None:
    """Let exponentials and logarithms be off by one last bit, as on another processor."""
    for name in NAMES:
        exact = getattr(np, name)
        monkeypatch.setattr(np, name, lambda x, exact=exact: np.nextafter(exact(x), towards))


def plan(problem):
    try:
        return find_rotation(problem, work=0.02)[0]
    except InfeasibleError as error:
        return str(error)


def test_a_last_bit_changes_no_rotation(monkeypatch):
    problems = [draw_problem(seed, plain=False) for seed in range(4)]
    province = read_province(find_shipped("son-la"))
    rules = province.settings.rotation.model_copy(update={"horizon_months": 4})
    settings = province.settings.model_copy(update={"rotation": rules})
    province = replace(province, settings=settings)
    survey = survey_province(province, Month(2026, 12))
    problems.append(survey.pose_rotation(survey.reach))
    before = [plan(problem) for problem in problems]
    for towards in (np.inf, -np.inf):
        with monkeypatch.context() as patch:
            disturb(patch, towards)
            assert (np.exp(1.0) > np.e) == (towards > 0)
            assert [plan(problem) for problem in problems] == before


def test_shares_are_rounded_far_below_what_counts():
    assert reach_share([0.0, 10.0], 20.0).tolist() == [0.0, 1 - round(np.exp(-0.5).item(), 9)]
    assert round_off(0.1234567894).item() == 0.123456789


def test_sums_run_from_the_first_number_to_the_last():
    numbers = [1e16, 1.0, -1e16, 1.0]
    assert add_up(numbers).item() == 1.0  # pairs would give another sum
    assert add_up([numbers, numbers]).tolist() == [1.0, 1.0]
    assert add_up(np.zeros((3, 0))).tolist() == [0.0, 0.0, 0.0]
