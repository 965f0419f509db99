"""`new`: an option that would do nothing is a usage fault, whatever it stands beside."""

import itertools
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.new import SOURCES, command, refuse_idle_options
from commands.options import Session

VALUES = {
    "example": "son-la", "osm": "a.osm.pbf", "communes": "north.geojson", "admin_level": "7",
    "places": "3", "elevation": "tiles", "mobile_stops": "stops.csv", "country": "AD",
    "province": "12", "counts": "counts.toml",
    "month": "2026-12",
}  # fmt: skip


def run(folder: Path, *options: str) -> tuple[int, str]:
    words = [word for name in options for word in (f"--{name.replace('_', '-')}", VALUES[name])]
    result = CliRunner().invoke(command, [str(folder), *words], obj=Session(None, debug=False))
    return result.exit_code, result.output


def test_the_table_of_options_is_whole() -> None:
    everywhere = {"folder", "lang", "debug"}
    assert {parameter.name for parameter in command.params} - everywhere == set(VALUES)
    assert set().union(*SOURCES.values()) == set(VALUES)


@pytest.mark.parametrize(
    "options",
    [
        pair
        for pair in itertools.chain(
            itertools.combinations(sorted(VALUES), 2), ((name,) for name in sorted(VALUES))
        )
        if not any(
            set(pair) <= own and (source in pair or source == "example")
            for source, own in SOURCES.items()
        )
    ],
    ids="+".join,
)
def test_an_option_that_does_nothing_is_a_usage_fault(options, tmp_path) -> None:
    code, output = run(tmp_path / "f", *options)
    assert code == 2
    assert any(f"--{name.replace('_', '-')}" in output for name in options)
    assert not (tmp_path / "f").exists()


def test_the_language_goes_with_everything() -> None:
    with command.make_context("new", ["f", "--lang", "lv"], obj=Session(None, debug=False)) as one:
        refuse_idle_options(one)


def test_communes_alone_never_copy_the_example(tmp_path) -> None:
    code, output = run(tmp_path / "f", "communes")
    assert (code, "--communes" in output, "example" in output) == (2, True, True)


def test_an_example_by_its_name_is_copied(tmp_path) -> None:
    assert run(tmp_path / "f", "example")[0] == 0
    assert (tmp_path / "f" / "libraries.csv").is_file()
