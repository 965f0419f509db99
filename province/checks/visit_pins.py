"""Checks that what the planner fixed about visits can be kept, as far as the tables tell."""

import itertools
from collections.abc import Iterator
from datetime import date

from province.dates import Month
from province.days import list_windows
from province.facts import Province
from province.findings import Findings, Spot
from province.language import Message, message
from province.tables.references import Tables, list_lines
from province.visit_pins import VisitPin

FILE = "visit_pins.csv"


def check_visit_pins(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a finding for each pin that says nothing, or contradicts itself, another or the facts.

    What other tables forbid is a warning: a bus in repair leaves the folder readable. A pin whose
    days ended before the last entry of the ledger is history.
    """
    lines = list_lines(tables, FILE, "pin_id")
    today = max((entry.day for entry in province.journal), default=date.min)
    current = [pin for pin in province.pins if pin.span[1] >= today]
    for pin in current:
        place = findings.at(FILE, lines.get(pin.pin_id))
        if not _check_row(pin, place):
            continue
        for column, value, expected in _list_obstacles(province, pin):
            place.at(column).warn(
                value,
                expected=expected,
                advice=message("correct the pin: as it stands the visit is left out"),
            )
    for one, two in itertools.combinations(current, 2):
        for column in _list_clashes(one, two):
            findings.at(FILE, lines.get(two.pin_id), column).add(
                getattr(two, "day" if column == "date" else column),
                expected=message("what the pin {pin} fixes about the same visit", pin=one.pin_id),
                advice=message("delete one of the two, or correct it"),
            )


def _check_row(pin: VisitPin, place: Spot) -> bool:
    """Return whether a row is about something and its days agree; if not, add a finding."""
    if (pin.visit_id is None) == (pin.site_id is None):
        place.at("visit_id").add(
            pin.visit_id,
            expected=message("one of visit_id and site_id"),
            advice=message("say in exactly one way which visit is meant"),
        )
    elif pin.task is not None and pin.site_id is None:
        place.at("task").add(
            pin.task.value,
            expected=message("no task: visit_id names one visit"),
            advice=message("empty the cell, or name the site instead of the visit"),
        )
    elif pin.span[0] > pin.span[1]:
        column = "date" if pin.day else "not_after"
        place.at(column).add(
            pin.day or pin.not_after,
            expected=message("a day between not_before and not_after"),
            advice=message("correct one of the days"),
        )
    elif not pin.fixes_something:
        place.warn(
            "",
            expected=message("a date, vehicle, crew, not_before or not_after"),
            advice=message("delete the row: it fixes nothing"),
        )
    else:
        return True
    return False


def _list_obstacles(province: Province, pin: VisitPin) -> Iterator[tuple[str, object, Message]]:
    """Yield column, value and what was expected where the facts do not allow what is fixed."""
    car = province.vehicle_by_id.get(pin.vehicle_id) if pin.vehicle_id else None
    crew = province.crew_by_id.get(pin.crew_id) if pin.crew_id else None
    if car and car not in province.fleet:
        yield "vehicle_id", pin.vehicle_id, message("a vehicle that starts from a depot")
    if car and crew:
        fits = car.kind in crew.drives and crew.members <= car.seats
        if not fits or crew.depot_id != car.depot_id:
            yield (
                "crew_id",
                pin.crew_id,
                message("a crew that drives {vehicle} and fits into it", vehicle=car.vehicle_id),
            )
    if pin.day is None:
        return
    if car and not car.is_available(pin.day):
        day = pin.day.isoformat()
        yield "vehicle_id", pin.vehicle_id, message("a vehicle that is available on {day}", day=day)
    if crew and not crew.is_available(pin.day):
        day = pin.day.isoformat()
        yield "crew_id", pin.crew_id, message("a crew that works on {day}", day=day)
    site = province.site_by_id.get(pin.site_id) if pin.site_id else None
    tasks = () if pin.task is None else (pin.task,)
    if site is not None and not any(
        window.day == pin.day for window in list_windows(province, site, Month.of(pin.day), tasks)
    ):
        yield "date", pin.day, message("a day on which the site is open for it")


def _list_clashes(one: VisitPin, two: VisitPin) -> Iterator[str]:
    """Yield the columns in which two pins fix different things about the same visit.

    Two days of one site are two of its visits; the same day twice is a mistake. Days that lie in
    two months are about the visits of each.
    """
    if (one.visit_id, one.site_id, one.task) != (two.visit_id, two.site_id, two.task):
        return
    last, first = min(one.span[1], two.span[1]), max(one.span[0], two.span[0])
    if one.day is not None and two.day is not None:
        if one.day == two.day or (one.visit_id and Month.of(one.day) == Month.of(two.day)):
            yield "date"
    elif last < first:
        if Month.of(last) == Month.of(first):
            yield "date" if two.day else "not_after" if two.span[1] == last else "not_before"
    else:
        for column in ("vehicle_id", "crew_id"):
            fixed = getattr(one, column), getattr(two, column)
            if None not in fixed and fixed[0] != fixed[1]:
                yield column
