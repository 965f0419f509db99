"""Reads tags with conditions: from when to when, and for whom, a road is shut."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from province.cells import parse_hours
from province.findings import CellError
from roads.osm.quantities import clean_words, parse_metres, parse_tonnes
from roads.osm.vehicle_limits import (
    ALL_KINDS,
    HEIGHTS,
    KEYS,
    NO_LIMIT,
    SHUT,
    WEIGHTS,
    WIDTHS,
    Unread,
)

MARK = ":conditional"
ACCESS = frozenset(key for keys in KEYS.values() for key in keys)
ASKED = ACCESS | WEIGHTS | HEIGHTS | WIDTHS | {"oneway", "seasonal"}
"""Keys whose conditions say where vehicles may drive."""


@dataclass(frozen=True, slots=True)
class TaggedCondition:
    """When a road is shut, and to whom.

    Parameters
    ----------
    hours
        In the OpenStreetMap syntax; "": always.
    is_outside_hours
        True when it is shut whenever `hours` do not hold.
    vehicles
        Kinds that it stops, sorted; all kinds: ().
    max_t, max_height_m, max_width_m
        It stops only what is heavier, higher or wider; None: whatever it weighs or measures.
    tag
        What the map says.
    """

    hours: str
    is_outside_hours: bool = False
    vehicles: tuple[str, ...] = ()
    max_t: float | None = None
    max_height_m: float | None = None
    max_width_m: float | None = None
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a way; the kinds that only conditions let in; what is not read."""

    shut: tuple[TaggedCondition, ...] = ()
    let_in: frozenset[str] = frozenset()
    unread: Unread = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """A value and its condition; `limits` are those of a vehicle that it is about."""

    value: str
    hours: str
    limits: tuple[tuple[str, float], ...] = ()


def read_conditions(tags: Mapping[str, str], let: frozenset[str]) -> Conditions:
    """Return the conditions of a way.

    For each kind of vehicle the narrowest key decides, with or without a condition. What is shut
    by one clause and opened by a later one stays shut: the later one counts as not read.

    Parameters
    ----------
    let
        The kinds that the tags without conditions let in.
    """
    told = {key: text for key, text in tags.items() if key.endswith(MARK)}
    if not told:
        return Conditions()
    shut: dict[TaggedCondition, set[str]] = {}
    let_in: set[str] = set()
    read: dict[str, list[Clause] | None] = {key: parse_clauses(text) for key, text in told.items()}
    unread = {key for key, clauses in read.items() if clauses is None and _is_asked(key)}
    for kind, keys in sorted(KEYS.items()):
        key = next((k for k in keys if k + MARK in tags or k in tags), "") + MARK
        for condition in _shut_kind(tags, key, read.get(key) or [], kind in let, unread):
            shut.setdefault(condition, set()).add(kind)
            let_in |= set() if kind in let else {kind}
    conditions = [
        replace(condition, vehicles=() if kinds == ALL_KINDS else tuple(sorted(kinds)))
        for condition, kinds in shut.items()
    ]
    known = {k + MARK for k in ACCESS}
    for key in told.keys() - known:
        found = list(_limit(key, tags, read[key] or [], unread))
        conditions += found
        if not found and _is_asked(key) and not _lifts_limits(key, read[key]):
            unread.add(key)
    ordered = sorted(conditions, key=lambda c: (c.tag, c.hours, c.vehicles))
    return Conditions(
        tuple(ordered), frozenset(let_in), tuple((key, tags[key]) for key in sorted(unread))
    )


def _is_asked(key: str) -> bool:
    return key.removesuffix(MARK).removesuffix(":forward").removesuffix(":backward") in ASKED


def _lifts_limits(key: str, clauses: list[Clause] | None) -> bool:
    """Whether clauses only say when a limit does not hold; it is taken to hold always."""
    is_limit = key.removesuffix(MARK) in WEIGHTS | HEIGHTS | WIDTHS
    return is_limit and clauses is not None and all(c.value in NO_LIMIT for c in clauses)


def _shut_kind(
    tags: Mapping[str, str], key: str, clauses: list[Clause], is_let: bool, unread: set[str]
) -> Iterator[TaggedCondition]:
    """Yield when a kind of vehicle is shut out by the clauses of one key."""
    tag = clean_words(f"{key}={tags.get(key, '')}")
    for number, clause in enumerate(clauses):
        if clause.value in SHUT:
            if is_let:
                yield TaggedCondition(clause.hours, tag=tag, **dict[str, Any](clause.limits))
        elif is_let:
            if number:
                unread.add(key)
        elif len(clauses) == 1 and clause.hours and not clause.limits:
            yield TaggedCondition(clause.hours, is_outside_hours=True, tag=tag)
        else:
            unread.add(key)


def _limit(
    key: str, tags: Mapping[str, str], clauses: list[Clause], unread: set[str]
) -> Iterator[TaggedCondition]:
    """Yield the limits that hold at some hours."""
    name = key.removesuffix(MARK)
    tag = clean_words(f"{key}={tags[key]}")
    for clause in clauses:
        if clause.value in NO_LIMIT:
            continue
        if name in WEIGHTS and (tonnes := parse_tonnes(clause.value)) and not clause.limits:
            yield TaggedCondition(clause.hours, max_t=tonnes, tag=tag)
        elif name in HEIGHTS and (metres := parse_metres(clause.value)) and not clause.limits:
            yield TaggedCondition(clause.hours, max_height_m=metres, tag=tag)
        elif name in WIDTHS and (metres := parse_metres(clause.value)) and not clause.limits:
            yield TaggedCondition(clause.hours, max_width_m=metres, tag=tag)
        elif _is_asked(key):
            unread.add(key)


def parse_clauses(text: str) -> list[Clause] | None:
    """Return the clauses of ``no @ (Nov-Mar); yes @ (…)``; None where one is not understood."""
    clauses = []
    for part in re.split(r";(?![^(]*\))", text):
        if not part.strip():
            continue
        value, at, condition = (piece.strip() for piece in part.partition("@"))
        if not at or not value or not condition:
            return None
        clause = _read_clause(value, condition)
        if clause is None:
            return None
        clauses.append(clause)
    return clauses or None


def _read_clause(value: str, condition: str) -> Clause | None:
    if condition.startswith("(") and condition.endswith(")"):
        condition = condition[1:-1].strip()
    hours, limits = "", {}
    for part in re.split(r"\s+AND\s+", condition, flags=re.IGNORECASE):
        found = re.fullmatch(r"(?:max)?(weight|height|width)(?:rating)?\s*>=?\s*(.+)", part)
        if found:
            parse = parse_tonnes if found[1] == "weight" else parse_metres
            name = {"weight": "max_t"}.get(found[1], f"max_{found[1]}_m")
            if (limit := parse(found[2])) is None:
                return None
            limits[name] = limit
        elif hours or not _are_hours(part):
            return None
        else:
            hours = part
    return Clause(value, hours, tuple(sorted(limits.items())))


def _are_hours(text: str) -> bool:
    """Whether hours can be read; holidays of which the map does not tell the days can not."""
    if not text or text in ("PH", "SH", "PH,SH"):
        return False
    try:
        parse_hours(text)
    except CellError:
        return False
    return True
