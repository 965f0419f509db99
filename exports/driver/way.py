"""Tells how to drive to each place of a trip."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from exports.driver.dangers import Danger, list_dangers, list_leg_closures, name_road
from exports.driver.trip_book import TripBook
from province.language import Language
from province.roads import Closure, Segment
from routing.trips import Leg

TOLD_FROM_M = 5_000
"""A road without a number is named on the sheet from this length on."""


@dataclass(frozen=True, slots=True)
class DrivenWay:
    """How to drive a leg: its roads in order, and what to mind on them.

    `key` is that of the place it leads to, see `exports.driver.next_items.NextItem`.
    """

    key: str
    leg: Leg
    roads: tuple[str, ...]
    dangers: tuple[Danger, ...]
    closures: tuple[Closure, ...]

    @property
    def num_warnings(self) -> int:
        """Number of dangers and closures."""
        return len(self.dangers) + len(self.closures)


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
    return DrivenWay(
        key, leg, tuple(roads), list_dangers(leg, book), list_leg_closures(leg, day, book)
    )


def list_road_names(segments: Iterable[Segment], language: Language) -> list[str]:
    """Return the roads of a way in order; short ones without a number only alone."""
    own = list(segments)
    told = [s for s in own if s.ref or s.length_m >= TOLD_FROM_M] or own
    return [name for name, _ in groupby(name_road(segment, language) for segment in told)]
