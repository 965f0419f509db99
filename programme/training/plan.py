"""The training plan: who is invited to what, who pays, what goals lack, and why."""

from collections import defaultdict
from dataclasses import dataclass

from programme.training.check_choice import list_broken_limits
from programme.training.problem import (
    CENT,
    StaffGroup,
    TrainingChoice,
    TrainingProblem,
    count_missing,
    count_money,
)
from programme.training.search import FoundChoice, search_training
from programme.training.why_held import explain_absent, explain_meeting
from province.courses import Occurrence
from province.ids import SiteId
from province.language import Message
from province.progress import Progress, ignore_progress


@dataclass(frozen=True, slots=True)
class PlannedMeeting:
    """An occurrence of a course, on site at one library, and who is invited to it.

    Parameters
    ----------
    is_held
        Whether anybody is invited, now or before.
    announced, groups
        Who was invited before, and who is now.
    fund_id
        Who pays; None: nobody has to, or no fund does.
    cost
        In the currency of the fund, else of the province; ways and stays included.
    """

    occurrence: Occurrence
    site_id: SiteId | None
    is_held: bool
    announced: tuple[StaffGroup, ...]
    groups: tuple[StaffGroup, ...]
    fund_id: str | None
    cost: float
    why: Message

    @property
    def people(self) -> int:
        """How many are invited in all."""
        return sum(group.people for group in (*self.announced, *self.groups))


@dataclass(frozen=True, slots=True)
class CourseMoney:
    """What a fund, or with None own means, pays for courses: hours, people's hours, money.

    What it has left is None of own means; of hours also where nothing limits them.
    """

    fund_id: str | None
    meetings: int
    hours: float
    person_hours: float
    charged: float
    left: float | None
    hours_left: float | None


@dataclass(frozen=True, slots=True)
class GoalGap:
    """People missing to goals by the end of a year, before and with the invitations."""

    year: int
    before: int
    missing: int


@dataclass(frozen=True, slots=True)
class Absent:
    """People of a row of staff who are not trained and not invited, and why."""

    group: StaffGroup
    why: Message


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Who is invited to which course.

    Parameters
    ----------
    short, least_short
        People missing at the ends of years with a goal, summed, and the fewest there can be.
    net, least_net
        Money less what it is worth, and the least with so few missing.
    """

    meetings: tuple[PlannedMeeting, ...]
    money: tuple[CourseMoney, ...]
    gaps: tuple[GoalGap, ...]
    absent: tuple[Absent, ...]
    short: int
    least_short: int
    net: float
    least_net: float


def plan_training(
    problem: TrainingProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> TrainingPlan:
    """Return the best plan that is found; it is checked before it is handed out."""
    found = search_training(problem, seed=seed, work=work, progress=progress)
    broken = list(list_broken_limits(problem, found.choice))
    if broken:
        raise AssertionError(f"the training plan breaks limits: {broken}")
    return _tell(problem, found)


def _tell(problem: TrainingProblem, found: FoundChoice) -> TrainingPlan:
    choice, missing = found.choice, count_missing(problem, found.choice)
    meetings = tuple(_tell_meeting(problem, choice, m) for m in range(len(problem.meetings)))
    return TrainingPlan(
        meetings=meetings,
        money=tuple(_sum_money(problem, meetings)),
        gaps=tuple(GoalGap(year, needed, missing[year]) for year, needed in problem.needed.items()),
        absent=tuple(_list_absent(problem, choice)),
        short=found.short,
        least_short=found.least_short,
        net=found.net / CENT,
        least_net=found.least_net / CENT,
    )


def _tell_meeting(problem: TrainingProblem, choice: TrainingChoice, number: int) -> PlannedMeeting:
    meeting, learners = problem.meetings[number], problem.learners
    groups = tuple(
        StaffGroup(learners[k].staff_id, learners[k].site_id, count)
        for (k, m), count in sorted(choice.people.items())
        if m == number
    )
    is_held = bool(groups or meeting.invited)
    payer = choice.payers.get(number, meeting.payers[0] if meeting.invited else None)
    cost = meeting.agreed + (count_money(problem, choice, number) if groups else 0)
    return PlannedMeeting(
        occurrence=meeting.occurrence,
        site_id=meeting.site_id,
        is_held=is_held,
        announced=meeting.announced,
        groups=groups,
        fund_id=None if payer is None else problem.purses[payer].fund_id,
        cost=cost / CENT if is_held else 0.0,
        why=explain_meeting(problem, choice, number),
    )


def _sum_money(problem: TrainingProblem, meetings: tuple[PlannedMeeting, ...]) -> list[CourseMoney]:
    """Return what each fund and own means pay; own means last, where they pay anything."""
    own: defaultdict[str | None, list[PlannedMeeting]] = defaultdict(list)
    for meeting in meetings:
        if meeting.is_held:
            own[meeting.fund_id].append(meeting)
    left: dict[str | None, float | None] = {}
    hours_left: dict[str | None, float | None] = {}
    for purse in problem.purses:
        new = [
            (one, planned)
            for one, planned in zip(meetings, problem.meetings, strict=True)
            if one.fund_id == purse.fund_id and one.is_held
        ]
        spent = sum(one.cost - planned.agreed / CENT for one, planned in new)
        left[purse.fund_id] = round(purse.left / CENT - spent, 2)
        if purse.minutes_left is not None:
            minutes = purse.minutes_left - sum(planned.minutes for _, planned in new)
            hours_left[purse.fund_id] = round(minutes / 60, 2)
    asked = {payer for meeting in problem.meetings for payer in meeting.payers}
    able = [purse.fund_id for k, purse in enumerate(problem.purses) if k in asked]
    funds: list[str | None] = [*able, None]
    return [
        CourseMoney(
            fund_id=fund,
            meetings=len(own[fund]),
            hours=sum(one.occurrence.hours for one in own[fund]),
            person_hours=sum(one.occurrence.hours * one.people for one in own[fund]),
            charged=round(sum(one.cost for one in own[fund]), 2),
            left=left.get(fund),
            hours_left=hours_left.get(fund),
        )
        for fund in funds
        if fund is not None or own[fund]
    ]


def _list_absent(problem: TrainingProblem, choice: TrainingChoice) -> list[Absent]:
    absent = []
    for k, one in enumerate(problem.learners):
        rest = one.people - sum(count for (own, _), count in choice.people.items() if own == k)
        if rest:
            why = explain_absent(problem, choice, k)
            absent.append(Absent(StaffGroup(one.staff_id, one.site_id, rest), why))
    return absent
