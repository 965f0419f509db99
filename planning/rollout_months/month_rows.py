"""What came of planning months of a rollout, as rows, sentences and data."""

from collections.abc import Iterator
from typing import Any

from planning.rollout_months.try_months import MonthsCheck, TriedMonth
from province.language import Message, join_words, mark, message

MOST_LIMITS = 3


def tabulate_months(check: MonthsCheck) -> list[dict[str, Any]]:
    """Return a row for each month that was planned; money in millions of the currency."""
    return [
        {
            mark("month"): str(one.month),
            mark("models"): one.models,
            mark("demand, times"): round(one.times, 2),
            mark("exchanges"): one.exchanges,
            mark("sessions"): one.sessions,
            mark("left out"): one.left_out,
            mark("days of vehicles"): ", ".join(f"{name} {days}" for name, days in
                                                one.vehicle_days),
            mark("money, million"): round(one.cost_vnd / 1e6, 1),
            mark("what stops it"): tell_limits(one),
        }
        for one in check.months
    ]  # fmt: skip


def tell_limits(tried: TriedMonth) -> Message:
    """Return the rules that keep visits out of a month, what concerns most first; "" for none."""
    return join_words(
        message("visits: {count}, {reason}", count=one.visits, reason=one.example)
        if one.visits else one.example
        for one in tried.limits[:MOST_LIMITS]
    )  # fmt: skip


def tell_check(check: MonthsCheck) -> Iterator[Message]:
    """Yield whether the vehicles suffice, until when, and what one more would do."""
    vehicles = ", ".join(check.vehicles)
    if check.first_failing is None:
        yield message(
            "{vehicles}: every month that was tried can be served, up to {month}",
            vehicles=vehicles, month=str(check.months[-1].month),
        )  # fmt: skip
    else:
        failing = check.first_failing
        yield message(
            "{vehicles}: {month} is the first month that cannot be served: {models} models, "
            "{times} times today's demand; {limits}",
            vehicles=vehicles, month=str(failing.month), models=failing.models,
            times=round(failing.times, 2), limits=tell_limits(failing),
        )  # fmt: skip
    for one in check.purchases:
        values: dict[str, Message | str | int | float] = {
            "vehicle": one.like.name or one.like.vehicle_id,
            "cost": round(one.tried.cost_vnd / 1e6, 1),
        }
        if one.tried.is_served:
            yield message(
                "one more like {vehicle}, with a crew: everything is served, trips of the month "
                "cost {cost} million", **values,
            )  # fmt: skip
        else:
            yield message(
                "one more like {vehicle}, with a crew: visits left out: {count}",
                vehicle=values["vehicle"], count=one.tried.left_out,
            )  # fmt: skip
    yield message(
        "planned with roads, calendar and crews of {month}; a longer search may serve a little "
        "more",
        month=str(check.planned_as),
    )


def as_months(check: MonthsCheck) -> dict[str, Any]:
    """Return everything for programs."""
    return {
        "planned_as": str(check.planned_as),
        "vehicles": list(check.vehicles),
        "months": [_as_month(one) for one in check.months],
        "first_failing": None if check.first_failing is None else str(check.first_failing.month),
        "purchases": [
            {"like": one.like.vehicle_id} | _as_month(one.tried) for one in check.purchases
        ],
    }


def _as_month(one: TriedMonth) -> dict[str, Any]:
    return {
        "month": str(one.month),
        "models": one.models,
        "times": one.times,
        "exchanges": one.exchanges,
        "sessions": one.sessions,
        "left_out": one.left_out,
        "vehicle_days": dict(one.vehicle_days),
        "cost_vnd": one.cost_vnd,
        "limits": [
            {"code": own.code, "visits": own.visits, "example": str(own.example)}
            for own in one.limits
        ],
    }
