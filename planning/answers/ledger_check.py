"""Looks a ledger through: whole, every batch in one place, and nothing that plans do not know."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planning.past.read import list_past_trips, read_plans
from planning.plan import Plan
from province.facts import Province
from province.journal import locate_batches, standing_entries
from province.language import Message, mark, message
from province.ledger.ledger_lines import Lines, begin_lines, count_history
from province.ledger.place import LedgerPlace
from province.ledger.proof_files import list_named, read_picture
from province.ledger.transfer import LedgerSums, find_lines, sum_lines
from province.lendings import LendingStep, find_last, list_borrowed, list_lending_faults
from province.read import read_province
from province.results import list_standing_results


@dataclass(frozen=True, slots=True)
class MonthRecorded:
    """How much of a month's plan the ledger tells of: trips, tasks, those of which it tells."""

    month: str
    trips: int
    tasks: int
    recorded: int


@dataclass(frozen=True, slots=True)
class CheckedLedger:
    """What a ledger was found to be.

    Parameters
    ----------
    place
        What it is called.
    num_history
        Entries that came from `ledger.csv`.
    batches, away
        Batches of the province; those that are not at a depot.
    lent, borrowed
        Those that another province has; those of other provinces that are here.
    months
        What it tells of each plan in the folder.
    faults
        What does not fit; nothing of it changes where a batch is.
    missing_pictures
        Signatures and photos that it names and the folder does not have.
    """

    place: str
    sums: LedgerSums
    num_history: int
    batches: int
    away: int
    lent: int
    borrowed: int
    months: tuple[MonthRecorded, ...]
    faults: tuple[Message, ...]
    missing_pictures: int


def check_ledger(folder: Path, place: LedgerPlace) -> CheckedLedger:
    """Return what a ledger is found to be; before anything was recorded, what its history is.

    Raises
    ------
    LedgerError
        If it is damaged, shorter than it was, or not as it was recorded.
    InputError
        If it contradicts itself or the province: a batch in two places, an id that no table has.
    """
    lines = find_lines(place)
    province = read_province(folder)
    lines = lines if lines.version else begin_lines(province.journal)
    plans = read_plans(folder, province)
    depots = {site.site_id for site in province.depots}
    places = locate_batches(province.journal)
    last = find_last(province.lendings)
    given_back = {b for b, line in last.items() if line.step is LendingStep.GIVEN_BACK}
    named = list_named(province.results)
    missing = [one for one in named if read_picture(folder, *one) is None]
    return CheckedLedger(
        place=place.name,
        sums=sum_lines(lines),
        num_history=count_history(lines),
        batches=sum(batch.batch_id not in given_back for batch in province.batches),
        away=sum(site_id not in depots for site_id, _ in places.values()),
        lent=sum(line.step is LendingStep.LENT for line in last.values()),
        borrowed=len(list_borrowed(province.lendings)),
        months=_compare_months(province, plans),
        faults=(
            *_list_untold(province, lines),
            *_list_strange(province, plans),
            *list_lending_faults(
                province.lendings,
                province.journal,
                {batch.batch_id: batch.depot_id for batch in province.batches},
                frozenset(depots),
            ),
        ),
        missing_pictures=len(missing),
    )


def _compare_months(province: Province, plans: tuple[Plan, ...]) -> tuple[MonthRecorded, ...]:
    found = []
    for plan in plans:
        trips = list_past_trips(province, [plan])
        tasks = sum(len(past.rows) for past in trips)
        still_open = sum(len(past.list_open()) for past in trips)
        found.append(MonthRecorded(str(plan.month), len(trips), tasks, tasks - still_open))
    return tuple(found)


def _list_untold(province: Province, lines: Lines) -> list[Message]:
    """Return the entries of trips of which no result that counts tells."""
    told = {
        (result.row.trip_id, result.row.content_id)
        for result in list_standing_results(province.results)
    }
    own = {entry.entry_id for entry in province.journal[count_history(lines) :]}
    return [
        message("entry {entry} moves {batch} on trip {trip}, and no result tells of it",
                entry=entry.entry_id, batch=entry.batch_id, trip=entry.trip_id)
        for entry in standing_entries(province.journal)
        if entry.entry_id in own and entry.trip_id
        and (entry.trip_id, entry.batch_id) not in told
    ]  # fmt: skip


def _list_strange(province: Province, plans: tuple[Plan, ...]) -> list[Message]:
    """Return the trips that results name and the month's plan never had."""
    known = {
        plan.month: {trip.trip_id for trip in plan.all_trips}
        | {key for key, _ in plan.former_trips}
        for plan in plans
    }
    named = {
        (result.row.month, result.row.trip_id)
        for result in list_standing_results(province.results)
        if result.row.trip_id
    }
    return [
        message("results name trip {trip}, which the plan of {month} does not have",
                trip=trip_id, month=str(month))
        for month, trip_id in sorted(named)
        if month in known and trip_id not in known[month]
    ]  # fmt: skip


def tabulate_sums(one: LedgerSums, other: LedgerSums | None = None) -> list[dict[str, Any]]:
    """Return a row for each thing that is summed, and a column for each ledger.

    Parameters
    ----------
    one, other
        A ledger; or what was read, and what was then found where it was written.
    """
    sums = {mark("ledger"): one} if other is None else {mark("read"): one, mark("written"): other}
    names = {
        "entries": message("entries"),
        "standing_entries": message("entries that hold"),
        "results": message("results"),
        "standing_results": message("results that count"),
        "lendings": message("lines about batches lent between provinces"),
        "books": message("books, all entries"),
        "boxes": message("boxes, all entries"),
        "uses": message("uses, all results"),
        "digest": message("last digest of the chain"),
    }
    return [
        {mark("sum of"): text} | {head: _show(getattr(own, name)) for head, own in sums.items()}
        for name, text in names.items()
    ]


def _show(value: int | str) -> str:
    return value[:16] if isinstance(value, str) else str(value)
