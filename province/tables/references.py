"""Checks that ids stand once and that what rows refer to exists, faulty rows included.

Codes that lost their leading zeros in a spreadsheet program are mended: ``3646`` is ``03646``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from province.findings import Findings, advise_nearest_id
from province.journal import EntryType
from province.language import message
from province.places import SiteKind
from province.row_refs import RowRef
from province.tables.declared import REFERENCES, TABLES
from province.tables.files import RawRow
from province.tables.read import CheckedTable
from province.tables.row_faults import note_id

Tables = Mapping[str, CheckedTable[Any]]

HOMES = {
    "commune": "communes.geojson",
    "site": "libraries.csv",
    "depot": "libraries.csv (depot)",
    "home": "libraries.csv (depot, or site with handover_site)",
    "batch": "batches.csv",
    "vehicle": "vehicles.csv",
    "crew": "crews.csv",
    "category": "province.toml",
    "event": "calendar.csv",
    "course": "courses.csv",
    "fund": "funds.csv",
    "report": "province.toml, [[reports]]",
    "model": "models.csv",
    "staff": "staff.csv",
    "invitation": "invitations.csv",
    "area": "closure_areas.geojson",
    "segment": "roads.geojson / roads.gpkg",
    "ref": "roads.geojson / roads.gpkg",
}


KnownIds = Mapping[str, frozenset[str] | None]
"""The ids that rows may refer to, by what they name; None where they cannot be known."""


def gather_ids(
    tables: Tables,
    *,
    communes: frozenset[str] | None,
    categories: frozenset[str] | None,
    criteria: frozenset[str] | None,
    reports: frozenset[str] | None,
    segments: frozenset[str] | None,
    refs: frozenset[str] | None,
    areas: frozenset[str] | None,
) -> KnownIds:
    """Return every id that stands anywhere, in faulty rows too."""
    kinds = {kind.value for kind in SiteKind} - {SiteKind.DEPOT.value}
    libraries = tables["libraries.csv"]
    sites = _column(libraries, "site_id")
    depots = frozenset(
        row.cells["site_id"]
        for row in libraries.raw
        if "site_id" in row.cells and row.cells.get("kind") not in kinds
    )
    villages = frozenset(
        row.cells["site_id"]
        for row in libraries.raw
        if "site_id" in row.cells and row.cells.get("handover_site")
    )
    return {
        "home": None if sites is None else depots | villages,
        "commune": communes,
        "site": sites,
        "depot": None if sites is None else depots,
        "batch": _column(tables["batches.csv"], "batch_id"),
        "vehicle": _column(tables["vehicles.csv"], "vehicle_id"),
        "crew": _column(tables["crews.csv"], "crew_id"),
        "event": _column(tables["calendar.csv"], "entry_id"),
        "course": _column(tables["courses.csv"], "course_id"),
        "fund": _column(tables["funds.csv"], "fund_id"),
        "model": _column(tables["models.csv"], "model_id"),
        "staff": _column(tables["staff.csv"], "staff_id"),
        "invitation": _column(tables["invitations.csv"], "invitation_id"),
        "category": categories,
        "criterion": criteria,
        "report": reports,
        "area": areas,
        "segment": segments,
        "ref": refs,
    }


def _column(table: CheckedTable[Any], column: str) -> frozenset[str] | None:
    if not table.is_whole or column in table.absent:
        return None
    return frozenset(row.cells[column] for row in table.raw if column in row.cells)


def list_lines(tables: Tables, file: str, column: str) -> dict[str, int]:
    """Return the line of each id, the first one where an id stands twice."""
    lines: dict[str, int] = {}
    for row in tables[file].raw:
        lines.setdefault(row.cells.get(column, ""), row.line)
    return lines


def list_row_refs(tables: Tables, findings: Findings) -> dict[tuple[str, str], RowRef]:
    """Return where each row stands that an id of its own names, by table and id."""
    return {
        (file, key): RowRef(findings.names.get(file, file), key, line)
        for file, table in TABLES.items()
        if len(table.ids) == 1
        for key, line in list_lines(tables, file, table.ids[0]).items()
    }


def check_unique(tables: Tables, findings: Findings) -> None:
    """Add a finding for each row whose id an earlier row of the same table has."""
    for file, columns in ((name, table.ids) for name, table in TABLES.items() if table.ids):
        seen: dict[tuple[str, ...], int] = {}
        for row in tables[file].raw:
            key = tuple(row.cells.get(column, "") for column in columns)
            if "" not in key:
                note_id(key, seen, findings.at(file, row.line, columns[-1]), key[-1])


def check_references(tables: Tables, known: KnownIds, findings: Findings) -> None:
    """Add a finding for each cell that refers to what does not exist."""
    for file, column, what in REFERENCES:
        ids = known[what]
        if ids is None:
            continue
        for row in tables[file].raw:
            value = row.cells.get(column, "")
            if value and value not in ids and not row.is_torn:
                findings.at(file, row.line, column).add(
                    value,
                    expected=message("an id that stands in {where}", where=HOMES[what]),
                    advice=advise_nearest_id(value, ids),
                )
    _check_voids(tables["ledger.csv"].raw, findings)


def _check_voids(rows: tuple[RawRow, ...], findings: Findings) -> None:
    void = EntryType.VOID.value
    moves = {
        row.cells.get("entry_id", ""): row.cells.get("batch_id", "")
        for row in rows
        if row.cells.get("type") != void
    }
    for row in rows:
        if row.cells.get("type") != void or row.is_torn:
            continue
        target, batch = row.cells.get("voids", ""), row.cells.get("batch_id", "")
        if target not in moves:
            findings.at("ledger.csv", row.line, "voids").add(
                target,
                expected=message("an entry of the ledger that is no void itself"),
                advice=advise_nearest_id(target, [key for key in moves if key]),
            )
        elif moves[target] != batch:
            findings.at("ledger.csv", row.line, "batch_id").add(
                batch,
                expected=message("the batch of the entry it takes back, {id}", id=moves[target]),
                advice=message("correct the batch or the entry"),
            )


def mend_lost_zeros(
    tables: Mapping[str, CheckedTable[Any]], known: KnownIds, findings: Findings
) -> dict[str, CheckedTable[Any]]:
    """Return the tables with the codes that are known once zeros stand in front of them.

    One warning a column says how many were mended; what fits no known code, or two of them, stays
    as it is and is a fault of its own.
    """
    mended = dict(tables)
    for file, column, what in REFERENCES:
        full = _list_lost(known[what] or ())
        if full:
            mended[file] = mend_column(mended[file], file, column, full, findings)
    return mended


def _list_lost(ids: Iterable[str]) -> dict[str, str]:
    """Return the ids that begin with zeros, by what is left of them without; none in doubt."""
    known = frozenset(ids)
    by_rest: defaultdict[str, set[str]] = defaultdict(set)
    for key in known:
        if key.startswith("0") and key.isascii() and key.isdigit():
            by_rest[key.lstrip("0")].add(key)
    return {
        rest: next(iter(keys))
        for rest, keys in by_rest.items()
        if rest and rest not in known and len(keys) == 1
    }


def mend_column(
    table: CheckedTable[Any], file: str, column: str, full: Mapping[str, str], findings: Findings
) -> CheckedTable[Any]:
    """Return a table with the codes of a column that lost their zeros in full; one warning tells.

    Parameters
    ----------
    full
        The codes in full, by what is left of them.
    """
    lost = [row for row in table.raw if row.cells.get(column, "") in full and not row.is_torn]
    if not lost:
        return table
    first = lost[0].cells[column]
    findings.at(file, None, column).warn(
        first,
        expected=message(
            "codes with their leading zeros; {count} were mended, like {code}",
            count=len(lost),
            code=full[first],
        ),
        advice=message("format the column as text before the next change"),
    )
    return table.replace_cells(column, {row.line: full[row.cells[column]] for row in lost})
