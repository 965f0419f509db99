"""`targets`: where the province stands to its goals, and what lacks."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.answers import format_number, say, show_json, show_table
from commands.options import AS_JSON, ON, PROVINCE, Session, verb
from province.language import Language, mark, message

if TYPE_CHECKING:
    from province.facts import Province

MOST_TOLD = 5


@verb(
    "Say where the province stands to the goals of its programme on a day: what counts, of how "
    "much, what is foreseen and how sure that is, what lacks, and what that would cost.\n\n"
    "Example: luanchuyen targets data/son-la --on 2026-12-31"
)
@PROVINCE
@ON
@click.option("--rows", "with_rows", is_flag=True, help=mark("List every row behind the figures."))
@click.option(
    "--promotion", "with_promotion", is_flag=True,
    help=mark("List for each library how much of what took place was reading promotion."),
)  # fmt: skip
@click.option(
    "--districts", "by_district", is_flag=True,
    help=mark("By district instead, on a day when there were any (old_units.csv)."),
)  # fmt: skip
@AS_JSON
def command(
    session: Session,
    folder: Path,
    on_text: str | None,
    with_rows: bool,
    with_promotion: bool,
    by_district: bool,
    as_json: bool,
) -> None:
    """Print the goals, what lacks where, and the money that is left; or promotion by library."""
    from planning.answers.goals import (
        describe_goals,
        tabulate_goals,
        tabulate_promotion,
        tabulate_rows,
        tabulate_shortfalls,
    )
    from programme.promotion import list_promotion
    from programme.standing import list_standings

    province, language = session.read(folder)
    on = session.day(province, on_text)
    if with_promotion:
        found = list_promotion(province, on)
        show_table(language, tabulate_promotion(found, province), as_json=as_json)
        return
    if by_district:
        show_districts(language, province, on, as_json=as_json)
        return
    standings = list_standings(province, on)
    if as_json:
        show_json(describe_goals(standings, province, on, language))
        return
    if not standings:
        say(language, message("province.toml names no goals; docs/settings.md says how: [[goals]]"))
        return
    show_numbers(language, tabulate_goals(standings, language))
    for table in sorted({one.table for one in standings if not one.is_recorded}):
        say(language, message("{file} has no row yet: nobody can say how much counts", file=table))
    places = tabulate_shortfalls(standings, province, language, most=MOST_TOLD)
    if places:
        click.echo()
        show_table(language, places, as_json=False)
    tell_money(language, province, on)
    if with_rows:
        click.echo()
        show_numbers(language, tabulate_rows(standings, language))


def show_districts(language: Language, province: "Province", on: date, *, as_json: bool) -> None:
    """Print where each district stood on a day, or until when there were any."""
    from planning.answers.goals import tabulate_districts
    from programme.districts import find_end, list_district_standings

    rows = tabulate_districts(list_district_standings(province, on), language)
    if as_json:
        show_json(rows)
    elif rows:
        show_numbers(language, rows)
    elif (end := find_end(province)) is not None and end < on:
        say(language, message("the last day with districts was {day}", day=end.isoformat()))
    else:
        say(language, message("old_units.csv names no district of that day"))


def show_numbers(language: Language, rows: list[dict[str, Any]]) -> None:
    """Print rows whose numbers are written as people of a language do."""
    shown = [
        {
            key: format_number(cell, language) if isinstance(cell, float) else cell
            for key, cell in row.items()
        }
        for row in rows
    ]
    show_table(language, shown, as_json=False)


def tell_money(language: Language, province: "Province", on: date) -> None:
    """Print what the funds that run on a day have left."""
    from exports.text.formats import format_amount
    from programme.money import list_balances

    for balance in list_balances(province, on):
        if on in balance.fund.span:
            text = message(
                "{fund}: {left} of {amount} {currency} left, until {day}",
                fund=balance.fund.name,
                left=format_amount(balance.left.value, balance.currency, language),
                amount=format_amount(balance.fund.amount, balance.currency, language),
                currency=balance.currency,
                day=balance.fund.until.isoformat(),
            )
            say(language, text)
