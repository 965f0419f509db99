"""The public timetable: the open schema's rules, and exactly the sessions planned."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from hostile_province import HOSTILE, write_hostile_folder
from plan_fixture import make_plan

from exports.tables import mobile_stops_csv
from exports.tables.mobile_stops_csv import HEADINGS, WEEKDAYS, describe_repetitions
from planning.first_folder.from_timetable import create_from_timetable
from planning.first_folder.published_timetable import read_timetable
from planning.first_folder.tables import describe_country
from planning.notices import list_occasions
from planning.plan import Plan
from province.dates import DateSpan, Month, clock
from province.facts import Province
from province.places import SiteKind
from province.read import read_province
from province.visits import Task

REQUIRED = {
    "organisation", "mobile", "route", "stop", "day", "type", "arrival", "departure", "frequency",
    "start",
}  # fmt: skip
POSTCODE = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}|")
PUBLISHED = Path(__file__).resolve().parent.parent.parent / "shared" / "bench" / "mobile-stops"
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def read(plan: Plan, province: Province) -> list[dict[str, str]]:
    ((name, content),) = mobile_stops_csv.draw(plan, province, "vi")
    assert name == "mobile-library-stops.csv"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    for row in rows:
        check_schema(row)
    return rows


def check_schema(row: dict[str, str]) -> None:
    """Check a row against the constraints of the open schema for mobile-library stops."""
    assert tuple(row) == HEADINGS
    assert all(row[name] for name in REQUIRED)
    assert row["day"] in WEEKDAYS
    assert row["type"] in ("Public", "Private", "Dynamic", "Other")
    assert POSTCODE.fullmatch(row["postcode"])
    assert CLOCK.fullmatch(row["arrival"])
    assert CLOCK.fullmatch(row["departure"])
    assert -180 <= float(row["geox"]) <= 180
    assert -90 <= float(row["geoy"]) <= 90
    start = date.fromisoformat(row["start"])
    assert WEEKDAYS[start.weekday()] == row["day"]
    assert date.fromisoformat(row["end"]) >= start
    rrulestr(row["frequency"])


def expand(row: dict[str, str]) -> list[date]:
    """Return the days of a row as any reader of the schema would."""
    start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
    days = rrulestr(row["frequency"], dtstart=start).between(start, end, inc=True)
    return [day.date() for day in days]


def list_sessions(plan: Plan, province: Province) -> list[tuple]:
    """Return vehicle, day, hours and place of every session, as the commune's notice has them."""
    vehicles = {(t.vehicle_id, s.day, s.site_id) for t in plan.trips.trips for s in t.stops}
    return sorted(
        (
            province.vehicle_by_id[vehicle].name, occasion.day, clock(occasion.opens_min),
            clock(occasion.closes_min), province.site_by_id[occasion.site_id].name,
        )
        for occasions in list_occasions(plan, province).values()
        for occasion in occasions
        if occasion.task is Task.SESSION
        for vehicle, day, site_id in vehicles
        if (day, site_id) == (occasion.day, occasion.site_id)
    )  # fmt: skip


def repeat_trip(plan: Plan, weeks: tuple[int, ...]) -> Plan:
    """Return the plan with its first trip driven again after some weeks each."""
    trip = plan.trips.trips[0]
    again = []
    for week in weeks:
        shift = timedelta(weeks=week)
        stops = tuple(replace(stop, day=stop.day + shift) for stop in trip.stops)
        again.append(replace(trip, trip_id=f"{trip.trip_id}-{week}", stops=stops))
    return replace(plan, trips=replace(plan.trips, trips=tuple(again)))


@pytest.mark.parametrize("weeks", [(0,), (0, 1, 2), (0, 2, 4), (0, 1, 4), (0, 3)])
def test_the_rows_expand_to_the_sessions_planned(weeks: tuple[int, ...], small: Province) -> None:
    plan = repeat_trip(make_plan(small), weeks)
    rows = read(plan, small)
    expanded = sorted(
        (row["mobile"], day, row["arrival"], row["departure"], row["stop"])
        for row in rows
        for day in expand(row)
    )
    assert expanded == list_sessions(plan, small)
    assert expanded
    # Sessions that repeat evenly stand in one row; no reader needs to know of exceptions.
    assert len(rows) == len(expanded) // len(weeks) * (2 if weeks == (0, 1, 4) else 1)
    assert {row["exceptions"] for row in rows} == {""}


@pytest.mark.parametrize(
    ("weeks", "rules"),
    [
        ((0,), {1: (0,)}),
        ((0, 2), {2: (0, 2)}),
        ((0, 2, 4), {2: (0, 2, 4)}),
        ((0, 1, 4), {1: (0, 1), 0: (4,)}),
        ((0, 2, 6), {2: (0, 2), 0: (6,)}),
        ((0, 1, 3, 4), {1: (0, 1), 0: (3, 4)}),
    ],
)
def test_rules_have_no_exceptions(weeks, rules) -> None:
    start = date(2026, 12, 1)
    found = describe_repetitions([start + timedelta(weeks=week) for week in weeks])
    days = [tuple(start + timedelta(weeks=week) for week in own) for own in rules.values()]
    assert [one.days for one in found] == days
    assert found[0].rule == f"FREQ=WEEKLY;INTERVAL={next(iter(rules))}"
    for one in found:
        moments = rrulestr(
            f"{one.rule};UNTIL={one.end:%Y%m%d}", dtstart=datetime.combine(one.start, time())
        )
        assert tuple(moment.date() for moment in moments) == one.days


@pytest.mark.parametrize("weeks", [(0,), (0, 1, 2), (0, 1, 4), (0, 3)])
def test_our_own_timetable_is_read_back(weeks, small: Province, tmp_path: Path) -> None:
    plan = repeat_trip(make_plan(small), weeks)
    ((name, content),) = mobile_stops_csv.draw(plan, small, "vi")
    (tmp_path / name).write_bytes(content)
    stops, warnings = read_timetable(tmp_path / name, country="VN")
    assert warnings == ()
    span = DateSpan(date(2026, 12, 1), date(2027, 1, 31))
    sessions = sorted(
        (stop.mobile, day, clock(stop.arrival_min), clock(stop.departure_min), stop.stop)
        for stop in stops
        for day in stop.list_visits(span)
    )
    assert sessions == list_sessions(plan, small)
    month = Month(2026, 12)
    published = create_from_timetable(
        tmp_path / name, tmp_path / "again", country=describe_country("VN"), month=month
    )
    assert published.in_month.visits == sum(Month.of(day) == month for _, day, *_ in sessions)


def test_hours_are_those_in_which_readers_can_come(small: Province) -> None:
    plan = make_plan(small)
    stop = next(s for t in plan.trips.trips for s in t.stops if Task.SESSION in s.tasks)
    trip = replace(plan.trips.trips[0], stops=(replace(stop, start_min=482, depart_min=722),))
    (row,) = read(replace(plan, trips=replace(plan.trips, trips=(trip,))), small)
    # It stands there from 08:02 to 12:02; 30 minutes to set up, 180 for readers, round figures.
    assert (row["arrival"], row["departure"]) == ("08:35", "11:35")


def test_a_route_is_visited_on_one_set_of_days(small: Province) -> None:
    rows = read(repeat_trip(make_plan(small), (0, 2)), small)
    days: dict[tuple[str, str], set[tuple[date, ...]]] = {}
    for row in rows:
        days.setdefault((row["mobile"], row["route"]), set()).add(tuple(expand(row)))
    assert all(len(found) == 1 for found in days.values())


def test_sessions_at_schools_are_private(small: Province) -> None:
    plan = make_plan(small)
    assert {row["type"] for row in read(plan, small)} == {"Public"}
    schools = replace(small, sites=tuple(replace(s, kind=SiteKind.SCHOOL) for s in small.sites))
    assert {row["type"] for row in read(plan, schools)} == {"Private"}


def test_stops_without_a_session_are_not_public(small: Province) -> None:
    plan = make_plan(small)
    trip = plan.trips.trips[0]
    quiet = replace(trip, stops=tuple(replace(stop, tasks=(Task.EXCHANGE,)) for stop in trip.stops))
    assert read(replace(plan, trips=replace(plan.trips, trips=(quiet,))), small) == []


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="../shared/bench/mobile-stops is not here")
def test_published_timetables_have_these_columns_and_rules() -> None:
    files = sorted(PUBLISHED.glob("*.csv"))
    assert files
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert tuple(rows[0]) == HEADINGS
        assert {row["type"] for row in rows} <= {"Public", "Private", "Dynamic", "Other"}
        assert {row["day"] for row in rows} <= set(WEEKDAYS)
        # They repeat by weeks, as ours do.
        assert all(re.fullmatch(r"FREQ=WEEKLY;INTERVAL=\d", row["frequency"]) for row in rows)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_make_no_row_and_no_formula(kind: str, tmp_path: Path) -> None:
    province = read_province(write_hostile_folder(tmp_path / "p", HOSTILE[kind]))
    plan = make_plan(province)
    rows = read(plan, province)
    assert len(rows) == len(list_sessions(plan, province))
    for cell in (cell for row in rows for cell in row.values()):
        assert not cell.startswith(("=", "+", "@", "\t", "\r"))
        assert "\n" not in cell
