"""The small province with a programme, a plan and a trip that was recorded, to be reported on."""

import dataclasses
from datetime import date
from pathlib import Path

from programme_folder import add_programme
from recording import record
from result_sheets import make_trip_plan

from planning.answers.reported import gather_work
from planning.past.read import read_plans
from planning.plan_file import dump_plan
from programme.reporting.parts import ProgrammeReport, ReportLevel, ReportUnit
from programme.reporting.period import parse_period
from programme.reporting.question import PlannedWork, ReportQuestion
from programme.reporting.sections import make_report
from province.facts import Province

ON = date(2026, 12, 31)
MORE = {
    "wishes.csv": "wish_id,event_id,site_id,start_date,days,note\nM1,DONG,TV1,2026-12-30,1,\n",
    "requests.csv": (
        "date,site_id,category_id,books,note\n"
        "2026-11-20,TV2,tales-child-hmn,40,\n2026-11-20,TV2,tales-child-hmn,5,\n"
        "2025-11-20,TV4,tales-child-vi,9,\n"
    ),
    "kits.csv": (
        "kit_id,name,site_id,boxes,mass_kg,ready_date,due_date,note\n"
        "BO1,Áp phích phòng cháy rừng,TV4,1,8,2026-12-01,2026-12-18,\n"
        "BO2,Tờ rơi,TV2,1,8,2026-12-01,2026-12-20,\n"
    ),
}
EVENTS = (
    "NGAY-SACH,programme,Ngày Sách,FREQ=YEARLY,2026-04-21,1,2027-12-31,,,note,,,yes\n"
    "HOI,event,Hội Bản Mận,,2026-06-01,10,,90002,,note,,,yes\n"
    "DONG,programme,Đọc sách mùa đông,,2026-12-30,1,,,,note,,29,yes\n"
)
"""The mobile session of 6 June is for the fair, that of December for a wished day at its end."""
LOANS = "2026-10-05,TV1,farming-adult-vi,46,1.1\n2025-11-11,TV1,tales-child-vi,10,1\n"
SHEET = {
    4: {"outcome": "partly", "reason": "Mưa to"},
    8: {"outcome": "not-done", "reason": "Chưa in xong"},
}
"""Of the trip: the session at TV1 was cut short by rain, the kit for TV4 not printed yet."""


def make_folder(folder: Path) -> Path:
    """Write everything that a report tells of into a copy of the small province."""
    add_programme(folder)
    for name, text in MORE.items():
        (folder / name).write_text(text, encoding="utf-8")
    loans = folder / "loans.csv"
    loans.write_text(loans.read_text(encoding="utf-8") + LOANS, encoding="utf-8")
    calendar = folder / "calendar.csv"
    head, *rows = calendar.read_text(encoding="utf-8").splitlines()
    rows = [f"{head},days_before,is_promotion", *(f"{row},," for row in rows)]
    calendar.write_text("\n".join(rows) + "\n" + EVENTS, encoding="utf-8")
    return folder


def plan_and_record(folder: Path, province: Province) -> None:
    """Put the plan of December into a folder, and record its one trip."""
    path = folder / "plans" / "2026-12" / "plan.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(dump_plan(make_trip_plan(province)))
    record(folder, SHEET)


def list_work(province: Province) -> PlannedWork:
    """Return what the plans of its folder planned, and what came of it."""
    return gather_work(province, read_plans(province.folder, province))


def report(
    province: Province,
    work: PlannedWork,
    level: str = "department",
    *,
    unit: ReportUnit | None = None,
    period: str = "2026",
    on: date = ON,
) -> ProgrammeReport:
    """Return a report on the year."""
    question = ReportQuestion(province, ReportLevel(level), unit, parse_period(period), on, work)
    return make_report(question)


def without(province: Province, fact: str, number: int) -> Province:
    """Return the facts without one of a kind; `programme.models` are those of the programme."""
    name, _, part = fact.partition(".")
    owner = province.programme if part else province
    rows = getattr(owner, part or name)
    kept = (*rows[:number], *rows[number + 1 :])
    if part:
        programme = dataclasses.replace(province.programme, **{part: kept})
        return dataclasses.replace(province, programme=programme)
    return dataclasses.replace(province, **{name: kept})
