"""Tells how to drive to each place of a trip, and what a driver must know about the way before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from exports.driver.trip_book import TripBook
from exports.text.formats import format_km, format_number
from exports.text.words import ROAD_CLASSES
from planning.meals import Meal
from province.language import Language, Message, message, translate
from province.roads import Closure, RoadClass, Segment
from routing.trips import Leg, Pause

STEEP_PCT = 10.0
"""Grade from which a road is called steep."""

ONE_LANE_M = 3.5
"""A road narrower than this has room for one vehicle."""


class DangerKind(StrEnum):
    """Kinds of danger, in the order told."""

    FERRY = "ferry"
    HAZARD = "hazard"
    STEEP = "steep"
    NARROW = "narrow"
    DRY_ONLY = "dry"


SIGNS: dict[DangerKind, str] = {
    DangerKind.FERRY: "⛴",
    DangerKind.HAZARD: "⚠",
    DangerKind.STEEP: "◢",
    DangerKind.NARROW: "⇥⇤",
    DangerKind.DRY_ONLY: "☂",
}


@dataclass(frozen=True, slots=True)
class Danger:
    """One danger along the way: consecutive segments of one road that share it.

    `text` is what to say about it; `segment` the one where it is worst.
    """

    kind: DangerKind
    road: str
    text: str
    segment: Segment

    @property
    def sign(self) -> str:
        """What marks it on map and sheet."""
        return SIGNS[self.kind]


def list_dangers(leg: Leg, book: TripBook) -> tuple[Danger, ...]:
    """Return the dangers of a leg in the order met."""
    found: list[Danger] = []
    for kind in DangerKind:
        run: list[tuple[Segment, bool]] = []
        for segment_id, is_forward in leg.segments:
            segment = book.segments[segment_id]
            has_it = _has_danger(segment, kind)
            if run and not (has_it and _is_same_road(run[-1][0], segment, kind)):
                found.append(_tell(kind, run, book.language))
                run = []
            if has_it:
                run.append((segment, is_forward))
        if run:
            found.append(_tell(kind, run, book.language))
    order = {segment_id: number for number, (segment_id, _) in enumerate(leg.segments)}
    found.sort(key=lambda danger: order[danger.segment.segment_id])
    return _once(found)


def list_leg_closures(leg: Leg, day: date, book: TripBook) -> tuple[Closure, ...]:
    """Return the closures that touch a leg on its day."""
    driven = {segment_id for segment_id, _ in leg.segments}
    return tuple(
        closure for closure, ids in book.closures if ids & driven and closure.holds_on(day)
    )


def name_road(segment: Segment, language: Language) -> str:
    """Return a road's number, else its name, else its class."""
    return segment.ref or segment.name or translate(ROAD_CLASSES[segment.road_class], language)


def _has_danger(segment: Segment, kind: DangerKind) -> bool:
    is_ferry = segment.road_class is RoadClass.FERRY
    if kind is DangerKind.FERRY:
        return is_ferry
    if kind is DangerKind.HAZARD:
        return bool(segment.hazard)
    if is_ferry:
        return False
    if kind is DangerKind.STEEP:
        return segment.steepest_pct >= STEEP_PCT
    if kind is DangerKind.NARROW:
        return segment.width_m is not None and segment.width_m < ONE_LANE_M
    return segment.is_dry_only


def _is_same_road(one: Segment, other: Segment, kind: DangerKind) -> bool:
    same = (one.ref, one.name if not one.ref else "") == (
        other.ref, other.name if not other.ref else "",
    )  # fmt: skip
    return same and (kind is not DangerKind.HAZARD or one.hazard == other.hazard)


def _tell(kind: DangerKind, run: list[tuple[Segment, bool]], language: Language) -> Danger:
    segments = [segment for segment, _ in run]
    worst = max(segments, key=lambda segment: segment.steepest_pct)
    if kind is not DangerKind.STEEP:
        worst = segments[0]
    length = format_km(sum(segment.length_m for segment in segments), language)
    if kind is DangerKind.FERRY:
        text = message("ferry, wait about {minutes} min", minutes=worst.ferry_wait_min)
    elif kind is DangerKind.HAZARD:
        return Danger(kind, name_road(worst, language), worst.hazard, worst)
    elif kind is DangerKind.STEEP:
        text = _tell_steep(run, worst, length, language)
    elif kind is DangerKind.NARROW:
        width = min(segment.width_m or ONE_LANE_M for segment in segments)
        text = message(
            "one lane, {width} m wide, {length}",
            width=format_number(width, language, digits=1), length=length,
        )  # fmt: skip
    else:
        text = message("passable when dry only, {length}", length=length)
    return Danger(kind, name_road(worst, language), translate(text, language), worst)


def _tell_steep(
    run: list[tuple[Segment, bool]], worst: Segment, length: str, language: Language
) -> Message:
    climb = sum(s.rise_m - s.fall_m if is_forward else s.fall_m - s.rise_m for s, is_forward in run)
    grade = format_number(worst.steepest_pct, language)
    if climb < 0:
        return message("steep down to {grade} %, {length}", grade=grade, length=length)
    return message("steep up to {grade} %, {length}", grade=grade, length=length)


def _once(dangers: list[Danger]) -> tuple[Danger, ...]:
    """Return dangers without repetition, as when a road is left and met again."""
    told: dict[tuple[DangerKind, str, str], Danger] = {}
    for danger in dangers:
        told.setdefault((danger.kind, danger.road, danger.text), danger)
    return tuple(told.values())


TOLD_FROM_M = 5_000
"""A road without a number is named on the sheet from this length on."""


@dataclass(frozen=True, slots=True)
class DrivenWay:
    """How to drive a leg: its roads in order, and what to mind on them.

    `key` is that of the place it leads to, see `exports.driver.next_items.NextItem`; `meal` is one
    that is taken on it.
    """

    key: str
    leg: Leg
    roads: tuple[str, ...]
    dangers: tuple[Danger, ...]
    closures: tuple[Closure, ...]
    meal: Meal | None = None

    @property
    def num_warnings(self) -> int:
        """Number of dangers and closures."""
        return len(self.dangers) + len(self.closures)

    def has_meal_in(self, pause: Pause) -> bool:
        """Whether a meal is taken in a pause."""
        begin, end = pause.start_min, pause.start_min + pause.minutes
        return self.meal is not None and begin <= self.meal.start_min < end


def list_ways(book: TripBook) -> dict[str, DrivenWay]:
    """Return the ways of a trip by the place they lead to: ``s1`` … , ``n0`` … , ``home``."""
    legs = []
    for number, day in enumerate(book.trip.days):
        legs += [(f"s{stop.sequence}", day.day, stop.leg) for stop in day.stops]
        if day.last_leg:
            key = "home" if day.day == book.trip.last_day else f"n{number}"
            legs.append((key, day.day, day.last_leg))
    return {key: _describe(key, day, leg, book) for key, day, leg in legs}


def _describe(key: str, day: date, leg: Leg, book: TripBook) -> DrivenWay:
    segments = [book.segments[segment_id] for segment_id, _ in leg.segments]
    roads = list_road_names(segments, book.language)
    meal = book.meals.get(day)
    return DrivenWay(
        key, leg, tuple(roads), list_dangers(leg, book), list_leg_closures(leg, day, book),
        meal if meal and leg.leave_min <= meal.start_min < leg.arrive_min else None,
    )  # fmt: skip


def list_road_names(segments: Iterable[Segment], language: Language) -> list[str]:
    """Return the roads of a way in order; short ones without a number only alone."""
    own = list(segments)
    told = [s for s in own if s.ref or s.length_m >= TOLD_FROM_M] or own
    return [name for name, _ in groupby(name_road(segment, language) for segment in told)]
