"""What stands in the way of a visit on each day of a finished month, proved by looking at them."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from province.language import Message, message
from routing.month.roster import Roster, day_mask
from routing.month.schedule import count_rest, keeps_links, served_days
from routing.month.timetable import DatedTrip
from routing.problem import TripProblem


class DayObstacle(StrEnum):
    """Why no trip serves a visit on a day on which it could be served were it the only one.

    The value is the reason code.
    """

    GAP = "gap_days"
    BATCH = "batch_late"
    WEEK = "week_full"
    TAKEN = "dates_taken"


def find_obstacles(roster: Roster, alone: list[DatedTrip], job: int) -> dict[int, DayObstacle]:
    """Return what stands in the way on each day, by day of the month counted from 0.

    Parameters
    ----------
    alone
        Every trip that would serve the visit were it the only one, chains left out of account.
    """
    by_day: dict[int, list[DatedTrip]] = {}
    for trip in alone:
        by_day.setdefault(served_days(trip)[job], []).append(trip)
    return {day: _find_obstacle(roster, by_day[day], job, day) for day in sorted(by_day)}


def _find_obstacle(roster: Roster, alone: list[DatedTrip], job: int, day: int) -> DayObstacle:
    in_time = [trip for trip in alone if keeps_links(roster.instance, roster.places, trip)]
    if not in_time:
        return DayObstacle.GAP if list(_list_near(roster, job, day)) else DayObstacle.BATCH
    free = (roster.is_free(trip.car, trip.crew, day_mask(trip)) for trip in in_time)
    return DayObstacle.WEEK if any(free) else DayObstacle.TAKEN


def _list_near(roster: Roster, job: int, day: int) -> Iterator[int]:
    """Yield the served visits of the same site that are nearer than the gap between both."""
    one = roster.instance.jobs[job]
    for partner in roster.instance.partners[job]:
        other, place = roster.instance.jobs[partner], roster.places.get(partner)
        is_alike = one.gap_group and one.gap_group == other.gap_group
        if is_alike and place and abs(place[1] - day) < max(one.gap_days, other.gap_days):
            yield partner


def choose_code(obstacles: dict[int, DayObstacle]) -> str:
    """Return the reason code: what stands in the way on most days, the first of equal ones."""
    found = list(obstacles.values())
    return max(DayObstacle, key=found.count).value


def tell_obstacles(
    problem: TripProblem, roster: Roster, obstacles: dict[int, DayObstacle], job: int
) -> Message:
    """Return a sentence that names the days and what stands in the way on them."""
    told: Message | None = None
    for obstacle in DayObstacle:
        days = [day for day, found in obstacles.items() if found is obstacle]
        if not days:
            continue
        part = message(
            "{days}: {obstacle}",
            days=list_day_numbers([problem.days[day].day for day in days]),
            obstacle=_tell(problem, roster, obstacle, job, days),
        )
        told = part if told is None else message("{first}; {second}", first=told, second=part)
    if told is None:
        return message("no place was found for it on any day")
    return message("of the days of the month on which it could be served, {parts}", parts=told)


def _tell(
    problem: TripProblem, roster: Roster, obstacle: DayObstacle, job: int, days: list[int]
) -> Message:
    if obstacle is DayObstacle.GAP:
        near = sorted({other for day in days for other in _list_near(roster, job, day)})
        dates = sorted(problem.days[roster.places[other][1]].day for other in near)
        return message(
            "less than {gap} days from the visit on {days}",
            gap=max(roster.instance.jobs[other].gap_days for other in (job, *near)),
            days=list_day_numbers(dates),
        )
    if obstacle is DayObstacle.BATCH:
        return _tell_batch(problem, roster, job)
    if obstacle is DayObstacle.WEEK:
        return message(
            "the crews that are free have driven or worked all they may that week, or days in a row"
        )
    return message("every vehicle and crew that could serve it is on other trips")


def _tell_batch(problem: TripProblem, roster: Roster, job: int) -> Message:
    """Tell the batch that comes last of those it waits for, and when it may go out again."""
    instance = roster.instance
    back: dict[int, int] = {}
    rests: dict[int, int] = {}
    for giver, _, _ in instance.jobs[job].givers:
        trip, taken_on = roster.places[giver]
        back[giver], rests[giver] = trip.last, count_rest(instance, giver, taken_on)
    last = max(back, key=lambda giver: (back[giver] + rests[giver], giver))
    visit, day = problem.visits[last], problem.days[back[last]]
    taken = [p.content_id for p in visit.takes if p in problem.visits[job].leaves]
    if rests[last]:
        rested = day + timedelta(days=rests[last])
        return message(
            "its batch {batch} comes home from {visit} on {day}, where a lockdown holds, rests"
            " until {rested} and is checked until {checked}",
            batch=", ".join(taken),
            visit=visit.visit_id,
            day=day.isoformat(),
            rested=rested.isoformat(),
            checked=(rested + timedelta(days=instance.check_days)).isoformat(),
        )
    return message(
        "its batch {batch} comes home from {visit} on {day} and is checked until {checked}",
        batch=", ".join(taken),
        visit=visit.visit_id,
        day=day.isoformat(),
        checked=(day + timedelta(days=instance.check_days)).isoformat(),
    )


def list_day_numbers(numbers: list[int]) -> str:
    """Return days of a month in order, runs of three and more joined: ``1–4, 7, 9``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
