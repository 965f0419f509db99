"""Reads what is to be compared: plans that were written, and what-ifs of a month to be planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from planning.compare.cases import MonthCase
from planning.compare.comparison import Wanted, WrittenPlan
from planning.compare.what_ifs import WhatIf, WhatIfText, read_what_ifs
from planning.find_plan import find_plan, find_province
from planning.past.promises import read_promises
from planning.past.read import read_past, read_standing_trips
from planning.plan_facts import refuse_strange_names
from planning.plan_file import read_plan
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.files.settings_text import SETTINGS_NAME
from province.findings import Findings
from province.language import Message, message
from province.past import Past
from province.read import read_province
from rotation.problem import Stay
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class AskedComparison:
    """What is to be compared.

    Parameters
    ----------
    folder
        Where page and table usually go.
    written
        Plans that were made before.
    what_ifs, past, standing_trips, last_stays
        Facts to plan the month from, the first as they are, and what is settled before; empty and
        None where nothing is to be planned.
    """

    month: Month
    province: Province
    folder: Path
    written: tuple[WrittenPlan, ...]
    what_ifs: tuple[WhatIf, ...] = ()
    past: Past | None = None
    standing_trips: tuple[Trip, ...] = ()
    last_stays: tuple[Stay, ...] = ()

    @property
    def count(self) -> int:
        """How many columns there are to compare."""
        return len(self.what_ifs) + len(self.written)

    def want(self, seeds: tuple[int, ...], work: float, growth_pct: float | None) -> Wanted | None:
        """Return what is to be planned; None where nothing is."""
        if self.past is None:
            return None
        cases: list[tuple[Message, MonthCase]] = []
        for one in self.what_ifs:
            case = MonthCase(
                one.province, self.month, self.past, self.standing_trips, self.last_stays, work,
                one.budget_vnd,
            )  # fmt: skip
            cases.append((one.name, case))
        return Wanted(tuple(cases), seeds, growth_pct)


def read_asked(
    places: Sequence[Path], month: Month | None, texts: Sequence[WhatIfText], *, plans_now: bool
) -> AskedComparison:
    """Return what is to be compared, read and checked.

    Parameters
    ----------
    places
        A `plan.json`, the folder it lies in, or a province folder: the plan of a month. Where
        something is planned, the first one may be a province folder alone.
    month
        The month of province folders; None: that of their latest plan.
    plans_now
        Whether the month is to be planned, as it is and with each what-if.

    Raises
    ------
    InputError
        With every fault of plans and what-ifs in one answer.
    """
    findings = Findings()
    first = places[0]
    is_bare = plans_now and (first / SETTINGS_NAME).is_file()
    written = _read_written(places[1:] if is_bare else places, month, findings)
    home = first if is_bare else None
    if not is_bare and plans_now and written:
        home = find_province(find_plan(first, month))
    if home is None:
        if written:
            _refuse_other_months(written, written[0].plan.month, written[0].province, findings)
        if findings.faults:
            raise InputError(findings.faults)
        one = written[0]
        return AskedComparison(
            one.plan.month, one.province, find_plan(first, month).parent, written
        )
    province = read_province(home)
    when = month or (written[0].plan.month if not is_bare else _find_month(home, findings))
    if when is None:
        raise InputError(findings.faults)
    _refuse_other_months(written, when, province, findings)
    what_ifs: tuple[WhatIf, ...] = ()
    try:
        what_ifs = read_what_ifs(province, when, texts)
    except InputError as error:
        findings.items += error.findings
    if findings.faults:
        raise InputError(findings.faults)
    past = read_past(home, province, when)
    return AskedComparison(
        when, province, home / "plans" / str(when), written,
        (WhatIf(message("as it is, planned anew"), province), *what_ifs), past,
        read_standing_trips(home, province, when, past),
        read_promises(home, province, when, past),
    )  # fmt: skip


def _read_written(
    places: Sequence[Path], month: Month | None, findings: Findings
) -> tuple[WrittenPlan, ...]:
    """Return the plans at some places with the facts of their provinces, each folder read once."""
    known: dict[Path, Province] = {}
    found = []
    for place in places:
        file = find_plan(place, month)
        try:
            plan = read_plan(file)
            home = find_province(file)
            if home not in known:
                known[home] = read_province(home)
            refuse_strange_names(plan, known[home])
        except InputError as error:
            findings.items += error.findings
            continue
        found.append(WrittenPlan(_name(file, home), plan, known[home]))
    return tuple(found)


def _name(file: Path, home: Path) -> str:
    """Return where a plan lies within its province."""
    return file.resolve().relative_to(home).as_posix()


def _find_month(home: Path, findings: Findings) -> Month | None:
    """Return the month of the latest plan of a province."""
    file = find_plan(home, None)
    if not file.is_file():
        findings.at("--month").add(
            "", expected=message("a month like 2026-12"),
            advice=message("name it: there is no plan yet of which it could be taken"),
        )  # fmt: skip
        return None
    return read_plan(file).month


def _refuse_other_months(
    written: Sequence[WrittenPlan], month: Month, province: Province, findings: Findings
) -> None:
    us = province.settings.province
    for one in written:
        if (one.plan.month, one.plan.province_code) != (month, us.code):
            findings.at(one.name).add(
                f"{one.plan.month} {one.plan.province_name}",
                expected=message("another plan of {month} of {province}",
                                 month=str(month), province=us.name),
                advice=message("only plans of one month and province are compared"),
            )  # fmt: skip
