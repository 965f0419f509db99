"""The page on trips says of rules and reasons what their registers say."""

import re
from pathlib import Path

from routing.checks.rules import ROWS
from routing.solver.unserved_reasons import CODES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methods-trips.md"
IN_PROSE = {"several_rules"}
"""Reasons that stand below the table, because no cells of their own are tried for them."""


def read_rows(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading row; what is no table ends it."""
    _, _, rest = text.partition(f"\n{heading}\n|---|---|\n")
    lines = rest.splitlines()
    end = next((k for k, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:end]]


def drop_settings(sentence: str) -> str:
    """Return a sentence without the settings named in brackets at its end."""
    return re.sub(r" \(`[^()]*\)$", "", sentence)


def test_the_table_of_rules_is_the_register() -> None:
    rows = read_rows(PAGE.read_text(encoding="utf-8"), "| rule | sentence |")
    told = [(name.strip("`"), drop_settings(sentence)) for name, sentence in rows]
    assert told == [(rule.name, str(rule.sentence)) for rule in ROWS]


def test_the_table_of_reasons_has_every_code_once() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = read_rows(text, "| reason | cells tried |")
    told = [code for codes, _ in rows for code in re.findall(r"`(\w+)`", codes)]
    assert sorted(told) == sorted(set(CODES) - IN_PROSE)
    assert all(f"\n`{code}`: " in text for code in IN_PROSE)
