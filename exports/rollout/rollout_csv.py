"""Draws a rollout as tables: a row for each commune, a row for each month that was planned."""

import math

from exports.tables.table import make_table
from planning.rollout_months.month_rows import tell_limits
from planning.rollout_months.try_months import MonthsCheck
from programme.rollout.plan import Rollout
from province.facts import Province
from province.language import Language, translate

COMMUNE_COLUMNS = (
    "commune_code", "commune", "year", "is_there", "site_id", "people", "more_people", "minutes",
    "why",
)  # fmt: skip
MONTH_COLUMNS = (
    "month", "models", "times", "exchanges", "sessions", "left_out", "vehicle_days", "cost_vnd",
    "limits",
)  # fmt: skip


def draw_communes(rollout: Rollout, province: Province, language: Language) -> bytes:
    """Return the communes by code, with the year in which each gets its model, if any."""
    names = province.commune_by_code
    return make_table(
        COMMUNE_COLUMNS,
        (
            (
                one.code, names[one.code].name, one.year, "yes" if one.is_there else "no",
                one.site_id, one.people, one.more,
                round(one.minutes) if math.isfinite(one.minutes) else None,
                translate(one.why, language),
            )
            for one in sorted(rollout.models, key=lambda one: one.code)
        ),
    )  # fmt: skip


def draw_months(check: MonthsCheck, language: Language) -> bytes:
    """Return the months that were planned."""
    return make_table(
        MONTH_COLUMNS,
        (
            (
                str(one.month), one.models, f"{one.times:.2f}", one.exchanges, one.sessions,
                one.left_out, ", ".join(f"{name} {days}" for name, days in one.vehicle_days),
                one.cost_vnd, translate(tell_limits(one), language),
            )
            for one in check.months
        ),
    )  # fmt: skip
