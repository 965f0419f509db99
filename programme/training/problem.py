"""Who may come to which course as numbers; the independent count of what a choice is worth.

People of a row of staff are alike: a choice says how many of them come to which meeting. Goals come
first, then money, then more people, more libraries with somebody trained, earlier days. Without
travel and with one fund it is a generalised assignment with fixed costs.

References
----------
Ross and Soland, *Mathematical Programming* 8, 1975, 91-103 (generalised assignment); Cornuéjols,
Sridharan and Thizy, *European Journal of Operational Research* 50, 1991, 280-297 (capacitated plant
location: places with a fixed cost and a capacity).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from province.courses import Occurrence
from province.ids import CourseId, SiteId, StaffId
from province.language import Message

CENT = 100
"""Money is counted in whole hundredths, so that sums are exact."""


@dataclass(frozen=True, slots=True)
class Learner:
    """People of one row of staff who are not trained and not invited yet.

    Parameters
    ----------
    people
        How many they are.
    counts
        Whether goals count them.
    """

    staff_id: StaffId
    site_id: SiteId
    people: int
    counts: bool


@dataclass(frozen=True, slots=True)
class StaffGroup:
    """Some people of a row of staff."""

    staff_id: StaffId
    site_id: SiteId
    people: int


@dataclass(frozen=True, slots=True)
class CoursePurse:
    """What a fund has left for courses.

    Parameters
    ----------
    left
        Money, in hundredths of its currency.
    is_own
        Whether that is the province's currency, in which money is compared.
    minutes_left
        Minutes of courses that it pays for; None: as many as its money allows.
    """

    fund_id: str
    left: int
    is_own: bool
    minutes_left: int | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One occurrence of a course; on site at one library.

    Parameters
    ----------
    site_id
        The library where it is on site; None: it is online or at the course's own place.
    seats
        People it has room for, those left out who are invited already.
    cost
        What it costs to hold it, in hundredths; 0 where somebody is invited already.
    payers
        Purses, by number, of which one pays; None among them: the province's own means. None at
        all: nobody pays, and `unpaid` says why.
    comes
        Learners who can come, by number, with the hundredths that the way and the stay of one cost.
    announced
        Who is invited already.
    agreed
        What is set aside for these, in hundredths; its purse is the only one of `payers`.
    """

    occurrence: Occurrence
    site_id: SiteId | None
    seats: int
    cost: int
    payers: tuple[int | None, ...]
    comes: Mapping[int, int]
    unpaid: Message | None = None
    announced: tuple[StaffGroup, ...] = ()
    agreed: int = 0

    @property
    def invited(self) -> int:
        """How many people are invited already."""
        return sum(group.people for group in self.announced)

    @property
    def minutes(self) -> int:
        """The minutes that its fund is charged with; 0 where they are set aside already."""
        return 0 if self.invited else count_minutes(self.occurrence)

    @property
    def key(self) -> tuple[CourseId, str, str]:
        """What tells it from all others."""
        first = self.occurrence.first.isoformat()
        return self.occurrence.course.course_id, first, self.site_id or ""


def count_minutes(occurrence: Occurrence) -> int:
    """Return how long all times of an occurrence last together, in whole minutes."""
    return round(occurrence.hours * 60)


def tell_hours(minutes: float) -> int | float:
    """Return minutes as hours, to be written in a sentence or a cell."""
    hours = round(minutes / 60, 2)
    return int(hours) if hours == int(hours) else hours


@dataclass(frozen=True, slots=True)
class TrainingProblem:
    """What is chosen among.

    Parameters
    ----------
    meetings
        By first day, course and site.
    needed
        People still to be trained by the end of a year so that a goal is reached, those invited
        already left out.
    firsts
        Libraries where nobody is trained or invited.
    worth, first_worth
        What a person more counts, and the first one of a library besides, in hundredths.
    """

    learners: tuple[Learner, ...]
    meetings: tuple[Meeting, ...]
    purses: tuple[CoursePurse, ...]
    needed: Mapping[int, int]
    firsts: frozenset[SiteId]
    worth: int = 0
    first_worth: int = 0


@dataclass(frozen=True, slots=True)
class TrainingChoice:
    """How many of which learners come to which meeting, and which purse pays for it.

    Parameters
    ----------
    people
        By learner and meeting, both by number; nobody where not named.
    payers
        The purse by meeting that is held; None: own means.
    """

    people: Mapping[tuple[int, int], int]
    payers: Mapping[int, int | None]


Rank = tuple[int, int, int, int, int]
"""People missing to goals, money less what it is worth, and three wishes; less is better."""


def rank_choice(problem: TrainingProblem, choice: TrainingChoice) -> Rank:
    """Return what a choice is worth, to be compared part by part.

    Money that a fund in another currency pays cannot be compared and counts nothing.
    """
    people = sum(choice.people.values())
    firsts = count_firsts(problem, choice)
    late = sum(
        count * list_ranks(problem)[meeting] for (_, meeting), count in choice.people.items()
    )
    net = sum(
        count_money(problem, choice, number)
        for number, payer in choice.payers.items()
        if payer is None or problem.purses[payer].is_own
    )
    net -= people * problem.worth + firsts * problem.first_worth
    return sum(count_missing(problem, choice).values()), net, -people, -firsts, late


def list_ranks(problem: TrainingProblem) -> tuple[int, ...]:
    """Return for each meeting how many days with meetings come before it."""
    days = sorted({meeting.occurrence.first for meeting in problem.meetings})
    return tuple(days.index(meeting.occurrence.first) for meeting in problem.meetings)


def count_missing(problem: TrainingProblem, choice: TrainingChoice) -> dict[int, int]:
    """Return the people missing at the end of each year with a goal."""
    trained: dict[int, int] = defaultdict(int)
    for (learner, meeting), count in choice.people.items():
        if problem.learners[learner].counts:
            trained[problem.meetings[meeting].occurrence.last.year] += count
    return {
        year: max(0, needed - sum(count for when, count in trained.items() if when <= year))
        for year, needed in problem.needed.items()
    }


def count_firsts(problem: TrainingProblem, choice: TrainingChoice) -> int:
    """Return the libraries that get their first trained person."""
    sites = {problem.learners[one].site_id for (one, _), count in choice.people.items() if count}
    return len(sites & problem.firsts)


def count_money(problem: TrainingProblem, choice: TrainingChoice, meeting: int) -> int:
    """Return what a meeting that is held costs, ways and stays included, in hundredths."""
    own = problem.meetings[meeting]
    ways = sum(own.comes[k] * count for (k, m), count in choice.people.items() if m == meeting)
    return own.cost + ways
