"""Lays tracks beside the trips that were planned for their days."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from planning.past.read import PastTrip
from planning.tracks.driven_day import DrivenDay, measure_day
from planning.tracks.track_days import TrackDay, join_days, split_days
from planning.tracks.trip_of_day import PlannedDay, choose_day, list_planned_days
from province.errors import InputError
from province.facts import Province
from province.findings import Findings
from province.ids import SegmentId
from province.language import Message, message
from province.tracks import Track
from roads.matching import Matcher
from roads.network import build_network
from routing.checks.road_facts import CheckedRoads

MOST_DAYS_TOLD = 5


@dataclass(frozen=True, slots=True)
class LaidTracks:
    """What tracks say of trips, by day and trip.

    Parameters
    ----------
    left_out
        Days of files that no trip was driven on: file, day.
    """

    days: tuple[DrivenDay, ...] = ()
    left_out: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What tracks are laid on."""

    matcher: Matcher
    numbers: dict[SegmentId, int]
    planned: dict[date, list[PlannedDay]]


def without_factors(province: Province) -> Province:
    """Return the facts as if every factor of a road class and of a road were 1."""
    plain = province.settings.roads.model_copy(update={"class_factors": {}, "road_factors": {}})
    settings = province.settings.model_copy(update={"roads": plain})
    return dataclasses.replace(province, settings=settings)


def lay_tracks(
    province: Province,
    trips: Iterable[PastTrip],
    brought: Sequence[Track],
    kept: Sequence[Track] = (),
) -> LaidTracks:
    """Return each day of a trip that tracks tell of.

    Parameters
    ----------
    kept
        Tracks that were good once: whether they belong to a trip still does not matter.

    Raises
    ------
    InputError
        If a file that is brought has no day that any trip was driven on: all such files, each with
        the reason.
    """
    tracks = (*brought, *kept)
    if not tracks:
        return LaidTracks()
    zone = ZoneInfo(province.settings.province.timezone)
    parts = [part for track in tracks for part in split_days(track, zone)]
    ground = _lay_ground(province, trips, frozenset(part.day for part in parts))
    own: dict[int, list[TrackDay]] = defaultdict(list)
    chosen: dict[int, PlannedDay] = {}
    missed = []
    for part in parts:
        metres = ground.matcher.measure_metres(part.places)
        planned = ground.planned.get(part.day, [])
        best = choose_day(planned, metres, ground.matcher, ground.numbers)
        if best is None:
            missed.append(part)
        else:
            chosen[id(best)] = best
            own[id(best)].append(part)
    fitting = {part.names[0] for known in own.values() for part in known}
    strange = {track.name for track in brought} - fitting
    _refuse_strange([part for part in missed if part.names[0] in strange], ground)
    roads = CheckedRoads(without_factors(province))
    days = [
        measure_day(planned, join_days(own[key]), roads, ground.matcher)
        for key, planned in chosen.items()
    ]
    days.sort(key=lambda one: (one.planned.day, one.planned.past.trip.trip_id))
    return LaidTracks(tuple(days), tuple((part.names[0], part.day) for part in missed))


def _lay_ground(province: Province, trips: Iterable[PastTrip], days: frozenset[date]) -> _Ground:
    network = build_network(province.segments)
    matcher = Matcher(network)
    planned: dict[date, list[PlannedDay]] = defaultdict(list)
    for one in list_planned_days(trips, days, province, matcher):
        planned[one.day].append(one)
    return _Ground(matcher, network.numbers, planned)


def _refuse_strange(missed: Iterable[TrackDay], ground: _Ground) -> None:
    """Raise InputError for files of which no day is a trip's."""
    findings = Findings()
    by_file: dict[str, list[TrackDay]] = defaultdict(list)
    for part in missed:
        by_file[part.names[0]].append(part)
    for name, parts in by_file.items():
        told = [part.day.isoformat() for part in parts]
        value = ", ".join(told[:MOST_DAYS_TOLD]) + " …" * (len(told) > MOST_DAYS_TOLD)
        findings.at(name, None, "").add(
            value,
            expected=message("a track along a trip that was planned for its day"),
            advice=_advise(parts, ground),
        )
    if findings.faults:
        raise InputError(findings.faults)


def _advise(parts: list[TrackDay], ground: _Ground) -> Message:
    nearest_km = min(_measure_away_km(part, ground.matcher) for part in parts)
    if nearest_km > 1:
        return message(
            "it stays {count} km away from every road of this province: name the folder of its own",
            count=round(nearest_km) if np.isfinite(nearest_km) else "∞",
        )
    if not any(ground.planned.get(part.day) for part in parts):
        return message("no trip is planned for these days: check the date, or name another track")
    return message(
        "the trips of these days lead elsewhere, or their stops are not made: name another track"
    )


def _measure_away_km(part: TrackDay, matcher: Matcher) -> float:
    metres = matcher.measure_metres(part.places)
    known = metres[np.isfinite(metres).all(axis=1)]
    if not len(known) or not len(matcher.tree):
        return float("inf")
    _, away = matcher.tree.query_nearest(
        shapely.points(known), all_matches=False, return_distance=True
    )
    return float(np.min(away)) / 1000
