"""Where each copy stands and goes, as a library system knows copies: by barcode and branch."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from planning.leftovers import list_leftovers
from planning.plan import Delivery, Plan
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.findings import Findings
from province.ids import BatchId, SiteId
from province.journal import list_stays, locate_batches
from province.language import message
from province.stock import BatchCopy


@dataclass(frozen=True, slots=True)
class RotaStage:
    """Where the copies of a batch belong from a day on, for so many days.

    `number` counts from 1, the place where the batch stands when the month begins.
    """

    batch_id: BatchId
    number: int
    site_id: SiteId
    first_day: date
    days: int


@dataclass(frozen=True, slots=True)
class Carried:
    """A batch that a trip brings from one site to another; `leg` counts its moves of the day."""

    batch_id: BatchId
    from_site: SiteId
    to_site: SiteId
    trip_id: str
    day: date
    leg: int


@dataclass(frozen=True, slots=True)
class CopyMove:
    """A copy that a trip brings from one site to another, and the stage that begins with it.

    `stage` is None where the copy only passes: it goes on the same day.
    """

    copy: BatchCopy
    carried: Carried
    stage: RotaStage | None


def list_stages(plan: Plan, province: Province) -> tuple[RotaStage, ...]:
    """Return the stages of each batch that moves within the plan's horizon, by batch and day.

    The month's are of the days on which trips bring it; of later months only the rotation is known,
    and a stage begins on the first day of its month. The last one lasts until the horizon ends.
    """
    end = plan.month.plus(province.settings.rotation.horizon_months).first_day
    stages: list[RotaStage] = []
    for batch_id, moves in sorted(_list_moves(plan).items()):
        site_id, since = _find_start(province, batch_id, plan.month)
        places = [(since, site_id)]
        for day, target in moves:
            if places[-1][0] == day:
                places.pop()
            if not places or places[-1][1] != target:
                places.append((day, target))
        days = [day for day, _ in places] + [max(end, places[-1][0] + timedelta(days=1))]
        stages += (
            RotaStage(batch_id, number, target, first, (after - first).days)
            for number, ((first, after), (_, target)) in enumerate(
                zip(pairwise(days), places, strict=True), 1
            )
        )
    return tuple(stages)


def _list_moves(plan: Plan) -> dict[BatchId, list[tuple[date, SiteId]]]:
    """Return day and target of each move of a batch, but those that no trip of the month makes."""
    moves: defaultdict[BatchId, list[tuple[date, SiteId]]] = defaultdict(list)
    for carried in list_carried(plan):
        moves[carried.batch_id].append((carried.day, carried.to_site))
    for move in sorted(plan.rotation.movements, key=lambda move: move.month):
        if move.month > plan.month:
            moves[move.batch_id].append((move.month.first_day, move.to_site))
    return dict(moves)


def _find_start(province: Province, batch_id: BatchId, month: Month) -> tuple[SiteId, date]:
    """Return where a batch stands before the first day of a month, and since when."""
    before = [
        stay
        for stay in list_stays(province.journal)
        if stay.batch_id == batch_id and stay.first_day < month.first_day
    ]
    if before:
        return before[-1].site_id, before[-1].first_day
    return province.batch_by_id[batch_id].depot_id, month.first_day - timedelta(days=1)


def list_copy_moves(plan: Plan, province: Province) -> tuple[CopyMove, ...]:
    """Return what trips of the month do with each copy, by day, leg, target and barcode.

    A copy that is with a reader, or was kept, when its batch was fetched stays where it is.
    """
    left = {barcode: since for barcode, (_, since) in _locate_left(province).items()}
    stages = {(s.batch_id, s.first_day, s.site_id): s for s in list_stages(plan, province)}
    copies = _group_copies(province)
    moves = [
        CopyMove(copy, carried, stages.get((carried.batch_id, carried.day, carried.to_site)))
        for carried in list_carried(plan)
        for copy in copies.get(carried.batch_id, ())
        if carried.day < left.get(copy.barcode, date.max)
    ]
    return tuple(sorted(moves, key=_order))


def _order(move: CopyMove) -> tuple[date, int, str, str]:
    return move.carried.day, move.carried.leg, move.carried.to_site, move.copy.barcode


def locate_copies(province: Province, on: date | None = None) -> dict[str, SiteId]:
    """Return the site of each copy at the end of a day (default: now), by barcode."""
    places = locate_batches(province.journal, on)
    left = {
        barcode: site_id
        for barcode, (site_id, since) in _locate_left(province).items()
        if on is None or since <= on
    }
    homes = {batch.batch_id: batch.depot_id for batch in province.batches}
    return {
        copy.barcode: left.get(copy.barcode)
        or places.get(copy.batch_id, (homes[copy.batch_id], None))[0]
        for copy in province.copies
    }


def _locate_left(province: Province) -> dict[str, tuple[SiteId, date]]:
    """Return the site of each copy that stayed when its batch was fetched, and since when."""
    copies = _group_copies(province)
    return {
        copy.barcode: (one.site_id, one.since)
        for one in list_leftovers(province)
        for copy in copies.get(one.batch_id, ())
        if copy.barcode in one.items or copy.title_id in one.titles
    }


def _group_copies(province: Province) -> dict[BatchId, list[BatchCopy]]:
    copies: defaultdict[BatchId, list[BatchCopy]] = defaultdict(list)
    for copy in province.copies:
        copies[copy.batch_id].append(copy)
    return dict(copies)


def list_carried(plan: Plan) -> tuple[Carried, ...]:
    """Return what trips of the month do with batches, by day and leg."""
    days: defaultdict[tuple[date, BatchId], list[Delivery]] = defaultdict(list)
    for one in plan.deliveries:
        if one.day is not None:
            days[one.day, one.batch_id].append(one)
    found = []
    for (day, batch_id), group in days.items():
        targets = {one.to_site for one in group}
        in_order = sorted(group, key=lambda one: one.from_site in targets)
        found += [
            Carried(batch_id, one.from_site, one.to_site, one.trip_id, day, leg)
            for leg, one in enumerate(in_order, 1)
        ]
    return tuple(sorted(found, key=lambda one: (one.day, one.leg, one.batch_id)))


def refuse_unknown(
    province: Province, batch_ids: Iterable[BatchId], site_ids: Iterable[SiteId]
) -> None:
    """Raise InputError, naming all that lacks, unless a library system knows batches and sites."""
    findings = Findings()
    known = {copy.batch_id for copy in province.copies}
    if not known:
        findings.at("batch_copies.csv").add(
            "",
            expected=message("the barcodes of the books of each batch"),
            advice=message("docs/library-systems.md says how to make the table"),
        )
    for batch_id in sorted(set(batch_ids) - known) if known else ():
        findings.at("batch_copies.csv", None, "batch_id").add(
            batch_id,
            expected=message("the barcodes of each batch that moves"),
            advice=message("add a row for each of its books"),
        )
    for site_id in sorted(set(site_ids)):
        if not province.site_by_id[site_id].branch:
            place = province.refer("libraries.csv", site_id)
            findings.at("libraries.csv", place.line, "branch").add(
                site_id,
                expected=message("the code by which the library system knows this site"),
                advice=message("make a library for it there, and write its code here"),
            )
    if findings.faults:
        raise InputError(findings.faults)
