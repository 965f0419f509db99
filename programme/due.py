"""What of the programme is owed soon: kits, courses, reports, batches, money, goals at risk."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from programme.invited import Invited, list_invited
from programme.money import list_balances
from programme.standing import list_scopes, list_standings
from province.amounts import write_amount
from province.dates import DateSpan, Month
from province.days import first_days
from province.facts import Province
from province.ids import CourseId
from province.journal import locate_batches
from province.language import Message, message
from province.ledger.place import HISTORY_NAME, find_place
from province.lendings import LendingStep, find_last
from province.results import Outcome, ResultTask, list_standing_results
from province.row_refs import RowRef

SETTINGS = "province.toml"


class DueKind(StrEnum):
    """What is owed."""

    VISIT = "visit"
    RESULTS = "results"
    KIT = "kit"
    COURSE = "course"
    ATTENDANCE = "attendance"
    REPORT = "report"
    RETURN = "return"
    REST = "rest"
    FUND = "fund"
    PARTNER = "partner"
    GOAL = "goal"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class DueItem:
    """One thing that is owed by a day.

    Parameters
    ----------
    key
        What tells it from all others of its kind, the same on whatever day is asked.
    about
        The site, commune or batch that it is about, by id; "" where it is none.
    rows
        The rows that say so.
    """

    day: date
    kind: DueKind
    key: str
    about: str
    text: Message
    rows: tuple[RowRef, ...]


def list_programme_due(province: Province, on: date, until: date) -> tuple[DueItem, ...]:
    """Return what is owed from a day until another, both included, by day.

    What was owed before and nothing says that it was done (kits, batches that should be back) is
    there too, with the day on which it was due.
    """
    found = [
        *_list_kits(province, until),
        *_list_courses(province, DateSpan(on, until)),
        *_list_attendances(province, on),
        *_list_reports(province, DateSpan(on, until)),
        *_list_returns(province, on, until),
        *_list_shared(province, until),
        *_list_rests(province, DateSpan(on, until)),
        *_list_funds(province, DateSpan(on, until)),
        *_list_partners(province, DateSpan(on, until)),
        *_list_goals_at_risk(province, on),
        *_list_events(province, DateSpan(on, until)),
    ]
    return sort_due(found)


def sort_due(items: list[DueItem]) -> tuple[DueItem, ...]:
    """Return what is owed in the order of days."""
    return tuple(sorted(items, key=lambda one: (one.day, one.kind, one.key)))


def _list_kits(province: Province, until: date) -> Iterator[DueItem]:
    done = {
        result.row.content_id
        for result in list_standing_results(province.results)
        if result.row.task is ResultTask.KIT and result.row.outcome is not Outcome.NOT_DONE
    }
    for kit in province.kits:
        if kit.kit_id not in done and kit.due_date <= until:
            row = province.refer("kits.csv", kit.kit_id)
            text = message("deliver the kit {kit}", kit=kit.name)
            yield DueItem(kit.due_date, DueKind.KIT, kit.kit_id, kit.site_id, text, (row,))


def _list_courses(province: Province, span: DateSpan) -> Iterator[DueItem]:
    for course in province.programme.courses:
        row = province.refer("courses.csv", course.course_id)
        text = message("course {course}, {seats} seats", course=course.name, seats=course.seats)
        if course.is_on_site:
            text = message("{course}, at libraries", course=text)
        elif course.is_online:
            text = message("{course}, online", course=text)
        for day in first_days(course, span):
            key = f"{course.course_id}.{day.isoformat()}"
            yield DueItem(day, DueKind.COURSE, key, course.site_id or "", text, (row,))


def _list_events(province: Province, span: DateSpan) -> Iterator[DueItem]:
    """Yield the events of the calendar that people prepare, with how many sites wished for them."""
    for entry in province.calendar:
        if not entry.is_event:
            continue
        for day in first_days(entry, span):
            days = DateSpan(day, day + timedelta(days=entry.days - 1))
            wishes = [
                wish
                for wish in province.wishes
                if wish.event_id == entry.entry_id and wish.start in days
            ]
            text = message("event: {event}", event=entry.name)
            if wishes:
                text = message("{event}; sessions wished for: {count}", event=text,
                               count=len(wishes))  # fmt: skip
            rows = (
                province.refer("calendar.csv", entry.entry_id),
                *(province.refer("wishes.csv", wish.wish_id) for wish in wishes),
            )
            about = entry.site_id or entry.commune_code or ""
            key = f"{entry.entry_id}.{day.isoformat()}"
            yield DueItem(day, DueKind.EVENT, key, about, text, rows)


def _list_attendances(province: Province, on: date) -> Iterator[DueItem]:
    """Yield the courses that are over and of which nobody said who came, or `staff.csv` not yet."""
    groups: defaultdict[tuple[CourseId, date], list[Invited]] = defaultdict(list)
    for one in list_invited(province):
        if one.is_over(on):
            groups[one.occurrence.course.course_id, one.occurrence.first].append(one)
    for (course_id, first), own in sorted(groups.items()):
        text = message(
            "take in who came to {course}: {count} people were invited",
            course=own[0].occurrence.course.name, count=sum(one.people for one in own),
        )  # fmt: skip
        rows = tuple(province.refer("invitations.csv", one.invitation.invitation_id) for one in own)
        key, last = f"{course_id}.{first}", own[0].occurrence.last
        yield DueItem(last, DueKind.ATTENDANCE, key, "", text, rows)


def _list_reports(province: Province, span: DateSpan) -> Iterator[DueItem]:
    for report in province.settings.reports:
        for year in range(span.first.year, span.last.year + 1):
            day = report.find_deadline(year)
            if day in span:
                row = RowRef(SETTINGS, f"reports.{report.id}")
                text = message("report: {report}", report=report.name)
                yield DueItem(day, DueKind.REPORT, f"{report.id}.{year}", "", text, (row,))


def _list_returns(province: Province, on: date, until: date) -> Iterator[DueItem]:
    """Yield the batches whose longest stay ends, or that may stay no longer than pinned."""
    depots = {site.site_id for site in province.depots}
    ledger = find_place(province.folder, province.settings).name
    entries = {
        (entry.batch_id, entry.day, entry.to_site): entry.entry_id for entry in province.journal
    }
    for batch_id, (site_id, since) in locate_batches(province.journal, on).items():
        batch = province.batch_by_id.get(batch_id)
        if batch is None or site_id in depots:
            continue
        day = Month.of(since).plus(batch.max_stay_months).last_day
        if batch.pinned_site == site_id:
            day = max(day, batch.pinned_until or date.max)
        if day > until:
            continue
        entry = entries[batch_id, since, site_id]
        rows = (
            province.refer(HISTORY_NAME, entry, otherwise=ledger),
            province.refer("batches.csv", batch_id),
        )
        text = message("fetch batch {batch}, there since {day}", batch=batch.name, day=str(since))
        yield DueItem(day, DueKind.RETURN, f"{batch_id}.{since}", site_id, text, rows)


def _list_shared(province: Province, until: date) -> Iterator[DueItem]:
    """Yield the batches of other provinces to be given back, and those that are to come home."""
    ledger = find_place(province.folder, province.settings).name
    for batch_id, line in find_last(province.lendings).items():
        day, batch = line.terms.until, province.batch_by_id[batch_id]
        if day > until or line.step not in (LendingStep.BORROWED, LendingStep.LENT):
            continue
        told = {"batch": batch.name, "partner": line.partner.name, "loan": line.loan_id}
        if line.step is LendingStep.BORROWED:
            text = message("give batch {batch} back to {partner}, loan {loan}", **told)
        else:
            text = message("batch {batch} comes back from {partner}, loan {loan}", **told)
        rows = (RowRef(ledger, line.line_id),)
        yield DueItem(day, DueKind.RETURN, line.line_id, batch_id, text, rows)


def _list_rests(province: Province, span: DateSpan) -> Iterator[DueItem]:
    for batch in province.batches:
        if batch.resting_until is not None and batch.resting_until in span:
            text = message("batch {batch} has rested and may go out again", batch=batch.name)
            row = province.refer("batches.csv", batch.batch_id)
            key = f"{batch.batch_id}.{batch.resting_until}"
            yield DueItem(batch.resting_until, DueKind.REST, key, batch.batch_id, text, (row,))


def _list_funds(province: Province, span: DateSpan) -> Iterator[DueItem]:
    for balance in list_balances(province, span.first):
        fund = balance.fund
        if fund.until in span:
            text = message(
                "fund {fund} ends; left: {left} {currency}",
                fund=fund.name, left=write_amount(balance.left.value, balance.currency),
                currency=balance.currency,
            )  # fmt: skip
            yield DueItem(fund.until, DueKind.FUND, fund.fund_id, "", text, balance.left.rows)


def _list_partners(province: Province, span: DateSpan) -> Iterator[DueItem]:
    for partner in province.programme.partners:
        if partner.until is not None and partner.until in span:
            text = message("what {partner} gives ends", partner=partner.name)
            row = province.refer("partners.csv", partner.partner_id)
            about = partner.commune_code or ""
            yield DueItem(partner.until, DueKind.PARTNER, partner.partner_id, about, text, (row,))


def _list_goals_at_risk(province: Province, on: date) -> Iterator[DueItem]:
    """Yield goals that will probably be missed, in the scope that the province counts by."""
    targets, scope = province.settings.targets, list_scopes(province)[0]
    for standing in list_standings(province, on):
        if standing.scope is not scope or not standing.is_recorded:
            continue
        for stone in standing.milestones:
            is_sure = stone.chance is not None and stone.chance >= targets.risk_below
            if is_sure or not stone.missing or (stone.day - on).days > targets.risk_days:
                continue
            text = message(
                "{goal}: {value} of the {needed} needed; missing: {missing}",
                goal=standing.name, value=standing.measure.value.count,
                needed=stone.needed or 0, missing=stone.missing,
            )  # fmt: skip
            rows = (*standing.measure.value.rows, RowRef(SETTINGS, f"goals.{standing.goal.id}"))
            key = f"{standing.goal.id}.{stone.year}"
            yield DueItem(stone.day, DueKind.GOAL, key, "", text, rows)
