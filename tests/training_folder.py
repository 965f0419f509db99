"""The small province with courses, invitations and kits that wait for a course."""

from pathlib import Path

COURSES = """\
course_id,name,rule,start_date,days,until,site_id,online,seats,hours,for_whom,trainer,cost,\
fund_id,note,on_site,series,most_sites,ride_along
ONL,Phục vụ trực tuyến,FREQ=MONTHLY;BYDAY=-1WE,2026-08-26,,2026-11-30,,yes,4,3,,,100,Q1,,,yes,,
HOM,Tập huấn tại chỗ,,2026-12-01,31,,,no,2,2,,,50,,,yes,,1,yes
KHO1,Lớp tại kho,,2026-12-29,2,,KHO,no,3,12,,,900,Q1,,,,,
KHO2,Lớp năm sau,,2027-01-12,2,,KHO,no,3,12,,,10,Q1,,,,,
"""
STAFF = """\
staff_id,site_id,people,from_date,until,trained,trained_date,course_id,note
N1,TV1,1,,,1,2026-05-14,,
N2,TV2,3,,,1,2026-05-14,,
N3,TV4,2,2026-01-01,,0,,,ca sáng
N5,TV3,1,,,0,,,
"""
INVITATIONS = """\
invitation_id,course_id,date,staff_id,people,attended,held,proof,note
I1,ONL,2026-08-26,N2,1,,,,
I2,HOM,2026-12-01,N3,2,,,,
"""
FUNDS = """\
fund_id,name,amount,currency,from_date,until,purpose,charges,source,note
Q1,Quỹ 2026,1400,VND,2026-01-01,2026-12-31,,training,,
Q2,Quỹ sách,5000,VND,2026-01-01,2027-12-31,,books,,
"""
KITS = "kit_id,name,site_id,boxes,mass_kg,ready_date,due_date,note,after,ride_along\n" + "".join(
    f"AP{number},Áp phích,{site},1,2,2026-08-01,2026-12-30,,ONL,yes\n"
    for number, site in enumerate(("TV1", "TV2", "TV3", "TV4", "TH1"), 1)
)
GOALS = """
[[goals]]
id = "staff"
counts = "staff"
by = { "2026" = 60, "2027" = 90 }
"""
TABLES = {
    "courses.csv": COURSES, "staff.csv": STAFF, "invitations.csv": INVITATIONS,
    "funds.csv": FUNDS, "kits.csv": KITS,
}  # fmt: skip


def add_training(folder: Path) -> Path:
    """Write courses, staff, invitations, funds and kits into a copy of the small folder."""
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = folder / "province.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + GOALS, encoding="utf-8")
    return folder
