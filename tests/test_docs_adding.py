"""The page for those who add something names files and tests that are there."""

import re
from pathlib import Path

import pytest

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
