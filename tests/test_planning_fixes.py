"""A damaged folder leaves a visit out; the change that the plan names, once made, serves it."""

import csv
import dataclasses
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from exports.tables import unserved_csv
from planning.fix_roads import pull_roads
from planning.fix_trial import Finished
from planning.fixes import add_fixes, change_roads
from planning.month import PLANNED, plan_month
from planning.plan import Plan
from planning.plan_file import dump_plan
from planning.visits import list_visits
from province.changes import Change
from province.dates import Month
from province.read import read_province
from province.visits import Movement
from routing.build import build_trip_problem
from routing.reach import measure_access_min
from routing.reasons import CODES
from routing.roads.travel import build_roads
from routing.solve import plan_trips
from routing.trips import TripPlan, Unserved

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
ONE_DAY = "Dec 08 07:00-17:00"
# What is damaged, the visit that is then not served, its reason, and the cell of its change.
CASES = {
    "short hours": (
        [("libraries.csv", "TV1", "hours", "Mo-Fr 08:00-11:00")],
        "TV1-S1", "hours", ("libraries.csv", "TV1", "hours"),
    ),
    "never open": (
        [("libraries.csv", "TV1", "hours", "Mar Mo-Su 08:00-18:00")],
        "TV1-S1", "site_never_open", ("libraries.csv", "TV1", "hours"),
    ),
    "closed by the calendar": (
        [("calendar.csv", "LICH5", "site_id", "TV1"),
         ("calendar.csv", "LICH5", "start_date", "2026-12-01"),
         ("calendar.csv", "LICH5", "days", "31")],
        "TV1-S1", "site_never_open", ("calendar.csv", "LICH5", "effect"),
    ),
    "lockdown": (
        [("zones.csv", "VUNG1", "to_date", "2026-12-31")],
        "TV1-S1", "site_never_open", ("zones.csv", "VUNG1", "to_date"),
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
    "narrow road": (
        [("roads.geojson", "S01", "width_m", 2.0)],
        "TV1-S1", "no_vehicle_fits", ("roads.geojson", "S01", "width_m"),
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
        "TV1-S1", "driving_law", ("province.toml", "trips", "duty_max_day_min"),
    ),
    "closed commune": (
        [("libraries.csv", "TV4", "takes", "none"), ("closures.csv", "DONG1", "ref", ""),
         ("closures.csv", "DONG1", "km_from", ""),
         ("closures.csv", "DONG1", "km_to", ""), ("closures.csv", "DONG1", "commune_code", "90004"),
         ("closures.csv", "DONG1", "from_date", "2026-11-20"),
         ("closures.csv", "DONG1", "to_date", "2027-01-20")],
        "TV4-BO1", "no_road", ("closures.csv", "DONG1", "effect"),
    ),
    "two sessions on one day": (
        [("libraries.csv", "TV1", "hours", ONE_DAY), ("libraries.csv", "TH1", "hours", ONE_DAY),
         ("libraries.csv", "TH1", "takes", "session"),
         ("libraries.csv", "TH1", "sessions_per_month", "1"),
         ("province.toml", "service", "session_min", "330")],
        "TV1-S1|TH1-S1", "dates_taken", ("libraries.csv", None, "hours"),
    ),
    "not worth it": (
        [("libraries.csv", "TV4", "takes", "none"),
         ("province.toml", "costs", "unserved_vnd_per_priority", "200000")],
        "TV1-S1", "priced_out", ("province.toml", "costs", "unserved_vnd_per_priority"),
    ),
    "vehicles at another depot": (
        [("libraries.csv", "TV3", "kind", "depot"), ("libraries.csv", "TV4", "takes", "none"),
         *[("vehicles.csv", car, "depot_id", "TV3") for car in ("XE2", "XE3")],
         ("vehicles.csv", "XE1", "capacity_boxes", "0"),
         ("crews.csv", "D2", "depot_id", "TV3")],
        "TV4-BO1", "depot_mismatch", ("vehicles.csv", None, "depot_id"),
    ),
}  # fmt: skip


def find_unserved(plan: Plan, visit_ids: str) -> Unserved:
    found = [u for u in plan.trips.unserved if u.visit_id in visit_ids.split("|")]
    assert len(found) == 1
    return found[0]


def plan(folder: Path) -> Plan:
    return plan_month(read_province(folder), DECEMBER, work=0.05)


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
    after = plan(folder)
    assert lost.visit_id not in {u.visit_id for u in after.trips.unserved}
    assert lost.visit_id in {stop.visit_id for t in after.trips.trips for stop in t.stops}
    assert after.violations == ()


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
    for damage in CASES["closed commune"][0]:
        set_cell(folder, *damage)


def test_ctrl_c_leaves_the_plan_and_the_visits_without_a_change(sound, tmp_path):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    shut_commune(folder)
    province = read_province(folder)

    def interrupt(what: object, share: float) -> None:
        if share >= PLANNED:
            raise KeyboardInterrupt

    made = plan_month(province, DECEMBER, work=0.05, progress=interrupt)
    whole = plan(folder)
    assert made.trips.status == "interrupted"
    assert made.trips.trips == whole.trips.trips
    assert find_unserved(made, "TV4-BO1").change is None
    assert find_unserved(whole, "TV4-BO1").change is not None
    assert made.violations == ()


def test_roads_after_a_change_are_built_once_for_all_visits(sound, tmp_path):
    folder = Path(shutil.copytree(sound, tmp_path / "p"))
    shut_commune(folder)
    province = read_province(folder)
    roads, tried = build_roads(province), {}
    visits = list_visits(province, DECEMBER, (), access_min={})
    built = [
        [
            change_roads(lever, lever.loosest, roads, tried)
            for lever in pull_roads(province, DECEMBER, visit)
        ]
        for visit in visits[:2]
    ]
    assert built[0]
    assert roads not in built[0]
    assert all(one is two for one, two in zip(*built, strict=False))


def plan_moves(folder: Path, moves: tuple[Movement, ...]) -> TripPlan:
    """Plan the trips of given movements."""
    province = read_province(folder)
    roads = build_roads(province)
    access = measure_access_min(province, roads, DECEMBER.first_day)
    visits = list_visits(province, DECEMBER, moves, access_min=access)
    trips = plan_trips(build_trip_problem(province, DECEMBER, visits, roads), work=0.05)
    return add_fixes(province, roads, Finished(DECEMBER, moves, access, trips), visits)


def test_every_reason_that_can_have_a_change_is_planted():
    planted = {code for _, _, code, _ in CASES.values()}
    # a village lacks motorbikes or boxes of less: no cell of the folder adds a vehicle
    assert planted | {"giver_unserved", "several_rules", "last_mile"} == set(CODES)
