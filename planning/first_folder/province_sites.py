"""The sites that a first folder of a province proposes, by kind: all of them assumptions."""

import math
from collections.abc import Sequence

import shapely

from planning.first_folder.known_province import FirstCounts, KnownCommune, KnownProvince
from planning.first_folder.tables import Row, site_row
from province.assumed_rows import ASSUMED
from province.dates import Month
from province.places import SiteKind

KM_PER_DEG = 111.0
BESIDE_KM = 0.8
"""How far from the seat, at most, other sites of a commune are put: a road is near there."""

OFFICE_HOURS = "Mo-Fr 07:30-11:30,13:30-17:00"
SCHOOL_HOURS = "Mo-Sa 07:00-12:00,13:00-17:00"
# Short forms in ids, and what the kinds are called; wards have other words in them.
KINDS = {
    SiteKind.COMMUNE_LIBRARY: ("TV", "Thư viện {unit} {name}"),
    SiteKind.LEARNING_CENTRE: ("TT", "Trung tâm học tập cộng đồng {name}"),
    SiteKind.CULTURE_CENTRE: ("VH", "Trung tâm văn hóa – thể thao {name}"),
    SiteKind.POST_OFFICE: ("BD", "Điểm bưu điện văn hóa {unit} {name}"),
    SiteKind.SCHOOL: ("TH", "Trường PTDTBT THCS {name}"),
    SiteKind.LEGAL_BOOKCASE: ("PL", "Tủ sách pháp luật {name}"),
    SiteKind.PRIVATE_LIBRARY: ("TN", "Thư viện tư nhân {name}"),
    SiteKind.BORDER_POST: ("BP", "Đồn Biên phòng {name}"),
    SiteKind.LODGING: ("NN", "Nhà nghỉ {name}"),
}
DIRECTIONS = {kind: number for number, kind in enumerate(KINDS)}
DEPOT_ID = "KHO"


def propose_sites(province: KnownProvince, month: Month) -> list[Row]:
    """Return the depot and the sites of all communes, sorted by id."""
    counts, communes = province.counts, province.communes
    since = month.first_day.isoformat()
    rows = [_depot(province)]
    enrolled = {one.code for one in spread(communes, counts.enrolled_share)}
    for number, commune in enumerate(communes):
        kind = counts.main_kinds[number % len(counts.main_kinds)]
        first = since if commune.code in enrolled else ""
        rows.append(_main_site(commune, kind, counts, first))
    rural = [commune for commune in communes if commune.kind != "phường"] or list(communes)
    border = [commune for commune in communes if commune.is_border]
    proposed = (
        (counts.schools_per_commune * len(communes), rural, _school),
        (counts.legal_per_commune * len(communes), communes, _legal_bookcase),
        (counts.private_per_commune * len(communes), communes, _private_library),
        (counts.border_posts_share * len(border), border, _border_post),
        (counts.lodging_per_commune * len(communes), communes, _lodging),
    )
    for wanted, among, make in proposed:
        share = min(1.0, round(wanted) / len(among)) if among else 0.0
        rows += [make(commune, counts, since) for commune in spread(among, share)]
    return sorted(rows, key=lambda row: str(row["site_id"]))


def spread(communes: Sequence[KnownCommune], share: float) -> list[KnownCommune]:
    """Return a share of the communes, evenly from all over the list (by code: by district)."""
    return [
        commune
        for number, commune in enumerate(communes)
        if math.floor((number + 1) * share + 1e-9) > math.floor(number * share + 1e-9)
    ]


def _site(commune: KnownCommune, kind: SiteKind, at: tuple[float, float], **more: object) -> Row:
    short, title = KINDS[kind]
    unit = "phường" if commune.kind == "phường" else "xã"
    name = title.format(unit=unit, name=commune.name)
    full: Row = {
        "hours": OFFICE_HOURS, "enrolled_from": "", "capacity_books": 0, "population": 0,
        "students": 0, "audiences": "", "network": "public", "lodging_beds": 0,
        "sessions_per_month": 0, "session_gap_days": 10, "note": ASSUMED,
    }  # fmt: skip
    site = site_row(f"{commune.code}-{short}", name, kind.value, commune.code, at)
    return site | full | more


def _beside(commune: KnownCommune, kind: SiteKind) -> tuple[float, float]:
    """Return a place near the seat, for each kind in another direction, inside the commune."""
    lon, lat = commune.seat
    angle = math.radians(DIRECTIONS[kind] * 360 / len(DIRECTIONS))
    far_km = BESIDE_KM
    while far_km > 0.05:
        east = far_km * math.cos(angle) / KM_PER_DEG / math.cos(math.radians(lat))
        at = round(lon + east, 5), round(lat + far_km * math.sin(angle) / KM_PER_DEG, 5)
        if commune.outline.covers(shapely.Point(at)):
            return at
        far_km /= 2
    return commune.seat


def _round(people: float) -> int:
    return round(people / 10) * 10


def _depot(province: KnownProvince) -> Row:
    commune = next(one for one in province.communes if one.code == province.depot_commune)
    return site_row(
        DEPOT_ID, f"Thư viện tỉnh {province.name} – kho luân chuyển", "depot", commune.code,
        commune.seat, hours="Mo-Su 05:00-21:00", capacity_books=100_000, note=ASSUMED,
    )  # fmt: skip


def _main_site(commune: KnownCommune, kind: SiteKind, counts: FirstCounts, since: str) -> Row:
    return _site(
        commune, kind, commune.seat, takes="rotation", enrolled_from=since,
        capacity_books=counts.shelf_books,
        population=_round(commune.population * counts.reach_share),
        students=_round(commune.population * counts.pupil_share),
    )  # fmt: skip


def _school(commune: KnownCommune, counts: FirstCounts, since: str) -> Row:
    pupils = _round(commune.population * counts.school_pupil_share)
    return _site(
        commune, SiteKind.SCHOOL, _beside(commune, SiteKind.SCHOOL), takes="session",
        hours=SCHOOL_HOURS, enrolled_from=since, population=pupils, students=pupils,
        audiences="child|teen", network="school", sessions_per_month=counts.sessions_per_month,
        session_min=counts.session_min,
    )  # fmt: skip


def _legal_bookcase(commune: KnownCommune, counts: FirstCounts, since: str) -> Row:
    kind = SiteKind.LEGAL_BOOKCASE
    return _site(
        commune, kind, _beside(commune, kind), takes="rotation", audiences="adult",
        capacity_books=counts.shelf_books, population=_round(commune.population * 0.15),
    )  # fmt: skip


def _private_library(commune: KnownCommune, counts: FirstCounts, since: str) -> Row:
    kind = SiteKind.PRIVATE_LIBRARY
    return _site(
        commune, kind, _beside(commune, kind), takes="rotation", enrolled_from=since,
        hours="Mo-Su 08:00-20:00", capacity_books=counts.shelf_books,
        population=_round(commune.population * 0.12),
    )  # fmt: skip


def _border_post(commune: KnownCommune, counts: FirstCounts, since: str) -> Row:
    kind = SiteKind.BORDER_POST
    return _site(
        commune, kind, _beside(commune, kind), takes="rotation", enrolled_from=since,
        hours="Mo-Su 06:00-18:00", capacity_books=counts.shelf_books, population=300,
        lodging_beds=4,
    )  # fmt: skip


def _lodging(commune: KnownCommune, counts: FirstCounts, since: str) -> Row:
    kind = SiteKind.LODGING
    return _site(
        commune, kind, _beside(commune, kind), takes="none", hours="Mo-Su 00:00-24:00",
        lodging_beds=counts.lodging_beds,
    )  # fmt: skip
