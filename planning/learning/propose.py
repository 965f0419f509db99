"""Proposes factors of speed by road class and road, and of service by site, where sure enough."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from planning.learning.estimate import Estimate, estimate_services
from planning.learning.measured import Seen, gather_seen
from planning.learning.slowness import Slowness, estimate_slowness
from planning.past.read import PastTrip
from planning.tracks.lay_tracks import LaidTracks
from province.facts import Province

SURE_SD, LIKELY_SD = 2.58, 1.96
"""Standard deviations away from what is in force: 99 and 95 in 100 lie within them."""

LEAST_CHANGE = 0.05
"""A factor that changes by less is left as it is."""

SPEED_BOUNDS, SERVICE_BOUNDS = (0.1, 3.0), (0.25, 4.0)
"""Between these a factor is proposed; what lies outside is a fault of the record, or of the map."""


NO_TRACKS = LaidTracks()
"""Learning from what was written down alone."""


class Surety(StrEnum):
    """How sure it is that a factor is another than the one in force."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"
    TOO_FEW = "too few"


class Subject(StrEnum):
    """What a factor may be of."""

    CLASS = "speed"
    ROAD = "road"
    EVERYWHERE = "everywhere"
    SITE = "service"


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt of one factor.

    Parameters
    ----------
    subject, about
        What kind of thing the factor is of, and which: the road class, the number or name of the
        road, or the site; of exchanges everywhere "", which no factor is written for.
    now
        The factor in force.
    seen
        What the times say alone.
    believed, sd
        What they say together with what was believed before, and how far that may be off
        (standard deviation).
    proposed
        What to write; None: leave what is in force.
    count
        Legs, days of tracks, or visits.
    """

    subject: Subject
    about: str
    now: float
    seen: float
    believed: float
    sd: float
    proposed: float | None
    count: int
    surety: Surety


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that was learnt.

    Parameters
    ----------
    beside_min, beside_sd
        Minutes that a leg takes beside driving, more than planned.
    num_trips
        Trips of which anything is recorded, or that a track tells of.
    classes, roads
        Of speeds on classes of road, and on single roads that differ from theirs; the factor of a
        road multiplies that of its class as it will be once what is proposed is written.
    """

    classes: tuple[Learnt, ...]
    roads: tuple[Learnt, ...]
    everywhere: Learnt
    sites: tuple[Learnt, ...]
    beside_min: float
    beside_sd: float
    num_trips: int
    seen: Seen

    @property
    def proposals(self) -> tuple[Learnt, ...]:
        """What is proposed to be written."""
        every = (*self.classes, *self.roads, *self.sites)
        return tuple(one for one in every if one.proposed is not None)


def learn(province: Province, trips: Iterable[PastTrip], tracks: LaidTracks = NO_TRACKS) -> Lesson:
    """Return what the recorded times of trips and their tracks teach; nothing is written."""
    tracked = {one.planned.past.key for one in tracks.days}
    known = [past for past in trips if past.is_reported or past.key in tracked]
    seen, settings = gather_seen(province, known, tracks.days), province.settings.learn
    in_force = province.settings.roads.road_factors
    slowness = estimate_slowness(seen.legs, settings, seen.stretches, in_force)
    services = estimate_services(seen.visits, settings)
    sites = tuple(
        _judge(
            Subject.SITE, site, province.site_by_id[site].service_factor, one,
            settings.visits_at_least, SERVICE_BOUNDS,
        )
        for site, one in services.by_site.items()
    )  # fmt: skip
    classes = _judge_classes(province, slowness)
    return Lesson(
        classes,
        tuple(_judge_roads(province, slowness, classes)),
        _judge(
            Subject.EVERYWHERE, "", 1.0, services.everywhere, settings.visits_at_least, None
        ),
        sites,
        slowness.beside_min,
        slowness.beside_sd,
        len(known),
        seen,
    )  # fmt: skip


def _judge_classes(province: Province, slowness: Slowness) -> tuple[Learnt, ...]:
    settings = province.settings
    return tuple(
        _judge(
            Subject.CLASS, kind, settings.roads.class_factors.get(kind, 1.0), _turn(slow),
            settings.learn.legs_at_least, SPEED_BOUNDS,
        )
        for kind, slow in slowness.by_class.items()
    )  # fmt: skip


def _turn(slow: Estimate, beside: float = 1.0) -> Estimate:
    """Return the factor of what is so slow, beside another one: twice as slow is half the speed."""
    least, most = SPEED_BOUNDS
    mean = min(max(slow.mean / beside, 1.0 / most), 1.0 / least)
    seen = beside / slow.seen if slow.seen > 0 else most
    return Estimate(seen, 1.0 / mean, slow.sd / beside / mean**2, slow.count)


def _judge_roads(
    province: Province, slowness: Slowness, classes: Iterable[Learnt]
) -> Iterator[Learnt]:
    """Yield what was learnt of single roads, beside the factors of their classes."""
    settings = province.settings
    factors = {one.about: one.now if one.proposed is None else one.proposed for one in classes}
    for road, slow in slowness.by_road.items():
        usual = sum(share / factors[kind] for kind, share in slow.by_class)
        yield _judge(
            Subject.ROAD, road, settings.roads.road_factors.get(road, 1.0),
            _turn(slow.whole, usual), settings.learn.road_days_at_least, SPEED_BOUNDS,
        )  # fmt: skip


def _judge(
    subject: Subject,
    about: str,
    now: float,
    one: Estimate,
    at_least: int,
    bounds: tuple[float, float] | None,
) -> Learnt:
    """Return what is proposed for a factor; without bounds nothing ever is."""
    away = abs(one.mean - now)
    surety = Surety.UNSURE
    if one.count < at_least:
        surety = Surety.TOO_FEW
    elif away > LIKELY_SD * one.sd:
        surety = Surety.SURE if away > SURE_SD * one.sd else Surety.LIKELY
    proposed = None
    if bounds and surety in (Surety.SURE, Surety.LIKELY) and away >= LEAST_CHANGE:
        proposed = round(min(max(one.mean, bounds[0]), bounds[1]), 2)
    return Learnt(subject, about, now, one.seen, one.mean, one.sd, proposed, one.count, surety)
