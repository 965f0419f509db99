"""`zone`: a commune is locked down."""

from pathlib import Path

import click

from commands.answers import show_applied
from commands.options import (
    AS_JSON,
    FROM,
    PROVINCE,
    TO,
    UNDO,
    Session,
    parse_day_option,
    verb,
)
from province.language import mark


@verb(
    "Say that nobody enters a commune, or that boxes are left at its gate. The same again with "
    "another --to changes the last day.\n\n"
    'Example: luanchuyen zone data/son-la "Mường Giôn" no_entry --from 2026-12-07 --to 2026-12-20'
)
@PROVINCE
@click.argument("commune", metavar="COMMUNE")
@click.argument("rule", type=click.Choice(("no_entry", "gate_drop")))
@FROM
@TO
@click.option("--note", default="", help=mark("What else should be known."))
@UNDO
@AS_JSON
def command(
    session: Session,
    folder: Path,
    commune: str,
    rule: str,
    from_day: str,
    to_day: str,
    note: str,
    undo: bool,
    as_json: bool,
) -> None:
    """Write the row of `zones.csv`, print it, its undoing, and whom it concerns."""
    from planning.happened.apply import apply_happening
    from planning.happened.lockdowns import Lockdown, lock_commune, unlock_commune
    from province.agenda import ZoneRule

    first, last = parse_day_option(from_day, "--from"), parse_day_option(to_day, "--to")
    told = Lockdown(commune, ZoneRule(rule), first, last, note)
    decide = unlock_commune if undo else lock_commune
    applied = apply_happening(folder, lambda province: decide(province, told))
    show_applied(session, folder, applied, as_json=as_json)
