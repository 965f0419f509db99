"""`reopen`: a closed road is open again."""

from pathlib import Path

import click

from commands.answers import show_applied
from commands.options import AS_JSON, PROVINCE, Session, parse_day_option, verb
from province.language import mark


@verb(
    "Say that a closed road is open again from a day on, or never was closed.\n\n"
    "Example: luanchuyen reopen data/son-la QL279D --km 44.125 --from 2026-12-28"
)
@PROVINCE
@click.argument("name", metavar="CLOSURE|ROAD")
@click.option("--km", help=mark("Kilometre post, where a road is closed in several places."))
@click.option(
    "--from",
    "from_day",
    help=mark("First day on which it is open (the closure is deleted if left out)."),
)
@AS_JSON
def command(
    session: Session,
    folder: Path,
    name: str,
    km: str | None,
    from_day: str | None,
    as_json: bool,
) -> None:
    """End or delete the row of `closures.csv`, print its undoing, and whom it concerns."""
    from planning.happened.apply import apply_happening
    from planning.happened.shut_roads import reopen_road

    day = parse_day_option(from_day, "--from") if from_day else None
    applied = apply_happening(folder, lambda province: reopen_road(province, name, km, day))
    show_applied(session, folder, applied, as_json=as_json)
