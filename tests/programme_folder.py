"""The small province with a programme: every table, goals, criteria, a date of a report."""

from pathlib import Path

TABLES = {
    "models.csv": """\
model_id,commune_code,name,kind,sites,established,closed,managed_by,criteria,source,note
M1,90002,Mô hình Bản Mận,combined,TV1,2025-03-01,,UBND xã,room:2025-03-01|staff:2025-06-01,,
M2,90003,Mô hình Đèo Mây,combined,TV2|TV3,2026-02-01,,UBND xã,room:2026-02-01,,
M3,90004,Mô hình Bến Phà,single,TV4,2027-04-01,,UBND xã,room:2026-12-01|staff:2026-12-01,,
""",
    "activities.csv": """\
activity_id,date,site_id,form,people,source,note
A1,2026-04-21,TV1,promotion,80,,
A2,2026-05-05,TV1,online,20,,
A3,2026-06-06,TV1,mobile,100,,
A4,2026-04-21,TV2,promotion,50,,
A5,2025-04-21,TV1,promotion,100,,
A6,2025-04-22,TH1,promotion,100,,
""",
    "staff.csv": """\
staff_id,site_id,people,from_date,until,trained,trained_date,course_id,note
N1,TV1,1,,,1,2026-05-14,K1,
N2,TV2,2,,,1,2026-05-14,K1,
N3,TV4,2,2026-01-01,,0,,,
N4,TV4,1,,2025-12-31,1,2025-02-02,,
""",
    "courses.csv": """\
course_id,name,rule,start_date,days,until,site_id,online,seats,hours,for_whom,trainer,cost,fund_id,note
K1,Nghiệp vụ,,2026-05-13,2,,KHO,no,10,12,,,5000000,Q1,
K2,Trực tuyến,FREQ=MONTHLY;BYDAY=-1WE,2026-12-30,,2027-03-31,,yes,5,2.5,,,0,,
""",
    "partners.csv": """\
partner_id,name,kind,gives,commune_code,from_date,until,contact,note
P1,Đồn biên phòng,armed_forces,people|vehicle,90003,2026-01-01,2026-12-20,,
""",
    "funds.csv": """\
fund_id,name,amount,currency,from_date,until,purpose,charges,source,note
Q1,Quỹ 2026,10000000,VND,2026-01-01,2026-12-31,,training|model,,
Q2,Projekts,1000.50,EUR,2026-01-01,2027-03-31,,,,
""",
    "expenses.csv": """\
expense_id,date,amount,fund_id,purpose,note
C1,2026-05-14,5000000,Q1,training,
C2,2026-06-01,1000000,Q1,model,
C3,2026-07-01,200.25,Q2,kit,
""",
}

SETTINGS = """
[targets]
points_needed = 30

[[goals]]
id = "models"
counts = "models"
by = { "2026" = 15, "2030" = 50 }
unit_cost_vnd = 1000

[[goals]]
id = "libraries"
counts = "libraries"
by = { "2026" = 25 }

[[goals]]
id = "staff"
counts = "staff"
by = { "2026" = 60 }

[[goals]]
id = "users"
counts = "users"
by = { "2026" = 30, "2030" = 15 }

[[goals]]
id = "fairs"
name = "Hội sách"
counts = "activities"
forms = ["promotion"]
by = { "2026" = 3 }

[[criteria]]
id = "room"
name = "Phòng đọc"
weight = 20

[[criteria]]
id = "staff"
name = "Người phụ trách"
weight = 10

[[reports]]
id = "unit"
name = "Báo cáo năm"
month = 12
day = 8
"""


def add_programme(folder: Path) -> Path:
    """Write the programme into a copy of the small province folder."""
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = folder / "province.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + SETTINGS, encoding="utf-8")
    return folder
