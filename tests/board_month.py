"""A month of the small province in which every rule holds: five trips, one with a night."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from planning.edit.edited_plan import edit_plan, open_plan
from planning.joint.month import plan_month
from planning.plan import Plan
from planning.survey import survey_province
from province.dates import Month
from province.facts import Province
from routing.month.instance import build_instance
from routing.month.schedule import date_trip
from routing.solver.to_trips import record_trip

MONTH = Month(2026, 12)


def change_settings(province: Province, part: str, **values: Any) -> Province:
    """Return the facts with other settings."""
    settings = province.settings
    changed = getattr(settings, part).model_copy(update=values)
    return replace(province, settings=settings.model_copy(update={part: changed}))


TRIPS = """trip_id,vehicle_id,crew_id,date,sequence,visit_id
A,XE1,D1,2026-12-01,1,TH1-S2
B,XE1,D1,2026-12-06,1,TV1-X
C,XE1,D1,2026-12-08,1,TH1-S1
D,XE2,D2,2026-12-18,1,TV4-X
E,XE1,D1,2026-12-23,1,TV2-S1
"""


def plan_board_month(small: Province) -> tuple[Plan, Province]:
    """Return a plan with short sessions and days, so that each trip does little, and its facts.

    Trips: TH1-S2 on the 1st, TV1-X on the 6th, TH1-S1 on the 8th, TV2-S1 from the 23rd to the
    24th (all XE1 and D1), TV4-X on the 18th (XE2 and D2): whatever a search would do.
    """
    province = change_settings(small, "service", session_min=120)
    province = change_settings(province, "trips", duty_max_day_min=300)
    plan = plan_month(province, MONTH, seed=0, work=0.05, rounds=1, has_fixes=False)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "trips.csv"
        file.write_text(TRIPS, encoding="utf-8")
        edit = edit_plan(open_plan(small.folder, province, plan), file)
    assert edit.violations == ()
    return leave_later(edit.overruled_plan, province), province


def leave_later(plan: Plan, province: Province) -> Plan:
    """Return the plan with the trip to TV2 on the day of its stop and the next, not the one before.

    Both ways are as long; a table of stops does not say which.
    """
    day = date(2026, 12, 23)
    visits = tuple(
        replace(visit, windows=tuple(window for window in visit.windows if window.day == day))
        if visit.visit_id == "TV2-S1"
        else visit
        for visit in plan.visits
    )
    problem = survey_province(province, MONTH).pose_trips(visits)
    instance = build_instance(problem)
    job = next(k for k, visit in enumerate(problem.visits) if visit.visit_id == "TV2-S1")
    dated = date_trip(instance, (job,), 0, 22, 0)
    assert dated is not None
    later = record_trip(problem, dated)
    old = next(trip for trip in plan.trips.trips if trip.stops[0].visit_id == "TV2-S1")
    assert (later.length_m, later.cost_vnd) == (old.length_m, old.cost_vnd)
    trips = tuple(later if trip is old else trip for trip in plan.trips.trips)
    return replace(plan, trips=replace(plan.trips, trips=trips))


def write_board(plan: Plan, province: Province, folder: Path, language: str = "en") -> Path:
    """Return the board of a plan, written into a folder."""
    from exports.write import write_documents

    (file,) = write_documents(
        plan, province, folder, language=language, only=("board",), overwrite=False
    )
    return file
