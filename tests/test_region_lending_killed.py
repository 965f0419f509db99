"""A hand-over killed at any moment: a batch is in one place in both ledgers, or in neither."""

import os
from pathlib import Path

import pytest
from lending_kills import Scene, kill_many
from lending_region import BORROWER, OWNER, make_region
from postgresql_server import use_schema

from region.read_region import Region

KILLS = int(os.environ.get("LUANCHUYEN_KILLS", "4"))
"""The acceptance asks for 50 in each place."""

PLACES = {"sqlite": (), "postgresql": (OWNER, BORROWER), "both": (BORROWER,)}
"""Whose ledger lies on a server."""


@pytest.mark.parametrize("where", PLACES)
def test_killed_at_any_moment_a_batch_is_in_one_place_or_in_neither(
    request: pytest.FixtureRequest, tmp_path: Path, where: str
) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot copy a process")
    server = request.getfixturevalue("postgresql") if PLACES[where] else None

    def copy(folder: Path) -> Region:
        region = make_region(folder)
        for name in PLACES[where]:
            use_schema(folder / name, server.url, server.new_schema())
        return region

    found = kill_many(Scene(copy), KILLS, 7, tmp_path)
    print(dict(found))
    assert sum(count for what, count in found.items() if "killed" in what) == KILLS
