"""Where every batch is, as rows to show."""

from collections import defaultdict
from datetime import date
from typing import Any

from planning.record.entries import count_content
from province.facts import Province
from province.find_name import find_several, list_known
from province.ids import BatchId
from province.journal import locate_batches
from province.language import mark
from province.left_behind import LeftBehind, list_left
from province.lendings import LEAVING, LendingLine, LendingStep, find_last, list_foreign


def tabulate_places(
    province: Province, on: date | None, *, name: str | None = None
) -> list[dict[str, Any]]:
    """Return a row per batch: where it stands at the end of a day (default: now), what it has.

    One that is lent has the borrower's folder as its site; one that was not borrowed yet, or was
    given back, has no row. The column ``loan`` is there where the province shares batches at all.

    Books and boxes are those that are left of it; ``elsewhere`` are the places with books of it
    that stayed behind, or wait for it, and how many.

    Parameters
    ----------
    name
        Only batches that are called so, or that stand at places called so; None for all.

    Raises
    ------
    InputError
        If nothing is called so.
    """
    wanted = None if name is None else set(find_several(list_known(province), name))
    places = locate_batches(province.journal, on)
    sites = province.site_by_id
    left: dict[BatchId, list[LeftBehind]] = defaultdict(list)
    for one in list_left(entry for entry in province.journal if on is None or entry.day <= on):
        left[one.batch_id].append(one)
    rows = []
    shared = find_last(province.lendings, on)
    others = list_foreign(province.lendings)
    for batch in province.batches:
        line = shared.get(batch.batch_id)
        if batch.batch_id in others and (line is None or line.step in LEAVING):
            continue
        site_id, since = places.get(batch.batch_id, (batch.depot_id, None))
        around = {one.site_id for one in left.get(batch.batch_id, ())}
        place, place_name = str(site_id), sites[site_id].name
        if line is not None and line.step is LendingStep.LENT:
            place, place_name, since = line.partner.folder, line.partner.name, line.day
        elif line is not None:
            since = max(since or line.day, line.day)
        if wanted is not None and not wanted & {batch.batch_id, place, *around}:
            continue
        books, boxes = count_content(province.journal, batch, on)
        rows.append(
            {
                mark("batch"): batch.batch_id,
                mark("name"): batch.name,
                mark("site"): place,
                mark("site name"): place_name,
                mark("since"): since.isoformat() if since else "",
                mark("books"): books,
                mark("boxes"): boxes,
                mark("elsewhere"): "; ".join(
                    f"{one.site_id}: {one.books}" for one in left.get(batch.batch_id, ())
                ),
            }
            | ({mark("loan"): _tell_loan(line)} if shared else {})
        )
    return rows


def _tell_loan(line: LendingLine | None) -> str:
    """Return the loan of a batch that another province has, or that is another's; "" of others."""
    if line is None or line.step is LendingStep.TAKEN_BACK:
        return ""
    return f"{line.loan_id}: {line.partner.name} → {line.terms.until}"
