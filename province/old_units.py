"""Administrative units that are no more, and the communes that came of them.

Registers, reports and memories go on in the codes and names of a unit for years after it was
merged. What they mean today depends on the day they speak of: a code may have passed from a commune
to a town, and a name may have belonged to two units.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from province import cells
from province.ids import CommuneCode
from province.letters import lower_letters, plain_letters


class UnitShare(StrEnum):
    """How much of an old unit a commune of today has."""

    WHOLE = "whole"
    PART = "part"


@dataclass(frozen=True, slots=True)
class OldUnit:
    """An old unit and one commune of today that has it, whole or in part.

    Parameters
    ----------
    old_code, kind, name
        Code, kind and name that it had.
    district
        District that it lay in, without its kind.
    until
        The last day it existed.
    share
        `PART`: others have parts too, or may have.
    commune_code
        The commune of today; None where it is not known what became of the unit.
    """

    old_code: cells.Id
    kind: cells.FreeText
    name: cells.Text
    district: cells.FreeText
    until: cells.Day
    share: UnitShare
    commune_code: CommuneCode | None

    @property
    def key(self) -> tuple[str, date]:
        """What tells it from other units: a code was given to several, one after the other."""
        return self.old_code, self.until


class Named(Protocol):
    """A commune of today, as far as it is named."""

    @property
    def code(self) -> CommuneCode:
        """Its code."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def name(self) -> str:
        """Its name without the kind."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The communes of today that a code or a name may mean, sorted.

    `is_sure`: it means the one that is given, whole.
    """

    codes: tuple[CommuneCode, ...]
    is_sure: bool


NOTHING = Meaning((), is_sure=False)


def find_communes(
    text: str, day: date | None, communes: Sequence[Named], old: Sequence[OldUnit]
) -> Meaning | None:
    """Return what a code or a name meant on a day; None if nobody ever had it.

    Parameters
    ----------
    text
        A code, or a name with or without its kind, with or without its district:
        ``Chiềng Chung (Mai Sơn)``, ``xã Chiềng Chung, huyện Mai Sơn``.
    day
        The day that is spoken of; None: today, on which a unit of today comes before one that is
        no more.
    """
    here = list_existing(old, day) if day is not None else list(old)
    codes = tuple(unit for unit in here if unit.old_code == text)
    if day is not None and codes:
        return _mean((), codes)
    if any(commune.code == text for commune in communes):
        return Meaning((CommuneCode(text),), is_sure=True)
    codes = codes or tuple(unit for unit in old if unit.old_code == text)
    if codes:
        last = max(unit.until for unit in codes)
        return _mean((), [unit for unit in codes if unit.until == last])
    return _find_name(text, day, communes, here) or (
        _find_name(text, day, communes, old) if day is not None else None
    )


def list_existing(old: Sequence[OldUnit], day: date) -> list[OldUnit]:
    """Return the rows of the units that existed on a day and are no more."""
    return [unit for unit in old if _exists(unit, day, old)]


def _exists(unit: OldUnit, day: date, old: Sequence[OldUnit]) -> bool:
    """Whether a unit existed on a day: no earlier holder of its code did."""
    earlier = (one.until for one in old if one.old_code == unit.old_code and one.until < unit.until)
    return max(earlier, default=date.min) < day <= unit.until


WITH_DISTRICT = re.compile(r"\s*(.+?)\s*(?:,\s*(.+?)|\(\s*(.+?)\s*\))\s*")


def _find_name(
    text: str, day: date | None, communes: Sequence[Named], old: Sequence[OldUnit]
) -> Meaning | None:
    """Return what a name means: as it is written, then without regard to accents."""
    parts = WITH_DISTRICT.fullmatch(text)
    name, district = (text, "") if parts is None else (parts[1], parts[2] or parts[3])
    for fold in (lower_letters, plain_letters):
        units = [
            unit
            for unit in old
            if _is_called(name, unit.kind, unit.name, fold) and _lies_in(district, unit, fold)
        ]
        now = [
            one.code
            for one in communes
            if not district and _is_called(name, one.kind, one.name, fold)
        ]
        if units and (day is not None or not now):
            return _mean((), units)
        if now:
            return _mean(now, units if fold is plain_letters else ())
    return None


def _is_called(wanted: str, kind: str, name: str, fold: Callable[[str], str]) -> bool:
    return fold(wanted) in (fold(name), fold(f"{kind} {name}"))


def _lies_in(district: str, unit: OldUnit, fold: Callable[[str], str]) -> bool:
    return not district or f" {fold(district)}".endswith(f" {fold(unit.district)}")


def _mean(now: Iterable[CommuneCode], units: Iterable[OldUnit]) -> Meaning:
    """Return the communes of today that some of today and some old units mean."""
    known = tuple(units)
    of_old = {unit.commune_code for unit in known}
    codes = sorted({*now, *(code for code in of_old if code is not None)})
    parts = any(unit.share is UnitShare.PART or unit.commune_code is None for unit in known)
    return Meaning(tuple(codes), is_sure=len(codes) == 1 and not parts)
