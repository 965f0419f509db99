"""Published timetables: days, visits and kilometres are those of the dates, told by dateutil."""

import csv
import json
from collections import defaultdict
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from dateutil.rrule import rrulestr
from scipy.spatial import KDTree

from planning.first_folder.from_timetable import create_from_timetable
from planning.first_folder.published_timetable import read_timetable
from planning.first_folder.tables import describe_country
from province.dates import DateSpan, Month
from province.errors import InputError
from province.read import read_province

DECEMBER = Month(2026, 12)
PUBLISHED = Path(__file__).resolve().parent.parent.parent / "shared" / "bench" / "mobile-stops"
HEADINGS = (
    "organisation,mobile,route,community,stop,address,postcode,geox,geoy,day,type,arrival,"
    "departure,frequency,start,end,exceptions,timetable\n"
)


def stop(
    name, at, hours, start, *, rule="FREQ=WEEKLY", mobile="Mobile", route="A", end="", out=""
):  # fmt: skip
    """Return a row of a timetable."""
    (day, span) = hours.split()
    arrival, departure = span.split("-")
    return (
        f"T,{mobile},{route},,{name},,,{at[0]},{at[1]},{day},Public,{arrival},{departure},"
        f'{rule},{start},{end},"{out}",\n'
    )


OWN = "".join(
    [
        stop("Weekly", (-2.50, 51.50), "Monday 10:00-11:00", "2026-01-05", mobile="Van 1"),
        stop(
            "Fourth week",
            (-2.90, 51.70),
            "Monday 13:00-14:00",
            "2026-01-12",
            rule="FREQ=WEEKLY;INTERVAL=4",
            mobile="Van 1",
        ),
        stop(
            "Third week",
            (-2.60, 51.50),
            "Saturday 09:00-10:00",
            "2026-01-03",
            rule="FREQ=WEEKLY;INTERVAL=3",
            mobile="Van 1",
            route="B",
        ),
        stop(
            "Eighth week",
            (-2.70, 51.55),
            "Saturday 11:00-12:00",
            "2026-01-24",
            rule="FREQ=WEEKLY;INTERVAL=8",
            mobile="Van 1",
            route="B",
        ),
        stop(
            "Some",
            (-2.40, 51.60),
            "Tuesday 10:00-10:30",
            "2026-01-06",
            mobile="Van 2",
            route="C",
            end="2026-12-22",
            out="2026-12-08,2026-12-15",
        ),
        stop(
            "Second Tuesday",
            (-2.30, 51.60),
            "Tuesday 11:00-11:30",
            "2026-01-13",
            rule="FREQ=MONTHLY;BYDAY=2TU",
            mobile="Van 2",
            route="C",
        ),
        stop(
            "Until",
            (-2.35, 51.65),
            "Tuesday 12:00-12:30",
            "2026-01-06",
            rule="FREQ=WEEKLY;UNTIL=20261215T235959Z",
            mobile="Van 2",
            route="C",
        ),
        stop(
            "Ended",
            (-2.20, 51.60),
            "Tuesday 14:00-14:30",
            "2019-01-08",
            rule="FREQ=WEEKLY;COUNT=3",
            mobile="Van 2",
            route="C",
        ),
    ]
)
SUBSET = "".join(
    [
        stop("Near 1 Monday", (-2.50, 51.50), "Monday 10:00-11:00", "2026-01-05", route="Monday"),
        stop("Near 2 Monday", (-2.51, 51.50), "Monday 11:10-12:00", "2026-01-05", route="Monday"),
        stop(
            "Near 1 Tuesday", (-2.50, 51.50), "Tuesday 10:00-11:00", "2026-01-06", route="Tuesday"
        ),
        stop(
            "Near 2 Tuesday", (-2.51, 51.50), "Tuesday 11:10-12:00", "2026-01-06", route="Tuesday"
        ),
        stop(
            "Far",
            (-2.90, 51.70),
            "Tuesday 13:00-14:00",
            "2026-01-06",
            rule="FREQ=WEEKLY;INTERVAL=4",
            route="Tuesday",
        ),
    ]
)


def write(folder: Path, text: str) -> Path:
    path = folder / "timetable.csv"
    path.write_text(HEADINGS + text, encoding="utf-8")
    return path


def make(path: Path, folder: Path, *, country="GB"):
    return create_from_timetable(path, folder, country=describe_country(country), month=DECEMBER)


def expand(row: dict[str, str]) -> list[date]:
    """Return the days of December on which a row is visited, by dateutil alone."""
    rule = row["frequency"].replace("T235959Z", "")
    last = min(date(2026, 12, 31), date.fromisoformat(row["end"] or "2026-12-31"))
    begin, end = (datetime.combine(day, time()) for day in (date(2026, 12, 1), last))
    moments = rrulestr(rule, dtstart=datetime.fromisoformat(row["start"])).between(begin, end, True)
    out = row["exceptions"].split(",")
    return [moment.date() for moment in moments if moment.date().isoformat() not in out]


def measure(rounds, homes, folder: Path) -> float:
    """Return the kilometres of the rounds by the roads that lie in the folder."""
    graph = nx.Graph()
    for feature in json.loads((folder / "roads.geojson").read_text("utf-8"))["features"]:
        a, b = map(tuple, feature["geometry"]["coordinates"])
        graph.add_edge(a, b, m=feature["properties"]["length_m"])
    nodes = list(graph)
    nearest = KDTree(nodes)
    ways = dict(nx.all_pairs_dijkstra_path_length(graph, weight="m"))
    metres = 0.0
    for (mobile, _, _), stops in rounds.items():
        way = [homes[mobile], *(at for _, at in sorted(stops)), homes[mobile]]
        ends = [nodes[k] for k in nearest.query(way)[1]]
        metres += sum(ways[a][b] for a, b in pairwise(ends))
    return metres / 1000


def check_against_dateutil(path: Path, folder: Path) -> None:
    published = make(path, folder)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rounds = defaultdict(list)
    for row in rows:
        at = (round(float(row["geox"]), 6), round(float(row["geoy"]), 6))
        for day in expand(row):
            key = row["mobile"], row["route"], day
            rounds[key].append(((row["arrival"].zfill(5), row["stop"]), at))
    province = read_province(folder)
    homes = {site.name: (site.lon, site.lat) for site in province.depots}
    visited = [row for row in rows if expand(row)]
    assert published.in_month.rounds == len(rounds)
    assert published.in_month.visits == sum(map(len, rounds.values()))
    assert published.in_month.km == pytest.approx(measure(rounds, homes, folder), abs=0.01)
    assert province.settings.trips.published_km == round(published.in_month.km)
    sessions = [site.sessions_per_month for site in province.sites if site.takes_sessions]
    assert sessions == [len(expand(row)) for row in visited]
    assert published.stops == len(visited)
    assert {stop.stop for stop in published.left_out} == {
        row["stop"] for row in rows if not expand(row)
    } - {row["stop"] for row in visited}


def test_days_visits_and_kilometres_are_those_of_the_dates(tmp_path: Path) -> None:
    check_against_dateutil(write(tmp_path, OWN), tmp_path / "x")
    sites = read_province(tmp_path / "x").sites
    assert {site.name: site.sessions_per_month for site in sites if site.takes_sessions} == {
        "Weekly": 4,  # 7, 14, 21, 28
        "Fourth week": 1,  # 12 January and 12 times four weeks later: 14 December
        "Third week": 2,  # 5 and 26 December
        "Eighth week": 1,  # 24 January and 40 weeks later is 31 October, so 26 December
        "Some": 2,  # 1 and 22 December
        "Second Tuesday": 1,
        "Until": 3,  # 1, 8 and 15 December
    }


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="../shared/bench/mobile-stops is not here")
@pytest.mark.parametrize(
    "service",
    ["angus", "essex", "hillingdon", "north_somerset", "somerset", "warwickshire",
     "west_berkshire", "west_dunbartonshire"],
)  # fmt: skip
def test_published_timetables_are_those_of_dateutil(service: str, tmp_path: Path) -> None:
    check_against_dateutil(PUBLISHED / f"{service}.csv", tmp_path / "x")


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="../shared/bench/mobile-stops is not here")
@pytest.mark.parametrize(
    ("service", "rounds", "visits", "km"),
    # kilometres of four weeks measured by dates elsewhere, at 1.3 times the straight line
    [("essex", 128 / 3, 288, 3923), ("warwickshire", 52, 1048 / 3, 2835), ("angus", 32, 340, 2599)],
)
def test_four_weeks_are_the_mean_of_twelve(service, rounds, visits, km, tmp_path) -> None:
    usual = make(PUBLISHED / f"{service}.csv", tmp_path / "x").in_four_weeks
    assert (usual.rounds, usual.visits) == pytest.approx((rounds, visits))
    assert usual.km / 1.37 * 1.3 == pytest.approx(km, abs=1)


def test_a_stop_of_every_fourth_week_is_not_driven_each_week(tmp_path: Path) -> None:
    published = make(write(tmp_path, SUBSET), tmp_path / "x")
    # there and back: 0.01 degrees are 0.694 km, on 4 Mondays and 5 Tuesdays; on one of these on to
    # the stop 35.1 km from the second and 35.5 km from the first
    near, far = 2 * 0.694 * 1.37, (35.1 + 35.5 - 0.694) * 1.37
    assert published.in_month.km == pytest.approx(9 * near + far, abs=0.2)
    assert published.in_four_weeks.km == pytest.approx(8 * near + far, abs=0.2)
    assert (published.in_four_weeks.rounds, published.in_four_weeks.visits) == (8, 17)


def test_alternate_weeks_are_days_of_their_own(tmp_path: Path) -> None:
    stops = "".join(
        [
            stop(
                "North",
                (-2.50, 51.90),
                "Monday 10:00-12:00",
                "2026-01-05",
                rule="FREQ=WEEKLY;INTERVAL=2",
                mobile="M",
                route="Monday",
            ),
            stop(
                "South",
                (-2.50, 51.30),
                "Monday 10:30-12:30",
                "2026-01-12",
                rule="FREQ=WEEKLY;INTERVAL=2",
                mobile="M",
                route="Monday",
            ),
        ]
    )
    published = make(write(tmp_path, stops), tmp_path / "x")
    assert (published.in_month.rounds, published.in_month.visits) == (4, 4)
    assert published.warnings == ()
    # the longest day goes from one stop to the other and home: 120 minutes and 2 × 91.4 km at 42
    duty = read_province(tmp_path / "x").settings.trips.duty_max_day_min
    assert duty == 120 + 262


def test_stops_that_the_month_does_not_see_are_named(tmp_path: Path) -> None:
    stops = "".join(
        stop(
            name,
            (-2 - k / 10, 51.55),
            f"Monday 1{k}:00-1{k}:20",
            start,
            rule=rule,
            end=end,
            out=out,
        )
        for k, (name, rule, start, end, out) in enumerate(
            [
                ("Ended", "FREQ=WEEKLY", "2019-01-07", "2020-03-20", ""),
                ("Not begun", "FREQ=WEEKLY", "2027-03-01", "", ""),
                ("Rule ended", "FREQ=WEEKLY;UNTIL=20200320", "2019-01-07", "", ""),
                ("Three times", "FREQ=WEEKLY;COUNT=3", "2019-01-07", "", ""),
                ("July only", "FREQ=WEEKLY;BYMONTH=7;BYDAY=MO", "2026-01-05", "", ""),
                ("Served", "FREQ=WEEKLY", "2026-01-05", "", "2026-12-21"),
            ]
        )
    )
    published = make(write(tmp_path, stops), tmp_path / "x")
    sites = [site for site in read_province(tmp_path / "x").sites if site.takes_sessions]
    assert [(site.name, site.sessions_per_month) for site in sites] == [("Served", 3)]
    assert [(w.row, w.column, w.value) for w in published.warnings] == [
        (2, "end", "2020-03-20"), (3, "start", "2027-03-01"),
        (4, "frequency", "FREQ=WEEKLY;UNTIL=20200320"), (5, "frequency", "FREQ=WEEKLY;COUNT=3"),
        (6, "frequency", "FREQ=WEEKLY;BYMONTH=7;BYDAY=MO"),
    ]  # fmt: skip
    with pytest.raises(InputError, match="a stop that is visited in 2026-12"):
        make(write(tmp_path, "\n".join(stops.splitlines()[:5]) + "\n"), tmp_path / "y")
    assert not (tmp_path / "y").exists()


@pytest.mark.parametrize("separator", [",", ";", "|", ", "])
def test_exceptions_are_read_as_services_write_them(separator: str, tmp_path: Path) -> None:
    out = separator.join(("2026-12-07", "21/12/2026"))
    row = stop("S", (-2.5, 51.5), "Monday 10:00-11:00", "2026-01-05", out=out)
    ((row,), _) = read_timetable(write(tmp_path, row), country="GB")
    span = DateSpan(DECEMBER.first_day, DECEMBER.last_day)
    assert row.list_visits(span) == (date(2026, 12, 14), date(2026, 12, 28))


def test_eastings_and_northings_are_read(tmp_path: Path) -> None:
    # Ordnance Survey's worked example: 651409.903, 313177.270 is 52°39'28.72"N 1°42'57.79"E
    there = stop("S", ("651409.903", "313177.270"), "Monday 10:00-11:00", "2026-01-05")
    ((row,), _) = read_timetable(write(tmp_path, there), country="GB")
    assert row.at == pytest.approx((1.71605, 52.65798), abs=1e-4)
    with pytest.raises(InputError) as error:
        read_timetable(write(tmp_path, there), country="LV")
    assert {(f.row, f.column) for f in error.value.findings} == {(2, "geox"), (2, "geoy")}
    mixed = there + there.replace("651409.903,313177.270", "-2.5,51.5")
    with pytest.raises(InputError, match="in all rows"):
        read_timetable(write(tmp_path, mixed), country="GB")


def test_a_vehicle_at_two_stops_at_once_is_a_warning(tmp_path: Path) -> None:
    stops = "".join(
        [
            stop("Stop A", (-2.50, 51.50), "Monday 10:00-17:00", "2026-01-05", route="Monday"),
            stop("Stop B", (-2.90, 51.90), "Monday 10:30-12:00", "2026-01-05", route="Monday"),
            stop("Stop C", (-2.90, 51.90), "Monday 12:30-13:00", "2026-01-05", route="Monday"),
            stop("Stop D", (-2.90, 51.90), "Tuesday 11:00-13:00", "2026-01-06", route="Tuesday"),
        ]
    )
    published = make(write(tmp_path, stops), tmp_path / "x")
    assert [(w.row, w.column, w.value) for w in published.warnings] == [
        (3, "arrival", "10:30"), (4, "arrival", "12:30")
    ]  # fmt: skip
    assert all("Stop A (row 2) until 17:00" in str(w.expected) for w in published.warnings)


def test_a_service_on_saturdays_does_not_work_on_sundays(tmp_path: Path) -> None:
    make(write(tmp_path, OWN), tmp_path / "x")
    trips = read_province(tmp_path / "x").settings.trips
    assert trips.work_weekdays == ("Mo", "Tu", "We", "Th", "Fr", "Sa")


def test_a_service_on_every_day_has_no_day_off(tmp_path: Path) -> None:
    # Seven stops, one on each day of the week: the starter's six days in a row are not enough.
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    stops = [
        stop(
            f"S{k}", (-2.5 + k / 100, 51.5), f"{day} 10:00-11:00", f"2026-01-{5 + k:02d}", route=day
        )
        for k, day in enumerate(days)
    ]
    make(write(tmp_path, "".join(stops)), tmp_path / "x")
    trips = read_province(tmp_path / "x").settings.trips
    assert (trips.work_days_per_week, trips.work_days_in_a_row >= 24) == (7, True)
    make(write(tmp_path, OWN), tmp_path / "y")
    assert read_province(tmp_path / "y").settings.trips.work_days_in_a_row == 6


def test_a_start_on_another_day_counts_from_the_day_named(tmp_path: Path) -> None:
    # the timetable begins on Wednesday 2 December; the stop is made on Mondays, 7 and 21 December
    late = stop(
        "S", (-2.5, 51.5), "monday 10:00-11:00", "2026-12-02", rule="FREQ=WEEKLY;INTERVAL=2"
    )
    stops, warnings = read_timetable(write(tmp_path, late), country="GB")
    span = DateSpan(DECEMBER.first_day, DECEMBER.last_day)
    assert stops[0].list_visits(span) == (date(2026, 12, 7), date(2026, 12, 21))
    assert [(w.row, w.column, w.value) for w in warnings] == [(2, "start", "2026-12-02")]
