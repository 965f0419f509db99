"""Everything that is owed soon, what the plans promise included, as rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from planning.past.read import PastTrip, list_past_trips, read_plans
from programme.due import DueItem, DueKind, list_programme_due, sort_due
from province.dates import Month, clock
from province.facts import Province
from province.language import Language, Message, join_words, mark, message, translate
from province.row_refs import RowRef
from province.visits import Task

KIND_NAMES: dict[DueKind, Message] = {
    DueKind.VISIT: message("visit"),
    DueKind.RESULTS: message("record results"),
    DueKind.KIT: message("kit"),
    DueKind.COURSE: message("course"),
    DueKind.ATTENDANCE: message("attendance"),
    DueKind.REPORT: message("report"),
    DueKind.RETURN: message("batch back"),
    DueKind.REST: message("rest ends"),
    DueKind.FUND: message("money ends"),
    DueKind.PARTNER: message("partner"),
    DueKind.GOAL: message("goal at risk"),
    DueKind.EVENT: message("event"),
}
"""What people read for each kind."""

TASK_NAMES: dict[Task, Message] = {
    Task.EXCHANGE: message("Book exchange"),
    Task.SESSION: message("Mobile session"),
    Task.KIT: message("Material delivery"),
    Task.TRAINING: message("Training"),
}
"""What people read for each task, as in documents."""


def list_due(province: Province, on: date, days: int) -> tuple[DueItem, ...]:
    """Return what is owed from a day on, for so many days, by day; what is overdue first.

    Raises
    ------
    InputError
        If a plan in the folder is damaged.
    """
    until = on + timedelta(days=days)
    plans = read_plans(province.folder, province, until=Month.of(until))
    trips = list_past_trips(province, plans)
    return sort_due(
        [
            *list_programme_due(province, on, until),
            *(item for trip in trips for item in _list_stops(trip, on, until)),
            *(item for trip in trips for item in _list_results(trip, on)),
        ]
    )


def tabulate_due(
    items: tuple[DueItem, ...], province: Province, on: date, language: Language | None = None
) -> list[dict[str, Any]]:
    """Return a row for each thing that is owed.

    Parameters
    ----------
    language
        Of the words for kinds and states; None leaves the kinds, and English.
    """
    names = {str(site.site_id): site.name for site in province.sites}
    names |= {str(commune.code): commune.name for commune in province.communes}
    names |= {str(batch.batch_id): batch.name for batch in province.batches}
    return [
        {
            mark("date"): item.day.isoformat(),
            mark("state"): _tell_state(item, on, language),
            mark("kind"): item.kind.value if language is None
            else translate(KIND_NAMES[item.kind], language),
            mark("where"): names.get(item.about, ""),
            mark("what"): translate(item.text, language or "en"),
            mark("rows"): "; ".join(str(row) for row in item.rows[:2])
            + (f"; +{len(item.rows) - 2}" if len(item.rows) > 2 else ""),
        }
        for item in items
    ]  # fmt: skip


def _tell_state(item: DueItem, on: date, language: Language | None) -> str:
    if item.day >= on:
        return ""
    return translate(message("overdue"), language or "en")


def _list_stops(past: PastTrip, on: date, until: date) -> Iterator[DueItem]:
    """Yield the stops of a trip of which nothing was recorded."""
    trip, month = past.trip, past.plan.month
    open_stops = {row.sequence for row in past.list_open()}
    for stop in trip.stops:
        if stop.sequence in open_stops and on <= stop.day <= until:
            text = message(
                "{tasks} at {time}, trip {trip}",
                tasks=join_words(TASK_NAMES[task] for task in stop.tasks),
                time=clock(stop.start_min), trip=trip.trip_id,
            )  # fmt: skip
            key = f"{month}.{stop.visit_id}"
            row = RowRef(f"plans/{month}/plan.json", stop.visit_id)
            yield DueItem(stop.day, DueKind.VISIT, key, stop.receiver_id, text, (row,))


def _list_results(past: PastTrip, on: date) -> Iterator[DueItem]:
    """Yield a trip that is over and of which results are missing."""
    trip, month = past.trip, past.plan.month
    missing = len(past.list_open())
    if trip.last_day < on and missing:
        text = message(
            "record the results of trip {trip}: {missing} of {all} are missing",
            trip=trip.trip_id, missing=missing, all=len(past.rows),
        )  # fmt: skip
        row = RowRef(f"plans/{month}/plan.json", trip.trip_id)
        key = f"{month}.{trip.trip_id}"
        yield DueItem(trip.last_day, DueKind.RESULTS, key, "", text, (row,))
