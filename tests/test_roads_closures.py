"""Closures on a chain of three segments of one road, kilometres 0-2, 2-5 and 5-9."""

import dataclasses
from datetime import date

import pytest
from roads_measured import make_closure

from province.facts import Province
from province.ids import ClosureId, CommuneCode, SegmentId
from province.roads import ClosureArea, ClosureEffect, RoadClass, Segment
from roads.closures import find_affected, read_road_state
from roads.stretches import Stretch

DRY, WET = date(2026, 12, 1), date(2026, 7, 1)


def stretch(model: Segment, name: str, km_from: float, km_to: float) -> Segment:
    return dataclasses.replace(
        model,
        segment_id=SegmentId(name),
        ref="QL9",
        km_from=km_from,
        length_m=1000 * (km_to - km_from),
        line=((104.0 + km_from / 100, 21.3), (104.0 + km_to / 100, 21.3)),
    )


@pytest.fixture
def chain(small: Province) -> Province:
    model = small.segments[0]
    parts = (
        stretch(model, "A", 0, 2),
        stretch(model, "B", 2, 5),
        stretch(model, "C", 5, 9),
        dataclasses.replace(stretch(model, "D", 2, 5), ref="QL8"),
    )
    return dataclasses.replace(small, segments=parts, closures=())


def shut(province: Province, **fields) -> Province:
    return dataclasses.replace(province, closures=(make_closure(DRY, **fields),))


def told(stretches) -> dict[str, tuple[float, float]]:
    """Return what is named of each segment, in kilometres from its start, to the metre."""
    length = {"A": 2, "B": 3, "C": 4, "D": 3}
    return {
        s.segment_id: (
            round(s.first * length[s.segment_id], 3), round(s.last * length[s.segment_id], 3)
        )
        for s in stretches
    }  # fmt: skip


@pytest.mark.parametrize(
    ("km_from", "km_to", "expected"),
    [
        (2.0, 5.0, {"B": (0, 3)}),  # the neighbours share only a post with it
        (1.9, 5.0, {"A": (1.9, 2), "B": (0, 3)}),
        (2.0, 5.1, {"B": (0, 3), "C": (0, 0.1)}),
        (3.0, 3.5, {"B": (1, 1.5)}),
        (0.0, 9.0, {"A": (0, 2), "B": (0, 3), "C": (0, 4)}),
        (3.0, None, {"B": (0.99, 1.01)}),  # one post: 10 m to each side
        (5.0, None, {"B": (2.99, 3), "C": (0, 0.01)}),  # a point at which two meet
        (None, 2.0, {"A": (0, 2)}),  # from the beginning
        (None, None, {"A": (0, 2), "B": (0, 3), "C": (0, 4)}),
        (9.5, 12.0, {}),
    ],
)
def test_posts_shut_the_road_between_them(
    chain: Province, km_from: float | None, km_to: float | None, expected: dict
) -> None:
    province = shut(chain, ref="QL9", km_from=km_from, km_to=km_to)
    assert told(read_road_state(province, DRY).shut) == expected


def test_a_stretch_without_posts_is_shut_only_with_its_whole_road(chain: Province) -> None:
    blank = dataclasses.replace(chain.segments[1], km_from=None)
    province = dataclasses.replace(chain, segments=(chain.segments[0], blank))
    posts = shut(province, ref="QL9", km_from=0.0, km_to=9.0)
    assert told(read_road_state(posts, DRY).shut) == {"A": (0, 2)}
    whole = read_road_state(shut(province, ref="QL9"), DRY)
    assert told(whole.shut) == {"A": (0, 2), "B": (0, 3)}


def square(west: float, east: float):
    return ((west, 21.2), (east, 21.2), (east, 21.4), (west, 21.4), (west, 21.2))


@pytest.mark.parametrize(
    ("rings", "expected"),
    [
        # A spans lon 104.00-104.02, B and D 104.02-104.05, C 104.05-104.09; 0.01° is 1 km
        ((square(104.03, 104.04),), {"B": (1, 2), "D": (1, 2)}),
        ((square(104.02, 104.05),), {"B": (0, 3), "D": (0, 3)}),  # A and C only touch it
        ((square(103.0, 104.01), square(104.08, 105.0)), {"A": (0, 1), "C": (3, 4)}),
        ((square(105.0, 106.0),), {}),
    ],
)
@pytest.mark.parametrize("by", ["commune", "area"])
def test_a_commune_or_a_drawn_area_shuts_the_road_inside(
    chain: Province, rings, expected: dict, by: str
) -> None:
    if by == "commune":
        commune = dataclasses.replace(chain.communes[0], outline=rings)
        province = dataclasses.replace(chain, communes=(commune,))
        closed = shut(province, commune_code=CommuneCode(commune.code))
    else:
        province = dataclasses.replace(chain, areas=(ClosureArea("flood", "", rings),))
        closed = shut(province, area_id="flood")
    assert told(read_road_state(closed, DRY).shut) == expected


def test_a_bend_that_leaves_an_area_and_comes_back_is_open_outside(chain: Province) -> None:
    # West 104.00 to 104.04 and back on another latitude: inside (lon < 104.02) at both ends
    line = ((104.0, 21.30), (104.04, 21.30), (104.04, 21.30001), (104.0, 21.3001))
    bend = dataclasses.replace(chain.segments[0], line=line)
    area = ClosureArea("flood", "", (square(103.0, 104.02),))
    province = dataclasses.replace(chain, segments=(bend,), areas=(area,))
    found = read_road_state(shut(province, area_id="flood"), DRY).shut
    shares = sorted((round(s.first, 2), round(s.last, 2)) for s in found)
    assert shares == [(0.0, 0.25), (0.75, 1.0)]


def test_a_ferry_that_is_closed_in_part_is_closed(chain: Province) -> None:
    ferry = dataclasses.replace(chain.segments[1], road_class=RoadClass.FERRY)
    province = dataclasses.replace(chain, segments=(ferry,))
    state = read_road_state(shut(province, ref="QL9", km_from=3.0, km_to=3.5), DRY)
    assert told(state.shut) == {"B": (0, 3)}


@pytest.mark.parametrize(
    ("day", "is_shut"),
    [
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), True),
        (date(2026, 12, 3), True),
        (date(2026, 12, 4), False),
    ],
)
def test_both_days_of_a_closure_count(chain: Province, day: date, is_shut: bool) -> None:
    province = shut(chain, segment_id=SegmentId("A"), last_day=date(2026, 12, 3))
    assert (Stretch("A") in read_road_state(province, day).shut) is is_shut


def test_until_further_notice_has_no_last_day(chain: Province) -> None:
    province = shut(chain, segment_id=SegmentId("A"), last_day=None)
    assert read_road_state(province, date(2031, 1, 1)).shut == {Stretch("A")}


def test_two_closures_that_fill_the_day_shut_it(chain: Province) -> None:
    one = shut(chain, segment_id=SegmentId("A"), from_minute=0, to_minute=700)
    two = shut(chain, segment_id=SegmentId("A"), from_minute=600, to_minute=1440)
    second = dataclasses.replace(two.closures[0], closure_id=ClosureId("Y"))
    both = dataclasses.replace(chain, closures=(*one.closures, second))
    assert read_road_state(one, DRY).shut_hours == ((Stretch("A"), ((0, 700),)),)
    state = read_road_state(both, DRY)
    assert state.shut == {Stretch("A")}
    assert state.shut_hours == ()


def test_dry_only_and_one_lane_are_told_apart(chain: Province) -> None:
    slow = shut(chain, segment_id=SegmentId("A"), effect=ClosureEffect.ONE_LANE)
    muddy = shut(
        chain, segment_id=SegmentId("A"), effect=ClosureEffect.DRY_ONLY, first_day=WET, last_day=WET
    )
    assert read_road_state(slow, DRY).one_lane == {Stretch("A")}
    assert not read_road_state(slow, DRY).shut
    state = read_road_state(muddy, WET)
    assert state.is_wet
    assert state.dry_only == {Stretch("A")}


def test_closures_found_once_give_the_same_state(small: Province) -> None:
    day = date(2026, 12, 8)
    once = read_road_state(small, day, affected=find_affected(small))
    assert once == read_road_state(small, day)
    assert once.shut


@pytest.mark.parametrize(
    ("day", "spans"),
    [
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), ((1320, 1440),)),  # the first evening
        (date(2026, 12, 2), ((0, 300), (1320, 1440))),
        (date(2026, 12, 3), ((0, 300), (1320, 1440))),
        (date(2026, 12, 4), ((0, 300),)),  # the morning after the last evening
        (date(2026, 12, 5), None),
    ],
)
def test_work_at_night_lasts_until_the_next_morning(chain: Province, day: date, spans) -> None:
    # 22:00 to 05:00 from the first to the third of December
    province = shut(
        chain, segment_id=SegmentId("A"), from_minute=1320, to_minute=300,
        last_day=date(2026, 12, 3),
    )  # fmt: skip
    state = read_road_state(province, day)
    assert dict(state.shut_hours).get(Stretch("A")) == spans
    assert not state.shut
