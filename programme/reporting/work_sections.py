"""Work and money: visits, trips, kits, funds."""

from collections.abc import Iterable

from programme.evidence import refer_result
from programme.figure import Figure, count_things, sum_by_place, sum_things
from programme.money import list_balances
from programme.reporting.parts import (
    CellKind,
    ReportCell,
    ReportLine,
    ReportSection,
    Traced,
    WorkedOut,
)
from programme.reporting.question import PlannedTask, PlannedTrip, ReportQuestion, Rows
from province.amounts import tell_amount
from province.language import Message, message
from province.programme_facts import Expense, Purpose
from province.results import Outcome, ResultTask, list_standing_results
from province.row_refs import RowRef
from province.stock import Kit

TASKS: dict[ResultTask, Message] = {
    ResultTask.LEAVE: message("batches left at libraries"),
    ResultTask.TAKE: message("batches fetched"),
    ResultTask.COLLECT: message("books fetched that had stayed"),
    ResultTask.SESSION: message("mobile sessions"),
    ResultTask.TRAINING: message("trainings on the spot"),
    ResultTask.KIT: message("deliveries of material"),
}
"""What people read for each task of a stop."""

PURPOSES: dict[Purpose, Message] = {
    Purpose.MODEL: message("library models"),
    Purpose.TRAINING: message("training"),
    Purpose.TRIP: message("trips"),
    Purpose.KIT: message("material"),
    Purpose.BOOKS: message("books"),
    Purpose.PROMOTION: message("reading promotion"),
    Purpose.EQUIPMENT: message("equipment"),
    Purpose.OTHER: message("other purposes"),
}
"""What people read for each purpose of money."""


def list_tasks_due(question: ReportQuestion) -> tuple[PlannedTask, ...]:
    """Return the tasks of plans in the period at the sites that are reported on."""
    return tuple(
        one
        for one in question.work.tasks
        if one.day in question.span and one.site_id in question.sites
    )


def make_visit_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the visits planned, and of what was recorded of their tasks."""
    tasks = list_tasks_due(question)
    lines = [_make_visit_line(question, tasks)] if tasks else []
    for task, name in TASKS.items():
        own = [one for one in tasks if one.task is task]
        if own:
            lines.append(ReportLine(name, _tell_outcomes(question, f"visits.{task}", own)))
    return ReportSection(
        id="visits",
        title=message("Visits by plan"),
        columns=(
            message("Planned"), message("Done"), message("Partly"), message("Not done"),
            message("Not recorded"),
        ),
        lines=tuple(lines),
        notes=(
            message(
                "Planned until {day}, by the plans of the months; done is what trips recorded. A"
                " visit is made where any of its tasks was done.",
                day=question.span.last.isoformat(),
            ),
        ),
    )  # fmt: skip


def _make_visit_line(question: ReportQuestion, tasks: tuple[PlannedTask, ...]) -> ReportLine:
    made = [one for one in tasks if one.outcome in (Outcome.DONE, Outcome.PARTLY)]
    cells = (
        Traced("visits.planned", _count_visits(question, tasks, with_results=False)),
        Traced("visits.made", _count_visits(question, made, with_results=True)),
    )
    return ReportLine(message("visits"), (*cells, None, None, None))


def _count_visits(
    question: ReportQuestion, tasks: Iterable[PlannedTask], *, with_results: bool
) -> Figure:
    found: dict[str, list[RowRef]] = {}
    for one in tasks:
        rows = (*one.rows, *(one.results if with_results else ()))
        key = "/".join((one.rows[0].file, one.visit_id)) if one.rows else one.visit_id
        found.setdefault(key, []).extend(question.with_place(one.site_id, rows))
    return count_things(found.items())


def _tell_outcomes(
    question: ReportQuestion, key: str, tasks: list[PlannedTask]
) -> tuple[ReportCell, ...]:
    """Return planned, done, partly, not done, and what nobody recorded."""
    counted: list[ReportCell] = [Traced(f"{key}.planned", _count_tasks(question, tasks, False))]
    for outcome in (Outcome.DONE, Outcome.PARTLY, Outcome.NOT_DONE):
        own = [one for one in tasks if one.outcome is outcome]
        counted.append(Traced(f"{key}.{outcome}", _count_tasks(question, own, True)))
    rest = counted[0].number - sum(cell.number for cell in counted[1:])
    of = tuple(cell.key for cell in counted)
    return (*counted, WorkedOut(f"{key}.open", rest, of))


def _count_tasks(
    question: ReportQuestion, tasks: Iterable[PlannedTask], with_results: bool
) -> Figure:
    return sum_by_place(
        (
            one.site_id,
            question.with_place(one.site_id, (*one.rows, *(one.results if with_results else ()))),
            1.0,
        )
        for one in tasks
    )


def make_trip_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the trips, their kilometres, and what they were to cost."""
    trips = [one for one in question.work.trips if one.day in question.span]
    driven = [one for one in trips if one.driven]
    measured = [one for one in trips if one.km is not None]
    currency = question.province.settings.province.currency
    planned_km = _sum_trips((t, t.rows, t.length_m / 1000) for t in trips)
    cost = _sum_trips((t, t.rows, float(tell_amount(t.cost_vnd, currency))) for t in trips)
    km = _sum_trips((t, (*t.rows, *t.measured), t.km or 0.0) for t in measured)
    without = [one.trip_id for one in driven if one.km is None]
    lines = (
        ReportLine(
            message("trips"),
            (
                Traced("trips.planned", _sum_trips((t, t.rows, 1.0) for t in trips)),
                Traced("trips.driven",
                       _sum_trips((t, (*t.rows, *t.driven), 1.0) for t in driven)),
            ),
        ),
        ReportLine(
            message("kilometres"),
            (
                Traced("trips.km_planned", planned_km, CellKind.KM, is_estimated=True),
                Traced("trips.km", km, CellKind.KM),
            ),
        ),
        ReportLine(
            message("trips driven whose kilometres nobody recorded"),
            (None, WorkedOut("trips.without_km", len(without), ("trips.driven", "trips.km"))),
        ),
        ReportLine(
            message("cost of the trips, {currency}", currency=currency),
            (Traced("trips.cost", cost, CellKind.MONEY, is_estimated=True), None),
        ),
    )  # fmt: skip
    return ReportSection(
        id="trips",
        title=message("Trips and kilometres"),
        columns=(message("By plan"), message("Recorded")),
        lines=lines if trips else (),
        notes=(
            message(
                "By plan: kilometres along the network of roads, and cost by the prices of the"
                " settings; both are estimated."
            ),
        ),
    )


def _sum_trips(trips: Iterable[tuple[PlannedTrip, Rows, float]]) -> Figure:
    return sum_things((trip.trip_id, rows, amount) for trip, rows, amount in trips)


def make_kit_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the material that was due at sites in the period."""
    due = [
        one
        for one in question.province.kits
        if one.due_date in question.span and one.site_id in question.sites
    ]
    handed = {
        result.row.content_id: result
        for result in list_standing_results(question.province.results)
        if result.row.task is ResultTask.KIT and result.row.outcome is not Outcome.NOT_DONE
    }
    came = [(one, handed[one.kit_id]) for one in due if one.kit_id in handed]

    def rows(kit: Kit, *more: RowRef) -> Rows:
        own = question.province.refer("kits.csv", kit.kit_id)
        return question.with_place(kit.site_id, (own, *more))

    def count(pairs: Iterable[tuple[Kit, object]]) -> Figure:
        return count_things(
            (kit.kit_id, rows(kit, refer_result(question.province, handed[kit.kit_id])))
            for kit, _ in pairs
        )

    late = [(kit, one) for kit, one in came if one.row.day and one.row.day > kit.due_date]
    missing = tuple(kit.kit_id for kit in due if kit.kit_id not in handed)
    of = ("kits.due", "kits.delivered")
    lines = (
        ReportLine(message("due in the period"),
                   (Traced(of[0], count_things((kit.kit_id, rows(kit)) for kit in due)),)),
        ReportLine(message("delivered"), (Traced(of[1], count(came)),)),
        ReportLine(message("delivered after the deadline"), (Traced("kits.late", count(late)),)),
        ReportLine(message("not delivered"),
                   (WorkedOut("kits.missing", len(missing), of, about=missing),),
                   names_parts=True),
    )  # fmt: skip
    return ReportSection(
        id="kits", title=message("Material for sites"), columns=(message("Deliveries"),),
        lines=lines if due else (),
    )  # fmt: skip


def make_money_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the money: funds of the period, and what it was spent on."""
    province, span = question.province, question.span
    spent = [one for one in province.programme.expenses if one.day in span]
    used = {one.fund_id for one in spent}
    lines = []
    for balance in list_balances(province, question.on):
        fund = balance.fund
        is_open = fund.from_date <= span.last and fund.until >= span.first
        if not is_open and fund.fund_id not in used:
            continue
        key = f"money.{fund.fund_id}"
        given = (province.refer("funds.csv", fund.fund_id),)
        own = [one for one in spent if one.fund_id == fund.fund_id]
        so_far = [
            one
            for one in province.programme.expenses
            if one.fund_id == fund.fund_id and one.day <= question.on
        ]
        figures = (
            ("amount", sum_things([(fund.fund_id, given, fund.amount)])),
            ("spent", _sum_expenses(question, own)),
            ("spent_so_far", _sum_expenses(question, so_far)),
            ("left", balance.left),
        )
        name = message("{fund}, {currency}", fund=fund.name, currency=balance.currency)
        cells = (Traced(f"{key}.{part}", figure, CellKind.MONEY) for part, figure in figures)
        lines.append(ReportLine(name, tuple(cells)))
    return ReportSection(
        id="money",
        title=message("Money"),
        columns=(
            message("Amount of the fund"), message("Spent in the period"), message("Spent so far"),
            message("Balance left"),
        ),
        lines=(*lines, *_list_purposes(question, spent)),
    )  # fmt: skip


def _list_purposes(question: ReportQuestion, spent: list[Expense]) -> Iterable[ReportLine]:
    """Yield what was spent on each purpose, in each currency."""
    own = question.province.settings.province.currency
    funds = {one.fund_id: one.currency or own for one in question.province.programme.funds}
    currencies = {
        one.expense_id: funds[one.fund_id] if one.fund_id else own
        for one in spent
        if one.fund_id is None or one.fund_id in funds
    }
    for purpose, name in PURPOSES.items():
        for currency in sorted(set(currencies.values())):
            found = [
                one
                for one in spent
                if one.purpose is purpose and currencies.get(one.expense_id) == currency
            ]
            if found:
                told = message("spent on {purpose}, {currency}", purpose=name, currency=currency)
                figure = _sum_expenses(question, found)
                cell = Traced(f"money.for.{purpose}.{currency}", figure, CellKind.MONEY)
                yield ReportLine(told, (None, cell, None, None))


def _sum_expenses(question: ReportQuestion, expenses: Iterable[Expense]) -> Figure:
    """Return the sum of expenses, each with its row and that of its fund: it says what money."""
    province = question.province
    funds = {fund.fund_id: province.refer("funds.csv", fund.fund_id)
             for fund in province.programme.funds}  # fmt: skip

    def rows(one: Expense) -> Rows:
        own = province.refer("expenses.csv", one.expense_id)
        return (own, funds[one.fund_id]) if one.fund_id in funds else (own,)

    return sum_things((one.expense_id, rows(one), one.amount) for one in expenses)
