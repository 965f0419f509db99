"""Who came to courses: what invitations and trips tell, as changes of the tables."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from programme.invited import Invited, list_invited
from province.changes import Change, Edit, NewRow
from province.errors import InputError
from province.facts import Province
from province.findings import Finding
from province.language import Message, message
from province.programme_facts import Staff
from province.results import Outcome, RecordedResult, ResultTask, list_standing_results

INVITATIONS, STAFF = "invitations.csv", "staff.csv"


@dataclass(frozen=True, slots=True)
class Attended:
    """How many of an invitation came, on which day, and what shows it.

    `is_told` says whether `invitations.csv` says so already; if not, trips recorded it.
    """

    invited: Invited
    people: int
    day: date
    proof: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who came, what is to be written, and what is still to be said.

    Parameters
    ----------
    waiting
        Invitations to courses that are over of which nobody said who came.
    """

    came: tuple[Attended, ...]
    edits: tuple[Edit, ...]
    waiting: tuple[Invited, ...]
    remarks: tuple[Message, ...]


@dataclass
class _StaffRows:
    """The rows of staff as they become, and the changes that make them so."""

    staff: dict[str, Staff]
    people: dict[str, int] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)

    def train(self, attended: Attended) -> None:
        """Say of some people of a row that they were trained: of all, or of those in a new row."""
        row, count = attended.invited.staff, attended.people
        there = self.people.get(row.staff_id, row.people)
        told = {
            "trained": str(count),
            "trained_date": attended.day.isoformat(),
            "course_id": attended.invited.invitation.course_id,
            "invitation_id": attended.invited.invitation.invitation_id,
            "proof": attended.proof,
        }
        if count == there and not row.trained:
            self.edits += [Change(STAFF, row.staff_id, *cell) for cell in told.items()]
        else:
            self.edits.append(Change(STAFF, row.staff_id, "people", str(there - count)))
            key = self._name(row.staff_id)
            days = {"from_date": row.from_date, "until": row.until}
            cells = {"staff_id": key, "site_id": row.site_id, "people": str(count), **told}
            cells |= {name: day.isoformat() for name, day in days.items() if day is not None}
            cells |= {"note": row.note} if row.note else {}
            self.edits.append(NewRow(STAFF, key, tuple(cells.items())))
        self.people[row.staff_id] = there - count

    def _name(self, staff_id: str) -> str:
        number = 2
        while (name := f"{staff_id}-{number}") in self.staff:
            number += 1
        self.staff[name] = self.staff[staff_id]
        return name


def take_attendance(province: Province, on: date) -> Attendance:
    """Return what `staff.csv` is to say of people who came to courses until a day.

    A row of `invitations.csv` that says how many came counts, with its proof; for courses on site
    also what trips recorded. Of several people in a row, those trained get a row of their own.

    Raises
    ------
    InputError
        With every invitation without a proof, of a day to come, or of more people than are left.
    """
    invited = list_invited(province)
    told = [
        Attended(
            one, one.people, one.invitation.held or one.occurrence.last, one.invitation.proof, True
        )
        for one in invited
        if one.invitation.attended is not None
    ]
    _refuse(province, told, on)
    recorded, remarks = _list_recorded(province, invited, on)
    rows = _StaffRows({str(one.staff_id): one for one in province.programme.staff})
    edits: list[Edit] = []
    for attended in (*told, *recorded):
        if not attended.is_told:
            key = attended.invited.invitation.invitation_id
            edits += [
                Change(INVITATIONS, key, "attended", str(attended.people)),
                Change(INVITATIONS, key, "held", attended.day.isoformat()),
                Change(INVITATIONS, key, "proof", attended.proof),
            ]
        if attended.people:
            rows.train(attended)
    known = {one.invited.invitation.invitation_id for one in (*told, *recorded)}
    waiting = tuple(
        one for one in invited if one.invitation.invitation_id not in known and one.is_over(on)
    )
    return Attendance((*told, *recorded), (*edits, *rows.edits), waiting, tuple(remarks))


def _refuse(province: Province, told: list[Attended], on: date) -> None:
    """Raise InputError with every invitation that cannot be taken over as it stands."""
    findings: list[Finding] = []
    left = {one.staff_id: one.untrained for one in province.programme.staff}
    for attended in told:
        row = province.refer(INVITATIONS, attended.invited.invitation.invitation_id)
        staff_id = attended.invited.staff.staff_id
        for column, value, expected, advice in _list_faults(attended, on, left[staff_id]):
            findings.append(Finding(row.file, row.line, column, value, expected, advice))
        left[staff_id] -= attended.people
    if findings:
        raise InputError(findings)


def _list_faults(
    attended: Attended, on: date, left: int
) -> Iterator[tuple[str, str, Message, Message]]:
    """Yield column, value, what was expected and what to do.

    Parameters
    ----------
    left
        People of the row of staff who are not trained yet.
    """
    if not attended.proof:
        yield (
            "proof", "", message("what shows that they came"),
            message("write the number of the signed list"),
        )  # fmt: skip
    if attended.day > on:
        yield (
            "held", attended.day.isoformat(), message("a day that is over"),
            message("correct the day, or empty attended"),
        )  # fmt: skip
    if attended.people > left:
        yield (
            "attended", str(attended.people),
            message("at most the {people} people of {row} who are not trained yet",
                    people=left, row=attended.invited.staff.staff_id),
            message("correct it, or add the others to staff.csv"),
        )  # fmt: skip


def _list_recorded(
    province: Province, invited: tuple[Invited, ...], on: date
) -> tuple[list[Attended], list[Message]]:
    """Return who came by what trips recorded of courses on site, and what is left to say."""
    groups: defaultdict[tuple[str, date, str], list[Invited]] = defaultdict(list)
    for one in invited:
        if one.occurrence.course.is_on_site and one.invitation.attended is None:
            groups[one.invitation.course_id, one.invitation.start, one.staff.site_id].append(one)
    found: list[Attended] = []
    remarks: list[Message] = []
    for own in groups.values():
        results = [
            one for one in list_trainings(province, own[0])
            if one.row.day is not None and one.row.day <= on
        ]  # fmt: skip
        done = [one for one in results if one.row.outcome is not Outcome.NOT_DONE]
        if not results or (not done and not own[0].is_over(on)):
            continue
        last = (done or results)[-1]
        if any(one.row.readers is None for one in done):
            text = message("{id}: how many came was not recorded", id=last.result_id)
            remarks.append(text)
            continue
        rest = sum(one.row.readers or 0 for one in done)
        for one in own:
            came = min(one.people, rest)
            rest -= came
            found.append(Attended(one, came, last.row.day or on, last.result_id, False))
        if rest:
            text = message(
                "{id}: {count} people more came than were invited; add them to staff.csv",
                id=last.result_id, count=rest,
            )  # fmt: skip
            remarks.append(text)
    return found, remarks


def list_trainings(province: Province, one: Invited) -> Iterator[RecordedResult]:
    """Yield what trips recorded of the training on site that an invitation is about."""
    for result in list_standing_results(province.results):
        row = result.row
        is_there = row.task is ResultTask.TRAINING and row.site_id == one.staff.site_id
        if is_there and row.day in one.occurrence.days:
            yield result
