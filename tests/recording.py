"""Records result sheets of one trip in a copy of the small province."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from result_sheets import make_trip_plan, write_sheet

from planning.answers.whereabouts import tabulate_places
from planning.record.results import Recorded, record_results
from province.dates import Month
from province.errors import LedgerError
from province.facts import Province
from province.findings import Findings
from province.journal import LedgerEntry, standing_entries
from province.ledger import append
from province.ledger.append import Additions, record_additions
from province.ledger.chain import extend_chain
from province.ledger.database import open_writing
from province.ledger.ledger_lines import Ledger, append_rows, encode_additions, select_lines
from province.ledger.place import LEDGER_NAME, LedgerPlace, find_place
from province.read import read_province
from province.read.settings import read_settings
from province.result_sheets.read import read_results
from province.results import Settlement

DECEMBER = Month(2026, 12)
REPORTED, PLANNED, RECORDED = Settlement
AFTER = {"B1": "TV3", "B2": "TV4", "B3": "TV2", "B4": "KHO", "B5": "TV1", "B6": "KHO"}
"""Where the batches are when the whole trip went as planned."""


def place_of(folder: Path) -> LedgerPlace:
    """Return where the ledger of a folder lies."""
    return find_place(folder, read_settings(folder, Findings()).settings)


def read_ledger(folder: Path) -> Ledger | None:
    return append.read_ledger(place_of(folder))


def run_sql(folder: Path, statement: str, *more: str) -> None:
    """Run statements on the database of a ledger, past the program; keep what they do."""
    with open_writing(place_of(folder)) as database:
        for one in (statement, *more):
            database.write(one, [{}])


def add_rows(folder: Path, entries: Sequence[LedgerEntry]) -> None:
    """Append entries that nobody has checked, with their chain."""
    with open_writing(place_of(folder)) as database:
        lines = select_lines(database)
        rows = encode_additions(lines, entries, ())
        chain = (*lines.whole_chain, *extend_chain(lines.whole_chain, rows))
        append_rows(database, lines, rows, chain)


def record_entries(province: Province, entries: Sequence[LedgerEntry]) -> int:
    """Append entries to the province's ledger; return how many were new."""
    return len(record_additions(province, lambda ledger: Additions(tuple(entries))).entries)


def record(
    folder: Path,
    edits: dict[int, Any] | None = None,
    *more: dict[str, Any],
    name: str = "T01.csv",
    **options: Any,
) -> Recorded:
    province = read_province(folder)
    path = write_sheet(folder / name, edits or {}, *more)
    return record_results(
        province, read_results(path, province), {DECEMBER: make_trip_plan(province)}, **options
    )


def places(folder: Path, on: date | None = None) -> dict[str, str]:
    return {row["batch"]: row["site"] for row in tabulate_places(read_province(folder), on)}


def new_entries(folder: Path) -> list[LedgerEntry]:
    ledger = read_ledger(folder)
    assert ledger is not None
    return [e for e in standing_entries(ledger.entries) if e.entry_id.startswith("R")]


def conflicts(folder: Path, edits: dict[int, Any], *more: dict[str, Any], **options: Any) -> str:
    """Return what is said; nothing may have been recorded."""
    before = (folder / LEDGER_NAME).read_bytes() if (folder / LEDGER_NAME).exists() else b""
    with pytest.raises(LedgerError) as caught:
        record(folder, edits, *more, **options)
    after = (folder / LEDGER_NAME).read_bytes() if (folder / LEDGER_NAME).exists() else b""
    assert after == before
    assert caught.value.exit_code == 5
    return str(caught.value)
