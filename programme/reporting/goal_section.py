"""Where the goals of the programme stand, in both ways of counting communes."""

from dataclasses import dataclass

from programme.figure import sum_things
from programme.measure import GoalQuestion, Measure, Scope
from programme.reporting.parts import (
    CellKind,
    ReportCell,
    ReportLine,
    ReportSection,
    Traced,
    WorkedOut,
)
from programme.reporting.question import ReportQuestion
from programme.standing import (
    SCOPE_NAMES,
    find_needed,
    is_recorded,
    list_goals,
    list_scopes,
    name_goal,
)
from province.files.settings_text import SETTINGS_NAME
from province.language import message
from province.programme_settings import GoalSettings
from province.row_refs import RowRef


@dataclass(frozen=True, slots=True)
class GoalDue:
    """A goal and the next year by the end of which it asks for so much."""

    goal: GoalSettings
    scope: Scope
    measure: Measure
    year: int
    by: float
    needed: int | None

    @property
    def key(self) -> str:
        """What the keys of its numbers begin with."""
        return f"goals.{self.goal.id}.{self.scope}"

    @property
    def of(self) -> tuple[str, ...]:
        """Keys of the numbers that tell what is missing."""
        parts = ("value", "asked") if self.is_number else ("value", "whole", "asked")
        return tuple(f"{self.key}.{part}" for part in parts)

    @property
    def is_number(self) -> bool:
        """Whether it asks for a number, not for a share."""
        return self.measure.counts == "activities"

    @property
    def missing(self) -> int:
        """How many lack."""
        return max(0, (self.needed or 0) - self.measure.value.count)


def list_goals_due(question: ReportQuestion) -> tuple[GoalDue, ...]:
    """Return each goal of which anything is recorded, in each scope, the province's own first."""
    found = []
    for goal in list_goals(question.province):
        years = sorted(int(year) for year in goal.by if int(year) >= question.on.year)
        for scope in list_scopes(question.province):
            asked = GoalQuestion(question.yardstick, goal, scope, question.on)
            if years and is_recorded(asked):
                by, measure = goal.by[str(years[0])], asked.measure()
                needed = find_needed(measure, question.on, years[0], by)
                found.append(GoalDue(goal, scope, measure, years[0], by, needed))
    return tuple(found)


def make_goal_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the goals; without lines where nothing is recorded, or asked for."""
    return ReportSection(
        id="goals",
        title=message("Goals of the programme"),
        columns=(
            message("So far"), message("Of how much"), message("Per cent"), message("Asked for"),
            message("Needed"), message("Missing"),
        ),
        lines=tuple(_make_line(due) for due in list_goals_due(question)),
        notes=(
            message(
                "Counted on {day} in both ways: among all communes and among those that are no"
                " wards. Needed and missing are what the goal asks for by the end of the year"
                " that is named.", day=question.on.isoformat(),
            ),
        ),
    )  # fmt: skip


def _make_line(due: GoalDue) -> ReportLine:
    measure, key = due.measure, due.key
    value, whole = f"{key}.value", f"{key}.whole"
    cells: list[ReportCell | None] = [
        Traced(value, measure.value),
        None if due.is_number else Traced(whole, measure.whole),
        None if measure.pct is None
        else WorkedOut(f"{key}.pct", round(measure.pct, 1), (value, whole), CellKind.PERCENT),
        Traced(
            f"{key}.asked",
            sum_things([(due.goal.id, (RowRef(SETTINGS_NAME, f"goals.{due.goal.id}"),), due.by)]),
            CellKind.COUNT if due.is_number else CellKind.PERCENT,
        ),
    ]  # fmt: skip
    if due.needed is not None:
        cells += [
            WorkedOut(f"{key}.needed", due.needed, due.of[1:]),
            WorkedOut(f"{key}.missing", due.missing, due.of),
        ]
    else:
        cells += [None, None]
    name = message(
        "{goal}, {scope}, by the end of {year}",
        goal=name_goal(due.goal), scope=SCOPE_NAMES[due.scope], year=str(due.year),
    )  # fmt: skip
    return ReportLine(name, tuple(cells))
