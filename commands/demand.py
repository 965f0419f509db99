"""`demand`: expected uses per library and category."""

from pathlib import Path

from commands.answers import show_table
from commands.options import AS_JSON, MONTH, PROVINCE, Session, parse_month, verb


@verb(
    "Show the expected uses per library and category.\n\n"
    "Example: luanchuyen demand data/son-la --month 2026-12"
)
@PROVINCE
@MONTH
@AS_JSON
def command(session: Session, folder: Path, month: str, as_json: bool) -> None:
    """Print prior, seen and posterior demand."""
    from planning.demand import tabulate_demand

    province, language = session.read(folder)
    rows = tabulate_demand(province, parse_month(month))
    show_table(language, rows, as_json=as_json)
