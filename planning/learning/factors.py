"""Writes factors into the folder: of road classes into its settings, of sites into their cells."""

import dataclasses
import json
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from planning.learning.propose import Learnt
from planning.write_facts import write_facts
from province.changes import Change
from province.facts import Province
from province.files.locks import hold_lock
from province.files.settings_text import SETTINGS_NAME, edit_settings
from province.find_name import Known, find_one
from province.ids import SiteId
from province.language import message, translate
from province.read import read_province
from province.roads import RoadClass
from province.tables.edit import edit_table

SITES, COLUMN, SECTION = "libraries.csv", "service_factor", "roads.class_factors"


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor that is to stand in the folder.

    Parameters
    ----------
    about
        A road class, or the id of a site.
    text
        The number as it is written; "": none, which is 1.
    source
        Where a number of a road class comes from.
    """

    about: str
    text: str
    source: str = ""

    @property
    def is_of_roads(self) -> bool:
        """Whether it is about a road class."""
        return self.about in set(RoadClass)

    @property
    def change(self) -> Change:
        """The cell, or the setting, that takes it."""
        if self.is_of_roads:
            return Change(SETTINGS_NAME, SECTION, self.about, self.text)
        return Change(SITES, self.about, COLUMN, self.text)


@dataclass(frozen=True, slots=True)
class Written:
    """The factors that were written, and those that stood in their place."""

    factors: tuple[Factor, ...]
    before: tuple[Factor, ...]


def list_factors(province: Province, proposals: Sequence[Learnt]) -> tuple[Factor, ...]:
    """Return what is proposed as it is to be written."""
    language = province.settings.province.language
    return tuple(
        Factor(
            str(one.about),
            f"{one.proposed:g}",
            translate(message("times recorded on {count} legs", count=one.count), language),
        )
        for one in proposals
    )


def name_factors(province: Province, told: dict[str, str]) -> tuple[Factor, ...]:
    """Return factors that somebody gives, by road class or by the id or name of a site.

    Raises
    ------
    InputError
        If there is no such class or site.
    """
    sites = [Known(site.site_id, site.name) for site in province.sites]
    found = []
    for name, text in told.items():
        about = name
        if name not in set(RoadClass):
            about = find_one(
                sites, name, file=SITES, expected=message("a road class, or a site by id or name"),
                advice=message("one of {choices}, or a site of {file}",
                               choices=", ".join(RoadClass), file=SITES),
            )  # fmt: skip
        found.append(Factor(about, text.strip()))
    return tuple(found)


def list_in_force(province: Province, factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """Return what stands in the place of some factors now."""
    own = province.settings.roads.class_factors
    sites = province.site_by_id
    now = []
    for one in factors:
        if one.is_of_roads:
            value = own.get(RoadClass(one.about), 1.0)
        else:
            value = sites[SiteId(one.about)].service_factor
        now.append(Factor(one.about, "" if value == 1.0 else f"{value:g}"))
    return tuple(now)


def _write_value(factor: Factor) -> str:
    """Return a factor as TOML; what is no number is left to the reader to refuse."""
    try:
        number = f"{float(factor.text.replace(',', '.')):g}" if factor.text else ""
    except ValueError:
        number = json.dumps(factor.text, ensure_ascii=False)
    if not number or not factor.source:
        return number
    return f"{{ value = {number}, source = {json.dumps(factor.source, ensure_ascii=False)} }}"


def write_factors(folder: Path, factors: Sequence[Factor]) -> Written:
    """Write factors into a folder; those that stand there already are left as they are.

    Raises
    ------
    InputError
        With every fault of the folder, before the change or after it; nothing is written then.
    BusyError
        If another program is writing to the folder, or has a table open.
    """
    with hold_lock(folder):
        now = list_in_force(read_province(folder), factors)
        pairs = [
            (new, old)
            for new, old in zip(factors, now, strict=True)
            if _write_value(dataclasses.replace(new, source="")) != old.text
        ]
        _write(folder, [new for new, _ in pairs])
    return Written(tuple(new for new, _ in pairs), tuple(old for _, old in pairs))


def _write(folder: Path, factors: Sequence[Factor]) -> None:
    changed = {}
    if cells := [one.change for one in factors if not one.is_of_roads]:
        changed[SITES] = edit_table(folder, SITES, cells)
    if values := {one.about: _write_value(one) for one in factors if one.is_of_roads}:
        data = (folder / SETTINGS_NAME).read_bytes()
        mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
        text = edit_settings(data.decode("utf-8-sig"), SECTION, values)
        changed[SETTINGS_NAME] = SETTINGS_NAME, mark + text.encode("utf-8")
    if changed:
        write_facts(folder, changed)
