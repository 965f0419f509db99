"""Draws the house into `docs/architecture.md`: its folders and which of them import which.

Run ``python -m tools.architecture``. The picture and the table between the two marks of the page
come from the code; everything around them is written by hand. A test holds the page to the code.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
FLOORS = (
    "cli", "commands", "exports", "region", "planning", "programme", "rotation", "routing", "roads",
    "search", "province",
)  # fmt: skip
"""The packages that ship, from the top of the house to its bottom."""
BEGIN = "<!-- drawn by python -m tools.architecture -->"
END = "<!-- end of what is drawn -->"


def list_modules(root: Path = ROOT) -> dict[str, Path]:
    """Return every module that ships by its dotted name; a package stands for its `__init__`."""
    modules = {"cli": root / "cli.py"}
    for floor in FLOORS[1:]:
        for path in sorted((root / floor).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def list_imports(path: Path, modules: dict[str, Path]) -> Iterator[str]:
    """Yield the modules that a file imports, those within its functions as well."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                if name in modules:
                    yield name
                elif node.module in modules:
                    yield node.module


def draw_modules(root: Path = ROOT) -> "nx.DiGraph[str]":
    """Return the graph of modules: an edge from each module to each one that it imports."""
    modules = list_modules(root)
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, path in modules.items():
        graph.add_node(name)
        graph.add_edges_from((name, other) for other in list_imports(path, modules))
    return graph


def draw_folders(graph: "nx.DiGraph[str]", root: Path = ROOT) -> "nx.DiGraph[str]":
    """Return the graph of folders: an edge where a module of one imports one of the other."""
    modules = list_modules(root)
    folder = {name: str(modules[name].parent.relative_to(root)) for name in graph}
    folder["cli"] = "cli.py"
    folders: nx.DiGraph[str] = nx.DiGraph()
    folders.add_nodes_from(folder.values())
    folders.add_edges_from(
        (folder[one], folder[other]) for one, other in graph.edges if folder[one] != folder[other]
    )
    return folders


def _write_picture(folders: "nx.DiGraph[str]") -> list[str]:
    """Return the floors as a Mermaid flow chart, without the arrows that others imply."""
    floors: nx.DiGraph[str] = nx.DiGraph()
    floors.add_nodes_from(FLOORS)
    for one, other in folders.edges:
        ends = [name.split("/")[0].removesuffix(".py") for name in (one, other)]
        if ends[0] != ends[1]:
            floors.add_edge(*ends)
    arrows = nx.transitive_reduction(floors).edges
    order = FLOORS.index
    lines = [
        f"  {one} --> {other}" for one, other in sorted(arrows, key=lambda e: [*map(order, e)])
    ]
    return ["```mermaid", "flowchart TD", *lines, "```"]


def _write_table(root: Path) -> list[str]:
    """Return a row for each folder with what its `__init__.py` says of it."""
    rows = ["| folder | what it is about |", "|---|---|"]
    for floor in FLOORS[1:]:
        for path in sorted((root / floor).rglob("__init__.py")):
            sentence = (
                ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            ).strip()
            rows.append(f"| `{path.parent.relative_to(root)}/` | {sentence.splitlines()[0]} |")
    return rows


def write_page(text: str, root: Path = ROOT) -> str:
    """Return the page with picture and table drawn again."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    folders = draw_folders(draw_modules(root), root)
    drawn = [BEGIN, "", *_write_picture(folders), "", *_write_table(root), "", END]
    return before + "\n".join(drawn) + after


def main() -> int:
    """Draw the page again."""
    PAGE.write_text(write_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
