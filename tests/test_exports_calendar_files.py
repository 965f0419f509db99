"""Calendars: read back with the times of the place, the same ids after planning again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hostile_province import HOSTILE, write_hostile_folder
from icalendar import Calendar
from plan_fixture import make_plan

from exports import calendar_files
from exports.geo.xml_file import clean_line
from planning.plan import Plan
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.language import Language
from province.read import read_province


def read(plan: Plan, province: Province, language: Language = "en") -> dict[str, Calendar]:
    files = dict(calendar_files.draw(plan, province, language))
    for content in files.values():
        assert content.endswith(b"\r\n")
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    return {name: Calendar.from_ical(content) for name, content in files.items()}


def move_to(plan: Plan, province: Province, first: date, zone: str) -> tuple[Plan, Province]:
    """Return the plan with its first trip beginning on another day, in another time zone."""
    trip = plan.trips.trips[0]
    shift = first - trip.first_day
    moved = replace(
        trip,
        first_day=trip.first_day + shift,
        last_day=trip.last_day + shift,
        stops=tuple(replace(stop, day=stop.day + shift) for stop in trip.stops),
        nights=tuple(replace(night, day=night.day + shift) for night in trip.nights),
    )
    settings = province.settings
    there = settings.province.model_copy(update={"timezone": zone})
    province = replace(province, settings=settings.model_copy(update={"province": there}))
    month = Month.of(first)
    return replace(plan, month=month, trips=replace(plan.trips, trips=(moved,))), province


def events(calendar: Calendar, kind: str) -> list:
    return [event for event in calendar.walk("VEVENT") if event["UID"].startswith(kind)]


def test_a_vehicle_has_its_days_and_stops(small: Province) -> None:
    plan = make_plan(small)
    (trip,) = plan.trips.trips
    calendar = read(plan, small)[f"calendars/vehicle-{trip.vehicle_id}.ics"]
    days = events(calendar, "trip.")
    assert [event.start.date() for event in days] == [trip.first_day, trip.last_day]
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    for stop, event in zip(trip.stops, events(calendar, "bus."), strict=True):
        midnight = datetime(stop.day.year, stop.day.month, stop.day.day, tzinfo=zone)
        assert event.start == midnight + timedelta(minutes=stop.leg.arrive_min)
        assert event.end == midnight + timedelta(minutes=stop.depart_min)
        site = small.site_by_id[stop.site_id]
        assert event["SUMMARY"].startswith(site.name)
        assert event["GEO"].to_ical() == f"{site.lat};{site.lon}"
        assert event["LOCATION"].startswith(site.name)
    assert len(calendar.walk("VTIMEZONE")) == 1


def test_each_visited_library_has_its_visits(small: Province) -> None:
    plan = make_plan(small)
    files = read(plan, small)
    stops = [stop for trip in plan.trips.trips for stop in trip.stops]
    assert {name for name in files if "library-" in name} == {
        f"calendars/library-{stop.site_id}.ics" for stop in stops
    }
    first = stops[0]
    (event,) = files[f"calendars/library-{first.site_id}.ics"].walk("VEVENT")
    assert event["UID"] == f"library.{first.visit_id}.2026-12@{plan.province_code}.luanchuyen"
    batch = small.batch_by_id[first.leaves[0].content_id]
    assert f"Left here: {batch.batch_id} {batch.name}" in event["DESCRIPTION"]
    # It may come when the doors open, not when the vehicle stands before them.
    assert (event.start.hour, event.start.minute) == divmod(first.start_min, 60)


@pytest.mark.parametrize(
    ("zone", "first", "offsets"),
    [
        ("Asia/Ho_Chi_Minh", date(2026, 10, 24), (7, 7)),
        ("Europe/Riga", date(2026, 10, 24), (3, 2)),  # clocks go back on 25 October 2026
        ("Europe/Riga", date(2026, 3, 28), (2, 3)),  # and forward on 29 March 2026
    ],
)
def test_times_are_right_across_the_clock_change(
    zone: str, first: date, offsets: tuple[int, int], small: Province
) -> None:
    plan, province = move_to(make_plan(small), small, first, zone)
    (trip,) = plan.trips.trips
    calendar = read(plan, province)[f"calendars/vehicle-{trip.vehicle_id}.ics"]
    found = events(calendar, "bus.")
    seen = []
    for stop, event in zip(trip.stops, found, strict=True):
        wall = divmod(stop.leg.arrive_min, 60)
        assert (event.start.hour, event.start.minute) == wall
        hours = offsets[(stop.day - first).days]
        midnight = datetime(stop.day.year, stop.day.month, stop.day.day, tzinfo=UTC)
        expected = midnight + timedelta(minutes=stop.leg.arrive_min) - timedelta(hours=hours)
        assert event.start.astimezone(UTC) == expected
        seen.append(hours)
    assert set(seen) == set(offsets)


def test_the_written_time_zone_alone_gives_the_right_times(small: Province) -> None:
    """Programs that know no zone names use the rules in the file."""
    plan, province = move_to(make_plan(small), small, date(2026, 10, 24), "Europe/Riga")
    for content in (content for _, content in calendar_files.draw(plan, province, "en")):
        (zone,) = Calendar.from_ical(content).walk("VTIMEZONE")
        rules = zone.to_tz(lookup_tzid=False)
        assert rules.utcoffset(datetime(2026, 10, 24, 12)) == timedelta(hours=3)  # noqa: DTZ001
        assert rules.utcoffset(datetime(2026, 10, 25, 12)) == timedelta(hours=2)  # noqa: DTZ001


def test_ids_stay_the_same_when_a_visit_moves(small: Province) -> None:
    plan = make_plan(small)
    (trip,) = plan.trips.trips
    later = replace(
        trip, stops=tuple(replace(stop, start_min=stop.start_min + 30) for stop in trip.stops)
    )
    again = replace(plan, trips=replace(plan.trips, trips=(later,)))

    def ids(plan: Plan) -> list[str]:
        return [event["UID"] for c in read(plan, small).values() for event in c.walk("VEVENT")]

    assert ids(plan) == ids(again)
    assert len(set(ids(plan))) == len(ids(plan))


def test_the_same_plan_gives_the_same_bytes(small: Province) -> None:
    assert list(calendar_files.draw(make_plan(small), small, "lv")) == list(
        calendar_files.draw(make_plan(small), small, "lv")
    )


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_make_no_event_and_no_path(kind: str, tmp_path: Path) -> None:
    folder = write_hostile_folder(tmp_path / "p", HOSTILE[kind], in_ids=True)
    province = read_province(folder)
    plan = make_plan(province)
    files = read(plan, province)
    stops = [stop for trip in plan.trips.trips for stop in trip.stops]
    assert len(files) == len({stop.site_id for stop in stops}) + len(plan.trips.trips)
    for name, calendar in files.items():
        assert not set(name.removeprefix("calendars/")) & set("/\\: ")
        if "library-" in name:
            (event,) = calendar.walk("VEVENT")
            assert clean_line(province.sites[0].name) in event["LOCATION"]


def test_a_time_zone_that_is_none_is_a_finding(small_folder: Path) -> None:
    path = small_folder / "province.toml"
    text = path.read_text(encoding="utf-8").replace("Asia/Ho_Chi_Minh", "Asia/Hanoi")
    if "Asia/Hanoi" not in text:
        text = text.replace("[province]\n", '[province]\ntimezone = "Asia/Hanoi"\n')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_province(small_folder)
    assert [(f.column, f.value) for f in caught.value.findings] == [
        ("province.timezone", "Asia/Hanoi")
    ]
