"""Draws who is invited to which course as a table."""

from collections.abc import Iterator

from exports.tables.table import Cell, make_table
from programme.training.plan import PlannedMeeting, TrainingPlan
from province.facts import Province
from province.language import Language, message, translate

COLUMNS = (
    "course_id", "course", "first_day", "last_day", "place", "site_id", "library", "staff_id",
    "people", "state", "fund_id",
)  # fmt: skip


def draw_invited(plan: TrainingPlan, province: Province, language: Language) -> bytes:
    """Return a row for each row of staff that is invited to a course, by day."""
    return make_table(COLUMNS, _list_rows(plan, province, language))


def _list_rows(
    plan: TrainingPlan, province: Province, language: Language
) -> Iterator[tuple[Cell, ...]]:
    for meeting in plan.meetings:
        course = meeting.occurrence.course
        for groups, state in (
            (meeting.announced, message("announced")), (meeting.groups, message("new")),
        ):  # fmt: skip
            for group in groups:
                yield (
                    course.course_id, course.name, meeting.occurrence.first,
                    meeting.occurrence.last, name_place(meeting, province, language),
                    group.site_id, province.site_by_id[group.site_id].name, group.staff_id,
                    group.people, translate(state, language), meeting.fund_id,
                )  # fmt: skip


def name_place(meeting: PlannedMeeting, province: Province, language: Language) -> str:
    """Return where a meeting is, in words."""
    site_id = meeting.site_id or meeting.occurrence.course.site_id
    if site_id is not None:
        return province.site_by_id[site_id].name
    return translate(message("online"), language)
