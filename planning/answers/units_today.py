"""What old units are today, as rows to show."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from province.errors import InputError
from province.facts import Province
from province.find_name import Known, advise_near
from province.findings import Finding
from province.language import mark, message
from province.old_units import NOTHING, Meaning, OldUnit, find_communes
from province.tables.todays_communes import OLD_UNITS_NAME


def tabulate_units(
    province: Province, names: Iterable[str] = (), on: date | None = None
) -> list[dict[str, Any]]:
    """Return a row for each code or name: the communes of today that it may mean, and how sure.

    Parameters
    ----------
    names
        Codes and names, as tables may have them; none: every old unit there is.
    on
        The day on which they were in use; None: today.

    Raises
    ------
    InputError
        With every name that nobody ever had.
    """
    asked = tuple(names)
    if not asked:
        return [_tell_unit(province, rows) for rows in _list_units(province.old_units)]
    found = {name: find_communes(name, on, province.communes, province.old_units) for name in asked}
    unknown = [_refuse(province, name) for name, meaning in found.items() if meaning is None]
    if unknown:
        raise InputError(unknown)
    return [
        {mark("old unit"): f"“{name}”"} | _tell_meaning(province, meaning)
        for name, meaning in found.items()
        if meaning is not None
    ]


def _list_units(old: Iterable[OldUnit]) -> list[list[OldUnit]]:
    """Return the rows of each old unit."""
    units: dict[object, list[OldUnit]] = {}
    for unit in old:
        units.setdefault(unit.key, []).append(unit)
    return list(units.values())


def _tell_unit(province: Province, rows: Sequence[OldUnit]) -> dict[str, Any]:
    unit = rows[0]
    meaning = find_communes(unit.old_code, unit.until, province.communes, province.old_units)
    return {
        mark("old unit"): " ".join(filter(None, (unit.old_code, unit.kind, unit.name))),
        mark("district"): unit.district,
        mark("until"): unit.until.isoformat(),
    } | _tell_meaning(province, meaning or NOTHING)


def _tell_meaning(province: Province, meaning: Meaning) -> dict[str, Any]:
    names = {commune.code: commune.name for commune in province.communes}
    how = message("whole") if meaning.is_sure else message("in part, or in doubt")
    return {
        mark("today"): ", ".join(f"{code} ({names.get(code, '')})" for code in meaning.codes),
        mark("how"): how if meaning.codes else message("not known"),
    }


def _refuse(province: Province, name: str) -> Finding:
    known = [Known(one.code, one.name) for one in province.communes]
    known += [Known(one.old_code, one.name) for one in province.old_units]
    advice = message("luanchuyen units lists every old unit")
    return Finding(
        OLD_UNITS_NAME, None, "", name, message("a commune, now or then"),
        advise_near(known, name, advice),
    )  # fmt: skip
