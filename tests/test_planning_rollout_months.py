"""Months of a rollout: what is asked of a typical one, the first that fails, what is written."""

import csv
import io
import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from program import run
from programme_folder import add_programme

from exports.rollout.rollout_csv import draw_communes
from exports.rollout.rollout_page import draw_rollout_page
from exports.rollout.write import write_rollout
from planning.compare.growth import Binding
from planning.rollout_months.asked_months import read_check
from planning.rollout_months.month_rows import tell_check
from planning.rollout_months.try_months import (
    MonthChecker,
    MonthsCheck,
    TriedMonth,
    count_times,
    list_models_at,
)
from planning.rollout_months.typical_month import keep_vehicles, pose_typical_month
from programme.rollout.plan import PlannedModel, Rollout, RolloutYear
from province.dates import Month
from province.errors import InfeasibleError, InputError
from province.facts import Province
from province.ids import CommuneCode, SiteId, VehicleId
from province.journal import locate_batches
from province.language import message
from province.programme_settings import GoalSettings

ON = date(2026, 11, 30)
MODELS = [SiteId("TV1"), SiteId("TV4")]


def make_rollout(years: dict[str, int | None]) -> Rollout:
    """Return a rollout from 2026 to 2030; a year of 0: it is there already."""
    models = tuple(
        PlannedModel(
            CommuneCode(code), SiteId(f"S{code}"), year or None, year == 0, 1000, k, 60.0,
            message("it is there already"),
        )
        for k, (code, year) in enumerate(years.items())
    )  # fmt: skip
    told = tuple(RolloutYear(year, (), 0, None, 0, 0, 0.0) for year in range(2026, 2031))
    return Rollout(told, models, 0, 0, 0.0, 0, 0)


def with_rules(province: Province, **rules: object) -> Province:
    changed = province.settings.rollout.model_copy(update=rules)
    return replace(province, settings=province.settings.model_copy(update={"rollout": changed}))


def test_a_typical_month_asks_for_the_models_and_nothing_else(small: Province) -> None:
    """Two models, 4 exchanges a year: each stays 3 months, the first came in July and is due."""
    facts = pose_typical_month(
        with_rules(small, sessions_per_year=36), Month(2026, 10), MODELS, times=1.0
    )
    places = locate_batches(facts.journal, date(2026, 9, 30))
    assert sorted((site, str(day)) for site, day in places.values()) == [
        ("TV1", "2026-07-01"), ("TV4", "2026-08-01"),
    ]  # fmt: skip
    enrolled = {site.site_id for site in facts.sites if site.takes_rotation and site.enrolled_from}
    assert enrolled == set(MODELS)
    # 36 sessions a year are 3 a month, shared as the 4 promised now: TH1 2, TV1 1, TV2 1.
    sessions = {s.site_id: s.sessions_per_month for s in facts.sites if s.sessions_per_month}
    assert sum(sessions.values()) == 3
    assert set(sessions) <= {"TV1", "TV2", "TH1"}
    assert {(one.min_stay_months, one.max_stay_months) for one in facts.batches} == {(3, 3)}
    assert (facts.kits, facts.zones, facts.pins) == ((), (), ())
    assert facts.segments == small.segments


def test_boxes_grow_with_demand_and_too_few_batches_are_said(small: Province) -> None:
    grown = pose_typical_month(small, Month(2026, 10), MODELS, times=2.0)
    for before, after in zip(small.batches, grown.batches, strict=True):
        assert after.boxes == 2 * before.boxes
    few = replace(small, batches=small.batches[:1])
    with pytest.raises(InfeasibleError) as caught:
        pose_typical_month(few, Month(2026, 10), MODELS, times=1.0)
    assert "1 batches are too few for 2 models" in str(caught.value)


def test_motorbikes_of_villages_stay_when_a_vehicle_is_asked_for(small: Province) -> None:
    kept = keep_vehicles(small, [VehicleId("XE2")])
    assert [one.vehicle_id for one in kept.vehicles] == ["XE2"]


def test_models_of_a_year_begin_one_after_another() -> None:
    rollout = make_rollout({"1": 0, "2": 2027, "3": 2027, "4": 2028, "5": None})
    # 3 reaches more than 2 and begins first.
    assert list_models_at(rollout, Month(2026, 12)) == ["S1"]
    assert list_models_at(rollout, Month(2027, 6)) == ["S1", "S3"]
    assert list_models_at(rollout, Month(2027, 7)) == ["S1", "S2", "S3"]
    assert list_models_at(rollout, Month(2030, 1)) == ["S1", "S2", "S3", "S4"]


def test_demand_grows_as_the_goal_or_the_setting_says(small: Province) -> None:
    goal = GoalSettings(id="users", counts="users", by={"2026": 10, "2030": 15, "2045": 30})
    province = replace(small, settings=small.settings.model_copy(update={"goals": (goal,)}))
    assert count_times(small, 2026, Month(2030, 12)) == 1.0
    assert count_times(province, 2025, Month(2026, 12)) == 1.1
    assert count_times(province, 2026, Month(2028, 12)) == round(1.15**2, 4)
    assert count_times(province, 2026, Month(2028, 6)) == round(1.15**1.5, 4)
    assert count_times(province, 2029, Month(2031, 12)) == round(1.15 * 1.3, 4)
    own = with_rules(province, growth_pct=0.0)
    assert count_times(own, 2026, Month(2045, 12)) == 1.0


class Capacity(MonthChecker):
    """Serves so many models and no more: what is tried is written down."""

    most = 0

    def _plan(self, month: Month, province: Province) -> TriedMonth:
        models = len(list_models_at(self.rollout, month))
        most = self.most + 20 * (len(province.vehicles) - len(self.province.vehicles))
        over = max(0, models - most)
        limits = (Binding("no_time", over, message("no time is left")),) if over else ()
        return TriedMonth(month, models, 1.0, models, 0, over, limits, (), 1000)


@pytest.mark.parametrize("most", range(1, 9))
def test_the_first_month_that_fails_is_found(small: Province, most: int) -> None:
    """The same month as by trying one after another from November 2026 on."""
    rollout = make_rollout({str(k): (0, 2027, 2027, 2028, 2029, 2029, 2030, 2030)[k]
                            for k in range(8)})  # fmt: skip
    checker = Capacity(small, rollout, ON)
    checker.most = most
    found = checker.check([Month(2026, 12), Month(2028, 12), Month(2030, 12)])
    every = [Month(2026, 11).plus(k) for k in range(50)]
    first = next((one for one in every if len(list_models_at(rollout, one)) > most), None)
    assert (found.first_failing.month if found.first_failing else None) == first
    told = [str(text) for text in tell_check(found)]
    if first is None:
        assert "every month that was tried can be served, up to 2030-12" in told[0]
        assert found.purchases == ()
    else:
        assert f"{first} is the first month that cannot be served" in told[0]
        assert "visits: 1, no time is left" in told[0]
        assert [one.tried.left_out for one in found.purchases] == [0, 0]
        assert "everything is served" in told[1]


def test_what_cannot_be_checked_is_refused_in_one_answer(small: Province) -> None:
    with pytest.raises(InputError) as caught:
        read_check(small, "2026, 2050,soon", ["XE1", "XE9"], first=2026, last=2030)
    assert [(one.column, one.value) for one in caught.value.findings] == [
        ("--check", "2050"), ("--check", "soon"), ("--vehicle", "XE9"),
    ]  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_check(small, None, ["XE1"], first=2026, last=2030)
    assert "add --check" in str(caught.value.findings[0].advice)
    asked = read_check(small, "2028,2026", ["XE1"], first=2026, last=2030)
    assert asked.months == (Month(2028, 12), Month(2026, 12))
    assert read_check(small, None, [], first=2026, last=2030).months == ()


def test_page_and_tables_are_whole_and_harmless(small: Province, tmp_path: Path) -> None:
    communes = tuple(
        replace(one, name="<img src=x onerror=alert(1)>") if one.code == "90002"
        else replace(one, name="=1+1") if one.code == "90003" else one
        for one in small.communes
    )  # fmt: skip
    province = replace(small, communes=communes)
    rollout = make_rollout({"90002": 2027, "90003": 2028, "90004": None})
    tried = TriedMonth(Month(2028, 12), 2, 1.3, 1, 3, 0, (), ((VehicleId("XE1"), 4),), 2_000_000)
    check = MonthsCheck(Month(2026, 10), (VehicleId("XE1"),), (tried,), None, ())
    page = draw_rollout_page(rollout, province, "vi", check).decode()
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;img src=x" in page
    assert "XE1 4" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    text = draw_communes(rollout, province, "en").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["commune_code"], row["commune"], row["year"]) for row in rows] == [
        ("90002", "<img src=x onerror=alert(1)>", "2027"), ("90003", "'=1+1", "2028"),
        ("90004", "Bến Phà", ""),
    ]  # fmt: skip
    out = tmp_path / "lộ trình"
    names = ["rollout.html", "rollout.csv", "rollout-months.csv"]
    paths = write_rollout(rollout, province, check, out, language="en", overwrite=False)
    assert [path.name for path in paths] == names
    with pytest.raises(InputError):
        write_rollout(rollout, province, None, out, language="en", overwrite=False)
    # Months that nobody planned this time do not stay from the time before.
    write_rollout(rollout, province, None, out, language="en", overwrite=True)
    assert sorted(path.name for path in out.iterdir() if path.is_file()) == names[1::-1]


def test_the_command_plans_a_month_and_writes(small_folder: Path, tmp_path: Path) -> None:
    """Three models in 2028: one exchange is due in the month, one session of twelve a year."""
    folder, out = add_programme(small_folder), tmp_path / "r"
    settings = folder / "province.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + "\n[rollout]\nsessions_per_year = 12\n",
        encoding="utf-8",
    )
    line = ["rollout", str(folder), "--on", ON.isoformat(), "--until", "2028", "--work", "0.1"]
    answer = run(*line, "--check", "2028", "--vehicle", "XE1", "--out", str(out), "--json")
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)["check"]
    (month,) = told["months"]
    assert (month["models"], month["exchanges"], month["sessions"]) == (3, 1, 1)
    assert math.isclose(month["times"], 1.15**2, abs_tol=1e-4)
    assert (month["left_out"], told["first_failing"]) == (0, None)
    assert list(month["vehicle_days"]) == ["XE1"]
    rows = (out / "rollout-months.csv").read_text(encoding="utf-8-sig")
    assert "2028-12,3,1.32,1,1,0,XE1" in rows
    assert run(*line, "--out", str(out)).returncode == 3
