"""What recorded results change for the months to come: uses seen, batches that are kept."""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta

from province.dates import DAYS_PER_MONTH, Month
from province.facts import Province
from province.ids import BatchId, CategoryId
from province.journal import SeenStay, list_stays, locate_batches
from province.ledger.place import find_place
from province.results import (
    Outcome,
    RecordedResult,
    ResultRow,
    ResultTask,
    list_standing_results,
)
from province.row_refs import RowRef
from province.stock import Batch, Loans


def apply_results(province: Province) -> Province:
    """Return the facts with all uses that were counted among the loans, and kept batches pinned.

    Uses are counted on trips and by a library system; where both did, the library system counts.
    """
    if not (province.results or province.system_loans):
        return province
    results = list_standing_results(province.results)
    rows = [result.row for result in results]
    loans = (*province.loans, *province.system_loans, *_list_loans(province, results))
    return dataclasses.replace(
        province,
        loans=tuple(sorted(loans, key=lambda seen: (seen.site_id, seen.day, seen.category_id))),
        batches=tuple(_pin_kept(province, rows)),
    )


def _list_loans(province: Province, results: tuple[RecordedResult, ...]) -> Iterator[Loans]:
    """Yield the uses of batches in libraries, over the months since they came or were counted.

    Of days in months that a library system counted at the library nothing is told again: the rest
    of the days has its share of the uses.
    """
    stays = list_stays(province.journal)
    told = {(loan.site_id, Month.of(loan.day)) for loan in province.system_loans}
    batches, categories = province.batch_by_id, province.category_by_id
    ledger = find_place(province.folder, province.settings).name
    counted = [
        (one.row.day, one.row, RowRef(ledger, one.result_id))
        for one in results
        if one.row.task is ResultTask.TAKE
        and one.row.day
        and (one.row.uses is not None or one.row.uses_by_category)
    ]
    since: dict[SeenStay, date] = {}
    for day, row, place in sorted(counted, key=lambda known: known[0]):
        stay = _find_stay(stays, row)
        if stay is None:
            continue
        first = since.get(stay, stay.first_day)
        days = (day - first).days
        since[stay] = day
        uses = row.uses_by_category or split_uses(row.uses or 0, batches[stay.batch_id])
        spent = [first + timedelta(days=number) for number in range(max(1, days))]
        untold = sum((row.site_id, Month.of(one)) not in told for one in spent)
        months = round(untold / DAYS_PER_MONTH, 2)
        for category_id, count in uses:
            if untold and category_id in categories:
                rest = round(count * untold / len(spent))
                yield Loans(row.site_id, day, category_id, rest, months, place)


def _find_stay(stays: tuple[SeenStay, ...], row: ResultRow) -> SeenStay | None:
    """Return the stay that a batch's uses were counted in, or None when the ledger has none."""
    for stay in stays:
        is_here = stay.batch_id == row.content_id and stay.site_id == row.site_id
        if is_here and row.day and stay.first_day <= row.day <= (stay.last_day or row.day):
            return stay
    return None


def split_uses(uses: int, batch: Batch) -> tuple[tuple[CategoryId, int], ...]:
    """Return uses by category in the proportion of the batch's books, summing to all of them."""
    if not batch.books:
        return ()
    shares = [(category, uses * books / batch.books) for category, books in batch.books_by_category]
    counts = {category: int(share) for category, share in shares}
    rest = uses - sum(counts.values())
    for category, _ in sorted(shares, key=lambda pair: (int(pair[1]) - pair[1], pair[0]))[:rest]:
        counts[category] += 1
    return tuple(sorted(counts.items()))


def _pin_kept(province: Province, rows: list[ResultRow]) -> Iterator[Batch]:
    """Yield the batches; one that its library keeps is pinned there, unless the planner did so."""
    places = locate_batches(province.journal)
    kept: dict[BatchId, ResultRow] = {}
    for row in rows:
        if row.task is ResultTask.TAKE and row.outcome is Outcome.NOT_DONE and row.kept_until:
            kept[BatchId(str(row.content_id))] = row
    for batch in province.batches:
        told = kept.get(batch.batch_id)
        place, since = places.get(batch.batch_id, (batch.depot_id, None))
        is_there = told is not None and place == told.site_id
        is_same_stay = since is not None and told is not None and (told.day or since) >= since
        if told is None or batch.pinned_site is not None or not (is_there and is_same_stay):
            yield batch
        else:
            yield dataclasses.replace(batch, pinned_site=told.site_id, pinned_until=told.kept_until)
