"""`compare`: plans and what-ifs of a month side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.answers import progress_bar, say, show_json, show_table, tell_changed, tell_past, warn
from commands.line import line_language
from commands.options import AS_JSON, FILE, SEED, Amount, Session, parse_month, verb
from province.language import Language, mark, message, translate

if TYPE_CHECKING:
    from planning.compare.comparison import Comparison


@verb(
    "Set plans and what-ifs of a month side by side: what differs, and what of that may be chance. "
    "A what-if is planned from the same facts with something changed; nothing is written into the "
    "province's tables.\n\n"
    "Example: luanchuyen compare data/son-la --month 2026-12 --with vehicle=XT1 "
    '--without vehicle=XB2 --with "crew.T3.members=3" --with duty_max_day_min=720 '
    "--budget 40000000 --growth 10\n\n"
    "Plans that are there: luanchuyen compare data/son-la/plans/2026-12 "
    "data/son-la/plans/2026-12/versions/001/plan.json"
)
@click.argument("places", type=FILE, nargs=-1, required=True, metavar="PROVINCE_OR_PLAN...")
@click.option("--month", help=mark("The month, like 2026-12 (the latest plan if left out)."))
@click.option(
    "--with", "more", multiple=True, metavar="NAME=VALUE",
    help=mark("A what-if: one more vehicle=ID or crew=ID like that one, SETTING=VALUE, or a cell "
              "like crew.ID.members=3; several at once with ' + ' between them. May be repeated."),
)  # fmt: skip
@click.option(
    "--without", "less", multiple=True, metavar="NAME=ID",
    help=mark("A what-if without a vehicle, crew, closure or pin; may be repeated."),
)  # fmt: skip
@click.option(
    "--budget", "budgets", multiple=True, metavar="MONEY",
    help=mark("A what-if whose trips cost no more than so much; may be repeated."),
)  # fmt: skip
@click.option(
    "--growth", type=Amount(0.1, 100),
    help=mark("Demand grows by so many per cent a year: which month is the first one that cannot "
              "be served."),
)  # fmt: skip
@click.option(
    "--seeds", "num_seeds", default=3, show_default=True, type=click.IntRange(1, 100),
    help=mark("Plans of each what-if, with so many seeds: what differs among them is chance."),
)  # fmt: skip
@SEED
@click.option(
    "--work", default=0.2, show_default=True, type=Amount(0.01, 100),
    help=mark("Effort of each plan; 1 is the usual one of a month."),
)  # fmt: skip
@click.option("--out", type=FILE, help=mark("Folder to write (plans/MONTH, or the first plan's)."))
@click.option("--force", is_flag=True, help=mark("Replace a comparison that is there."))
@AS_JSON
def command(
    session: Session,
    places: tuple[Path, ...],
    month: str | None,
    more: tuple[str, ...],
    less: tuple[str, ...],
    budgets: tuple[str, ...],
    growth: float | None,
    num_seeds: int,
    seed: int,
    work: float,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Read plans and what-ifs, plan these, write page and table, print the figures."""
    from exports.comparison.write import refuse_comparison, write_comparison
    from planning.compare.comparison import compare_plans
    from planning.compare.read import read_asked
    from planning.compare.what_ifs import WhatIfText

    texts = [WhatIfText("--with", text) for text in more]
    texts += [WhatIfText("--without", text) for text in less]
    texts += [WhatIfText("--budget", text) for text in budgets]
    wanted_month = parse_month(month) if month else None
    asked = read_asked(places, wanted_month, texts, plans_now=bool(texts) or growth is not None)
    if asked.count < 2 and growth is None:
        fault = message("two plans at least, or a what-if: --with, --without, --budget, --growth")
        raise click.UsageError(translate(fault, line_language()))
    language = session.speak(asked.province)
    for one in asked.written:
        tell_changed(language, one.plan, one.province)
    target = out or asked.folder
    refuse_comparison(target, overwrite=force)
    if asked.past is not None:
        tell_past(language, asked.past)
    seeds = tuple(range(seed, seed + num_seeds))
    with progress_bar(language) as progress:
        found = compare_plans(asked.written, asked.want(seeds, work, growth), progress=progress)
    files = write_comparison(found, target, language=language, overwrite=force)
    if found.is_cut_short:
        warn(language, message("stopped before the end: what was planned until then is told"))
    if as_json:
        show_json(summarise(found, language, files))
    else:
        show_comparison(language, found, target)


def summarise(found: "Comparison", language: Language, files: tuple[Path, ...]) -> dict[str, Any]:
    """Return everything for `--json`."""
    from dataclasses import asdict

    from planning.compare.differences import compare_figures, compare_sites
    from planning.compare.measures import FIGURES

    columns = []
    for number, column in enumerate(found.columns):
        base = found.base.outcomes
        steps = compare_figures(base, column.outcomes) if number else ()
        told: dict[str, Any] = {
            "key": column.key,
            "name": translate(column.name, language),
            "written": column.is_written,
            "plans": [
                {"seed": one.seed}
                | dict(zip((figure.key for figure in FIGURES), one.figures, strict=False))
                | {"no_plan": [translate(text, language) for text in one.failed]}
                for one in column.outcomes
            ],
        }
        if number:
            names = (figure.key for figure in FIGURES)
            told["against"] = {k: asdict(s) for k, s in zip(names, steps, strict=False)}
            told["sites"] = [asdict(one) for one in compare_sites(base, column.outcomes)]
        if (own := column.endurance) is not None:
            told["growth"] = asdict(own) | {
                "holds_until": str(own.holds_until),
                "fails_in": own.fails_in and str(own.fails_in),
                "limits": [
                    {"code": one.code, "visits": one.visits,
                     "example": translate(one.example, language)}
                    for one in own.limits
                ],
            }  # fmt: skip
        columns.append(told)
    return {
        "month": str(found.month),
        "seeds": found.seeds,
        "work": found.work,
        "cut_short": found.is_cut_short,
        "columns": columns,
        "files": [path.as_posix() for path in files],
    }


def show_comparison(language: Language, found: "Comparison", target: Path) -> None:
    """Print what is compared, the figures, what differs surely, and how long demand may grow."""
    from exports.comparison.tell import (
        list_rows,
        tell_column,
        tell_endurance,
        tell_method,
    )

    for column in found.columns:
        say(language, message("{key}: {what}", key=column.key, what=column.name))
    rows = [
        {mark("figure"): translate(figure.say(found.base.province), language)}
        | {
            column.key: f"{cell.value}  {cell.step}".rstrip()
            for column, cell in zip(found.columns, cells, strict=True)
        }
        for figure, cells in list_rows(found, language)
    ]
    show_table(language, rows, as_json=False)
    say(language, tell_method(found))
    for column in found.columns[1:]:
        say(language, tell_column(found, column, language))
    for column in found.columns:
        if (told := tell_endurance(column, language)) is not None:
            say(language, told)
    say(language, message("page and table: {folder}", folder=str(target)))
