"""A village that only its own motorbikes reach: planned, checked, counted by hand."""

import csv
import dataclasses
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from lxml import etree
from village_province import edit_table, make_village, pin_batch

from exports.month_map import month_page
from exports.papers.summary import list_sentences
from exports.tables.result_sheets import list_blank_results
from exports.write import DOCUMENTS, write_documents
from planning.answers.whereabouts import tabulate_places
from planning.joint.month import plan_month
from planning.plan import Plan
from planning.plan_file import read_plan
from planning.record.results import record_results
from planning.visits import list_visits
from province.dates import Month
from province.facts import Province
from province.language import LANGUAGES, Language, message
from province.read import read_province
from province.result_sheets.read import read_results
from province.results import RESULT_COLUMNS
from province.visits import Movement
from roads.travel import Roads
from routing.build import build_trip_problem
from routing.checks.verify import verify_trips
from routing.last_mile import find_last_miles
from routing.reach import estimate_reach
from routing.solver.solve import plan_trips
from routing.trips import Unserved

pytestmark = pytest.mark.usefixtures("few_iterations")

DECEMBER = Month(2026, 12)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Province:
    return read_province(pin_batch(make_village(tmp_path_factory.mktemp("last") / "mile")))


@pytest.fixture(scope="module")
def plan(village: Province) -> Plan:
    return plan_month(village, DECEMBER, work=0.02)


def bring_and_fetch(province: Province):
    """Return the problem in which B4 comes to TV3 and B1 goes home, and its roads."""
    moves = (Movement("B1", DECEMBER, "TV3", "KHO"), Movement("B4", DECEMBER, "KHO", "TV3"))
    roads = Roads(province)
    last_miles = find_last_miles(province, DECEMBER, roads)
    visits = list_visits(province, DECEMBER, moves, access_min={}, last_miles=last_miles)
    visits = tuple(visit for visit in visits if visit.receiver_id == "TV3")
    return build_trip_problem(province, DECEMBER, visits, roads), roads


def test_a_village_is_reached_by_way_of_its_hand_over_site(village: Province) -> None:
    reach = estimate_reach(village, (DECEMBER,), Roads(village))
    # One way is 14 km of road for a bike that carries one box; more than three boxes each way do
    # not go down and up within the 11 hours of duty.
    assert reach.max_boxes["TV3", DECEMBER] == 3
    assert reach.hours["TV3"] == reach.hours["TV4"]
    # Three usual batches' boxes are two: two rides down and up before the stop, two after: three
    # ways of 14 km each direction, since the last up and the first down need no way back.
    rides = 3 * (2 * 14_000) * 2000 // 1000 + 50_000 + 200_000
    assert reach.price("TV3", DECEMBER) - reach.price("TV4", DECEMBER) == rides


def test_without_a_motorbike_of_its_own_only_small_batches_get_there(village: Province) -> None:
    alone = dataclasses.replace(village, vehicles=village.fleet)
    reach = estimate_reach(alone, (DECEMBER,), Roads(alone))
    assert reach.max_boxes["TV3", DECEMBER] == 2  # the depot's motorbike, all the way
    assert find_last_miles(alone, DECEMBER, Roads(alone)) == {}


def test_a_village_that_a_truck_reaches_is_served_by_the_truck(village: Province) -> None:
    wide = tuple(dataclasses.replace(s, width_m=5.0) for s in village.segments)
    province = dataclasses.replace(village, segments=wide)
    assert find_last_miles(province, DECEMBER, Roads(province)) == {}


def test_boxes_meet_the_truck_at_the_hand_over_site(village: Province) -> None:
    problem, _ = bring_and_fetch(village)
    plan = plan_trips(problem)
    assert verify_trips(village, problem, plan) == ()
    ((stop,),) = (trip.stops for trip in plan.trips)
    assert (stop.site_id, stop.village_id) == ("TV4", "TV3")
    assert [(r.leg.from_site, r.leg.to_site, r.boxes) for r in stop.rides] == [
        ("TV3", "TV4", 1), ("TV4", "TV3", 0), ("TV3", "TV4", 1),
        ("TV4", "TV3", 1), ("TV3", "TV4", 0), ("TV4", "TV3", 1),
    ]  # fmt: skip
    service = problem.visits[0].service_min
    down, up = stop.rides[2].leg, stop.rides[3].leg
    assert down.arrive_min + 2 == stop.start_min  # one box is unloaded in 1.5 minutes
    assert up.leave_min - 2 == stop.start_min + service
    (trip,) = plan.trips
    without = dataclasses.replace(problem, visits=(dataclasses.replace(
        problem.visits[0], village_id=None),))  # fmt: skip
    rides_vnd = 3 * 28_000 * 2000 // 1000 + 50_000 + 200_000
    assert trip.cost_vnd - plan_trips(without).trips[0].cost_vnd == rides_vnd


def test_two_motorbikes_share_the_rides(tmp_path: Path) -> None:
    province = read_province(make_village(tmp_path / "two"))
    second = dataclasses.replace(province.vehicle_by_id["XE4"], vehicle_id="XE5")
    both = dataclasses.replace(province, vehicles=(*province.vehicles, second))
    problem, _ = bring_and_fetch(both)
    plan = plan_trips(problem)
    assert verify_trips(both, problem, plan) == ()
    rides = plan.trips[0].stops[0].rides
    assert [(r.vehicle_id, r.boxes) for r in rides] == [
        ("XE4", 1), ("XE4", 1), ("XE5", 1), ("XE5", 1),
    ]  # fmt: skip


def test_a_box_too_heavy_for_the_motorbike_is_told(tmp_path: Path) -> None:
    province = read_province(make_village(tmp_path / "weak", capacity_kg="10"))
    problem, _ = bring_and_fetch(province)
    plan = plan_trips(problem)
    assert plan.trips == ()
    assert [unserved.reason_code for unserved in plan.unserved] == ["last_mile"]


def test_the_rotation_sends_a_batch_there_and_the_plan_carries_it(
    village: Province, plan: Plan
) -> None:
    assert plan.violations == ()
    (stop,) = (s for trip in plan.trips.trips for s in trip.stops if s.village_id == "TV3")
    assert {p.content_id for p in stop.leaves} == {"B4"}
    moved = {(d.batch_id, d.from_site, d.to_site, bool(d.trip_id)) for d in plan.deliveries}
    assert ("B4", "KHO", "TV3", True) in moved


def test_every_document_tells_of_the_rides(village: Province, plan: Plan, tmp_path: Path) -> None:
    files = write_documents(plan, village, tmp_path / "out", language="en", overwrite=False)
    texts = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text(encoding="utf-8-sig")
        for path in files
        if path.suffix in (".html", ".csv", ".json", ".ics", ".gpx")
    }
    ((trip, stop),) = ((t, s) for t in plan.trips.trips for s in t.stops if s.village_id)
    (sheet,) = (text for name, text in texts.items() if name.startswith("rides/"))
    assert sheet.count("<tr>") == 1 + len(stop.rides)
    told = "Handed over here for Điểm bưu điện văn hóa Suối Ngọc, which only motorbikes reach."
    assert told in texts[f"drivers/{trip.trip_id}.html"]
    assert told in sheet
    rows = [row for row in csv.reader(texts["trips.csv"].splitlines()) if "XE4" in row]
    assert [(row[0], row[3], row[4]) for row in rows] == [
        (f"{trip.trip_id}-XE4", str(number), ride.leg.to_site)
        for number, ride in enumerate(stop.rides, 1)
    ]
    assert sum(int(row[11]) for row in rows) == 4  # two boxes down, two up
    (moved,) = (
        row for row in csv.reader(texts["rotation-schedule.csv"].splitlines()) if "B4" in row
    )
    assert (moved[6], moved[8], moved[10]) == ("KHO", "TV3", trip.trip_id)
    record = texts[f"handovers/{trip.trip_id}.html"]
    assert "Side B, the receiving site: <bdi>Điểm bưu điện văn hóa Suối Ngọc" in record
    assert "at <bdi>Trung tâm học tập Bến Phà" in record
    assert "calendars/library-TV3.ics" in texts
    assert "calendars/library-TV4.ics" in texts
    assert read_plan(tmp_path / "out" / "plan.json") == plan


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_there_is_can_be_written_of_a_village(
    language: Language, village: Province, plan: Plan, tmp_path: Path
) -> None:
    documents = [one for one in DOCUMENTS if not one.is_occasional]
    names = tuple(document.name for document in documents)
    files = write_documents(
        plan, village, tmp_path / "out", language=language, only=names, overwrite=False
    )
    written = [path.relative_to(tmp_path / "out").as_posix() for path in files]
    missing = [d.name for d in documents if not any(fnmatchcase(f, d.files) for f in written)]
    assert missing == []
    root = etree.fromstring((tmp_path / "out" / "plan.kml").read_bytes())
    space = {"k": "http://www.opengis.net/kml/2.2"}
    styles = {f"#{style.get('id')}" for style in root.iterfind(".//k:Style", space)}
    legs = root.findall(".//k:Folder[@id='legs']/k:Placemark", space)
    ridden = [leg for leg in legs if "XE4" in [v.text for v in leg.iterfind(".//k:value", space)]]
    (stop,) = (s for t in plan.trips.trips for s in t.stops if s.village_id)
    assert len(ridden) == len(stop.rides)
    (style,) = {leg.findtext("k:styleUrl", namespaces=space) for leg in ridden}
    assert style in styles - {leg.findtext("k:styleUrl", namespaces=space) for leg in legs
                              if leg not in ridden}  # fmt: skip


def test_a_visit_left_out_is_told_of_the_village_not_of_the_hand_over_site(
    village: Province, plan: Plan
) -> None:
    (stop,) = (s for t in plan.trips.trips for s in t.stops if s.village_id)
    lost = Unserved(stop.visit_id, "last_mile", message("too far"))
    without = dataclasses.replace(plan, trips=dataclasses.replace(plan.trips, unserved=(lost,)))
    sentences = list_sentences(without, None, village, "en")
    assert "the most urgent is Điểm bưu điện văn hóa Suối Ngọc: too far" in sentences[1]
    ((_, page),) = month_page.draw(without, village, "en")
    (listed,) = re.findall(r'data-unserved="0".*?</b>', page.decode("utf-8"), re.DOTALL)
    assert "Điểm bưu điện văn hóa Suối Ngọc" in listed


def test_what_was_handed_over_stands_in_the_village_once_recorded(
    village: Province, plan: Plan, tmp_path: Path
) -> None:
    folder = pin_batch(make_village(tmp_path / "mile"))
    ((trip, stop),) = ((t, s) for t in plan.trips.trips for s in t.stops if s.village_id)
    blank = list_blank_results(plan, village, trip)
    rows = [dict(zip(RESULT_COLUMNS, map(as_text, row), strict=True)) for row in blank]
    for row in rows:
        row["outcome"] = "done"
    path = folder / "sheet.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, RESULT_COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    province = read_province(folder)
    recorded = record_results(province, read_results(path, province), {DECEMBER: plan})
    assert recorded.open_tasks == ()
    places = {row["batch"]: row["site"] for row in tabulate_places(read_province(folder), None)}
    assert places["B4"] == "TV3"
    assert {p.content_id for p in stop.takes} == {"B1"}
    assert places["B1"] != "TV3"


def as_text(cell: object) -> str:
    return "" if cell is None else str(cell)


def test_a_kit_for_a_village_rides_with_its_batch_and_a_session_does_not(tmp_path: Path) -> None:
    folder = make_village(tmp_path / "kit")
    edit_table(folder / "kits.csv", {"BO1": {"site_id": "TV3"}})
    edit_table(folder / "libraries.csv", {"TV3": {"takes": "both", "sessions_per_month": "1"}})
    province = read_province(folder)
    last_miles = find_last_miles(province, DECEMBER, Roads(province))
    moves = (Movement("B4", DECEMBER, "KHO", "TV3"),)
    visits = list_visits(province, DECEMBER, moves, access_min={}, last_miles=last_miles)
    own = {visit.visit_id: visit for visit in visits if visit.receiver_id == "TV3"}
    assert {key: (one.site_id, one.village_id) for key, one in own.items()} == {
        "TV3-X": ("TV4", "TV3"), "TV3-S1": ("TV3", None),
    }  # fmt: skip
    assert [parcel.content_id for parcel in own["TV3-X"].leaves] == ["B4", "BO1"]
    assert {w.day.isoformat() for w in own["TV3-X"].windows} <= {
        f"2026-12-{day:02d}" for day in range(1, 19)
    }  # the kit is due on 18 December
