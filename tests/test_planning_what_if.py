"""A change that applies itself gives the facts that the folder gives once its cell is written."""

import dataclasses
import shutil
from pathlib import Path

import pytest
from test_planning_fixes import set_cell

from planning.what_if import apply_change
from province.changes import Change
from province.read import read_province

SMALL = Path(__file__).parent / "small"
CHANGES = (
    Change("libraries.csv", "TV1", "hours", "Mo-Fr 07:30-11:30; Tu 07:30-13:00"),
    Change("libraries.csv", "TV1", "lodging_beds", "3"),
    Change("libraries.csv", "TV1", "session_min", "90"),
    Change("libraries.csv", "TV2", "takes", "none"),
    Change("libraries.csv", "TV2", "enrolled_until", ""),
    Change("vehicles.csv", "XE1", "sessions", "no"),
    Change("vehicles.csv", "XE2", "capacity_kg", "1250"),
    Change("vehicles.csv", "XE1", "unavailable", "2026-12-01..2026-12-03|2026-12-09..2026-12-09"),
    Change("crews.csv", "D1", "members", "2"),
    Change("crews.csv", "D1", "drives", "bus|truck"),
    Change("crews.csv", "D1", "days_off", ""),
    Change("kits.csv", "BO1", "due_date", "2026-12-31"),
    Change("calendar.csv", "LICH5", "effect", "note"),
    Change("province.toml", "trips", "max_nights", "3"),
    Change("province.toml", "trips", "daylight_only", "false"),
    Change("province.toml", "trips", "work_weekdays", '["Mo", "Tu", "We", "Th", "Fr", "Sa"]'),
    Change("province.toml", "service", "check_days", "0"),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: f"{one.file} {one.column}")
def test_the_change_that_is_tried_is_the_one_that_is_written(change, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "p"))
    before = read_province(folder)
    set_cell(folder, change.file, change.row, change.column, change.value)
    after = read_province(folder)
    assert apply_change(before, change) == dataclasses.replace(after, folder=before.folder)


def test_what_a_cell_cannot_hold_is_refused(small) -> None:
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        apply_change(small, Change("libraries.csv", "TV1", "lodging_beds", "-1"))
    with pytest.raises(ValueError, match="not in"):
        apply_change(small, Change("vehicles.csv", "XE99", "seats", "4"))
