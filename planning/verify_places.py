"""Proves where every batch is before every movement, from the ledger and the plan alone.

Nothing of the search or of its checkers is used. The journal is replayed, then what each trip of
the plan loads, leaves, takes and brings home, minute by minute; a batch that is taken, loaded or
left where it is not, or that ends where it should not, is a violation.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, SiteId
from province.journal import EntryType, LedgerEntry
from province.language import Message, message
from province.lendings import list_away
from province.past import NO_PAST, Past
from province.violations import Violation
from province.visits import Movement, list_kits
from routing.trips import Trip

Found = Iterator[tuple[str, str, Message]]

TAKEN = "batches_are_taken_where_they_are"
CHECKED = "returned_batches_are_checked_first"
ENDS = "batches_end_where_they_should"
ROWS = "schedule_tells_what_is_carried"
KITS = "kits_are_delivered_once"

LATEST_MIN = 2 * 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class BatchEvent:
    """Something that happens to a batch.

    Parameters
    ----------
    day, minute, name, number
        When, and its order among what happens in the same minute.
    kind
        ``moved`` (by the ledger), ``load``, ``leave``, ``take`` or ``home``.
    site_id
        Where it happens; where it is moved from for ``moved``.
    to_site
        Where it is moved to, for ``moved``.
    """

    day: date
    minute: int
    name: str
    number: int
    kind: str
    batch_id: BatchId
    site_id: SiteId
    to_site: SiteId


@dataclass(slots=True)
class BatchReplay:
    """Where everything is while the events pass.

    Parameters
    ----------
    places
        The site of each batch, or the trip that it is on.
    came
        The last day on which a trip brought it home.
    source
        Where it was before it came on board: site and day.
    carried
        What trips carried: batch, from, to, trip and day, as the schedule tells it.
    """

    places: dict[BatchId, str]
    came: dict[BatchId, date]
    source: dict[BatchId, tuple[SiteId, date]] = field(default_factory=dict)
    carried: Counter[tuple[str, str, str, str, date]] = field(default_factory=Counter)


def verify_places(province: Province, plan: Plan, past: Past = NO_PAST) -> tuple[Violation, ...]:
    """Return where a plan moves a batch that is not there, moves it twice, or loses it.

    Parameters
    ----------
    province
        The facts as they are read, without the movements of `past`.
    past
        What plans of earlier months moved and nobody recorded yet.
    """
    found = [
        *_check_trips(province, plan, past),
        *_check_horizon(province, plan, past),
        *_check_kits(plan, past),
    ]
    return tuple(Violation(*item) for item in dict.fromkeys(found))


def _check_trips(province: Province, plan: Plan, past: Past) -> Found:
    """Yield what is wrong in the month itself, by trips and by the rows of the schedule."""
    before, after = _split_moves(province, plan, past)
    later = [entry for entry in after if entry.day <= plan.month.last_day]
    events = [event for trip in plan.trips.trips for event in _list_events(trip)]
    replay = BatchReplay(
        {batch.batch_id: batch.depot_id for batch in province.batches}, dict(past.homecomings)
    )
    for number, entry in enumerate(before):
        yield from _pass(replay, _tell_entry(entry, number), 0)
    begun = plan.first_day or plan.month.first_day
    away = list_away(province.lendings, begun - timedelta(days=1))
    replay.places |= {batch_id: line.partner.name for batch_id, line in away.items()}
    start = dict(replay.places)
    events += [_tell_entry(entry, number) for number, entry in enumerate(later)]
    check_days = province.settings.service.check_days
    for event in sorted(events):
        yield from _pass(replay, event, check_days)
    yield from _check_ends(province, plan, start, replay, {e.batch_id for e in later})
    yield from _check_rows(plan, replay)


def _split_moves(
    province: Province, plan: Plan, past: Past
) -> tuple[list[LedgerEntry], list[LedgerEntry]]:
    """Return the moves that hold before the plan and those after, in the order they happened.

    Of the journal and of the past, without those of the plan's own trips.
    """
    own = {str(trip.trip_id) for trip in plan.trips.trips}
    begun = plan.first_day or plan.month.first_day
    standing = {str(trip.trip_id) for trip in plan.standing_trips}
    voided = {e.voids for e in province.journal if e.entry_type is EntryType.VOID}
    moves = [
        entry
        for entry in (*province.journal, *past.entries)
        if entry.entry_type is EntryType.MOVED
        and entry.entry_id not in voided
        and entry.trip_id not in own
    ]
    moves.sort(key=lambda entry: (entry.day, entry.entry_id))
    before = [entry for entry in moves if entry.day < begun or entry.trip_id in standing]
    return before, [entry for entry in moves if entry not in before]


def _tell_entry(entry: LedgerEntry, number: int) -> BatchEvent:
    return BatchEvent(
        entry.day, -1, "", number, "moved", entry.batch_id, entry.from_site, entry.to_site
    )


def _list_events(trip: Trip) -> Iterator[BatchEvent]:
    """Yield what a trip does to batches: loads, each stop, and what it still has at home."""
    on_board: list[BatchId] = []
    legs = [stop.leg.leave_min for stop in trip.stops if stop.day == trip.first_day]
    name, depot, number = str(trip.trip_id), trip.depot_id, 0

    def tell(day: date, minute: int, kind: str, batch_id: BatchId, site_id: SiteId) -> BatchEvent:
        return BatchEvent(day, minute, name, number, kind, batch_id, site_id, site_id)

    for parcel in trip.loads:
        if batch_id := parcel.batch_id:
            on_board.append(batch_id)
            yield tell(trip.first_day, min(legs, default=0), "load", batch_id, depot)
    for stop in sorted(trip.stops, key=lambda one: one.sequence):
        for parcel in stop.leaves:
            if batch_id := parcel.batch_id:
                number += 1
                yield tell(stop.day, stop.start_min, "leave", batch_id, stop.receiver_id)
                if batch_id in on_board:
                    on_board.remove(batch_id)
        for parcel in stop.takes:
            if batch_id := parcel.batch_id:
                number += 1
                yield tell(stop.day, stop.start_min, "take", batch_id, stop.receiver_id)
                on_board.append(batch_id)
    for batch_id in on_board:
        number += 1
        yield tell(trip.last_day, LATEST_MIN, "home", batch_id, depot)


def _pass(replay: BatchReplay, event: BatchEvent, check_days: int) -> Found:
    """Yield what is wrong with an event, and let it happen."""
    here = replay.places.get(event.batch_id)
    where = f"{event.name or event.kind} {event.batch_id} {event.day}"
    expected = event.name if event.kind in ("leave", "home") else event.site_id
    if here is None:
        yield TAKEN, where, message("there is no such batch")
        return
    if here != expected:
        yield (
            TAKEN,
            where,
            message(
                "the batch should be at {site} then, but it is at {place}",
                site=str(expected), place=here,
            ),
        )  # fmt: skip
    if event.kind == "moved":
        replay.places[event.batch_id] = event.to_site
    elif event.kind in ("load", "take"):
        came = replay.came.get(event.batch_id)
        if event.kind == "load" and came and event.day <= came + timedelta(days=check_days):
            text = message(
                "it came home on {day} and is not checked yet; days too early: {over_days}",
                day=came.isoformat(),
                over_days=(came - event.day).days + check_days + 1,
            )
            yield CHECKED, where, text
        replay.places[event.batch_id] = event.name
        replay.source[event.batch_id] = (event.site_id, event.day)
    else:
        source, taken = replay.source.pop(event.batch_id, (event.site_id, event.day))
        day = taken if event.kind == "home" else event.day
        replay.carried[event.batch_id, source, event.site_id, event.name, day] += 1
        replay.places[event.batch_id] = event.site_id
        if event.kind == "home":
            replay.came[event.batch_id] = event.day


def _check_ends(
    province: Province,
    plan: Plan,
    start: dict[BatchId, str],
    replay: BatchReplay,
    moved_besides: set[BatchId],
) -> Found:
    """Yield batches that end the month where the plan does not send them."""
    depots = {str(site.site_id) for site in province.depots}
    goals: dict[BatchId, set[str]] = defaultdict(set)
    missed = {d.batch_id for d in plan.deliveries if not d.trip_id}
    for move in plan.asked:
        goals[move.batch_id].add(str(move.to_site))
        if move.batch_id in missed:
            goals[move.batch_id] |= {start[move.batch_id], *depots}
        elif move.to_site in depots:
            goals[move.batch_id] |= depots
    for batch_id, place in replay.places.items():
        allowed = goals.get(batch_id, {start[batch_id]})
        if batch_id not in moved_besides and place not in allowed:
            text = message(
                "at the end of the month it is at {place}; the plan sends it to {site}",
                place=place, site=", ".join(sorted(allowed)),
            )  # fmt: skip
            yield ENDS, f"{batch_id} {plan.month}", text


def _check_rows(plan: Plan, replay: BatchReplay) -> Found:
    """Yield rows of the schedule that no trip carries out, and what no row tells."""
    vehicles = {str(trip.trip_id): trip.vehicle_id for trip in plan.trips.trips}
    rows = Counter(
        (str(d.batch_id), str(d.from_site), str(d.to_site), d.trip_id, d.day or date.max)
        for d in plan.deliveries
        if d.trip_id
    )
    for row in sorted((rows - replay.carried) + (replay.carried - rows)):
        batch_id, source, target, trip_id, day = row
        told = message(
            "{batch} from {source} to {target} on {day}: the schedule and the trip differ",
            batch=batch_id, source=source, target=target, day=day.isoformat(),
        )  # fmt: skip
        yield ROWS, f"{trip_id} {batch_id}", told
    for delivery in plan.deliveries:
        if delivery.trip_id and vehicles.get(delivery.trip_id) != delivery.vehicle_id:
            text = message("vehicle {vehicle} is not on this trip", vehicle=delivery.vehicle_id)
            yield ROWS, f"{delivery.trip_id} {delivery.batch_id}", text


def _check_horizon(province: Province, plan: Plan, past: Past) -> Found:
    """Yield movements of all planned months that begin where the batch cannot be."""
    places: dict[BatchId, str] = {batch.batch_id: batch.depot_id for batch in province.batches}
    places |= {e.batch_id: e.to_site for e in _split_moves(province, plan, past)[0]}
    by_batch = sorted(plan.rotation.movements, key=_batch_and_month)
    for (batch_id, month), moves in groupby(by_batch, key=_batch_and_month):
        left = [(str(move.from_site), str(move.to_site)) for move in moves]
        while step := next((m for m in left if m[0] == places.get(batch_id)), None):
            left.remove(step)
            places[batch_id] = step[1]
        for source, _ in left:
            text = message(
                "the batch should be at {site} then, but it is at {place}",
                site=source, place=places.get(batch_id, "-"),
            )  # fmt: skip
            yield TAKEN, f"{batch_id} {month}", text


def _batch_and_month(move: Movement) -> tuple[BatchId, Month]:
    return move.batch_id, move.month


def _check_kits(plan: Plan, past: Past) -> Found:
    """Yield kits that are delivered or fetched twice, or again."""
    given = Counter(
        kit_id for _, stop in plan.trips.stops() for kit_id in list_kits(*stop.leaves, *stop.takes)
    )
    for kit_id, times in sorted(given.items()):
        if times > 1 or kit_id in past.kits:
            yield KITS, f"{kit_id} {plan.month}", message("the kit is delivered already")
