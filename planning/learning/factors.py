"""Writes factors into the folder: of roads into its settings, of sites into their cells."""

import dataclasses
import json
import re
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from planning.learning.propose import Learnt, Subject
from planning.write_facts import write_facts
from province.changes import Change
from province.facts import Province
from province.files.locks import hold_lock
from province.files.settings_text import SETTINGS_NAME, edit_settings
from province.find_name import Known, find_one
from province.ids import SiteId
from province.language import Message, message, translate
from province.read import read_province
from province.roads import RoadClass
from province.tables.edit import edit_table

SITES, COLUMN = "libraries.csv", "service_factor"
SECTIONS = {Subject.CLASS: "roads.class_factors", Subject.ROAD: "roads.road_factors"}
"""Of the settings, by what a factor is of."""

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor that is to stand in the folder.

    Parameters
    ----------
    subject, about
        What it is of: a road class, the number or name of a road, or the id of a site.
    text
        The number as it is written; "": none, which is 1.
    source
        Where a number of roads comes from.
    """

    subject: Subject
    about: str
    text: str
    source: str = ""

    @property
    def change(self) -> Change:
        """The cell, or the setting, that takes it."""
        if self.subject in SECTIONS:
            return Change(SETTINGS_NAME, SECTIONS[self.subject], self.about, self.text)
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
            one.subject, one.about, f"{one.proposed:g}", translate(_name_source(one), language)
        )
        for one in proposals
    )  # fmt: skip


def _name_source(one: Learnt) -> Message:
    if one.subject is Subject.ROAD:
        return message("tracks of {count} days", count=one.count)
    return message("times recorded on {count} legs", count=one.count)


def name_factors(province: Province, told: dict[str, str]) -> tuple[Factor, ...]:
    """Return factors that somebody gives, by road class, road, or the id or name of a site.

    Raises
    ------
    InputError
        If there is no such class, road or site.
    """
    sites = [Known(site.site_id, site.name) for site in province.sites]
    roads = _list_roads(province)
    found = []
    for name, text in told.items():
        subject, about = Subject.CLASS, name
        if name not in set(RoadClass):
            about = find_one(
                [*roads, *sites], name, file=SITES,
                expected=message("a road class, a road by number or name, or a site by id or name"),
                advice=message("one of {choices}, a road of the map, or a site of {file}",
                               choices=", ".join(RoadClass), file=SITES),
            )  # fmt: skip
            is_road = about not in province.site_by_id
            subject = Subject.ROAD if is_road else Subject.SITE
        found.append(Factor(subject, about, text.strip()))
    return tuple(found)


def _list_roads(province: Province) -> list[Known]:
    """Return the roads of the map, and those that have a factor but are not on it any more."""
    names = {segment.road for segment in province.segments if segment.road}
    return [Known(n, n) for n in sorted(names | set(province.settings.roads.road_factors))]


def list_in_force(province: Province, factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """Return what stands in the place of some factors now."""
    roads, sites = province.settings.roads, province.site_by_id
    now = []
    for one in factors:
        if one.subject is Subject.CLASS:
            value = roads.class_factors.get(RoadClass(one.about), 1.0)
        elif one.subject is Subject.ROAD:
            value = roads.road_factors.get(one.about, 1.0)
        else:
            value = sites[SiteId(one.about)].service_factor
        now.append(Factor(one.subject, one.about, "" if value == 1.0 else f"{value:g}"))
    return tuple(now)


def _write_key(name: str) -> str:
    """Return a key of TOML, in quotes where it needs them."""
    return name if BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)


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
    if cells := [one.change for one in factors if one.subject not in SECTIONS]:
        changed[SITES] = edit_table(folder, SITES, cells)
    if any(one.subject in SECTIONS for one in factors):
        data = (folder / SETTINGS_NAME).read_bytes()
        mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
        text = data.decode("utf-8-sig")
        for subject, section in SECTIONS.items():
            own = [one for one in factors if one.subject is subject]
            if own:
                text = edit_settings(
                    text, section, {_write_key(one.about): _write_value(one) for one in own}
                )
        changed[SETTINGS_NAME] = SETTINGS_NAME, mark + text.encode("utf-8")
    if changed:
        write_facts(folder, changed)
