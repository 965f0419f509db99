"""Calendars: read back with the times of the place, the same ids after planning again."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hostile_province import HOSTILE, write_hostile_folder
from icalendar import Calendar, Event
from plan_fixture import make_plan
from replanned_fixture import make_before, make_replanned

from commands.plan import replace_earlier
from exports.ics import calendar_files
from exports.ics.time_zone import describe_zone
from exports.text.plain import clean_line
from planning.appointments import follow_plan
from planning.plan import Plan
from planning.plan_file import dump_plan, read_plan
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.ids import TripId
from province.language import Language, message
from province.read import read_province
from province.violations import Violation


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


class Phone:
    """A calendar program that imports what is published (RFC 5546, 3.2.1 and 2.1.5)."""

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}

    def take(self, content: Calendar) -> None:
        for event in content.walk("VEVENT"):
            old = self.events.get(event["UID"])
            if old is None or self._age(event) > self._age(old):
                self.events[event["UID"]] = event

    @staticmethod
    def _age(event: Event) -> tuple[int, datetime]:
        return int(event.get("SEQUENCE", 0)), event["DTSTAMP"].dt

    def show(self) -> list[tuple[str, datetime, datetime]]:
        return sorted(
            (e["UID"].split(".")[0], e.start, e.end)
            for e in self.events.values()
            if e["STATUS"] != "CANCELLED"
        )


def plan_again(plan: Plan, province: Province) -> Plan:
    """Return another plan of the month: later days, another vehicle, one stop less."""
    (trip,) = plan.trips.trips
    later = timedelta(days=3)
    moved = replace(
        trip,
        trip_id=TripId("T09"),
        vehicle_id=province.vehicles[1].vehicle_id,
        first_day=trip.first_day + later,
        last_day=trip.last_day + later,
        stops=tuple(replace(stop, day=stop.day + later) for stop in trip.stops[:-1]),
        nights=tuple(replace(night, day=night.day + later) for night in trip.nights),
    )
    return replace(plan, seed=7, trips=replace(plan.trips, trips=(moved,)))


def test_a_plan_made_again_moves_and_cancels_what_people_have(small: Province) -> None:
    first = make_plan(small)
    second = follow_plan(plan_again(first, small), first)
    third = follow_plan(replace(first, seed=8), second)
    phones: dict[str, Phone] = {}
    everybody = Phone()  # holds both vehicles' calendars in one
    for plan in (first, second, third):
        files = read(plan, small)
        assert set(files) >= set(phones)  # nobody is left with what is cancelled
        fresh = {name: Phone() for name in files}
        for name, calendar in files.items():
            fresh[name].take(calendar)
            phones.setdefault(name, Phone()).take(calendar)
            if "vehicle-" in name:
                everybody.take(calendar)
        assert {n: p.show() for n, p in phones.items()} == {n: p.show() for n, p in fresh.items()}
        driven = [event for n, p in fresh.items() if "vehicle-" in n for event in p.show()]
        assert everybody.show() == sorted(driven)
        for event in (e for c in files.values() for e in c.walk("VEVENT")):
            assert int(event["SEQUENCE"]) == plan.revision
            assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt
    assert (second.revision, third.revision) == (1, 2)
    (vehicle,) = {trip.vehicle_id for trip in first.trips.trips}
    cancelled = read(second, small)[f"calendars/vehicle-{vehicle}.ics"].walk("VEVENT")
    assert {event["STATUS"] for event in cancelled} == {"CANCELLED"}
    assert len(cancelled) == 2 + len(first.trips.trips[0].stops)


def test_what_was_driven_is_not_cancelled_and_keeps_its_name(small: Province) -> None:
    """A plan made again in mid-month: the first trip stands, another has a visit of its name."""
    first = make_plan(small)
    (driven,) = first.trips.trips
    (later,) = plan_again(first, small).trips.trips
    again = replace(
        first, seed=7, standing_trips=(driven,), trips=replace(first.trips, trips=(later,))
    )
    second = follow_plan(again, first)
    third = follow_plan(replace(second, seed=9), second)
    for plan in (second, third):
        assert plan.withdrawn == ()
        everybody = Phone()
        for name, calendar in read(plan, small).items():
            ids = [event["UID"] for event in calendar.walk("VEVENT")]
            assert len(ids) == len(set(ids))
            if "vehicle-" in name:
                everybody.take(calendar)
        stops = len(driven.stops) + len(later.stops)
        assert len([kind for kind, *_ in everybody.show() if kind == "bus"]) == stops
    before = {event["UID"] for c in read(first, small).values() for event in c.walk("VEVENT")}
    after = {event["UID"] for c in read(second, small).values() for event in c.walk("VEVENT")}
    assert before < after


def test_only_another_plan_of_the_month_is_a_revision(small: Province) -> None:
    plan = make_plan(small)
    assert follow_plan(plan, plan) == plan
    revised = replace(plan, seed=2, revision=4)
    assert follow_plan(replace(plan, seed=2), revised) == revised
    assert follow_plan(replace(plan, month=Month(2027, 1)), revised).revision == 0
    assert follow_plan(plan, revised).revision == 5


def test_a_revision_is_kept_in_the_plan_and_export_does_not_raise_it(
    small: Province, tmp_path: Path
) -> None:
    first = make_plan(small)
    second = follow_plan(plan_again(first, small), first)
    file = tmp_path / "plan.json"
    file.write_bytes(dump_plan(second))
    again = read_plan(file)
    assert (again.revision, again.withdrawn) == (1, second.withdrawn)
    assert list(calendar_files.draw(again, small, "vi")) == list(
        calendar_files.draw(second, small, "vi")
    )
    old = json.loads(dump_plan(first))
    del old["revision"], old["withdrawn"], old["checksum"]  # as plans were written before
    file.write_text(json.dumps(old), encoding="utf-8")
    assert read_plan(file).revision == 0


def test_a_plan_whose_forerunner_cannot_be_read_is_newer_all_the_same(
    small: Province, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = make_plan(small)
    (tmp_path / "plan.json").write_bytes(dump_plan(replace(plan, revision=3))[:-20])
    assert replace_earlier(plan, tmp_path, "en").revision == 4
    assert "cannot be read" in capsys.readouterr().err
    assert replace_earlier(plan, tmp_path / "none", "en") == plan


def test_clock_changes_are_rules_that_all_programs_read() -> None:
    """Outlook misreads lists of dates; yearly rules are safe."""
    riga = describe_zone("Europe/Riga", 2026).to_ical().decode()
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in riga
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in riga
    assert "RDATE" not in riga
    new_york = describe_zone("America/New_York", 2026).to_ical().decode()
    assert "BYDAY=2SU;BYMONTH=3" in new_york
    assert "BYDAY=1SU;BYMONTH=11" in new_york
    hanoi = describe_zone("Asia/Ho_Chi_Minh", 2026).to_ical().decode()
    assert hanoi.count("BEGIN:STANDARD") == 1
    assert "BEGIN:DAYLIGHT" not in hanoi
    assert "DTSTART:19700101T000000" in hanoi


@pytest.mark.parametrize(
    "name",
    ["Europe/London", "Europe/Dublin", "Europe/Riga", "Asia/Ho_Chi_Minh", "Australia/Sydney",
     "America/New_York", "Africa/Cairo", "America/Santiago", "Asia/Jerusalem", "Africa/Casablanca"],
)  # fmt: skip
def test_a_written_zone_gives_the_offsets_of_the_real_one(name: str) -> None:
    """Also where the rule is none of weekdays (Santiago) or follows the moon (Casablanca)."""
    rules = describe_zone(name, 2026).to_tz(lookup_tzid=False)
    zone = ZoneInfo(name)
    for number in range(365):
        moment = datetime(2026, 1, 1, 12) + timedelta(days=number)  # noqa: DTZ001
        assert rules.utcoffset(moment) == zone.utcoffset(moment), moment


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


def test_a_phone_follows_a_month_that_is_planned_again_and_again(small: Province) -> None:
    """A visit falls away and comes back: one event each, moved, cancelled, and confirmed again.

    The calendar is what `icalendar` reads; the phone keeps, of one UID, what has the higher
    SEQUENCE (RFC 5546, 2.1.5), and nothing else.
    """
    first = make_before(small)
    second = make_replanned(small)
    lost = first.trips.trips[1].stops[-1]
    back = replace(
        second, seed=9, visits=first.visits,
        trips=replace(
            second.trips,
            trips=tuple(
                replace(trip, stops=(*trip.stops, replace(lost, day=trip.last_day)))
                for trip in second.trips.trips
            ),
        ),
    )  # fmt: skip
    third = follow_plan(back, second)
    assert (first.revision, second.revision, third.revision) == (0, 1, 2)
    key, phone = f"library.{lost.visit_id}", Phone()
    seen = []
    for plan in (first, second, third):
        again = dict(calendar_files.draw(follow_plan(plan, plan), small, "en"))
        assert again == dict(
            calendar_files.draw(plan, small, "en")
        )  # written anew it is the same, SEQUENCE too
        before = dict(phone.events)
        for calendar in read(plan, small).values():
            phone.take(calendar)
        assert set(before) <= set(phone.events)
        assert all(
            int(phone.events[uid]["SEQUENCE"]) > int(event["SEQUENCE"])
            for uid, event in before.items()
            if (event["STATUS"], event.start) != (phone.events[uid]["STATUS"],
                                                  phone.events[uid].start)
        )  # fmt: skip
        own = [e for uid, e in phone.events.items() if uid.startswith(f"{key}.")]
        assert len(own) == 1
        seen.append((str(own[0]["STATUS"]), int(own[0]["SEQUENCE"]), own[0].start.date()))
        shown = [
            event for uid, event in phone.events.items()
            if event["STATUS"] != "CANCELLED" and uid.startswith("library.")
        ]  # fmt: skip
        planned = {stop.visit_id for trip in plan.all_trips for stop in trip.stops}
        assert len(shown) == len(planned)
    assert [one[:2] for one in seen] == [("CONFIRMED", 0), ("CANCELLED", 1), ("CONFIRMED", 2)]
    assert seen[2][2] == back.trips.trips[0].last_day != seen[0][2]


def test_an_overruled_plan_says_so_in_every_calendar_and_event(small: Province) -> None:
    plan = make_plan(small)
    broken = replace(plan, overruled=(Violation("capacity", "T01", message("too full")),))
    for overruled, calendars in ((False, read(plan, small)), (True, read(broken, small))):
        for calendar in calendars.values():
            assert ("Overruled by hand" in str(calendar.get("DESCRIPTION", ""))) is overruled
            assert ("Overruled by hand" in str(calendar.get("X-WR-CALDESC", ""))) is overruled
            for event in calendar.walk("VEVENT"):
                assert ("Overruled by hand" in str(event["DESCRIPTION"])) is overruled
