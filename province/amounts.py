"""Money: files tell amounts in the province's currency, plans count them in its smallest unit.

Fields with ``_vnd`` in their names are numbers of that unit: đồng, cents, pence. Amounts of
the programme (funds, expenses, goals) are told and counted in the currency itself.
"""

import functools
from decimal import Decimal
from typing import Any

from province.language import Message, message

MONEY_FIELD = "_vnd"
"""What stands in the names of fields that hold an amount in the smallest unit."""


@functools.lru_cache(maxsize=64)
def count_decimals(currency: str) -> int:
    """Return how many decimals amounts of a currency have (Unicode CLDR, through babel)."""
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def count_smallest(amount: float, currency: str) -> int | None:
    """Return an amount in the smallest unit of its currency; None if it has more decimals."""
    exact = amount * 10 ** count_decimals(currency)
    whole = round(exact)
    return whole if abs(exact - whole) < 1e-6 * max(1.0, abs(exact)) else None


def tell_amount(smallest: float, currency: str) -> int | float:
    """Return in the currency what is counted in its smallest unit; whole where it has no other."""
    decimals = count_decimals(currency)
    if not decimals:
        return smallest
    amount: float = round(smallest / 10**decimals, decimals)
    return amount


def write_amount(amount: float, currency: str = "") -> Message:
    """Return an amount as a language writes it, without the name of its currency.

    It has all decimals of the currency; where that is not named, two, or none if it is whole.
    """
    digits = count_decimals(currency) if currency else 2
    plain = f"{amount:.{digits}f}"
    return message("{money}", money=plain if currency else plain.removesuffix(".00"))


def write_smallest(smallest: float, currency: str) -> Message:
    """Return an amount in the smallest unit of its currency as `write_amount` does."""
    return write_amount(tell_amount(smallest, currency), currency)


def write_exactly(smallest: int | None, currency: str) -> Decimal | int | None:
    """Return an amount for a table: in the currency, with all its decimals; None for none."""
    decimals = count_decimals(currency)
    if smallest is None or not decimals:
        return smallest
    return Decimal(smallest).scaleb(-decimals)


def tell_price(smallest: int | None, currency: str) -> int | float | None:
    """Return an amount as `tell_amount` does; None for none."""
    return None if smallest is None else tell_amount(smallest, currency)


def tell_amounts(told: Any, currency: str) -> Any:
    """Return lists and mappings with every amount in them told in the currency.

    Amounts are the numbers under keys with ``_vnd`` in their names, at any depth.
    """
    if isinstance(told, dict):
        return {key: _tell_field(key, value, currency) for key, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [tell_amounts(one, currency) for one in told]
    return told


def _tell_field(key: Any, value: Any, currency: str) -> Any:
    is_amount = isinstance(key, str) and MONEY_FIELD in key and isinstance(value, (int, float))
    return tell_amount(value, currency) if is_amount else tell_amounts(value, currency)
