"""Gathers what lies under the routes of a map: roads, communes, closures and names.

Lines are lists of whole numbers: longitude and latitude of the first point in units of 1e-5
degrees, then the differences from point to point. ``lines.js`` reads them back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from markupsafe import Markup
from shapely.geometry import LineString, Polygon, box

from exports.pages.template import read_macros
from exports.text.words import ROAD_CLASSES
from province.dates import DateSpan
from province.facts import Province
from province.ids import SegmentId
from province.language import Language, translate
from province.places import Commune, Site
from province.roads import Closure, RoadClass, Segment
from roads.closures import list_closed_stretches
from roads.stretches import Stretch, cut_line

UNITS_PER_DEGREE = 100_000
DRAW_ORDER = (
    RoadClass.TRACK, RoadClass.COMMUNE, RoadClass.URBAN, RoadClass.DISTRICT, RoadClass.PROVINCIAL,
    RoadClass.NATIONAL, RoadClass.FERRY,
)  # fmt: skip

Bounds = tuple[float, float, float, float]
"""West, south, east, north, EPSG:4326 degrees."""


@dataclass(slots=True)
class LineTable:
    """The segments a page draws, each once; legs and closures refer to them by number."""

    segments: dict[SegmentId, Segment]
    lines: list[list[int]] = field(default_factory=list)
    number_by_id: dict[SegmentId, int] = field(default_factory=dict)
    number_by_part: dict[Stretch, int] = field(default_factory=dict)

    def number(self, segment_id: SegmentId) -> int:
        """Return the number of a segment's line, taking it into the table."""
        if segment_id not in self.number_by_id:
            self.number_by_id[segment_id] = len(self.lines)
            self.lines.append(encode_line(self.segments[segment_id].line))
        return self.number_by_id[segment_id]

    def number_part(self, part: Stretch) -> int:
        """Return the number of the line of a part of a segment, taking it into the table."""
        if (part.first, part.last) == (0.0, 1.0):
            return self.number(part.segment_id)
        if part not in self.number_by_part:
            self.number_by_part[part] = len(self.lines)
            line = self.segments[part.segment_id].line
            self.lines.append(encode_line(cut_line(line, part.first, part.last)))
        return self.number_by_part[part]

    def trace(self, driven: Iterable[tuple[SegmentId, bool]]) -> list[int]:
        """Return a way as numbers from 1, negative where driven from end to start."""
        return [
            self.number(segment_id) + 1 if is_forward else -self.number(segment_id) - 1
            for segment_id, is_forward in driven
        ]


def encode_line(line: Sequence[tuple[float, float]]) -> list[int]:
    """Return a line as whole numbers, see the module's first lines."""
    numbers: list[int] = []
    last_lon = last_lat = 0
    for lon, lat in line:
        now_lon, now_lat = round(lon * UNITS_PER_DEGREE), round(lat * UNITS_PER_DEGREE)
        numbers += (now_lon - last_lon, now_lat - last_lat)
        last_lon, last_lat = now_lon, now_lat
    return numbers


def simplify(line: Sequence[tuple[float, float]], tolerance: float) -> list[tuple[float, float]]:
    """Return a line without points that lie closer than `tolerance` degrees to what stays."""
    if tolerance <= 0 or len(line) <= 2:
        return list(line)
    return [(lon, lat) for lon, lat in LineString(line).simplify(tolerance).coords]


def list_near(segments: Iterable[Segment], within: Bounds) -> list[Segment]:
    """Return the segments that touch a box."""
    frame = box(*within)
    return [segment for segment in segments if frame.intersects(LineString(segment.line))]


def count_points(segments: Iterable[Segment]) -> int:
    """Return of how many points segments are drawn."""
    return sum(len(segment.line) for segment in segments)


def place_site(site: Site) -> list[float]:
    """Return longitude and latitude with a metre's precision."""
    return [round(site.lon, 5), round(site.lat, 5)]


def draw_roads(
    segments: Iterable[Segment], language: Language, *, tolerance: float = 0.0
) -> list[dict[str, Any]]:
    """Return roads joined by class and number, the smallest class first.

    Parameters
    ----------
    tolerance
        Degrees by which a line may stray from the real one.
    """
    grouped: dict[tuple[int, str, bool], list[Segment]] = {}
    for segment in segments:
        key = (DRAW_ORDER.index(segment.road_class), segment.ref, segment.is_dry_only)
        grouped.setdefault(key, []).append(segment)
    roads = []
    for (order, ref, is_dry_only), members in sorted(grouped.items()):
        longest = max(members, key=lambda segment: (segment.length_m, segment.segment_id))
        road_class = DRAW_ORDER[order]
        name = translate(ROAD_CLASSES[road_class], language)
        roads.append(
            {
                "c": road_class.value,
                "dry": int(is_dry_only),
                "ref": ref,
                "name": f"{ref} · {name}" if ref else name,
                "at": middle_of(longest.line),
                "l": [encode_line(simplify(m.line, tolerance)) for m in members],
            }
        )
    return roads


def draw_communes(
    communes: Iterable[Commune],
    describe: Callable[[Commune], dict[str, Any]],
    *,
    within: Bounds | None = None,
    tolerance: float = 0.0,
) -> list[dict[str, Any]]:
    """Return outlines with what `describe` says about each commune."""
    frame = box(*within) if within else None
    drawn = []
    for commune in communes:
        rings = [
            ring for ring in commune.outline if frame is None or frame.intersects(Polygon(ring))
        ]
        if rings:
            drawn.append(
                {
                    "name": commune.name,
                    "at": [round(commune.seat_lon, 5), round(commune.seat_lat, 5)],
                    "r": [encode_line(simplify(ring, tolerance)) for ring in rings],
                    **describe(commune),
                }
            )
    return drawn


def middle_of(line: Sequence[tuple[float, float]]) -> list[float]:
    """Return the point half-way along a line, as drawn."""
    point = LineString(line).interpolate(0.5, normalized=True)
    return [round(point.x, 5), round(point.y, 5)]


def bound_lines(
    lines: Iterable[Sequence[tuple[float, float]]], *, margin: float = 0.0
) -> Bounds | None:
    """Return the box around lines, wider by `margin` degrees on each side; None without lines."""
    points = [point for line in lines for point in line]
    if not points:
        return None
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return (min(lons) - margin, min(lats) - margin, max(lons) + margin, max(lats) + margin)


def list_closures(province: Province, first: date, last: date) -> tuple[Closure, ...]:
    """Return the closures that hold on some day between two days, both included."""
    days = tuple(DateSpan(first, last).days())
    return tuple(
        closure for closure in province.closures if any(closure.holds_on(day) for day in days)
    )


def list_closed_parts(closure: Closure, province: Province) -> tuple[Stretch, ...]:
    """Return the stretches of road a closure is about, by segment."""
    return list_closed_stretches(closure, province.segments, province.communes, province.areas)


def list_closed(closure: Closure, province: Province) -> tuple[SegmentId, ...]:
    """Return the ids of the segments a closure is about, ascending."""
    return tuple(sorted({part.segment_id for part in list_closed_parts(closure, province)}))


def describe_closure(closure: Closure, language: Language) -> Markup:
    """Return what, where, when and why, as HTML."""
    return Markup(read_macros("pages/marks.html.j2", language).closure(closure))
