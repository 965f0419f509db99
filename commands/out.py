"""`out`: a vehicle or a crew is away."""

from pathlib import Path

import click

from commands.answers import show_applied
from commands.options import AS_JSON, FROM, PROVINCE, TO, UNDO, Session, parse_days, verb


@verb(
    "Say that a vehicle is off the road, or that a crew does not work.\n\n"
    "Example: luanchuyen out data/son-la vehicle XT1 --from 2026-12-07 --to 2026-12-13"
)
@PROVINCE
@click.argument("kind", type=click.Choice(("vehicle", "crew")))
@click.argument("name", metavar="ID|NAME")
@FROM
@TO
@UNDO
@AS_JSON
def command(
    session: Session,
    folder: Path,
    kind: str,
    name: str,
    from_day: str,
    to_day: str,
    undo: bool,
    as_json: bool,
) -> None:
    """Write the cell of `vehicles.csv` or `crews.csv`, print its undoing, and whom it concerns."""
    from planning.happened.absences import bring_back, take_out
    from planning.happened.apply import apply_happening

    span = parse_days(from_day, to_day)
    decide = bring_back if undo else take_out
    applied = apply_happening(folder, lambda province: decide(province, kind, name, span))
    show_applied(session, folder, applied, as_json=as_json)
