"""What shows that something took place at a site: rows of activities, and what trips recorded."""

import calendar
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from programme.event_days import PromotionDays
from province.dates import DateSpan
from province.facts import Province
from province.ids import SiteId
from province.journal import EntryType, LedgerEntry, standing_entries
from province.ledger.place import HISTORY_NAME, find_place
from province.programme_facts import Form
from province.results import Outcome, RecordedResult, ResultTask, list_standing_results
from province.row_refs import RowRef


@dataclass(frozen=True, slots=True)
class Evidence:
    """One activity at a site, whoever wrote it down.

    Parameters
    ----------
    people
        How many took part; 0 where nobody counted.
    row
        The row that says so.
    event_rows
        The rows by which a session counts as reading promotion, too: it was for an event.
    """

    day: date
    site_id: SiteId
    form: Form
    people: int
    row: RowRef
    event_rows: tuple[RowRef, ...] = ()

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms that it counts for; it is one activity all the same."""
        return (self.form, Form.PROMOTION) if self.event_rows else (self.form,)

    def list_rows(self, *forms: Form) -> tuple[RowRef, ...]:
        """Return the rows by which it counts for any of some forms; none named: as it is."""
        return (self.row,) if not forms or self.form in forms else (self.row, *self.event_rows)


def list_evidence(province: Province) -> tuple[Evidence, ...]:
    """Return all evidence by day, site and form.

    Beside `activities.csv` the ledger tells: a batch that was left at a site is circulation, a
    session that was held there is mobile service, with the readers that came. Where the ledger and
    `activities.csv` tell the same (day, site and form), the ledger counts. A session for an event
    is promotion, too, unless somebody wrote down promotion there and then.
    """
    recorded = tuple(_list_recorded(province))
    told = {(one.day, one.site_id, one.form) for one in recorded}
    written = (
        Evidence(
            one.day, one.site_id, one.form, one.people,
            province.refer("activities.csv", one.activity_id),
        )
        for one in province.programme.activities
        if (one.day, one.site_id, one.form) not in told
    )  # fmt: skip
    found = _find_events(province, (*recorded, *written))
    return tuple(sorted(found, key=lambda one: (one.day, one.site_id, one.form, one.row.key)))


def _find_events(province: Province, evidence: tuple[Evidence, ...]) -> Iterator[Evidence]:
    """Yield evidence, sessions with the rows of the event that they were for."""
    days = PromotionDays.of(province)
    written = {(one.day, one.site_id) for one in evidence if one.form is Form.PROMOTION}
    for one in evidence:
        is_alone = one.form is Form.MOBILE and (one.day, one.site_id) not in written
        rows = days.list_rows(one.site_id, one.day) if is_alone else ()
        yield dataclasses.replace(one, event_rows=rows) if rows else one


def _list_recorded(province: Province) -> Iterator[Evidence]:
    """Yield what the ledger tells."""
    depots = {site.site_id for site in province.depots}
    yield from (
        Evidence(entry.day, entry.to_site, Form.CIRCULATION, 0, refer_entry(province, entry))
        for entry in standing_entries(province.journal)
        if entry.entry_type is EntryType.MOVED and entry.to_site not in depots
    )
    for result in list_standing_results(province.results):
        row = result.row
        if row.task is ResultTask.SESSION and row.outcome is not Outcome.NOT_DONE and row.day:
            place = refer_result(province, result)
            yield Evidence(row.day, row.site_id, Form.MOBILE, row.readers or 0, place)


def refer_entry(province: Province, entry: LedgerEntry) -> RowRef:
    """Return where an entry of the journal stands: in the history or in the ledger."""
    ledger = find_place(province.folder, province.settings).name
    return province.refer(HISTORY_NAME, entry.entry_id, otherwise=ledger)


def refer_result(province: Province, result: RecordedResult) -> RowRef:
    """Return where a recorded result stands."""
    return RowRef(find_place(province.folder, province.settings).name, result.result_id)


def list_voided(
    province: Province, *kinds: EntryType
) -> Iterator[tuple[LedgerEntry, tuple[RowRef, RowRef]]]:
    """Yield the entries of some kinds that were taken back, with their row and that of the void."""
    voids = {entry.voids: entry for entry in province.journal if entry.entry_type is EntryType.VOID}
    for entry in province.journal:
        if entry.entry_type in kinds and entry.entry_id in voids:
            void = voids[entry.entry_id]
            yield entry, (refer_entry(province, entry), refer_entry(province, void))


def twelve_months(until: date) -> DateSpan:
    """Return the twelve months that end with a day."""
    year = until.year - 1
    day = min(until.day, calendar.monthrange(year, until.month)[1])
    return DateSpan(date(year, until.month, day) + timedelta(days=1), until)
