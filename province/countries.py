"""What follows from a country where a folder does not say it: currency and time zone.

Source: Unicode CLDR, through babel.
"""

import functools
from typing import Any

USUAL_COUNTRY = "VN"
"""The country of a folder that names none."""


@functools.lru_cache(maxsize=64)
def find_currency(country: str) -> str:
    """Return the currency of a country's two letters; "XXX", no currency, for none."""
    from babel.numbers import get_territory_currencies

    known: list[str] = get_territory_currencies(country)
    return known[-1] if known else "XXX"


@functools.lru_cache(maxsize=64)
def list_zones(country: str) -> tuple[str, ...]:
    """Return the time zones of a country, sorted; none for no country."""
    from babel.core import get_global

    return tuple(sorted(z for z, own in get_global("zone_territories").items() if own == country))


def own_currency(told: dict[str, Any]) -> str:
    """Return the currency of settings that name none: that of their country."""
    return find_currency(str(told.get("country", USUAL_COUNTRY)))


def own_zone(told: dict[str, Any]) -> str:
    """Return the time zone of settings that name none: the first of their country; UTC without."""
    return next(iter(list_zones(str(told.get("country", USUAL_COUNTRY)))), "UTC")
