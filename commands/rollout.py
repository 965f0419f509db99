"""`rollout`: which communes get a library model in which year."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import progress_bar, say, show_json, show_table, warn
from commands.options import (
    AS_JSON,
    FILE,
    PROVINCE,
    SEED,
    WORK,
    Session,
    parse_cells,
    parse_day_option,
    verb,
)
from province.language import Language, mark, message

if TYPE_CHECKING:
    from planning.rollout_months.asked_months import AskedMonths
    from planning.rollout_months.try_months import MonthsCheck
    from programme.rollout.plan import Rollout
    from province.facts import Province


@verb(
    "Choose which communes get a library model in which year: goals first, then as many people as "
    "can be reached, within what can be set up, trained and paid in a year.\n\n"
    'Example: luanchuyen rollout data/son-la --until 2030 --pin "Mường Lạn=2027" '
    "--check 2026,2028,2030 --vehicle XB1 --out rollout"
)
@PROVINCE
@click.option("--until", type=click.IntRange(1900, 2200), required=True,
              help=mark("The last year that is planned, like 2030."))  # fmt: skip
@click.option("--on", "on_day", help=mark("The day from which it is planned (today)."))
@click.option(
    "--pin", "pins", multiple=True,
    help=mark("A commune and the year in which its model begins, like 03712=2027."),
)  # fmt: skip
@click.option("--without", "without", multiple=True,
              help=mark("A commune that gets no model."))  # fmt: skip
@click.option("--money", type=click.FloatRange(min=0),
              help=mark("Money for models and training in a year, beside the funds."))  # fmt: skip
@click.option("--per-year", type=click.IntRange(min=1),
              help=mark("Models that can be set up in a year."))  # fmt: skip
@click.option(
    "--check", "checked", metavar="YEARS",
    help=mark("Plan a typical month at the end of these years, like 2026,2028,2030: whether the "
              "vehicles suffice, until when, and what would have to be bought."),
)  # fmt: skip
@click.option("--vehicle", "vehicles", multiple=True,
              help=mark("Check with this vehicle alone; may be repeated."))  # fmt: skip
@click.option("--out", type=FILE, help=mark("Folder to write rollout.html and tables into."))
@click.option("--force", is_flag=True, help=mark("Replace a rollout that is there."))
@SEED
@WORK
@AS_JSON
def command(
    session: Session,
    folder: Path,
    until: int,
    on_day: str | None,
    pins: tuple[str, ...],
    without: tuple[str, ...],
    money: float | None,
    per_year: int | None,
    checked: str | None,
    vehicles: tuple[str, ...],
    out: Path | None,
    force: bool,
    seed: int,
    work: float,
    as_json: bool,
) -> None:
    """Print the years, then the communes with their reasons, then the months that were planned."""
    from planning.rollout_months.asked_months import read_check
    from programme.rollout.ask import ask_rollout

    province, language = session.read(folder)
    on = session.today(province) if on_day is None else parse_day_option(on_day)
    given = parse_cells(pins)
    asked = read_check(province, checked, vehicles, first=on.year, last=until)
    if out is not None:
        from exports.rollout.write import refuse_rollout

        refuse_rollout(out, overwrite=force)
    with progress_bar(language) as progress:
        rollout = ask_rollout(
            province, on, until, pins=given, without=without, money_vnd=money,
            per_year=per_year, seed=seed, work=work, progress=progress,
        )  # fmt: skip
    check = check_vehicles(language, province, rollout, on, asked, work) if asked.months else None
    paths: tuple[Path, ...] = ()
    if out is not None:
        from exports.rollout.write import write_rollout

        paths = write_rollout(rollout, province, check, out, language=language, overwrite=force)
    if as_json:
        describe(province, rollout, check)
        return
    tell(language, province, rollout, check)
    if out is not None:
        say(language, message("{count} files in {folder}", count=len(paths), folder=str(out)))


def check_vehicles(
    language: Language,
    province: "Province",
    rollout: "Rollout",
    on: date,
    asked: "AskedMonths",
    work: float,
) -> "MonthsCheck":
    """Plan the months that are asked about."""
    from planning.rollout_months.try_months import MonthChecker

    with progress_bar(language) as progress:
        checker = MonthChecker(province, rollout, on, vehicles=asked.vehicles, work=work)
        return checker.check(asked.months, progress)


def describe(province: "Province", rollout: "Rollout", check: "MonthsCheck | None") -> None:
    """Print everything for programs."""
    from planning.rollout_months.month_rows import as_months
    from programme.rollout.show import as_data

    months = {} if check is None else {"check": as_months(check)}
    show_json(as_data(province, rollout) | months)


def tell(
    language: Language, province: "Province", rollout: "Rollout", check: "MonthsCheck | None"
) -> None:
    """Print the tables, and what they do not say."""
    from planning.rollout_months.month_rows import tabulate_months, tell_check
    from programme.rollout.show import tabulate_models, tabulate_years, tell_sums

    show_table(language, tabulate_years(province, rollout), as_json=False)
    click.echo()
    show_table(language, tabulate_models(province, rollout), as_json=False)
    if check is not None:
        click.echo()
        show_table(language, tabulate_months(check), as_json=False)
        for text in tell_check(check):
            say(language, text)
    warn(language, *tell_sums(rollout))
