"""What stays at a library when its batch is fetched: what is there, what is to stay, when due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from planning.plan import Keep, Leftover, Plan
from province.facts import Province
from province.ids import SiteId, TitleId
from province.journal import locate_batches
from province.left_behind import LeftBehind, list_left
from province.results import Outcome, ResultRow, ResultTask, list_standing_results
from routing.trips import Trip

TOLD_BY = (ResultTask.TAKE, ResultTask.COLLECT)


@dataclass(frozen=True, slots=True)
class DueBook:
    """A book with a reader, or several whose barcodes nobody told.

    Parameters
    ----------
    barcode
        "" where it was not told.
    books
        How many it stands for.
    since
        The day on which its batch was fetched.
    due
        The day of the visit after next, until which it is to be brought back.
    """

    barcode: str
    books: int
    leftover: Leftover
    due: date


def list_leftovers(province: Province) -> tuple[Leftover, ...]:
    """Return the books that the journal has at sites without their batch, by site and batch."""
    rows = [result.row for result in list_standing_results(province.results)]
    told = sorted(
        (row for row in rows if row.task in TOLD_BY and row.outcome is not Outcome.NOT_DONE),
        key=lambda row: row.day or date.min,
    )
    return tuple(_describe(one, told) for one in list_left(province.journal) if one.to_collect)


def _describe(left: LeftBehind, told: Iterable[ResultRow]) -> Leftover:
    items: tuple[str, ...] = ()
    titles: list[TitleId] = []
    for row in told:
        is_own = row.content_id == left.batch_id and row.site_id == left.site_id
        if not is_own or row.day is None or row.day < left.since:
            continue
        titles += row.kept_titles
        # which of those that were told are still out is only known if they are told again
        is_new = row.task is ResultTask.TAKE
        items = (*items, *row.on_loan_items) if is_new else row.on_loan_items
    return Leftover(
        left.batch_id,
        left.site_id,
        left.since,
        left.on_loan,
        left.kept,
        tuple(dict.fromkeys(items)) if left.on_loan else (),
        tuple(dict.fromkeys(titles)) if left.kept else (),
    )


def plan_keeps(province: Province, trips: Iterable[Trip]) -> tuple[Keep, ...]:
    """Return what is to stay of each batch that trips fetch, by batch and site.

    It is the share that the settings say, as far as the shelf has room beside what is left there on
    the same stop and what else stands there. At a site that takes no more batches nothing stays.
    """
    share = province.settings.handover.keep_pct / 100
    if not share:
        return ()
    batches, sites = province.batch_by_id, province.site_by_id
    standing: dict[SiteId, int] = {}
    for batch_id, (site_id, _) in locate_batches(province.journal).items():
        standing[site_id] = standing.get(site_id, 0) + batches[batch_id].books
    keeps = []
    for stop in (stop for trip in trips for stop in trip.stops):
        site = sites[stop.receiver_id]
        room = site.capacity_books - sum(parcel.books for parcel in stop.leaves)
        here = sum(p.books for p in stop.takes if p.from_site == site.site_id)
        room -= max(0, standing.get(site.site_id, 0) - here)
        if not (site.takes_rotation and site.is_enrolled(stop.day)):
            continue
        for parcel in stop.takes:
            books = min(int(parcel.books * share), room)
            if parcel.batch_id and parcel.from_site == site.site_id and books > 0:
                keeps.append(Keep(parcel.batch_id, site.site_id, books))
                room -= books
    return tuple(sorted(keeps, key=lambda keep: (keep.batch_id, keep.site_id)))


def keep_promised(before: Plan, begun: Iterable[Trip], fresh: Iterable[Keep]) -> tuple[Keep, ...]:
    """Return what is to stay of batches when a month is planned again.

    What trips that had begun fetch stays as their papers say; the rest is as it is planned now.
    """
    fetched = {
        (parcel.batch_id, stop.receiver_id)
        for trip in begun
        for stop in trip.stops
        for parcel in stop.takes
    }
    told = [keep for keep in before.keeps if (keep.batch_id, keep.site_id) in fetched]
    new = [keep for keep in fresh if (keep.batch_id, keep.site_id) not in fetched]
    return tuple(sorted((*told, *new), key=lambda keep: (keep.batch_id, keep.site_id)))


def list_due_books(plan: Plan, province: Province) -> tuple[DueBook, ...]:
    """Return the books with readers and when they are due, by day, site and barcode."""
    items = [
        item for one in list_leftovers(province) if one.on_loan
        for item in _split(one, find_due(one, plan, province))
    ]  # fmt: skip
    return tuple(
        sorted(
            items, key=lambda i: (i.due, i.leftover.site_id, i.leftover.batch_id, i.barcode == "",
                                  i.barcode)
        )
    )  # fmt: skip


def _split(one: Leftover, due: date) -> Iterator[DueBook]:
    for barcode in one.items:
        yield DueBook(barcode, 1, one, due)
    if (rest := one.on_loan - len(one.items)) > 0:
        yield DueBook("", rest, one, due)


def find_due(one: Leftover, plan: Plan, province: Province) -> date:
    """Return until when books with readers are to be back: the day of the visit after next.

    Visits that were made since count, then those of the plan's trips; of later months only the
    rotation is known, and the first day of the month counts. Where two are not known, it is as many
    days after the batch was fetched as the settings say, and no earlier than the one that is.
    """
    made = {
        result.row.day
        for result in list_standing_results(province.results)
        if result.row.site_id == one.site_id and result.row.outcome is not Outcome.NOT_DONE
    }
    days = {day for day in made if day is not None and day > one.since}
    days |= {
        stop.day
        for trip in plan.all_trips
        for stop in trip.stops
        if stop.receiver_id == one.site_id and stop.day > one.since
    }
    later = {
        move.month.first_day
        for move in plan.rotation.movements
        if one.site_id in (move.from_site, move.to_site) and move.month > plan.month
    }
    visits = sorted(days | {day for day in later if day > max(days, default=one.since)})
    if len(visits) > 1:
        return visits[1]
    usual = one.since + timedelta(days=province.settings.handover.loan_days)
    return max([usual, *visits])
