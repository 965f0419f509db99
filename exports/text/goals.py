"""Where the province stands to the goals of its programme, as documents say it."""

from dataclasses import dataclass

from exports.text.formats import format_amount, format_number
from planning.answers.goals import list_own, tell_outlook
from planning.plan import Plan
from programme.standing import SCOPE_NAMES, Standing, list_standings
from province.facts import Province
from province.language import Language, Message, join_words, message, translate


@dataclass(frozen=True, slots=True)
class GoalDate:
    """What a goal asks for by the end of a year; numbers in each scope, none where none is known.

    `asked` is in per cent, for activities a number.
    """

    year: int
    asked: str
    needed: tuple[str, ...]
    missing: tuple[str, ...]
    foreseen: tuple[str, ...]
    chance: tuple[str, ...]
    cost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One goal for people: what counts in each scope, the province's own first, and its dates."""

    name: str
    counted: tuple[str, ...]
    dates: tuple[GoalDate, ...]


def list_month_standings(plan: Plan, province: Province) -> tuple[Standing, ...]:
    """Return where the goals stand when a plan's month begins."""
    return list_standings(province, plan.month.first_day)


def list_goal_lines(
    standings: tuple[Standing, ...], currency: str, language: Language
) -> list[GoalLine]:
    """Return a line for each goal."""
    lines = []
    for first in list_own(standings):
        own = [one for one in standings if one.goal.id == first.goal.id]
        dates = zip(*(_list_dates(one, currency, language) for one in own), strict=True)
        lines.append(
            GoalLine(
                name=translate(first.name, language),
                counted=tuple(translate(tell_count(one, language), language) for one in own),
                dates=tuple(
                    GoalDate(
                        stone.year,
                        _tell_asked(first, stone.by, language),
                        *(cells if any(cells) else () for cells in zip(*texts, strict=True)),
                    )
                    for stone, texts in zip(first.milestones, dates, strict=True)
                ),
            )
        )
    return lines


def _list_dates(standing: Standing, currency: str, language: Language) -> list[tuple[str, ...]]:
    """Return the cells of each date: needed, missing, foreseen, chance, cost."""
    is_told = standing.is_recorded
    return [
        (
            _write(stone.needed, language),
            _write(stone.missing if is_told else None, language),
            (tell_outlook(standing, stone) or "") if is_told else "",
            f"{100 * stone.chance:.0f}\u00a0%" if is_told and stone.chance is not None else "",
            ""
            if stone.cost_vnd is None or not is_told
            else format_amount(stone.cost_vnd, currency, language),
        )
        for stone in standing.milestones
    ]


def _write(number: float | None, language: Language) -> str:
    return "" if number is None else format_number(number, language)


def _tell_asked(standing: Standing, by: float, language: Language) -> str:
    text = format_number(by, language, digits=1)
    return text if standing.goal.counts == "activities" else f"{text}\u00a0%"


def tell_scopes(standings: tuple[Standing, ...], language: Language) -> str:
    """Return which communes the numbers of a line are about; "" where there is one scope."""
    scopes = list(dict.fromkeys(one.scope for one in standings))
    if len(scopes) < 2:
        return ""
    return translate(join_words(SCOPE_NAMES[scope] for scope in scopes), language)


def tell_count(standing: Standing, language: Language) -> Message:
    """Return what counts of how much, or that nobody wrote it down."""
    if not standing.is_recorded:
        return message("not recorded ({file})", file=standing.table)
    measure = standing.measure
    value, whole = measure.value.count, measure.whole.count
    if measure.pct is None:
        return message("{text}", text=format_number(value, language))
    pct = format_number(measure.pct, language, digits=1)
    if measure.counts == "users":
        return message("{growth} % ({now} after {before})",
                       growth=pct if measure.pct < 0 else f"+{pct}",
                       now=format_number(value, language),
                       before=format_number(whole, language))  # fmt: skip
    return message("{value} of {whole} ({share} %)", value=value, whole=whole, share=pct)


def tell_models(standings: tuple[Standing, ...], language: Language) -> str:
    """Return a sentence on communes with a library model, as recorded; "" without such a goal."""
    for one in list_own(standings):
        if one.goal.counts == "models":
            needed = join_words(
                message("{year}: {needed}", year=stone.year, needed=stone.needed or 0)
                for stone in one.milestones
            )
            text = message(
                "{goal}: {count}; needed by the end of {years}.",
                goal=one.name, count=tell_count(one, language), years=needed,
            )  # fmt: skip
            return translate(text, language)
    return ""
