"""Where the programme stands: each goal with its dates, what is missing, what it would cost."""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from programme.figure import Figure, count_things, sum_things
from programme.measure import SHARES, GoalQuestion, Measure, Scope, Yardstick
from programme.outlook import QUARTER_DAYS, Outlook, foresee
from programme.shortfalls import Shortfall, list_shortfalls
from province.courses import list_occurrences
from province.dates import DateSpan, Month
from province.facts import Province
from province.language import Message, message
from province.programme_settings import Counts, GoalSettings
from province.row_refs import RowRef

QUARTERS = 8
"""How many quarters back are looked at."""

LOOKS_BACK: dict[Counts, int] = {"libraries": 12, "activities": 12, "users": 24}
"""Months before a day that what is counted on it looks back on."""

GOAL_NAMES: dict[Counts, Message] = {
    "models": message("Communes with a library model"),
    "libraries": message("Libraries that work with the provincial library"),
    "staff": message("Library staff trained"),
    "users": message("People at activities, growth in twelve months"),
    "activities": message("Activities in twelve months"),
}

SCOPE_NAMES: dict[Scope, Message] = {
    Scope.ALL: message("all communes"),
    Scope.NO_WARDS: message("without wards"),
}
"""What people read for each scope."""

TABLES: dict[Counts, str] = {
    "models": "models.csv", "libraries": "activities.csv", "staff": "staff.csv",
    "users": "activities.csv", "activities": "activities.csv",
}  # fmt: skip
"""The table that tells of what a goal counts."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """What a goal asks for by the end of a year.

    Parameters
    ----------
    by
        Per cent, or for activities a number.
    needed, missing
        The least number that is so much, and what lacks of it; None where nobody can say yet.
    planned
        What is planned until then and does not count yet: models, seats of courses.
    outlook, chance
        What is foreseen for the day, and the probability that it is enough; None where the record
        is too short.
    cost_vnd
        What the missing would cost; None where no cost is assumed.
    """

    year: int
    by: float
    needed: int | None
    missing: int | None
    planned: Figure
    outlook: Outlook | None
    chance: float | None
    cost_vnd: float | None

    @property
    def day(self) -> date:
        """The last day of its year."""
        return date(self.year, 12, 31)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one goal stands on a day, among the communes of a scope.

    Parameters
    ----------
    is_recorded
        Whether any row tells of what is counted; if not, nobody can say where it stands.
    milestones
        Its dates from the day on.
    shortfalls
        Places that lack something, the nearest to the goal first.
    """

    goal: GoalSettings
    scope: Scope
    on: date
    measure: Measure
    is_recorded: bool
    milestones: tuple[Milestone, ...]
    shortfalls: tuple[Shortfall, ...]

    @property
    def name(self) -> Message:
        """What people call the goal."""
        return name_goal(self.goal)

    @property
    def table(self) -> str:
        """The table that tells of it."""
        return TABLES[self.goal.counts]


def name_goal(goal: GoalSettings) -> Message:
    """Return what people call a goal."""
    return message("{text}", text=goal.name) if goal.name else GOAL_NAMES[goal.counts]


def list_goals(province: Province) -> tuple[GoalSettings, ...]:
    """Return the goals of the settings; `communes_pct` of older folders is one."""
    by = province.settings.targets.communes_pct
    old = (GoalSettings(id="models", counts="models", by=by),) if by else ()
    return (*old, *province.settings.goals)


def list_scopes(province: Province) -> tuple[Scope, ...]:
    """Return the scopes, the province's own first; one where it has no wards."""
    yardstick = Yardstick.of(province)
    if yardstick.communes[Scope.ALL] == yardstick.communes[Scope.NO_WARDS]:
        return (Scope.ALL,)
    both = (Scope.ALL, Scope.NO_WARDS)
    return both if province.settings.targets.counts_wards else both[::-1]


def list_standings(province: Province, on: date) -> tuple[Standing, ...]:
    """Return where each goal stands on a day, in each scope, the province's own first."""
    yardstick, scopes = Yardstick.of(province), list_scopes(province)
    return tuple(
        _find_standing(GoalQuestion(yardstick, goal, scope, on))
        for goal in list_goals(province)
        for scope in scopes
    )


def _find_standing(question: GoalQuestion) -> Standing:
    measure, levels = question.measure(), _list_levels(question)
    years = sorted((int(year), by) for year, by in question.goal.by.items())
    return Standing(
        goal=question.goal,
        scope=question.scope,
        on=question.on,
        measure=measure,
        is_recorded=is_recorded(question),
        milestones=tuple(
            _find_milestone(question, measure, levels, year, by)
            for year, by in years
            if date(year, 12, 31) >= question.on
        ),
        shortfalls=tuple(list_shortfalls(question)),
    )


def is_recorded(question: GoalQuestion) -> bool:
    """Whether its table has any row, so that what counts is known at all."""
    facts = question.province.programme
    if question.goal.counts == "models":
        return bool(facts.models)
    if question.goal.counts == "staff":
        return bool(facts.staff)
    return bool(question.yardstick.evidence)


def _find_milestone(
    question: GoalQuestion, measure: Measure, levels: list[float], year: int, by: float
) -> Milestone:
    goal, day = question.goal, date(year, 12, 31)
    ahead, is_growth = (day - question.on).days, goal.counts == "users"
    needed = find_needed(measure, question.on, year, by)
    missing = None if needed is None else max(0, needed - measure.value.count)
    most = measure.whole.value if goal.counts in SHARES else math.inf
    outlook = foresee(levels, ahead / QUARTER_DAYS, is_count=not is_growth, most=most)
    aim = by if is_growth else (needed or 0) - 0.5
    cost = goal.unit_cost_vnd
    return Milestone(
        year=year,
        by=by,
        needed=needed,
        missing=missing,
        planned=_find_planned(question, measure, day),
        outlook=outlook,
        chance=None if outlook is None else outlook.find_chance(aim),
        cost_vnd=None if cost is None or missing is None else missing * cost,
    )


def find_needed(measure: Measure, on: date, year: int, by: float) -> int | None:
    """Return the least number that reaches so much by the end of a year; None: nobody can say yet.

    Growth is held against the year before the date, which must be over.
    """
    ahead = (date(year, 12, 31) - on).days
    is_open = measure.counts == "users" and (ahead >= 366 or measure.pct is None)
    return None if is_open else measure.find_needed(by)


def _list_levels(question: GoalQuestion) -> list[float]:
    """Return the level at the end of each quarter until the day, as far as records reach."""
    back = LOOKS_BACK.get(question.goal.counts, 0)
    first = question.province.settings.targets.since
    days = [_step_back(question.on, 3 * quarter) for quarter in range(QUARTERS, -1, -1)]
    known = [day for day in days if _step_back(day, back) + timedelta(days=1) >= first]
    levels = [question.measure(day).level for day in known]
    return [level for level in levels if level is not None]


def _step_back(day: date, months: int) -> date:
    month = Month.of(day).plus(-months)
    return month.last_day.replace(day=min(day.day, month.last_day.day))


def _find_planned(question: GoalQuestion, measure: Measure, day: date) -> Figure:
    """Return what is planned after the day that is asked about, until another day."""
    province = question.province
    if day <= question.on:
        return Figure(())
    if question.goal.counts == "models":
        known = set(measure.value.about)
        coming: defaultdict[str, list[RowRef]] = defaultdict(list)
        for model in question.yardstick.list_models(question.scope, day):
            if model.commune_code not in known:
                coming[model.commune_code].append(province.refer("models.csv", model.model_id))
        return count_things(coming.items())
    if question.goal.counts == "staff":
        return _plan_seats(province, DateSpan(question.on + timedelta(days=1), day))
    return Figure(())


def _plan_seats(province: Province, span: DateSpan) -> Figure:
    """Return the seats of courses that begin within some days; on site the people invited."""
    seats: list[tuple[str, tuple[RowRef, ...], float]] = []
    for course in province.programme.courses:
        occurrences = list_occurrences(course, span)
        row = province.refer("courses.csv", course.course_id)
        if occurrences and not course.is_on_site:
            seats.append((course.course_id, (row,), float(course.seats * len(occurrences))))
        firsts = {one.first for one in occurrences if course.is_on_site}
        for one in province.programme.invitations:
            if one.course_id == course.course_id and one.start in firsts:
                own = province.refer("invitations.csv", one.invitation_id)
                seats.append((one.invitation_id, (row, own), float(one.people)))
    return sum_things(seats)
