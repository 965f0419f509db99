"""The calendar: on which days and at which hours a site can be visited."""

import dataclasses
import itertools
import time
from datetime import date, timedelta

import holidays
import pytest

from province.agenda import CalendarEntry, EntryEffect, EntryKind, Zone, ZoneRule
from province.dates import DateSpan, Month
from province.days import (
    list_rest_days,
    list_windows,
    lunar_day,
    occurrences,
    open_hours,
    preferred_days,
)
from province.facts import Province
from province.ids import CommuneCode, SiteId
from province.places import Site
from province.read import read_province
from province.recurrence import find_rule_fault, occurs
from province.shipped import find_shipped
from province.visits import Task, Window

DECEMBER = Month(2026, 12)
ALL_OF_IT = DateSpan(date(2026, 1, 1), date(2027, 12, 31))


def row(
    rule: str, start: str, *, days: int = 1, until: str = "", effect: EntryEffect,
    kind: EntryKind = EntryKind.EVENT, commune: str = "", site: str = "",
) -> CalendarEntry:  # fmt: skip
    return CalendarEntry(
        "X", kind, "x", rule, date.fromisoformat(start), days,
        date.fromisoformat(until) if until else None,
        CommuneCode(commune) if commune else None, SiteId(site) if site else None, effect, "",
    )  # fmt: skip


def with_rows(province: Province, *rows: CalendarEntry) -> Province:
    return dataclasses.replace(province, calendar=rows)


def site(province: Province, key: str) -> Site:
    return province.site_by_id[SiteId(key)]


def days_of(
    province: Province, key: str, month: Month = DECEMBER, task: Task = Task.EXCHANGE
) -> list[int]:
    windows = list_windows(province, site(province, key), month, (task,))
    return sorted({window.day.day for window in windows})


@pytest.mark.parametrize("year", range(2024, 2031))
def test_the_lunar_year_begins_at_tet(year: int) -> None:
    names = holidays.country_holidays("VN", years=year, language="en_US")
    (tet,) = [day for day, name in names.items() if name == "Lunar New Year"]
    assert lunar_day(tet) == 1
    assert lunar_day(tet - timedelta(days=1)) in (29, 30)


def test_lunar_days_count_29_or_30_and_begin_again() -> None:
    days = [lunar_day(date.fromordinal(n)) for n in range(738000, 738000 + 3000)]
    ends = [a for a, b in itertools.pairwise(days) if b == 1]
    assert set(ends) == {29, 30}
    assert all(b in (1, a + 1) for a, b in itertools.pairwise(days))


def test_lunar_markets_fall_on_new_and_full_moon(small: Province) -> None:
    # New moon of 2026-12-09, 07:52 at UTC+7: the 9th is day 1, the 23rd day 15.
    assert preferred_days(small, site(small, "TV2"), DECEMBER) == {
        date(2026, 12, 9), date(2026, 12, 23)
    }  # fmt: skip


RULES = [
    ("FREQ=WEEKLY;BYDAY=SU", "2026-12-01", 1, "", [6, 13, 20, 27]),
    ("FREQ=DAILY;INTERVAL=6", "2026-11-29", 1, "", [5, 11, 17, 23, 29]),
    ("FREQ=MONTHLY;BYDAY=2SA", "2026-01-01", 1, "", [12]),
    ("FREQ=WEEKLY;BYDAY=SU;COUNT=2", "2026-12-01", 1, "", [6, 13]),
    ("FREQ=WEEKLY;BYDAY=SU;UNTIL=20261220", "2026-12-01", 1, "", [6, 13, 20]),
    ("FREQ=WEEKLY;BYDAY=SU", "2026-12-01", 1, "2026-12-14", [6, 13]),
    ("FREQ=WEEKLY;BYDAY=SU", "2026-12-14", 1, "", [20, 27]),
    ("FREQ=WEEKLY;BYDAY=SU", "2027-01-01", 1, "", []),
    ("", "2026-12-30", 1, "", [30]),
    # Three days each: the last days of November's reach into December, December's end in January.
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-01", 3, "", [1, 2, 31]),
    ("", "2026-11-20", 15, "", [1, 2, 3, 4]),
    ("", "2026-11-20", 15, "2026-12-02", [1, 2]),
    ("", "2026-11-20", 100, "", list(range(1, 32))),
    ("LUNAR:1", "2026-01-01", 2, "", [9, 10]),
]


@pytest.mark.parametrize(("rule", "start", "days", "until", "expected"), RULES)
def test_rows_hold_on_their_days(
    rule: str, start: str, days: int, until: str, expected: list[int]
) -> None:
    entry = row(rule, start, days=days, until=until, effect=EntryEffect.NOTE)
    found = occurrences(entry, DateSpan(DECEMBER.first_day, DECEMBER.last_day))
    assert [day.day for day in found] == expected
    assert {day.month for day in found} <= {12}


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;BYDAY=SU", "", "LUNAR:1,15", "FREQ=DAILY;INTERVAL=6"]
)
def test_months_together_are_the_span(rule: str) -> None:
    entry = row(rule, "2026-01-20", days=4, effect=EntryEffect.NOTE)
    months = [Month(2026, 1).plus(n) for n in range(24)]
    pieces = [occurrences(entry, DateSpan(m.first_day, m.last_day)) for m in months]
    assert sum(pieces, ()) == occurrences(entry, ALL_OF_IT)


BAD_RULES = [
    "FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=5", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=7",
    "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=0", "FREQ=WEEKLY;BYDAY=XX", "BYDAY=SU", "weekly",
    "FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY;UNTIL=20261220T000000Z", "LUNAR:", "LUNAR:0",
    "LUNAR:31", "LUNAR:1;15", "LUNAR:x", "FREQ=WEEKLY;BYDAY=", "FREQ=DAILY\nFREQ=WEEKLY",
    "FREQ=DAILY;INTERVAL=-1", "FREQ=WEEKLY;BYDAY=99MO", "FREQ=DAILY;COUNT=-1",
    "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=YEARLY;BYYEARDAY=400", "FREQ=DAILY;BYYEARDAY=3",
    "FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=YEARLY;BYMONTH=13",
    "FREQ=YEARLY;BYWEEKNO=54", "FREQ=WEEKLY;COUNT=3;UNTIL=20271231", "FREQ=MONTHLY;BYSETPOS=1",
    "FREQ=WEEKLY;UNTIL=99991231", "FREQ=WEEKLY;UNTIL=20270230", "FREQ=DAILY;INTERVAL=99999999",
    "FREQ=DAILY;COUNT=٣", "FREQ=WEEKLY;BYDAY=MO;WKST=1", "FREQ=WEEKLY;BYMONTHDAY=3",
    "FREQ=YEARLY;BYWEEKNO=5;BYDAY=1MO", "FREQ=DAILY;BYEASTER=1", "LUNAR:१",
]  # fmt: skip


@pytest.mark.parametrize("rule", BAD_RULES)
def test_rules_that_are_none_of_whole_days_are_refused(rule: str) -> None:
    assert find_rule_fault(rule)


@pytest.mark.parametrize("rule", [case[0] for case in RULES] + ["RRULE:FREQ=YEARLY;BYMONTH=9"])
def test_rules_of_whole_days_are_taken(rule: str) -> None:
    assert not find_rule_fault(rule)


NEVER = [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=3",
    "FREQ=WEEKLY;UNTIL=20200101", "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
]  # fmt: skip


@pytest.mark.parametrize("rule", NEVER)
def test_rules_that_never_hold_are_seen(rule: str) -> None:
    assert not find_rule_fault(rule)
    assert not occurs(rule, date(2026, 1, 1))
    assert occurs("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2026, 1, 1))


def test_schools_are_visited_in_term_only(small: Province) -> None:
    # Term 2026-09-07 + 128 days ends 2027-01-12; exams 28 to 30 December; Mondays to Fridays.
    december = [
        d for d in range(1, 32) if date(2026, 12, d).weekday() < 5 and d not in (28, 29, 30)
    ]
    assert days_of(small, "TH1", task=Task.SESSION) == december
    assert days_of(small, "TH1", Month(2027, 1)) == [4, 5, 6, 7, 8, 11, 12]
    assert days_of(small, "TH1", Month(2026, 8)) == []
    assert len(days_of(small, "TV1", Month(2026, 8))) > 20  # libraries know no terms


def test_without_any_term_schools_are_open(small: Province) -> None:
    assert len(days_of(with_rows(small), "TH1", Month(2026, 6))) == 22
    elsewhere = row(
        "", "2026-09-07", days=128, kind=EntryKind.TERM, effect=EntryEffect.TERM, commune="90004"
    )
    assert len(days_of(with_rows(small, elsewhere), "TH1", Month(2026, 6))) == 22


def test_a_closed_day_shuts_its_site_alone(small: Province) -> None:
    assert 24 not in days_of(small, "TV4")
    assert 24 in days_of(small, "TV1")
    closed = row("", "2026-12-10", effect=EntryEffect.CLOSED, commune="90003")
    only = with_rows(small, closed)
    assert 10 not in days_of(only, "TV2")
    assert 10 not in days_of(only, "TV3")
    assert 10 in days_of(only, "TV1")


def test_public_holidays_are_left_out_unless_a_row_opens_them(small: Province) -> None:
    # 2 September 2026, a Wednesday, is the National Day; the day before is a holiday as well.
    assert 2 not in days_of(small, "TV1", Month(2026, 9))
    opened = with_rows(small, row("", "2026-09-02", effect=EntryEffect.OPEN, site="TV1"))
    assert 2 in days_of(opened, "TV1", Month(2026, 9))
    assert 2 not in days_of(opened, "TV4", Month(2026, 9))
    # Tết 2027 is on 6 February; the days around it are holidays too.
    assert not {5, 6, 7, 8, 9} & set(days_of(small, "TV4", Month(2027, 2)))


def test_crews_rest_on_public_holidays_unless_a_row_opens_any_place(small: Province) -> None:
    # Mùng 5 Tết 2027 is 10 February; New Year's Day is a Friday.
    january, february = Month(2027, 1), Month(2027, 2)
    assert list_rest_days(small, january) == {date(2027, 1, 1)}
    assert date(2027, 2, 10) in list_rest_days(small, february)
    assert list_rest_days(small, DECEMBER) == frozenset()
    opened = with_rows(small, row("", "2027-01-01", effect=EntryEffect.OPEN, site="TV1"))
    assert list_rest_days(opened, january) == frozenset()


def test_a_holiday_of_the_whole_province_may_stand_in_the_calendar(small: Province) -> None:
    closed = row("", "2026-12-24", effect=EntryEffect.CLOSED, kind=EntryKind.HOLIDAY)
    assert list_rest_days(with_rows(small, closed), DECEMBER) == {date(2026, 12, 24)}
    for other in (
        dataclasses.replace(closed, kind=EntryKind.EVENT),
        dataclasses.replace(closed, commune_code=CommuneCode("90003")),
        dataclasses.replace(closed, effect=EntryEffect.NOTE),
    ):
        assert list_rest_days(with_rows(small, other), DECEMBER) == frozenset()


def test_session_days_bind_sessions_alone(small: Province) -> None:
    fixed = row("FREQ=WEEKLY;BYDAY=TU", "2026-01-01", effect=EntryEffect.SESSION_DAY, site="TV1")
    province = with_rows(small, fixed)
    assert days_of(province, "TV1", task=Task.SESSION) == [1, 8, 15, 22, 29]
    assert len(days_of(province, "TV1")) == 23 + 4  # weekdays and Sundays of December
    assert len(days_of(province, "TV2", task=Task.SESSION)) == 31 - 4  # all but Sundays


def test_preferred_days_are_told_and_forbid_nothing(small: Province) -> None:
    assert preferred_days(small, site(small, "TV1"), DECEMBER) == {
        date(2026, 12, day) for day in (6, 13, 20, 27)
    }
    assert 7 in days_of(small, "TV1", task=Task.SESSION)
    assert preferred_days(small, site(small, "TV4"), DECEMBER) == frozenset()


def test_zones_keep_vehicles_out(small: Province) -> None:
    span = DateSpan(date(2026, 12, 7), date(2026, 12, 9))
    shut = Zone("K1", CommuneCode("90004"), span, ZoneRule.NO_ENTRY, "")
    gate = dataclasses.replace(shut, rule=ZoneRule.GATE_DROP)
    for zone, task, is_shut in (
        (shut, Task.EXCHANGE, True),
        (shut, Task.SESSION, True),
        (gate, Task.EXCHANGE, False),
        (gate, Task.KIT, False),
        (gate, Task.SESSION, True),
        (gate, Task.TRAINING, True),
    ):
        province = dataclasses.replace(small, zones=(zone,))
        found = {7, 8, 9} & set(days_of(province, "TV4", task=task))
        assert found == (set() if is_shut else {7, 8, 9}), (zone.rule, task)
        assert {7, 8, 9} <= set(days_of(province, "TV3", task=task))


def test_hours_become_windows(small: Province) -> None:
    monday, sunday, christmas = date(2026, 12, 7), date(2026, 12, 6), date(2026, 12, 25)
    hours = site(small, "TV1").hours
    assert open_hours(hours, monday) == (Window(monday, 450, 690), Window(monday, 810, 1020))
    assert open_hours(hours, sunday) == (Window(sunday, 420, 660),)
    assert open_hours(hours, date(2026, 12, 5)) == ()
    assert open_hours("Mo-Su 00:00-24:00", christmas) == (Window(christmas, 0, 1440),)
    assert open_hours("Fr 20:00-26:00", christmas) == (Window(christmas, 1200, 1440),)


def test_windows_of_sites_that_are_always_open(small: Province) -> None:
    assert site(small, "KHO").hours == "Mo-Su 00:00-24:00"  # what an empty cell means
    assert days_of(small, "KHO") == list(range(1, 32))


def test_listing_the_windows_of_all_sites_is_quick(record_property) -> None:
    province = read_province(find_shipped("son-la"))
    occurrences.cache_clear()
    open_hours.cache_clear()
    start = time.perf_counter()
    windows = [list_windows(province, s, Month(2027, 3), (Task.SESSION,)) for s in province.sites]
    seconds = time.perf_counter() - start
    record_property("seconds", seconds)
    print(f"windows of {len(province.sites)} sites in {seconds:.2f} s")
    # 0.1 s where this was written; without caches it would be minutes.
    assert seconds < 5
    assert sum(map(len, windows)) > 10 * len(province.sites)


def test_a_country_without_known_holidays_is_a_warning(small_folder) -> None:
    from province.read import read_province

    path = small_folder / "province.toml"
    text = path.read_text(encoding="utf-8")
    assert not [w for w in read_province(small_folder).warnings if w.column == "province.country"]
    path.write_text(
        text.replace(
            'country = "VN"', 'country = "ZZ"\ncurrency = "VND"\ntimezone = "Asia/Ho_Chi_Minh"'
        ),
        encoding="utf-8",
    )
    assert [
        w.value for w in read_province(small_folder).warnings if w.column == "province.country"
    ] == ["ZZ"]
