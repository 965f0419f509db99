"""A training plan as rows and as data."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from programme.training.plan import Absent, PlannedMeeting, TrainingPlan
from programme.training.problem import StaffGroup, tell_hours
from province.amounts import write_amount
from province.facts import Province
from province.language import Message, mark, message


def tell_days(meeting: PlannedMeeting) -> str:
    """Return the days of a meeting: each, or the first and the last of many in a row."""
    days = meeting.occurrence.days
    if len(days) > 2 and (days[-1] - days[0]).days == len(days) - 1:
        return f"{days[0].isoformat()}..{days[-1].isoformat()}"
    return ", ".join(day.isoformat() for day in days)


def tell_place(province: Province, meeting: PlannedMeeting) -> Message:
    """Return where a meeting is."""
    site_id = meeting.site_id or meeting.occurrence.course.site_id
    if site_id is None:
        return message("online")
    return message("{text}", text=province.site_by_id[site_id].name)


def tabulate_meetings(province: Province, plan: TrainingPlan) -> list[dict[str, Any]]:
    """Return a row for each meeting that is held, and one for each that is not, by first day.

    Libraries at which a course on site is not held are told together, with the first's reason.
    """
    return [
        {
            mark("days"): tell_days(one),
            mark("course"): one.occurrence.course.name,
            mark("place"): tell_place(province, one) if count == 1 or one.is_held
            else message("{count} libraries", count=count),
            mark("hours"): _tell_hours(one.occurrence.hours),
            mark("seats"): one.occurrence.course.seats,
            mark("invited"): one.people if one.is_held else "–",
            mark("new"): sum(group.people for group in one.groups) or "",
            mark("fund"): one.fund_id or "",
            mark("money"): tell_cost(province, one),
            mark("why"): one.why,
        }
        for one, count in join_not_held(plan.meetings)
    ]  # fmt: skip


def tell_cost(province: Province, meeting: PlannedMeeting) -> Message:
    """Return what a meeting costs, with its currency; nothing where it costs nothing."""
    own = province.settings.province.currency
    funds = {str(fund.fund_id): fund.currency or own for fund in province.programme.funds}
    if not meeting.cost:
        return Message("")
    currency = funds.get(meeting.fund_id or "", own)
    amount = write_amount(meeting.cost, currency)
    return message("{amount} {currency}", amount=amount, currency=currency)


def join_not_held(meetings: Iterable[PlannedMeeting]) -> Iterator[tuple[PlannedMeeting, int]]:
    """Yield each meeting that is held, and one for those at libraries that are not, with a count.

    Only such are joined as have the same days and the same reason.
    """
    groups: defaultdict[object, list[PlannedMeeting]] = defaultdict(list)
    for one in meetings:
        is_alone = one.is_held or one.site_id is None
        key = (one.occurrence.first, one.occurrence.course.course_id, one.site_id or "")
        groups[key if is_alone else (*key[:2], "", str(one.why))].append(one)
    yield from ((own[0], len(own)) for own in groups.values())


def tabulate_absent(plan: TrainingPlan) -> list[dict[str, Any]]:
    """Return a row for each reason for which people are not invited."""
    reasons: defaultdict[str, list[Absent]] = defaultdict(list)
    for one in plan.absent:
        reasons[str(one.why)].append(one)
    return [
        {
            mark("not invited"): sum(one.group.people for one in own),
            mark("libraries"): len({one.group.site_id for one in own}),
            mark("why"): own[0].why,
        }
        for own in reasons.values()
    ]


def tabulate_money(plan: TrainingPlan) -> list[dict[str, Any]]:
    """Return a row for each fund, and one for own means: hours and money of courses."""
    return [
        {
            mark("fund"): one.fund_id or message("own means"),
            mark("courses held"): one.meetings,
            mark("hours"): _tell_hours(one.hours),
            mark("hours left"): "" if one.hours_left is None else _tell_hours(one.hours_left),
            mark("hours of people"): _tell_hours(one.person_hours),
            mark("charged"): write_amount(one.charged),
            mark("left"): "" if one.left is None else write_amount(one.left),
        }
        for one in plan.money
    ]


def _tell_hours(hours: float) -> Message:
    return message("{number}", number=tell_hours(60 * hours))


def tell_gaps(plan: TrainingPlan, *, has_goals: bool) -> Iterator[Message]:
    """Yield how near goals come, and how good the plan is."""
    if not has_goals:
        yield message("no goal that counts staff falls within these days: money decides alone")
    for gap in plan.gaps:
        yield message(
            "by the end of {year}: {before} people to be trained for the goal; with the invitations"
            " {missing} are missing",
            year=gap.year, before=gap.before, missing=gap.missing,
        )  # fmt: skip
    if plan.short > plan.least_short:
        yield message("whether fewer could be missing is not proved")
    if plan.net > plan.least_net:
        yield message(
            "money less what it is worth: {net}; at least {bound}",
            net=write_amount(plan.net), bound=write_amount(plan.least_net),
        )  # fmt: skip
    elif plan.short == plan.least_short:
        yield message("proved: nobody could leave fewer missing, or spend less")


def describe_training(province: Province, plan: TrainingPlan) -> dict[str, Any]:
    """Return the plan for programs."""
    return {
        "meetings": [
            {
                "course_id": one.occurrence.course.course_id,
                "days": [day.isoformat() for day in one.occurrence.days],
                "site_id": one.site_id or one.occurrence.course.site_id,
                "is_held": one.is_held,
                "announced": [_describe(group) for group in one.announced],
                "groups": [_describe(group) for group in one.groups],
                "hours": one.occurrence.hours,
                "fund_id": one.fund_id,
                "cost": one.cost,
                "why": str(one.why),
            }
            for one in plan.meetings
        ],
        "funds": [
            {
                "fund_id": one.fund_id, "meetings": one.meetings, "hours": one.hours,
                "person_hours": one.person_hours, "charged": one.charged, "left": one.left,
                "hours_left": one.hours_left,
            }
            for one in plan.money
        ],
        "goals": [
            {"year": gap.year, "missing_before": gap.before, "missing": gap.missing}
            for gap in plan.gaps
        ],
        "absent": [_describe(one.group) | {"why": str(one.why)} for one in plan.absent],
        "missing": plan.short,
        "missing_at_least": plan.least_short,
        "net": plan.net,
        "net_at_least": plan.least_net,
        "currency": province.settings.province.currency,
    }  # fmt: skip


def _describe(group: StaffGroup) -> dict[str, Any]:
    return {"staff_id": group.staff_id, "site_id": group.site_id, "people": group.people}
