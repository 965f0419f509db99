"""What became of invitations: who is to come, of whom nobody said yet whether they came."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from province.courses import Occurrence, find_occurrence
from province.facts import Province
from province.programme_facts import Invitation, Staff


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation whose people `staff.csv` does not tell as trained yet.

    Parameters
    ----------
    people
        Those who came, where that is known; else those who are invited.
    """

    invitation: Invitation
    occurrence: Occurrence
    staff: Staff
    people: int

    def is_over(self, on: date) -> bool:
        """Whether the course was over before a day."""
        return self.occurrence.last < on


def list_invited(province: Province) -> tuple[Invited, ...]:
    """Return the invitations that are still open, by id.

    Of those to whom nobody came, and those that `staff.csv` tells of already, there are none.
    """
    facts = province.programme
    courses = {course.course_id: course for course in facts.courses}
    staff = {one.staff_id: one for one in facts.staff}
    taken = {one.invitation_id for one in facts.staff if one.invitation_id}
    found = []
    for one in facts.invitations:
        occurrence = find_occurrence(courses[one.course_id], one.start)
        people = one.people if one.attended is None else one.attended
        if one.invitation_id not in taken and people and occurrence is not None:
            found.append(Invited(one, occurrence, staff[one.staff_id], people))
    return tuple(found)


def count_invited(province: Province) -> dict[str, int]:
    """Return how many people of each row of staff are invited, by id."""
    people: defaultdict[str, int] = defaultdict(int)
    for one in list_invited(province):
        people[one.staff.staff_id] += one.people
    return people
