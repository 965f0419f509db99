"""What was driven beside what was planned, as rows and sentences."""

from collections.abc import Iterable, Iterator
from typing import Any

from planning.tracks.driven_day import DrivenDay
from planning.tracks.lay_tracks import LaidTracks
from province.facts import Province
from province.language import Message, mark, message

LEAST_ON_ROADS = 0.8
"""A track of which less lies on the roads tells more of the map than of the speeds."""


def tabulate_driven(days: Iterable[DrivenDay], province: Province) -> list[dict[str, Any]]:
    """Return a row for each planned leg of which a track knows both ends: planned and driven."""
    names = {site.site_id: site.name for site in province.sites}
    return [
        {
            mark("trip"): day.planned.past.trip.trip_id,
            mark("date"): day.planned.day.isoformat(),
            mark("from"): names.get(one.leg.from_site, str(one.leg.from_site)),
            mark("to"): names.get(one.leg.to_site, str(one.leg.to_site)),
            mark("km planned"): round(one.leg.length_m / 1000, 1),
            mark("km driven"): round(one.length_m / 1000, 1),
            mark("min planned"): one.leg.drive_min,
            mark("min driven"): round(one.drive_min),
            mark("min stood"): round(one.stood_min),
            mark("km off the planned way"): round(one.off_way_m / 1000, 1),
        }
        for day in days
        for one in day.legs
    ]


def tell_driven(laid: LaidTracks, province: Province) -> Iterator[Message]:
    """Yield what the rows do not say: days that belong to no trip, ways that the map lacks."""
    for name, day in laid.left_out:
        yield message(
            "{file}: {day} is left out, no planned trip was driven on it",
            file=name, day=day.isoformat(),
        )  # fmt: skip
    for one in laid.days:
        if one.on_roads < LEAST_ON_ROADS:
            yield message(
                "{file}: {share} % of {day} lies on the roads of the map; the rest teaches nothing",
                file=", ".join(one.track.names), share=round(100 * one.on_roads),
                day=one.planned.day.isoformat(),
            )  # fmt: skip
    if laid.days and province.has_schematic_roads:
        yield message(
            "the roads of this province are schematic: a real track lies on them only by chance; "
            "import roads first"
        )
