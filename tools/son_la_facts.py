"""The fact tables that Sơn La's folder is made from, and where each figure was estimated."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.son_la_estimates import BORDER_CODES, ELEVATION_M, SEATS

ROOT = Path(__file__).resolve().parent.parent
FACTS = ROOT / "data" / "facts"
PROVINCE_CODE = "14"


@dataclass(frozen=True, slots=True)
class CommuneFact:
    """A row of the commune table, with the seat we assume."""

    code: str
    name: str
    kind: str
    district: str
    old_units: tuple[str, ...]
    area_km2: float
    population: int
    lon: float
    lat: float
    seat_source: str
    label: tuple[float, float]
    elevation_m: int
    is_border: bool


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a fact table."""
    with (FACTS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_commune_facts() -> tuple[CommuneFact, ...]:
    """Return the 75 communes, sorted by code; a known town is the seat, else the label point."""
    towns: dict[str, dict[str, str]] = {}
    for row in read_rows("sonla_geonames_towns_in_communes.csv"):
        towns.setdefault(row["commune_code"], row)
    communes = []
    for row in read_rows("sonla_communes_2025.csv"):
        town = towns.get(row["code"])
        place = (town["lon"], town["lat"]) if town else (row["label_lon"], row["label_lat"])
        if row["code"] in SEATS:
            lon, lat = SEATS[row["code"]]
            place = (str(lon), str(lat))
        source = f"GeoNames {town['geonameid']} ({town['place']})" if town else "label point"
        if row["code"] in SEATS:
            source = "estimate"
        communes.append(
            CommuneFact(
                code=row["code"],
                name=row["name"],
                kind=row["kind"],
                district=row["old_districts"].split(";")[0].strip(),
                old_units=tuple(part.strip() for part in row["old_units"].split(";")),
                area_km2=float(row["area_km2"]),
                population=int(row["population"]),
                lon=round(float(place[0]), 5),
                lat=round(float(place[1]), 5),
                seat_source=source,
                label=(float(row["label_lon"]), float(row["label_lat"])),
                elevation_m=ELEVATION_M[row["code"]],
                is_border=row["code"] in BORDER_CODES,
            )
        )
    return tuple(sorted(communes, key=lambda commune: commune.code))


def read_published_km() -> dict[str, float]:
    """Return the published length of each road that has one, kilometres, by its number."""
    facts: dict[str, Any] = json.loads((FACTS / "sonla_facts.json").read_text(encoding="utf-8"))
    roads = facts["roads"]
    return {r["ref"]: float(r["km"]) for r in roads["national_2011_km"] + roads["provincial_known"]}


def read_road_orders() -> dict[str, tuple[str, ...]]:
    """Return the communes along each numbered road, in order."""
    orders: dict[str, list[str]] = {}
    for row in read_rows("sonla_road_orders.csv"):
        orders.setdefault(row["ref"], []).append(row["commune_code"])
    return {ref: tuple(codes) for ref, codes in orders.items()}


def write_table(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as CSV, UTF-8 with LF, columns in the order of the first row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_geojson(path: Path, features: list[dict[str, Any]]) -> None:
    """Write features as GeoJSON, one a line."""
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    text = '{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")
