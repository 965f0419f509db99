"""A damaged folder leaves a visit out; the change that the plan names, once made, serves it."""

import csv
import dataclasses
import io
import json
import re
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

import cli
from exports.tables import unserved_csv
from planning.fixes.find import LEVERS, NONE_STATED, add_fixes
from planning.fixes.fleet import pull_crews
from planning.fixes.levers import Question
from planning.fixes.sites import list_keeper_days, widen_hours
from planning.fixes.trial import Finished, serve
from planning.joint.month import PLANNED, plan_month
from planning.plan import Plan
from planning.plan_file import dump_plan, read_plan
from planning.survey import survey_province
from planning.visits import list_visits
from province.changes import Change
from province.dates import Month
from province.facts import Province
from province.places import SiteKind
from province.read import read_province
from province.visits import Movement
from routing.build import build_trip_problem
from routing.solver.solve import plan_trips
from routing.solver.unserved_reasons import CODES
from routing.trips import NO_FIX, TripPlan, Unserved

pytestmark = pytest.mark.usefixtures("few_iterations", "one_round")

DECEMBER = Month(2026, 12)


def set_cell(folder: Path, file: str, row: str, column: str, value: object) -> None:
    """Write a value into a named cell of a province folder, as a planner would."""
    path = folder / file
    text = path.read_text(encoding="utf-8-sig")
    if file.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(text, newline="")))
        if column not in rows[0]:
            rows = [[*rows[0], column], *([*cells, ""] for cells in rows[1:])]
        found = [cells for cells in rows[1:] if cells and cells[0] == row]
        assert len(found) == 1, f"{file} has no row {row}"
        found[0][rows[0].index(column)] = str(value)
        out = io.StringIO(newline="")
        csv.writer(out).writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8")
    elif file.endswith(".geojson"):
        roads = json.loads(text)
        found = [f for f in roads["features"] if f["properties"]["segment_id"] == row]
        assert len(found) == 1, f"{file} has no feature {row}"
        found[0]["properties"][column] = value
        path.write_text(json.dumps(roads), encoding="utf-8")
    else:
        path.write_text(_set_toml(text, row, column, str(value)), encoding="utf-8")


def _set_toml(text: str, section: str, key: str, value: str) -> str:
    head = f"[{section}]"
    if head not in text:
        return f"{text}\n{head}\n{key} = {value}\n"
    before, _, after = text.partition(head)
    own, mark, rest = re.match(r"(.*?)(\n\[|\Z)(.*)", after, re.S).groups()
    lines = [line for line in own.splitlines() if not line.startswith(f"{key} ")]
    return f"{before}{head}" + "\n".join([*lines, f"{key} = {value}", ""]) + mark + rest


def make(folder: Path, change: Change) -> None:
    set_cell(folder, change.file, change.row, change.column, change.value)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a session at TV1, and an exchange with a kit at TV4; both are served."""
    small, folder = Path(__file__).parent / "small", tmp_path_factory.mktemp("fixes") / "sound"
    shutil.copytree(small, folder)
    for site, takes in (("TV1", "session"), ("TV2", "none"), ("TV3", "none"), ("TH1", "none")):
        set_cell(folder, "libraries.csv", site, "takes", takes)
    for site in ("TV2", "TH1"):
        set_cell(folder, "libraries.csv", site, "sessions_per_month", "0")
    zone = "VUNG1,90002,2026-11-01,2026-11-02,no_entry,\n"
    heading = "zone_id,commune_code,from_date,to_date,rule,note\n"
    (folder / "zones.csv").write_text(heading + zone, encoding="utf-8")
    with (folder / "ledger.csv").open("a", encoding="utf-8") as ledger:  # no batch is left there
        for number, batch, site in (("08", "B1", "TV3"), ("09", "B2", "TV2"), ("10", "B3", "TV1")):
            ledger.write(f"L{number},2026-11-20,moved,{batch},{site},KHO,70,2,,,\n")
    return folder


WHOLE = "2026-12-01..2026-12-31"
ONE_DAY = "Dec 08 08:00-12:00"
# What is damaged, the visit that is then not served, its reason, and the cell of its change.
CASES = {
    "short hours": (
        [("libraries.csv", "TV1", "hours", "Mo-Fr 08:00-11:00")],
        "TV1-S1", "hours", ("libraries.csv", "TV1", "session_min"),
    ),
    "never open": (
        [("libraries.csv", "TV1", "hours", "Mar Mo-Su 08:00-18:00")],
        "TV1-S1", "site_never_open", ("libraries.csv", "TV1", "hours"),
    ),
    "kit due while the site is closed": (
        [("libraries.csv", "TV4", "takes", "none"),
         ("libraries.csv", "TV4", "hours", "Mo-Fr 08:00-17:00; Dec 01-18 off")],
        "TV4-BO1", "site_never_open", ("kits.csv", "BO1", "due_date"),
    ),
    "too many boxes": (
        [("kits.csv", "BO1", "boxes", "50"), ("libraries.csv", "TV4", "takes", "none")],
        "TV4-BO1", "no_vehicle_fits", ("vehicles.csv", "XE2", "capacity_boxes"),
    ),
    "too heavy": (
        [("kits.csv", "BO1", "mass_kg", "2000"), ("libraries.csv", "TV4", "takes", "none")],
        "TV4-BO1", "no_vehicle_fits", ("vehicles.csv", "XE2", "capacity_kg"),
    ),
    "no session vehicle": (
        [("vehicles.csv", "XE1", "sessions", "no")],
        "TV1-S1", "no_vehicle_fits", ("vehicles.csv", None, "sessions"),
    ),
    "small crew": (
        [("crews.csv", "D1", "members", "2")],
        "TV1-S1", "crew_too_small", ("crews.csv", None, "members"),
    ),
    "unskilled crew": (
        [("crews.csv", "D1", "skills", "exchange")],
        "TV1-S1", "crew_too_small", ("crews.csv", "D1", "skills"),
    ),
    "bus away": (
        [("vehicles.csv", "XE1", "unavailable", WHOLE)],
        "TV1-S1", "days_off", ("vehicles.csv", "XE1", "unavailable"),
    ),
    "crew away": (
        [("crews.csv", "D1", "days_off", WHOLE)],
        "TV1-S1", "days_off", ("crews.csv", "D1", "days_off"),
    ),
    "short duty": (
        [("province.toml", "trips", "duty_max_day_min", "250")],
        "TV1-S1", "driving_law", ("libraries.csv", "TV1", "session_min"),
    ),
    "two sessions on one day": (
        [("libraries.csv", "TV1", "hours", ONE_DAY), ("libraries.csv", "TH1", "hours", ONE_DAY),
         ("libraries.csv", "TH1", "takes", "session"),
         ("libraries.csv", "TH1", "sessions_per_month", "1")],
        "TV1-S1|TH1-S1", "dates_taken", ("libraries.csv", None, "hours"),
    ),
    "not worth it": (
        [("libraries.csv", "TV4", "takes", "none"),
         ("province.toml", "costs", "unserved_vnd_per_priority", "200000")],
        "TV1-S1", "priced_out", ("province.toml", "costs", "unserved_vnd_per_priority"),
    ),
    "no trip comes by": (
        [("libraries.csv", "TV4", "takes", "none"), ("kits.csv", "BO1", "ride_along", "yes"),
         ("province.toml", "costs", "ride_along_vnd_per_visit", "1000")],
        "TV4-BO1", "own_trip", ("kits.csv", "BO1", "ride_along"),
    ),
    "fixed on a day on which the bus is away": (
        [("visit_pins.csv", "GHIM1", "date", "2026-12-15")],
        "TV1-S1", "pinned", ("visit_pins.csv", "GHIM1", "date"),
    ),
    "fixed with a crew of another skill": (
        [("visit_pins.csv", "GHIM1", "crew_id", "D2")],
        "TV1-S1", "pinned", ("visit_pins.csv", "GHIM1", "crew_id"),
    ),
    "boxes could be left at the gate": (
        [("zones.csv", "VUNG1", "commune_code", "90004"),
         ("zones.csv", "VUNG1", "to_date", "2026-12-31"),
         ("libraries.csv", "TV4", "takes", "none")],
        "TV4-BO1", "locked_down", ("zones.csv", "VUNG1", "rule"),
    ),
    "vehicles at another depot": (
        [("kits.csv", "BO1", "depot_id", "KHO"),
         ("libraries.csv", "TV3", "kind", "depot"), ("libraries.csv", "TV4", "takes", "none"),
         *[("vehicles.csv", car, "depot_id", "TV3") for car in ("XE2", "XE3")],
         ("vehicles.csv", "XE1", "capacity_boxes", "0"),
         ("crews.csv", "D2", "depot_id", "TV3")],
        "TV4-BO1", "depot_mismatch", ("vehicles.csv", None, "depot_id"),
    ),
}  # fmt: skip

# What no planner may decide: an exam, an epidemic, the width of a road, a landslide.
FORCE = {
    "closed by the calendar": (
        [("calendar.csv", "LICH5", "site_id", "TV1"),
         ("calendar.csv", "LICH5", "start_date", "2026-12-01"),
         ("calendar.csv", "LICH5", "days", "31")],
        "TV1-S1", "site_never_open",
    ),
    "lockdown": (
        [("zones.csv", "VUNG1", "to_date", "2026-12-31")],
        "TV1-S1", "locked_down",
    ),
    "narrow road": (
        [("roads.geojson", "S01", "width_m", 2.0)],
        "TV1-S1", "no_vehicle_fits",
    ),
    "closed commune": (
        [("libraries.csv", "TV4", "takes", "none"), ("closures.csv", "DONG1", "ref", ""),
         ("closures.csv", "DONG1", "km_from", ""),
         ("closures.csv", "DONG1", "km_to", ""), ("closures.csv", "DONG1", "commune_code", "90004"),
         ("closures.csv", "DONG1", "from_date", "2026-11-20"),
         ("closures.csv", "DONG1", "to_date", "2027-01-20")],
        "TV4-BO1", "no_road",
    ),
}  # fmt: skip


def find_unserved(plan: Plan, visit_ids: str) -> Unserved:
    found = [u for u in plan.trips.unserved if u.visit_id in visit_ids.split("|")]
    assert len(found) == 1
    return found[0]


def plan(folder: Path, *, has_fixes: bool = True) -> Plan:
    """Plan rotation and trips one after the other: what serves a visit needs no more rounds."""
    province = read_province(folder)
    return plan_month(province, DECEMBER, work=0.05, rounds=0, has_fixes=has_fixes)


@pytest.mark.parametrize("case", CASES)
def test_the_change_that_the_plan_names_serves_the_visit(case, sound, tmp_path):
    damages, visit_ids, code, (file, row, column) = CASES[case]
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    for damage in damages:
        set_cell(folder, *damage)
    before = plan(folder)
    lost = find_unserved(before, visit_ids)
    assert lost.reason_code == code
    assert lost.change is not None
    assert (lost.change.file, lost.change.column) == (file, column)
    assert row in (None, lost.change.row)
    assert all(part in str(lost.fix) for part in dataclasses.astuple(lost.change))
    make(folder, lost.change)
    after = plan(folder, has_fixes=False)
    assert lost.visit_id not in {u.visit_id for u in after.trips.unserved}
    assert lost.visit_id in {stop.visit_id for t in after.trips.trips for stop in t.stops}
    assert after.violations == ()


@pytest.mark.parametrize("case", FORCE)
def test_no_change_is_proposed_that_no_planner_may_decide(case, sound, tmp_path):
    damages, visit_id, code = FORCE[case]
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    for damage in damages:
        set_cell(folder, *damage)
    lost = find_unserved(plan(folder), visit_id)
    assert (lost.reason_code, lost.change, lost.fix) == (code, None, NO_FIX)
    assert str(lost.reason).endswith("no single change serves it")


def test_what_shuts_the_road_is_told(sound, tmp_path):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    shut_commune(folder)
    lost = find_unserved(plan(folder), "TV4-BO1")
    assert "in the way: closure DONG1 until 2027-01-20" in str(lost.reason)
    folder = Path(shutil.copytree(sound, tmp_path / "q"))
    set_cell(folder, "roads.geojson", "S01", "width_m", 2.0)
    told = str(find_unserved(plan(folder), "TV1-S1").reason)
    assert told.startswith("no vehicle that gets there can hold a session;")
    assert "in the way: road S01: width_m 2.0, vehicle XE1 needs 2.3" in told


HOURS = "Mo-Fr 07:30-11:30,13:30-17:00"


@pytest.mark.parametrize(
    ("hours", "day", "start", "expected"),
    [
        (HOURS, date(2026, 12, 8), 606, f"{HOURS}; Tu 07:30-13:00,13:30-17:00"),
        (HOURS, date(2026, 12, 6), 606, f"{HOURS}; Su 10:00-13:00"),
        ("Mo-Fr 08:00-11:00", date(2026, 12, 8), 510, "Mo-Fr 08:00-11:00; Tu 08:00-11:30"),
        # Only for that date: on others the site is shut for a reason.
        ("Mo-Fr 08:00-11:00; Dec 01-18 off", date(2026, 12, 8), 510,
         "Mo-Fr 08:00-11:00; Dec 01-18 off; Dec 08 08:30-11:30"),
    ],
)  # fmt: skip
def test_hours_are_asked_for_in_whole_and_half_hours(hours, day, start, expected, small):
    (visit,) = (
        v for v in list_visits(small, DECEMBER, (), access_min={}) if v.visit_id == "TV1-S1"
    )
    stop = SimpleNamespace(day=day, start_min=start)
    served = SimpleNamespace(
        trip=SimpleNamespace(stops=(stop,)), visit=dataclasses.replace(visit, service_min=155)
    )
    assert widen_hours(hours, served) == expected


@pytest.mark.parametrize(
    ("kind", "hours", "weekdays"),
    [
        (SiteKind.SCHOOL, "Mo-Su 07:00-17:00", {0, 1, 2, 3, 4, 5}),
        (SiteKind.SCHOOL, "Su 07:00-17:00", {0, 1, 2, 3, 4, 5}),
        (SiteKind.POST_OFFICE, "Mo-Fr 07:30-11:30", {0, 1, 2, 3, 4}),
        (SiteKind.POST_OFFICE, "Mo-Sa 07:30-11:30", {0, 1, 2, 3, 4, 5}),
        (SiteKind.POST_OFFICE, "Jul Mo-Su 07:30-11:30", {0, 1, 2, 3, 4}),
        (SiteKind.COMMUNE_LIBRARY, "Su 08:00-11:00", {0, 1, 2, 3, 4, 6}),
        (SiteKind.COMMUNE_LIBRARY, "Mo-We 08:00-11:00; Th off", {0, 1, 2}),
    ],
)
def test_keyholders_are_asked_on_days_on_which_such_a_site_is_open(kind, hours, weekdays, small):
    site = dataclasses.replace(small.sites[0], kind=kind, hours=hours)
    assert {day.weekday() for day in list_keeper_days(site, DECEMBER)} == weekdays


def test_every_reason_has_its_levers_or_says_why_it_has_none():
    assert set(LEVERS) == set(CODES)
    assert {code for code, pulls in LEVERS.items() if not pulls} == set(NONE_STATED)


def test_nothing_is_named_where_no_single_change_serves(sound, tmp_path):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    set_cell(folder, "vehicles.csv", "XE1", "sessions", "no")
    set_cell(folder, "libraries.csv", "TV1", "hours", "Mo-Fr 08:00-11:00")
    made = plan(folder)
    lost = find_unserved(made, "TV1-S1")
    assert lost.reason_code == "several_rules"
    assert (lost.change, lost.fix_cost_vnd, str(lost.fix)) == (None, None, "")
    ((_, table),) = unserved_csv.draw(made, read_province(folder), "vi")
    (row,) = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    assert (row["cheapest_fix"], row["fix_cost_vnd"]) == ("", "")


def test_plan_json_holds_the_change_as_fields(sound, tmp_path):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    set_cell(folder, "crews.csv", "D1", "members", "2")
    written = json.loads(dump_plan(plan(folder)))
    change = written["trips"]["unserved"][0]["change"]
    assert change == {"file": "crews.csv", "row": "D1", "column": "members", "value": "3"}


def test_a_batch_that_stands_at_a_lost_site_comes_when_that_site_is_served(sound, tmp_path):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    set_cell(folder, "libraries.csv", "TV2", "hours", "Mar Mo-Su 08:00-18:00")
    moves = (Movement("B2", DECEMBER, "TV2", "TV4"),)
    lost = {u.visit_id: u for u in plan_moves(folder, moves).unserved}
    assert lost["TV4-X"].reason_code == "giver_unserved"
    assert lost["TV4-X"].change == lost["TV2-X"].change
    make(folder, lost["TV4-X"].change)
    assert {"TV4-X", "TV2-X"}.isdisjoint(u.visit_id for u in plan_moves(folder, moves).unserved)


def shut_commune(folder: Path) -> None:
    """Shut all roads of a commune, where one library does not want a kit's session."""
    for damage in FORCE["closed commune"][0]:
        set_cell(folder, *damage)


def test_ctrl_c_leaves_the_plan_and_the_visits_without_a_change(sound, tmp_path):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    set_cell(folder, "crews.csv", "D1", "members", "2")
    province = read_province(folder)

    def interrupt(what: object, share: float) -> None:
        if share >= PLANNED:
            raise KeyboardInterrupt

    made = plan_month(province, DECEMBER, work=0.05, rounds=0, progress=interrupt)
    whole = plan(folder)
    assert made.trips.status == "interrupted"
    assert made.trips.trips == whole.trips.trips
    assert find_unserved(made, "TV1-S1").change is None
    assert find_unserved(whole, "TV1-S1").change is not None
    assert made.violations == ()


def finish(folder: Path) -> tuple[Province, Plan, Finished]:
    """Return a planned month with nothing said about what would serve the visits left out."""
    province, made = read_province(folder), plan(folder, has_fixes=False)
    return province, made, Finished(survey_province(province, DECEMBER), made.asked, made.trips)


def test_where_the_effort_runs_out_the_visit_says_so(sound, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    set_cell(folder, "crews.csv", "D1", "members", "2")
    province, made, finished = finish(folder)
    for limit in ("EFFORT_ALL", "EFFORT_EACH"):
        with monkeypatch.context() as patch:
            patch.setattr(f"planning.fixes.find.{limit}", 0)
            trips = add_fixes(finished, made.visits)
        (lost,) = trips.unserved
        assert (lost.change, lost.fix, lost.fix_cost_vnd) == (None, NO_FIX, None)
        assert str(lost.reason).endswith(
            "; not every change could be tried: the effort for it ran out"
        )
        ((_, table),) = unserved_csv.draw(dataclasses.replace(made, trips=trips), province, "en")
        assert "the effort for it ran out" in table.decode("utf-8-sig")


def test_alike_crews_and_vehicles_are_tried_once(sound, tmp_path):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    set_cell(folder, "crews.csv", "D1", "members", "2")
    province, made, finished = finish(folder)
    visit = next(v for v in made.visits if v.visit_id == "TV1-S1")

    def list_changes(facts: Province) -> list[Change]:
        survey = dataclasses.replace(finished.survey, province=facts)
        asked = Question(dataclasses.replace(finished, survey=survey), visit)
        return [lever.loosest for lever in pull_crews(asked)]

    one = list_changes(province)
    (first, *_) = province.crews
    twins = tuple(dataclasses.replace(first, crew_id=f"Z{k}", name=f"Z{k}") for k in range(9))
    more = dataclasses.replace(province, crews=(*province.crews, *twins))
    busy = {trip.crew_id for trip in made.trips.trips}
    extra = list_changes(more)[len(one) :]
    assert {change.row for change in extra} <= ({"Z0"} if first.crew_id in busy else set())


def test_two_visits_that_ask_the_same_are_answered_once(sound, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    set_cell(folder, "crews.csv", "D1", "members", "2")
    calls = []

    def count(*words):
        calls.append(words)
        return serve(*words)

    monkeypatch.setattr("planning.fixes.find.serve", count)
    tries = []
    for number in ("1", "3"):
        set_cell(folder, "libraries.csv", "TV1", "sessions_per_month", number)
        _, made, finished = finish(folder)
        calls.clear()
        trips = add_fixes(finished, made.visits)
        assert {lost.change for lost in trips.unserved} == {
            Change("crews.csv", "D1", "members", "3")
        }
        assert len(trips.unserved) == int(number)
        tries.append(len(calls))
    assert tries[0] == tries[1]


def test_the_plan_is_written_before_its_fixes_and_stays_when_these_are_broken_off(
    sound, tmp_path, monkeypatch
):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    set_cell(folder, "crews.csv", "D1", "members", "2")
    target, seen = folder / "plans" / "2026-12", []

    def list_files() -> set[str]:
        files = (p.relative_to(target) for p in target.rglob("*") if p.is_file())
        return {file.as_posix() for file in files if file.parts[0] != "versions"}

    def interrupt(*_words):
        seen.append(list_files())
        raise KeyboardInterrupt

    words = ["plan", str(folder), "--month", "2026-12", "--work", "0.05"]
    with monkeypatch.context() as patch:
        patch.setattr("planning.fixes.find.serve", interrupt)
        answer = CliRunner().invoke(cli.command, words)
    assert answer.exit_code == 0, answer.output
    assert seen == [list_files()]
    broken_off = read_plan(target / "plan.json")
    assert broken_off.trips.status == "interrupted"
    assert find_unserved(broken_off, "TV1-S1").change is None
    answer = CliRunner().invoke(cli.command, [*words, "--force"])
    assert answer.exit_code == 0, answer.output
    whole = read_plan(target / "plan.json")
    assert whole.trips.trips == broken_off.trips.trips
    assert find_unserved(whole, "TV1-S1").change is not None
    assert seen == [list_files()]
    sheet = (target / "unserved.csv").read_text(encoding="utf-8-sig")
    assert "members" in sheet
    assert "members" in (target / "routes.html").read_text(encoding="utf-8")


def plan_moves(folder: Path, moves: tuple[Movement, ...]) -> TripPlan:
    """Plan the trips of given movements."""
    province = read_province(folder)
    survey = survey_province(province, DECEMBER)
    visits = list_visits(province, DECEMBER, moves, access_min=survey.access_min)
    trips = plan_trips(build_trip_problem(province, DECEMBER, visits, survey.roads), work=0.05)
    return add_fixes(Finished(survey, moves, trips), visits)


def test_every_reason_that_can_have_a_change_is_planted():
    planted = {code for _, _, code, _ in CASES.values()}
    proved_by_days = {"gap_days", "batch_late", "week_full"}
    assert planted | {"giver_unserved", "several_rules", *proved_by_days} == set(CODES) - (
        {"no_road", "last_mile", "put_off"}  # test_planning_lockdown.py puts off
    )
