"""The fact tables that Sơn La's folder is made from, and where each figure was estimated."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FACTS = ROOT / "data" / "facts"
PROVINCE_CODE = "14"

# General knowledge of the places, metres above the sea, rounded; estimates, not surveyed.
ELEVATION_M = {
    "03646": 620,
    "03664": 640,
    "03670": 640,
    "03679": 660,
    "03688": 250,
    "03694": 320,
    "03703": 230,
    "03712": 300,
    "03721": 650,
    "03724": 780,
    "03727": 620,
    "03754": 560,
    "03757": 450,
    "03760": 850,
    "03763": 1050,
    "03781": 1250,
    "03784": 700,
    "03799": 720,
    "03808": 180,
    "03814": 260,
    "03820": 1480,
    "03847": 240,
    "03850": 420,
    "03856": 420,
    "03862": 1250,
    "03868": 1450,
    "03871": 380,
    "03880": 260,
    "03892": 350,
    "03901": 950,
    "03907": 320,
    "03910": 175,
    "03922": 190,
    "03943": 480,
    "03958": 200,
    "03961": 750,
    "03970": 210,
    "03979": 1050,
    "03980": 880,
    "03982": 1020,
    "03985": 780,
    "03997": 650,
    "04000": 420,
    "04006": 480,
    "04018": 820,
    "04033": 980,
    "04045": 900,
    "04048": 950,
    "04057": 650,
    "04075": 330,
    "04078": 480,
    "04087": 820,
    "04096": 950,
    "04099": 880,
    "04105": 560,
    "04108": 600,
    "04117": 780,
    "04123": 610,
    "04132": 680,
    "04136": 320,
    "04144": 1050,
    "04159": 980,
    "04168": 340,
    "04171": 460,
    "04183": 430,
    "04186": 560,
    "04195": 380,
    "04204": 360,
    "04210": 620,
    "04219": 420,
    "04222": 450,
    "04228": 680,
    "04231": 560,
    "04240": 720,
    "04246": 620,
}

# Communes that touch the border with Laos: general knowledge, to be checked against a map.
BORDER_CODES = frozenset(
    [
        "04240",
        "04231",
        "04246",
        "04204",
        "04219",
        "04222",
        "04159",
        "04087",
        "04099",
        "04096",
        "04045",
        "03985",
        "04057",
    ]
)


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
    elevation_m: int
    is_border: bool


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a fact table."""
    with (FACTS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_commune_facts() -> tuple[CommuneFact, ...]:
    """Return the 75 communes, sorted by code; a known town is the seat, else the label point."""
    towns = {}
    for row in read_rows("sonla_geonames_towns_in_communes.csv"):
        towns.setdefault(row["commune_code"], row)
    communes = []
    for row in read_rows("sonla_communes_2025.csv"):
        town = towns.get(row["code"])
        place = (town["lon"], town["lat"]) if town else (row["label_lon"], row["label_lat"])
        source = f"GeoNames {town['geonameid']} ({town['place']})" if town else "label point"
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
                elevation_m=ELEVATION_M[row["code"]],
                is_border=row["code"] in BORDER_CODES,
            )
        )
    return tuple(sorted(communes, key=lambda commune: commune.code))


def read_road_facts() -> dict[str, Any]:
    """Return the published road lengths and their sources."""
    facts: dict[str, Any] = json.loads((FACTS / "sonla_facts.json").read_text(encoding="utf-8"))
    return facts["roads"]  # type: ignore[no-any-return]


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
