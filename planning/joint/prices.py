"""Tells the rotation what exchanges cost, as the trips of a month see it."""

import dataclasses
from collections.abc import Iterator, Mapping

from planning.survey import Survey
from province.dates import Month
from province.ids import SiteId
from province.stock import Batch
from province.visits import Movement, Reach, Task, Visit
from routing.solver.prices import ExchangeOption, price_exchanges
from routing.trips import TripPlan

TRUST = 0.5
"""Share of a price that is as the last trips see it; the rest is the price before (ours)."""


def measure_prices(
    survey: Survey, reach: Reach, asked: tuple[Movement, ...], trips: TripPlan
) -> dict[SiteId, int]:
    """Return what an exchange costs at each library beside the trips of a month.

    Libraries without an exchange are asked what one with a batch of usual size, brought and
    fetched, would add. Libraries where none fits are not named.
    """
    moved = {move.from_site for move in asked} | {move.to_site for move in asked}
    others = tuple(_pretend(survey, moved, reach))
    with_exchange, without = survey.list_visits((*asked, *others)), survey.list_visits(())
    visits = {visit.visit_id: visit for visit in (*without, *with_exchange)}
    problem = survey.pose_trips(tuple(visits[name] for name in sorted(visits)))
    return price_exchanges(problem, trips.trips, list_choices(with_exchange, without))


def list_choices(
    with_exchange: tuple[Visit, ...], without: tuple[Visit, ...]
) -> tuple[ExchangeOption, ...]:
    """Return each exchange, and the visit that is left at its site without it."""
    kept = {visit.visit_id for visit in with_exchange}
    left = {visit.receiver_id: visit.visit_id for visit in without if visit.visit_id not in kept}
    return tuple(
        ExchangeOption(visit.receiver_id, visit.visit_id, left.get(visit.receiver_id))
        for visit in with_exchange
        if Task.EXCHANGE in visit.tasks
    )


def _pretend(survey: Survey, moved: set[SiteId], reach: Reach) -> Iterator[Movement]:
    """Yield an exchange of a batch of usual size at each library that has none.

    It is a batch of the depot from which exchanges there cost least.
    """
    province, month, homes = survey.province, survey.month, survey.homes
    usual: list[Batch] = []
    for depot in sorted(set(homes.values())):
        own = [batch for batch in province.batches if homes[batch.batch_id] == depot]
        own.sort(key=lambda batch: (batch.boxes, batch.batch_id))
        usual += own[: len(own) // 2 + 1]
    for site in province.sites:
        if not site.takes_rotation or site.site_id in moved or not site.is_enrolled(month.last_day):
            continue
        carried = (
            (one.batch_id, homes[one.batch_id])
            for one in reversed(usual)
            if reach.carries(site.site_id, month, one.boxes, depot_id=homes[one.batch_id])
        )
        by_price = sorted(carried, key=lambda one: reach.extra(site.site_id, month, one[1]))
        for batch_id, home in by_price[:1]:
            yield Movement(batch_id, month, home, site.site_id)
            yield Movement(batch_id, month, site.site_id, home)


def learn_prices(
    estimate: Reach, last: Reach, month: Month, measured: Mapping[SiteId, int]
) -> Reach:
    """Return the reach with prices between those of the round before and those measured.

    In the month itself a price is the mean of both. In later months it is the estimate times the
    mean of two ratios of learnt price to estimate: the library's own, and that of all libraries.
    A library where nothing was measured takes the ratio of all.
    """
    learnt = {
        site: (1 - TRUST) * last.price(site, month) + TRUST * price
        for site, price in measured.items()
    }
    guessed = sum(estimate.price(site, month) for site in learnt)
    usual = sum(learnt.values()) / guessed if guessed else 1.0
    prices: dict[tuple[SiteId, Month], int] = {}
    for (site, when), price in estimate.price_vnd.items():
        before = estimate.price(site, month)
        own = learnt[site] / before if site in learnt and before else usual
        ratio = own if when == month else (own + usual) / 2
        prices[site, when] = round(price * ratio)
    return dataclasses.replace(last, price_vnd=prices)
