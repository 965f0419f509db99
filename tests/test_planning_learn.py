"""Recorded times teach factors: planted ones are found within ±, and nothing where nothing is."""

import dataclasses
import json
import random
import shlex
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from driven_times import (
    drive_truly,
    plan_days,
    report,
    with_factors,
    with_results,
)
from program import Answer, run

from planning.answers.lesson import tabulate_lesson, tell_lesson
from planning.learning.estimate import estimate_services
from planning.learning.measured import SeenLeg, SeenVisit, gather_seen
from planning.learning.propose import Learnt, Lesson, Surety, learn
from planning.learning.slowness import estimate_slowness
from planning.past.read import list_past_trips
from planning.plan import Plan
from planning.plan_file import dump_plan
from province.facts import Province
from province.ids import SiteId
from province.language import translate
from province.learn_settings import LearnSettings
from province.ledger.append import Additions, record_additions
from province.read import read_province
from province.results import Outcome, RecordedResult
from province.roads import RoadClass
from province.visits import Task

ROADS = {RoadClass.NATIONAL: 0.75, RoadClass.COMMUNE: 0.7, RoadClass.PROVINCIAL: 1.25}
OWN = {"TV2": 1.8, "TV4": 0.6}
SETTINGS = LearnSettings()


def learn_from(province: Province, plan: Plan, results: tuple[RecordedResult, ...]) -> Lesson:
    told = with_results(province, results)
    return learn(told, list_past_trips(told, [plan]))


def learn_planted(small: Province, seed: int, *, noise_min: float = 5.0) -> Lesson:
    """Return what is learnt where times were drawn with `ROADS` and `OWN`."""
    plan = plan_days(small, seed=seed)
    truth = with_factors(small, ROADS, OWN)
    return learn_from(small, plan, report(plan, truth, seed=seed, noise_min=noise_min))


def by_name(lesson: Lesson) -> dict[str, Learnt]:
    return {str(one.about): one for one in (*lesson.classes, *lesson.sites)}


def test_planted_factors_are_found_within_their_own_spread(small: Province) -> None:
    off = []
    for seed in range(8):
        for one in by_name(learn_planted(small, seed)).values():
            if isinstance(one.about, RoadClass):
                truth = ROADS.get(one.about, 1.0)
            else:
                truth = OWN.get(str(one.about), 1.0)
            off.append(abs(one.believed - truth) / one.sd)
    assert len(off) > 70
    assert np.mean(np.array(off) <= 2) >= 0.9
    assert max(off) < 3.5


def test_what_is_sure_is_proposed_and_what_is_not_there_is_not(small: Province) -> None:
    for seed in range(4):
        found = by_name(learn_planted(small, seed))
        assert found["commune"].surety is Surety.SURE
        assert found["commune"].proposed == pytest.approx(0.7, abs=0.08)
        assert found["TV2"].proposed == pytest.approx(1.8, abs=0.3)
        assert found["TV4"].proposed == pytest.approx(0.6, abs=0.2)
        assert found["track"].proposed is None


def test_nothing_is_found_where_nothing_differs(small: Province) -> None:
    judged, proposed = 0, []
    for seed in range(8):
        plan = plan_days(small, seed=seed)
        lesson = learn_from(small, plan, report(plan, small, seed=seed, noise_min=8.0))
        judged += len(lesson.classes) + len(lesson.sites)
        proposed += lesson.proposals
    assert judged > 70
    assert len(proposed) <= 0.05 * judged
    exact = learn_from(small, plan, report(plan, small, noise_min=0.0))
    assert exact.proposals == ()
    assert all(abs(one.believed - 1) < 0.05 for one in by_name(exact).values())


def test_factors_in_force_are_not_learnt_twice(small: Province) -> None:
    """The plan has them already: legs are as long as planned, and the factors stay."""
    truth = with_factors(small, ROADS, OWN)
    plan = plan_days(truth, seed=3)
    as_planned = [leg for trip in plan.trips.trips for _, leg in trip.legs()]
    late = [drive_truly(truth, leg) - (leg.arrive_min - leg.leave_min) for leg in as_planned]
    assert max(map(abs, late)) < 1
    lesson = learn_from(truth, plan, report(plan, truth, seed=3))
    assert lesson.proposals == ()
    found = by_name(lesson)
    assert (found["commune"].now, found["TV2"].now) == (0.7, 1.8)
    assert found["commune"].believed == pytest.approx(0.7, abs=0.08)
    before = learn_from(small, plan, report(plan, truth, seed=3))
    assert by_name(before)["commune"].believed == found["commune"].believed
    assert by_name(before)["commune"].proposed == pytest.approx(0.7, abs=0.08)


def test_old_factors_that_hold_no_more_are_learnt_away(small: Province) -> None:
    slow = with_factors(small, {RoadClass.COMMUNE: 0.6})
    plan = plan_days(slow)
    found = by_name(learn_from(slow, plan, report(plan, small)))
    assert found["commune"].proposed == pytest.approx(1.0, abs=0.1)
    assert found["commune"].now == 0.6


def test_what_legs_take_beside_driving_is_no_speed(small: Province) -> None:
    """Crews that never need the buffer are early by it on each leg, and roads are no faster."""
    plan = plan_days(small)
    rows = report(plan, small, noise_min=1.0)
    buffer = small.settings.trips.leg_buffer_min
    early = [
        dataclasses.replace(
            one, row=dataclasses.replace(one.row, arrived_min=one.row.arrived_min - buffer)
        )
        for one in rows
    ]
    lesson = learn_from(small, plan, tuple(early))
    assert lesson.beside_min == pytest.approx(-buffer, abs=3 * lesson.beside_sd)
    assert lesson.beside_min < -buffer / 2
    assert [one for one in lesson.classes if one.proposed is not None] == []


def test_the_spread_is_honest_where_factors_are_drawn_as_believed() -> None:
    """Over many provinces 95 in 100 of the truths lie within 1.96 standard deviations."""
    chance, inside, all_ = np.random.default_rng(5), 0, 0
    kinds = tuple(RoadClass)[:3]
    for _ in range(300):
        slow = 1 + 0.25 * chance.standard_normal(3)
        beside = 6 * chance.standard_normal()
        legs = []
        for _ in range(12):
            minutes = chance.uniform(0, 40, 3) * (chance.random(3) < 0.7)
            took = minutes @ slow + beside + 10 * chance.standard_normal()
            own = tuple((k, float(m)) for k, m in zip(kinds, minutes, strict=True) if m)
            legs.append(SeenLeg(own, float(took)))
        found = estimate_slowness(legs, SETTINGS).by_class
        for k, kind in enumerate(kinds):
            if kind in found:
                inside += abs(found[kind].mean - slow[k]) <= 1.96 * found[kind].sd
                all_ += 1
    assert 0.93 <= inside / all_ <= 0.99


def test_sites_are_drawn_to_what_holds_everywhere_as_the_joint_posterior_says() -> None:
    """The closed form equals the posterior of all factors at once, worked out as one system."""
    chance = random.Random(2)
    visits = [
        SeenVisit(SiteId(f"L{k}"), expected, expected + chance.randint(-4, 25))
        for k in range(4)
        for expected in (chance.randint(20, 60) for _ in range(2 + k))
    ]
    loose = LearnSettings(visit_noise_min=300.0)
    found = estimate_services(visits, loose)
    sites = sorted(found.by_site)
    spread = loose.service_spread**-2.0
    precision, right = np.zeros((5, 5)), np.zeros(5)  # the last one is everywhere's
    precision[4, 4], right[4] = spread * (1 + len(sites)), spread
    for k, site in enumerate(sites):
        own = [v for v in visits if v.site_id == site]
        precision[k, k] = sum(v.expected_min**2 for v in own) / 300.0**2 + spread
        precision[k, 4] = precision[4, k] = -spread
        right[k] = sum(v.expected_min * v.service_min for v in own) / 300.0**2
    mean, sd = np.linalg.solve(precision, right), np.sqrt(np.diag(np.linalg.inv(precision)))
    for k, site in enumerate(sites):
        assert found.by_site[site].mean == pytest.approx(mean[k])
        assert found.by_site[site].sd == pytest.approx(sd[k])
    assert (found.everywhere.mean, found.everywhere.sd) == pytest.approx((mean[4], sd[4]))


def test_times_that_scatter_more_than_the_setting_are_less_sure() -> None:
    def legs(noise_min: int) -> list[SeenLeg]:
        lengths = [20.0 + 80.0 * (k // 2 % 2) for k in range(40)]
        return [
            SeenLeg(((RoadClass.NATIONAL, own),), own + noise_min * (-1) ** k)
            for k, own in enumerate(lengths)
        ]

    calm, wild = (estimate_slowness(legs(n), SETTINGS).by_class for n in (2, 40))
    assert wild[RoadClass.NATIONAL].sd > 2 * calm[RoadClass.NATIONAL].sd
    strict = estimate_slowness(legs(40), LearnSettings(leg_noise_min=1.0)).by_class
    assert strict[RoadClass.NATIONAL].sd == pytest.approx(wild[RoadClass.NATIONAL].sd, rel=0.05)


def change_row(
    results: tuple[RecordedResult, ...], trip_id: str, sequence: int, **fields: object
) -> tuple[RecordedResult, ...]:
    """Return the results with the rows of one stop said otherwise."""
    return tuple(
        dataclasses.replace(one, row=dataclasses.replace(one.row, **fields))
        if (one.row.trip_id, one.row.sequence) == (trip_id, sequence)
        else one
        for one in results
    )


@pytest.mark.parametrize(
    ("fields", "legs", "visits"),
    [
        ({}, 4, 3),
        ({"arrived_min": None}, 3, 2),
        ({"departed_min": None}, 3, 2),
        ({"outcome": Outcome.PARTLY}, 4, 2),
        ({"site_id": SiteId("KHO")}, 2, 2),
        ({"day": date(2026, 11, 30)}, 2, 2),
    ],
)  # fmt: skip
def test_only_what_was_done_as_planned_is_compared(
    small: Province, fields: dict, legs: int, visits: int
) -> None:
    """The second of three stops is reported otherwise: what touches it does not count."""
    plan = first_trip(plan_days(small))
    (trip,) = plan.trips.trips
    results = report(plan, small, noise_min=0.0)
    assert trip.stops[1].day != fields.get("day")
    told = with_results(small, change_row(results, trip.trip_id, 2, **fields))
    seen = gather_seen(told, list_past_trips(told, [plan]))
    assert (len(seen.legs), len(seen.visits)) == (legs, visits)


def test_legs_between_stops_made_in_another_order_are_none(small: Province) -> None:
    """The second stop is made on the way home: neither that way nor those to and from it count."""
    plan = first_trip(plan_days(small))
    (trip,) = plan.trips.trips
    results = report(plan, small, noise_min=0.0)
    left = max(one.row.departed_min for one in results if one.row.sequence == 3)
    results = change_row(results, trip.trip_id, 2, arrived_min=left + 20, departed_min=left + 50)
    told = with_results(small, change_row(results, trip.trip_id, 0, arrived_min=left + 90))
    seen = gather_seen(told, list_past_trips(told, [plan]))
    assert (len(seen.legs), len(seen.visits)) == (1, 3)


def first_trip(plan: Plan, **fields: object) -> Plan:
    """Return the plan with its first trip alone, each stop of it with other fields."""
    trip = plan.trips.trips[0]
    stops = tuple(dataclasses.replace(stop, **fields) for stop in trip.stops)
    trip = dataclasses.replace(trip, stops=stops)
    return dataclasses.replace(plan, trips=dataclasses.replace(plan.trips, trips=(trip,)))


def test_sessions_handovers_for_villages_and_held_vehicles_say_nothing_of_exchanges(
    small: Province,
) -> None:
    plan = plan_days(small)
    late = max(stop.depart_min for stop in plan.trips.trips[0].stops) + 30
    for fields in (
        {"tasks": (Task.EXCHANGE, Task.SESSION)},
        {"village_id": SiteId("TV3")},
        {"depart_min": late},
    ):
        changed = first_trip(plan, **fields)
        told = with_results(small, report(changed, small, noise_min=0.0))
        seen = gather_seen(told, list_past_trips(told, [changed]))
        assert (len(seen.legs) > 0, len(seen.visits)) == (True, 0)


def test_waiting_for_a_site_to_open_is_no_service(small: Province) -> None:
    opens = 460
    plan = plan_days(small, opens_min=opens)
    results = report(plan, small, noise_min=0.0, opens_min=opens)
    waits = [stop.start_min > stop.leg.arrive_min for _, stop in plan.trips.stops()]
    assert sum(waits) > 10
    told = with_results(small, results)
    seen = gather_seen(told, list_past_trips(told, [plan]))
    assert len(seen.visits) == len(waits)
    assert all(one.service_min == one.expected_min for one in seen.visits)


def test_what_cannot_be_is_left_out_and_told(small: Province) -> None:
    plan = first_trip(plan_days(small))
    (trip,) = plan.trips.trips
    results = report(plan, small, noise_min=0.0)
    stuck = change_row(results, trip.trip_id, 3, departed_min=1300)
    told = with_results(small, change_row(stuck, trip.trip_id, 0, arrived_min=1439))
    seen = gather_seen(told, list_past_trips(told, [plan]))
    assert (len(seen.legs), len(seen.visits), seen.num_unlikely) == (4, 2, 1)
    key = trip.stops[0].leg.segments[0][0]
    less = tuple(one for one in small.segments if one.segment_id != key)
    told = dataclasses.replace(with_results(small, results), segments=less)
    seen = gather_seen(told, list_past_trips(told, [plan]))
    assert seen.num_unknown == sum(
        key in dict(leg.segments) for _, leg in trip.legs()
    )  # fmt: skip
    gone = dataclasses.replace(with_results(small, results), vehicles=small.vehicles[:1])
    assert gather_seen(gone, list_past_trips(gone, [plan])).num_unknown == 4


@pytest.fixture
def recorded(small_folder: Path) -> Path:
    """A folder whose November was planned, driven and recorded, with planted factors."""
    toml = small_folder / "province.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8") + "\n[roads]  # đường sá\nmax_snap_m = 1500.0\n"
        "\n# Mùa mưa\n[season]\nwet_months = [5, 6, 7, 8, 9]\n",
        encoding="utf-8",
    )
    province = read_province(small_folder)
    plan = plan_days(province)
    path = small_folder / "plans" / str(plan.month) / "plan.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(dump_plan(plan))
    results = report(plan, with_factors(province, ROADS, OWN))
    record_additions(province, lambda ledger: Additions((), results))
    return small_folder


def tell(folder: Path, *words: object) -> Answer:
    return run("--lang", "en", "learn", folder, *words)


def read_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_applying_writes_cells_and_settings_and_twice_changes_nothing(recorded: Path) -> None:
    before, facts = read_files(recorded), read_province(recorded)
    shown = tell(recorded)
    assert shown.returncode == 0, shown.stderr
    assert read_files(recorded) == before
    assert "luanchuyen learn" in shown.stdout
    assert "commune roads (commune)" in shown.stdout
    assert "differs for sure" in shown.stdout
    rows = json.loads(tell(recorded, "--json").stdout)["factors"]
    proposed = {row["where"]: row["proposed"] for row in rows if row["proposed"] is not None}
    assert {"commune", "TV2", "TV4"} <= set(proposed)
    applied = json.loads(tell(recorded, "--apply", "--json").stdout)
    after = read_files(recorded)
    assert {name for name in after if after[name] != before[name]} == {
        "province.toml", "libraries.csv",
    }  # fmt: skip
    now = read_province(recorded)
    factors = {str(kind): f for kind, f in now.settings.roads.class_factors.items()}
    factors |= {str(s.site_id): s.service_factor for s in now.sites if s.service_factor != 1.0}
    assert factors == proposed
    text = (recorded / "province.toml").read_text(encoding="utf-8")
    assert "[roads]  # đường sá\nmax_snap_m = 1500.0\n\n[roads.class_factors]\n" in text
    assert text.endswith("\n\n# Mùa mưa\n[season]\nwet_months = [5, 6, 7, 8, 9]\n")
    (count,) = {row["how many"] for row in rows if row["where"] == "commune"}
    assert str(count) in now.settings.sources["roads.class_factors.commune"]
    again = tell(recorded, "--apply")
    assert again.returncode == 0
    assert read_files(recorded) == after
    assert "nothing differs so much" in again.stdout
    program, verb, folder, *rest = shlex.split(applied["undo"])
    assert (program, folder) == ("luanchuyen", str(recorded))
    assert run(verb, folder, *rest).returncode == 0
    undone = read_province(recorded)
    assert dataclasses.replace(undone, warnings=()) == dataclasses.replace(facts, warnings=())


def test_a_factor_of_ones_own_is_written_by_the_same_reader(recorded: Path) -> None:
    before = read_files(recorded)
    told = tell(recorded, "--set", "national=0,9", "--set", "Nhà văn hóa Đèo Mây=1,5")
    assert told.returncode == 0, told.stderr
    assert "--set national= --set TV2=" in told.stdout
    province = read_province(recorded)
    assert province.settings.roads.class_factors == {RoadClass.NATIONAL: 0.9}
    assert province.site_by_id[SiteId("TV2")].service_factor == 1.5
    assert tell(recorded, "--set", "national=", "--set", "TV2=").returncode == 0
    for words in (
        ("--set", "national=fast"),
        ("--set", "national=7"),
        ("--set", "TV2=9"),
        ("--set", "nowhere=1"),
        ("--set", "national=0.8", "--set", "TV2=9"),
    ):
        kept = read_files(recorded)
        refused = tell(recorded, *words)
        assert refused.returncode == 3, words
        assert read_files(recorded) == kept
    assert tell(recorded, "--set", "TV2=1", "--apply").returncode == 2
    assert set(before) == set(read_files(recorded))


def test_sites_with_too_few_visits_are_counted_and_listed_for_programs(small: Province) -> None:
    plan = first_trip(plan_days(small))
    lesson = learn_from(small, plan, report(plan, small))
    assert {one.surety for one in (*lesson.classes, *lesson.sites)} == {Surety.TOO_FEW}
    assert lesson.proposals == ()
    assert len(tabulate_lesson(lesson)) == len(tabulate_lesson(lesson, "en")) + 3
    told = [translate(note, "en") for note in tell_lesson(lesson)]
    assert [note for note in told if note.startswith("3 sites have too few")]


def test_without_a_record_it_says_so(small_folder: Path) -> None:
    assert "no results are recorded yet" in tell(small_folder).stdout
    province = read_province(small_folder)
    plan = plan_days(province)
    path = small_folder / "plans" / str(plan.month) / "plan.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(dump_plan(plan))
    answer = tell(small_folder, "--apply")
    assert (answer.returncode, "no results are recorded yet" in answer.stdout) == (0, True)
    rows = tuple(
        dataclasses.replace(
            one, row=dataclasses.replace(one.row, arrived_min=None, departed_min=None)
        )
        for one in report(plan, province)
    )
    record_additions(province, lambda ledger: Additions((), rows))
    answer = tell(small_folder)
    assert "24 trips have results, but no two times that belong together" in answer.stdout
    assert answer.returncode == 0
