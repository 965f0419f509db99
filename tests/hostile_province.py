"""Makes province folders whose every text is an attack: markup, formulas, paths, long names.

`write_hostile_folder` damages the small province's files, so that what the tests see has come
through the reader as a planner's own files would.
"""

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

from planning.plan import Plan
from province.ids import TripId

SMALL = Path(__file__).parent / "small"

HOSTILE: dict[str, str] = {
    "script": "<script>window.hacked=1;alert(1)</script>",
    "image": "</script></style></title><img src=x onerror=window.hacked=1>\u2028\u2029",
    "quotes": "\"'><svg onload=window.hacked=1> {{7*7}} ${7*7} {site} &amp; `%s",
    "formula": '=HYPERLINK("http://evil.example","đọc")',
    "plus": "+1+cmd' /C calc'!A0",
    "at": "@SUM(1+1)*cmd",
    "right_to_left": "\u0647\u062c\u0645\u0627\u062a\u200f abc",
    "emoji": "\U0001f4da\U0001f469\u200d\U0001f3eb\U0001f1fb\U0001f1f3 sách e\u0301\u0323",
    "long": "Xã" + "dài" * 100,
    "path": "../../etc/passwd",
    "windows_path": "C:\\con\\aux.html:x",
    "lines": "một\r\nEND:VEVENT\r\nBEGIN:VEVENT\nhai\tba",
}
"""Texts that documents must show as texts, by what they try.

Overrides of the writing direction are not among them: tables refuse these, see
`test_province_bounds`.
"""

HOSTILE_TOGETHER = (
    "script image quotes", "formula plus at path windows_path lines", "right_to_left emoji", "long",
)  # fmt: skip
"""Names of texts that can be tried in one go, where every try is slow."""

FREE_TEXTS = frozenset({
    "name", "phone", "keyholder", "note", "owner", "title", "reason", "source", "ref", "hazard",
    "network", "old_units", "seat_source",
})  # fmt: skip
"""Columns and properties in which planners write what they like."""

IDS = frozenset({
    "site_id", "batch_id", "title_id", "vehicle_id", "crew_id", "kit_id", "closure_id",
    "segment_id", "entry_id", "zone_id", "depot_id", "from_site", "to_site", "pinned_site",
    "voids", "trip_id",
})  # fmt: skip
"""Columns that name something; all get the same text in front, so that they still fit together."""


def write_hostile_folder(folder: Path, text: str, *, in_ids: bool = False) -> Path:
    """Write the small province with a text in every text field; return the folder.

    Parameters
    ----------
    folder
        Made here; must not exist.
    in_ids
        Whether ids get the text in front as well.
    """
    shutil.copytree(SMALL, folder)
    for path in sorted(folder.glob("*.csv")):
        _damage_table(path, text, in_ids=in_ids)
    for name in ("roads.geojson", "communes.geojson"):
        _damage_features(folder / name, text, in_ids=in_ids)
    settings = folder / "province.toml"
    written = json.dumps(text, ensure_ascii=False)
    pattern = r'(?m)^(name|organisation|phone|subject) = ".*"$'
    settings.write_text(
        re.sub(pattern, lambda found: f"{found[1]} = {written}", settings.read_text("utf-8")),
        encoding="utf-8", newline="\n",
    )  # fmt: skip
    return folder


def rename_trips(plan: Plan, text: str) -> Plan:
    """Return the plan with a text in front of every trip's id; ids name files."""

    def name(trip_id: str) -> TripId:
        return TripId(f"{text} {trip_id}" if trip_id else "")

    trips = tuple(replace(trip, trip_id=name(trip.trip_id)) for trip in plan.trips.trips)
    deliveries = tuple(replace(row, trip_id=name(row.trip_id)) for row in plan.deliveries)
    return replace(plan, trips=replace(plan.trips, trips=trips), deliveries=deliveries)


def _damage_table(path: Path, text: str, *, in_ids: bool) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
        file.seek(0)
        head = next(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head)
        writer.writeheader()
        writer.writerows(
            {key: _damage(key, value, text, in_ids=in_ids) for key, value in row.items()}
            for row in rows
        )


def _damage_features(path: Path, text: str, *, in_ids: bool) -> None:
    content = json.loads(path.read_text("utf-8"))
    for feature in content["features"]:
        properties = feature["properties"]
        for key, value in properties.items():
            if isinstance(value, str):
                properties[key] = _damage(key, value, text, in_ids=in_ids)
        if "kind" in properties:
            properties["kind"] = text
        if "segment_id" in properties:
            properties |= {"ref": text, "name": text, "hazard": text}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8", newline="\n")


def _damage(key: str, value: str, text: str, *, in_ids: bool) -> str:
    if key in IDS:
        return f"{text} {value}" if in_ids and value else value
    if key == "ref" and not value:
        return value  # a closure names either a road or something else
    return text if key in FREE_TEXTS else value
