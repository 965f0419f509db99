"""`close`: a road is shut, one-lane or dry-only."""

from pathlib import Path

import click

from commands.answers import show_applied
from commands.options import AS_JSON, FROM, PROVINCE, Session, parse_day_option, verb
from province.language import mark


@verb(
    "Say that a road is closed, and see which planned visits and stays it concerns. The same "
    "again with another --to or --reason changes the closure.\n\n"
    "Example: luanchuyen close data/son-la QL279D --km 44.125 --from 2026-12-25 --to 2026-12-29 "
    '--reason "sạt lở"'
)
@PROVINCE
@click.argument("road", metavar="ROAD|SEGMENT")
@click.option("--km", help=mark("Kilometre post, like 44.125 or 44+125, or two like 50..60."))
@FROM
@click.option("--to", "to_day", help=mark("Last day (until further notice if left out)."))
@click.option(
    "--effect",
    type=click.Choice(("shut", "one_lane", "dry_only")),
    default="shut",
    show_default=True,
    help=mark("What it does to the road."),
)
@click.option("--hours", default="", help=mark("Hours of each day, like 07:00-17:00 (all day)."))
@click.option("--reason", required=True, help=mark("Why; maps and reasons say it."))
@click.option("--source", default="", help=mark("Who said so."))
@AS_JSON
def command(
    session: Session,
    folder: Path,
    road: str,
    km: str | None,
    from_day: str,
    to_day: str | None,
    effect: str,
    hours: str,
    reason: str,
    source: str,
    as_json: bool,
) -> None:
    """Write the row of `closures.csv`, print it, its undoing, and whom it concerns."""
    from planning.happened.apply import apply_happening
    from planning.happened.shut_roads import Shutting, close_road
    from province.roads import ClosureEffect

    told = Shutting(
        road=road,
        km=km,
        first_day=parse_day_option(from_day, "--from"),
        last_day=parse_day_option(to_day, "--to") if to_day else None,
        effect=ClosureEffect(effect),
        reason=reason,
        hours=hours,
        source=source,
    )
    applied = apply_happening(folder, lambda province: close_road(province, told))
    show_applied(session, folder, applied, as_json=as_json)
