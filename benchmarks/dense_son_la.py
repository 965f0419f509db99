"""A denser Sơn La: as many sites as wanted, one depot, with stock, vehicles and crews to match.

`write_dense` copies every site of Sơn La into its neighbourhood, with ids of its own, as often as
it takes; of the last copy only some sites are there, spread evenly. Batches with their titles,
history and kits, loans, vehicles and crews grow in the same proportion, so that each site has as
many readers, books and vehicle hours as in Sơn La. The one village that motorbikes reach from
another site is there once. Communes, roads, closures, calendar and the
depot stay: what is assumed is that a province four times as served has four sites where one was,
and four times the people who come. Tables that no month is planned from are left out.

`split_by_hand` parts such a folder into two, as a planner would who has no tool for the whole:
sites west and east of the middle one, half of the vehicles and crews each, batches where they
stand.
"""

import csv
import math
import random
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

SON_LA = Path(__file__).resolve().parent.parent / "data" / "son-la"
COMMUNES = SON_LA.parent / "communes.geojson"
AS_THEY_ARE = ("province.toml", "roads.geojson", "closures.csv")
TABLES = (
    "libraries", "batches", "batch_titles", "ledger", "loans", "kits", "vehicles", "crews",
    "calendar", "zones",
)  # fmt: skip
OWN_IDS = (
    "site_id", "batch_id", "title_id", "vehicle_id", "crew_id", "kit_id", "entry_id",
    "from_site", "to_site", "handover_site", "pinned_site",
)  # fmt: skip
"""Columns of a copy that name something of the same copy."""

GROWING = {
    "batches": "batch_id",
    "vehicles": "vehicle_id",
    "crews": "crew_id",
    "kits": "kit_id",
}
"""Tables that grow with the sites, and what names their rows."""

AROUND_DEG = 0.012
"""How far from its original a copied site lies at most, along either axis: about 1.3 km."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a folder by name, and the fields of each."""

    rows: dict[str, list[Row]]
    fields: dict[str, list[str]]


def read_tables(folder: Path) -> Tables:
    """Return the tables that a month is planned from."""
    rows, fields = {}, {}
    for name in TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows[name] = list(reader)
            fields[name] = list(reader.fieldnames or ())
    return Tables(rows, fields)


def write_tables(tables: Tables, source: Path, target: Path) -> None:
    """Write a folder that has these tables and everything else of another one."""
    target.mkdir(parents=True)
    for name in AS_THEY_ARE:
        shutil.copyfile(source / name, target / name)
    communes = source / COMMUNES.name
    shutil.copyfile(communes if communes.is_file() else COMMUNES, target / COMMUNES.name)
    for name, rows in tables.rows.items():
        with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, tables.fields[name])
            writer.writeheader()
            writer.writerows(rows)


def list_sites(tables: Tables) -> list[Row]:
    """Return the rows of the sites that are served: no depot, no lodging."""
    return [row for row in tables.rows["libraries"] if row["takes"] != "none"]


def write_dense(target: Path, num_sites: int) -> Path:
    """Write a folder of so many sites that are served, and return it."""
    son_la = read_tables(SON_LA)
    share = num_sites / len(list_sites(son_la))
    further = sum(not row["handover_site"] for row in list_sites(son_la))
    num_copies = 1 + max(0, math.ceil((num_sites - len(list_sites(son_la))) / further))
    copies = [_copy(son_la, number) for number in range(num_copies)]
    whole = Tables(
        {name: list(chain.from_iterable(one.rows[name] for one in copies)) for name in TABLES},
        son_la.fields,
    )
    dense = keep_part(whole, _pick_sites(copies, num_sites), _pick(copies, share))
    write_tables(dense, SON_LA, target)
    return target


def _copy(tables: Tables, number: int) -> Tables:
    """Return a copy of what grows; the first copy is Sơn La itself."""
    if number == 0:
        return tables
    chance = random.Random(number)
    fixed = {
        row["site_id"] for row in tables.rows["libraries"] if row["takes"] == "none"
    }  # depot and lodgings

    def copy(row: Row) -> Row:
        own = {
            name: f"{row[name]}-{number}"
            for name in OWN_IDS
            if row.get(name) and row[name] not in fixed
        }
        return row | own

    def move(row: Row) -> Row:
        lon, lat = (
            round(float(row[name]) + chance.uniform(-AROUND_DEG, AROUND_DEG), 5)
            for name in ("lon", "lat")
        )
        return row | {"lon": str(lon), "lat": str(lat), "name": f"{row['name']} {number + 1}"}

    rows = {
        name: [copy(row) for row in tables.rows[name]]
        for name in TABLES
        if name not in {"calendar", "zones", "libraries"}
    }
    rows["libraries"] = [copy(move(row)) for row in list_sites(tables) if not row["handover_site"]]
    rows["vehicles"] = [row for row in rows["vehicles"] if row["depot_id"] in fixed]
    rows["calendar"] = rows["zones"] = []
    return Tables(rows, tables.fields)


def _pick_evenly(rows: list[Row], count: int) -> list[Row]:
    """Return so many of some rows, evenly spread over them."""
    return [rows[k * len(rows) // count] for k in range(count)]


def _pick_sites(copies: list[Tables], num_sites: int) -> set[str]:
    """Return the sites of all copies but the last, and as many of the last as are missing."""
    kept = {row["site_id"] for one in copies[:-1] for row in list_sites(one)}
    last = list_sites(copies[-1])
    if len(copies) == 1 and num_sites < len(last):
        last = [row for row in last if not row["handover_site"]]
    return kept | {row["site_id"] for row in _pick_evenly(last, num_sites - len(kept))}


def _pick(copies: list[Tables], share: float) -> dict[str, set[str]]:
    """Return the ids of batches, vehicles, crews and kits to keep: of each kind its share."""
    kept: dict[str, set[str]] = {}
    for name, column in GROWING.items():
        kinds = [group_rows(one.rows[name]) for one in copies]
        kept[name] = set()
        for kind, rows in kinds[0].items():
            count = max(1, round(len(rows) * share))
            for more in (rows, *(one.get(kind, []) for one in kinds[1:])):
                own = _pick_evenly(more, min(count, len(more)))
                kept[name] |= {row[column] for row in own}
                count -= len(own)
    return kept


def group_rows(rows: list[Row]) -> dict[tuple[str, ...], list[Row]]:
    """Return rows by what makes vehicles, crews, batches and kits alike."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        alike = tuple(row.get(name, "") for name in ("kind", "skills", "depot_id"))
        groups.setdefault(alike, []).append(row)
    return groups


def keep_part(whole: Tables, sites: set[str], kept: dict[str, set[str]]) -> Tables:
    """Return what is left of a province with some of its sites, batches, vehicles and crews.

    A batch whose history leads by way of another site begins its history after that, at the depot.
    """
    depots = {row["site_id"] for row in whole.rows["libraries"] if row["takes"] == "none"}
    there = sites | depots
    tests: dict[str, Callable[[Row], bool]] = {
        "libraries": lambda row: row["site_id"] in there,
        "batches": lambda row: row["batch_id"] in kept["batches"],
        "batch_titles": lambda row: row["batch_id"] in kept["batches"],
        "loans": lambda row: row["site_id"] in there,
        "kits": lambda row: row["kit_id"] in kept["kits"] and row["site_id"] in there,
        "vehicles": lambda row: row["vehicle_id"] in kept["vehicles"] and row["depot_id"] in there,
        "crews": lambda row: row["crew_id"] in kept["crews"],
        "calendar": lambda row: not row["site_id"] or row["site_id"] in there,
        "zones": lambda row: True,
    }
    rows = {name: [row for row in whole.rows[name] if test(row)] for name, test in tests.items()}
    rows["batches"] = [
        row if row["pinned_site"] in there else row | {"pinned_site": "", "pinned_until": ""}
        for row in rows["batches"]
    ]
    homes = {row["batch_id"]: row["depot_id"] for row in rows["batches"]}
    rows["ledger"] = list(_keep_history(whole.rows["ledger"], there, homes))
    return Tables(rows, whole.fields)


def _keep_history(ledger: list[Row], there: set[str], homes: dict[str, str]) -> Iterable[Row]:
    """Yield what happened to each kept batch since it was last where no site is now, by date."""
    begun: dict[str, int] = {}
    for number, row in enumerate(ledger):
        if row["type"] == "moved" and row["to_site"] not in there:
            begun[row["batch_id"]] = number + 1
    seen: set[str] = set()
    own = [
        row
        for number, row in enumerate(ledger)
        if row["batch_id"] in homes and number >= begun.get(row["batch_id"], 0)
    ]
    for row in sorted(own, key=lambda row: row["date"]):
        is_first = row["batch_id"] not in seen and row["from_site"] not in there
        home = homes[row["batch_id"]]
        if is_first and row["to_site"] == home:
            continue
        seen.add(row["batch_id"])
        yield row | {"from_site": home} if is_first else row


def split_by_hand(folder: Path, target: Path) -> list[Path]:
    """Write two folders with half of the sites of one each, and return them."""
    whole = read_tables(folder)
    sites = sorted(list_sites(whole), key=lambda row: (float(row["lon"]), row["site_id"]))
    middle = len(sites) // 2
    halves = [{row["site_id"] for row in half} for half in (sites[:middle], sites[middle:])]
    _keep_handovers(sites, halves)
    at = {row["batch_id"]: row["to_site"] for row in whole.rows["ledger"] if row["to_site"]}
    out = set().union(*halves)
    folders = []
    for number, half in enumerate(halves):
        kept = {
            name: {
                row[GROWING[name]]
                for rows in group_rows(whole.rows[name]).values()
                for row in (rows if rows[0]["depot_id"] in out else rows[number::2] or rows)
            }
            for name in ("vehicles", "crews")
        }
        kept["kits"] = {row["kit_id"] for row in whole.rows["kits"]}
        own = [row for row in whole.rows["batches"] if at.get(row["batch_id"]) in half]
        idle = [row for row in whole.rows["batches"] if at.get(row["batch_id"]) not in out]
        kept["batches"] = {row["batch_id"] for row in (*own, *idle[number::2])}
        folders.append(target / ("west", "east")[number])
        write_tables(keep_part(whole, half, kept), folder, folders[-1])
    return folders


def _keep_handovers(sites: list[Row], halves: list[set[str]]) -> None:
    """Move sites that others reach through to the half of the place where goods change hands."""
    for row in sites:
        other = row["handover_site"]
        for half, rest in (halves, halves[::-1]):
            if other and other in half and row["site_id"] in rest:
                rest.remove(row["site_id"])
                half.add(row["site_id"])
