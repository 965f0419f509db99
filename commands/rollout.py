"""`rollout`: which communes get a library model in which year."""

from pathlib import Path

import click

from commands.answers import progress_bar, show_json, show_table, warn
from commands.options import (
    AS_JSON,
    PROVINCE,
    SEED,
    WORK,
    Session,
    parse_cells,
    parse_day_option,
    verb,
)
from province.language import mark


@verb(
    "Choose which communes get a library model in which year: goals first, then as many people as "
    "can be reached, within what can be set up, trained and paid in a year.\n\n"
    'Example: luanchuyen rollout data/son-la --until 2030 --pin "Mường Lạn=2027"'
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
    seed: int,
    work: float,
    as_json: bool,
) -> None:
    """Print the years, then the communes with their reasons."""
    from programme.rollout.ask import ask_rollout
    from programme.rollout.show import as_data, tabulate_models, tabulate_years, tell_sums

    province, language = session.read(folder)
    on = session.today(province) if on_day is None else parse_day_option(on_day)
    given = parse_cells(pins)
    with progress_bar(language) as progress:
        rollout = ask_rollout(
            province, on, until, pins=given, without=without, money_vnd=money,
            per_year=per_year, seed=seed, work=work, progress=progress,
        )  # fmt: skip
    if as_json:
        show_json(as_data(province, rollout))
        return
    show_table(language, tabulate_years(province, rollout), as_json=False)
    click.echo()
    show_table(language, tabulate_models(province, rollout), as_json=False)
    warn(language, *tell_sums(rollout))
