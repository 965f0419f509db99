"""Checks who is invited against every limit: shares nothing with the search."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from programme.training.problem import TrainingChoice, TrainingProblem
from province.ids import CourseId


def list_broken_limits(problem: TrainingProblem, choice: TrainingChoice) -> Iterator[str]:
    """Yield every limit that a choice breaks: its name and whom it is about."""
    asked: Counter[int] = Counter()
    seated: Counter[int] = Counter()
    spent: Counter[int | None] = Counter()
    for (learner, number), count in choice.people.items():
        meeting = problem.meetings[number]
        if count < 0 or learner not in meeting.comes:
            yield f"comes {problem.learners[learner].staff_id} {number}"
            continue
        if count and number not in choice.payers:
            yield f"held {number}"
        asked[learner] += count
        seated[number] += count
        spent[choice.payers.get(number)] += count * meeting.comes[learner]
    for learner, count in asked.items():
        if count > problem.learners[learner].people:
            yield f"people {problem.learners[learner].staff_id}"
    sites: Counter[tuple[CourseId, date]] = Counter()
    for number, payer in choice.payers.items():
        meeting = problem.meetings[number]
        if seated[number] > meeting.seats:
            yield f"seats {number}"
        if payer not in meeting.payers:
            yield f"payer {number}"
        spent[payer] += meeting.cost
        course = meeting.occurrence.course
        if meeting.site_id is not None and not meeting.invited:
            sites[course.course_id, meeting.occurrence.first] += 1
    for one in problem.meetings:
        if one.site_id is not None and one.invited:
            sites[one.occurrence.course.course_id, one.occurrence.first] += 1
    limits = {
        one.occurrence.course.course_id: one.occurrence.course.most_sites
        for one in problem.meetings
    }
    for (course_id, first), count in sorted(sites.items()):
        most = limits[course_id]
        if most is not None and count > most:
            yield f"sites {course_id} {first}"
    for payer, amount in spent.items():
        if payer is not None and amount > problem.purses[payer].left:
            yield f"money {problem.purses[payer].fund_id}"
    hours: Counter[int] = Counter()
    for number, payer in choice.payers.items():
        meeting = problem.meetings[number]
        if payer is not None and not meeting.announced:
            hours[payer] += round(60 * meeting.occurrence.hours)
    for payer, minutes in hours.items():
        most = problem.purses[payer].minutes_left
        if most is not None and minutes > most:
            yield f"hours {problem.purses[payer].fund_id}"
