"""How kits and trainings come to their sites: beside other work, by a trip of their own, or not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from planning.plan import Plan
from province.facts import Province
from province.ids import CourseId, SiteId, TripId
from province.language import Message
from province.results import Outcome, RecordedResult, ResultTask, list_standing_results
from province.visits import Task, list_kits
from routing.trips import Stop

RIDERS = {Task.KIT, Task.TRAINING}


class RideKind(StrEnum):
    """How something comes.

    `ALONG`: on a trip that drives for other work too. `OWN_TRIP`: on a trip that serves nothing but
    kits and trainings. `NOT`: not this month.
    """

    ALONG = "along"
    OWN_TRIP = "own_trip"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class RideAlong:
    """A kit, or a training on site, of a month.

    Parameters
    ----------
    content_id
        The kit or the course.
    due
        The last day of a kit; None for a training.
    trip_id, day
        The trip that brings it, and when; None where none does.
    more_vnd
        What its own trip costs, with all else on it; of what does not come, the least that
        bringing it would cost more, None where nobody can say.
    reason, fix
        Why it does not come, and what the planner may decide.
    result
        What was recorded of it, or None.
    signed_by
        Who signed at the stop; "" where nobody did.
    """

    task: Task
    content_id: str
    name: str
    site_id: SiteId
    due: date | None
    after: CourseId | None
    way: RideKind
    trip_id: TripId | None = None
    day: date | None = None
    more_vnd: int | None = None
    reason: Message | None = None
    fix: Message | None = None
    result: RecordedResult | None = None
    signed_by: str = ""


def list_ride_alongs(plan: Plan, province: Province) -> tuple[RideAlong, ...]:
    """Return the kits and trainings of a month, by site and id."""
    found = [*_list_brought(plan, province), *_list_left(plan, province)]
    return tuple(sorted(found, key=lambda one: (one.site_id, one.task, one.content_id)))


def _list_brought(plan: Plan, province: Province) -> Iterator[RideAlong]:
    results = [r for r in list_standing_results(province.results) if r.row.month == plan.month]
    courses = {visit.visit_id: visit.course_id for visit in plan.visits}
    for trip, stop in plan.trips.stops():
        is_own = all(set(other.tasks) <= RIDERS for other in trip.stops)
        own = [
            r for r in results if (r.row.trip_id, r.row.sequence) == (trip.trip_id, stop.sequence)
        ]
        signers = (r.row.proof.signed_by for r in own if r.row.proof and r.row.proof.signed_by)
        signed_by = next(signers, "")
        for task, content_id in _list_contents(stop, courses.get(stop.visit_id)):
            yield replace(
                _name(province, task, content_id, stop.receiver_id),
                way=RideKind.OWN_TRIP if is_own else RideKind.ALONG,
                trip_id=trip.trip_id,
                day=stop.day,
                more_vnd=trip.cost_vnd if is_own else None,
                result=_find_result(own, task, content_id),
                signed_by=signed_by,
            )


def _list_contents(stop: Stop, course_id: CourseId | None) -> Iterator[tuple[Task, str]]:
    for kit_id in list_kits(*stop.leaves, *stop.takes):
        yield Task.KIT, kit_id
    if Task.TRAINING in stop.tasks:
        yield Task.TRAINING, course_id or ""


def _find_result(
    results: list[RecordedResult], task: Task, content_id: str
) -> RecordedResult | None:
    for result in results:
        is_kit = result.row.task is ResultTask.KIT and result.row.content_id == content_id
        is_training = result.row.task is ResultTask.TRAINING and task is Task.TRAINING
        if is_kit or is_training:
            return result
    return None


def _list_left(plan: Plan, province: Province) -> Iterator[RideAlong]:
    visits = {visit.visit_id: visit for visit in plan.visits}
    for unserved in plan.trips.unserved:
        visit = visits[unserved.visit_id]
        kits = list_kits(*visit.leaves, *visit.takes)
        contents = [(Task.KIT, str(kit_id)) for kit_id in kits]
        if visit.course_id is not None:
            contents.append((Task.TRAINING, str(visit.course_id)))
        for task, content_id in contents:
            yield replace(
                _name(province, task, content_id, visit.receiver_id),
                more_vnd=unserved.fix_cost_vnd,
                reason=unserved.reason,
                fix=unserved.fix,
            )


def _name(province: Province, task: Task, content_id: str, site_id: SiteId) -> RideAlong:
    """Return a kit or a training by name; how it comes is not said yet."""
    kits = {str(kit.kit_id): kit for kit in province.kits}
    courses = {str(course.course_id): course for course in province.programme.courses}
    kit = kits.get(content_id) if task is Task.KIT else None
    known = kit or (courses.get(content_id) if task is Task.TRAINING else None)
    return RideAlong(
        task=task,
        content_id=content_id,
        name=known.name if known else "",
        site_id=site_id,
        due=kit.due_date if kit else None,
        after=kit.after if kit else None,
        way=RideKind.NOT,
    )


def is_done(one: RideAlong) -> bool:
    """Whether it was recorded that it came."""
    return one.result is not None and one.result.row.outcome is not Outcome.NOT_DONE
