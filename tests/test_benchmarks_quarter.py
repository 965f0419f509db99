"""A quarter of the small province is lived and proved; the proof finds what is planted."""

import dataclasses
import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import SMALL
from result_sheets import make_trip_plan

from benchmarks.quarter import live_quarter
from benchmarks.quarter_proof import Lived, prove_quarter
from province.dates import Month
from province.facts import Province
from province.ids import SiteId
from province.past import NO_PAST

pytestmark = pytest.mark.usefixtures("few_iterations")

DECEMBER = Month(2026, 12)


def test_a_quarter_of_the_small_province_is_proved(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "small"))
    settings = (folder / "province.toml").read_text(encoding="utf-8")
    kept = f"{settings}\n[handover]\nkeep_pct = 20\n"  # a part of each batch stays a round longer
    (folder / "province.toml").write_text(kept, encoding="utf-8")
    figures, faults = live_quarter(folder, DECEMBER, months=2, work=0.02, rounds=1, again=True)
    assert faults == []
    assert [month["month"] for month in figures] == ["2026-12", "2027-01"]


@pytest.fixture
def lived(small: Province) -> Lived:
    lived = Lived()
    lived.add_plan(small, make_trip_plan(small), NO_PAST)
    lived.faults = []
    return lived


def test_a_trip_id_used_for_other_work_is_found(small: Province, lived: Lived) -> None:
    plan = lived.made[0]
    trip = plan.trips.trips[0]
    other = dataclasses.replace(trip, stops=trip.stops[:1])
    trips = dataclasses.replace(plan.trips, trips=(other,))
    lived.add_plan(small, dataclasses.replace(plan, trips=trips), NO_PAST)
    lived.faults = []
    assert prove_quarter(lived, small) == ["T01: used for 2 different trips"]


def test_a_promise_to_a_library_that_left_is_found(small: Province) -> None:
    lived = Lived(retired={"TV4": date(2026, 12, 1)})
    lived.add_plan(small, make_trip_plan(small), NO_PAST)
    lived.faults = []
    found = prove_quarter(lived, small)
    assert "2026-12 T01: TV4 left on 2026-12-01" in found


def test_a_batch_at_two_places_is_found(small: Province, lived: Lived) -> None:
    moved = dataclasses.replace(small.journal[0], day=date(2026, 12, 9), to_site=SiteId("TV4"))
    twice = dataclasses.replace(small, journal=(*small.journal, moved))
    assert prove_quarter(lived, twice) == ["B1 2026-12-09: taken from KHO, is at TV3"]


def test_a_week_too_long_over_the_edge_is_found(small: Province, lived: Lived) -> None:
    plan = lived.made[0]
    trip = plan.trips.trips[0]
    late = dataclasses.replace(
        trip, first_day=date(2026, 12, 28), last_day=date(2027, 1, 3),
        stops=tuple(dataclasses.replace(s, day=date(2026, 12, 29)) for s in trip.stops),
    )  # fmt: skip
    trips = dataclasses.replace(plan.trips, trips=(late,))
    lived.plans[DECEMBER] = dataclasses.replace(plan, trips=trips)
    found = prove_quarter(lived, small)
    assert "D1 week of 2026-12-28: 7 days" in found
    assert "D1 2027-01-03: 7 days in a row" in found
