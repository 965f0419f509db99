"""Reads what the map forbids: closures by conditions, and turns."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from province.dates import DAY_MIN
from province.findings import Findings
from province.ids import ClosureId, SegmentId
from province.roads import Closure, ClosureEffect, Turn
from province.tables.row_faults import check_row
from province.tables.rows import MapClosureRow, Row, TurnRow


def read_map_closures(
    rows: Sequence[dict[str, Any]], file: str, known: Collection[str], findings: Findings
) -> tuple[Closure, ...]:
    """Return the closures of the table `closures` of a GeoPackage of roads, sorted by id.

    Rows with the same `closure_id` are one closure; segments that are no longer there are left out.

    Parameters
    ----------
    rows
        The rows of the table.
    file
        Its file, for the findings.
    known
        Ids of the segments.
    """
    groups = _group(MapClosureRow, "closure_id", rows, f"{file} closures", findings)
    kept = ([row for row in own if row.segment_id in known] for own in groups)
    return tuple(_build(own) for own in kept if own)


def _group(
    model: type[Row], key: str, rows: Iterable[dict[str, Any]], table: str, findings: Findings
) -> list[list[Any]]:
    """Return the rows without a fault, those of each id together, by id."""
    groups: dict[str, list[Any]] = {}
    for number, cells in enumerate(rows, 1):
        row: Any = check_row(model, cells, findings.at(table, number))
        if row is not None:
            groups.setdefault(getattr(row, key), []).append(row)
    return [groups[name] for name in sorted(groups)]


def _build(rows: list[MapClosureRow]) -> Closure:
    row = rows[0]
    return Closure(
        closure_id=ClosureId(row.closure_id),
        segment_id=None,
        ref="",
        km_from=None,
        km_to=None,
        commune_code=None,
        first_day=date.min,
        last_day=None,
        from_minute=0,
        to_minute=DAY_MIN,
        effect=ClosureEffect.SHUT,
        reason=row.reason,
        source="OpenStreetMap",
        segment_ids=tuple(sorted({SegmentId(own.segment_id) for own in rows})),
        hours=row.hours,
        is_outside_hours=row.outside_hours,
        vehicles=row.vehicles,
        max_t=row.max_t,
        max_height_m=row.max_height_m,
        max_width_m=row.max_width_m,
    )


def read_turns(
    rows: Sequence[dict[str, Any]], file: str, known: Collection[str], findings: Findings
) -> tuple[Turn, ...]:
    """Return the turns of the table `turns` of a GeoPackage of roads, sorted by id.

    Rows with the same `turn_id` are one turn, in the order of their steps. A turn over a segment
    that is no longer there is left out: nobody can make it.
    """
    turns = []
    for group in _group(TurnRow, "turn_id", rows, f"{file} turns", findings):
        own = sorted(group, key=lambda row: row.step)
        if len(own) > 1 and all(row.segment_id in known for row in own):
            steps = tuple((SegmentId(row.segment_id), row.forward) for row in own)
            turns.append(Turn(own[0].turn_id, steps, own[0].vehicles, own[0].hours))
    return tuple(turns)
