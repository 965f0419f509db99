"""A road is closed, or open again: rows of `closures.csv`."""

from dataclasses import dataclass
from datetime import date, timedelta

from planning.happened.happening import (
    Concern,
    Happening,
    Words,
    list_options,
    make_id,
    refuse_formula,
)
from planning.happened.named_roads import (
    NEAR_KM,
    NamedRoad,
    find_meant,
    find_road,
    list_roads,
    parse_posts,
    write_post,
)
from province.cells import parse_clock
from province.changes import Change, LostRow, NewRow
from province.dates import DAY_MIN, clock
from province.errors import InputError
from province.facts import Province
from province.find_name import Known, advise_near
from province.findings import CellError
from province.ids import ClosureId
from province.language import message
from province.roads import Closure, ClosureEffect

FILE = "closures.csv"


@dataclass(frozen=True, slots=True)
class Shutting:
    """A closure as it is told: the road and its kilometre as people name them, hours ``A-B``."""

    road: str
    km: str | None
    first_day: date
    last_day: date | None
    effect: ClosureEffect
    reason: str
    hours: str = ""
    source: str = ""


def close_road(province: Province, told: Shutting) -> Happening:
    """Return the row of a closure; of one that stands there already, what is told otherwise.

    Raises
    ------
    InputError
        If the road is none, or has no such kilometre.
    """
    road = find_road(province, told.road, told.km)
    hours = _read_hours(told.hours)
    end = "" if told.last_day is None else told.last_day.isoformat()
    reason = refuse_formula(FILE, "reason", told.reason)
    source = refuse_formula(FILE, "source", told.source)
    own = [closure for closure in province.closures if not closure.is_from_map]
    for old in own:
        if _tell_what(old) == (road, told.first_day, told.effect, hours):
            return _tell_otherwise(old, {"to_date": end, "reason": reason, "source": source})
    taken = [closure.closure_id for closure in province.closures]
    new_id = ClosureId(make_id([closure.closure_id for closure in own], "C", taken=taken))
    cells = (
        ("closure_id", new_id),
        ("segment_id", road.segment_id or ""),
        ("ref", road.ref),
        ("km_from", "" if road.km_from is None else write_post(road.km_from)),
        ("km_to", "" if road.km_to is None else write_post(road.km_to)),
        ("from_date", told.first_day.isoformat()),
        ("to_date", end),
        ("from_time", hours[0]),
        ("to_time", hours[1]),
        ("effect", told.effect.value),
        ("reason", reason),
        ("source", source),
    )
    row = NewRow(FILE, new_id, tuple((name, cell) for name, cell in cells if cell))
    concern = Concern(told.first_day, told.last_day, closure_id=new_id)
    return Happening((row,), ("reopen", new_id), concern)


def _tell_what(closure: Closure) -> tuple[NamedRoad, date, ClosureEffect, tuple[str, str]]:
    """Return what tells a closure from all others: road, first day, effect and hours."""
    road = NamedRoad(closure.segment_id, closure.ref, closure.km_from, closure.km_to)
    return road, closure.first_day, closure.effect, _write_hours(closure)


def _tell_otherwise(old: Closure, told: dict[str, str]) -> Happening:
    """Return the cells of a closure that are told otherwise than they stand there."""
    last = "" if old.last_day is None else old.last_day.isoformat()
    now = {"to_date": last, "reason": old.reason, "source": old.source}
    edits = tuple(
        Change(FILE, old.closure_id, column, cell)
        for column, cell in told.items()
        if cell != now[column] and (cell or column == "to_date")
    )
    # What was closed until now and what is from now on: the longer of the two.
    ends = [date.fromisoformat(end) if end else None for end in (last, told["to_date"])]
    end = None if None in ends else max(one for one in ends if one is not None)
    undo = write_line(old) or Change(FILE, old.closure_id, "to_date", last)
    return Happening(edits, undo, Concern(old.first_day, end, closure_id=old.closure_id))


def reopen_road(province: Province, name: str, km: str | None, first_day: date | None) -> Happening:
    """Return what ends a closure on the day before its road is open again, or deletes it.

    Parameters
    ----------
    name
        Its id, or its road, commune or area.
    first_day
        The first day on which the road is open; None, or not after its first day: it never was
        closed.

    Raises
    ------
    InputError
        If nothing that is closed is meant, or several closures are; or if no line could undo it.
    """
    closure = _find_closure(province, name, km)
    line = write_line(closure)
    if first_day is None or first_day <= closure.first_day:
        if line is None:
            raise InputError.of(
                FILE, "closure_id", closure.closure_id,
                expected=message("a closure of a road or a segment"),
                advice=message("give --from after its first day, or delete the row in the table"),
            )  # fmt: skip
        concern = _concern(closure, closure.first_day)
        return Happening((LostRow(FILE, closure.closure_id),), line, concern)
    last = first_day - timedelta(days=1)
    undo: Words | Change
    if closure.last_day is not None:
        again = closure.last_day + timedelta(days=1)
        undo = ("reopen", closure.closure_id, "--from", again.isoformat())
    else:
        undo = line or Change(FILE, closure.closure_id, "to_date", "")
    edit = Change(FILE, closure.closure_id, "to_date", last.isoformat())
    edits = () if closure.last_day == last else (edit,)
    return Happening(edits, undo, _concern(closure, min(first_day, closure.last_day or first_day)))


def write_line(closure: Closure) -> Words | None:
    """Return the line that writes a closure; None where it names no road."""
    if closure.commune_code is not None or closure.area_id:
        return None
    road, km = _tell_what(closure)[0].words
    hours = _write_hours(closure)
    return (
        "close",
        road,
        *list_options(
            ("--km", km),
            ("--from", closure.first_day.isoformat()),
            ("--to", closure.last_day and closure.last_day.isoformat()),
            ("--effect", closure.effect.value),
            ("--hours", "-".join(hours) if any(hours) else ""),
        ),
        "--reason",
        closure.reason,
        *list_options(("--source", closure.source)),
    )


def _find_closure(province: Province, name: str, km: str | None) -> Closure:
    """Return the one closure of the planner's table that is meant."""
    own = [closure for closure in province.closures if not closure.is_from_map]
    communes = (Known(commune.code, commune.name) for commune in province.communes)
    areas = (Known(area.area_id, area.name) for area in province.areas)
    known = (*list_roads(province), *communes, *areas)
    meant = {one.code for one in find_meant(known, name)}
    found = [closure for closure in own if closure.closure_id == name]
    for closure in own if not found else ():
        about = {closure.segment_id, closure.ref, closure.commune_code, closure.area_id}
        if about & meant and (km is None or _is_near(closure, parse_posts(km))):
            found.append(closure)
    if len(found) == 1:
        return found[0]
    if found:
        expected = message("one closure, not {ids}", ids=", ".join(c.closure_id for c in found))
        advice = message("give the closure's id, or the kilometre with --km")
    else:
        expected = message("a closure, or the road, commune or area that one is about")
        listed = [Known(c.closure_id, c.ref or c.segment_id or "") for c in own]
        advice = advise_near(listed, name, message("closures.csv lists what is closed"))
    raise InputError.of(FILE, "closure_id", name, expected=expected, advice=advice)


def _is_near(closure: Closure, posts: tuple[float, ...]) -> bool:
    """Whether a closure holds some of the kilometres named."""
    if closure.km_from is None:
        return True
    last = closure.km_from if closure.km_to is None else closure.km_to
    return closure.km_from - NEAR_KM <= posts[-1] and posts[0] <= last + NEAR_KM


def _concern(closure: Closure, first_day: date) -> Concern:
    """Return what a closure concerns from a day on."""
    return Concern(first_day, closure.last_day, closure_id=closure.closure_id)


def _read_hours(text: str) -> tuple[str, str]:
    """Return the two times of ``A-B`` as they go into the table; what is no time as it is."""
    first, _, last = (part.strip() for part in text.partition("-"))
    try:
        return (clock(parse_clock(first)), clock(parse_clock(last))) if text else ("", "")
    except CellError:
        return first, last


def _write_hours(closure: Closure) -> tuple[str, str]:
    """Return from and to, as a closure for hours of the day has them; "" for all day."""
    if (closure.from_minute, closure.to_minute) == (0, DAY_MIN):
        return "", ""
    return clock(closure.from_minute), clock(closure.to_minute)
