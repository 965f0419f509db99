"""Writes what a library system (Koha …) is told of a month: transfers, barcodes, rotas.

Each transfer states the home library and the stage that the copy has from then on: without them
the system sends what is checked in straight back to where it was before.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from exports.tables.table import Cell, make_table
from planning.copies import (
    CopyMove,
    RotaStage,
    list_carried,
    list_copy_moves,
    list_stages,
    refuse_unknown,
)
from planning.plan import Plan
from province.facts import Province
from province.ids import SiteId
from province.language import Language

FOLDER = "library-system"
TRANSFERS = (
    "date", "barcode", "title_id", "from_branch", "to_branch", "home_branch", "rota", "stage",
    "batch_id", "trip_id",
)  # fmt: skip
ROTAS = (
    "rota", "rota_name", "stage", "branch", "branch_name", "from_date", "days", "duration",
)  # fmt: skip
MOST_AT_ONCE = 999
"""Barcodes in one list. Source: Koha, `MaxItemsToProcessForBatchMod` is 1000 unless changed, and
earlier versions take one less (bug 26298)."""


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the transfers, the rotas, and a list of barcodes for each day and target, if any.

    Raises
    ------
    InputError
        Naming each batch without barcodes and each site without a code, once.
    """
    moves, carried = list_copy_moves(plan, province), list_carried(plan)
    known = {copy.batch_id for copy in province.copies}
    stages = [one for one in list_stages(plan, province) if one.batch_id in known]
    ends = {site_id for one in carried for site_id in (one.from_site, one.to_site)}
    refuse_unknown(
        province, {one.batch_id for one in carried}, ends | {one.site_id for one in stages}
    )
    branches = {site.site_id: site.branch for site in province.sites}
    rows = [
        (
            move.carried.day, move.copy.barcode, move.copy.title_id,
            branches[move.carried.from_site], branches[move.carried.to_site],
            branches[move.carried.to_site], move.copy.batch_id,
            move.stage.number if move.stage else None, move.copy.batch_id, move.carried.trip_id,
        )
        for move in moves
    ]  # fmt: skip
    if not (rows or stages):
        return
    yield f"{FOLDER}/transfers.csv", make_table(TRANSFERS, rows)
    yield f"{FOLDER}/rotas.csv", make_table(ROTAS, _list_rotas(stages, province))
    for name, barcodes in _list_barcodes(moves, branches):
        yield f"{FOLDER}/{name}.txt", "".join(f"{code}\n" for code in barcodes).encode("utf-8")


def _list_rotas(stages: list[RotaStage], province: Province) -> Iterator[tuple[Cell, ...]]:
    """Yield the stages, with the duration to type in.

    A stage lasts from the hour in which its copies were checked in; for the nightly job to send
    them in the night before they are fetched it is a day shorter than they stay. The first stage
    begins when the copies are put on the rota, which nobody knows here.
    """
    sites, batches = province.site_by_id, province.batch_by_id
    for one in stages:
        site = sites[one.site_id]
        yield (
            one.batch_id, batches[one.batch_id].name, one.number, site.branch, site.name,
            one.first_day, one.days, one.days - 1 if one.number > 1 else None,
        )  # fmt: skip


def _list_barcodes(
    moves: tuple[CopyMove, ...], branches: dict[SiteId, str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield lists as the system reads them, a barcode a line, in the order in which they apply."""
    groups: defaultdict[tuple[date, int, str], list[str]] = defaultdict(list)
    for move in moves:
        key = move.carried.day, move.carried.leg, branches[move.carried.to_site]
        groups[key].append(move.copy.barcode)
    for (day, leg, branch), barcodes in sorted(groups.items()):
        for start in range(0, len(barcodes), MOST_AT_ONCE):
            part = (str(start // MOST_AT_ONCE + 1),) if start else ()
            name = "-".join((str(day), str(leg), branch, *part))
            yield name, barcodes[start : start + MOST_AT_ONCE]
