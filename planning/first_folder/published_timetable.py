"""Reads a published mobile-library timetable: its stops, and the days on which each is visited.

The timetable follows the public schema for mobile library stops: one row a stop, coordinates in
degrees or British grid, days by name, frequency as an RRULE (RFC 5545) from `start` to `end`, less
the dates in `exceptions`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator
from pyproj import Transformer

from province.cells import Clock, Day, Heading, Text, parse_day, parse_degrees
from province.dates import DateSpan, clock
from province.errors import InputError
from province.findings import CellError, Finding, Findings
from province.language import message
from province.recurrence import LUNAR, find_rule_fault, occurs, repeat_days
from province.tables.read import read_table
from province.tables.rows import make_fact, make_row_model

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

GRID = "EPSG:27700"
GRID_M = (700_000, 1_300_000)
"""The national grid's easternmost and northernmost metre; it begins at 0, 0."""

GRID_COUNTRIES = ("GB", "IM")

Spot = tuple[float, float]


def parse_exceptions(value: Any) -> Any:
    """Return the days of a list; services separate them by ``,``, ``;``, ``|`` or spaces."""
    if not isinstance(value, str):
        return value
    return tuple(parse_day(part) for part in re.split(r"[,;|\s]+", value) if part)


def parse_weekday(value: Any) -> Any:
    """Return the number of a weekday, Monday 0, from its English name."""
    if isinstance(value, str) and value.capitalize() not in WEEKDAYS:
        raise CellError(
            message("one of {choices}", choices=", ".join(WEEKDAYS)),
            message("write the English name of the day"),
        )
    return WEEKDAYS.index(value.capitalize()) if isinstance(value, str) else value


Coordinate = Annotated[float, BeforeValidator(parse_degrees)]


@dataclass(frozen=True, slots=True)
class PublishedStop:
    """A row of the timetable, as far as planning needs it.

    Parameters
    ----------
    line
        Line in the file, from 1.
    at
        Longitude and latitude, degrees.
    arrival_min, departure_min
        Minutes after midnight.
    frequency, start, end, exceptions
        Days of visits: those of the RRULE that begins at `start`, up to `end` (None: for ever),
        less the exceptions. A start of None counts from the first such weekday asked for.
    """

    line: int
    at: Spot
    mobile: Text
    stop: Text
    weekday: Annotated[int, BeforeValidator(parse_weekday), Heading("day")]
    arrival_min: Annotated[Clock, Heading("arrival")]
    departure_min: Annotated[Clock, Heading("departure")]
    organisation: str = ""
    route: str = ""
    community: str = ""
    frequency: str = "FREQ=WEEKLY"
    start: Day | None = None
    end: Day | None = None
    exceptions: Annotated[tuple[date, ...], BeforeValidator(parse_exceptions)] = ()

    @property
    def name(self) -> str:
        """The community and the stop, once each."""
        return ", ".join(dict.fromkeys(part for part in (self.community, self.stop) if part))

    @property
    def rule(self) -> str:
        """The RRULE as it is repeated."""
        return _tidy(self.frequency)

    def list_visits(self, span: DateSpan) -> tuple[date, ...]:
        """Return the days of a span on which the stop is made, ascending."""
        start = self._first_day(span)
        last = span.last if self.end is None else min(span.last, self.end)
        if last < max(start, span.first) or not occurs(self.rule, start):
            return ()
        days = repeat_days(self.rule, start, max(start, span.first), last)
        return tuple(day for day in days if day not in self.exceptions)

    def _first_day(self, span: DateSpan) -> date:
        """Return where the rule begins: a plain weekly one on the weekday that is named."""
        start = self.start or span.first
        names_days = any(part in self.rule for part in ("BYDAY", "BYMONTHDAY", "BYYEARDAY"))
        if self.start is not None and (names_days or "FREQ=WEEKLY" not in self.rule):
            return start
        return start + timedelta(days=(self.weekday - start.weekday()) % 7)


TimetableRow = make_row_model(PublishedStop, "line", "at", geox=Coordinate, geoy=Coordinate)


@dataclass(frozen=True, slots=True)
class Round:
    """What a vehicle drives on one day for one route, by time of arrival."""

    mobile: str
    route: str
    day: date
    stops: tuple[PublishedStop, ...]


def read_timetable(
    path: Path, *, country: str
) -> tuple[tuple[PublishedStop, ...], tuple[Finding, ...]]:
    """Return the rows of a timetable, and what one should know about them.

    Parameters
    ----------
    country
        Two letters; eastings and northings are read for Great Britain and the Isle of Man.

    Raises
    ------
    InputError
        With every fault of the table.
    """
    findings = Findings()
    table = read_table(path.parent, path.name, TimetableRow, findings, synonyms={})
    for line, row, _ in table.rows:
        _check_row(path.name, line, row, findings)
    if not table.rows and not findings.faults:
        findings.at(path.name).add(
            "", expected=message("at least one stop"), advice=message("export the timetable again")
        )
    lines = [(line, row) for line, row, _ in table.rows]
    spots = _read_spots(path.name, lines, country, findings)
    if findings.faults:
        raise InputError(findings.faults)
    stops = tuple(
        make_fact(PublishedStop, row, line=line, at=at)
        for (line, row), at in zip(lines, spots, strict=True)
    )
    for stop in stops:
        _check_days(path.name, stop, findings)
    return stops, findings.warnings


def list_rounds(stops: Iterable[PublishedStop], span: DateSpan) -> tuple[Round, ...]:
    """Return what is driven in a span, by vehicle, route and day."""
    found: dict[tuple[str, str, date], list[PublishedStop]] = defaultdict(list)
    for stop in stops:
        for day in stop.list_visits(span):
            found[stop.mobile, stop.route, day].append(stop)
    return tuple(
        Round(*key, tuple(sorted(found[key], key=lambda s: (s.arrival_min, s.stop))))
        for key in sorted(found)
    )


def find_overlaps(name: str, rounds: Iterable[Round]) -> Iterator[Finding]:
    """Yield a warning for each stop at which a vehicle arrives before it has left another.

    Parameters
    ----------
    name
        Name of the file.
    """
    days: dict[tuple[str, date], list[PublishedStop]] = defaultdict(list)
    for one in rounds:
        days[one.mobile, one.day].extend(one.stops)
    told: set[tuple[int, int]] = set()
    for stops in days.values():
        before, *rest = sorted(stops, key=lambda stop: (stop.arrival_min, stop.line))
        for stop in rest:
            pair = before.line, stop.line
            if stop.arrival_min < before.departure_min and pair not in told:
                told.add(pair)
                yield _overlap(name, before, stop)
            before = max(before, stop, key=lambda s: s.departure_min)


def _overlap(name: str, before: PublishedStop, stop: PublishedStop) -> Finding:
    return Finding(
        name,
        stop.line,
        "arrival",
        clock(stop.arrival_min),
        message(
            "{mobile} in one place at a time: on the same day it stands at {stop} (row {row}) "
            "until {time}",
            mobile=stop.mobile,
            stop=before.stop,
            row=before.line,
            time=clock(before.departure_min),
        ),
        message("correct the times of one of the two"),
        is_warning=True,
    )


def _check_row(name: str, line: int, row: Any, findings: Findings) -> None:
    rule = _tidy(row.frequency)
    if rule.startswith(LUNAR) or find_rule_fault(rule):
        findings.at(name, line, "frequency").add(
            row.frequency,
            expected=message("an RRULE like FREQ=WEEKLY;INTERVAL=2"),
            advice=message("correct it: RFC 5545 says what a rule may hold"),
        )
    if row.departure < row.arrival:
        findings.at(name, line, "departure").add(
            clock(row.departure),
            expected=message("not before the arrival, {time}", time=clock(row.arrival)),
            advice=message("correct one of the two"),
        )
    if row.start is not None and row.end is not None and row.end < row.start:
        findings.at(name, line, "end").add(
            row.end.isoformat(),
            expected=message("not before the start, {day}", day=row.start.isoformat()),
            advice=message("correct one of the two"),
        )


def _check_days(name: str, stop: PublishedStop, findings: Findings) -> None:
    """Warn where the weekday and the dates of a row disagree, or the start is missing."""
    if stop.start is None:
        findings.at(name, stop.line, "start").add(
            "",
            expected=message("the first date of the stop"),
            advice=message(
                "write it; until then the first {day} counts", day=WEEKDAYS[stop.weekday]
            ),
            is_warning=True,
        )
    elif stop.start.weekday() != stop.weekday:
        findings.at(name, stop.line, "start").add(
            stop.start.isoformat(),
            expected=message("a {day}, as the row says", day=WEEKDAYS[stop.weekday]),
            advice=message(
                "correct one of the two; a weekly rule counts from the next {day}",
                day=WEEKDAYS[stop.weekday],
            ),
            is_warning=True,
        )


def _tidy(rule: str) -> str:
    """Return the rule of whole days: an UNTIL keeps its day alone (``20261231T235959Z``)."""
    rule = re.sub(r"\s+", "", rule).upper().rstrip(";").removeprefix("RRULE:")
    return re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", rule) or "FREQ=WEEKLY"


def _read_spots(
    name: str, rows: list[tuple[int, Any]], country: str, findings: Findings
) -> list[Spot]:
    """Return longitude and latitude of each row; a file keeps to degrees or to metres."""
    in_metres = [
        max(abs(row.geox), abs(row.geoy)) > 180 and _is_on_grid(row, country) for _, row in rows
    ]
    transform = Transformer.from_crs(GRID, "EPSG:4326", always_xy=True).transform
    spots: list[Spot] = []
    for (line, row), is_grid in zip(rows, in_metres, strict=True):
        for column, value, most in (("geox", row.geox, 180), ("geoy", row.geoy, 90)):
            if not is_grid and abs(value) > most:
                findings.at(name, line, column).add(
                    value,
                    expected=message(
                        "degrees of at most {most}, or metres of the British grid", most=most
                    ),
                    advice=message("take the position from a map; for metres say --country GB"),
                )
        if is_grid != in_metres[0]:
            findings.at(name, line, "geox").add(
                row.geox,
                expected=message("degrees in all rows, or metres in all rows"),
                advice=message("write the position as the first row does"),
            )
        spots.append(transform(row.geox, row.geoy) if is_grid else (row.geox, row.geoy))
    return spots


def _is_on_grid(row: Any, country: str) -> bool:
    inside = 0 <= row.geox <= GRID_M[0] and 0 <= row.geoy <= GRID_M[1]
    return inside and country in GRID_COUNTRIES
