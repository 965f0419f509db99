"""One change of a what-if: a vehicle, crew, closure or pin more or less, a cell, a setting."""

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from planning.happened.absences import take_out
from planning.happened.happening import make_id
from province.amounts import count_smallest, write_smallest
from province.changes import Change, Edit, LostRow, NewRow
from province.dates import DateSpan, Month
from province.errors import InputError
from province.facts import Province
from province.find_name import Known, find_one
from province.findings import Finding, Findings, advise_nearest_word
from province.language import Message, message, translate
from province.settings import Settings
from province.settings_part import Part
from province.tables.declared import TABLES
from province.tables.read import read_table

TABLE_OF = {
    "vehicle": "vehicles.csv", "crew": "crews.csv", "site": "libraries.csv",
    "batch": "batches.csv", "kit": "kits.csv", "closure": "closures.csv", "pin": "visit_pins.csv",
}  # fmt: skip
"""The table that has the rows of a word."""

ONE_MORE = {"vehicle": "unavailable", "crew": "days_off"}
"""Of what there may be one more, and the column of its days away, which the new one has not."""

ONE_LESS = ("vehicle", "crew", "closure", "pin")
"""Without what a month may be planned."""

SECTIONS = ("demand", "rotation", "service", "trips", "costs", "season", "roads")
"""Sections of the settings that a month is planned by."""

BUDGET = "budget"

YES_NO = {"yes": "true", "no": "false"}


@dataclass(frozen=True, slots=True)
class TermContext:
    """What changes are read with; `taken` are the ids that new rows of this what-if have."""

    province: Province
    month: Month
    findings: Findings
    taken: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Term:
    """One change: rows and cells, settings as section, key and TOML, or a budget."""

    name: Message
    edits: tuple[Edit, ...] = ()
    settings: tuple[tuple[str, str, str], ...] = ()
    budget_vnd: int | None = None


def name_all(terms: Sequence[Term]) -> Message:
    """Return what several changes at once are called."""
    name = terms[0].name
    for term in terms[1:]:
        name = message("{first}; {second}", first=name, second=term.name)
    return name


def read_term(given: TermContext, name: str, value: str, *, is_with: bool) -> Term:
    """Return the change that ``NAME=VALUE`` means.

    Raises
    ------
    InputError
        If it means nothing; findings without a file are about the option itself.
    """
    if not is_with:
        if name not in ONE_LESS:
            raise _refuse(name, ONE_LESS)
        return _leave_out(given, name, value)
    if name in ONE_MORE:
        return _add_one(given, name, value)
    if name == BUDGET:
        return _limit_money(given, value)
    word = name.partition(".")[0]
    if word in TABLE_OF and name.count(".") >= 2:
        return _set_cell(given, word, name.removeprefix(f"{word}."), value)
    return _set_setting(given, name, value)


def _refuse(name: str, words: Iterable[str]) -> InputError:
    known = list(words)
    expected = message("one of {choices}", choices=", ".join(known))
    return InputError([Finding("", None, "", name, expected, advise_nearest_word(name, known))])


def _find(given: TermContext, word: str, value: str) -> Known:
    """Return what a word and an id or name mean."""
    file, own = TABLE_OF[word], _list_known(given.province)[word]
    expected = message("a row of {file}, by id or name", file=file)
    advice = message("{file} lists them", file=file)
    code = find_one(own, value, file=file, expected=expected, advice=advice)
    return next(one for one in own if one.code == code)


def _list_known(province: Province) -> dict[str, tuple[Known, ...]]:
    return {
        "vehicle": tuple(Known(one.vehicle_id, one.name) for one in province.vehicles),
        "crew": tuple(Known(one.crew_id, one.name) for one in province.crews),
        "site": tuple(Known(one.site_id, one.name) for one in province.sites),
        "batch": tuple(Known(one.batch_id, one.name) for one in province.batches),
        "kit": tuple(Known(one.kit_id, one.name) for one in province.kits),
        "closure": tuple(
            Known(one.closure_id, one.ref) for one in province.closures if not one.is_from_map
        ),
        "pin": tuple(Known(one.pin_id, "") for one in province.pins),
    }  # fmt: skip


def _call(one: Known) -> str:
    return one.name or one.code


def _add_one(given: TermContext, word: str, value: str) -> Term:
    """Return the row of another vehicle or crew like one that there is, with no days away."""
    province, file = given.province, TABLE_OF[word]
    like = _find(given, word, value)
    table = TABLES[file]
    rows = read_table(province.folder, file, table.row, Findings()).raw
    key = table.ids[0]
    cells = next(row.cells for row in rows if row.cells.get(key) == like.code)
    own = [one.code for one in _list_known(province)[word]]
    new_id = make_id([*own, *given.taken], like.code, taken=given.taken)
    given.taken.add(new_id)
    name = message("one more: {name}", name=_call(like))
    told = translate(name, province.settings.province.language)
    cells = {k: v for k, v in cells.items() if k != ONE_MORE[word]} | {key: new_id, "name": told}
    return Term(name, (NewRow(file, new_id, tuple(cells.items())),))


def _leave_out(given: TermContext, word: str, value: str) -> Term:
    """Return what a month without something changes; who drives is away as far as is planned."""
    one = _find(given, word, value)
    name = message("without {name}", name=_call(one))
    if word in ("closure", "pin"):
        return Term(name, (LostRow(TABLE_OF[word], one.code),))
    months = given.province.settings.rotation.horizon_months
    span = DateSpan(given.month.first_day, given.month.plus(months - 1).last_day)
    return Term(name, take_out(given.province, word, one.code, span).edits)


def _set_cell(given: TermContext, word: str, place: str, value: str) -> Term:
    """Return another value in a cell: ``ID.COLUMN``."""
    who, _, column = place.rpartition(".")
    file = TABLE_OF[word]
    one, columns = _find(given, word, who), TABLES[file].row.model_fields
    if column not in columns or column == TABLES[file].ids[0]:
        expected = message("a column of {file}", file=file)
        advice = advise_nearest_word(column, list(columns))
        raise InputError([Finding(file, None, column, column, expected, advice)])
    name = message("{name}: {column} = {value}", name=_call(one), column=column, value=value)
    return Term(name, (Change(file, one.code, column, value),))


def _limit_money(given: TermContext, value: str) -> Term:
    currency = given.province.settings.province.currency
    digits = value.replace(" ", "").replace("_", "")
    is_number = re.fullmatch(r"[0-9]+(\.[0-9]+)?", digits) is not None
    smallest = count_smallest(float(digits), currency) if is_number else None
    if not smallest:
        expected = message("an amount of money like 40000000")
        advice = message("write digits only, in the province's currency")
        raise InputError([Finding("", None, BUDGET, value, expected, advice)])
    money = write_smallest(smallest, currency)
    name = message("at most {amount} {currency}", amount=money, currency=currency)
    return Term(name, budget_vnd=smallest)


def _set_setting(given: TermContext, name: str, value: str) -> Term:
    """Return another value of a setting, with or without its section before it."""
    known = [
        f"{section}.{key}"
        for section in SECTIONS
        for key in type(_part_of(given.province.settings, section)).model_fields
    ]
    found = [one for one in known if name in (one, one.partition(".")[2])]
    if len(found) > 1:
        raise _refuse(name, found)
    if not found:
        words = [*known, *(one.partition(".")[2] for one in known), *ONE_MORE, BUDGET]
        expected = message("vehicle, crew, budget, a setting that a month is planned by, or a cell"
                           " like vehicle.XT1.seats")  # fmt: skip
        advice = advise_nearest_word(name, words)
        raise InputError([Finding("", None, "", name, expected, advice)])
    section, _, key = found[0].partition(".")
    told = message("{setting} = {value}", setting=key, value=value)
    return Term(told, settings=((section, key, _write_toml(value)),))


def _part_of(settings: Settings, section: str) -> Part:
    part: Part = getattr(settings, section)
    return part


def _write_toml(value: str) -> str:
    """Return a value as TOML: as it is where it is some already, words as text or a list."""
    value = YES_NO.get(value.casefold(), value)
    try:
        if set(tomllib.loads(f"x = {value}")) == {"x"}:
            return value
    except tomllib.TOMLDecodeError:
        pass
    words: object = value.split("|") if "|" in value else value
    return json.dumps(words, ensure_ascii=False)
