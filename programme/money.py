"""What the funds of the programme have left."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from programme.figure import Figure, sum_things
from province.facts import Province
from province.programme_facts import Expense, Fund


@dataclass(frozen=True, slots=True)
class FundBalance:
    """A fund on a day: what was spent of it, and what is left, in its currency.

    `spent` is counted from the rows of expenses, `left` from these and the row of the fund.
    """

    fund: Fund
    currency: str
    spent: Figure
    left: Figure


def list_balances(province: Province, on: date) -> tuple[FundBalance, ...]:
    """Return every fund on a day, by id; one that has not begun or is over as well."""
    spent: defaultdict[str, list[Expense]] = defaultdict(list)
    for expense in province.programme.expenses:
        if expense.fund_id is not None and expense.day <= on:
            spent[expense.fund_id].append(expense)
    balances = []
    for fund in province.programme.funds:
        own = [
            (one.expense_id, (province.refer("expenses.csv", one.expense_id),), one.amount)
            for one in spent[fund.fund_id]
        ]
        given = (fund.fund_id, (province.refer("funds.csv", fund.fund_id),), fund.amount)
        taken = [(about, rows, -amount) for about, rows, amount in own]
        currency = fund.currency or province.settings.province.currency
        balances.append(FundBalance(fund, currency, sum_things(own), sum_things([given, *taken])))
    return tuple(balances)
