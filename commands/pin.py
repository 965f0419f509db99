"""`pin`: what is promised about a visit."""

from pathlib import Path

import click

from commands.answers import show_applied
from commands.line import line_language
from commands.options import AS_JSON, PROVINCE, UNDO, Session, parse_day_option, verb
from province.language import mark, message, translate


@verb(
    "Fix the day of a visit, who comes, or the days between which it lies: plan and replan keep "
    "it. With --undo the rows of these ids are deleted.\n\n"
    "Example: luanchuyen pin data/son-la SL-03820-TV-X --date 2026-12-05 --vehicle XT1"
)
@PROVINCE
@click.argument("names", nargs=-1, required=True, metavar="VISIT|SITE|PIN...")
@click.option(
    "--task", type=click.Choice(("exchange", "session", "kit", "training")), default=None,
    help=mark("Of a site: only visits with this task."),
)  # fmt: skip
@click.option("--date", help=mark("The day it is on, like 2026-12-25."))
@click.option("--vehicle", default="", help=mark("The vehicle that comes, by id."))
@click.option("--crew", default="", help=mark("The crew that comes, by id."))
@click.option("--not-before", help=mark("The first day on which it may be."))
@click.option("--not-after", help=mark("The last day on which it may be."))
@click.option("--note", default="", help=mark("What else should be known."))
@UNDO
@AS_JSON
def command(
    session: Session,
    folder: Path,
    names: tuple[str, ...],
    task: str | None,
    undo: bool,
    as_json: bool,
    vehicle: str,
    crew: str,
    note: str,
    **days: str | None,
) -> None:
    """Write the row of `visit_pins.csv`, print its undoing, and which visits are concerned."""
    from planning.happened.apply import apply_happening
    from planning.happened.happening import refuse_formula
    from planning.happened.visit_fixing import FILE, fix_visit, free_visits, list_planned_sites

    options = {"date": "--date", "not_before": "--not-before", "not_after": "--not-after"}
    cells = {
        column: parse_day_option(day, options[column]).isoformat()
        for column, day in days.items()
        if day
    }
    cells |= {"vehicle_id": vehicle, "crew_id": crew}
    if not undo and (len(names) > 1 or not any(cells.values())):
        lacking = message("a pin needs one visit or site, and what is fixed about it")
        raise click.UsageError(translate(lacking, line_language()))
    cells |= {"task": task or "", "note": refuse_formula(FILE, "note", note)}
    planned = list_planned_sites(folder)
    applied = apply_happening(
        folder,
        lambda province: (
            free_visits(province, planned, names)
            if undo
            else fix_visit(province, planned, names[0], cells)
        ),
    )
    show_applied(session, folder, applied, as_json=as_json)
