"""A few damaged inputs of every kind: no fault of the program, nothing lost in silence."""

import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and limits of Unix")


def test_damaged_inputs_are_answered() -> None:
    pytest.importorskip("pymarc")
    from benchmarks.fuzz import run
    from benchmarks.fuzz_damages import DAMAGES

    told: list[str] = []
    assert run(count=len(DAMAGES), seed=11, tell=told.append) == []
    assert all(f"{kind} 1" in told[-1] for kind in DAMAGES)


def test_the_same_seed_damages_the_same_way(tmp_path) -> None:
    import random
    import shutil

    from conftest import SMALL

    from benchmarks.fuzz_damages import damage_bytes, damage_cell

    for damage in (damage_cell, damage_bytes):
        folders = [shutil.copytree(SMALL, tmp_path / f"{damage.__name__}{n}") for n in (1, 2)]
        said = [damage(random.Random("1-5"), folder) for folder in folders]
        assert said[0] == said[1]
        first, second = (folder / said[0].file for folder in folders)
        assert first.read_bytes() == second.read_bytes()
