"""What is otherwise since a month was planned again, told to whom it concerns and to no other."""

import csv
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from io import StringIO
from pathlib import Path

import gpxpy
import pytest
from browser import open_page, overflow
from icalendar import Calendar
from replanned_fixture import FROM, WHY, make_before, make_replanned

from exports.driver import trip_page
from exports.gis import gpx
from exports.ics import calendar_files
from exports.papers import (
    box_labels,
    changed_handover,
    changed_notice,
    changes_page,
    commune_notice,
    handover,
    loading_list,
)
from exports.papers.changes_page import find_plan_before, list_figures
from exports.tables import changes_csv
from exports.text.formats import format_day
from exports.write import write_documents
from planning.past.whole_month import show_whole_month
from planning.plan import Plan
from planning.plan_file import dump_plan
from planning.replan.paper_trips import list_paper_trips
from planning.replan.told import list_told_communes, list_told_crews, tell_trip
from province.facts import Province
from province.ids import BatchId, CrewId, SiteId
from province.language import message
from province.violations import Violation


@pytest.fixture(scope="module")
def plan(small: Province) -> Plan:
    return make_replanned(small)


@pytest.fixture
def kept(small: Province, plan: Plan, tmp_path: Path) -> Province:
    """The small province in a folder that keeps the version before."""
    file = tmp_path / "plans" / "2026-12" / "versions" / "000" / "plan.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(dump_plan(make_before(small)))
    return replace(small, folder=tmp_path)


def read(page: bytes) -> str:
    """Return the words of a page, one space between them."""
    body = page.decode("utf-8").split("<body>")[1]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def drawn(draw, plan: Plan, province: Province, language="en") -> dict[str, str]:
    return {name: read(page) for name, page in draw(plan, province, language)}


def names_of(small: Province, *sites: str) -> list[str]:
    return [small.site_by_id[SiteId(site)].name for site in sites]


def test_the_table_has_a_row_for_each_change(plan: Plan, small: Province) -> None:
    ((name, content),) = changes_csv.draw(plan, small, "en")
    rows = {r["visit_id"]: r for r in csv.DictReader(StringIO(content.decode("utf-8-sig")))}
    assert name == "changes.csv"
    assert list(rows) == ["V-TV4", "V-TV3", "V-TV2"]  # by the day they were or are on
    lost, moved, later = rows["V-TV2"], rows["V-TV3"], rows["V-TV4"]
    assert (lost["changes"], lost["before_date"], lost["before_time"]) == (
        "lost", "2026-12-04", "08:00",
    )  # fmt: skip
    assert (lost["after_date"], lost["after_trip"]) == ("", "")
    assert (lost["reason_code"], lost["fix_cost_vnd"]) == ("road_closed", "700000")
    assert lost["days_that_would_do"] == "09/12/2026 09:45"
    assert (moved["changes"], moved["changes_text"]) == ("day|crew", "another day, another crew")
    assert [moved[f"{when}_{what}"] for what in ("date", "crew", "trip")
            for when in ("before", "after")] == [
        "2026-12-03", "2026-12-05", "D2", "D1", "T02", "T02-2",
    ]  # fmt: skip
    assert (moved["tell_site"], moved["tell_crews"]) == ("yes", "D1|D2")
    assert (later["before_time"], later["after_time"]) == ("08:00", "09:00")


def test_a_change_of_crew_alone_is_not_told_to_the_library(plan: Plan, small: Province) -> None:
    (only,) = [one for one in plan.replanned.changes if one.visit_id == "V-TV3"]
    alone = replace(plan.replanned, changes=(replace(only, kinds=("crew", "order")),))
    told = replace(plan, replanned=alone)
    assert list_told_communes(told, small) == {}
    assert list(list_told_crews(told)) == ["D1", "D2"]
    ((_, content),) = changes_csv.draw(told, small, "en")
    (row,) = csv.DictReader(StringIO(content.decode("utf-8-sig")))
    assert row["tell_site"] == "no"
    assert list(changed_notice.draw(told, small, "en")) == []


def test_the_page_says_from_when_why_and_what(plan: Plan, small: Province) -> None:
    ((name, page),) = changes_page.draw(plan, small, "en")
    text = read(page)
    assert name == "changes.html"
    codes = {small.site_by_id[SiteId(site)].commune_code for site in ("TV2", "TV3", "TV4")}
    for words in (
        "Version 1, planned again from Wednesday, 2 December 2026 on", WHY,
        "Visits that are otherwise (3)", f"Communes and libraries to be told ({len(codes)})",
        "Crews to be told (2)", "visit lost (1)", "the library must know (2)",
        "Days that would do: 09/12/2026 09:45", "700,000 VND", "04/12/2026 08:00",
    ):  # fmt: skip
        assert words in text, words
    for site in names_of(small, "TV2", "TV3", "TV4"):
        assert site in text
    assert names_of(small, "TV1")[0] not in text  # its visit was held before


def test_the_page_tells_what_else_became_of_batches_and_rules(plan: Plan, small: Province) -> None:
    told = replace(
        plan.replanned,
        broken=(Violation("duty", "T01", message("driving {hours} h", hours=11)),),
        stranded=(BatchId("B2"),),
        notes=(message("batch {batch} goes to {site}", batch="B3", site="TV1"),),
    )
    ((_, page),) = changes_page.draw(replace(plan, replanned=told), small, "en")
    text = read(page)
    for words in (
        "Rules that trips under way cannot keep any more T01 driving 11 h",
        f"their movement is left out B2 {small.batch_by_id[BatchId('B2')].name}",
        "Batches that go elsewhere batch B3 goes to TV1",
    ):
        assert words in text, words
    ((_, page),) = changes_page.draw(plan, small, "en")
    assert not any(words in read(page) for words in ("go elsewhere", "cannot keep", "left out"))


def test_the_page_is_vietnamese_first(plan: Plan, small: Province) -> None:
    ((_, page),) = changes_page.draw(plan, small, "vi")
    text = read(page)
    for words in (
        "Thay đổi trong kế hoạch tháng 12 năm 2026",
        "ngày khác, tổ khác",
        "không thực hiện nữa",
    ):
        assert words in text, words


def test_every_paper_that_the_page_names_is_there(
    plan: Plan, small: Province, tmp_path: Path
) -> None:
    write_documents(plan, small, tmp_path, language="vi", overwrite=True)
    page = (tmp_path / "changes.html").read_text("utf-8")
    links = re.findall(r'<a href="([^"]+)"', page)
    assert {link.rsplit("/", 1)[0] for link in links} == {
        "changed/notices", "drivers", "changed/handovers",
    }  # fmt: skip
    assert [link for link in links if not (tmp_path / link).is_file()] == []


def test_kilometres_and_money_are_those_of_the_same_trips(
    plan: Plan, small: Province, kept: Province
) -> None:
    before = find_plan_before(plan, kept)
    assert before == make_before(small)
    old, new = make_before(small).trips.trips, (*plan.standing_trips, *plan.trips.trips)
    assert plan.replanned is not None
    figures = {one.name: one for one in list_figures(plan.replanned)}
    for name, field, unit in (("length_km", "length_m", 1000), ("cost_vnd", "cost_vnd", 1)):
        sums = [sum(getattr(trip, field) for trip in own) / unit for own in (old, new)]
        assert [figures[name].before, figures[name].now] == pytest.approx(sums, abs=0.2)
    assert figures["visits_served"].before - figures["visits_served"].now == 1
    assert find_plan_before(replace(plan, revision=2), kept) is None


def test_the_ways_before_are_drawn_where_that_version_is_kept(
    plan: Plan, small: Province, kept: Province
) -> None:
    for province, count in ((kept, 1), (small, 0)):
        ((_, page),) = changes_page.draw(plan, province, "en")
        assert page.decode("utf-8").count("stroke-dasharray") == count
        assert ("ways before" in read(page)) == bool(count)


def test_a_notice_of_change_says_plainly_what_does_not_come(plan: Plan, small: Province) -> None:
    pages = drawn(changed_notice.draw, show_whole_month(plan, small), small)
    lost, moved, later = names_of(small, "TV2", "TV3", "TV4")
    code = {site: small.site_by_id[SiteId(site)].commune_code for site in ("TV2", "TV3", "TV4")}
    assert set(pages) == {f"changed/notices/{one}.html" for one in code.values()}
    for site, sentence in {
        "TV2": f"On Friday, 4 December 2026 at 08:30 the book bus does not come to {lost}: the "
        "visit falls away.",
        "TV3": f"On Thursday, 3 December 2026 at 08:15 the library's vehicle does not come to "
        f"{moved}; it comes on Saturday, 5 December 2026 at 08:15.",
        "TV4": f"On Wednesday, 2 December 2026 the library's vehicle comes to {later} at 09:00, "
        "not at 08:00.",
    }.items():
        text = pages[f"changed/notices/{code[site]}.html"]
        assert "Notice of change" in text
        assert text.count(sentence) == 2  # to be read, and to be read aloud


def test_a_notice_of_the_whole_month_marks_what_is_past(plan: Plan, small: Province) -> None:
    month = show_whole_month(plan, small)
    pages = drawn(commune_notice.draw, month, small)
    text = pages[f"notices/{small.site_by_id[SiteId('TV1')].commune_code}.html"]
    assert "Tuesday, 1 December 2026 · is past" in text
    assert "To be read aloud" not in text
    ahead = pages[f"notices/{small.site_by_id[SiteId('TV3')].commune_code}.html"]
    assert "is past" not in ahead
    assert "Saturday, 5 December 2026" in ahead.split("To be read aloud")[1]


def test_changed_records_say_what_was_before_and_keep_their_numbers(
    plan: Plan, small: Province
) -> None:
    pages = drawn(changed_handover.draw, plan, small)
    assert set(pages) == {"changed/handovers/T01.html", "changed/handovers/T02-2.html"}
    rest, moved = pages["changed/handovers/T01.html"], pages["changed/handovers/T02-2.html"]
    assert "No. 12-02/" in rest  # the first of the month was signed before
    assert "No. 12-03/" in moved
    assert "Changed : another time. Before: 02/12/2026 08:00" in rest
    assert "Changed : another day, another crew. Before: 03/12/2026 08:15" in moved
    usual = drawn(handover.draw, plan, small)
    assert set(usual) == {"handovers/T01.html", "handovers/T02-2.html"}
    assert [text.count("Handover record ") for text in usual.values()] == [1, 1]
    assert not any("Before:" in text for text in usual.values())


def test_the_driver_under_way_gets_what_is_still_to_come(plan: Plan, small: Province) -> None:
    rest, _ = list_paper_trips(plan)
    whole = plan.standing_trips[0]
    assert [stop.sequence for stop in rest.stops] == [2]
    assert rest.first_day == FROM
    assert rest.nights == ()
    left = {parcel.content_id for parcel in whole.stops[0].leaves}
    taken = {parcel.content_id for parcel in whole.stops[0].takes}
    loaded = {parcel.content_id for parcel in whole.loads}
    assert {parcel.content_id for parcel in rest.loads} == loaded - left | taken
    assert rest.length_m == whole.stops[1].leg.length_m + whole.home.length_m
    text = drawn(trip_page.draw, plan, small)["drivers/T01.html"]
    page = dict(trip_page.draw(plan, small, "en"))["drivers/T01.html"].decode("utf-8")
    assert re.findall(r'<article class="stop" id="([^"]+)"', page) == ["stop-2"]
    assert "Go on from here" in text
    assert "Load in this order" not in text
    assert "another time (before: 02/12/2026 08:00)" in text
    file = gpxpy.parse(dict(gpx.draw(plan, small, "en"))["gpx/T01.gpx"].decode("utf-8"))
    assert [one.type for one in file.waypoints] == ["depot", "stop"]
    loading = drawn(loading_list.draw, plan, small)["loading/T01.html"]
    assert "loaded before" in loading
    assert "Take from" not in loading


def test_a_driver_reads_what_is_new_and_what_fell_away(plan: Plan, small: Province) -> None:
    text = drawn(trip_page.draw, plan, small)["drivers/T02-2.html"]
    assert "you wait on the way" not in text  # its road home is open
    assert "a new stop (before: 03/12/2026 08:15)" in text  # another crew made it
    (later,) = plan.trips.trips
    own = replace(later, crew_id=CrewId("D2"), first_day=date(2026, 12, 3))
    news = tell_trip(plan, own)
    assert [change.visit_id for change in news.gone] == ["V-TV2"]
    assert (list(news.changes), news.added) == (["V-TV3"], frozenset())
    page = drawn(trip_page.draw, replace(plan, trips=replace(plan.trips, trips=(own,))), small)
    assert f"{names_of(small, 'TV2')[0]} : falls away on this trip" in page["drivers/T02-2.html"]


def test_a_plan_that_nobody_replanned_marks_nothing(small: Province) -> None:
    before = make_before(small)
    for text in drawn(trip_page.draw, before, small).values():
        assert "What is new" not in text
    assert list_paper_trips(before) == before.trips.trips


def test_calendars_follow(plan: Plan, small: Province) -> None:
    def read_events(plan: Plan) -> dict:
        files = dict(calendar_files.draw(plan, small, "en"))
        return {
            (name, event["UID"]): event
            for name, content in files.items()
            for event in Calendar.from_ical(content).walk("VEVENT")
        }

    before, after = read_events(make_before(small)), read_events(plan)
    assert set(before) <= set(after)  # whoever has an appointment hears of it
    status = {uid.split(".2026")[0]: e["STATUS"] for (_, uid), e in after.items()}
    assert status["library.V-TV2"] == status["bus.V-TV2"] == "CANCELLED"
    assert status["library.V-TV3"] == status["library.V-TV4"] == "CONFIRMED"
    uid = next(key for key in before if "library.V-TV3" in key[1])
    assert (after[uid].start - before[uid].start).days == 2
    assert {int(event["SEQUENCE"]) for event in after.values()} == {1}


def test_labels_of_a_trip_under_way_say_where_its_boxes_go_now(plan: Plan, small: Province) -> None:
    """T01 goes on: what it has still to leave has the day and stop of the new way."""
    (rest,) = [trip for trip in list_paper_trips(plan) if trip.trip_id == "T01"]
    later = {stop.day + timedelta(days=1) for stop in rest.stops}
    moved = replace(
        plan,
        standing_trips=tuple(
            replace(trip, last_day=max(later),
                    stops=tuple(replace(stop, day=stop.day + timedelta(days=1))
                                if stop.sequence in {s.sequence for s in rest.stops} else stop
                                for stop in trip.stops))
            if trip.trip_id == "T01" else trip
            for trip in plan.standing_trips
        ),
    )  # fmt: skip
    for told, days in ((plan, {stop.day for stop in rest.stops}), (moved, later)):
        files = dict(box_labels.draw(told, small, "en"))
        text = read(files["labels/T01.html"])
        left = [parcel for stop in rest.stops for parcel in stop.leaves]
        assert left
        for parcel in left:
            assert str(parcel.content_id) in text
        assert {day for day in (*days, *later) if format_day(day, "en") in text} == days


def test_the_pages_open_on_screen_and_phone(
    browser, plan: Plan, small: Province, tmp_path: Path
) -> None:
    write_documents(plan, small, tmp_path, language="vi", overwrite=True)
    names = ("changes.html", "drivers/T01.html", "routes.html")
    for name in names:
        for width in (1280, 390):
            with open_page(browser, tmp_path / name, width=width, height=844) as (page, said):
                assert overflow(page) <= 0, (name, width)
                assert said == []
