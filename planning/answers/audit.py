"""Checks a schedule by the ledger alone: titles seen before, and months without any batch.

Nothing of the optimiser or of its own checker is used: where batches stood comes from the ledger,
where they will stand from the movements of the schedule. Months in which the roads let no stay
begin are told apart: nobody can fill a library then.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from province.dates import Month
from province.facts import Province
from province.ids import BatchId, SiteId
from province.journal import list_stays, locate_batches
from province.language import Message, mark, message
from province.visits import Movement, Reach

Months = set[int]
"""Months counted from the first one of the schedule; those before it are negative."""


@dataclass(frozen=True, slots=True)
class LibraryAudit:
    """What a schedule means for one library.

    Parameters
    ----------
    arrivals
        Batches that the schedule brings.
    most_seen
        Largest share of an arriving batch's titles that stood there within the memory.
    worst_batch, worst_month
        Where that was; None without an arrival.
    longest_empty
        Most months in a row without a batch in which one could have come; those before the schedule
        count, at most as many as are allowed.
    empty_until
        Last month of that run, or None.
    closed_empty
        Months without a batch in which none could come.
    """

    site_id: SiteId
    arrivals: int
    most_seen: float
    worst_batch: BatchId | None
    worst_month: Month | None
    longest_empty: int
    empty_until: Month | None
    closed_empty: int


@dataclass(frozen=True, slots=True)
class Audit:
    """The libraries of a schedule, by id, and the limits they are held against."""

    libraries: tuple[LibraryAudit, ...]
    max_seen_share: float
    max_empty_months: int

    def list_faults(self) -> tuple[Message, ...]:
        """Return a sentence for each library over a limit."""
        seen = [
            message(
                "{site}: {share} % of {batch} were seen there before, in {month}",
                site=library.site_id,
                share=round(100 * library.most_seen, 1),
                batch=str(library.worst_batch),
                month=str(library.worst_month),
            )
            for library in self.libraries
            if library.most_seen > self.max_seen_share + 1e-9
        ]
        empty = [
            message(
                "{site}: {count} months without a batch, until {month}",
                site=library.site_id,
                count=library.longest_empty,
                month=str(library.empty_until),
            )
            for library in self.libraries
            if library.longest_empty > self.max_empty_months
        ]
        return (*seen, *empty)


def audit_schedule(
    province: Province,
    months: tuple[Month, ...],
    movements: tuple[Movement, ...],
    reach: Reach,
    *,
    until: date | None = None,
) -> Audit:
    """Return what a schedule means for each library that takes batches in its months.

    Parameters
    ----------
    months
        The months of the schedule, consecutive.
    movements
        Every movement of these months.
    reach
        In which months a vehicle gets to which library.
    until
        The last day of which the ledger counts; None: the eve of the first month.
    """
    rules = province.settings.rotation
    eve = until or months[0].first_day - timedelta(days=1)
    past = _list_past(province, months[0], eve)
    stands = past.copy()
    for key, when in _list_future(province, months, movements, eve).items():
        stands[key] = stands.get(key, set()) | when
    held = _list_titles(province)
    arriving: dict[SiteId, list[tuple[BatchId, int]]] = defaultdict(list)
    for move in movements:
        arriving[move.to_site].append((move.batch_id, move.month.months_since(months[0])))
    audits = []
    for site in province.sites:
        enrolled = [t for t, month in enumerate(months) if site.is_enrolled(month.last_day)]
        if not site.takes_rotation or not enrolled:
            continue
        here = {batch: when for (batch, place), when in stands.items() if place == site.site_id}
        since = site.enrolled_from
        joined = -(10**6) if since is None else Month.of(since).months_since(months[0])
        is_open = _list_open(province, months, site.site_id, reach)
        empty_before = _count_before(here, joined, rules.max_empty_months) if not enrolled[0] else 0
        occupied = set().union(*here.values())
        vacant = [t for t in enrolled if t not in occupied]
        longest, last_empty = _measure_empty(enrolled, occupied, is_open, empty_before)
        share, batch_id, month = _find_most_seen(
            here, arriving[site.site_id], held, rules.memory_months
        )
        audits.append(
            LibraryAudit(
                site.site_id,
                len(arriving[site.site_id]),
                share,
                batch_id,
                None if month is None else months[month],
                longest,
                None if last_empty is None else months[last_empty],
                sum(t not in is_open for t in vacant),
            )
        )
    return Audit(tuple(audits), rules.max_seen_share, rules.max_empty_months)


Stands = dict[tuple[BatchId, SiteId], Months]


def _list_past(province: Province, first: Month, eve: date) -> Stands:
    """Return the months before the schedule in which the ledger has each batch at each site."""
    stands: Stands = defaultdict(set)
    for stay in list_stays(entry for entry in province.journal if entry.day <= eve):
        begin = Month.of(stay.first_day).months_since(first)
        end = -1 if stay.last_day is None else Month.of(stay.last_day).months_since(first)
        stands[stay.batch_id, stay.site_id] |= set(range(begin, min(end, -1) + 1))
    return dict(stands)


def _list_future(
    province: Province, months: tuple[Month, ...], movements: Iterable[Movement], eve: date
) -> Stands:
    """Return the months of the schedule in which it has each batch at each site."""
    places = locate_batches(province.journal, eve)
    here = {b.batch_id: places.get(b.batch_id, (b.depot_id, None))[0] for b in province.batches}
    by_month: dict[int, list[Movement]] = defaultdict(list)
    for move in movements:
        by_month[move.month.months_since(months[0])].append(move)
    stands: Stands = defaultdict(set)
    for number in range(len(months)):
        for move in by_month[number]:
            here[move.batch_id] = move.to_site
        for batch_id, site_id in here.items():
            stands[batch_id, site_id].add(number)
    return dict(stands)


def _list_titles(province: Province) -> dict[BatchId, frozenset[str]]:
    """Return the titles of each batch; a batch whose titles are not known is one title."""
    titles: dict[BatchId, set[str]] = {batch.batch_id: set() for batch in province.batches}
    for title in province.titles:
        titles[title.batch_id].add(title.title_id)
    return {batch_id: frozenset(held or {f"batch {batch_id}"}) for batch_id, held in titles.items()}


def _find_most_seen(
    here: Mapping[BatchId, Months],
    arriving: Iterable[tuple[BatchId, int]],
    held: Mapping[BatchId, frozenset[str]],
    memory: int,
) -> tuple[float, BatchId | None, int | None]:
    most: tuple[float, BatchId | None, int | None] = (0.0, None, None)
    for batch_id, month in sorted(arriving, key=lambda pair: (pair[1], pair[0])):
        seen: set[str] = set()
        for other, when in here.items():
            if any(month - memory <= t < month for t in when):
                seen |= held[other]
        share = len(seen & held[batch_id]) / len(held[batch_id])
        if most[1] is None or share > most[0]:
            most = (share, batch_id, month)
    return most


def _list_open(
    province: Province, months: tuple[Month, ...], site_id: SiteId, reach: Reach
) -> Months:
    """Return the months in which the roads let a stay begin: one gets there, and back in time."""
    longest = max(
        (min(b.max_stay_months, province.settings.rotation.max_stay_months)
         for b in province.batches), default=1,
    )  # fmt: skip
    boxes = min((batch.boxes for batch in province.batches), default=1)
    served = {t for t, month in enumerate(months) if reach.carries(site_id, month, boxes)}
    return {
        t
        for t in served
        if any(end in served or end >= len(months) for end in range(t + 1, t + longest + 1))
    }


def _count_before(here: Mapping[BatchId, Months], joined: int, most: int) -> int:
    """Return the empty months just before the schedule, at most as many as are allowed."""
    left = max((t for when in here.values() for t in when if t < 0), default=joined)
    since = max(left, joined)
    return 0 if since <= -(10**6) else min(most, max(0, -1 - since))


def _measure_empty(
    enrolled: list[int], occupied: Months, is_open: Months, empty: int
) -> tuple[int, int | None]:
    """Return the longest run of empty months in which a batch could come, and its last month."""
    longest, until = 0, None
    for t in enrolled:
        if t in occupied:
            empty = 0
        elif t in is_open:
            empty += 1
            if empty > longest:
                longest, until = empty, t
    return longest, until


def tabulate_audit(province: Province, audit: Audit) -> list[dict[str, Any]]:
    """Return a row per library."""
    names = {site.site_id: site.name for site in province.sites}
    return [
        {
            mark("site"): library.site_id,
            mark("site name"): names[library.site_id],
            mark("batches brought"): library.arrivals,
            mark("most titles seen before, %"): round(100 * library.most_seen, 1),
            mark("batch"): library.worst_batch or "",
            mark("longest empty, months"): library.longest_empty,
            mark("months when none could come"): library.closed_empty,
        }
        for library in audit.libraries
    ]
