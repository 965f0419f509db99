"""Draws the training plan as a page, letters to libraries, and lists to be signed."""

from collections import defaultdict
from datetime import date

from exports.pages.page import make_paper
from exports.text.formats import format_day
from exports.training.training_tables import name_place
from programme.training.listing import (
    join_not_held,
    tabulate_absent,
    tabulate_money,
    tell_cost,
    tell_gaps,
)
from programme.training.plan import PlannedMeeting, TrainingPlan
from province.facts import Province
from province.ids import SiteId
from province.language import Language, Message, message, translate


def draw_training_page(plan: TrainingPlan, province: Province, language: Language) -> bytes:
    """Return the plan for those who decide: courses, money, who is not invited, and why."""
    return make_paper(
        "training/plan.html.j2", title=translate(message("Training plan"), language),
        language=language, style="training.css", province=province,
        meetings=_list_meetings(plan, province, language), money=tabulate_money(plan),
        absent=tabulate_absent(plan), gaps=list(tell_gaps(plan, has_goals=bool(plan.gaps))),
    )  # fmt: skip


def _list_meetings(
    plan: TrainingPlan, province: Province, language: Language
) -> list[tuple[str, PlannedMeeting, str, str, Message]]:
    """Return days, meeting, place, money and reason; libraries without a course joined."""
    return [
        (
            tell_meeting_days(one, language),
            one,
            name_place(one, province, language)
            if count == 1
            else translate(message("{count} libraries", count=count), language),
            translate(tell_cost(province, one), language),
            one.why,
        )
        for one, count in join_not_held(plan.meetings)
    ]


def draw_letters(plan: TrainingPlan, province: Province, on: date, language: Language) -> bytes:
    """Return a letter to each library whose people are invited, by site."""
    libraries: defaultdict[SiteId, list[tuple[PlannedMeeting, int, str]]] = defaultdict(list)
    for meeting in plan.meetings:
        own: defaultdict[SiteId, list[tuple[int, str]]] = defaultdict(list)
        for group in (*meeting.announced, *meeting.groups):
            own[group.site_id].append((group.people, group.staff_id))
        for site_id, parts in own.items():
            names = ", ".join(staff_id for _, staff_id in parts)
            libraries[site_id].append((meeting, sum(people for people, _ in parts), names))
    letters = [(province.site_by_id[site_id], rows) for site_id, rows in sorted(libraries.items())]
    return make_paper(
        "training/letters.html.j2", title=translate(message("Invitations to courses"), language),
        language=language, style="training.css", province=province, letters=letters, on=on,
        days_of=lambda meeting: tell_meeting_days(meeting, language),
        place_of=lambda meeting: name_place(meeting, province, language),
    )  # fmt: skip


def draw_attendance(plan: TrainingPlan, province: Province, language: Language) -> bytes:
    """Return a list to be signed for each course that is held, a line for each person."""
    lists = [
        (
            meeting,
            [group for group in (*meeting.announced, *meeting.groups) for _ in range(group.people)],
        )
        for meeting in plan.meetings
        if meeting.is_held
    ]
    return make_paper(
        "training/attendance.html.j2", title=translate(message("Attendance lists"), language),
        language=language, style="training.css", province=province, lists=lists,
        days_of=lambda meeting: tell_meeting_days(meeting, language),
        place_of=lambda meeting: name_place(meeting, province, language),
    )  # fmt: skip


def tell_meeting_days(meeting: PlannedMeeting, language: Language) -> str:
    """Return the days of a meeting as people of a language write them."""
    days = meeting.occurrence.days
    if len(days) > 2 and (days[-1] - days[0]).days == len(days) - 1:
        return f"{format_day(days[0], language)} – {format_day(days[-1], language)}"
    return ", ".join(format_day(day, language) for day in days)
