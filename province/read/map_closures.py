"""Reads what the map forbids: closures by conditions, and turns."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from province.dates import DAY_MIN
from province.findings import Findings
from province.ids import ClosureId, SegmentId
from province.roads import Closure, ClosureEffect, Turn
from province.tables.row_faults import add_faults
from province.tables.rows import MapClosureRow, TurnRow


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
    first: dict[str, MapClosureRow] = {}
    segments: dict[str, list[SegmentId]] = {}
    for number, cells in enumerate(rows, 1):
        try:
            row = MapClosureRow.model_validate(cells)
        except ValidationError as error:
            add_faults(error, f"{file} closures", number, cells, findings)
            continue
        if row.segment_id in known:
            first.setdefault(row.closure_id, row)
            segments.setdefault(row.closure_id, []).append(SegmentId(row.segment_id))
    return tuple(_build(first[key], segments[key]) for key in sorted(first))


def _build(row: MapClosureRow, segments: list[SegmentId]) -> Closure:
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
        segment_ids=tuple(sorted(set(segments))),
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
    steps: dict[str, list[TurnRow]] = {}
    for number, cells in enumerate(rows, 1):
        try:
            row = TurnRow.model_validate(cells)
        except ValidationError as error:
            add_faults(error, f"{file} turns", number, cells, findings)
            continue
        steps.setdefault(row.turn_id, []).append(row)
    turns = []
    for turn_id in sorted(steps):
        own = sorted(steps[turn_id], key=lambda row: row.step)
        if len(own) > 1 and all(row.segment_id in known for row in own):
            named = tuple((SegmentId(row.segment_id), row.forward) for row in own)
            turns.append(Turn(turn_id, named, own[0].vehicles, own[0].hours))
    return tuple(turns)
