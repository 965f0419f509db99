"""`compose`: new batches from the stock."""

from pathlib import Path

import click

from commands.answers import format_number, say, show_table, warn
from commands.options import AS_JSON, FILE, MONTH, PROVINCE, Session, parse_month, verb
from province.language import mark, message


@verb(
    "Compose new batches from the stock, for the libraries they will go to.\n\n"
    "Example: luanchuyen compose data/son-la --month 2026-12 --batches 4"
)
@PROVINCE
@MONTH
@click.option(
    "--stock",
    "stock_file",
    type=FILE,
    help=mark("Table (CSV) or MARC records (.mrc, .xml); stock.csv of the folder if left out."),
)
@click.option(
    "--batches",
    type=click.IntRange(1, 1000),
    help=mark("How many; as many as fill up if left out."),
)
@click.option("--prefix", default="C", show_default=True, help=mark("How the new ids begin."))
@click.option("--out", type=FILE, help=mark("Folder to write (composed)."))
@click.option("--force", is_flag=True, help=mark("Replace batches composed before."))
@AS_JSON
def command(
    session: Session,
    folder: Path,
    month: str,
    stock_file: Path | None,
    batches: int | None,
    prefix: str,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Compose, check, write three tables, print a row per batch."""
    from exports.tables.composition_csv import write_composition
    from planning.compose import (
        compose_for,
        describe_left_out,
        describe_unused,
        tabulate_composition,
    )
    from province.read.stock import STOCK_NAME, read_stock

    province, language = session.read(folder)
    stock = read_stock(stock_file or folder / STOCK_NAME, province.settings)
    warn(language, *(warning.as_message() for warning in stock.warnings))
    warn(language, *describe_left_out(stock))
    found = compose_for(province, stock, parse_month(month), batches=batches, prefix=prefix)
    target = out or folder / "composed"
    write_composition(province, found, target, language=language, overwrite=force)
    show_table(language, tabulate_composition(province, found), as_json=as_json)
    if as_json:
        return
    for answer in describe_unused(found, stock):
        say(language, answer)
    say(
        language,
        message(
            "{uses} uses a month when new, at most {bound}; gap {gap} %; written to {folder}",
            uses=format_number(found.plan.objective, language),
            bound=format_number(found.plan.bound, language),
            gap=format_number(100 * found.plan.gap, language),
            folder=str(target),
        ),
    )
