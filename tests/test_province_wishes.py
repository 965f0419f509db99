"""Tables of events: wishes and who stays with events are read, and what cannot be is told."""

from datetime import date
from pathlib import Path

import pytest
from program import run
from programme_folder import add_programme
from test_province_findings import list_faults, where

from planning.answers.due_list import list_due
from programme.promotion import list_promotion
from province.dates import DateSpan
from province.read import read_province

CALENDAR = (
    "entry_id,kind,name,rule,start_date,days,until,commune_code,site_id,effect,note,days_before,"
    "days_after,vehicles,crews\n"
    "SACH,programme,Ngày Sách,FREQ=YEARLY,2025-12-16,1,,,,note,,{before},2,{vehicles},{crews}\n"
    "XA,event,Ngày hội xã,,2026-12-20,2,,90002,,note,,,,,\n"
)
GOOD = ("W1,SACH,TH1,2026-12-16,,", "W2,SACH,TV1,16/12/2026,1,có nhạc")


def write(folder: Path, *rows: str, before="2", vehicles="XE1", crews="D1|D2", sep="\n") -> Path:
    text = CALENDAR.format(before=before, vehicles=vehicles, crews=crews)
    (folder / "calendar.csv").write_text(text, encoding="utf-8")
    lines = ("wish_id,event_id,site_id,start_date,days,note", *rows)
    (folder / "wishes.csv").write_text("\ufeff" + sep.join(lines) + sep, encoding="utf-8")
    return folder


def test_wishes_and_reservations_are_read(small_folder: Path) -> None:
    province = read_province(write(small_folder, *GOOD, sep="\r\n"))
    assert [(one.wish_id, one.site_id, one.span) for one in province.wishes] == [
        ("W1", "TH1", DateSpan(date(2026, 12, 16), date(2026, 12, 16))),
        ("W2", "TV1", DateSpan(date(2026, 12, 16), date(2026, 12, 16))),
    ]
    entry = province.calendar[0]
    assert (entry.days_before, entry.days_after) == (2, 2)
    assert (entry.vehicles, entry.crews) == (("XE1",), ("D1", "D2"))
    assert not province.warnings


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("W3,SACHH,TH1,2026-12-16,,", "event_id"),  # no such event
        ("W3,SACH,TH9,2026-12-16,,", "site_id"),  # no such site
        ("W3,SACH,TH1,2026-12-17,,", "start_date"),  # not the event's day
        ("W3,SACH,TH1,2026-12-16,2,", "start_date"),  # one day too many
        ("W3,SACH,TH1,2024-12-16,,", "start_date"),  # before it first was
        ("W3,SACH,TV3,2026-12-16,,", "site_id"),  # no sessions there
        ("W3,SACH,TH1,2026-12-16,,", "site_id"),  # twice
        ("W1,SACH,TV2,2026-12-16,,", "wish_id"),
        ("W3,SACH,TV2,2026-12-16,0,", "days"),
        ("W3,SACH,TV2,16.12,,", "start_date"),
    ],
)
def test_a_wish_that_cannot_be_meant_so_is_a_fault(
    row: str, column: str, small_folder: Path
) -> None:
    faults = list_faults(write(small_folder, *GOOD, row))
    assert where(faults) == [("wishes.csv", 4, column)]
    assert all(str(fault.advice) for fault in faults)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"vehicles": "XE9"}, "vehicles"), ({"crews": "D1|D7"}, "crews"),
        ({"before": "-1"}, "days_before"), ({"before": "x"}, "days_before"),
    ],
)  # fmt: skip
def test_who_stays_with_an_event_must_exist(
    cells: dict[str, str], column: str, small_folder: Path
) -> None:
    assert where(list_faults(write(small_folder, *GOOD, **cells))) == [("calendar.csv", 2, column)]


def test_a_wish_elsewhere_or_where_it_is_shut_is_a_warning(small_folder: Path) -> None:
    """TH1 is not in the commune of the event, and shut on Sundays."""
    rows = ("W1,XA,TH1,2026-12-20,,", "W2,XA,TV1,2026-12-20,2,")
    warned = read_province(write(small_folder, *rows)).warnings
    assert [(one.file, one.row, one.column) for one in warned] == [
        ("wishes.csv", 2, "site_id"), ("wishes.csv", 2, "start_date"),
    ]  # fmt: skip


def test_events_are_due_with_what_was_wished(small_folder: Path) -> None:
    province = read_province(write(small_folder, *GOOD))
    events = [one for one in list_due(province, date(2026, 12, 1), 31) if one.kind == "event"]
    assert [(one.day.day, one.about, str(one.text)) for one in events] == [
        (16, "", "event: Ngày Sách; sessions wished for: 2"),
        (20, "90002", "event: Ngày hội xã"),
    ]
    assert [str(row) for row in events[0].rows] == [
        "calendar.csv:2 SACH", "wishes.csv:2 W1", "wishes.csv:3 W2",
    ]  # fmt: skip


def test_promotion_is_a_share_of_what_took_place_at_each_library(small_folder: Path) -> None:
    folder = add_programme(small_folder)
    province = read_province(folder)
    found = {one.site_id: one for one in list_promotion(province, date(2026, 12, 31))}
    for site_id, one in found.items():
        rows = [a for a in province.programme.activities if a.site_id == site_id
                and date(2026, 1, 1) <= a.day <= date(2026, 12, 31)]  # fmt: skip
        assert one.promotion.count == sum(a.form == "promotion" for a in rows)
        assert one.activities.count >= len(rows)
        assert one.missing == max(0, one.asked - one.promotion.count)
    some = next(one for one in found.values() if one.promotion.count)
    assert some.pct == pytest.approx(100 * some.promotion.count / some.activities.count)
    told = run("targets", folder, "--on", "2026-12-31", "--promotion", "--lang", "en")
    assert "promotion" in told.stdout
    assert all(site_id in told.stdout for site_id in found)
