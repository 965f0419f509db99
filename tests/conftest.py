"""The small province (4 libraries, 6 batches, 1 pass) that most tests stand on."""

import shutil
from pathlib import Path

import pytest

from province.facts import Province
from province.read import read_province

SMALL = Path(__file__).parent / "small"


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """A copy of the small province folder that a test may damage."""
    return Path(shutil.copytree(SMALL, tmp_path / "Mường Nhỏ"))


@pytest.fixture(scope="session")
def small() -> Province:
    return read_province(SMALL)
