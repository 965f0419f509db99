"""Gathers the sheets on the goals of the programme: where they stand, and the rows behind it."""

from collections.abc import Iterator

from exports.text.goals import list_month_standings, tell_count
from exports.workbook.plan_sheets import SheetTable
from exports.workbook.typed_sheet import Column
from planning.answers.goals import list_own
from planning.plan import Plan
from programme.standing import SCOPE_NAMES, Standing
from province.amounts import count_decimals
from province.facts import Province
from province.language import Language, message, translate


def list_goal_sheets(plan: Plan, province: Province, language: Language) -> Iterator[SheetTable]:
    """Yield two sheets; none where the province names no goals."""
    standings = list_month_standings(plan, province)
    if standings:
        yield _list_goals(standings, province.settings.province.currency, language)
        yield _list_rows(standings, province, language)


def _list_goals(standings: tuple[Standing, ...], currency: str, language: Language) -> SheetTable:
    columns = (
        Column(translate(message("Goal"), language)),
        Column(translate(message("Communes"), language)),
        Column(translate(message("So far"), language)),
        Column(translate(message("Date"), language), "day"),
        Column(translate(message("Asked for"), language), "real"),
        Column(translate(message("Needed"), language), "whole"),
        Column(translate(message("Missing"), language), "whole"),
        Column(translate(message("Planned"), language), "whole"),
        Column(translate(message("Foreseen"), language), "real"),
        Column(translate(message("At least, 8 cases in 10"), language), "real"),
        Column(translate(message("At most, 8 cases in 10"), language), "real"),
        Column(translate(message("Chance"), language), "share"),
        Column(
            translate(message("Cost of what is missing (assumed)"), language),
            "cents" if count_decimals(currency) else "money",
        ),
        Column(translate(message("Source"), language), "wide"),
    )
    rows = tuple(
        (
            translate(one.name, language),
            translate(SCOPE_NAMES[one.scope], language),
            translate(tell_count(one, language), language),
            stone.day, stone.by, stone.needed,
            stone.missing if one.is_recorded else None,
            stone.planned.count,
            stone.outlook.mean if stone.outlook else None,
            stone.outlook.low if stone.outlook else None,
            stone.outlook.high if stone.outlook else None,
            stone.chance if one.is_recorded else None,
            stone.cost_vnd if one.is_recorded else None,
            one.goal.source,
        )
        for one in standings
        for stone in one.milestones
    )  # fmt: skip
    return SheetTable(translate(message("Goals"), language), columns, rows, 1)


def _list_rows(
    standings: tuple[Standing, ...], province: Province, language: Language
) -> SheetTable:
    names = {str(site.site_id): site.name for site in province.sites}
    names |= {str(commune.code): commune.name for commune in province.communes}
    columns = (
        Column(translate(message("Goal"), language)),
        Column(translate(message("Figure"), language)),
        Column(translate(message("Where"), language)),
        Column(translate(message("Amount"), language), "whole"),
        Column(translate(message("File"), language)),
        Column(translate(message("Row"), language), "whole"),
        Column(translate(message("Id"), language)),
    )
    rows = tuple(
        (
            translate(one.name, language), translate(name, language),
            names.get(part.about, part.about), part.amount, row.file, row.line, row.key,
        )
        for one in list_own(standings)
        for name, figure in (
            (message("So far"), one.measure.value), (message("Of how much"), one.measure.whole),
        )
        for part in figure.parts
        for row in part.rows
    )  # fmt: skip
    return SheetTable(translate(message("Rows behind the goals"), language), columns, rows, 1)
