"""`simulate`: what may become of a month's plan."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.answers import (
    format_money,
    format_number,
    progress_bar,
    say,
    show_json,
    show_lines,
    tell_changed,
)
from commands.options import AS_JSON, FILE, SEED, WORK, Session, parse_month, verb
from province.amounts import tell_amounts
from province.language import Language, Message, mark, message

MOST_TOLD = 5
"""Causes that are listed on the screen."""

if TYPE_CHECKING:
    from planning.simulate.simulate import Simulation
    from province.facts import Province


@verb(
    "Live a planned month many times over (roads shut, vehicles break down, crews fall ill, drives "
    "take longer), planning again whenever something happens: how much of the plan is kept.\n\n"
    "Example: luanchuyen simulate data/son-la --month 2026-12 --runs 200 --slack 20 --slack 30"
)
@click.argument("place", type=FILE, metavar="PLAN_OR_PROVINCE")
@click.option("--month", help=mark("The month, like 2026-12 (the latest plan if left out)."))
@click.option(
    "--runs", default=200, show_default=True, type=click.IntRange(1, 100_000),
    help=mark("How many months are lived."),
)  # fmt: skip
@click.option("--against", type=FILE, help=mark("Another plan of the month, in the same months."))
@click.option(
    "--slack", "buffers", multiple=True, type=click.IntRange(0, 600),
    help=mark("Minutes on each leg with which the month is planned once more; may be repeated."),
)  # fmt: skip
@click.option(
    "--spare-days", "spare", multiple=True, type=click.IntRange(1, 20),
    help=mark("Days kept free at the month's end, planned once more; may be repeated."),
)  # fmt: skip
@SEED
@WORK
@click.option("--out", type=FILE, help=mark("Folder to write (the plan's)."))
@click.option("--force", is_flag=True, help=mark("Replace a simulation that is there."))
@AS_JSON
def command(
    session: Session,
    place: Path,
    month: str | None,
    runs: int,
    against: Path | None,
    buffers: tuple[int, ...],
    spare: tuple[int, ...],
    seed: int,
    work: float,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Read plan and facts, live the month, write page and table, print the figures."""
    from exports.simulation.write import refuse_simulation, write_simulation
    from planning.find_plan import find_plan, find_province
    from planning.past.read import read_plans
    from planning.plan_facts import refuse_strange_names
    from planning.plan_file import read_plan
    from planning.simulate.simulate import Asked, simulate_month

    file = find_plan(place, parse_month(month) if month else None)
    plan = read_plan(file)
    home = find_province(file)
    province, language = session.read(home)
    other = None if against is None else read_plan(find_plan(against, plan.month))
    for one in (plan, other):
        if one is not None:
            refuse_strange_names(one, province)
    tell_changed(language, plan, province)
    target = out or file.parent
    refuse_simulation(target, overwrite=force)
    asked = Asked(runs, seed, buffers, spare, work)
    with progress_bar(language) as progress:
        found = simulate_month(
            province, read_plans(home, province, until=plan.month), plan, asked,
            against=other, progress=progress,
        )  # fmt: skip
    files = write_simulation(found, province, target, language=language, overwrite=force)
    if as_json:
        currency = province.settings.province.currency
        show_json(tell_amounts(summarise(found, files), currency))
    else:
        show_figures(language, found, province, target)


def summarise(found: "Simulation", files: tuple[Path, ...]) -> dict[str, Any]:
    """Return the figures for `--json`."""
    from dataclasses import asdict

    from planning.simulate.outcomes import (
        compare_costs,
        compare_made,
        rank_causes,
        rank_visits,
        sum_up,
    )

    runs = found.plan.runs
    told: dict[str, Any] = {
        "month": str(runs.given.plan.month),
        "seed": found.seed,
        "cut_short": found.is_cut_short,
        "plans": {one.key: asdict(sum_up(one.runs)) for one in found.all},
        "causes": [asdict(one) for one in rank_causes(runs)],
        "visits": [asdict(one) for one in rank_visits(runs)],
        "files": [path.as_posix() for path in files],
    }
    if found.against is not None:
        both = runs, found.against.runs
        told["against"] = {
            "made": asdict(compare_made(*both)),
            "cost_vnd": asdict(compare_costs(*both)),
        }
    return told


def show_figures(
    language: Language, found: "Simulation", province: "Province", target: Path
) -> None:
    """Print how much is kept, what does most harm, and what the other plans keep."""
    from exports.simulation.simulation_page import name_cause, tell_difference
    from planning.simulate.outcomes import rank_causes, sum_up

    sums = sum_up(found.plan.runs)
    currency = province.settings.province.currency

    def number(value: float) -> str:
        return format_number(value, language)

    lines: tuple[tuple[Message, object], ...] = (
        (message("months lived"), f"{sums.runs} / {found.plan.runs.wanted}"),
        (message("visits planned"), sums.planned),
        (message("visits kept"), f"{number(100 * sums.kept_share)} %"),
        (message("kept in nine months of ten"), f"{number(100 * sums.worst_tenth_share)} %"),
        (message("moved to another day"), number(sums.moved)),
        (message("at another hour of their day"), number(sums.shifted)),
        (
            message("added cost, {currency}", currency=currency),
            format_money(sums.added_vnd, currency, language),
        ),
        (message("hours after the end of the day"), number(sums.late_hours)),
        (message("planned again, times a month"), number(sums.replanned)),
        (message("files"), target),
    )
    show_lines(language, lines)
    for one in rank_causes(found.plan.runs)[:MOST_TOLD]:
        told = message(
            "{cause}: {times} times a month, {lost} visits lost, {moved} moved",
            cause=name_cause(one.cause, province),
            times=number(one.times), lost=number(one.lost), moved=number(one.moved),
        )  # fmt: skip
        say(language, told)
    for other in found.all[1:]:
        own = sum_up(other.runs)
        told = message(
            "{plan}: {planned} visits planned, {made} made ({share} % kept), cost {cost}",
            plan=other.name, planned=own.planned, made=number(own.made),
            share=number(100 * own.kept_share), cost=format_money(own.cost_vnd, currency, language),
        )  # fmt: skip
        say(language, told)
    if (sentence := tell_difference(found, language)) is not None:
        say(language, sentence)
