"""Reads what-ifs as a planner types them: each is the facts with something changed, in memory."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from planning.compare.terms import Term, TermContext, name_all, read_term
from planning.write_facts import read_changed
from province.changes import Edit
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.files.settings_text import SETTINGS_NAME, edit_settings
from province.findings import Finding, Findings
from province.language import Message, message
from province.tables.edit import edit_table

JOINED = re.compile(r"\s\+\s")
"""What stands between several changes of one what-if."""


@dataclass(frozen=True, slots=True)
class WhatIfText:
    """A what-if as it is typed: ``--with``, ``--without`` or ``--budget``, and what follows."""

    option: str
    text: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The facts with something changed.

    Parameters
    ----------
    name
        What people call it.
    budget_vnd
        What the month may cost at most, in the province's currency; None: anything.
    """

    name: Message
    province: Province
    budget_vnd: int | None = None


def read_what_ifs(
    province: Province, month: Month, texts: Sequence[WhatIfText]
) -> tuple[WhatIf, ...]:
    """Return what-ifs in their order; nothing is written into the province's folder.

    Parameters
    ----------
    month
        The month that is planned.

    Raises
    ------
    InputError
        With every fault of every one: names of nothing, and what the reader finds in the changed
        folder.
    """
    findings = Findings()
    found: list[WhatIf] = []
    for one in texts:
        given = TermContext(province, month, findings)
        terms = list(_read_terms(given, one))
        if None in terms:
            continue
        known = [term for term in terms if term is not None]
        try:
            found.append(_apply(province, known, one))
        except InputError as error:
            findings.items += error.findings
    if findings.faults:
        raise InputError(findings.faults)
    return tuple(found)


def _read_terms(given: TermContext, one: WhatIfText) -> Iterator[Term | None]:
    """Yield the changes of a what-if; None, and a finding, for each that is none."""
    for part in JOINED.split(one.text):
        words = part.strip().split(None, 1)
        is_with = one.option != "--without"
        if len(words) > 1 and words[0].casefold() in ("with", "without"):
            is_with, part = words[0].casefold() == "with", words[1]
        name, sign, value = (text.strip() for text in part.partition("="))
        if one.option == "--budget" and not sign:
            name, sign, value = "budget", "=", part.strip()
        if not (sign and name and value):
            given.findings.at(one.option).add(
                part.strip(),
                expected=message("a change like vehicle=XT1, or a setting and its value"),
                advice=message("write NAME=VALUE; several changes at once with ' + ' between them"),
            )
            yield None
            continue
        try:
            yield read_term(given, name, value, is_with=is_with)
        except InputError as error:
            given.findings.items += [_place(finding, one) for finding in error.findings]
            yield None


def _place(finding: Finding, one: WhatIfText) -> Finding:
    """Return a finding as one of the option where it names no file."""
    return finding if finding.file else dataclasses.replace(finding, file=one.option)


def _apply(province: Province, terms: Sequence[Term], one: WhatIfText) -> WhatIf:
    """Return the facts with some changes, as the reader reads them."""
    edits: dict[str, list[Edit]] = {}
    settings: dict[str, dict[str, str]] = {}
    budgets = [term.budget_vnd for term in terms if term.budget_vnd is not None]
    for term in terms:
        for edit in term.edits:
            edits.setdefault(edit.file, []).append(edit)
        for section, key, value in term.settings:
            settings.setdefault(section, {})[key] = value
    folder = province.folder
    changed = {table: edit_table(folder, table, own) for table, own in edits.items()}
    if settings:
        changed[SETTINGS_NAME] = SETTINGS_NAME, _edit_settings(folder, settings)
    known = read_changed(folder, changed) if changed else province
    return WhatIf(name_all(terms), known, min(budgets, default=None))


def _edit_settings(folder: Path, settings: dict[str, dict[str, str]]) -> bytes:
    text = (folder / SETTINGS_NAME).read_bytes().decode("utf-8-sig")
    for section, values in settings.items():
        text = edit_settings(text, section, values)
    return text.encode("utf-8")
