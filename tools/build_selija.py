"""Writes the province folder of Sēlija, three municipalities of Latvia, from its fact tables.

Run with ``python -m tools.build_selija [FOLDER]``; the same bytes come out each time.
"""

import argparse
from pathlib import Path
from typing import Any

from tools.selija_places import (
    BORDER,
    LON_KM,
    MUNICIPALITIES,
    NOTE,
    SelijaUnit,
    build_sites,
    list_units,
)
from tools.selija_programme import (
    CALENDAR,
    COURSES,
    EXPENSES,
    FUNDS,
    PARTNERS,
    PROGRAMME_SETTINGS,
    build_activities,
    build_kits,
    build_models,
    build_staff,
    table,
)
from tools.selija_roads import build_roads
from tools.selija_stock import CATEGORIES, build_batches, build_ledger, build_loans
from tools.son_la_facts import ROOT, write_geojson, write_table
from tools.weighted_cells import compute_outlines


def build(data: Path) -> None:
    """Write all files of `selija` below a data folder."""
    folder = data / "selija"
    folder.mkdir(parents=True, exist_ok=True)
    units, sites, batches = list_units(), build_sites(), build_batches()
    ledger = build_ledger(batches, sites)
    write_geojson(folder / "communes.geojson", _outline_units(units))
    write_geojson(folder / "roads.geojson", build_roads(units, sites))
    write_table(folder / "libraries.csv", sites)
    write_table(folder / "batches.csv", batches)
    write_table(folder / "ledger.csv", ledger)
    write_table(folder / "loans.csv", build_loans(ledger, batches, sites))
    write_table(folder / "vehicles.csv", VEHICLES)
    write_table(folder / "crews.csv", CREWS)
    write_table(folder / "closures.csv", CLOSURES)
    write_table(folder / "calendar.csv", CALENDAR)
    write_table(folder / "kits.csv", build_kits(sites))
    write_table(folder / "models.csv", build_models(units, sites))
    write_table(folder / "activities.csv", build_activities(sites))
    write_table(folder / "staff.csv", build_staff(sites))
    write_table(folder / "courses.csv", COURSES)
    write_table(folder / "partners.csv", PARTNERS)
    write_table(folder / "funds.csv", FUNDS)
    write_table(folder / "expenses.csv", EXPENSES)
    (folder / "province.toml").write_text(_settings_text(), encoding="utf-8", newline="\n")


def _outline_units(units: tuple[SelijaUnit, ...]) -> list[dict[str, Any]]:
    outlines = compute_outlines(units, LON_KM)
    return [
        {
            "type": "Feature",
            "properties": {
                "code": unit.code, "name": unit.name, "kind": unit.kind, "province_code": "SE",
                "area_km2": unit.area_km2, "population": unit.population, "seat_lon": unit.lon,
                "seat_lat": unit.lat, "seat_source": unit.seat_source,
                "is_border": unit.code in BORDER,
                "old_units": [MUNICIPALITIES[unit.code[:2]]], "schematic": True,
            },
            "geometry": {
                "type": "Polygon",
                "coordinates": [[list(p) for p in outlines[unit.code].exterior.coords]],
            },
        }
        for unit in units
    ]  # fmt: skip


VEHICLES = table(
    "vehicle_id,name,kind,depot_id,capacity_boxes,capacity_kg,shelf_books,sessions,seats,width_m,"
    "gross_t,max_grade_pct,cost_vnd_per_km,cost_vnd_per_day,unavailable,note",
    f"MB-AI|Mikroautobuss Aizkraukle|car|AI-KR|40|600|0|no|3|2.0|3.2|20|0.26|11.50||{NOTE}",
    f"MB-JE|Grāmatu mikroautobuss Jēkabpils|car|JE-KR|36|600|300|yes|3|2.0|3.5|20|0.29|12.80|"
    f"2024-05-16..2024-05-17|tehniskā apskate, {NOTE}",
    f"MB-AU|Mikroautobuss Ilūkste|car|AU-KR|40|600|0|no|3|2.0|3.2|20|0.26|11.50||{NOTE}",
)
CREWS = table(
    "crew_id,name,members,depot_id,drives,skills,days_off,note",
    f"B-AI|Brigāde Aizkraukle|2|AI-KR|car|exchange/training|2024-05-10|{NOTE}",
    f"B-JE|Brigāde Jēkabpils|2|JE-KR|car|exchange/session/training||{NOTE}",
    f"B-AU|Brigāde Ilūkste|2|AU-KR|car|exchange/training||{NOTE}",
)
CLOSURES = table(
    "closure_id,segment_id,ref,km_from,km_to,commune_code,from_date,to_date,from_time,to_time,"
    "effect,reason,source",
    "S1||P72||||2024-05-13|2024-05-24|||one_lane|segas atjaunošana|sintētisks",
    "S2||P75||||2024-05-20|2024-05-31|08:00|17:00|one_lane|tilta remonts|sintētisks",
)

SETTINGS = """\
# Iestatījumi. Mērvienības un nozīme: docs/data-format.md, docs/settings.md
format = 1

[province]
code = "SE"
name = "Sēlija"
language = "lv"
country = "LV"
currency = "EUR"
timezone = "Europe/Riga"
organisation = "Sēlijas salu bibliotēkas"
phone = "+371 650 00 000"

[language_shares]  # pieņēmums
lv = 1.0
ru = 0.45

[demand]
uses_per_person_month = 0.15  # pieņēmums: Sēlpilī ap 1 izsniegumu mēnesī uz iedzīvotāju, sestā daļa
uses_per_student_month = 0.05  # pieņēmums

[rotation]
horizon_months = 12
max_stay_months = 4
chains = true
uses_per_million = 300000  # pieņēmums: eiro jādod 0,3 izsniegumi

[service]
box_handling_min = 1.0  # pieņēmums
paperwork_min = 5  # pieņēmums
session_min = 60  # pieņēmums
session_setup_min = 15  # pieņēmums
books_per_box = 28  # pieņēmums
box_kg = 12  # pieņēmums
session_crew_min = 2  # pieņēmums
exchange_crew_min = 1  # pieņēmums

[trips]
driving_max_day_min = { value = 540, unit = "min", source = "EU 561/2006 art. 6; vans: us" }
driving_max_week_min = { value = 3360, unit = "min", source = "EU 561/2006 art. 6; vans: us" }
driving_max_continuous_min = { value = 270, unit = "min", source = "EU 561/2006 art. 7; vans: us" }
break_min = { value = 45, unit = "min", source = "EU 561/2006 art. 7; vans: us" }
leg_buffer_min = 3  # pieņēmums
driving_by_law_min = { value = 540, unit = "min", source = "EU 561/2006 art. 6; vans: us" }
duty_max_day_min = 540  # pieņēmums: darba diena ar pusdienām
earliest_start_min = 480  # pieņēmums: 8.00
latest_end_min = 1080  # pieņēmums: 18.00
daylight_only = false
meal_min = 45  # pieņēmums: pusdienas, ne īsākas par pārtraukumu
meal_from = 690  # pieņēmums: 11.30
meal_to = 840  # pieņēmums: 14.00
meal_by_law_min = 30  # Darba likums, 145. pants, pēc atmiņas
meal_after_min = 360  # pieņēmums
work_weekdays = ["Mo", "Tu", "We", "Th", "Fr"]
work_days_per_week = 5
work_days_in_a_row = 5
max_nights = 0
latitude = 56.2
longitude = 25.9

[season]
wet_months = [3, 4]  # pieņēmums: pavasara šķīdonis

[costs]  # eiro, lai gan nosaukumos ir vnd
night_vnd_per_person = 45.00  # pieņēmums
allowance_vnd_per_person_day = 6.50  # pieņēmums
unserved_vnd_per_priority = 90.00  # pieņēmums
missed_preferred_vnd_per_visit = 20.00  # pieņēmums

[roads.class_factors]  # līdzens ceļš: 75, 62, 50 un 30 km/h, pieņēmums
national = 1.75
provincial = 1.95
district = 1.85

[kinds.client_centre]
audiences = ["adult"]

[paper]
authority = "Jēkabpils, Aizkraukles un Augšdaugavas novads"
place = "Jēkabpils"
symbol = "SS"
giver_title = "Komplektu izsniedzēja"
receiver_title = "Bibliotēkas vadītāja"
grounds = ["Bibliotēku likums"]

"""


def _settings_text() -> str:
    lines = [SETTINGS + PROGRAMME_SETTINGS]
    for key, subject, audience, language, name in CATEGORIES:
        lines += [
            "[[categories]]", f'id = "{key}"', f'subject = "{subject}"',
            f'audience = "{audience}"', f'language = "{language}"', f'name = "{name}"', "",
        ]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "data", help="written below")
    build(parser.parse_args().folder)
