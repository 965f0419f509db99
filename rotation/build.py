"""From the facts of a province to a rotation problem."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from province.dates import Month
from province.days import list_rest_days
from province.facts import Province
from province.ids import BatchId, SiteId, TitleId
from province.journal import LedgerEntry, SeenStay, list_stays, locate_batches
from province.left_behind import list_left_stays
from province.lendings import LendingStep, list_away, list_borrowed
from province.lockdown import has_lockdown, is_temporary, weigh_readers
from province.places import Site
from province.visits import Reach
from rotation.demand import estimate_demand
from rotation.first_rest import list_resting_batches
from rotation.problem import Floats, Library, Placement, RotationProblem, Stay

EXCHANGE_HOURS_PER_DAY = 6.0
"""Hours of a vehicle's day that exchanges may take; an assumption."""

SHARE_OF_DAYS_FOR_EXCHANGES = 0.5
"""Share of a vehicle's working days that exchanges may take; an assumption."""


Places = dict[BatchId, tuple[SiteId, date]]
"""Where each batch is, and since when."""


def build_rotation_problem(
    province: Province,
    first_month: Month,
    *,
    reach: Reach,
    access_min: Mapping[SiteId, float],
    last_stays: tuple[Stay, ...] = (),
    until: date | None = None,
) -> RotationProblem:
    """Return the rotation problem of the months from `first_month`.

    Parameters
    ----------
    reach
        What travelling says.
    access_min
        Minutes from the depot by site.
    last_stays
        Stays of last month's plan.
    until
        The last day of which the journal counts; None: the eve of the first month. Where it lies
        in that month, the rest of the month is planned.
    """
    rules = province.settings.rotation
    months = tuple(first_month.plus(i) for i in range(rules.horizon_months))
    eve = until or first_month.first_day - timedelta(days=1)
    places = locate_batches(province.journal, eve)
    stays = _list_seen(entry for entry in province.journal if entry.day <= eve)
    libraries = _list_libraries(province, months, stays, places, access_min)
    known = {library.site_id for library in libraries}
    readers = _demand_by_month(province, months, libraries, access_min)
    weights = _weigh_demand(province, months, libraries)
    homes, titles = province.locate_homes(eve), _number_titles(province)
    return RotationProblem(
        months=months,
        batches=tuple(
            dataclasses.replace(one, depot_id=homes[one.batch_id]) for one in province.batches
        ),
        libraries=libraries,
        depots=tuple(site.site_id for site in province.depots),
        placements=tuple(
            _place(one.batch_id, one.depot_id, places, known, first_month)
            for one in province.batches
        ),
        demand=readers if weights is None else readers * weights,
        offer=_offer(province),
        titles=titles,
        seen_until=_seen_until(province, libraries, stays, titles, first_month),
        reach=reach,
        hours_per_month=tuple(_hours(province, month) for month in months),
        unavailable=_unavailable(province, months, places, known, eve),
        pins=_pins(province, months, libraries),
        last_stays=last_stays,
        rules=rules,
        categories=province.categories,
        resting=list_resting_batches(province, first_month, places, known, eve),
        readers=None if weights is None else readers,
        currency=province.settings.province.currency,
        returns=_returns(province, months[0]),
    )


def _list_seen(journal: Iterable[LedgerEntry]) -> tuple[SeenStay, ...]:
    """Return where batches stood, and books of them without their batch."""
    known = tuple(journal)
    return (*list_stays(known), *list_left_stays(known))


def _weigh_demand(
    province: Province, months: tuple[Month, ...], libraries: tuple[Library, ...]
) -> Floats | None:
    """Return what a use counts by library, month and category; None where all count 1."""
    if not any(has_lockdown(province, month) for month in months):
        return None
    sites = province.site_by_id
    weights = [
        [
            [weigh_readers(province, sites[library.site_id], c, month) for c in province.categories]
            for month in months
        ]
        for library in libraries
    ]
    return np.array(weights).reshape(len(libraries), len(months), len(province.categories))


def _list_libraries(
    province: Province,
    months: tuple[Month, ...],
    stays: tuple[SeenStay, ...],
    places: Places,
    access_min: Mapping[SiteId, float],
) -> tuple[Library, ...]:
    """Return the sites as the rotation sees them: those that take batches, or hold one.

    One that has left, or takes no batches any more, is still a library while a batch stands there:
    enrolled in no month, so that nothing comes and what stands there is due.
    """
    occupied = {site_id for site_id, _ in places.values()}
    depots = {site.site_id for site in province.depots}
    farthest, remote = max(access_min.values(), default=0.0), province.settings.demand.remote_weight
    libraries: list[Library] = []
    for site in province.sites:
        enrolled = [
            t for t, month in enumerate(months) if site.takes_rotation and _is_open(site, month)
        ]
        if not enrolled and site.site_id not in occupied - depots:
            continue
        far = access_min.get(site.site_id, 0.0) / farthest if farthest > 0 else 0.0
        libraries.append(
            Library(
                site_id=site.site_id,
                capacity_books=site.capacity_books,
                languages=site.languages,
                audiences=site.audiences,
                network=site.network,
                first_month=enrolled[0] if enrolled else 0,
                last_month=enrolled[-1] if enrolled else -1,
                empty_since=_empty_months(site, stays, occupied, months[0]),
                equity_weight=round(1 + remote * far, 6),
                never_empty=bool(enrolled) and is_temporary(site),
            )
        )
    return tuple(libraries)


def _is_open(site: Site, month: Month) -> bool:
    """Whether a batch may stand at a site at the end of a month; at a temporary one, on any day."""
    return site.is_enrolled_in(month) if is_temporary(site) else site.is_enrolled(month.last_day)


def _empty_months(
    site: Site, stays: tuple[SeenStay, ...], occupied: set[SiteId], first: Month
) -> int:
    """Return the months since a batch last stood at a site, or since it was enrolled."""
    if site.site_id in occupied:
        return 0
    left = [stay.last_day for stay in stays if stay.site_id == site.site_id and stay.last_day]
    since = max([*left, *([site.enrolled_from] if site.enrolled_from else [])], default=None)
    return 0 if since is None else max(0, first.months_since(Month.of(since)))


def _place(
    batch_id: BatchId, depot_id: SiteId, places: Places, known: set[SiteId], first: Month
) -> Placement:
    site_id, since = places.get(batch_id, (depot_id, first.first_day))
    months_there = first.months_since(Month.of(since))
    return Placement(batch_id, site_id, max(1, months_there) if site_id in known else 0)


def _unavailable(
    province: Province,
    months: tuple[Month, ...],
    places: Places,
    known: set[SiteId],
    eve: date,
) -> frozenset[tuple[int, int]]:
    """Return the months in which a batch cannot travel: it rests, or came only this month.

    One that another province has does not travel until it is there again, nor in the month after
    it should be: only what was taken back is sent out. What was given back is not ours to send.
    """
    found = set()
    away, borrowed = list_away(province.lendings), list_borrowed(province.lendings)
    for b, batch in enumerate(province.batches):
        rests = batch.resting_until
        found |= {(b, t) for t, m in enumerate(months) if rests is not None and m.last_day <= rests}
        if (line := away.get(batch.batch_id)) is not None:
            is_ours, until = line.step is LendingStep.LENT, line.terms.until
            found |= {(b, t) for t, m in enumerate(months)
                      if t == 0 or not is_ours or m.first_day <= until}  # fmt: skip
        came = borrowed.get(batch.batch_id)
        if came is not None and came.day > eve:
            found |= {(b, t) for t, m in enumerate(months) if m.first_day <= came.day}
        site_id, since = places.get(batch.batch_id, (batch.depot_id, date.min))
        if site_id in known and since >= months[0].first_day:
            found.add((b, 0))
    return frozenset(found)


def _returns(province: Province, first: Month) -> frozenset[tuple[int, int]]:
    """Return the months by which batches of other provinces are fetched for good."""
    borrowed = list_borrowed(province.lendings)
    return frozenset(
        (b, Month.of(borrowed[batch.batch_id].terms.until).months_since(first))
        for b, batch in enumerate(province.batches)
        if batch.batch_id in borrowed
    )


def _demand_by_month(
    province: Province,
    months: tuple[Month, ...],
    libraries: tuple[Library, ...],
    access_min: Mapping[SiteId, float],
) -> Floats:
    demand = estimate_demand(province, months, access_min=access_min)
    by_month = demand.by_month
    row = {site_id: i for i, site_id in enumerate(demand.sites)}
    shape = (len(libraries), len(months), len(province.categories))
    result = np.zeros(shape)
    for p, library in enumerate(libraries):
        for t in range(library.first_month, library.last_month + 1):
            result[p, t] = by_month[row[library.site_id], t]
    return result


def _offer(province: Province) -> Floats:
    column = {category.category_id: i for i, category in enumerate(province.categories)}
    offer = np.zeros((len(province.batches), len(province.categories)))
    for b, batch in enumerate(province.batches):
        for category_id, books in batch.books_by_category:
            offer[b, column[category_id]] = books
    return offer


def _number_titles(province: Province) -> tuple[npt.NDArray[np.int64], ...]:
    """Return the titles of each batch as numbers; a batch without titles counts as one title."""
    known = sorted({title.title_id for title in province.titles})
    number: dict[TitleId, int] = {title_id: i for i, title_id in enumerate(known)}
    held: dict[BatchId, set[int]] = {batch.batch_id: set() for batch in province.batches}
    for title in province.titles:
        held[title.batch_id].add(number[title.title_id])
    return tuple(
        np.array(sorted(held[batch.batch_id]) or [len(known) + b], dtype=np.int64)
        for b, batch in enumerate(province.batches)
    )


def _seen_until(
    province: Province,
    libraries: tuple[Library, ...],
    stays: tuple[SeenStay, ...],
    titles: tuple[npt.NDArray[np.int64], ...],
    first: Month,
) -> tuple[dict[int, int], ...]:
    """Return, for each library, the last month in which each title stood there."""
    batch_at = {batch.batch_id: b for b, batch in enumerate(province.batches)}
    library_at = {library.site_id: p for p, library in enumerate(libraries)}
    seen: tuple[dict[int, int], ...] = tuple({} for _ in libraries)
    for stay in stays:
        if stay.site_id not in library_at:
            continue
        last = -1 if stay.last_day is None else Month.of(stay.last_day).months_since(first)
        months = seen[library_at[stay.site_id]]
        for title in titles[batch_at[stay.batch_id]].tolist():
            months[title] = max(months.get(title, -(10**6)), min(last, -1))
    return tuple(dict(sorted(months.items())) for months in seen)


def _hours(province: Province, month: Month) -> float:
    """Return the vehicle hours for exchanges: the setting, or from the fleet."""
    setting = province.settings.rotation.vehicle_hours_per_month
    if setting > 0:
        return setting
    smallest = min((batch.boxes for batch in province.batches), default=1)
    rules = province.settings.trips
    rest = frozenset() if rules.works_on_holidays else list_rest_days(province, month)
    days = sum(
        vehicle.is_available(day)
        for vehicle in province.fleet
        if vehicle.capacity_boxes >= smallest
        for day in month.days()
        if day not in rest
    )
    rate = EXCHANGE_HOURS_PER_DAY * SHARE_OF_DAYS_FOR_EXCHANGES
    worked = rules.work_days_per_week / 7
    return round(days * rate * worked, 1)


def _pins(
    province: Province, months: tuple[Month, ...], libraries: tuple[Library, ...]
) -> frozenset[tuple[int, int, int]]:
    """Return what is pinned where; a library that has left keeps nothing."""
    library_at = {
        library.site_id: p for p, library in enumerate(libraries) if library.last_month >= 0
    }
    return frozenset(
        (b, library_at[batch.pinned_site], t)
        for b, batch in enumerate(province.batches)
        if batch.pinned_site in library_at
        for t, month in enumerate(months)
        if batch.pinned_until is None or month.first_day <= batch.pinned_until
    )
