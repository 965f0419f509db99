"""A phone's track teaches speeds by class and road and minutes by site, or is refused."""

import dataclasses
import json
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from browser import open_page
from driven_times import NOVEMBER, plan_days
from phone_tracks import METRES_PER_DEGREE, Row, Truth, drive_days, record, record_trip, write_gpx
from plan_fixture import make_plan
from program import Answer, run

from exports.driven.driven_page import draw_driven
from planning.answers.driven import tabulate_driven
from planning.learning.propose import Lesson, Surety, learn
from planning.past.read import list_past_trips
from planning.plan import Plan
from planning.plan_file import dump_plan
from planning.service_minutes import measure_exchange_min
from planning.tracks.lay_tracks import LaidTracks, lay_tracks
from planning.tracks.stands import find_stands
from province.errors import InputError
from province.facts import Province
from province.language import translate
from province.read import read_province
from province.roads import RoadClass
from province.tracks import read_tracks
from roads.stretches import cut_line
from routing.trips import Trip

SON_LA = Path(__file__).parents[1] / "data" / "son-la"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CLASSES = {RoadClass.NATIONAL: 0.8, RoadClass.COMMUNE: 1.25, RoadClass.TRACK: 0.7}


@pytest.fixture(scope="module")
def month(small: Province) -> Plan:
    return plan_days(small, seed=4)


def lay(province: Province, plan: Plan, files: list[Path]) -> LaidTracks:
    return lay_tracks(province, list_past_trips(province, [plan]), read_tracks(files))


def learn_from(province: Province, plan: Plan, laid: LaidTracks) -> Lesson:
    return learn(province, list_past_trips(province, [plan]), laid)


def learn_planted(province: Province, plan: Plan, truth: Truth, folder: Path) -> Lesson:
    files = [
        record_trip(province, plan, trip, truth, folder / f"{trip.trip_id}.gpx")
        for trip in plan.trips.trips
    ]
    return learn_from(province, plan, lay(province, plan, files))


def test_planted_factors_of_classes_and_sites_are_found(
    small: Province, month: Plan, tmp_path: Path
) -> None:
    """Points every 15 s that lie 15 m off, and ten minutes without signal on each day."""
    truth = Truth(
        classes=CLASSES, sites={"TV2": 1.7, "TV4": 0.5}, every_s=15, gaps=[(430, 440)], spread=0.05
    )
    lesson = learn_planted(small, month, truth, tmp_path)
    found = {one.about: one for one in (*lesson.classes, *lesson.sites)}
    for kind in ("national", "commune", "track", "provincial"):
        assert found[kind].believed == pytest.approx(CLASSES.get(RoadClass(kind), 1.0), abs=0.05)
    assert found["national"].surety is Surety.SURE
    assert found["provincial"].proposed is None
    assert found["TV2"].seen == pytest.approx(1.7, abs=0.05)
    assert found["TV4"].seen == pytest.approx(0.5, abs=0.05)
    assert lesson.roads == ()


@pytest.fixture(scope="module")
def son_la() -> Province:
    return read_province(SON_LA)


def test_one_named_road_of_son_la_is_found_among_its_class(
    son_la: Province, tmp_path: Path
) -> None:
    """QL279D is slower than the national roads, and these than the table: each has its own."""
    plan, goal = make_plan(son_la), {"QL279D"}
    truth = Truth(
        classes={RoadClass.NATIONAL: 0.85, RoadClass.COMMUNE: 1.2}, roads={"QL279D": 0.65},
        every_s=30, gaps=[(600, 612)], spread=0.05,
    )  # fmt: skip
    segments = son_la.segment_by_id
    trips = [
        trip for trip in plan.trips.trips
        if goal & {segments[key].ref for _, leg in trip.legs() for key, _ in leg.segments}
    ]  # fmt: skip
    own = dataclasses.replace(plan, trips=dataclasses.replace(plan.trips, trips=tuple(trips[:6])))
    lesson = learn_planted(son_la, own, truth, tmp_path)
    (road,) = lesson.roads
    assert (road.about, road.surety) == ("QL279D", Surety.SURE)
    assert road.proposed == pytest.approx(0.65, abs=0.05)
    found = {one.about: one.believed for one in lesson.classes}
    assert found["national"] == pytest.approx(0.85, abs=0.04)
    assert found["commune"] == pytest.approx(1.2, abs=0.06)
    assert found["provincial"] == pytest.approx(1.0, abs=0.05)


def test_a_road_that_has_a_factor_and_no_need_of_it_loses_it(
    small: Province, month: Plan, tmp_path: Path
) -> None:
    slow = small.settings.roads.model_copy(update={"road_factors": {"QL6": 0.5}})
    told = dataclasses.replace(small, settings=small.settings.model_copy(update={"roads": slow}))
    lesson = learn_planted(told, month, Truth(every_s=15), tmp_path)
    (road,) = lesson.roads
    assert (road.about, road.now) == ("QL6", 0.5)
    assert road.proposed == pytest.approx(1.0, abs=0.1)


def first(plan: Plan) -> Trip:
    return plan.trips.trips[0]


def turn(small: Province, plan: Plan, rows: list[Row], truth: Truth, path: Path) -> LaidTracks:
    """Return what the track of the first trip says, its day's rows being others."""
    day = first(plan).first_day
    return lay(small, plan, [write_gpx(path, {day: record(rows, truth, 1)}, ZONE)])


def assert_same_speeds(one: LaidTracks, other: LaidTracks) -> None:
    """Hold that every road that was driven for some minutes took as long as another day."""
    slow = [
        {own.road: own.took_min / own.expected_min for own in laid.days[0].stretches
         if own.expected_min > 3}
        for laid in (one, other)
    ]  # fmt: skip
    assert len(slow[0]) >= 3
    assert slow[1] == pytest.approx(slow[0], abs=0.03)


def shift(rows: list[Row], minutes: float) -> list[Row]:
    return [(minute + minutes, lon, lat) for minute, lon, lat in rows]


def find_middle(rows: list[Row]) -> int:
    """Return the row in the middle of the first long move of a day."""
    for k in range(1, len(rows)):
        if np.hypot(rows[k][1] - rows[k - 1][1], rows[k][2] - rows[k - 1][2]) > 0.02:
            return k
    raise AssertionError("no long move")


def test_lunch_off_the_way_is_stood_and_no_slow_road(
    small: Province, month: Plan, tmp_path: Path
) -> None:
    """Five kilometres into the fields, forty minutes there, and back the same way."""
    truth, day = Truth(every_s=10), first(month).first_day
    rows = drive_days(small, month, first(month), truth)[day]
    plain = turn(small, month, rows, truth, tmp_path / "plain.gpx")
    k = find_middle(rows)
    minute = (rows[k - 1][0] + rows[k][0]) / 2
    lon, lat = ((rows[k - 1][i] + rows[k][i]) / 2 for i in (1, 2))
    away = (lon + 0.033, lat + 0.033)
    detour = [
        (minute, lon, lat),
        (minute + 6, *away),
        (minute + 46, *away),
        (minute + 52, lon, lat),
    ]
    fed = turn(
        small, month, [*rows[:k], *detour, *shift(rows[k:], 52)], truth, tmp_path / "lunch.gpx"
    )
    pairs = list(zip(plain.days[0].legs, fed.days[0].legs, strict=True))
    before, after = max(pairs, key=lambda pair: pair[1].stood_min)
    assert after.stood_min == pytest.approx(40, abs=1)
    assert after.drive_min - before.drive_min == pytest.approx(12, abs=1)
    assert after.off_way_m - before.off_way_m == pytest.approx(10_000, rel=0.12)
    assert_same_speeds(plain, fed)


def test_a_wrong_turn_counts_as_kilometres_and_as_nothing_else(
    small: Province, month: Plan, tmp_path: Path
) -> None:
    """Two kilometres back and the same two again, at the speed of the rest of the stretch."""
    truth, day = Truth(every_s=10), first(month).first_day
    rows = drive_days(small, month, first(month), truth)[day]
    plain = turn(small, month, rows, truth, tmp_path / "plain.gpx")
    k = find_middle(rows)
    (m0, x0, y0), (m1, x1, y1) = rows[k - 1], rows[k]
    part = 2000 / METRES_PER_DEGREE / np.hypot((x1 - x0) * np.cos(np.radians(y0)), y1 - y0)
    back, extra = (x1 + (x0 - x1) * part, y1 + (y0 - y1) * part), (m1 - m0) * part
    wrong = [rows[k], (m1 + extra, *back), (m1 + 2 * extra, x1, y1)]
    lost = turn(
        small, month, [*rows[:k], *wrong, *shift(rows[k + 1 :], 2 * extra)], truth,
        tmp_path / "wrong.gpx",
    )  # fmt: skip
    more = [
        a.length_m - b.length_m for a, b in zip(lost.days[0].legs, plain.days[0].legs, strict=True)
    ]
    assert max(more) == pytest.approx(4000, rel=0.35)  # the road is longer than it is drawn
    assert sum(abs(one) > 500 for one in more) == 1
    assert_same_speeds(plain, lost)


def test_days_are_those_of_the_province_and_a_file_may_have_several(
    small: Province, month: Plan, tmp_path: Path
) -> None:
    """A trip at six in the morning begins on the evening before by the clock of the file."""
    truth, trips = Truth(every_s=30), month.trips.trips[:3]
    days: dict[date, list[Row]] = {}
    for trip in trips:
        rows = drive_days(small, month, trip, truth)
        days |= {day: record(own, truth, 1) for day, own in rows.items()}
    path = write_gpx(tmp_path / "week.gpx", days, ZONE)
    assert f"{trips[0].first_day - timedelta(days=1)}T23:" in path.read_text(encoding="utf-8")
    laid = lay(small, month, [path])
    assert [(one.planned.day, one.planned.past.trip.trip_id) for one in laid.days] == [
        (trip.first_day, trip.trip_id) for trip in trips
    ]
    assert all(len(one.stops) == 3 and len(one.legs) == 4 for one in laid.days)


def test_a_day_in_two_files_is_one_and_a_day_without_a_trip_is_told(
    small: Province, month: Plan, tmp_path: Path
) -> None:
    truth, day = Truth(every_s=15), first(month).first_day
    told = record(drive_days(small, month, first(month), truth)[day], truth, 1)
    half = len(told) // 2
    sunday = NOVEMBER.last_day
    files = [
        write_gpx(tmp_path / "a.gpx", {day: told[:half], sunday: told[:50]}, ZONE),
        write_gpx(tmp_path / "b.gpx", {day: told[half:]}, ZONE),
    ]
    laid = lay(small, month, files)
    (one,) = laid.days
    assert one.track.names == ("a.gpx", "b.gpx")
    assert len(one.track.minutes) == len(told)
    assert laid.left_out == (("a.gpx", sunday),)


def test_what_was_not_heard_is_not_told(small: Province, month: Plan, tmp_path: Path) -> None:
    """No signal when the first stop is reached: its beginning, and the leg to it, are unknown."""
    truth, day = Truth(every_s=15), first(month).first_day
    rows = drive_days(small, month, first(month), truth)[day]
    whole = turn(small, month, rows, truth, tmp_path / "whole.gpx").days[0]
    arrived, departed = whole.stops[1]
    assert arrived is not None
    deaf = dataclasses.replace(truth, gaps=[(arrived - 6, arrived + 6)])
    cut = turn(small, month, rows, deaf, tmp_path / "cut.gpx").days[0]
    assert cut.stops[1] == (None, pytest.approx(departed, abs=0.5))
    assert len(cut.legs) == len(whole.legs) - 1
    dull = dataclasses.replace(truth, gaps=[(arrived + 4, departed - 4)])
    stood = turn(small, month, rows, dull, tmp_path / "dull.gpx").days[0]
    assert stood.stops[1] == (pytest.approx(arrived, abs=0.5), pytest.approx(departed, abs=0.5))


def test_two_stops_made_in_one_while_are_not_told_apart(
    small: Province, month: Plan, tmp_path: Path
) -> None:
    """The second site lies beside the first: their one stand is the first's and the second's."""
    trip = first(month)
    one, two = (small.site_by_id[stop.site_id] for stop in trip.stops[:2])
    rows = drive_days(small, month, trip, Truth(every_s=15, sites={one.site_id: 3.0}))
    truth = Truth(every_s=15)
    plain = turn(small, month, rows[trip.first_day], truth, tmp_path / "far.gpx").days[0]
    beside = dataclasses.replace(two, lon=one.lon, lat=one.lat)
    moved = dataclasses.replace(
        small, sites=tuple(beside if site is two else site for site in small.sites)
    )
    near = turn(moved, month, rows[trip.first_day], truth, tmp_path / "near.gpx").days[0]
    assert near.stops[1] == (plain.stops[1][0], None)
    assert near.stops[2] == (None, plain.stops[1][1])
    assert near.stops[3] == plain.stops[3]


def test_who_scatters_while_standing_stands(small: Province) -> None:
    chance = np.random.default_rng(1)
    minutes = np.arange(0, 60, 0.1)
    metres = chance.normal(0, 15, (len(minutes), 2))
    (stand,) = find_stands(minutes, metres)
    assert (stand.from_min, stand.to_min) == (0.0, pytest.approx(59.9))
    moving = np.column_stack((minutes * 500, minutes * 0))
    assert find_stands(minutes, moving) == ()


def move(rows: list[Row], degrees: float) -> list[Row]:
    return [(minute, lon + degrees, lat) for minute, lon, lat in rows]


@pytest.mark.parametrize(
    ("degrees", "days", "words"),
    [(5.0, 0, "km away from every road"), (0.0, 27, "no trip is planned for these days"),
     (None, 0, "lead elsewhere")],
)  # fmt: skip
def test_a_track_of_no_trip_is_refused_with_the_reason(
    small: Province, month: Plan, tmp_path: Path, degrees: float | None, days: int, words: str
) -> None:
    truth, trip = Truth(every_s=30), first(month)
    rows = drive_days(small, month, trip, truth)[trip.first_day]
    if degrees is None:  # a ride on a road of the province that the trip does not use
        segments = small.segment_by_id
        used = {key for _, leg in trip.legs() for key, _ in leg.segments}
        far = next(s for key, s in segments.items() if key not in used and s.length_m > 5000)
        ends = cut_line(far.line, 0.3, 0.7)
        rows = [(420.0, *ends[0]), (440.0, *ends[-1])]
    else:
        rows = move(rows, degrees)
    day = trip.first_day + timedelta(days=days)
    path = write_gpx(tmp_path / "other.gpx", {day: record(rows, truth, 1)}, ZONE)
    with pytest.raises(InputError) as caught:
        lay(small, month, [path])
    (fault,) = caught.value.findings
    assert (fault.file, fault.value) == ("other.gpx", day.isoformat())
    assert words in translate(fault.advice, "en")


GPX = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{}</trkseg></trk></gpx>'
TIME = "<time>2026-11-03T01:00:00Z</time>"
LAUGHS = "<!DOCTYPE gpx [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>"
OUTSIDE = '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
DAMAGED = {
    "laughs": LAUGHS + GPX.format(f'<trkpt lat="21" lon="104">{TIME}<name>&b;</name></trkpt>'),
    "outside": OUTSIDE + GPX.format(f'<trkpt lat="21" lon="104">{TIME}<name>&x;</name></trkpt>'),
    "torn": GPX.format(f'<trkpt lat="21" lon="104">{TIME}</trkpt>')[:120],
    "north": GPX.format(f'<trkpt lat="121" lon="104">{TIME}</trkpt>'),
    "nan": GPX.format(f'<trkpt lat="21" lon="nan">{TIME}</trkpt>'),
    "nowhere": GPX.format(f"<trkpt>{TIME}</trkpt>"),
    "timeless": GPX.format('<trkpt lat="21" lon="104"></trkpt>'),
    "when": GPX.format('<trkpt lat="21" lon="104"><time>yesterday</time></trkpt>'),
    "empty": GPX.format(""),
    "map": "<kml><trkpt lat='21' lon='104'/></kml>",
    "nothing": "",
}


def test_damaged_and_hostile_files_are_refused_in_one_answer(tmp_path: Path) -> None:
    for name, text in DAMAGED.items():
        (tmp_path / f"{name}.gpx").write_text(text, encoding="utf-8")
    wide = LAUGHS.encode("utf-16") + DAMAGED["when"].encode("utf-16-le")
    (tmp_path / "wide.gpx").write_bytes(wide)
    (tmp_path / "bytes.gpx").write_bytes(bytes(range(256)))
    with pytest.raises(InputError) as caught:
        read_tracks(sorted(tmp_path.iterdir()))
    found = {fault.file.removesuffix(".gpx"): fault for fault in caught.value.findings}
    assert set(found) == {*DAMAGED, "wide", "bytes"}
    for name in ("laughs", "outside", "wide"):
        assert found[name].value == "DOCTYPE"
    assert found["north"].value == "121"
    assert found["when"].row == 1


def test_times_may_name_a_zone_or_none_and_come_in_any_order(tmp_path: Path) -> None:
    times = ("2026-11-03T08:00:10+07:00", "2026-11-03T01:00:00.5Z", "2026-11-03T01:00:00.5Z",
             "2026-11-03T01:00:05")  # fmt: skip
    points = "".join(
        f'<trkpt lat="21" lon="104"><ele>1</ele><time>{t}</time></trkpt>' for t in times
    )
    path = tmp_path / "zones.gpx"
    path.write_text(GPX.format(points), encoding="utf-8")
    (track,) = read_tracks([path])
    assert [point.moment.isoformat() for point in track.points] == [
        "2026-11-03T01:00:00.500000+00:00", "2026-11-03T01:00:05+00:00",
        "2026-11-03T01:00:10+00:00",
    ]  # fmt: skip


@pytest.fixture
def driven(small_folder: Path, tmp_path: Path) -> tuple[Path, list[Path]]:
    """A folder with a planned November, and the tracks of six of its trips on bad roads."""
    province = read_province(small_folder)
    plan = plan_days(province, seed=4)
    place = small_folder / "plans" / str(plan.month)
    place.mkdir(parents=True)
    (place / "plan.json").write_bytes(dump_plan(plan))
    truth = Truth(classes={RoadClass.NATIONAL: 0.7}, roads={"ĐT.101": 0.6}, every_s=30)
    files = [
        record_trip(province, plan, trip, truth, tmp_path / f"{trip.trip_id}.gpx")
        for trip in plan.trips.trips[:6]
    ]
    return small_folder, files


def tell(folder: Path, *words: object) -> Answer:
    return run("--lang", "en", "learn", folder, *words)


def test_the_command_tells_applies_keeps_and_undoes(driven: tuple[Path, list[Path]]) -> None:
    folder, files = driven
    before = (folder / "province.toml").read_bytes()
    tracks = [word for file in files for word in ("--track", file)]
    shown = tell(folder, *tracks[:2])
    assert shown.returncode == 0, shown.stderr
    assert "km driven" in shown.stdout
    answer = json.loads(tell(folder, *tracks, "--apply", "--json").stdout)
    assert len(answer["kept"]) == len(files) == len(list((folder / "tracks").iterdir()))
    assert len(answer["legs"]) == 4 * len(files)
    proposed = {row["where"]: row["proposed"] for row in answer["factors"] if row["proposed"]}
    assert proposed["national"] == pytest.approx(0.7, abs=0.05)
    roads = read_province(folder).settings.roads
    assert roads.class_factors[RoadClass.NATIONAL] == proposed["national"]
    twice = json.loads(tell(folder, *tracks, "--apply", "--json").stdout)
    assert (twice["written"], twice["kept"]) == ([], [])
    undo = answer["undo"].split("learn", 1)[1].split(maxsplit=1)
    assert "--set" in undo[1]
    settings = tell(folder, "--set", "national=", "--set", "ĐT.101=0.8")
    assert settings.returncode == 0, settings.stderr
    roads = read_province(folder).settings.roads
    assert roads.road_factors == {"ĐT.101": 0.8}
    assert set(before.splitlines()) <= set((folder / "province.toml").read_bytes().splitlines())


def test_a_bad_track_writes_nothing(driven: tuple[Path, list[Path]], tmp_path: Path) -> None:
    folder, files = driven
    bad = tmp_path / "bad.gpx"
    bad.write_text(DAMAGED["laughs"], encoding="utf-8")
    page = tmp_path / "page.html"
    told = tell(folder, "--track", files[0], "--track", bad, "--map", page, "--apply")
    assert told.returncode == 3
    assert "DOCTYPE" in told.stderr
    assert "Traceback" not in told.stderr
    assert not page.exists()
    assert not (folder / "tracks").exists()


@pytest.fixture(scope="module")
def laid(small: Province, month: Plan, tmp_path_factory: pytest.TempPathFactory) -> LaidTracks:
    folder = tmp_path_factory.mktemp("phones")
    truth = Truth(every_s=30)
    files = [
        record_trip(small, month, trip, truth, folder / f"{trip.trip_id}.gpx")
        for trip in month.trips.trips[:2]
    ]
    return lay(small, month, files)


def test_rows_say_planned_and_driven(small: Province, month: Plan, laid: LaidTracks) -> None:
    rows = tabulate_driven(laid.days, small)
    legs = [leg for trip in month.trips.trips[:2] for _, leg in trip.legs()]
    assert [row["min planned"] for row in rows] == [leg.drive_min for leg in legs]
    for row, leg in zip(rows, legs, strict=True):
        assert row["km driven"] == pytest.approx(leg.length_m / 1000, abs=0.6)
        assert row["min driven"] == pytest.approx(leg.drive_min, abs=2)
        assert row["min stood"] == 0


def test_stops_that_nobody_wrote_down_teach_from_the_track(
    small: Province, month: Plan, laid: LaidTracks
) -> None:
    seen = learn_from(small, month, laid).seen
    assert len(seen.visits) == 6
    expected = measure_exchange_min(small.settings.service, 8)
    assert all(abs(one.service_min - expected) <= 1 for one in seen.visits)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_the_page_shows_a_day_and_asks_nobody(
    browser, small: Province, laid: LaidTracks, tmp_path: Path, width: int, height: int
) -> None:
    bad = "</script><script>alert(1)</script>"
    sites = tuple(dataclasses.replace(site, name=f"{site.name}{bad}") for site in small.sites)
    page = draw_driven(laid, dataclasses.replace(small, sites=sites), "en")
    path = tmp_path / "driven.html"
    path.write_bytes(page)
    with open_page(browser, path, width=width, height=height) as (view, complaints):
        view.wait_for_selector("html[data-ready]")
        assert view.locator("[data-day]").count() == 2
        before = view.locator("path.leaflet-interactive").count()
        view.locator("[data-day]").first.click()
        assert view.locator("[data-day]").first.get_attribute("aria-pressed") == "true"
        assert view.locator("path.leaflet-interactive").count() < before
        assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
