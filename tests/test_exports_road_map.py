"""The page and the table of `roads show`."""

import dataclasses
import json
import re
from datetime import date

import pytest
from click.testing import CliRunner

from cli import command
from exports.maps.road_map import draw_road_map
from province.facts import Province
from province.fleet import VehicleKind
from province.ids import ClosureId, SegmentId
from province.roads import Closure, ClosureEffect
from roads.view import Passage, list_kilometres, view_roads

DRY, WET = date(2026, 12, 1), date(2026, 7, 1)
BAD = "<script>alert(1)</script>"


def truck(province: Province):
    return next(v for v in province.vehicles if v.kind is VehicleKind.TRUCK)


@pytest.fixture
def closed(small: Province) -> Province:
    """S02 shut between kilometres 1.9 and 3.8, which is a fifth of it; S09 one lane."""
    base = Closure(
        ClosureId("X"), None, "ĐT.101", 1.9, 3.8, None, DRY, None, 0, 1440, ClosureEffect.SHUT,
        BAD, "",
    )  # fmt: skip
    lane = dataclasses.replace(
        base, closure_id=ClosureId("Y"), segment_id=SegmentId("S09"), ref="", km_from=None,
        km_to=None, effect=ClosureEffect.ONE_LANE,
    )  # fmt: skip
    return dataclasses.replace(small, closures=(base, lane))


def by_passage(view, segment_id: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for piece in view.pieces:
        if piece.segment_id == segment_id:
            found[piece.passage] = round(found.get(piece.passage, 0) + piece.length_m, 1)
    return found


def test_pieces_say_what_the_truck_finds(closed: Province) -> None:
    view = view_roads(closed, truck(closed), DRY)
    assert by_passage(view, "S02") == {Passage.OPEN: 7600.0, Passage.SHUT: 1900.0}
    assert by_passage(view, "S09") == {Passage.ONE_LANE: 9800.0}
    assert by_passage(view, "S06") == {Passage.HOURS: 2200.0}
    assert by_passage(view, "S04") == {Passage.OPEN: 13000.0}
    assert by_passage(view_roads(closed, truck(closed), WET), "S04") == {Passage.WET: 13000.0}
    bus = next(v for v in closed.vehicles if v.kind is VehicleKind.BUS)
    unfit = [p for p in view_roads(closed, bus, DRY).pieces if p.segment_id == "S10"]
    assert {(p.passage, p.reason, p.minutes, p.part) for p in unfit} == {
        (Passage.UNFIT, "weight", None, -1)
    }


def test_kilometres_add_up_to_the_whole_network(closed: Province) -> None:
    view = view_roads(closed, truck(closed), DRY)
    total = list_kilometres(view)[-1]
    assert sum(v for k, v in total.items() if k != "road_class") == pytest.approx(90.4)
    assert total["shut"] == 1.9
    assert sum(view.parts_km) == pytest.approx(90.4 - 1.9)
    assert view.parts_km == (pytest.approx(88.5),)  # a way round S02 leads over S09 and S10


def test_minutes_grow_along_the_road(closed: Province) -> None:
    view = view_roads(closed, truck(closed), DRY)
    (first,) = [p for p in view.pieces if p.segment_id == "S01"]
    access = {site.site_id: site for site in view.sites}
    assert access["TV1"].minutes == pytest.approx(2 * first.minutes, abs=1)
    assert (access["TV1"].road, access["TV1"].distance_m) == ("QL6", 0.0)
    assert access["TV1"].length_km == 12.0


def test_the_page_loads_nothing_and_escapes_what_people_write(closed: Province) -> None:
    sites = tuple(dataclasses.replace(s, name=BAD) for s in closed.sites)
    segments = tuple(dataclasses.replace(s, name=BAD, ref=s.ref) for s in closed.segments)
    settings = closed.settings.model_copy(
        update={"roads": closed.settings.roads.model_copy(update={"attribution": f"© {BAD}"})}
    )
    province = dataclasses.replace(closed, sites=sites, segments=segments, settings=settings)
    page = draw_road_map(view_roads(province, truck(province), DRY), province, "vi").decode()
    assert "default-src 'none'" in page
    assert BAD not in page
    assert "© &lt;script&gt;" in page
    assert 'class="schematic"' in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    assert {road["s"] for road in data["roads"]} >= {"open", "shut", "one_lane", "hours"}
    assert len(data["sites"]) == len(closed.sites)


def test_show_writes_a_page_once_and_prints_a_table(small_folder) -> None:
    call = ["roads", "show", str(small_folder), "--date", "2026-12-08", "--vehicle", "XE2"]
    first = CliRunner().invoke(command, call, obj=None)
    assert first.exit_code == 0, first.output
    assert "provincial" in first.output
    page = small_folder / "roads.html"
    assert page.stat().st_size > 100_000
    again = CliRunner().invoke(command, call)
    assert "--force" in str(again.exception)
    assert CliRunner().invoke(command, [*call, "--force"]).exit_code == 0


def test_show_answers_as_json_without_writing(small_folder) -> None:
    call = ["roads", "show", str(small_folder), "--date", "2026-12-08", "--json"]
    answer = json.loads(CliRunner().invoke(command, call).output)
    assert not (small_folder / "roads.html").exists()
    assert answer["vehicle_id"] == "XE1"
    assert [row["road_class"] for row in answer["kilometres"]][-1] == ""
    shut = [s for s in answer["segments"] if s["passage"] == "shut"]
    # DONG1 shuts ĐT.101 between kilometres 2 and 5: a part of S02, which is km 0 to 9.5
    assert [(s["segment_id"], round(s["length_m"])) for s in shut] == [("S02", 3000)]
    speeds = {(r["road_class"], r["surface"]): r for r in answer["speeds_kmh"]}
    assert speeds["national", "asphalt"]["car_dry"] == 43.0
    assert speeds["commune", "earth"]["car_dry"] == 15.0


def test_an_unknown_vehicle_is_told(small_folder) -> None:
    call = ["roads", "show", str(small_folder), "--vehicle", "XE9", "--json"]
    result = CliRunner().invoke(command, call)
    assert "XE1, XE2, XE3" in str(result.exception)
