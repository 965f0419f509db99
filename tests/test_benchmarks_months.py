"""What the benchmarks of months measure, on months that fit in the head."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import SMALL
from routing_months import car, crew, month, parcel, visit

from benchmarks.growth_month import draw_month
from benchmarks.growth_trips import Run, pick_near, plan_once
from benchmarks.month import insert_rest, measure_trips, serve_alone, time_routes
from benchmarks.one_model import OneModel, list_slots
from benchmarks.two_depots import ROAD_KM, write_folders
from province.read import read_province
from roads.travel import Roads
from routing.month.instance import build_instance

NEAR_PAIR = {("D", "A"): 60, ("D", "B"): 60, ("A", "B"): 10}


@pytest.fixture
def instance():
    visits = tuple(visit(name, leaves=(parcel(f"L{name}", "D", name),)) for name in "AB")
    return build_instance(month(visits, NEAR_PAIR))


def test_a_trip_for_each_visit_costs_the_sum_of_all_ways(instance) -> None:
    row = measure_trips(instance, "alone", serve_alone(instance))
    # to A and back 120 km, to B and back as much; 10 000 a km; day 500 000 and 3 x 200 000
    assert (row.km, row.nights, row.served) == (240, 0, 2)
    assert row.cost_vnd == row.objective_vnd == 2 * (1_200_000 + 1_100_000)


def test_routes_of_another_engine_are_priced_by_our_timetables(instance) -> None:
    (slot, *_) = list_slots(instance)
    trips = time_routes(instance, [(slot, (0, 1))])
    assert measure_trips(instance, "one", trips).cost_vnd == 1_300_000 + 1_100_000
    lacking = time_routes(instance, [(slot, (1,))])
    assert [trip.order for trip in lacking] == [(1,)]
    assert measure_trips(instance, "rest", insert_rest(instance, lacking)).served == 2


def test_each_free_day_of_a_vehicle_lies_in_one_route(instance) -> None:
    days = [(slot.car, day) for slot in list_slots(instance) for day in slot.days]
    assert sorted(days) == [(0, day) for day in range(5)]


def test_one_model_takes_only_vehicles_that_may_serve() -> None:
    visits = (visit("A", needs_session_vehicle=True), visit("B"))
    cars = (car("B1", can_hold_sessions=False), car("B2"))
    one = OneModel(build_instance(month(visits, NEAR_PAIR, cars=cars, crews=(crew(),))), 80)
    able = [one.model.VehicleVar(one.index(job)) for job in range(2)]
    kinds = [{one.slots[k].car for k in range(len(one.slots)) if var.Contains(k)} for var in able]
    assert kinds == [{1}, {0, 1}]


def test_a_drawn_month_is_whole_and_the_same_each_time() -> None:
    problem = draw_month(30, 1)
    assert draw_month(30, 1).visits == problem.visits
    assert draw_month(30, 2).visits != problem.visits
    assert len(problem.visits) == 30
    taken = {parcel: v.visit_id for v in problem.visits for parcel in v.takes}
    chained = [p for v in problem.visits for p in v.leaves if p.from_site not in problem.depots]
    assert chained
    assert all(parcel in taken for parcel in chained)
    travel = problem.travel(problem.vehicles[0], problem.days[0])
    assert (travel.length_m >= 0).all()


def test_a_drawn_month_is_planned_and_keeps_every_rule() -> None:
    run = plan_once(6, 0.02, 0)
    assert run.visits == 6
    assert run.served >= 5
    assert run.cpu_s > 0
    assert run.peak_mib > 0


def test_the_first_effort_near_the_last_counts() -> None:
    runs = [Run(50, effort, 50, value, 1, 1, 1) for effort, value in ((1, 120), (2, 104), (3, 100))]
    assert pick_near(runs).effort == 2


def with_codes_of_today(folder: Path) -> Path:
    """Write the small province with codes of communes that begin with 1, as the copy's with 9."""
    shutil.copytree(SMALL, folder)
    for path in folder.iterdir():
        path.write_text(path.read_text("utf-8").replace("9000", "1000"), encoding="utf-8")
    return folder


def test_two_provinces_side_by_side_share_no_id_and_only_a_road_joins_them(tmp_path) -> None:
    small = with_codes_of_today(tmp_path / "small")
    folders = write_folders(
        tmp_path, has_road=True, province=small, communes=small / "communes.geojson"
    )
    west, both = read_province(folders["west"]), read_province(folders["both"])
    for kind in ("sites", "batches", "vehicles", "crews", "kits", "communes", "journal", "loans"):
        assert len(getattr(both, kind)) == 2 * len(getattr(west, kind))
    assert len(both.segments) == 2 * len(west.segments) + 1
    (first, second), (bus, *_) = both.depots, both.vehicles
    sites = (first.site_id, second.site_id)
    way = Roads(both).measure(bus, date(2026, 12, 1), sites[:1], sites[1:])
    assert 1000 * ROAD_KM <= way.length_m[0, 0] <= 1000 * ROAD_KM + 5000
    apart = read_province(
        write_folders(
            tmp_path / "apart", has_road=False, province=small, communes=small / "communes.geojson"
        )["both"]
    )
    assert Roads(apart).measure(bus, date(2026, 12, 1), sites[:1], sites[1:]).drive_min[0, 0] == -1
    titles = {title.title_id for title in both.titles if title.batch_id in west.batch_by_id}
    assert not titles & {t.title_id for t in both.titles if t.batch_id not in west.batch_by_id}
