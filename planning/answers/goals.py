"""The answer to "where do we stand to our goals?", as rows and as data."""

from dataclasses import asdict
from datetime import date
from typing import Any

from programme.districts import DistrictStanding
from programme.figure import Figure
from programme.money import list_balances
from programme.promotion import SitePromotion
from programme.standing import SCOPE_NAMES, Milestone, Standing, name_goal
from province.facts import Province
from province.language import Language, mark, message, translate


def tabulate_goals(standings: tuple[Standing, ...], language: Language) -> list[dict[str, Any]]:
    """Return a row for each date of each goal in each scope; None where nobody can say."""
    return [
        {
            mark("goal"): translate(one.name, language),
            mark("communes"): translate(SCOPE_NAMES[one.scope], language),
            mark("counted"): one.measure.value.count if one.is_recorded else None,
            mark("of"): one.measure.whole.count or None,
            mark("per cent"): _round(one.measure.pct) if one.is_recorded else None,
            mark("by"): stone.day.isoformat(),
            mark("asked"): stone.by,
            mark("needed"): stone.needed,
            mark("missing"): stone.missing if one.is_recorded else None,
            mark("planned"): stone.planned.count or None,
            mark("foreseen"): tell_outlook(one, stone),
            mark("chance, %"): None if stone.chance is None else round(100 * stone.chance),
            mark("cost"): stone.cost_vnd if one.is_recorded else None,
        }
        for one in standings
        for stone in one.milestones
    ]


def tell_outlook(standing: Standing, stone: Milestone) -> str | None:
    """Return what is foreseen, the limits of eight cases in ten around it; None if nothing is."""
    if stone.outlook is None:
        return None
    low, mean, high = stone.outlook.low, stone.outlook.mean, stone.outlook.high
    unit = "\u00a0%" if standing.goal.counts == "users" else ""
    return f"{mean:.0f}{unit} ({low:.0f}–{high:.0f}{unit})"


def _round(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


def tabulate_shortfalls(
    standings: tuple[Standing, ...], province: Province, language: Language, *, most: int
) -> list[dict[str, Any]]:
    """Return the places that lack something to goals not reached yet, in the province's own scope.

    Parameters
    ----------
    most
        Places of each goal at most.
    """
    names = {str(site.site_id): site.name for site in province.sites}
    names |= {str(commune.code): commune.name for commune in province.communes}
    return [
        {
            mark("goal"): translate(one.name, language),
            mark("where"): names.get(place.about, place.about),
            mark("what lacks"): translate(place.text, language),
        }
        for one in list_own(standings)
        if any(stone.missing for stone in one.milestones)
        for place in one.shortfalls[:most]
    ]


def tabulate_promotion(
    found: tuple[SitePromotion, ...], province: Province
) -> list[dict[str, Any]]:
    """Return a row for each library: what took place, how much of it was promotion, what lacks."""
    return [
        {
            mark("site"): one.site_id,
            mark("name"): province.site_by_id[one.site_id].name,
            mark("activities"): one.activities.count,
            mark("promotion"): one.promotion.count,
            mark("per cent"): _round(one.pct),
            mark("asked"): one.asked or None,
            mark("missing"): one.missing,
        }
        for one in found
    ]


def list_own(standings: tuple[Standing, ...]) -> tuple[Standing, ...]:
    """Return the standings in the scope that the province counts by: the first of each goal."""
    first: dict[str, Standing] = {}
    for one in standings:
        first.setdefault(one.goal.id, one)
    return tuple(first.values())


def tabulate_districts(
    standings: tuple[DistrictStanding, ...], language: Language
) -> list[dict[str, Any]]:
    """Return a row for each district and goal; None where nobody can say."""
    return [
        {
            mark("district"): one.district.name,
            mark("goal"): translate(name_goal(one.goal), language),
            mark("counted"): one.measure.value.count if one.is_recorded else None,
            mark("of"): one.measure.whole.count or None,
            mark("per cent"): _round(one.measure.pct) if one.is_recorded else None,
            mark("in part"): ", ".join(commune.name for commune in one.district.shared),
        }
        for one in standings
    ]


def tabulate_rows(standings: tuple[Standing, ...], language: Language) -> list[dict[str, Any]]:
    """Return every row behind the figures, in the province's own scope."""
    return [
        {
            mark("goal"): translate(one.name, language),
            mark("figure"): translate(name, language),
            mark("of what"): part.about,
            mark("amount"): part.amount,
            mark("file"): row.file,
            mark("row"): row.line,
            mark("key"): row.key,
        }
        for one in list_own(standings)
        for name, figure in (
            (message("So far"), one.measure.value),
            (message("Of how much"), one.measure.whole),
        )
        for part in figure.parts
        for row in part.rows
    ]


def describe_goals(
    standings: tuple[Standing, ...], province: Province, on: date, language: Language
) -> dict[str, Any]:
    """Return everything about the goals as data, every figure with its rows."""
    return {
        "on": on.isoformat(),
        "goals": [
            {
                "goal": one.goal.id,
                "name": translate(one.name, language),
                "communes": one.scope.value,
                "is_recorded": one.is_recorded,
                "table": one.table,
                "value": describe_figure(one.measure.value),
                "whole": describe_figure(one.measure.whole),
                "pct": one.measure.pct,
                "source": one.goal.source,
                "dates": [_describe_stone(stone) for stone in one.milestones],
                "shortfalls": [
                    {"about": place.about, "text": translate(place.text, language)}
                    for place in one.shortfalls
                ],
            }
            for one in standings
        ],
        "money": [
            {
                "fund": balance.fund.fund_id,
                "currency": balance.currency,
                "from": balance.fund.from_date.isoformat(),
                "until": balance.fund.until.isoformat(),
                "spent": describe_figure(balance.spent),
                "left": describe_figure(balance.left),
            }
            for balance in list_balances(province, on)
        ],
    }


def _describe_stone(stone: Milestone) -> dict[str, Any]:
    outlook = stone.outlook
    return {
        "by": stone.day.isoformat(),
        "asked": stone.by,
        "needed": stone.needed,
        "missing": stone.missing,
        "planned": describe_figure(stone.planned),
        "foreseen": None if outlook is None else {
            "low": outlook.low, "mean": outlook.mean, "high": outlook.high
        },
        "chance": stone.chance,
        "cost": stone.cost_vnd,
    }  # fmt: skip


def describe_figure(figure: Figure) -> dict[str, Any]:
    """Return a figure as data: its value, and of each part the rows it was counted from."""
    return {
        "value": figure.value,
        "parts": [
            {"about": part.about, "amount": part.amount, "rows": [asdict(row) for row in part.rows]}
            for part in figure.parts
        ],
    }
