"""Makes the synthetic rotation stock of the Sēlija example, and where it was until April 2024."""

from datetime import date
from typing import Any

import numpy as np

from tools.selija_places import DEPOTS, NOTE

Row = dict[str, Any]

CATEGORIES = (
    ("bernu-child-lv", "children", "child", "lv", "Bērnu grāmatas"),
    ("bernu-child-ru", "children", "child", "ru", "Bērnu grāmatas krievu valodā"),
    ("dailliteratura-adult-lv", "fiction", "adult", "lv", "Daiļliteratūra"),
    ("dailliteratura-adult-ru", "fiction", "adult", "ru", "Daiļliteratūra krievu valodā"),
    ("jauniesu-teen-lv", "fiction", "teen", "lv", "Jauniešu literatūra"),
    ("lidzdaliba-adult-lv", "civics", "adult", "lv", "Pilsoniskā līdzdalība"),
    ("nozaru-adult-lv", "science", "adult", "lv", "Nozaru literatūra"),
    ("selija-adult-lv", "history", "adult", "lv", "Novadpētniecība, Sēlija"),
)
MIXES = {
    "Daiļliteratūra": (0, 0, 6, 0, 1, 1, 2, 0),
    "Ģimenei": (4, 0, 2, 0, 2, 0, 2, 0),
    "Līdzdalība un novads": (0, 0, 2, 0, 0, 4, 2, 2),
    "Divvalodu": (1, 2, 2, 4, 0, 1, 0, 0),
}
BOOKS, BOXES = 110, 4
BATCHES = {"AI": 15, "JE": 18, "AU": 19}


def build_batches() -> list[Row]:
    """Return the rows of `batches.csv`: 52 batches of 110 books."""
    rows = []
    for code, count in BATCHES.items():
        kinds = list(MIXES) if code == "AU" else list(MIXES)[:3]
        for number in range(1, count + 1):
            kind = "Divvalodu" if code == "AU" and number % 5 < 2 else kinds[number % 3]
            parts = MIXES[kind]
            books = [BOOKS * part // sum(parts) for part in parts]
            books[parts.index(max(parts))] += BOOKS - sum(books)
            row: Row = {
                "batch_id": f"{code}{number:02}", "name": f"{code} {number:02}. {kind}",
                "books": BOOKS, "boxes": BOXES, "mass_kg": 48.0,
            }  # fmt: skip
            for category, amount in zip(CATEGORIES, books, strict=True):
                row[f"books_{category[0]}"] = amount or ""
            rows.append(
                row
                | {"owner": DEPOTS[code][2].removesuffix(" krātuve"), "networks": "",
                   "condition": "good", "depot_id": DEPOTS[code][0], "min_stay_months": 1,
                   "max_stay_months": 4, "resting_until": "", "pinned_site": "",
                   "pinned_until": "", "note": NOTE}
            )  # fmt: skip
    return rows


def build_ledger(batches: list[Row], sites: list[Row]) -> list[Row]:
    """Return the rows of `ledger.csv`: each library got one batch, in February, March or April.

    Where a depot has fewer batches than libraries the last ones wait.
    """
    rows: list[Row] = []
    for code, (depot_id, _, _) in DEPOTS.items():
        own = [row for row in batches if row["depot_id"] == depot_id]
        libraries = [
            site for site in sites
            if site["takes"] == "rotation" and str(site["site_id"]).startswith(code)
        ]  # fmt: skip
        for number, (batch, site) in enumerate(zip(own[:-1], libraries, strict=False)):
            day = date(2024, 2 + number % 3, 5 + number % 20)
            rows.append(
                {"entry_id": "", "date": day.isoformat(), "type": "moved",
                 "batch_id": batch["batch_id"], "from_site": depot_id, "to_site": site["site_id"],
                 "books": BOOKS, "boxes": BOXES, "trip_id": "", "voids": "", "note": NOTE}
            )  # fmt: skip
    rows.sort(key=lambda row: (row["date"], row["batch_id"]))
    for number, row in enumerate(rows, 1):
        row["entry_id"] = f"E{number:04}"
    return rows


def build_loans(ledger: list[Row], batches: list[Row], sites: list[Row]) -> list[Row]:
    """Return the rows of `loans.csv`: uses of the batches of February by the end of April."""
    rng = np.random.default_rng(79)
    people = {str(site["site_id"]): int(site["population"]) for site in sites}
    by_id = {str(row["batch_id"]): row for row in batches}
    rows = []
    for entry in ledger:
        if str(entry["date"]) >= "2024-03-01":
            continue
        for category, *_ in CATEGORIES:
            books = int(by_id[str(entry["batch_id"])][f"books_{category}"] or 0)
            if books:
                mean = 2 * 0.12 * people[str(entry["to_site"])] * books / BOOKS
                uses = int(rng.poisson(mean))
                rows.append(
                    {"date": "2024-04-29", "site_id": entry["to_site"], "category_id": category,
                     "uses": uses, "months": 2.0}
                )  # fmt: skip
    return sorted(rows, key=lambda row: (row["site_id"], row["category_id"]))
