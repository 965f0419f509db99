"""Applies a change of one cell to the facts, read as the folder's own cells are read."""

import dataclasses
import json
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter

from province.changes import Change
from province.facts import Province
from province.fleet import VehicleKind
from province.tables.rows import (
    CalendarRow,
    CrewRow,
    KitRow,
    LibraryRow,
    PinRow,
    Row,
    VehicleRow,
    ZoneRow,
)

TABLES: dict[str, tuple[str, type[Row]]] = {
    "libraries.csv": ("sites", LibraryRow),
    "vehicles.csv": ("vehicles", VehicleRow),
    "crews.csv": ("crews", CrewRow),
    "kits.csv": ("kits", KitRow),
    "calendar.csv": ("calendar", CalendarRow),
    "visit_pins.csv": ("pins", PinRow),
    "zones.csv": ("zones", ZoneRow),
}
"""Where the facts hold the rows of a file, and what reads them; the first column is the key."""

FIELDS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "sessions": lambda yes: {"can_hold_sessions": yes},
    "start_date": lambda day: {"start": day},
    "date": lambda day: {"day": day},
    "drives": lambda words: {"drives": tuple(VehicleKind(word) for word in words)},
    "takes": lambda takes: {
        "takes_rotation": takes in ("rotation", "both"),
        "takes_sessions": takes in ("session", "both"),
    },
}
"""The columns that the facts hold otherwise than by their name and value."""


def apply_change(province: Province, change: Change) -> Province:
    """Return the facts as they are once a cell is changed.

    Raises
    ------
    LookupError
        If there is no such row or column.
    ValueError
        If the cell cannot hold the value.
    """
    if change.file == "province.toml":
        part: BaseModel = getattr(province.settings, change.row)
        value = _read_cell(type(part), change.column, json.loads(change.value))
        changed = part.model_copy(update={change.column: value})
        settings = province.settings.model_copy(update={change.row: changed})
        return dataclasses.replace(province, settings=settings)
    name, row = TABLES[change.file]
    key, rows = next(iter(row.model_fields)), getattr(province, name)
    number = [getattr(one, key) for one in rows].index(change.row)
    value = _read_cell(row, change.column, change.value)
    fields = FIELDS.get(change.column, lambda same: {change.column: same})(value)
    changed_row = dataclasses.replace(rows[number], **fields)
    changed_rows: dict[str, Any] = {name: (*rows[:number], changed_row, *rows[number + 1 :])}
    return dataclasses.replace(province, **changed_rows)


def _read_cell(model: type[BaseModel], column: str, value: Any) -> Any:
    field = model.model_fields[column]
    if value == "":
        return field.default
    kind: Any = Annotated[field.annotation, field]
    return TypeAdapter(kind).validate_python(value)
