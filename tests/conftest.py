"""The small province (4 libraries, 6 batches, 1 pass) that most tests stand on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_server import Server, make_server, use_schema

from province.facts import Province
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
