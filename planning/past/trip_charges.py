"""Which fund pays which trip of a month: in its days, for its purposes, within its money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from planning.past.read import read_plans
from planning.plan import Plan
from province.amounts import count_smallest
from province.dates import DateSpan
from province.days import first_days
from province.facts import Province
from province.ids import FundId, TripId
from province.programme_facts import Fund, Purpose
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class TripCharge:
    """What one trip costs, and the fund that pays it; None: the library's own budget."""

    trip_id: TripId
    first_day: date
    cost_vnd: int
    fund_id: FundId | None


@dataclass(frozen=True, slots=True)
class FundUse:
    """What a fund pays of a month's trips, and what it has left for trips after them.

    Money that is spent already, and courses still to come that it pays, count as gone.
    """

    fund: Fund
    paid_vnd: int
    num_trips: int
    left_vnd: int


@dataclass(frozen=True, slots=True)
class MonthCharges:
    """The trips of a month, by first day, and the funds that may pay trips on one of its days."""

    trips: tuple[TripCharge, ...]
    funds: tuple[FundUse, ...]


def charge_month(plan: Plan, province: Province) -> MonthCharges:
    """Charge the trips of a month to funds, after those of earlier months that were planned.

    Each trip is paid whole by one fund: the first to end of those that pay trips, hold on all its
    days and have as much left. A trip that `expenses.csv` has under its id was paid already.
    """
    funds = _list_paying(province)
    span = DateSpan(plan.month.first_day, plan.month.last_day)
    own = [fund for fund in funds if fund.from_date <= span.last and fund.until >= span.first]
    if not own:
        return MonthCharges((), ())
    left = {fund.fund_id: _measure_left(fund, plan, province) for fund in funds}
    paid = {expense.expense_id for expense in province.programme.expenses}
    for before in read_plans(province.folder, province, until=plan.month.plus(-1)):
        _charge((trip for trip in before.all_trips if trip.trip_id not in paid), funds, left)
    charges = _charge((trip for trip in plan.trips.trips if trip.trip_id not in paid), funds, left)
    return MonthCharges(
        charges,
        tuple(
            FundUse(
                fund,
                sum(one.cost_vnd for one in charges if one.fund_id == fund.fund_id),
                sum(one.fund_id == fund.fund_id for one in charges),
                left[fund.fund_id],
            )
            for fund in own
        ),
    )


def _list_paying(province: Province) -> list[Fund]:
    """Return the funds that pay trips in the province's currency, those that end first first."""
    us = province.settings.province.currency
    paying = [
        fund for fund in province.programme.funds
        if (fund.currency or us) == us and (not fund.charges or Purpose.TRIP in fund.charges)
    ]  # fmt: skip
    return sorted(paying, key=lambda fund: (fund.until, fund.fund_id))


def _measure_left(fund: Fund, plan: Plan, province: Province) -> int:
    """Return what a fund has for trips: less all that is spent, and its courses still to come."""
    programme, currency = province.programme, province.settings.province.currency
    left = fund.amount - sum(e.amount for e in programme.expenses if e.fund_id == fund.fund_id)
    if fund.until >= plan.month.first_day:
        ahead = DateSpan(plan.month.first_day, fund.until)
        for course in programme.courses:
            if course.fund_id == fund.fund_id:
                left -= course.cost * len(first_days(course, ahead))
    return count_smallest(round(left, 2), currency) or 0


def _charge(
    trips: Iterable[Trip], funds: list[Fund], left: dict[FundId, int]
) -> tuple[TripCharge, ...]:
    """Charge trips by their first days; what is left of the funds falls."""
    charges = []
    for trip in sorted(trips, key=lambda one: (one.first_day, one.trip_id)):
        payer = next((fund for fund in funds if _may_pay(fund, trip, left)), None)
        if payer is not None:
            left[payer.fund_id] -= trip.cost_vnd
        fund_id = None if payer is None else payer.fund_id
        charges.append(TripCharge(trip.trip_id, trip.first_day, trip.cost_vnd, fund_id))
    return tuple(charges)


def _may_pay(fund: Fund, trip: Trip, left: dict[FundId, int]) -> bool:
    is_then = trip.first_day in fund.span and trip.last_day in fund.span
    return is_then and left[fund.fund_id] >= trip.cost_vnd
