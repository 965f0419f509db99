"""A fact that may be changed: as far as it goes, and then no further than was needed."""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass

from planning.fix_trial import Served
from province.changes import Change
from province.facts import Province
from province.places import Site
from province.settings import TripSettings

Settled = tuple[Change, Province]


@dataclass(frozen=True, slots=True)
class Lever:
    """One fact that may be changed.

    Parameters
    ----------
    loosest
        The facts with this one as loose as can be.
    settle
        Given a trip that then serves the visit: the change it needs, and the facts with that.
    has_roads
        Whether the change may open or shut roads.
    change
        The change, where the fact has one other value only.
    """

    loosest: Province
    settle: Callable[[Served], Settled]
    has_roads: bool = False
    change: Change | None = None


def fixed(change: Change, province: Province, *, has_roads: bool = False) -> Lever:
    """Return a lever of one value only."""
    return Lever(province, lambda _: (change, province), has_roads, change)


def set_trips(province: Province, name: str, value: int | bool | tuple[str, ...]) -> Lever:
    """Return the lever of one value of a setting of `[trips]`."""
    settled = change_trips(province, name, value)
    return Lever(settled[1], lambda _: settled)


def change_trips(province: Province, name: str, value: int | bool | tuple[str, ...]) -> Settled:
    """Return a changed setting of `[trips]`, and the facts with it."""
    trips: TripSettings = province.settings.trips.model_copy(update={name: value})
    settings = province.settings.model_copy(update={"trips": trips})
    text = json.dumps(value)
    return (
        Change("province.toml", "trips", name, text),
        dataclasses.replace(province, settings=settings),
    )


def with_site(province: Province, new: Site) -> Province:
    """Return the facts with a site in the place of the one of its id."""
    sites = tuple(new if s.site_id == new.site_id else s for s in province.sites)
    return dataclasses.replace(province, sites=sites)
