"""Closures on a chain of three stretches of one road, kilometres 0-2, 2-5 and 5-9."""

import dataclasses
from datetime import date

import pytest

from province.facts import Province
from province.ids import ClosureId, CommuneCode, SegmentId
from province.roads import Closure, ClosureEffect, Segment
from routing.closures import find_affected, read_road_state

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
    base = {
        "closure_id": ClosureId("X"), "segment_id": None, "ref": "", "km_from": None,
        "km_to": None, "commune_code": None, "first_day": DRY, "last_day": DRY,
        "from_minute": 0, "to_minute": 1440, "effect": ClosureEffect.SHUT, "reason": "",
        "source": "",
    }  # fmt: skip
    return dataclasses.replace(province, closures=(Closure(**(base | fields)),))


@pytest.mark.parametrize(
    ("km_from", "km_to", "expected"),
    [
        (2.0, 5.0, "B"),  # the neighbours share only a post with it
        (1.9, 5.0, "AB"),
        (2.0, 5.1, "BC"),
        (3.0, 3.5, "B"),
        (0.0, 9.0, "ABC"),
        (3.0, None, "B"),  # one post: a point
        (5.0, None, "BC"),  # a point at which two meet
        (None, 2.0, "A"),  # from the beginning
        (None, None, "ABC"),
        (9.5, 12.0, ""),
    ],
)
def test_posts_shut_the_stretches_they_overlap(
    chain: Province, km_from: float | None, km_to: float | None, expected: str
) -> None:
    province = shut(chain, ref="QL9", km_from=km_from, km_to=km_to)
    assert "".join(sorted(read_road_state(province, DRY).shut)) == expected


def test_a_stretch_without_posts_is_shut_only_with_its_whole_road(chain: Province) -> None:
    blank = dataclasses.replace(chain.segments[1], km_from=None)
    province = dataclasses.replace(chain, segments=(chain.segments[0], blank))
    posts = shut(province, ref="QL9", km_from=0.0, km_to=9.0)
    assert read_road_state(posts, DRY).shut == {"A"}
    assert read_road_state(shut(province, ref="QL9"), DRY).shut == {"A", "B"}


def test_a_commune_shuts_what_touches_it(chain: Province) -> None:
    # A spans lon 104.00-104.02, B and D 104.02-104.05, C 104.05-104.09
    square = ((104.03, 21.2), (104.04, 21.2), (104.04, 21.4), (104.03, 21.4), (104.03, 21.2))
    commune = dataclasses.replace(chain.communes[0], outline=(square,))
    province = dataclasses.replace(chain, communes=(commune,))
    closed = shut(province, commune_code=CommuneCode(commune.code))
    assert read_road_state(closed, DRY).shut == {"B", "D"}


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
    assert ("A" in read_road_state(province, day).shut) is is_shut


def test_until_further_notice_has_no_last_day(chain: Province) -> None:
    province = shut(chain, segment_id=SegmentId("A"), last_day=None)
    assert read_road_state(province, date(2031, 1, 1)).shut == {"A"}


def test_two_closures_that_fill_the_day_shut_it(chain: Province) -> None:
    one = shut(chain, segment_id=SegmentId("A"), from_minute=0, to_minute=700)
    two = shut(chain, segment_id=SegmentId("A"), from_minute=600, to_minute=1440)
    second = dataclasses.replace(two.closures[0], closure_id=ClosureId("Y"))
    both = dataclasses.replace(chain, closures=(*one.closures, second))
    assert read_road_state(one, DRY).shut_hours == ((SegmentId("A"), ((0, 700),)),)
    state = read_road_state(both, DRY)
    assert state.shut == {"A"}
    assert state.shut_hours == ()


def test_dry_only_and_one_lane_are_told_apart(chain: Province) -> None:
    slow = shut(chain, segment_id=SegmentId("A"), effect=ClosureEffect.ONE_LANE)
    muddy = shut(
        chain, segment_id=SegmentId("A"), effect=ClosureEffect.DRY_ONLY, first_day=WET, last_day=WET
    )
    assert read_road_state(slow, DRY).one_lane == {"A"}
    assert not read_road_state(slow, DRY).shut
    state = read_road_state(muddy, WET)
    assert state.is_wet
    assert state.dry_only == {"A"}


def test_closures_found_once_give_the_same_state(small: Province) -> None:
    day = date(2026, 12, 8)
    once = read_road_state(small, day, affected=find_affected(small))
    assert once == read_road_state(small, day)
    assert once.shut
