import ast
import importlib
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from rotation_cases import (
    FIRST,
    MOVES,
    STAYS,
    change_batch,
    change_library,
    change_rules,
    make_plan,
    make_problem,
    swap_lines,
)

from province.fleet import Vehicle
from province.lockdown_settings import LockdownSettings
from province.places import Site
from province.settings import RotationSettings, ServiceSettings
from province.stock import Batch, Condition
from province.visits import Reach
from rotation.checks.rules import RULES, verify_rotation

A, B, C, D = range(4)
P1, P2, P3 = range(3)


def _plan(without=(), plus=(), moves_without=(), moves_plus=()):
    return make_plan(
        swap_lines(STAYS, without=without, plus=plus),
        swap_lines(MOVES, without=moves_without, plus=moves_plus),
    )


def _problem(**changes):
    return replace(make_problem(), **changes)


def _two_places_at_once():
    # D stands at P3 in February and March, and in March at P1 as well
    return make_problem(), _plan(plus=["D P1 3 1"], moves_plus=["D 3 P3 P1"])


def _running_stay_forgotten():
    return make_problem(), _plan(without=["A P1 -1 2"])


def _running_stay_older():
    places = make_problem().placements
    older = replace(places[0], months_there=2)
    return _problem(placements=(older, *places[1:])), make_plan()


def _too_many_books():
    # 70 books on shelves for 69
    return change_library(make_problem(), "P1", capacity_books=69), make_plan()


def _three_batches():
    # B, C and D at P1 in March: 210 books fit, but at most two batches may stand there
    return make_problem(), _plan(
        without=["D P3 2 2", "C P2 3 1"],
        plus=["D P1 2 2", "C P1 3 1"],
        moves_without=["D 2 KHO P3", "C 3 KHO P2"],
        moves_plus=["D 2 KHO P1", "C 3 KHO P1"],
    )


def _stay_too_long():
    return change_batch(make_problem(), "B", max_stay_months=2), make_plan()


def _stay_too_short():
    return change_batch(make_problem(), "C", min_stay_months=3), make_plan()


def _end_not_marked():
    plan = make_plan()
    stays = tuple(replace(s, is_open_end=False) if s.batch_id == "B" else s for s in plan.stays)
    return make_problem(), replace(plan, stays=stays)


def _titles_seen_by_the_ledger():
    # one of the two titles of C stood at P3 in November
    return _problem(seen_until=({0: -1, 1: -1}, {}, {4: -1})), make_plan()


def _titles_seen_in_the_plan():
    # D comes to P3 after C and shares one of its two titles
    titles = list(make_problem().titles)
    titles[D] = np.array([5, 7], dtype=np.int64)
    return _problem(titles=tuple(titles)), make_plan()


def _same_batch_comes_back():
    # forbidden even where every title may have been seen
    return change_rules(make_problem(), max_seen_share=1.0), _plan(
        without=["D P3 2 2", "C P2 3 1"],
        plus=["C P3 3 1"],
        moves_without=["D 2 KHO P3", "C 3 KHO P2"],
        moves_plus=["C 3 KHO P3"],
    )


def _few_books_for_children():
    # 30 of 70 books are for children
    return change_library(make_problem(), "P3", audiences=("child",)), make_plan()


def _other_language():
    return change_library(make_problem(), "P2", languages=("hmn",)), make_plan()


def _outside_the_network():
    return change_batch(make_problem(), "D", networks=("legal",)), make_plan()


def _resting_batch_travels():
    return _problem(unavailable=frozenset({(B, 1)})), make_plan()


def _batch_of_a_lockdown_moves_on():
    # B is fetched and left elsewhere in January
    return _problem(resting=frozenset({(B, 1)})), make_plan()


def _temporary_site_is_bare():
    # P2 is empty in December, which a library may be and a temporary site may not
    return change_library(make_problem(), "P2", never_empty=True), make_plan()


def _broken_batch_travels():
    return change_batch(make_problem(), "D", condition=Condition.REPAIR), make_plan()


def _library_leaves():
    return change_library(make_problem(), "P3", last_month=2), make_plan()


def _library_comes_later():
    return change_library(make_problem(), "P3", first_month=1), make_plan()


def _no_vehicle_gets_there():
    hours = make_problem().reach.hours
    return _problem(reach=Reach({("P3", FIRST): 0}, {}, 200_000, hours)), make_plan()


def _vehicle_too_small():
    hours = make_problem().reach.hours
    return _problem(reach=Reach({("P1", FIRST.plus(1)): 1}, {}, 200_000, hours)), make_plan()


def _never_served():
    return make_problem(), _plan(
        without=["A P2 1 2", "C P2 3 1"],
        moves_without=["A 1 P1 P2", "A 3 P2 KHO", "C 3 KHO P2"],
        moves_plus=["A 1 P1 KHO"],
    )


def _empty_before():
    # P2 has stood empty for two months, December is the third
    return change_library(make_problem(), "P2", empty_since=2), make_plan()


def _too_few_hours():
    # P1 and P2 in January: 10 hours
    return _problem(hours_per_month=(10.0, 9.9, 10.0, 10.0)), make_plan()


def _pin_missed():
    return _problem(pins=frozenset({(D, P2, 0)})), make_plan()


def _chain_not_allowed():
    return change_rules(make_problem(), chains=False), make_plan()


def _two_batches_swap():
    # in January A goes from P1 to P2 and B from P2 to P1
    return make_problem(), _plan(
        plus=["B P2 0 1"], moves_without=["B 1 KHO P1"], moves_plus=["B 0 KHO P2", "B 1 P2 P1"]
    )


def _movement_missing():
    return make_problem(), _plan(moves_without=["C 2 P3 KHO"])


def _borrowed_too_long():
    return _problem(returns=frozenset({(0, 2)})), make_plan()  # A is fetched in March, not February


def _borrowed_to_the_end():
    return _problem(returns=frozenset({(3, 3)})), make_plan()  # D stays at P3 beyond March


def _movement_too_many():
    return make_problem(), _plan(moves_plus=["D 0 KHO P2"])


def _movement_twice():
    return make_problem(), _plan(moves_plus=["B 1 KHO P1"])


BROKEN = {
    "each_batch_is_in_one_place": (_two_places_at_once,),
    "what_stands_there_stays_or_is_fetched": (_running_stay_forgotten, _running_stay_older),
    "shelves_hold_the_books": (_too_many_books,),
    "few_batches_at_a_library": (_three_batches,),
    "stays_are_within_limits": (_stay_too_long, _stay_too_short, _end_not_marked),
    "borrowed_batches_are_back_in_time": (_borrowed_too_long, _borrowed_to_the_end),
    "few_titles_were_seen_before": (
        _titles_seen_by_the_ledger,
        _titles_seen_in_the_plan,
        _same_batch_comes_back,
    ),
    "batches_suit_the_library": (_few_books_for_children, _other_language),
    "owners_networks_are_kept": (_outside_the_network,),
    "only_fit_batches_travel": (_resting_batch_travels, _broken_batch_travels),
    "books_of_a_lockdown_rest": (_batch_of_a_lockdown_moves_on,),
    "libraries_are_enrolled": (_library_leaves, _library_comes_later),
    "vehicles_reach_the_library": (_no_vehicle_gets_there, _vehicle_too_small),
    "no_library_stands_empty_too_long": (
        _never_served,
        _empty_before,
        _temporary_site_is_bare,
    ),
    "vehicle_hours_suffice": (_too_few_hours,),
    "pins_are_kept": (_pin_missed,),
    "chains_only_where_allowed": (_chain_not_allowed,),
    "chains_of_a_month_form_no_ring": (_two_batches_swap,),
    "movements_follow_the_stays": (_movement_missing, _movement_too_many, _movement_twice),
}
"""For each rule, plans and problems that break this rule alone."""


def test_plan_by_hand_keeps_every_rule():
    assert verify_rotation(make_problem(), make_plan()) == ()


@pytest.mark.parametrize(
    ("rule", "broken"),
    [(rule, broken) for rule, ways in BROKEN.items() for broken in ways],
    ids=lambda value: value if isinstance(value, str) else value.__name__.strip("_"),
)
def test_broken_rule_is_reported_under_its_name_alone(rule, broken):
    violations = verify_rotation(*broken())
    assert {violation.rule for violation in violations} == {rule}
    assert all(violation.where and str(violation.detail) for violation in violations)


def test_every_rule_has_a_name_a_sentence_and_a_broken_plan():
    names = [rule.name for rule in RULES]
    assert names == list(BROKEN)
    assert len(set(names)) == len(names) == 19
    assert len({str(rule.sentence) for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert str(rule.sentence)[0].isupper()
        assert str(rule.sentence).endswith(".")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_keeps_a_rule_in_the_search_is_a_function(rule):
    assert rule.kept_in
    for place in rule.kept_in:
        module, _, name = place.partition(":")
        assert module.startswith("rotation.")
        assert not module.startswith("rotation.checks"), "the checker keeps nothing"
        assert callable(getattr(importlib.import_module(module), name)), place


def test_the_page_of_methods_tells_each_rule_and_what_loosens_it():
    page = (Path(__file__).parent.parent / "docs/methods-rotation.md").read_text(encoding="utf-8")
    rows = [line.replace("`", "") for line in page.splitlines() if line.startswith("| `")]
    for rule in RULES:
        told = [row for row in rows if row.startswith(f"| {rule.name} | {rule.sentence}")]
        assert [row.endswith(f"| {', '.join(rule.levers) or '–'} |") for row in told] == [True]


def test_the_checker_shares_nothing_with_the_search():
    for path in sorted((Path(__file__).parent.parent / "rotation/checks").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if module.partition(".")[0] in {"rotation", "search"}:
                assert module == "rotation.problem" or module.startswith("rotation.checks"), path


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_loosens_a_rule_is_a_setting_or_a_column(rule):
    parts = (RotationSettings, LockdownSettings, ServiceSettings)
    known = {name for part in parts for name in part.model_fields}
    for rows in (Batch, Site, Vehicle):
        known |= {one.name for one in fields(rows)}
    assert set(rule.levers) <= known


def test_violation_names_batch_place_month_and_numbers():
    violation = verify_rotation(*_too_many_books())[0]
    assert violation.where == "P1, 2026-12"
    assert str(violation.detail) == "70 books stand on shelves for 69"
    hours = verify_rotation(*_too_few_hours())
    assert [(v.where, str(v.detail)) for v in hours] == [("2027-01", "10.0 vehicle hours of 9.9")]
    forgotten = verify_rotation(*_running_stay_forgotten())
    assert [v.where for v in forgotten] == ["A @ P1, 2026-11"]


def test_what_cannot_be_fetched_may_stay_too_long_but_what_can_may_not():
    # A has been at P1 for four months, one more than allowed, and nothing else changes
    places = make_problem().placements
    overdue = _problem(placements=(replace(places[0], months_there=4), *places[1:]))
    # the stay that ended in January began in August
    plan = _plan(without=["A P1 -1 2"], plus=["A P1 -4 5"])
    assert {v.rule for v in verify_rotation(overdue, plan)} == {"stays_are_within_limits"}
    hours = overdue.reach.hours
    shut = replace(overdue, reach=Reach({("P1", FIRST): 0}, {}, 200_000, hours))
    assert verify_rotation(shut, plan) == ()


def test_what_is_to_be_given_back_goes_on_only_while_nobody_can_fetch_it():
    # A stands at P1 since November and is to be given back in November: a stay of two months
    plan, late = make_plan(), frozenset({(0, -1)})
    assert "borrowed_batches_are_back_in_time" in {
        one.rule for one in verify_rotation(_problem(returns=late), plan)
    }
    nobody = Reach({("P1", FIRST): 0}, {}, 200_000, make_problem().reach.hours)
    only_first = [one for one in plan.stays if one.batch_id != "A" or one.site_id == "P1"]
    held = verify_rotation(
        _problem(returns=late, reach=nobody), replace(plan, stays=tuple(only_first))
    )
    assert "borrowed_batches_are_back_in_time" not in {one.rule for one in held}
