"""What fell short and why, and what is asked for."""

from collections import defaultdict
from collections.abc import Iterator

from programme.figure import Figure, count_things, sum_by_place, sum_things
from programme.measure import Scope, is_model
from programme.reporting.goal_section import list_goals_due
from programme.reporting.library_sections import list_own_models, works_on
from programme.reporting.parts import CellKind, ReportLine, ReportSection, Traced, WorkedOut
from programme.reporting.people_sections import make_staff_section, next_year
from programme.reporting.question import LeftOutVisit, PlannedTask, ReportQuestion
from programme.reporting.work_sections import list_tasks_due
from programme.standing import list_scopes, name_goal
from province.days import first_days
from province.language import Message, message
from province.results import Outcome


def make_shortfall_section(question: ReportQuestion) -> ReportSection:
    """Return the section of what fell short, with its reasons as they were told."""
    return ReportSection(
        id="short",
        title=message("What fell short, and why"),
        columns=(message("How many"),),
        lines=(
            *_list_goals_missed(question),
            *_list_without_model(question),
            *_list_lacking_criteria(question),
            *_list_without_work(question),
            *_list_reasons(question),
            *_list_left_out(question),
        ),
        notes=(message("Reasons are those that trips told, and those that plans found."),),
    )


def _list_goals_missed(question: ReportQuestion) -> Iterator[ReportLine]:
    if question.unit is not None:
        return
    own = list_scopes(question.province)[0]
    for due in list_goals_due(question):
        if due.scope is own and due.missing:
            name = message(
                "{goal}: missing by the end of {year}", goal=name_goal(due.goal), year=str(due.year)
            )
            yield ReportLine(name, (WorkedOut(f"short.{due.goal.id}", due.missing, due.of),))


def _list_without_model(question: ReportQuestion) -> Iterator[ReportLine]:
    """Yield the communes that have no model that counts, where any model is recorded."""
    if not question.whole.programme.models or (question.unit and question.unit.site):
        return
    settings, on = question.province.settings, question.on
    have = {
        model.commune_code
        for model, _ in list_own_models(question)
        if is_model(model, settings, on)
    }  # fmt: skip
    communes = question.yardstick.communes[Scope.ALL]
    missing = tuple(one.code for one in communes if one.code not in have)
    of = ("models.counted.all",)
    yield ReportLine(
        message("communes without a model that counts"),
        (WorkedOut("short.without_model", len(missing), of, about=missing),), names_parts=True,
    )  # fmt: skip


def _list_lacking_criteria(question: ReportQuestion) -> Iterator[ReportLine]:
    """Yield for each criterion the models that work and do not meet it."""
    models = [pair for pair in list_own_models(question) if works_on(pair[0], question)]
    for criterion in question.province.settings.criteria:
        lacking = [
            (model.model_id, rows)
            for model, rows in models
            if not any(
                met.criterion_id == criterion.id and met.since <= question.on
                for met in model.criteria
            )
        ]
        if lacking:
            name = message("models without: {criterion}", criterion=criterion.name)
            cell = Traced(f"short.criterion.{criterion.id}", count_things(lacking))
            yield ReportLine(name, (cell,), names_parts=True)


def _list_without_work(question: ReportQuestion) -> Iterator[ReportLine]:
    """Yield the libraries of which nothing is recorded in the period."""
    seen = {one.site_id for one in question.list_evidence()}
    missing = tuple(one.site_id for one in question.libraries if one.site_id not in seen)
    if question.libraries:
        of = ("forms.whole", "forms.any.libraries")
        yield ReportLine(
            message("libraries without any of the four forms"),
            (WorkedOut("short.inactive", len(missing), of, about=missing),), names_parts=True,
        )  # fmt: skip


def _list_reasons(question: ReportQuestion) -> Iterator[ReportLine]:
    """Yield the tasks that were not done, or partly, by the reason that the trip told."""
    by_reason: defaultdict[str, list[PlannedTask]] = defaultdict(list)
    for one in list_tasks_due(question):
        if one.outcome in (Outcome.NOT_DONE, Outcome.PARTLY):
            by_reason[one.reason.strip()].append(one)
    for reason, tasks in sorted(by_reason.items()):
        figure = sum_by_place(
            (one.site_id, question.with_place(one.site_id, (*one.rows, *one.results)), 1.0)
            for one in tasks
        )
        told = message("{text}", text=reason) if reason else message("no reason told")
        name = message("not or partly done: {reason}", reason=told)
        yield ReportLine(name, (Traced(f"short.reason.{reason}", figure),), names_parts=True)


def _list_left_out(question: ReportQuestion) -> Iterator[ReportLine]:
    """Yield the visits that plans of the period leave out, by the reason that they found."""
    by_cause: defaultdict[str, list[LeftOutVisit]] = defaultdict(list)
    causes: dict[str, Message] = {}
    for one in question.work.left_out:
        if one.day in question.span and one.site_id in question.sites:
            by_cause[one.code].append(one)
            causes[one.code] = one.cause
    for code, visits in sorted(by_cause.items()):
        figure = sum_by_place(
            (one.site_id, question.with_place(one.site_id, one.rows), 1.0) for one in visits
        )
        name = message("visits left out by plans: {reason}", reason=causes[code])
        yield ReportLine(name, (Traced(f"short.left_out.{code}", figure),), names_parts=True)


def make_request_section(question: ReportQuestion) -> ReportSection:
    """Return the section of what is asked for."""
    return ReportSection(
        id="asked",
        title=message("What is asked for"),
        columns=(message("How much"),),
        lines=(*_list_costs(question), *_list_requests(question), *_list_training(question)),
        notes=(
            message(
                "Cost: so much as the settings assume for each one that is missing; estimated."
            ),
        ),
    )  # fmt: skip


def _list_costs(question: ReportQuestion) -> Iterator[ReportLine]:
    if question.unit is not None:
        return
    own = list_scopes(question.province)[0]
    currency = question.province.settings.province.currency
    for due in list_goals_due(question):
        cost = due.goal.unit_cost_vnd
        if due.scope is own and due.missing and cost:
            name = message("{goal}: cost of what is missing, {currency}",
                           goal=name_goal(due.goal), currency=currency)  # fmt: skip
            amount = due.missing * cost
            cell = WorkedOut(f"asked.{due.goal.id}", amount, due.of, CellKind.MONEY, True)
            yield ReportLine(name, (cell,))


def _list_requests(question: ReportQuestion) -> Iterator[ReportLine]:
    """Yield the books that sites asked for in the period, by category."""
    asked = [
        one
        for one in question.province.requests
        if one.day in question.span and one.site_id in question.sites
    ]
    for category in question.province.settings.categories:
        own = [one for one in asked if one.category_id == category.id]
        if own:
            figure = sum_by_place(
                (one.site_id, question.with_place(one.site_id, (one.place,) if one.place else ()),
                 float(one.books))
                for one in own
            )  # fmt: skip
            name = message("books: {category}", category=category.name)
            yield ReportLine(name, (Traced(f"asked.books.{category.id}", figure),), True)


def _list_training(question: ReportQuestion) -> Iterator[ReportLine]:
    """Yield who is not trained yet, and the seats of the courses of the next year."""
    if not question.whole.programme.staff:
        return
    of = ("staff.people", "staff.trained")
    people, trained = (line.cells[0] for line in make_staff_section(question).lines[:2])
    rest = people.number - trained.number if people and trained else 0
    yield ReportLine(message("training for people not trained yet"),
                     (WorkedOut("asked.untrained", rest, of),))  # fmt: skip
    if question.unit is None:
        yield ReportLine(
            message("seats of courses in the year to come"),
            (Traced("asked.seats", _count_seats(question), is_estimated=True),),
        )


def _count_seats(question: ReportQuestion) -> Figure:
    """Return the seats of courses of the year after the report."""
    span, province = next_year(question), question.province
    return sum_things(
        (course.course_id, (province.refer("courses.csv", course.course_id),), float(seats))
        for course in province.programme.courses
        if (seats := course.seats * len(first_days(course, span)))
    )
