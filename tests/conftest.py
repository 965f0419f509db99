"""The small province (4 libraries, 6 batches, 1 pass) that most tests stand on."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from browser import open_browser
from postgresql_server import Server, make_server, use_schema
from program import run_anew

from province.errors import BusyError
from province.facts import Province
from province.files.locks import hold_lock
from province.read import read_province
from rotation.lns.params import PARAMS

SMALL = Path(__file__).parent / "small"


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """A copy of the small province folder that a test may damage."""
    return Path(shutil.copytree(SMALL, tmp_path / "Mường Nhỏ"))


@pytest.fixture(scope="session")
def small() -> Province:
    return read_province(SMALL)


@pytest.fixture(scope="session")
def planned_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small province with the plan and the papers of December 2026, to be read.

    Planned by a process of its own from another folder, once for all workers: the first that asks
    makes it, and the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "tỉnh nhỏ" / "Mường Nhỏ 2026"
    while not folder.exists():
        with suppress(BusyError), hold_lock(folder.parent):
            if not folder.exists():
                _plan_small(folder)
    return folder


def _plan_small(folder: Path) -> None:
    made = Path(shutil.copytree(SMALL, folder.with_name("đang làm")))
    words = ("plan", made.name, "--month", "2026-12", "--work", "0.02")
    answer = run_anew(*words, cwd=made.parent)
    assert answer.returncode == 0, answer.stderr
    made.rename(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser; each page opens in a window that keeps nothing of any other."""
    with open_browser() as found:
        yield found


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server; without one on this machine the test skips."""
    server = make_server()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_folder(request: pytest.FixtureRequest, small_folder: Path) -> Path:
    """The small province, its ledger in the folder, and then in a schema of a server."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        use_schema(small_folder, server.url, server.new_schema())
    return small_folder


@pytest.fixture(scope="module")
def few_iterations() -> Iterator[None]:
    """Search small rotations with a quarter of the iterations: the best must be found anyhow.

    Of a whole module, so that the plans which its tests share are made with as few.
    """
    usual = PARAMS.least_iterations
    object.__setattr__(PARAMS, "least_iterations", usual // 4)
    yield
    object.__setattr__(PARAMS, "least_iterations", usual)


@pytest.fixture(scope="module")
def one_round() -> Iterator[None]:
    """Let `plan` make one round, where a test asks what becomes of a plan and not how good it is.

    Only in this process; `plan_month` is told so with ``rounds=1``.
    """
    from planning.joint.month import plan_month

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(plan_month.__kwdefaults__, "rounds", 1)
        yield
