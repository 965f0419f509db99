"""Ways follow their segments, in the direction driven, from where they begin to where they end."""

import itertools

import pytest
from plan_fixture import make_plan

from exports.geo.ways import trace_leg
from province.facts import Province
from roads.stretches import cut_line
from routing.trips import Leg


def leg_over(segments, **shares: float) -> Leg:
    return Leg("A", "B", tuple(segments), 0, 1, 1, 0, 0, 1000, (), **shares)


def test_a_leg_runs_through_all_its_segments(small: Province) -> None:
    lines = {segment.segment_id: segment for segment in small.segments}
    for trip in make_plan(small).trips.trips:
        for _, leg in trip.legs():
            points = trace_leg(leg, lines)
            first, is_forward = leg.segments[0]
            assert points[0] == lines[first].line[0 if is_forward else -1]
            ends = {p for key, _ in leg.segments for p in (lines[key].line[0], lines[key].line[-1])}
            assert ends <= set(points)
            assert all(a != b for a, b in itertools.pairwise(points))


def test_a_segment_driven_backwards_is_turned(small: Province) -> None:
    segment = max(small.segments, key=lambda s: len(s.line))
    lines = {segment.segment_id: segment}
    forward = trace_leg(leg_over([(segment.segment_id, True)]), lines)
    assert forward == list(segment.line)
    assert trace_leg(leg_over([(segment.segment_id, False)]), lines) == forward[::-1]


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0.0, 1.0), [(0, 0), (1, 0), (2, 0)]),
        ((0.25, 0.75), [(0.5, 0), (1, 0), (1.5, 0)]),
        ((0.5, 1.0), [(1, 0), (2, 0)]),
        ((0.0, 0.5), [(0, 0), (1, 0)]),
        ((0.75, 1.0), [(1.5, 0), (2, 0)]),
    ],
)
def test_a_line_is_cut_by_shares_of_its_length(shares, expected) -> None:
    # Two degrees along the equator: a quarter of the length is half a degree.
    assert cut_line([(0, 0), (1, 0), (2, 0)], *shares) == expected


def test_a_leg_is_cut_on_its_first_and_last_segment(small: Province) -> None:
    legs = [leg for trip in make_plan(small).trips.trips for _, leg in trip.legs()]
    leg = next(leg for leg in legs if len(leg.segments) >= 2)
    lines = {segment.segment_id: segment for segment in small.segments}
    whole = trace_leg(leg, lines)
    cut = trace_leg(leg_over(leg.segments, from_share=0.5, to_share=0.5), lines)
    assert cut[0] != whole[0]
    assert cut[-1] != whole[-1]
    assert set(cut[1:-1]) <= set(whole)


def test_a_leg_within_one_place_has_no_points() -> None:
    assert trace_leg(leg_over([]), {}) == []
