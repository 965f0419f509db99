"""Proposes factors of speed by road class and of service by site, where times are sure enough."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from planning.learning.estimate import Estimate, Slowness, estimate_services, estimate_slowness
from planning.learning.measured import Seen, gather_seen
from planning.past.read import PastTrip, list_past_trips, read_plans
from province.facts import Province
from province.ids import SiteId
from province.roads import RoadClass

SURE_SD, LIKELY_SD = 2.58, 1.96
"""Standard deviations away from what is in force: 99 and 95 in 100 lie within them."""

LEAST_CHANGE = 0.05
"""A factor that changes by less is left as it is."""

SPEED_BOUNDS, SERVICE_BOUNDS = (0.1, 3.0), (0.25, 4.0)
"""Between these a factor is proposed; what lies outside is a fault of the record, or of the map."""


class Surety(StrEnum):
    """How sure it is that a factor is another than the one in force."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"
    TOO_FEW = "too few"


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt of one factor.

    Parameters
    ----------
    about
        The road class or the site; None: exchanges everywhere, which no factor is written for.
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
        Legs or visits.
    """

    about: RoadClass | SiteId | None
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
        Trips of which anything is recorded.
    """

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
        return tuple(one for one in (*self.roads, *self.sites) if one.proposed is not None)


def read_lesson(folder: Path, province: Province) -> Lesson:
    """Return what the recorded times of all plans of a folder teach.

    Raises
    ------
    InputError
        If a plan is damaged, of another province, or of another month than its folder says.
    """
    return learn(province, list_past_trips(province, read_plans(folder, province)))


def learn(province: Province, trips: Iterable[PastTrip]) -> Lesson:
    """Return what the recorded times of trips teach; nothing is written."""
    reported = [past for past in trips if past.is_reported]
    seen, settings = gather_seen(province, reported), province.settings.learn
    slowness = estimate_slowness(seen.legs, settings)
    services = estimate_services(seen.visits, settings)
    sites = tuple(
        _judge(
            site, province.site_by_id[site].service_factor, one, settings.visits_at_least,
            SERVICE_BOUNDS,
        )
        for site, one in services.by_site.items()
    )  # fmt: skip
    return Lesson(
        _judge_roads(province, slowness),
        _judge(None, 1.0, services.everywhere, settings.visits_at_least, None),
        sites,
        slowness.beside_min,
        slowness.beside_sd,
        len(reported),
        seen,
    )


def _judge_roads(province: Province, slowness: Slowness) -> tuple[Learnt, ...]:
    """Return what was learnt of speeds: a class that is twice as slow has half the factor."""
    settings, found = province.settings, []
    for kind, slow in slowness.by_class.items():
        least, most = SPEED_BOUNDS
        mean = min(max(slow.mean, 1.0 / most), 1.0 / least)
        seen = 1.0 / slow.seen if slow.seen > 0 else most
        fast = Estimate(seen, 1.0 / mean, slow.sd / mean**2, slow.count)
        now = settings.roads.class_factors.get(kind, 1.0)
        found.append(_judge(kind, now, fast, settings.learn.legs_at_least, SPEED_BOUNDS))
    return tuple(found)


def _judge(
    about: RoadClass | SiteId | None,
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
    return Learnt(about, now, one.seen, one.mean, one.sd, proposed, one.count, surety)
