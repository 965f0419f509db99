"""Writes Sơn La's province folder from the fact tables; its communes: `tools.build_communes`.

Run with ``python -m tools.build_son_la [FOLDER]``; the same bytes come out each time.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from tools.son_la_facts import ROOT, read_commune_facts, read_rows, write_geojson, write_table
from tools.son_la_history import build_ledger, build_loans
from tools.son_la_programme import (
    EXPENSES,
    FUNDS,
    PARTNERS,
    PROGRAMME_SETTINGS,
    REMEDIES,
    REPORTED,
    build_activities,
    build_models,
    build_staff,
    list_courses,
    name_all_synthetic,
)
from tools.son_la_roads import build_network
from tools.son_la_sites import build_sites
from tools.son_la_stock import CATEGORIES, CLASSES, build_batches, build_stock, build_titles


def build(data: Path) -> None:
    """Write all files below a data folder."""
    folder = data / "son-la"
    folder.mkdir(parents=True, exist_ok=True)
    communes = read_commune_facts()
    network = build_network(communes)
    sites = build_sites(communes, network)
    rng = np.random.default_rng(14)
    main_sites = {row["commune_code"]: row["site_id"] for row in sites if row["capacity_books"]}
    batches = build_batches(rng, main_sites["03703"])
    ledger = build_ledger(rng, batches, sites)
    write_table(folder / "libraries.csv", sites)
    write_table(folder / "batch_titles.csv", build_titles(rng, batches))
    write_table(folder / "stock.csv", build_stock(np.random.default_rng(1687)))
    write_table(folder / "ledger.csv", ledger)
    write_table(folder / "loans.csv", build_loans(rng, ledger, sites, batches))
    batches = [row | NEW_PINS.get(row["batch_id"], {}) for row in batches]
    write_table(folder / "batches.csv", batches)
    roads = sorted(network.roads, key=lambda road: road.segment_id)
    write_geojson(folder / "roads.geojson", [road.as_feature() for road in roads])
    write_table(folder / "vehicles.csv", VEHICLES)
    write_table(folder / "crews.csv", CREWS)
    write_table(folder / "closures.csv", CLOSURES)
    write_table(folder / "calendar.csv", CALENDAR)
    write_table(folder / "wishes.csv", _wishes(sites))
    write_table(folder / "kits.csv", _kits(main_sites))
    write_table(folder / "zones.csv", ZONES)
    write_table(folder / "visit_pins.csv", VISIT_PINS)
    write_table(folder / "models.csv", build_models(communes, sites))
    write_table(folder / "activities.csv", build_activities(sites))
    write_table(folder / "staff.csv", build_staff(sites))
    write_table(folder / "courses.csv", name_all_synthetic(list_courses()))
    write_table(folder / "partners.csv", name_all_synthetic(PARTNERS))
    write_table(folder / "unit_reports.csv", name_all_synthetic(REPORTED))
    write_table(folder / "funds.csv", name_all_synthetic(FUNDS))
    write_table(folder / "expenses.csv", name_all_synthetic(EXPENSES))
    write_table(folder / "remedies.csv", name_all_synthetic(REMEDIES))
    write_table(folder / "old_units.csv", read_rows("sonla_old_units.csv"))
    settings = _settings_text()
    (folder / "province.toml").write_text(settings, encoding="utf-8", newline="\n")


# Wishes of December, of which the simulated history knows nothing yet.
NEW_PINS = {"L62": {"pinned_site": "SL-03862-BB", "pinned_until": "2027-01-31"}}


def _table(heading: str, *lines: str, separator: str = ";") -> list[dict[str, Any]]:
    names = heading.split(",")
    return [dict(zip(names, line.split(separator), strict=True)) for line in lines]


VEHICLES = _table(
    "vehicle_id,name,kind,depot_id,capacity_boxes,capacity_kg,shelf_books,sessions,seats,width_m,"
    "gross_t,max_grade_pct,cost_vnd_per_km,cost_vnd_per_day,unavailable,note",
    "XB1;Xe thư viện lưu động số 1;bus;SL-KHO;24;420;2500;yes;4;2.2;7.5;14;5500;250000;"
    "2026-12-07..2026-12-10;bảo dưỡng định kỳ",
    "XB2;Xe thư viện lưu động số 2;bus;SL-KHO;24;420;2000;yes;4;2.2;7.0;14;5500;250000;;",
    "XT1;Xe tải nhẹ;truck;SL-KHO;70;1100;0;no;3;1.9;3.5;16;4500;180000;;",
    "XM1;Xe máy;motorbike;SL-KHO;3;45;0;no;2;0.8;0.3;25;1500;30000;;",
    "XM2;Xe máy bản trên núi 1;motorbike;SL-03862-BB;3;60;0;no;2;0.8;0.3;25;1500;30000;;giả định",
    "XM3;Xe máy bản trên núi 2;motorbike;SL-03862-BB;3;60;0;no;2;0.8;0.3;25;1500;30000;;giả định",
)
CREWS = _table(
    "crew_id,name,members,depot_id,drives,skills,days_off,note",
    "T1;Tổ lưu động 1;3;SL-KHO;bus|truck;exchange|session|training;2026-12-24;",
    "T2;Tổ lưu động 2;3;SL-KHO;bus|truck;exchange|session|training;2026-12-03..2026-12-04;",
    "T3;Tổ luân chuyển;2;SL-KHO;truck|bus|motorbike;exchange;2026-12-18;",
)
CLOSURES = _table(
    "closure_id,segment_id,ref,km_from,km_to,commune_code,from_date,to_date,from_time,to_time,"
    "effect,reason,source",
    "C1;;QL279D;50;60;;2027-07-05;2027-07-16;;;shut;sạt lở taluy;giả định theo các vụ đã công bố",
    "C2;;ĐT.108;;;;2027-08-02;2027-08-08;;;shut;sạt lở đèo Co Mạ;giả định",
    "C3;;QL4G;30;70;;2027-09-01;2027-09-12;07:00;17:00;one_lane;sửa đường;giả định",
    "C4;;QL37;20;45;;2026-12-07;2026-12-19;;;one_lane;sửa mặt đường;giả định",
)
TERMS = _table(
    "entry_id,kind,name,rule,start_date,days,until,commune_code,site_id,effect,note",
    "HK1-2026;term;Học kỳ 1;;2026-09-07;130;;;;term;giả định theo khung năm học",
    "HK2-2027;term;Học kỳ 2;;2027-01-18;132;;;;term;giả định theo khung năm học",
    "HK1-2027;term;Học kỳ 1;;2027-09-06;131;;;;term;giả định theo khung năm học",
    "THI-1;exam;Thi học kỳ 1;;2026-12-28;4;;;;closed;giả định",
    "TET-HS;exam;Nghỉ Tết của học sinh;;2027-02-01;14;;;;closed;giả định",
)


EVENTS = _table(
    "entry_id,kind,name,rule,start_date,days,until,commune_code,site_id,effect,note",
    "CHO-CM|market|Chợ phiên Co Mạ|FREQ=WEEKLY;BYDAY=SU|2026-01-04||2027-12-31||SL-03781-CH|"
    "session_day|",
    "CHO-SAU|market|Chợ sáu ngày Mường Lèo|FREQ=DAILY;INTERVAL=6|2026-01-02||"
    "2027-12-31|04240||preferred|",
    "CHO-RAM|market|Chợ rằm Lóng Sập|LUNAR:1,15|2026-01-01||2027-12-31|04045||preferred|",
    "SACH-21|programme|Ngày Sách và Văn hóa đọc|FREQ=YEARLY|2026-04-21||2027-12-31|||note|",
    "SACH-23|programme|Ngày Sách và Bản quyền thế giới|FREQ=YEARLY|2026-04-23||2027-12-31|||note|",
    "HTSD|programme|Tuần lễ học tập suốt đời|FREQ=YEARLY|2026-10-01|7|2027-12-31|||note|",
    "KH-210|programme|Ngày Khuyến học Việt Nam|FREQ=YEARLY|2026-10-02||2027-12-31|||note|",
    separator="|",
)
NO_EVENT = dict.fromkeys(("days_before", "days_after", "vehicles", "crews", "is_promotion"), "")
EVENT_WEEK: dict[str, dict[str, Any]] = {
    "SACH-21": {"days_before": 7, "days_after": 4, "is_promotion": "yes"},
    "SACH-23": {"vehicles": "XB1", "crews": "T1", "note": "hội sách ở Tô Hiệu, mô phỏng"},
}
CALENDAR = sorted(
    (row | NO_EVENT | EVENT_WEEK.get(row["entry_id"], {}) for row in (*TERMS, *EVENTS)),
    key=lambda row: str(row["entry_id"]),
)
ZONES = _table(
    "zone_id,commune_code,from_date,to_date,rule,note",
    "Z1;04246;2026-08-10;2026-08-20;gate_drop;diễn tập, mô phỏng",
)
VISIT_PINS = _table(
    "pin_id,visit_id,site_id,task,date,vehicle_id,crew_id,not_before,not_after,note",
    "G1;;SL-03781-TV;exchange;2026-08-18;XT1;;;;xã hẹn ngày này, mô phỏng",
)


def _wishes(sites: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the wishes of all schools for the book bus on the book day of 2027."""
    schools = sorted(site["site_id"] for site in sites if site["kind"] == "school")
    return _table(
        "wish_id,event_id,site_id,start_date,days,note",
        *(
            f"NV{number:02};SACH-21;{site_id};2027-04-21;;mô phỏng"
            for number, site_id in enumerate(schools, 1)
        ),
    )


def _kits(main_sites: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for number, code in enumerate(("03721", "03910", "04168", "04231"), 1):
        rows.append(
            {
                "kit_id": f"K{number}",
                "name": "Áp phích mô hình thư viện cơ sở",
                "site_id": main_sites[code],
                "boxes": 1,
                "mass_kg": 8,
                "ready_date": "2026-12-01",
                "due_date": "2026-12-25",
                "note": "",
            }
        )
    rows.append(
        {
            "kit_id": "K5",
            "name": "Tủ sách nhỏ cho bản",
            "site_id": "SL-03862-BB",
            "boxes": 2,
            "mass_kg": 24,
            "ready_date": "2026-12-01",
            "due_date": "2026-12-28",
            "note": "xe máy",
        }
    )
    return rows


SETTINGS = """\
# Settings of the province. Units and meaning: docs/data-format.md, province/settings.py
format = 1

[province]
code = "14"
name = "Sơn La"
language = "vi"
country = "VN"
currency = "VND"
timezone = "Asia/Ho_Chi_Minh"
organisation = "Thư viện tỉnh Sơn La"
phone = "0212 000 0000"

[language_shares]  # recent shares of peoples in sonla_facts.json, rounded; assumption
vi = 1.0
blt = 0.54
hmn = 0.16
mtq = 0.07

[rotation]
horizon_months = 12
max_stay_months = 4
chains = true
uses_per_million = 15  # assumption: 15 uses justify a million

[service]
@ box_handling_min | 1.5 | box_handling | min/box
@ paperwork_min | 15 | handover_paperwork | min
@ session_min | 180 | session_length_half_day | min
@ session_setup_min | 30 | session_setup_teardown | min
@ books_per_box | 35 | books_per_box | books
@ box_kg | 15 | box_mass_gross | kg
@ session_crew_min | 3 | mobile_crew_min | persons
@ exchange_crew_min | 2 | rotation_crew_min_provincial | persons

[trips]
@ driving_max_day_min | 600 | driving_max_day | min
@ driving_max_week_min | 2880 | driving_max_week | min
@ driving_max_continuous_min | 240 | driving_max_continuous | min
@ break_min | 15 | break_after_continuous | min
@ leg_buffer_min | 12 | leg_buffer | min
duty_max_day_min = 660
meal_min = { value = 30, unit = "min", source = "memory: Labour Code 45/2019/QH14 art. 109" }
meal_from = 690  # assumption: 11:30
meal_to = 810  # assumption: 13:30
meal_after_min = { value = 360, unit = "min", source = "memory: Labour Code 45/2019/QH14 art. 109" }
max_nights = 2
latitude = 21.33
longitude = 103.91

[costs]
@ night_vnd_per_person | 300000 | lodging_flat_rate_other_areas | VND
@ allowance_vnd_per_person_day | 200000 | stay_allowance | VND
missed_preferred_vnd_per_visit = 1500000  # assumption: a market brings 90 readers more

[compose]
@ min_copies | 3 | copies_per_title_min_for_mobile | copies
left_behind = 1  # assumption
copies_per_batch = 2  # assumption
@ books_min | 200 | batch_size | books
books_max = 400
max_boxes = 12
@ book_mass_g | 400 | book_mass | g

[paper]  # on handover records, labels and notices
authority = "Sở Văn hóa, Thể thao và Du lịch tỉnh Sơn La"
symbol = "BB-TVT"
giver_title = "Cán bộ luân chuyển"
receiver_title = "Cán bộ phụ trách thư viện"
label_width_mm = 105  # A6 across: 8 on an A4 sheet
label_height_mm = 74
grounds = [
  "Luật Thư viện số 46/2019/QH14 ngày 21 tháng 11 năm 2019",
  "Quyết định số 1687/QĐ-TTg ngày 30 tháng 12 năm 2024 của Thủ tướng Chính phủ",
]

"""
"""Lines that begin with @ name a setting, its value, the operating parameter it comes from, and the
unit."""


def _settings_text() -> str:
    known = {row["key"]: row for row in read_rows("operating_parameters.csv")}

    def tell(line: str) -> str:
        if not line.startswith("@ "):
            return line
        name, value, key, unit = line.removeprefix("@ ").split(" | ")
        row = known[key]
        text = f"{row['kind']}: {row['source'] or 'operating_parameters.csv'}".replace('"', "'")
        return f'{name} = {{ value = {value}, unit = "{unit}", source = "{text}" }}'

    lines = [tell(line) for line in (SETTINGS + PROGRAMME_SETTINGS).split("\n")]
    for key, subject, audience, language, name in CATEGORIES:
        lines += [
            "[[categories]]",
            f'id = "{key}"',
            f'subject = "{subject}"',
            f'audience = "{audience}"',
            f'language = "{language}"',
            f'name = "{name}"',
            *([f"classes = {json.dumps(CLASSES[key])}"] if key in CLASSES else []),
            "",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "data", help="written below")
    build(parser.parse_args().folder)
