"""A month of the small province in which every rule holds: five trips, one with a night."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from planning.joint.month import plan_month
from planning.plan import Plan
from province.dates import Month
from province.facts import Province

MONTH = Month(2026, 12)


def change_settings(province: Province, part: str, **values: Any) -> Province:
    """Return the facts with other settings."""
    settings = province.settings
    changed = getattr(settings, part).model_copy(update=values)
    return replace(province, settings=settings.model_copy(update={part: changed}))


def plan_board_month(small: Province) -> tuple[Plan, Province]:
    """Return a plan with short sessions and days, so that each trip does little, and its facts.

    Trips: TH1-S2 on the 1st, TV1-X on the 6th, TH1-S1 on the 8th, TV2-S1 from the 23rd to the
    24th (all XE1 and D1), TV4-X on the 18th (XE2 and D2).
    """
    province = change_settings(small, "service", session_min=120)
    province = change_settings(province, "trips", duty_max_day_min=300)
    return plan_month(province, MONTH, seed=0, work=0.05, has_fixes=False), province


def write_board(plan: Plan, province: Province, folder: Path, language: str = "en") -> Path:
    """Return the board of a plan, written into a folder."""
    from exports.write import write_documents

    (file,) = write_documents(
        plan, province, folder, language=language, only=("board",), overwrite=False
    )
    return file
