"""What happened and whom it concerns, as rows and as plain data."""

from typing import Any

from planning.happened.apply import Applied
from planning.happened.touched import Touched
from province.changes import Change, Edit, NewRow
from province.language import mark


def tabulate_visits(touched: Touched) -> list[dict[str, Any]]:
    """Return a row for each planned visit that is concerned."""
    return [
        {
            mark("date"): visit.day.isoformat(),
            mark("trip"): visit.trip_id,
            mark("site"): visit.site_id,
            mark("visit"): visit.visit_id,
            mark("vehicle"): visit.vehicle_id,
            mark("crew"): visit.crew_id,
        }
        for visit in touched.visits
    ]


def tabulate_stays(touched: Touched) -> list[dict[str, Any]]:
    """Return a row for each planned stay that is concerned: its batch is to come or to leave."""
    return [
        {
            mark("batch"): stay.batch_id,
            mark("site"): stay.site_id,
            mark("comes"): "" if stay.is_fetched else str(stay.month),
            mark("leaves"): str(stay.month) if stay.is_fetched else "",
            mark("trip"): stay.trip_id,
        }
        for stay in touched.stays
    ]


def summarise_applied(applied: Applied) -> dict[str, Any]:
    """Return what was written and whom it concerns, for `--json`."""
    return {
        "file": applied.file,
        "edits": [_summarise_edit(edit) for edit in applied.happening.edits],
        "visits": tabulate_visits(applied.touched),
        "stays": tabulate_stays(applied.touched),
        "unread": list(applied.touched.unread),
    }


def _summarise_edit(edit: Edit) -> dict[str, Any]:
    """Return a change of a row: its cells where it is new, none where it is gone."""
    if isinstance(edit, NewRow):
        return {"row": edit.row, "cells": dict(edit.cells)}
    if isinstance(edit, Change):
        return {"row": edit.row, "cells": {edit.column: edit.value}}
    return {"row": edit.row, "cells": None}
