"""Proves a quarter that was lived, from the ledger and the plans alone.

Nothing of the search or of its checkers is used but the proof of places of each plan; limits and
books are added up again here, over the edges of months.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from planning.plan import Plan
from planning.verify_places import verify_places
from province.dates import DateSpan, Month
from province.facts import Province
from province.journal import EntryType, LedgerEntry
from province.past import Past
from province.results import Outcome, ResultTask, list_standing_results
from province.visits import Task
from routing.trips import Trip


@dataclass(slots=True)
class Lived:
    """Every plan that was made, the last one of each month, and the libraries that left."""

    made: list[Plan] = field(default_factory=list)
    plans: dict[Month, Plan] = field(default_factory=dict)
    retired: dict[str, date] = field(default_factory=dict)
    known: dict[int, dict[str, date]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add_plan(self, province: Province, plan: Plan, past: Past) -> None:
        """Note a plan, with what its checkers and the proof of places say of it."""
        self.known[len(self.made)] = dict(self.retired)
        self.made.append(plan)
        self.plans[plan.month] = plan
        found = {*plan.violations, *verify_places(province, plan, past)}
        self.faults += sorted(f"{plan.month} {v.rule} {v.where}: {v.detail}" for v in found)


def prove_quarter(lived: Lived, province: Province) -> list[str]:
    """Return every fault of a quarter, all results recorded.

    Parameters
    ----------
    province
        The facts in the end.
    """
    return [
        *lived.faults,
        *_prove_places(lived, province),
        *_prove_books(province),
        *_prove_crews(lived, province),
        *_prove_gaps(lived, province),
        *_prove_promises(lived),
        *_prove_ids(lived),
    ]


def _list_driven(lived: Lived, province: Province) -> list[Trip]:
    """Return the trips of all months that took place."""
    cancelled = {
        (result.row.month, result.row.trip_id)
        for result in list_standing_results(province.results)
        if result.row.task is ResultTask.TRIP and result.row.outcome is Outcome.NOT_DONE
    }
    return [
        trip
        for month, plan in sorted(lived.plans.items())
        for trip in plan.all_trips
        if (month, trip.trip_id) not in cancelled
    ]


def _list_moves(province: Province) -> dict[str, list[LedgerEntry]]:
    voided = {e.voids for e in province.journal if e.entry_type is EntryType.VOID}
    moves: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in sorted(province.journal, key=lambda one: (one.day, one.entry_id)):
        if entry.entry_type is EntryType.MOVED and entry.entry_id not in voided:
            moves[entry.batch_id].append(entry)
    return moves


def _prove_places(lived: Lived, province: Province) -> Iterator[str]:
    """Yield batches and days with another number of places than one, by ledger and reports."""
    months = sorted(lived.plans)
    days = list(DateSpan(months[0].first_day, months[-1].last_day).days())
    told: dict[tuple[str, date], list[tuple[ResultTask, str, str]]] = defaultdict(list)
    for result in list_standing_results(province.results):
        row = result.row
        is_move = row.task in (ResultTask.LEAVE, ResultTask.TAKE)
        if is_move and row.outcome is not Outcome.NOT_DONE and row.day is not None:
            told[str(row.content_id), row.day].append((row.task, row.site_id, row.trip_id))
    moves = _list_moves(province)
    for batch in province.batches:
        place, own = str(batch.depot_id), moves.get(batch.batch_id, [])
        for entry in own:
            if entry.from_site != place:
                yield f"{batch.batch_id} {entry.day}: taken from {entry.from_site}, is at {place}"
            place = entry.to_site
        for day in days:
            before = [entry for entry in own if entry.day <= day]
            place = before[-1].to_site if before else str(batch.depot_id)
            if place not in province.site_by_id:
                yield f"{batch.batch_id} {day}: is nowhere"
            reported = told.get((str(batch.batch_id), day), [])
            left = [site for task, site, _ in reported if task is ResultTask.LEAVE]
            # The ledger dates a move by its end: what is left days later is on board until then.
            on_board = {(e.from_site, e.trip_id) for e in own if e.day > day}
            taken = [
                site
                for task, site, trip_id in reported
                if task is ResultTask.TAKE and (site, trip_id) not in on_board
            ]
            if left and place not in left:
                yield f"{batch.batch_id} {day}: left at {left}, but at {place} by the ledger"
            if not left and place in taken:
                yield f"{batch.batch_id} {day}: taken from {place}, but still there"


def _prove_books(province: Province) -> Iterator[str]:
    """Yield batches and days on which a book is at no place, or at two, by the books moved."""
    voided = {e.voids for e in province.journal if e.entry_type is EntryType.VOID}
    standing = [e for e in province.journal if {e.entry_id, e.voids} & voided == set()]
    own: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in sorted(standing, key=lambda one: (one.day, one.entry_id)):
        own[entry.batch_id].append(entry)
    for batch in province.batches:
        at, left = Counter({str(batch.depot_id): batch.books}), Counter[str]()
        place = str(batch.depot_id)
        for entry in own[batch.batch_id]:
            source, target = str(entry.from_site), str(entry.to_site)
            if entry.entry_type is EntryType.MOVED:
                if entry.entry_id.startswith("R") and entry.books != at[place] - left[place]:
                    yield f"{batch.batch_id} {entry.day}: {entry.books} books of {at[place]} moved"
                books = at[place] - left[place]  # whether it was there, `_prove_places` tells
                at[place] -= books
                at[target] += books
                place = target
                left[target] = 0
            elif entry.entry_type is EntryType.LOST_BOOKS:
                at[place] -= entry.books
            elif entry.entry_type in (EntryType.ON_LOAN, EntryType.KEPT):
                left[source] += entry.books
            elif entry.entry_type in (EntryType.COLLECTED, EntryType.LOST_LEFT):
                at[source] -= entry.books
                left[source] -= entry.books
                if entry.entry_type is EntryType.COLLECTED:
                    at[target] += entry.books
                    left[target] += entry.books if target != place else 0
            if min([*at.values(), *left.values()]) < 0 or left[place] > at[place]:
                yield f"{batch.batch_id} {entry.day}: {dict(at)}, of them left behind {dict(left)}"


def _prove_crews(lived: Lived, province: Province) -> Iterator[str]:
    """Yield crews that work or drive too long in a week, or too many days in a row."""
    rules = province.settings.trips
    worked: dict[str, dict[date, str]] = defaultdict(dict)
    driven: dict[tuple[str, date], int] = defaultdict(int)
    for trip in _list_driven(lived, province):
        for day in DateSpan(trip.first_day, trip.last_day).days():
            if day in worked[trip.crew_id] and trip.load_min is None:  # no second one of the day
                yield f"{trip.crew_id} {day}: on {worked[trip.crew_id][day]} and {trip.trip_id}"
            worked[trip.crew_id][day] = trip.trip_id
        legs = [(stop.day, stop.leg) for stop in trip.stops]
        legs += [(night.day, night.leg) for night in trip.nights if night.leg]
        for day, leg in (*legs, (trip.last_day, trip.home)):
            driven[trip.crew_id, day - timedelta(days=day.weekday())] += leg.drive_min
    for (crew, monday), minutes in sorted(driven.items()):
        if minutes > rules.driving_max_week_min:
            yield f"{crew} week of {monday}: {minutes} min at the wheel"
    for crew, days in sorted(worked.items()):
        weeks: dict[date, int] = defaultdict(int)
        for day in sorted(days):
            weeks[day - timedelta(days=day.weekday())] += 1
            row = 1
            while day - timedelta(days=row) in days:
                row += 1
            if row > rules.work_days_in_a_row:
                yield f"{crew} {day}: {row} days in a row"
        for monday, count in sorted(weeks.items()):
            if count > rules.work_days_per_week:
                yield f"{crew} week of {monday}: {count} days"


def _prove_gaps(lived: Lived, province: Province) -> Iterator[str]:
    """Yield sessions that were held too soon after each other, and kits delivered twice."""
    sessions: dict[str, list[date]] = defaultdict(list)
    kits: dict[str, list[date]] = defaultdict(list)
    for result in list_standing_results(province.results):
        row = result.row
        if row.outcome is Outcome.NOT_DONE or row.day is None:
            continue
        if row.task is ResultTask.SESSION:
            sessions[row.site_id].append(row.day)
        elif row.task is ResultTask.KIT:
            kits[str(row.content_id)].append(row.day)
    for site in province.sites:
        held = sorted(sessions[site.site_id])
        for one, other in itertools.pairwise(held):
            if (other - one).days < site.session_gap_days:
                yield f"{site.site_id}: sessions on {one} and {other}"
    for kit_id, given in sorted(kits.items()):
        if len(given) > 1:
            yield f"kit {kit_id}: delivered on {given}"


def _prove_promises(lived: Lived) -> Iterator[str]:
    """Yield sessions and batches that a plan promises to a library after it has left."""
    for number, plan in enumerate(lived.made):
        known = lived.known[number]
        for trip in plan.trips.trips:
            for stop in trip.stops:
                last = known.get(str(stop.receiver_id))
                promises = Task.SESSION in stop.tasks or any(p.books for p in stop.leaves)
                if last is not None and stop.day > last and promises:
                    yield f"{plan.month} {trip.trip_id}: {stop.receiver_id} left on {last}"
        for move in plan.rotation.movements:
            last = known.get(str(move.to_site))
            if last is not None and move.month.first_day > last:
                yield f"{plan.month}: {move.batch_id} is sent to {move.to_site}, left on {last}"


def _prove_ids(lived: Lived) -> Iterator[str]:
    """Yield trip ids that plans use for different work."""
    works: dict[str, set[str]] = defaultdict(set)
    for plan in lived.made:
        ids = [trip.trip_id for trip in plan.all_trips]
        if len(ids) != len(set(ids)):
            yield f"{plan.month}: a trip id stands there twice"
        for trip in plan.all_trips:
            work = [
                (str(s.day), s.receiver_id, [str(p.content_id) for p in (*s.leaves, *s.takes)])
                for s in trip.stops
            ]
            works[trip.trip_id].add(str(work))
    for trip_id, different in sorted(works.items()):
        if len(different) > 1:
            yield f"{trip_id}: used for {len(different)} different trips"
