"""Why a course is held or not, and why people are not invited."""

from programme.training.problem import (
    CENT,
    TrainingChoice,
    TrainingProblem,
    count_missing,
    count_money,
    tell_hours,
)
from province.amounts import write_amount
from province.language import Message, message


def explain_meeting(problem: TrainingProblem, choice: TrainingChoice, number: int) -> Message:
    """Return why a meeting is held, or is not."""
    meeting = problem.meetings[number]
    if number in choice.payers:
        return _explain_held(problem, choice, number)
    if meeting.invited:
        return meeting.unpaid or message("announced; nobody more is invited")
    if not meeting.payers:
        return meeting.unpaid or message("nobody pays for it")
    if not meeting.comes:
        return message("nobody who could come is untrained and not invited")
    if lacking := _lack_money(problem, choice, number):
        return lacking
    if _is_full_of_sites(problem, choice, number):
        return message("as many libraries as can be are visited on these days")
    if all(_count_free(problem, choice, k) == 0 for k in meeting.comes):
        return message("all who could come are invited to another course")
    return message(
        "goals need nobody more, and {cost} is more than it would be worth",
        cost=write_amount(meeting.cost / CENT),
    )


def _explain_held(problem: TrainingProblem, choice: TrainingChoice, number: int) -> Message:
    without = TrainingChoice(
        {key: count for key, count in choice.people.items() if key[1] != number},
        {m: payer for m, payer in choice.payers.items() if m != number},
    )
    more = sum(count_missing(problem, without).values())
    more -= sum(count_missing(problem, choice).values())
    if more:
        return message("without it {count} people more would be missing to goals", count=more)
    if not count_money(problem, choice, number):
        return message("its seats cost nothing")
    return message("it is worth more than it costs")


def _lack_money(problem: TrainingProblem, choice: TrainingChoice, number: int) -> Message | None:
    """Return why no purse has money and hours for a meeting beside the others, None if one has."""
    meeting = problem.meetings[number]
    most: tuple[int, int] | None = None
    hours: Message | None = None
    for payer in meeting.payers:
        if payer is None:
            return None
        own = [m for m, one in choice.payers.items() if one == payer]
        left = problem.purses[payer].left - sum(count_money(problem, choice, m) for m in own)
        if left < meeting.cost + min(meeting.comes.values(), default=0):
            most = max(most or (left, payer), (left, payer))
        elif (lacking := _lack_hours(problem, own, number, payer)) is not None:
            hours = hours or lacking
        else:
            return None
    if most is None or hours is not None:
        return hours
    return message(
        "it costs {cost}; {fund} has {left} left",
        cost=write_amount(meeting.cost / CENT), left=write_amount(most[0] / CENT),
        fund=problem.purses[most[1]].fund_id,
    )  # fmt: skip


def _lack_hours(
    problem: TrainingProblem, own: list[int], number: int, payer: int
) -> Message | None:
    """Return why a purse has no hours for a meeting beside others, None if it has."""
    purse, minutes = problem.purses[payer], problem.meetings[number].minutes
    if purse.minutes_left is None:
        return None
    left = purse.minutes_left - sum(problem.meetings[m].minutes for m in own)
    if left >= minutes:
        return None
    return message(
        "it lasts {hours} hours; {fund} pays for {left} hours more",
        hours=tell_hours(minutes), left=tell_hours(left), fund=purse.fund_id,
    )  # fmt: skip


def _is_full_of_sites(problem: TrainingProblem, choice: TrainingChoice, number: int) -> bool:
    meeting = problem.meetings[number]
    most = meeting.occurrence.course.most_sites
    if meeting.site_id is None or most is None:
        return False
    held = sum(
        other.occurrence == meeting.occurrence and (m in choice.payers or other.invited > 0)
        for m, other in enumerate(problem.meetings)
    )
    return held >= most


def _count_free(problem: TrainingProblem, choice: TrainingChoice, learner: int) -> int:
    invited = sum(count for (k, _), count in choice.people.items() if k == learner)
    return problem.learners[learner].people - invited


def explain_absent(problem: TrainingProblem, choice: TrainingChoice, learner: int) -> Message:
    """Return why people of a learner are not invited to anything."""
    near = [m for m, one in enumerate(problem.meetings) if learner in one.comes]
    if not near:
        return message("no course is near enough, none is online, and no trainer comes there")
    if not any(problem.meetings[m].payers for m in near):
        return message("no fund pays for the courses that are near enough")
    seated = {m: sum(count for (_, own), count in choice.people.items() if own == m) for m in near}
    able = [m for m in near if problem.meetings[m].payers]
    if all(seated[m] >= problem.meetings[m].seats for m in able):
        return message("all seats are taken")
    if all(
        seated[m] >= problem.meetings[m].seats
        or (m not in choice.payers and _lack_money(problem, choice, m))
        for m in able
    ):
        return message("there is no money, or there are no hours, for more courses")
    if sum(count_missing(problem, choice).values()) and problem.learners[learner].counts:
        return message("neither seats, money nor trips leave room for more")
    return message("goals need nobody more")
