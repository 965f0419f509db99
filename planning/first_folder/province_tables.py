"""The tables beside the sites of a province's first folder: stock, fleet, crews, calendar."""

import json
import math
from collections.abc import Sequence
from datetime import date, timedelta

from planning.first_folder.known_province import FirstCounts, KnownProvince
from planning.first_folder.province_sites import DEPOT_ID
from planning.first_folder.tables import BOOKS, BOX_KG, BOXES, VIETNAMESE_MEAL, Row
from province.assumed_rows import ASSUMED
from province.dates import Month

LEAST_SHARE = 0.1
"""Of the people, from which a language has books of its own."""

LOCAL_BOOKS = 140
"""Books in the province's own languages in a batch that has some."""

LANGUAGE_NAMES = {
    "blt": "Thái", "hmn": "Mông", "hni": "Hà Nhì", "ium": "Dao", "kjg": "Khơ Mú", "mtq": "Mường",
    "nut": "Nùng", "tyz": "Tày",
}  # fmt: skip
VIETNAMESE = (
    ("children-child-vi", "children", "child", "Thiếu nhi", 4),
    ("fiction-teen-vi", "fiction", "teen", "Truyện tuổi mới lớn", 2),
    ("fiction-adult-vi", "fiction", "adult", "Văn học", 4),
    ("farming-adult-vi", "farming", "adult", "Nông nghiệp", 4),
)
"""Categories: id, subject, audience, name, and parts of the Vietnamese books of a batch."""

GOALS = (
    ("models", "15, 50, 90"),
    ("libraries", "15, 50, 90"),
    ("staff", "40, 60, 90"),
    ("users", "10, 15, 30"),
)
"""Percentages wanted by 2026, 2030 and 2045: decision 1687/QĐ-TTg of 30 December 2024."""


def list_local(province: KnownProvince) -> list[str]:
    """Return the languages of the province that have books of their own, most people first."""
    ranked = sorted(province.languages.items(), key=lambda item: (-item[1], item[0]))
    return [language for language, share in ranked if share >= LEAST_SHARE]


def list_batches(province: KnownProvince, libraries: int) -> list[Row]:
    """Return starter batches for so many libraries."""
    counts, local = province.counts, list_local(province)
    total = math.ceil(counts.batches_per_library * libraries)
    every = round(1 / counts.local_batches_share) if local and counts.local_batches_share else 0
    rows = []
    for number in range(1, total + 1):
        row: Row = {
            "batch_id": f"L{number:03d}", "name": f"Lô {number:03d}", "books": BOOKS,
            "boxes": BOXES, "mass_kg": BOXES * BOX_KG,
        }  # fmt: skip
        has_local = every > 0 and number % every == 0
        rest = BOOKS - (LOCAL_BOOKS if has_local else 0)
        parts = sum(part for *_, part in VIETNAMESE)
        for key, _, _, _, part in VIETNAMESE[:-1]:
            row[f"books_{key}"] = rest * part // parts
        last = f"books_{VIETNAMESE[-1][0]}"
        row[last] = rest - sum(int(str(row[f"books_{key}"])) for key, *_ in VIETNAMESE[:-1])
        if has_local:
            row[f"books_culture-adult-{local[number // every % len(local)]}"] = LOCAL_BOOKS
        rows.append(row | {"depot_id": DEPOT_ID, "note": ASSUMED})
    return rows


def list_fleet(counts: FirstCounts, communes: int) -> tuple[list[Row], list[Row]]:
    """Return vehicles and crews of usual size: a crew for each vehicle."""
    vehicles: list[Row] = []
    crews: list[Row] = []
    for number in range(1, _pieces(communes, counts.communes_per_bus) + 1):
        vehicles.append(
            {
                "vehicle_id": f"XB{number}", "name": f"Xe thư viện lưu động số {number}",
                "kind": "bus", "depot_id": DEPOT_ID, "capacity_boxes": 24, "capacity_kg": 420,
                "shelf_books": 2500, "sessions": "yes", "seats": max(4, counts.bus_crew),
                "width_m": 2.2, "gross_t": 7.5, "max_grade_pct": 14, "cost_vnd_per_km": 5500,
                "cost_vnd_per_day": 250_000, "note": ASSUMED,
            }
        )  # fmt: skip
        crews.append(
            {
                "crew_id": f"T{len(crews) + 1}", "name": f"Tổ lưu động {number}",
                "members": counts.bus_crew, "depot_id": DEPOT_ID, "drives": "bus|truck",
                "skills": "exchange|session|training", "note": ASSUMED,
            }
        )  # fmt: skip
    for number in range(1, _pieces(communes, counts.communes_per_truck) + 1):
        vehicles.append(
            {
                "vehicle_id": f"XT{number}", "name": f"Xe tải nhẹ số {number}", "kind": "truck",
                "depot_id": DEPOT_ID, "capacity_boxes": 70, "capacity_kg": 1100, "shelf_books": 0,
                "sessions": "no", "seats": max(3, counts.truck_crew), "width_m": 1.9,
                "gross_t": 3.5, "max_grade_pct": 16, "cost_vnd_per_km": 4500,
                "cost_vnd_per_day": 180_000, "note": ASSUMED,
            }
        )  # fmt: skip
        crews.append(
            {
                "crew_id": f"T{len(crews) + 1}", "name": f"Tổ luân chuyển {number}",
                "members": counts.truck_crew, "depot_id": DEPOT_ID, "drives": "truck|bus",
                "skills": "exchange", "note": ASSUMED,
            }
        )  # fmt: skip
    return vehicles, crews


def _pieces(communes: int, communes_a_piece: float) -> int:
    return max(1, round(communes / communes_a_piece))


def list_calendar(month: Month, market_commune: str) -> list[Row]:
    """Return the terms of this school year and the next, and a market as a template."""
    start = month.first_day.year if month.first_day.month >= 6 else month.first_day.year - 1
    rows: list[Row] = []
    for year in (start, start + 1):
        spring = year + 1
        for key, kind, name, first, last, effect in (
            ("HK1", "term", "Học kỳ 1", _monday(year, 9, 5), date(spring, 1, 16), "term"),
            ("HK2", "term", "Học kỳ 2", date(spring, 1, 17), date(spring, 5, 31), "term"),
            ("THI1", "exam", "Thi học kỳ 1", date(year, 12, 28), date(year, 12, 31), "closed"),
            ("THI2", "exam", "Thi học kỳ 2", date(spring, 5, 10), date(spring, 5, 15), "closed"),
        ):
            rows.append(
                {
                    "entry_id": f"{key}-{year}", "kind": kind, "name": name, "rule": "",
                    "start_date": first.isoformat(), "days": (last - first).days + 1, "until": "",
                    "commune_code": "", "site_id": "", "effect": effect, "note": ASSUMED,
                }
            )  # fmt: skip
    first = month.first_day
    sunday = first + timedelta(days=6 - first.weekday())
    rows.append(
        {
            "entry_id": "CHO-MAU", "kind": "market", "name": "Chợ phiên (mẫu)",
            "rule": "FREQ=WEEKLY;BYDAY=SU", "start_date": sunday.isoformat(), "days": "",
            "until": date(start + 2, 12, 31).isoformat(), "commune_code": market_commune,
            "site_id": "", "effect": "note",
            "note": f"{ASSUMED}: ngày chợ thật; preferred thay cho note thì kế hoạch ưu tiên",
        }
    )  # fmt: skip
    return sorted(rows, key=lambda row: str(row["entry_id"]))


def _monday(year: int, month: int, day: int) -> date:
    """Return the first Monday from a day on."""
    first = date(year, month, day)
    return first + timedelta(days=-first.weekday() % 7)


def write_settings(province: KnownProvince, seat: tuple[float, float]) -> str:
    """Return `province.toml` of a province of Vietnam."""
    text = json.dumps
    library = f"Thư viện tỉnh {province.name}"
    lines = [
        "# Settings of the province. Units and meaning: docs/data-format.md, province/settings.py",
        "format = 1", "",
        "[province]", f'code = "{province.code}"',
        f"name = {text(province.name, ensure_ascii=False)}",
        'language = "vi"', 'country = "VN"', 'currency = "VND"', 'timezone = "Asia/Ho_Chi_Minh"',
        f"organisation = {text(library, ensure_ascii=False)}", "",
        f"[language_shares]  # {ASSUMED}",
        "vi = 1.0", *(f"{key} = {share}" for key, share in province.languages.items()), "",
        "[trips]", f"latitude = {seat[1]:.3f}", f"longitude = {seat[0]:.3f}", "max_nights = 2",
        *VIETNAMESE_MEAL, "",
        "[rotation]", "max_stay_months = 4", "chains = true",
        f"uses_per_million = 15  # {ASSUMED}", "",
        f"[season]  # {ASSUMED}", "wet_months = [5, 6, 7, 8, 9]", "",
        "[targets]", "since = 2025-01-01", "",
    ]  # fmt: skip
    for name, wanted in GOALS:
        first, second, third = wanted.split(", ")
        lines += [
            "[[goals]]", f'id = "{name}"', f'counts = "{name}"',
            f'by = {{ "2026" = {first}, "2030" = {second}, "2045" = {third} }}',
            'source = "Decision 1687/QĐ-TTg, 30 Dec 2024"', "",
        ]  # fmt: skip
    for key, subject, audience, name, _ in VIETNAMESE:
        lines += _category(key, subject, audience, "vi", name)
    for language in list_local(province):
        name = f"Văn hóa {LANGUAGE_NAMES[language]}"
        lines += _category(f"culture-adult-{language}", "culture", "adult", language, name)
    return "\n".join(lines)


def _category(key: str, subject: str, audience: str, language: str, name: str) -> Sequence[str]:
    return (
        "[[categories]]", f'id = "{key}"', f'subject = "{subject}"', f'audience = "{audience}"',
        f'language = "{language}"', f'name = "{name}"', "",
    )  # fmt: skip
