"""The house keeps its shape: imports run one way, heavy libraries stay in their place."""

import ast
from pathlib import Path

import pytest

import cli

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "province": set(),
    "search": {"province"},
    "rotation": {"province", "search"},
    "roads": {"province", "search"},
    "routing": {"province", "search", "roads"},
    "planning": {"province", "roads", "rotation", "routing"},
    "exports": {"province", "roads", "rotation", "routing", "planning"},
    "commands": {"province", "roads", "rotation", "routing", "planning", "exports"},
}
HEAVY = {
    "ortools": {"search", "rotation", "routing", "benchmarks"},
    "networkx": {"roads", "tools", "benchmarks"},
    "folium": {"exports"},
    "gpxpy": {"exports"},
    "jinja2": {"exports", "tools"},
    "PIL": {"exports"},
    "click": {"cli.py", "commands", "benchmarks"},
}


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in {path}"
            names.add((node.module or "").split(".")[0])
    return names


def modules() -> list[Path]:
    folders = [ROOT / name for name in (*FLOORS, "tools", "benchmarks")]
    return [ROOT / "cli.py", *(path for folder in folders for path in folder.rglob("*.py"))]


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
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not top & {"ortools", "pandas", "numpy", "folium", "geopandas", "pydantic", "babel"}


def test_every_file_of_a_verb_is_registered() -> None:
    files = {path.stem for path in (ROOT / "commands").glob("*.py")}
    shared = {"__init__", "answers", "line", "options", "stopping", "usage"}
    parts_of_groups = {"roads_show"}
    assert set(cli.VERBS) <= files
    assert files - shared - parts_of_groups == set(cli.VERBS)


def test_no_file_is_longer_than_400_lines() -> None:
    for path in modules():
        count = path.read_text(encoding="utf-8").count("\n")
        assert count <= 400, f"{path.relative_to(ROOT)} has {count} lines"
