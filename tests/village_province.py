"""The small province, changed so that only motorbikes reach TV3 (Suối Ngọc).

The road from TV4 (Bến Phà, 14 km) and the track from TV2 are 1.2 m wide. TV3's boxes are handed
over at TV4; its own motorbike XE4 carries one box at a time.
"""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

from conftest import SMALL

BIKE = {
    "vehicle_id": "XE4", "name": "Xe máy Suối Ngọc", "kind": "motorbike", "depot_id": "TV3",
    "capacity_boxes": "1", "capacity_kg": "20", "shelf_books": "0", "sessions": "không",
    "seats": "2", "width_m": "0.8", "gross_t": "0.3", "max_grade_pct": "25",
    "cost_vnd_per_km": "2000", "cost_vnd_per_day": "50000",
}  # fmt: skip


def make_village(folder: Path, *, handover: str = "TV4", **bike: Any) -> Path:
    """Return a copy of the small province in which TV3 is a village beyond a hand-over site."""
    shutil.copytree(SMALL, folder)
    edit_table(folder / "libraries.csv", {"TV3": {"handover_site": handover}})
    edit_table(folder / "vehicles.csv", {}, BIKE | bike)
    path = folder / "roads.geojson"
    roads = json.loads(path.read_text(encoding="utf-8"))
    for feature in roads["features"]:
        if feature["properties"]["segment_id"] in ("S04", "S08"):
            feature["properties"]["width_m"] = 1.2
    path.write_text(json.dumps(roads, ensure_ascii=False), encoding="utf-8")
    return folder


def edit_table(path: Path, changes: dict[str, dict[str, str]], *more: dict[str, str]) -> None:
    """Change cells of the rows with some ids (first column), and add rows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    key = next(iter(rows[0]))
    for row in rows:
        row |= changes.get(row[key], {})
    rows += more
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def pin_batch(folder: Path) -> Path:
    """Ask that B4 (2 boxes) stands in TV3 from December on, where B1 (2 boxes) stands now."""
    cells = {"pinned_site": "TV3", "pinned_until": "2027-03-31"}
    edit_table(folder / "batches.csv", {"B4": cells})
    return folder
