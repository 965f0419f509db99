"""What happened before a plan begins: days worked, tasks done, movements that only a plan tells.

Plans of earlier months are facts for the next one. What they decided and nobody recorded yet
counts as done; what was recorded holds as recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from province.dates import Month
from province.ids import BatchId, CrewId, KitId, SiteId, TripId, VehicleId, VisitId
from province.journal import LedgerEntry
from province.results import ResultTask


@dataclass(frozen=True, slots=True)
class PastDay:
    """One day on which a crew and a vehicle were on a trip, and the minutes at the wheel."""

    crew_id: CrewId
    vehicle_id: VehicleId
    day: date
    drive_min: int


@dataclass(frozen=True, slots=True)
class PastTask:
    """One task of an earlier trip, or one that was recorded outside any plan.

    Parameters
    ----------
    trip_id, visit_id
        "" outside plans.
    site_id
        The site that was served.
    content_id
        The batch or the kit, or None.
    day
        When it happened, or was planned to.
    is_done
        Recorded as done or partly done; or not recorded, and then it counts as done.
    """

    trip_id: TripId
    visit_id: VisitId
    site_id: SiteId
    task: ResultTask
    content_id: BatchId | KitId | None
    day: date
    is_done: bool


@dataclass(frozen=True, slots=True)
class MissingResults:
    """How many results of a month's plan were not recorded yet, of all that are expected."""

    month: Month
    count: int
    expected: int


@dataclass(frozen=True, slots=True)
class Past:
    """All that is settled before a plan begins.

    Parameters
    ----------
    entries
        Movements that were planned and not recorded, as entries of the journal, by day and id.
    impossible
        Planned movements that can no longer take place, because what was recorded since left the
        batch elsewhere; they do not count.
    days
        Days of crews and vehicles on trips, by crew and day; those of cancelled trips are left out.
    rides
        Days on which the motorbikes of villages rode.
    tasks
        Every task of earlier trips, by day.
    homecomings
        The day on which a trip last brought each batch to a depot.
    missing
        Results that are still missing, by plan; only plans that miss some.
    first_day, first_min
        The first day that is still to be planned of a month of which something was recorded
        already, and the minute of it from which trips may set out; None: the whole month.
    standing
        Ids of the trips of the month that is planned again that had begun, or have a result.
    used_trips
        Trip ids that the month's plan used before, with what tells their work
        (`planning.trip_names`); "" where the id may not be used again at all.
    """

    entries: tuple[LedgerEntry, ...] = ()
    impossible: tuple[LedgerEntry, ...] = ()
    days: tuple[PastDay, ...] = ()
    rides: tuple[tuple[VehicleId, date], ...] = ()
    tasks: tuple[PastTask, ...] = ()
    homecomings: Mapping[BatchId, date] = field(default_factory=dict)
    missing: tuple[MissingResults, ...] = ()
    first_day: date | None = None
    first_min: int = 0
    standing: frozenset[TripId] = frozenset()
    used_trips: tuple[tuple[TripId, str], ...] = ()

    @property
    def sessions(self) -> tuple[tuple[SiteId, date], ...]:
        """Sites and days of all sessions that were held, or count as held, by site and day."""
        held = (t for t in self.tasks if t.task is ResultTask.SESSION and t.is_done)
        return tuple(sorted((task.site_id, task.day) for task in held))

    def list_missed_sessions(self, since: date) -> tuple[tuple[SiteId, date], ...]:
        """Return the sites and days of sessions recorded as not held, from a day on, by day."""
        return tuple(
            (task.site_id, task.day)
            for task in self.tasks
            if task.task is ResultTask.SESSION and not task.is_done and task.day >= since
        )

    @property
    def settled_until(self) -> date | None:
        """The last day of which movements are settled where part of the month is; else None."""
        if self.first_day is None:
            return None
        under_way = [entry.day for entry in self.entries]
        return max([self.first_day - timedelta(days=1), *under_way])

    @property
    def kits(self) -> frozenset[KitId]:
        """Kits that were delivered, or count as delivered."""
        return frozenset(
            KitId(task.content_id or "")
            for task in self.tasks
            if task.task is ResultTask.KIT and task.is_done
        )


NO_PAST = Past()
