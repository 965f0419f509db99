"""A commune is shut, or takes boxes at its gate only: rows of `zones.csv`."""

from dataclasses import dataclass
from datetime import date

from planning.happened.happening import Concern, Happening, Words, make_id, refuse_formula
from province.agenda import Zone, ZoneRule
from province.changes import Change, LostRow, NewRow
from province.errors import InputError
from province.facts import Province
from province.find_name import find_commune
from province.ids import CommuneCode
from province.language import message

FILE = "zones.csv"


@dataclass(frozen=True, slots=True)
class Lockdown:
    """A zone as it is told; the commune as people name it."""

    commune: str
    rule: ZoneRule
    first_day: date
    last_day: date
    note: str = ""


def lock_commune(province: Province, told: Lockdown) -> Happening:
    """Return the row of a zone; of one with the same first day and rule, its other last day.

    Raises
    ------
    InputError
        If the commune is none.
    """
    code = find_commune(province, told.commune, file=FILE)
    first, last = told.first_day.isoformat(), told.last_day.isoformat()
    undo = _write_line(code, told.rule, first, last)
    for old in province.zones:
        if _tell_what(old) == (code, told.rule, told.first_day):
            edit = Change(FILE, old.zone_id, "to_date", last)
            edits = () if old.span.last == told.last_day else (edit,)
            before = old.span.last.isoformat()
            longer = max(told.last_day, old.span.last)
            concern = _concern(province, code, told.first_day, longer)
            return Happening(edits, _write_line(code, told.rule, first, before), concern)
    new_id = make_id([zone.zone_id for zone in province.zones], "Z")
    cells = (
        ("zone_id", new_id),
        ("commune_code", code),
        ("from_date", first),
        ("to_date", last),
        ("rule", told.rule.value),
        ("note", refuse_formula(FILE, "note", told.note)),
    )
    row = NewRow(FILE, new_id, tuple((name, cell) for name, cell in cells if cell))
    concern = _concern(province, code, told.first_day, told.last_day)
    return Happening((row,), (*undo, "--undo"), concern)


def unlock_commune(province: Province, told: Lockdown) -> Happening:
    """Return what deletes the row of a zone; raise InputError if there is no such row."""
    code = find_commune(province, told.commune, file=FILE)
    own = [zone for zone in province.zones if zone.commune_code == code]
    for old in own:
        is_same = _tell_what(old) == (code, told.rule, told.first_day)
        if is_same and old.span.last == told.last_day:
            line = _write_line(code, told.rule, *_write_days(old))
            note = ("--note", old.note) if old.note else ()
            concern = _concern(province, code, told.first_day, told.last_day)
            return Happening((LostRow(FILE, old.zone_id),), (*line, *note), concern)
    listed = ", ".join(f"{zone.rule.value} {'..'.join(_write_days(zone))}" for zone in own)
    raise InputError.of(
        FILE, "commune_code", told.commune,
        expected=message("a zone with this commune, rule and these days"),
        advice=message("zones of this commune: {zones}", zones=listed or "-"),
    )  # fmt: skip


def _tell_what(zone: Zone) -> tuple[CommuneCode, ZoneRule, date]:
    return zone.commune_code, zone.rule, zone.span.first


def _write_days(zone: Zone) -> tuple[str, str]:
    return zone.span.first.isoformat(), zone.span.last.isoformat()


def _write_line(code: CommuneCode, rule: ZoneRule, first: str, last: str) -> Words:
    return ("zone", code, rule.value, "--from", first, "--to", last)


def _concern(province: Province, code: CommuneCode, first: date, last: date) -> Concern:
    """Return the visits and stays at the sites of a commune."""
    sites = (site.site_id for site in province.sites if site.commune_code == code)
    return Concern(first, last, sites=frozenset(sites))
