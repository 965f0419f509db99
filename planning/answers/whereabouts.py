"""Where every batch is, as rows to show."""

from datetime import date
from typing import Any

from planning.record.entries import count_content
from province.facts import Province
from province.find_name import find_several, list_known
from province.journal import locate_batches
from province.language import mark


def tabulate_places(
    province: Province, on: date | None, *, name: str | None = None
) -> list[dict[str, Any]]:
    """Return a row per batch: where it stands at the end of a day (default: now), what it has.

    Books and boxes are those that are left of it.

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
    rows = []
    for batch in province.batches:
        site_id, since = places.get(batch.batch_id, (batch.depot_id, None))
        if wanted is not None and not wanted & {batch.batch_id, site_id}:
            continue
        books, boxes = count_content(province.journal, batch, on)
        rows.append(
            {
                mark("batch"): batch.batch_id,
                mark("name"): batch.name,
                mark("site"): site_id,
                mark("site name"): sites[site_id].name,
                mark("since"): since.isoformat() if since else "",
                mark("books"): books,
                mark("boxes"): boxes,
            }
        )
    return rows
