"""Makes the synthetic sites of Sơn La: named after real communes, everything else invented."""

from typing import Any

import numpy as np

from tools.son_la_estimates import LANGUAGES
from tools.son_la_facts import CommuneFact
from tools.son_la_roads import Network, add_spur, crow_km

Row = dict[str, Any]

DEPOT_COMMUNE = "03646"
LODGING_CODES = (
    "03703",
    "03721",
    "03781",
    "03808",
    "03856",
    "03910",
    "03980",
    "04048",
    "04075",
    "04105",
    "04168",
    "04231",
)
BORDER_POSTS = ("04045", "03985", "04099", "04222", "04240", "04246", "04057")
LEGAL_CODES = ("03646", "03910", "04105", "04168", "03721")
PRIVATE_CODES = ("03679", "03980", "04075")
SCHOOL_CODES = (
    "03694",
    "03712",
    "03721",
    "03757",
    "03763",
    "03781",
    "03808",
    "03820",
    "03847",
    "03862",
    "03868",
    "03880",
    "03910",
    "03943",
    "03985",
    "04006",
    "04078",
    "04144",
    "04168",
    "04228",
)
WAITING_SCHOOLS = frozenset(
    {"03694", "03757", "03808", "03847", "03880", "03985", "04006", "04228"}
)
# Schools so far away that a whole session fits neither before nor after the noon rest in winter.
SHORT_SESSIONS, SHORT_MIN = frozenset({"03820", "03943"}), 120
TWICE_A_MONTH = frozenset({"03721", "03910"})
KINDS = (
    ("commune_library", "TV", "Thư viện xã"),
    ("learning_centre", "TT", "Trung tâm học tập cộng đồng"),
    ("culture_centre", "VH", "Trung tâm văn hóa – thể thao"),
    ("post_office", "BD", "Điểm bưu điện văn hóa xã"),
)
# Main sites that rotation does not serve yet; every other commune's main site is enrolled.
NOT_ENROLLED = frozenset(
    [
        "03688",
        "03724",
        "03727",
        "03784",
        "03799",
        "03814",
        "03850",
        "03871",
        "03892",
        "03901",
        "03922",
        "03958",
        "03961",
        "03970",
        "03979",
        "03997",
        "04000",
        "04018",
        "04033",
        "04087",
        "04096",
        "04108",
        "04117",
        "04132",
        "04159",
        "04183",
        "04186",
        "04195",
        "04210",
        "04219",
        "03664",
    ]
)
NEW_IN_DECEMBER = frozenset({"03763", "04006", "04246", "03943"})
OFFICE_HOURS = "Mo-Fr 07:30-11:30,13:30-17:00"
LONG_HOURS = "Mo-Sa 07:30-11:30,13:30-17:00; Su 08:00-11:00"
# Pupils who board eat and rest from 11:30 to 13:30; the bus may set up and pack up meanwhile.
SCHOOL_HOURS = "Mo-Sa 07:00-12:00,13:00-17:00"


def build_sites(communes: tuple[CommuneFact, ...], network: Network) -> list[Row]:
    """Return the rows of `libraries.csv`, sorted by id; spurs to the sites are added as roads."""
    rng = np.random.default_rng(2026)
    by_code = {commune.code: commune for commune in communes}
    rows = [_depot(by_code[DEPOT_COMMUNE], network)]
    rows += [_main_site(c, i, network, rng) for i, c in enumerate(communes)]
    for codes, make in (
        (LEGAL_CODES, _legal_bookcase),
        (PRIVATE_CODES, _private_library),
        (BORDER_POSTS, _border_post),
        (SCHOOL_CODES, _school),
        (LODGING_CODES, _lodging),
    ):
        rows += [make(by_code[code], network) for code in codes]
    rows += _special_sites(by_code, network)
    for number, row in enumerate(rows):
        row["phone"] = f"0212 000 {number + 100:04d}"
    return sorted(rows, key=lambda row: str(row["site_id"]))


def _row(
    commune: CommuneFact,
    site_id: str,
    name: str,
    kind: str,
    place: tuple[float, float],
    **cells: Any,
) -> Row:
    base: Row = {
        "site_id": site_id,
        "name": name,
        "kind": kind,
        "commune_code": commune.code,
        "lon": place[0],
        "lat": place[1],
        "phone": "",
        "keyholder": "",
        "hours": OFFICE_HOURS,
        "takes": "none",
        "enrolled_from": "",
        "enrolled_until": "",
        "capacity_books": 0,
        "population": 0,
        "students": 0,
        "languages": "",
        "audiences": "",
        "network": "public",
        "lodging_beds": 0,
        "sessions_per_month": 0,
        "session_gap_days": 10,
        "session_min": "",
        "handover_site": "",
        "note": "",
    }
    return base | cells


def _languages(code: str) -> str:
    return "|".join(LANGUAGES[code])


def _spot(network: Network, code: str, site_id: str, slot: int) -> tuple[float, float]:
    """Place a site on a spur of its own, each slot in another direction."""
    rng = np.random.default_rng(int(code) * 10 + slot)
    lon, lat = network.place(code)
    nearest = min(
        crow_km((lon, lat), network.place(other)) for other in network.communes if other != code
    )
    distance = min(float(rng.uniform(0.4, 3.2)), nearest / 4)
    return add_spur(network, code, site_id, distance, slot * 77.0 + float(rng.uniform(0, 40)))


def _depot(commune: CommuneFact, network: Network) -> Row:
    site_id = "SL-KHO"
    return _row(
        commune,
        site_id,
        "Thư viện tỉnh Sơn La – kho luân chuyển",
        "depot",
        add_spur(network, commune.code, site_id, 0.6, 250.0),
        hours="Mo-Su 05:00-21:00",
        capacity_books=40000,
        keyholder="Phòng Luân chuyển",
    )


def _main_site(commune: CommuneFact, index: int, network: Network, rng: np.random.Generator) -> Row:
    pick = 0 if index % 5 < 2 else (index % 5) - 1
    kind, short, title = KINDS[pick]
    if commune.kind == "phường":
        title = title.replace("xã", "phường")
    site_id = f"SL-{commune.code}-{short}"
    is_enrolled = commune.code not in NOT_ENROLLED
    since = f"202{4 if index % 3 else 5}-{1 + index % 9:02d}-01" if is_enrolled else ""
    if commune.code in NEW_IN_DECEMBER:
        since = "2026-12-01"
    share = float(rng.uniform(0.25, 0.45))
    place = network.place(commune.code)
    if index % 3 == 2:
        place = _spot(network, commune.code, site_id, 0)
    return _row(
        commune,
        site_id,
        f"{title} {commune.name}",
        kind,
        place,
        takes="rotation",
        hours=LONG_HOURS if index % 4 == 0 else OFFICE_HOURS,
        enrolled_from=since,
        capacity_books=int(rng.choice([450, 500, 600, 800, 900])),
        population=round(commune.population * share, -1),
        students=round(commune.population * 0.04, -1),
        languages=_languages(commune.code),
        keyholder=f"Thủ thư {commune.name}",
    )


def _legal_bookcase(commune: CommuneFact, network: Network) -> Row:
    site_id = f"SL-{commune.code}-PL"
    enrolled = commune.code in ("03910", "04105", "04168")
    return _row(
        commune,
        site_id,
        f"Tủ sách pháp luật {commune.name}",
        "legal_bookcase",
        _spot(network, commune.code, site_id, 1),
        takes="rotation",
        network="legal",
        enrolled_from="2025-03-01" if enrolled else "",
        capacity_books=450,
        population=round(commune.population * 0.15, -1),
        languages="vi",
        audiences="adult",
    )


def _private_library(commune: CommuneFact, network: Network) -> Row:
    site_id = f"SL-{commune.code}-TN"
    enrolled = commune.code != "04075"
    return _row(
        commune,
        site_id,
        f"Thư viện tư nhân Hoa Ban {commune.name}",
        "private_library",
        _spot(network, commune.code, site_id, 2),
        takes="rotation",
        hours="Mo-Su 08:00-20:00",
        enrolled_from="2025-06-01" if enrolled else "",
        capacity_books=500,
        population=round(commune.population * 0.12, -1),
        students=300,
        languages="vi|blt",
    )


def _border_post(commune: CommuneFact, network: Network) -> Row:
    site_id = f"SL-{commune.code}-BP"
    enrolled = commune.code in ("04045", "04222", "04240", "03985", "04057")
    return _row(
        commune,
        site_id,
        f"Đồn Biên phòng {commune.name}",
        "border_post",
        _spot(network, commune.code, site_id, 3),
        takes="both",
        network="border",
        hours="Mo-Su 06:00-18:00",
        enrolled_from="2025-01-01" if enrolled else "",
        capacity_books=500,
        population=600,
        languages="vi|blt|hmn",
        lodging_beds=4,
        sessions_per_month=1 if commune.code in ("04045", "04240") else 0,
        session_gap_days=20,
    )


def _school(commune: CommuneFact, network: Network) -> Row:
    site_id = f"SL-{commune.code}-TH"
    waits = commune.code in WAITING_SCHOOLS
    return _row(
        commune,
        site_id,
        f"Trường PTDTBT THCS {commune.name}",
        "school",
        _spot(network, commune.code, site_id, 4),
        takes="session",
        network="school",
        hours=SCHOOL_HOURS,
        enrolled_from="" if waits else "2025-09-05",
        students=round(min(900, commune.population * 0.03), -1),
        audiences="child|teen",
        languages=_languages(commune.code),
        sessions_per_month=2 if commune.code in TWICE_A_MONTH else (0 if waits else 1),
        session_gap_days=10,
        session_min=SHORT_MIN if commune.code in SHORT_SESSIONS else "",
    )


def _lodging(commune: CommuneFact, network: Network) -> Row:
    site_id = f"SL-{commune.code}-NN"
    return _row(
        commune,
        site_id,
        f"Nhà nghỉ {commune.name}",
        "lodging",
        _spot(network, commune.code, site_id, 5),
        hours="Mo-Su 00:00-24:00",
        lodging_beds=4 + int(commune.code) % 4 * 2,
    )


def _special_sites(by_code: dict[str, CommuneFact], network: Network) -> list[Row]:
    treatment = _row(
        by_code["03679"],
        "SL-03679-DT",
        "Cơ sở điều trị Chiềng Sinh",
        "treatment_site",
        _spot(network, "03679", "SL-03679-DT", 6),
        takes="rotation",
        capacity_books=450,
        population=400,
        languages="vi",
        hours="Mo-Fr 08:00-11:00,14:00-16:30",
    )
    client = _row(
        by_code["03646"],
        "SL-03646-DV",
        "Trung tâm phục vụ hành chính công Tô Hiệu",
        "client_centre",
        _spot(network, "03646", "SL-03646-DV", 7),
        takes="rotation",
        capacity_books=450,
        population=5000,
        languages="vi",
    )
    hamlet = _row(
        by_code["03862"],
        "SL-03862-BB",
        "Điểm đọc bản trên núi Xím Vàng",
        "learning_centre",
        add_spur(network, "03862", "SL-03862-BB", 3.0, 200.0, only_motorbike=True),
        takes="rotation",
        enrolled_from="2026-12-01",
        capacity_books=400,
        population=380,
        students=60,
        languages="vi|hmn",
        handover_site="SL-03862-BD",
        note="chỉ đi được xe máy; giả định",
    )
    market = _row(
        by_code["03781"],
        "SL-03781-CH",
        "Chợ phiên Co Mạ",
        "culture_centre",
        _spot(network, "03781", "SL-03781-CH", 6),
        takes="session",
        hours="Mo-Su 06:00-16:00",
        enrolled_from="2026-01-01",
        population=4000,
        languages="vi|hmn",
        sessions_per_month=1,
        session_gap_days=14,
    )
    return [treatment, client, hamlet, market]
