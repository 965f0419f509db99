"""The house keeps its shape: imports run one way, heavy libraries stay in their place."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

import cli
from tools.architecture import PAGE, draw_folders, draw_modules, list_modules, write_page

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "province": set(),
    "search": {"province"},
    "rotation": {"province", "search"},
    "roads": {"province", "search"},
    "routing": {"province", "search", "roads"},
    "programme": {"province", "search", "roads"},
    "planning": {"province", "roads", "rotation", "routing", "programme"},
    "region": {"province", "search", "rotation", "routing", "planning"},
    "exports": {"province", "roads", "rotation", "routing", "programme", "planning", "region"},
    "commands": {
        "province",
        "roads",
        "rotation",
        "routing",
        "programme",
        "planning",
        "region",
        "exports",
    },
}
HEAVY = {
    "ortools": {"search", "rotation", "routing", "programme", "region", "benchmarks"},
    "networkx": {"roads", "programme", "tools", "benchmarks"},
    "folium": {"exports"},
    "gpxpy": {"exports"},
    "jinja2": {"exports", "tools"},
    "docx": {"exports"},
    "PIL": {"exports"},
    "click": {"cli.py", "commands", "benchmarks"},
    "sqlalchemy": {"province"},
    "psycopg": {"province"},
}


BESIDE_FLOORS = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "README.md", "README.vi.md",
    "benchmarks", "cli.py", "constraints.txt", "data", "docs", "notebooks", "pyproject.toml",
    "tests", "tools",
}  # fmt: skip
"""What else lies at the top of the tree."""


@cache
def parse(path: Path) -> ast.Module:
    """Return the syntax of a module, read once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported_names(path: Path) -> frozenset[str]:
    names = set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in {path}"
            names.add((node.module or "").split(".")[0])
    return frozenset(names)


def modules() -> list[Path]:
    folders = [ROOT / name for name in (*FLOORS, "tools", "benchmarks")]
    return [ROOT / "cli.py", *(path for folder in folders for path in folder.rglob("*.py"))]


def test_nothing_lies_at_the_top_by_accident() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout, so nobody knows what belongs to the tree")
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    top = {name.split("/")[0] for name in listed.split("\0") if name}
    assert top <= BESIDE_FLOORS | set(FLOORS), "a folder that a command wrote by accident?"
    assert top >= {"cli.py", *FLOORS}


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_run_one_way(floor: str) -> None:
    others = set(FLOORS) | {"cli"}
    for path in (ROOT / floor).rglob("*.py"):
        forbidden = imported_names(path) & (others - FLOORS[floor] - {floor})
        assert not forbidden, f"{path.relative_to(ROOT)} imports {sorted(forbidden)}"


@pytest.mark.parametrize("library", HEAVY)
def test_heavy_libraries_stay_in_their_place(library: str) -> None:
    for path in modules():
        if library in imported_names(path):
            place = path.relative_to(ROOT).parts[0]
            assert place in HEAVY[library], f"{path.relative_to(ROOT)} imports {library}"


@pytest.mark.parametrize("path", [ROOT / "cli.py", *(ROOT / "commands").glob("*.py")], ids=str)
def test_the_command_line_imports_nothing_heavy_at_its_top(path: Path) -> None:
    top = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name
        for node in parse(path).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not top & {"ortools", "pandas", "numpy", "folium", "geopandas", "pydantic", "babel"}


@pytest.mark.parametrize("library", ["sqlalchemy", "psycopg"])
def test_who_has_a_ledger_in_a_file_loads_nothing_for_servers(library: str) -> None:
    for path in modules():
        names = {
            name.split(".")[0]
            for node in parse(path).body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (getattr(node, "module", None) or "", *(one.name for one in node.names))
        }
        assert library not in names, f"{path.relative_to(ROOT)} loads {library} at its top"


def test_every_file_of_a_verb_is_registered() -> None:
    files = {path.stem for path in (ROOT / "commands").glob("*.py")}
    shared = {"__init__", "answers", "line", "options", "stopping", "usage"}
    parts_of_groups = {"region_lend", "region_share", "roads_show"}
    assert set(cli.VERBS) <= files
    assert files - shared - parts_of_groups == set(cli.VERBS)


def test_no_file_is_longer_than_400_lines() -> None:
    for path in modules():
        count = path.read_text(encoding="utf-8").count("\n")
        assert count <= 400, f"{path.relative_to(ROOT)} has {count} lines"


@cache
def draw_graph() -> nx.DiGraph:
    """Return which module imports which, drawn once for all tests."""
    return draw_modules()


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    circles = [sorted(part) for part in nx.strongly_connected_components(draw_graph())]
    assert [part for part in circles if len(part) > 1] == []


def test_no_two_folders_import_each_other_in_a_circle() -> None:
    folders = draw_folders(draw_graph())
    circles = [sorted(part) for part in nx.strongly_connected_components(folders)]
    assert [part for part in circles if len(part) > 1] == []


def test_a_circle_of_folders_is_seen(tmp_path: Path) -> None:
    for name, text in {
        "province/a/one.py": "def f():\n    from province.b.two import g\n",
        "province/b/two.py": "",
        "province/b/three.py": "from province.a import one\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "cli.py").write_text("", encoding="utf-8")
    modules = draw_modules(tmp_path)
    assert nx.is_directed_acyclic_graph(modules)
    assert not nx.is_directed_acyclic_graph(draw_folders(modules, tmp_path))


def test_the_page_of_the_architecture_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert write_page(text) == text, "run: python -m tools.architecture"


def list_definitions() -> Iterator[tuple[Path, ast.AST]]:
    for path in list_modules().values():
        yield from ((path, node) for node in ast.walk(parse(path)))


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = {}
    for path, node in list_definitions():
        if isinstance(node, ast.ClassDef):
            places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


WORDS = {
    "announced": "what was told to people, and what changing it counts",
    "anneal": "rounds of a search that cools down, compiled",
    "answers": "what a command tells: worked out in planning, printed in commands",
    "bound": "a valid bound on an objective",
    "changes": "what becomes otherwise than it stood",
    "build": "makes types from what was read",
    "cells": "single cells of a table",
    "checks": "what must hold, looked at from the facts alone",
    "compare": "plans and what-ifs of a month side by side",
    "comparison": "what was compared, and what shows it",
    "compose": "composing batches from the stock",
    "demand": "what readers are expected to use",
    "due_list": "what is owed soon",
    "driven": "what was driven, beside what was planned",
    "edit": "changes by hand, of a plan or a table",
    "explain": "why a batch is where it is",
    "files": "files as they lie in a folder",
    "findings": "faults and warnings of the input",
    "fleet": "vehicles and crews",
    "goals": "where the programme stands to what it promised",
    "instance": "an optimiser's problem as numbers",
    "journal": "what the ledger says happened",
    "last_mile": "the rides of motorbikes beyond a hand-over site",
    "lns": "large neighbourhood search",
    "loads": "what is on board",
    "maps": "maps of the province",
    "month": "one month of trips",
    "past": "what earlier plans and results settled",
    "plan": "a month's plan",
    "prices": "what an exchange costs",
    "problem": "what an optimiser is asked",
    "programme": "a library programme: what was promised, what came of it",
    "read": "reading files into facts",
    "record": "taking results into the ledger",
    "region": "provinces side by side",
    "replan": "planning the rest of a month again",
    "reporting": "the report on a period",
    "result_sheets": "the sheets that come back from trips",
    "results": "what came back from trips",
    "roads": "roads, and what is checked or asked of them",
    "ruin": "taking parts of a solution out",
    "rollout": "which communes get a library model in which year",
    "rules": "the hard rules",
    "search": "the search for a good solution, and what searches share",
    "settings": "province.toml",
    "sharing": "what provinces lend each other",
    "simulate": "a month lived many times over",
    "sites": "the places that are served",
    "slots": "days on which a visit could be made",
    "solve": "from a problem to a plan",
    "stock": "the library's titles and copies",
    "tables": "tables of rows",
    "training": "who is invited to which course",
    "tracks": "where phones were on trips",
    "turns": "turn restrictions",
    "verify": "re-checks a plan from the facts alone",
    "visit_pins": "what the planner fixed about visits",
    "visits": "visits of a month",
    "workbook": "Excel workbooks",
    "write": "writes a folder of files",
}
"""Names that several modules or packages share, with the one thing that each of them means."""


def test_modules_of_one_name_mean_the_same() -> None:
    places: dict[str, list[str]] = {}
    for name in list_modules():
        places.setdefault(name.split(".")[-1], []).append(name)
    verbs = {name: f"commands.{name}" for name in cli.VERBS}
    shared = {
        name: where
        for name, where in places.items()
        if len([one for one in where if one != verbs.get(name)]) > 1
    }
    assert {name: where for name, where in shared.items() if name not in WORDS} == {}
    assert [name for name in WORDS if len(places.get(name, [])) < 2] == []


def test_functions_are_at_most_60_lines_or_say_why() -> None:
    for path, node in list_definitions():
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            told = " ".join((ast.get_docstring(node) or "").split())
            why = "One loop on purpose" in told or "One long loop" in told
            assert lines <= 60 or why, f"{path.relative_to(ROOT)}: {node.name} has {lines} lines"
