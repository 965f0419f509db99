"""The register of the rules of trips: no column of any row may be empty or say what is not so."""

import ast
import functools
import importlib
import inspect
import re
from pathlib import Path

import networkx as nx
import pytest

import rotation.checks.rules
import routing.checks
import routing.checks.verify
from planning.fixes.find import LEVERS, NONE_STATED
from province.rules import Rule
from routing.checks.case import TripCase
from routing.checks.rules import ROWS, RULES
from routing.checks.times import check_times
from routing.solver.unserved_reasons import CODES
from tools.architecture import draw_modules

ROOT = Path(__file__).resolve().parent.parent
CHECKS = sorted(
    path
    for path in Path(routing.checks.__file__).parent.glob("[!_]*.py")
    if path.stem not in ("rules", "verify")
)
BY_RULE = pytest.mark.parametrize("rule", ROWS, ids=lambda rule: rule.name)


def read_tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def list_texts(path: Path) -> set[str]:
    """Return all strings in a module."""
    nodes = ast.walk(read_tree(path))
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def find_named(name: str) -> object:
    """Return what ``module:name`` or ``module:Class.name`` names."""
    module, _, path = name.partition(":")
    found: object = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


def test_names_are_given_once() -> None:
    assert len(RULES) == len(ROWS)


@BY_RULE
def test_a_rule_has_a_name_that_states_it_and_a_sentence(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", rule.name)
    assert str(rule.sentence)


@BY_RULE
def test_each_checker_of_a_rule_can_find_it_broken(rule: Rule) -> None:
    assert rule.checks
    for check in rule.checks:
        path = Path(inspect.getsourcefile(check) or "")
        assert path in CHECKS
        assert rule.name in list_texts(path)


def list_yielded(path: Path) -> set[str]:
    """Return the first of the three that each `yield` of a module tells: the rule broken."""
    tree, bound = read_tree(path), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple | ast.Name):
            names, values = node.targets[0], node.value
            pairs = (
                zip(names.elts, getattr(values, "elts", ()), strict=False)
                if isinstance(names, ast.Tuple)
                else ((names, values),)
            )
            bound |= {
                name.id: value.value
                for name, value in pairs
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant)
            }
    first = [
        node.value.elts[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple)
        if len(node.value.elts) == 3
    ]
    return {one.value if isinstance(one, ast.Constant) else bound[one.id] for one in first}


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_what_a_checker_finds_stands_in_the_register(path: Path) -> None:
    own = importlib.import_module(f"routing.checks.{path.stem}")
    for name in list_yielded(path):
        assert name in RULES
        assert any(check.__module__ == own.__name__ for check in RULES[name].checks), name
    used = {check for rule in ROWS for check in rule.checks}
    for name, one in vars(own).items():
        is_own = inspect.isfunction(one) and one.__module__ == own.__name__
        if is_own and not name.startswith("_") and TripCase in one.__annotations__.values():
            assert one in used, f"{name} stands in no row"


def test_verify_runs_what_the_register_names_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran = []

    def check(case: TripCase):
        ran.append(case)
        yield "invented", "somewhere", "something"

    monkeypatch.setattr(
        routing.checks.verify, "RULES", {"x": Rule("x", "", (check, check), ("y",))}
    )
    assert list(routing.checks.verify.verify_decisions("problem", "plan")) == [
        ("invented", "somewhere", "something")
    ]
    assert ran == [TripCase("problem", "plan")]


@BY_RULE
def test_what_keeps_a_rule_in_the_search_exists(rule: Rule) -> None:
    assert rule.kept_in
    for name in rule.kept_in:
        assert callable(find_named(name))
        assert not name.startswith("routing.checks")


read_modules = functools.cache(draw_modules)


def list_loaded(module: str) -> set[str]:
    """Return a module and all that it imports, directly or by others."""
    return {module} | nx.descendants(read_modules(), module)


@BY_RULE
def test_what_keeps_a_rule_in_the_search_is_loaded_by_it(rule: Rule) -> None:
    assert {name.partition(":")[0] for name in rule.kept_in} <= list_loaded("routing.solver.solve")


OF_THE_CLOCK = [rule for rule in ROWS if check_times in rule.checks and rule.reasons]
"""Rules of the times of a day that can leave a visit out."""


@pytest.mark.parametrize("rule", OF_THE_CLOCK, ids=lambda rule: rule.name)
def test_a_rule_of_the_clock_is_kept_where_the_clock_runs(rule: Rule) -> None:
    modules = [name.partition(":")[0] for name in rule.kept_in]
    assert any("routing.month.clock" in list_loaded(module) for module in modules)


def test_rules_of_the_clock_are_found() -> None:
    assert len(OF_THE_CLOCK) > 5
    assert "routing.month.clock" not in list_loaded("routing.month.instance")


@BY_RULE
def test_a_rule_has_reasons_or_says_why_it_has_none(rule: Rule) -> None:
    assert bool(rule.reasons) != bool(rule.no_reason)
    assert set(rule.reasons) <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_reason_is_a_rules_and_has_levers_or_says_why_it_has_none(code: str) -> None:
    assert code == "several_rules" or any(code in rule.reasons for rule in ROWS)
    assert bool(LEVERS[code]) != bool(NONE_STATED.get(code))


def test_rules_that_are_cited_exist() -> None:
    known = {*RULES, *(rule.name for rule in rotation.checks.rules.RULES)}
    floors = ("province", "roads", "rotation", "routing", "programme", "planning", "region",
              "exports", "commands")  # fmt: skip
    for floor in floors:
        for path in (ROOT / floor).rglob("*.py"):
            for text in list_texts(path):
                cited = set(re.findall(r"\brule ([a-z]+(?:_[a-z]+)+)", text))
                assert cited <= known, f"{path.relative_to(ROOT)}: {cited - known}"


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_the_checker_shares_nothing_with_the_search(path: Path) -> None:
    """Facts, the types of problem and plan, the numbers of the speed table, points on lines."""
    for node in ast.walk(read_tree(path)):
        assert not isinstance(node, ast.Import) or {a.name for a in node.names} <= {
            "math",
            "shapely",
            "numpy",
        }
        if not isinstance(node, ast.ImportFrom):
            continue
        module, names = node.module or "", {alias.name for alias in node.names}
        if module.split(".")[0] not in ("roads", "rotation", "routing", "search"):
            continue
        is_number = module == "roads.speeds" and all(name.isupper() for name in names)
        is_point = module == "roads.stretches" and names == {"find_point"}
        is_type = module in ("routing.problem", "routing.trips")
        own = module.startswith("routing.checks.")
        assert is_number or is_point or is_type or own, f"{path.name} imports {names} of {module}"
