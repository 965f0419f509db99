"""A rollout as rows to show."""

import math
from collections.abc import Iterator
from typing import Any

from programme.rollout.plan import PlannedModel, Rollout
from province.facts import Province
from province.language import Message, mark, message


def tabulate_years(province: Province, rollout: Rollout) -> list[dict[str, Any]]:
    """Return a row for each year; money in millions of the province's currency."""
    names = {commune.code: commune.name for commune in province.communes}
    return [
        {
            mark("year"): year.year,
            mark("models"): year.models,
            mark("goal"): "" if year.needed is None else year.needed,
            mark("reached"): year.reached,
            mark("trained"): year.trainees,
            mark("money, million"): round(year.cost_vnd / 1e6, 1),
            mark("beginning"): ", ".join(names[code] for code in year.begun),
        }
        for year in rollout.years
    ]


def tabulate_models(province: Province, rollout: Rollout) -> list[dict[str, Any]]:
    """Return a row for each commune without a model so far: by year, those without one last."""
    names = {commune.code: commune.name for commune in province.communes}
    last = rollout.years[-1].year + 1
    asked = [one for one in rollout.models if not one.is_there]
    return [
        {
            mark("year"): one.year or "–",
            mark("commune"): f"{names[one.code]} ({one.code})",
            mark("people"): one.people,
            mark("minutes"): round(one.minutes) if math.isfinite(one.minutes) else "",
            mark("why"): one.why,
        }
        for one in sorted(asked, key=lambda one: (one.year or last, -one.more, one.code))
    ]


def tell_sums(rollout: Rollout) -> Iterator[Message]:
    """Yield what the tables do not say: goals that are missed, and how good the choice is."""
    for year in rollout.years:
        if year.needed is not None and year.models < year.needed:
            yield message(
                "the goal of {year} is missed: {models} of {needed} models",
                year=year.year,
                models=year.models,
                needed=year.needed,
            )
    if rollout.short > rollout.least_short:
        yield message("whether fewer could be missing is not proved")
    yield message(
        "people reached, counted with their weight, over all years: {value}; at most {bound}"
        " (gap {gap} %)",
        value=rollout.value,
        bound=rollout.bound,
        gap=round(100 * rollout.gap, 2),
    )


def as_data(province: Province, rollout: Rollout) -> dict[str, Any]:
    """Return the rollout for programs."""
    return {
        "years": [
            {
                "year": year.year,
                "begun": list(year.begun),
                "models": year.models,
                "needed": year.needed,
                "reached": year.reached,
                "trainees": year.trainees,
                "cost_vnd": year.cost_vnd,
            }
            for year in rollout.years
        ],
        "communes": [_as_commune(one) for one in rollout.models],
        "value": rollout.value,
        "bound": rollout.bound,
        "gap": rollout.gap,
        "models_missing": rollout.short,
        "models_missing_at_least": rollout.least_short,
        "currency": province.settings.province.currency,
    }


def _as_commune(one: PlannedModel) -> dict[str, Any]:
    return {
        "commune_code": one.code,
        "year": one.year,
        "is_there": one.is_there,
        "people": one.people,
        "more_people": one.more,
        "minutes": one.minutes if math.isfinite(one.minutes) else None,
        "why": str(one.why),
    }
