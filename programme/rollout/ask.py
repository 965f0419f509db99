"""A rollout as a planner asks for it: communes by name, some settings otherwise."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from programme.rollout.gather import pose_rollout
from programme.rollout.plan import Rollout, plan_rollout
from province.errors import InputError
from province.facts import Province
from province.find_name import find_commune
from province.findings import Finding
from province.ids import CommuneCode
from province.language import message
from province.progress import Progress, ignore_progress

ASKED = "rollout"


def ask_rollout(
    province: Province,
    on: date,
    until: int,
    *,
    pins: Mapping[str, str],
    without: Iterable[str],
    money_vnd: float | None,
    per_year: int | None,
    seed: int,
    work: float,
    progress: Progress = ignore_progress,
) -> Rollout:
    """Return the rollout from the year of a day until another year.

    Parameters
    ----------
    pins
        Years by commune, both as they were typed.
    without
        Communes that get no model, as they were typed.
    money_vnd, per_year
        Instead of `money_per_year_vnd` and `models_per_year` in `[rollout]`; None: as it is there.

    Raises
    ------
    InputError
        With every commune and year that there is not.
    """
    findings: list[Finding] = []
    if until < on.year:
        expected = message("a year from {year} on", year=on.year)
        findings.append(_refuse("--until", str(until), expected))
    pinned = {
        _find(province, "--pin", name, findings): _read_year(year, on.year, until, findings)
        for name, year in pins.items()
    }
    barred = [_find(province, "--without", name, findings) for name in without]
    if findings:
        raise InputError(findings)
    changed: dict[str, Any] = {}
    if money_vnd is not None:
        changed |= {"money_per_year_vnd": money_vnd, "money_by_year_vnd": {}}
    if per_year is not None:
        changed["models_per_year"] = per_year
    rules = province.settings.rollout.model_copy(update=changed)
    settings = province.settings.model_copy(update={"rollout": rules})
    progress(message("measuring ways"), 0.0)
    problem = pose_rollout(
        replace(province, settings=settings), until, on, pinned=pinned, without=barred
    )
    return plan_rollout(problem, seed=seed, work=work, progress=progress)


def _find(province: Province, option: str, name: str, findings: list[Finding]) -> CommuneCode:
    """Return the commune that is meant; add a finding if none is."""
    try:
        return find_commune(province, name, file=ASKED, column=option)
    except InputError as error:
        findings += error.findings
        return CommuneCode("")


def _read_year(text: str, first: int, last: int, findings: list[Finding]) -> int:
    if text.isascii() and text.isdigit() and first <= int(text) <= last:
        return int(text)
    expected = message("a year from {first} to {last}", first=first, last=last)
    findings.append(_refuse("--pin", text, expected))
    return first


def _refuse(option: str, value: str, expected: Any) -> Finding:
    return Finding(ASKED, None, option, value, expected, message("correct the year"))
