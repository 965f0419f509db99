"""Finds the trip that a day of a track was driven on."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from planning.past.read import PastTrip
from planning.tracks.stands import STEP_M
from province.facts import Province
from province.ids import SegmentId, SiteId
from roads.array_types import Floats
from roads.matching import NEAR_M, Matcher
from roads.stretches import find_point
from routing.trips import Leg, TripDay

SITE_M = 250.0
"""So far from a site, or from where the plan stops for it, somebody is there: an assumption."""

LEAST_SHARE = 0.5
"""Of the way, or of the stops, that must be as planned for a track to be of a trip."""


@dataclass(frozen=True, slots=True, eq=False)
class PlannedDay:
    """A day of a planned trip, laid out for tracks.

    Parameters
    ----------
    spots
        Where the vehicle is for each site of the day, in metres: the site itself, and the places
        on the road where legs end and begin there.
    """

    past: PastTrip
    part: TripDay
    spots: dict[SiteId, Floats]

    @property
    def day(self) -> date:
        """Its date."""
        return self.part.day

    @property
    def segments(self) -> frozenset[SegmentId]:
        """The segments of its legs."""
        return frozenset(key for leg in self.part.legs for key, _ in leg.segments)

    def list_near(self, site: SiteId, metres: Floats) -> Floats:
        """Return for each of some places whether it is at a site."""
        own = self.spots.get(site)
        if own is None:
            return np.zeros(len(metres), dtype=np.bool_)
        away = np.hypot(*(metres[:, None, :] - own[None, :, :]).transpose(2, 0, 1))
        is_near: Floats = (away <= SITE_M).any(axis=1)
        return is_near


def list_planned_days(
    trips: Iterable[PastTrip], days: frozenset[date], province: Province, matcher: Matcher
) -> Iterator[PlannedDay]:
    """Yield the days of trips, not cancelled, that fall on some dates."""
    for past in trips:
        for part in past.trip.days:
            if part.day in days and part.legs and not past.is_cancelled:
                yield PlannedDay(past, part, _find_spots(part, province, matcher))


def _find_spots(part: TripDay, province: Province, matcher: Matcher) -> dict[SiteId, Floats]:
    places: dict[SiteId, list[tuple[float, float]]] = {}
    for leg in part.legs:
        for site_id, is_end in ((leg.from_site, False), (leg.to_site, True)):
            own = places.setdefault(site_id, [])
            if (site := province.site_by_id.get(site_id)) is not None:
                own.append((site.lon, site.lat))
            if (place := _find_end(leg, province, is_end=is_end)) is not None:
                own.append(place)
    return {
        site: matcher.measure_metres(np.array(own, dtype=np.float64))
        for site, own in places.items() if own
    }  # fmt: skip


def _find_end(leg: Leg, province: Province, *, is_end: bool) -> tuple[float, float] | None:
    if not leg.segments:
        return None
    key, is_forward = leg.segments[-1 if is_end else 0]
    segment = province.segment_by_id.get(key)
    if segment is None:
        return None
    share = leg.to_share if is_end else leg.from_share
    return find_point(segment.line, share if is_forward else 1.0 - share)


def choose_day(
    planned: Iterable[PlannedDay], metres: Floats, matcher: Matcher, numbers: dict[SegmentId, int]
) -> PlannedDay | None:
    """Return the planned day that a track fits best; None where it fits none.

    It fits where it comes to a stop of the day, and to half of them or half of its way along the
    planned one.
    """
    best: tuple[float, PlannedDay] | None = None
    way = _thin_out(metres)
    for one in planned:
        sites = list(dict.fromkeys(stop.site_id for stop in one.part.stops))
        if not sites:  # a day on the way home, or to bed
            sites = [one.part.legs[-1].to_site]
        seen = sum(bool(one.list_near(site, metres).any()) for site in sites) / len(sites)
        own = [numbers[key] for key in sorted(one.segments) if key in numbers]
        along = _share_along(way, shapely.union_all(matcher.lines[own])) if own else 0.0
        is_fit = seen > 0 and max(seen, along) >= LEAST_SHARE
        if is_fit and (best is None or seen + along > best[0]):
            best = seen + along, one
    return best[1] if best else None


def _thin_out(metres: Floats) -> Floats:
    """Return points at least `STEP_M` apart, so that standing does not count."""
    kept: list[list[float]] = []
    for place in metres.tolist():
        if not kept or math.dist(kept[-1], place) >= STEP_M:
            kept.append(place)
    return np.array(kept)


def _share_along(way: Floats, planned: shapely.Geometry) -> float:
    shapely.prepare(planned)
    return float(np.mean(shapely.dwithin(shapely.points(way), planned, NEAR_M)))
