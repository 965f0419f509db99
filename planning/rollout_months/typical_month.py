"""The facts of a month in which so many communes have a model: what is asked of the vehicles."""

import dataclasses
from collections.abc import Iterable, Sequence

from planning.compare.growth import grow_demand, share_sessions
from province.dates import Month
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import EntryId, SiteId, TripId, VehicleId
from province.journal import EntryType, LedgerEntry
from province.language import message
from province.lendings import list_foreign
from province.places import Site
from province.stock import Batch, Condition

YEAR = 12


def pose_typical_month(
    province: Province, month: Month, models: Sequence[SiteId], *, times: float
) -> Province:
    """Return the facts of a month in which the models of some sites are served, and nothing else.

    Each model is exchanged `exchanges_per_year` times a year, so that a share of them is due in the
    month and none is behind; all models together get `sessions_per_year` sessions, shared among
    the sites that are promised sessions now as these are. Kits, pins, lockdowns and what was
    recorded are left out; roads, closures, calendar, vehicles, crews and costs are as they are.

    Parameters
    ----------
    models
        The site of each model.
    times
        How many times today's demand there is; books and boxes grow with it.

    Raises
    ------
    InfeasibleError
        If there are fewer batches than models.
    """
    stay = max(1, YEAR // province.settings.rollout.exchanges_per_year)
    grown = grow_demand(_fix_stays(province, stay), times)
    sites = _promise(grown, frozenset(models))
    by_id = {site.site_id: site for site in sites}
    journal = tuple(_place(grown, month, [by_id[one] for one in models], stay))
    return dataclasses.replace(
        grown, sites=sites, journal=journal, kits=(), zones=(), pins=(), results=(), requests=()
    )


def keep_vehicles(province: Province, names: Iterable[VehicleId]) -> Province:
    """Return the facts with some vehicles of the depots alone; those of villages stay."""
    kept = frozenset(names)
    fleet = {vehicle.vehicle_id for vehicle in province.fleet}
    vehicles = tuple(v for v in province.vehicles if v.vehicle_id in kept or
                     v.vehicle_id not in fleet)  # fmt: skip
    return dataclasses.replace(province, vehicles=vehicles)


def _fix_stays(province: Province, stay: int) -> Province:
    """Return the facts in which every batch stays so many months, and every model always has one.

    Nothing rests, nothing is kept anywhere, lent or borrowed: those are matters of single months.
    """
    foreign = list_foreign(province.lendings)
    rotation = province.settings.rotation.model_copy(
        update={
            "min_stay_months": min(stay, 6),
            "max_stay_months": stay,
            "horizon_months": min(province.settings.rotation.horizon_months, stay + 1),
            "max_empty_months": 0,
            "empty_cost_times": 0.0,
            "max_batches_per_library": 1,
        }
    )
    settings = province.settings.model_copy(update={"rotation": rotation})
    batches = tuple(
        dataclasses.replace(
            one, min_stay_months=min(stay, 6), max_stay_months=stay, resting_until=None,
            pinned_site=None, pinned_until=None,
        )
        for one in province.batches
        if one.batch_id not in foreign
    )  # fmt: skip
    return dataclasses.replace(province, settings=settings, batches=batches, lendings=())


def _promise(province: Province, models: frozenset[SiteId]) -> tuple[Site, ...]:
    """Return the sites with what a month of the programme promises them."""
    now = sum(site.sessions_per_month for site in province.sites)
    asked = province.settings.rollout.sessions_per_year / YEAR
    sessions = share_sessions(province.sites, asked / now if now else 0.0)
    first = province.settings.targets.since
    return tuple(
        site
        if not site.is_served
        else dataclasses.replace(
            site,
            sessions_per_month=sessions[site.site_id],
            takes_rotation=site.site_id in models,
            enrolled_from=first if sessions[site.site_id] or site.site_id in models else None,
            enrolled_until=None,
        )
        for site in province.sites
    )


def _place(
    province: Province, month: Month, sites: Sequence[Site], stay: int
) -> Iterable[LedgerEntry]:
    """Yield where batches stand when the month begins: one at each model, come one after another.

    Those of the first of each `stay` models came so many months ago and are due.
    """
    free = [one for one in province.batches if one.condition in (Condition.GOOD, Condition.WORN)]
    for number, site in enumerate(sites):
        batch = next((one for one in free if _fits(one, site)), None)
        if batch is None:
            raise InfeasibleError(
                message(
                    "{batches} batches are too few for {models} models: none is left for {site}",
                    batches=len(province.batches), models=len(sites), site=site.name,
                )
            )  # fmt: skip
        free.remove(batch)
        came = month.plus(number % stay - stay)
        yield LedgerEntry(
            EntryId(f"R{number:05d}"), came.first_day, EntryType.MOVED, batch.batch_id,
            batch.depot_id, site.site_id, batch.books, batch.boxes, TripId(""), EntryId(""), "",
        )  # fmt: skip


def _fits(batch: Batch, site: Site) -> bool:
    is_allowed = not batch.networks or site.network in batch.networks
    return is_allowed and batch.books <= site.capacity_books
