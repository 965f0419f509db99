"""Makes the synthetic programme of Sơn La: models, activities, staff, courses, partners, money."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from tools.son_la_facts import CommuneFact

Row = dict[str, Any]

NOTE = "mô phỏng"
SEED = 2030
LIBRARY_KINDS = (
    "commune_library", "learning_centre", "culture_centre", "post_office", "legal_bookcase",
    "private_library",
)  # fmt: skip

# Commune, first day of its model (empty: only intended), criteria it meets; the last two lack some.
MODELS = (
    ("03646", "2025-03-26", "room|hours|stock|staff|plan|network"),
    ("03679", "2025-05-19", "room|hours|stock|staff|network"),
    ("03721", "2025-06-18", "room|hours|stock|staff|plan"),
    ("03781", "2025-10-02", "room|stock|staff|plan|network"),
    ("03862", "2025-12-15", "room|hours|stock|plan|network"),
    ("03910", "2026-02-25", "room|hours|stock|staff|plan|network"),
    ("03985", "2026-04-21", "hours|stock|staff|plan|network"),
    ("04105", "2026-06-30", "room|hours|stock|staff"),
    ("04168", "2026-09-09", "room|hours|staff|plan|network"),
    ("04231", "2026-10-07", "room|hours|stock|staff|plan"),
    ("03808", "2026-08-12", "room|stock"),
    ("04075", "2026-11-18", "room|hours|plan"),
    ("04048", "2027-04-21", ""),
    ("04006", "", ""),
)
CLOSED = ("03856", "2025-04-10", "2026-03-31", "room|hours|stock|staff|plan")


def build_models(communes: tuple[CommuneFact, ...], sites: list[Row]) -> list[Row]:
    """Return the models: each pools the libraries of its commune, and its school where it has one.

    All of them are invented, communes and sites apart.
    """
    names = {commune.code: commune for commune in communes}
    rows = []
    for number, (code, first, met) in enumerate((*MODELS, (CLOSED[0], CLOSED[1], CLOSED[3])), 1):
        pooled = [
            site["site_id"] for site in sites
            if site["commune_code"] == code and site["kind"] in (*LIBRARY_KINDS, "school")
        ]  # fmt: skip
        since = date.fromisoformat(first) if first else None
        rows.append(
            {
                "model_id": f"MH{number:02}",
                "commune_code": code,
                "name": f"Mô hình thư viện cơ sở {names[code].name}",
                "kind": "combined" if len(pooled) > 1 else "single",
                "sites": "|".join(pooled),
                "established": first,
                "closed": CLOSED[2] if code == CLOSED[0] else "",
                "managed_by": f"Ủy ban nhân dân {names[code].kind} {names[code].name}",
                "criteria": "|".join(
                    f"{name}:{since + timedelta(days=7 * place)}"
                    for place, name in enumerate(met.split("|"))
                ) if since and met else "",
                "source": "",
                "note": NOTE,
            }
        )  # fmt: skip
    return rows


def build_activities(sites: list[Row]) -> list[Row]:
    """Return two years of invented activities, by day; circulation is told by the ledger."""
    rng = np.random.default_rng(SEED)
    rows = []
    for site in sites:
        if site["kind"] in (*LIBRARY_KINDS, "school", "border_post"):
            rows += list(_list_activities(rng, site))
    rows.sort(key=lambda row: (row["date"], row["site_id"], row["form"]))
    for number, row in enumerate(rows, 1):
        row["activity_id"] = f"HD{number:04}"
    return rows


def _list_activities(rng: np.random.Generator, site: Row) -> Iterator[Row]:
    """Yield what one site did: the more eager it is, the more forms it has."""
    eager = rng.random() + (0.35 if site["takes"] in ("session", "both") else 0.0)
    for year, more in ((2025, 0.0), (2026, 0.12)):
        if eager + more > 0.55:
            for month, day in ((4, 21), (10, 3)):
                if rng.random() < 0.7:
                    people = int(rng.integers(30, 160))
                    yield _activity(date(year, month, day), site, "promotion", people)
        if eager + more > 0.72:
            for month in (3, 9):
                held = date(year, month, int(rng.integers(3, 26)))
                yield _activity(held, site, "online", int(rng.integers(5, 40)))
        if eager + more > 0.5 and site["kind"] != "border_post":
            held = date(year, int(rng.integers(2, 12)), int(rng.integers(2, 27)))
            yield _activity(held, site, "mobile", int(rng.integers(60, 320)))


def _activity(day: date, site: Row, form: str, people: int) -> Row:
    return {
        "activity_id": "", "date": day.isoformat(), "site_id": site["site_id"], "form": form,
        "people": people, "source": "", "note": NOTE,
    }  # fmt: skip


def build_staff(sites: list[Row]) -> list[Row]:
    """Return invented people of the libraries, by site: numbers, no names."""
    rng = np.random.default_rng(SEED + 1)
    rows: list[Row] = []
    held = (("DT1", date(2025, 10, 16)), ("DT2", date(2026, 5, 14)))
    for site in sites:
        if site["kind"] not in (*LIBRARY_KINDS, "client_centre"):
            continue
        for _ in range(1 + (rng.random() < 0.3)):
            course, day = held[int(rng.integers(2))]
            is_trained = rng.random() < 0.36
            rows.append(
                {
                    "staff_id": f"NV{len(rows) + 1:03}",
                    "site_id": site["site_id"],
                    "people": 1,
                    "from_date": "",
                    "until": "",
                    "trained": 1 if is_trained else 0,
                    "trained_date": day.isoformat() if is_trained else "",
                    "course_id": course if is_trained else "",
                    "note": NOTE,
                }
            )
    return rows


def _table(heading: str, *lines: str) -> list[Row]:
    names = heading.split(",")
    return [dict(zip(names, line.split(";"), strict=True)) for line in lines]


_COURSES = (
    "course_id,name,rule,start_date,days,until,site_id,online,seats,hours,for_whom,trainer,cost,"
    "fund_id,note",
    "DT1;Nghiệp vụ thư viện cơ sở;;2025-10-15;2;;SL-KHO;no;30;12;người phụ trách thư viện xã;"
    "Thư viện tỉnh;24000000;NS2025;",
    "DT2;Nghiệp vụ thư viện cơ sở;;2026-05-13;2;;SL-KHO;no;30;12;người phụ trách thư viện xã;"
    "Thư viện tỉnh;24000000;NS2026;",
    "DT3;Tổ chức mô hình thư viện cơ sở;;2026-12-16;2;;SL-03910-TV;no;25;12;"
    "người phụ trách mô hình;Thư viện tỉnh;21000000;NS2026;",
    "DT4;Phục vụ trực tuyến và khuyến đọc;FREQ=MONTHLY;BYDAY=-1WE;2027-01-27;;2027-04-30;;yes;20;3;"
    "mọi thư viện;Thư viện tỉnh;1500000;;",
)
PARTNERS = _table(
    "partner_id,name,kind,gives,commune_code,from_date,until,contact,note",
    "DT-BP;Đồn biên phòng trên địa bàn;armed_forces;people|vehicle;03985;2025-04-01;2026-12-31;;",
    "DT-DTN;Đoàn thanh niên xã;union;people|room;03910;2026-03-01;;;",
    "DT-KH;Hội khuyến học;association;people|books;;2025-10-02;2027-10-01;;",
    "DT-TV;Thư viện tư nhân;private_library;room|books;04075;2026-01-01;;;",
    "DT-TT;Nhà tài trợ sách;donor;books|money;;2026-02-01;2027-03-31;;",
)
FUNDS = _table(
    "fund_id,name,amount,currency,from_date,until,purpose,charges,source,note",
    "NS2025;Ngân sách chương trình 2025;480000000;VND;2025-01-01;2025-12-31;"
    "xây dựng mô hình thư viện cơ sở;;;",
    "NS2026;Ngân sách chương trình 2026;650000000;VND;2026-01-01;2026-12-31;"
    "xây dựng mô hình thư viện cơ sở;;;",
    "TT2026;Tài trợ khuyến đọc;120000000;VND;2026-02-01;2027-03-31;sách và tuyên truyền;"
    "books|kit|promotion;;",
)
EXPENSES = _table(
    "expense_id,date,amount,fund_id,purpose,note",
    "CP01;2025-03-20;85000000;NS2025;model;",
    "CP02;2025-05-12;85000000;NS2025;model;",
    "CP03;2025-06-10;85000000;NS2025;model;",
    "CP04;2025-10-17;24000000;NS2025;training;",
    "CP05;2025-12-10;95000000;NS2025;model;",
    "CP06;2026-02-20;110000000;NS2026;model;",
    "CP07;2026-04-15;30000000;TT2026;promotion;",
    "CP08;2026-05-15;24000000;NS2026;training;",
    "CP09;2026-06-22;110000000;NS2026;model;",
    "CP10;2026-09-04;105000000;NS2026;model;",
    "CP11;2026-10-02;26500000;TT2026;promotion;",
    "CP12;2026-11-20;98000000;NS2026;model;",
)

REPORTED = _table(
    "entry_id,report_id,year,commune_code,received,source,note",
    "BC01;unit;2025;03646;2025-12-03;;",
    "BC02;unit;2025;03679;2025-12-08;;",
    "BC03;unit;2025;03721;2025-12-05;;",
    "BC04;unit;2025;03781;2025-12-10;;",
)
"""Communes with a model that sent their report of 2025 in, one after the deadline."""


def list_courses() -> list[Row]:
    """Return the invented courses; a rule has the sign that divides the cells of other rows."""
    heading, *lines = _COURSES
    return _table(heading, *(line.replace("FREQ=MONTHLY;", "FREQ=MONTHLY§") for line in lines))


def name_all_synthetic(rows: list[Row]) -> list[Row]:
    """Return rows with a note that they are invented."""
    return [
        {key: cell.replace("§", ";") for key, cell in row.items()} | {"note": NOTE} for row in rows
    ]


PROGRAMME_SETTINGS = """\
[targets]  # what all goals share
counts_wards = true  # 75 communes; false: the 67 that are no wards
since = 2025-01-01
points_needed = 70  # assumption

[training]  # assumptions
travel_vnd_per_km = 2000
stay_vnd_per_day = 200000
worth_vnd = 100000
first_worth_vnd = 300000

[[goals]]
id = "models"
counts = "models"
by = { "2026" = 15, "2030" = 50, "2045" = 90 }
unit_cost_vnd = 150000000  # assumption
source = "Decision 1687/QĐ-TTg, 30 Dec 2024"

[[goals]]
id = "libraries"
counts = "libraries"
by = { "2026" = 15, "2030" = 50, "2045" = 90 }
unit_cost_vnd = 12000000  # assumption
source = "Decision 1687/QĐ-TTg, 30 Dec 2024"

[[goals]]
id = "staff"
counts = "staff"
by = { "2026" = 40, "2030" = 60, "2045" = 90 }
unit_cost_vnd = 800000  # assumption
source = "Decision 1687/QĐ-TTg, 30 Dec 2024"

[[goals]]
id = "users"
counts = "users"
by = { "2026" = 10, "2030" = 15, "2045" = 30 }
source = "Decision 1687/QĐ-TTg, 30 Dec 2024; growth against the year before is our reading"

# What a model is judged by: the decision leaves it to the province; these six are assumptions.
[[criteria]]
id = "room"
name = "Phòng đọc riêng, giữ sách tốt"
weight = 20
source = "assumption"

[[criteria]]
id = "hours"
name = "Mở cửa ít nhất 5 buổi một tuần"
weight = 15
source = "assumption"

[[criteria]]
id = "stock"
name = "Có vốn sách của mình và sách luân chuyển"
weight = 20
source = "assumption"

[[criteria]]
id = "staff"
name = "Có người phụ trách đã qua tập huấn"
weight = 20
source = "assumption"

[[criteria]]
id = "plan"
name = "Có kế hoạch hoạt động hằng năm"
weight = 10
source = "assumption"

[[criteria]]
id = "network"
name = "Có máy tính nối mạng"
weight = 15
source = "assumption"

[[reports]]
id = "unit"
name = "Báo cáo năm của đơn vị"
month = 12
day = 8
source = "Mường Tè's plan of August 2024"
authority = "Ủy ban nhân dân {unit}"  # above a site's report
organisation = "Ủy ban nhân dân {unit}"
symbol = "BC-UBND"
addressee = "Thư viện tỉnh Sơn La"
recipients = ["Như trên", "Lưu: VT"]
signer = ["TM. Ủy ban nhân dân", "Chủ tịch"]

[[reports]]
id = "district"
level = "department"
name = "Báo cáo năm của Thư viện tỉnh gửi Sở"
month = 12
day = 10
source = "Mường Tè's plan of August 2024; districts ended on 1 July 2025, the library reports now"
symbol = "BC-TVT"
addressee = "Sở Văn hóa, Thể thao và Du lịch tỉnh Sơn La"
recipients = ["Như trên", "Ban Giám đốc", "Các phòng", "Lưu: VT"]
signer = ["Giám đốc"]

[[reports]]
id = "province"
name = "Báo cáo năm của tỉnh"
month = 12
day = 20
source = "yearly by Decision 1687/QĐ-TTg; the day is an assumption"
authority = ""
organisation = "Ủy ban nhân dân tỉnh Sơn La"
symbol = "BC-UBND"
addressee = "Bộ Văn hóa, Thể thao và Du lịch"
recipients = ["Như trên", "Chủ tịch UBND tỉnh", "Sở Văn hóa, Thể thao và Du lịch", "Lưu: VT"]
signer = ["TM. Ủy ban nhân dân", "KT. Chủ tịch", "Phó Chủ tịch"]
"""
REMEDIES = _table(
    "remedy_id,model_id,date,kind,what,done_date,note",
    "BP01;MH01;2026-01-15;books;Đưa thêm lô sách thiếu nhi;2026-03-03;",
    "BP02;MH02;2026-01-15;hours;Mở thêm sáng Chủ nhật ở nhà văn hóa;2026-03-01;",
    "BP03;MH03;2026-02-10;combine;Dùng chung phòng đọc với trường học;;",
)
