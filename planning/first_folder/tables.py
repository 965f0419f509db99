"""The tables and settings of a first folder: sites on the map, and starters for the rest.

Starters (people, stock, vehicles, costs) are assumptions that the planner replaces; each says so
in its note.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from babel.languages import get_official_languages

from province.countries import find_currency, list_zones

Row = dict[str, object]

STARTER = "starter value: replace it"
SCHOOL_SHARE = 0.15
"""Pupils among the people; an assumption."""

BOOKS, BOXES, BOX_KG = 350, 10, 14.0
"""Of a starter batch: usual sizes of rotating collections (docs/methods-rotation.md)."""

HOURS = "Mo-Fr 08:00-12:00,13:00-17:00; Sa 08:00-12:00"
VIETNAMESE_MEAL = (
    "meal_min = 30  # Labour Code 45/2019/QH14, article 109: after six hours of work",
    f"meal_from = 690  # 11:30, {STARTER}",
    f"meal_to = 810  # 13:30, {STARTER}",
)
COUNTRY_LANGUAGES = {"VN": "vi", "LV": "lv"}
"""Countries whose papers we can write in their own language."""


@dataclass(frozen=True, slots=True)
class Country:
    """What follows from a country: ISO code, its language of readers, currency, time zone."""

    code: str
    language: str
    currency: str
    timezone: str


def describe_country(code: str) -> Country:
    """Return what follows from a country's two letters (source: Unicode CLDR, through babel).

    Raises
    ------
    KeyError
        If there is no such country.
    """
    languages = get_official_languages(code) or get_official_languages(code, de_facto=True)
    zones = list_zones(code)
    if code not in Locale("en").territories or not languages or not zones:
        raise KeyError(code)
    return Country(code, languages[0], find_currency(code), zones[0])


def settings_text(
    name: str, country: Country, *, latitude: float, longitude: float, more: Sequence[str] = ()
) -> str:
    """Return `province.toml`."""
    cheap = country.currency != "VND"
    lines = [
        "# Settings of the province. Units and meaning: docs/data-format.md, province/settings.py",
        "format = 1",
        "",
        "[province]",
        'code = "00"',
        f"name = {json.dumps(name, ensure_ascii=False)}",
        f'language = "{COUNTRY_LANGUAGES.get(country.code, "en")}"',
        f'country = "{country.code}"',
        f'currency = "{country.currency}"',
        f'timezone = "{country.timezone}"',
        "",
        "[trips]",
        f"latitude = {latitude:.3f}",
        f"longitude = {longitude:.3f}",
        *(VIETNAMESE_MEAL if country.code == "VN" else ()),
        *more,
        "",
        "[language_shares]",
        f"{country.language} = 1.0",
        "",
    ]
    if cheap:
        lines += [
            f"[costs]  # {STARTER}, in {country.currency} though the names say vnd",
            "night_vnd_per_person = 70",
            "allowance_vnd_per_person_day = 40",
            "unserved_vnd_per_priority = 400",
            "",
            "[rotation]",
            "uses_per_million = 100000",
            "",
        ]
    for audience, share in (("adult", "adults"), ("child", "children")):
        lines += [
            "[[categories]]",
            f'id = "general-{audience}-{country.language}"',
            'subject = "general"',
            f'audience = "{audience}"',
            f'language = "{country.language}"',
            f'name = "General, {share}, {country.language}"',
            "",
        ]
    return "\n".join(lines)


def site_row(
    site_id: str, name: str, kind: str, commune_code: str, at: tuple[float, float], **more: object
) -> Row:
    """Return a site at a place (lon, lat); without `more`, one that takes nothing."""
    return {
        "site_id": site_id,
        "name": name,
        "kind": kind,
        "commune_code": commune_code,
        "lon": round(at[0], 6),
        "lat": round(at[1], 6),
        "takes": "none",
    } | more


def batch_rows(numbers: Mapping[str, int], country: Country) -> list[Row]:
    """Return starter batches, so many a depot: two thirds for adults, one third for children."""
    young = BOOKS // 3
    homes = [depot_id for depot_id, number in numbers.items() for _ in range(number)]
    return [
        {
            "batch_id": f"B{n:03d}",
            "name": f"B{n:03d}",
            "books": BOOKS,
            "boxes": BOXES,
            "mass_kg": BOXES * BOX_KG,
            f"books_general-adult-{country.language}": BOOKS - young,
            f"books_general-child-{country.language}": young,
            "depot_id": depot_id,
            "note": STARTER,
        }
        for n, depot_id in enumerate(homes, 1)
    ]


def bus_row(vehicle_id: str, name: str, depot_id: str, country: Country) -> Row:
    """Return a starter book bus."""
    return {
        "vehicle_id": vehicle_id, "name": name, "kind": "bus", "depot_id": depot_id,
        "capacity_boxes": 60, "capacity_kg": 1500, "shelf_books": 3000, "sessions": "yes",
        "seats": 5, "width_m": 2.3, "gross_t": 7.5, "max_grade_pct": 18, "note": STARTER,
    } | _costs(country)  # fmt: skip


def vehicle_rows(depot_ids: Sequence[str], country: Country) -> list[Row]:
    """Return a starter book bus and a van for each depot."""
    rows: list[Row] = []
    for number, depot_id in enumerate(depot_ids, 1):
        of = f" {number}" if len(depot_ids) > 1 else ""
        van: Row = {
            "vehicle_id": f"VAN{of.strip()}", "name": f"Van{of}", "kind": "truck",
            "depot_id": depot_id, "capacity_boxes": 40, "capacity_kg": 900, "shelf_books": 0,
            "sessions": "no", "seats": 3, "width_m": 2.0, "gross_t": 3.5, "max_grade_pct": 25,
            "note": STARTER,
        }  # fmt: skip
        bus = bus_row(f"BUS{of.strip()}", f"Book bus{of}", depot_id, country)
        rows += [bus, van | _costs(country)]
    return rows


def _costs(country: Country) -> Row:
    per_km, per_day = (5500, 300_000) if country.currency == "VND" else (1, 60)
    return {"cost_vnd_per_km": per_km, "cost_vnd_per_day": per_day}


def crew_rows(depot_ids: Sequence[str]) -> list[Row]:
    """Return a starter crew for each starter vehicle."""
    rows: list[Row] = []
    for depot_id in depot_ids:
        first, second = len(rows) + 1, len(rows) + 2
        rows += [
            {
                "crew_id": f"C{first}", "name": f"Crew {first}", "members": 3,
                "depot_id": depot_id, "drives": "bus|truck|car",
                "skills": "exchange|session|training", "note": STARTER,
            },
            {
                "crew_id": f"C{second}", "name": f"Crew {second}", "members": 2,
                "depot_id": depot_id, "drives": "truck|car", "skills": "exchange",
                "note": STARTER,
            },
        ]  # fmt: skip
    return rows


def as_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as CSV; the headings are those of all rows in order of first use."""
    headings = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headings, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
