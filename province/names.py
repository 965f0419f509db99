"""What people call the places, batches and communes of a province, by code."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from province.facts import Province
from province.shipped import find_shipped
from province.visits import Visit

TABLES = (("libraries.csv", "site_id"), ("batches.csv", "batch_id"))
COMMUNES = "communes.geojson"


def list_names(province: Province, visits: Iterable[Visit] = ()) -> dict[str, str]:
    """Return the names of sites, batches and communes by code; a code of two names has none.

    Parameters
    ----------
    visits
        Visits, which are called as the sites that they are for.
    """
    sites = province.site_by_id
    visited = ((v.visit_id, sites[v.receiver_id].name) for v in visits if v.receiver_id in sites)
    return _once(
        (
            *visited,
            *((site.site_id, site.name) for site in province.sites),
            *((batch.batch_id, batch.name) for batch in province.batches),
            *((commune.code, commune.name) for commune in province.communes),
        )
    )


def read_names(folder: Path) -> Mapping[str, str]:
    """Return as many of the names as a folder gives that may be damaged; finds no fault."""
    return _once(
        (
            *(pair for name, key in TABLES for pair in _read_table(folder / name, key)),
            *_read_communes(folder / COMMUNES),
        )
    )


def _once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    names: dict[str, set[str]] = {}
    for code, name in pairs:
        if code and name and code != name:
            names.setdefault(code, set()).add(name)
    return {code: next(iter(own)) for code, own in names.items() if len(own) == 1}


def _read_table(path: Path, key: str) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        return
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        first = lines[0] if lines else ""
        delimiter = ";" if first.count(";") > first.count(",") else ","
        for row in csv.DictReader(lines, delimiter=delimiter):
            yield (row.get(key) or "").strip(), (row.get("name") or "").strip()
    except (OSError, csv.Error):
        return


def _read_communes(path: Path) -> Iterator[tuple[str, str]]:
    try:
        own = path if path.is_file() else find_shipped(COMMUNES)
        features = json.loads(own.read_text(encoding="utf-8-sig", errors="replace"))["features"]
        for feature in features:
            properties = feature["properties"]
            yield str(properties["code"]), str(properties["name"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return
