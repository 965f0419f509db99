"""The page for those who add something names files and tests that are there."""

import re
from pathlib import Path

import pytest

from province.settings import RotationSettings

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("docs/adding.md", "docs/architecture.md", "CONTRIBUTING.md")


def list_paths(text: str) -> set[str]:
    """Return what stands in code marks and looks like a path of the project."""
    marked = re.findall(r"`([^`\s]+)`", text)
    return {name for name in marked if re.fullmatch(r"(?:[\w.-]+/)+(?:[\w.-]+)?|[\w-]+\.md", name)}


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    paths = list_paths((ROOT / page).read_text(encoding="utf-8"))
    assert paths
    places = (ROOT, ROOT / "province", ROOT / "exports")
    assert [name for name in paths if not any((place / name).exists() for place in places)] == []


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"test_\w+\.py", (ROOT / "docs/adding.md").read_text(encoding="utf-8")))
    assert len(named) > 8
    assert [name for name in named if not (ROOT / "tests" / name).exists()] == []


def test_a_file_that_is_gone_would_be_seen() -> None:
    assert list_paths("see `routing/no_such.py` and `docs/`, not `verify`") == {
        "routing/no_such.py", "docs/",
    }  # fmt: skip


FILE_ENDINGS = ("toml", "geojson", "gpkg", "csv", "xlsx", "sqlite")


def list_modules_named(text: str) -> set[str]:
    """Return the dotted names of ours in code marks; settings and files of a folder are none."""
    found = set(
        re.findall(r"`((?:province|roads|rotation|routing|planning|exports)\.[\w.]+)`", text)
    )
    settings = {f"rotation.{name}" for name in RotationSettings.model_fields}
    return {name for name in found if name.split(".")[-1] not in FILE_ENDINGS} - settings


def is_there(name: str) -> bool:
    """Whether a dotted name begins with a module, or is a package."""
    parts = name.split(".")
    path = ROOT.joinpath(*parts)
    files = (ROOT.joinpath(*parts[:n]).with_suffix(".py") for n in range(2, len(parts) + 1))
    return path.is_dir() or any(file.exists() for file in files)


def test_modules_named_in_docstrings_and_pages_are_there() -> None:
    folders = (
        "province", "roads", "search", "rotation", "routing", "programme", "planning", "region",
        "exports",
    )  # fmt: skip
    files = [path for name in folders for path in (ROOT / name).rglob("*.py")]
    lost = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in [*files, *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
        for name in list_modules_named(path.read_text(encoding="utf-8"))
        if not is_there(name)
    }
    assert lost == set()


def test_a_module_that_has_moved_would_be_seen() -> None:
    assert list_modules_named("`province.locks`, `roads.gpkg`") == {"province.locks"}
    assert not is_there("province.locks")
    assert is_there("province.files.locks.hold_lock")
