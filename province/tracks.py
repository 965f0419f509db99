"""Reads the tracks that phones and navigators record: GPX files with the time of each point.

A document type is never looked at, so that no entity is expanded and no other file is opened.

References
----------
https://www.topografix.com/GPX/1/1/ : ``trkpt`` with ``lat``, ``lon`` (WGS 84 degrees) and ``time``
(UTC unless it says otherwise).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from province.errors import InputError
from province.findings import Findings
from province.language import Message, message

LARGEST_BYTES = 100_000_000
"""A week at a point a second is half of it."""

CHUNK = 1 << 20


class TrackPoint(NamedTuple):
    """Where a phone was at a moment; EPSG:4326 degrees."""

    moment: datetime
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Track:
    """What a file says, in the order of time.

    Parameters
    ----------
    name
        Of the file.
    points
        One for each moment; their moments have a time zone.
    """

    name: str
    points: tuple[TrackPoint, ...]


class _TrackError(Exception):
    """What keeps a file from being read: where, what stands there, what was expected."""

    def __init__(self, expected: Message, value: str = "", line: int | None = None) -> None:
        self.expected, self.value, self.line = expected, value, line
        super().__init__(str(expected))


def read_tracks(paths: Iterable[Path]) -> tuple[Track, ...]:
    """Return the tracks of some files.

    Raises
    ------
    InputError
        With the faults of all files.
    """
    findings, tracks = Findings(), []
    advice = message("export the track from the phone again, as GPX with times")
    for path in paths:
        try:
            tracks.append(Track(path.name, _read_points(path)))
        except _TrackError as error:
            at = findings.at(path.name, error.line, "")
            at.add(error.value, expected=error.expected, advice=advice)
    if findings.faults:
        raise InputError(findings.faults)
    return tuple(tracks)


def _read_points(path: Path) -> tuple[TrackPoint, ...]:
    if (size := path.stat().st_size) > LARGEST_BYTES:
        raise _TrackError(
            message("a file of at most {count} MB", count=LARGEST_BYTES // 1_000_000), str(size)
        )
    collector = _PointReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.add_text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    collector.parser = parser
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _TrackError(
            message("a GPX file in well-formed XML"), str(error), parser.CurrentLineNumber
        ) from error
    if not collector.is_gpx or not collector.num_points:
        raise _TrackError(message("a GPX file with a track"))
    if not collector.points:
        raise _TrackError(message("a track with the time of each point"))
    by_moment = {point.moment: point for point in collector.points}
    return tuple(by_moment[moment] for moment in sorted(by_moment))


def _refuse_doctype(*_: object) -> None:
    raise _TrackError(message("a GPX file without a document type"), "DOCTYPE")


class _PointReader:
    """Takes the points of tracks from the elements that a parser meets."""

    def __init__(self) -> None:
        self.points: list[TrackPoint] = []
        self.num_points = 0
        self.is_gpx = False
        self.depth = 0
        self.parser = expat.ParserCreate()
        self._place: tuple[float, float] | None = None
        self._point_depth = 0
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        kind, self.depth = name.rpartition(" ")[2], self.depth + 1
        if self.depth == 1:
            self.is_gpx = kind == "gpx"
        elif kind == "trkpt":
            self.num_points += 1
            self._place, self._point_depth = self._read_place(attributes), self.depth
        elif kind == "time" and self._place and self.depth == self._point_depth + 1:
            self._text = []

    def add_text(self, text: str) -> None:
        """Take text of the element that is open."""
        if self._text is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if self._text is not None and self._place is not None:
            moment = self._read_moment("".join(self._text).strip())
            self.points.append(TrackPoint(moment, *self._place))
            self._text = None
        if name.rpartition(" ")[2] == "trkpt":
            self._place = None
        self.depth -= 1

    def _read_place(self, attributes: dict[str, str]) -> tuple[float, float]:
        found = []
        for key, most in (("lon", 180.0), ("lat", 90.0)):
            text = attributes.get(key, "")
            try:
                value = float(text)
            except ValueError:
                value = math.nan
            if not abs(value) <= most:
                expected = message("{name} in degrees, WGS 84", name=key)
                raise _TrackError(expected, text, self.parser.CurrentLineNumber)
            found.append(value)
        return found[0], found[1]

    def _read_moment(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            expected = message("a time like {example}", example="2026-12-03T01:30:00Z")
            raise _TrackError(expected, text, self.parser.CurrentLineNumber) from error
