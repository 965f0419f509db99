"""Frames: the month as people who analyse it take it."""

from dataclasses import replace

import pytest
from plan_fixture import make_plan

from exports.frames import legs_geoframe, movements_frame, segments_geoframe, trips_frame
from province.facts import Province


def test_trips_have_a_row_each(small: Province) -> None:
    plan = make_plan(small)
    frame = trips_frame(plan, small)
    assert list(frame["trip_id"]) == [trip.trip_id for trip in plan.trips.trips]
    assert frame["length_km"].sum() == pytest.approx(plan.totals.length_km)
    assert list(frame["num_stops"]) == [len(trip.stops) for trip in plan.trips.trips]
    assert frame["first_day"].dt.date.tolist() == [trip.first_day for trip in plan.trips.trips]


def test_movements_are_those_of_the_schedule(small: Province) -> None:
    plan = make_plan(small)
    plan = replace(plan, deliveries=(*plan.deliveries, replace(plan.deliveries[0], day=None)))
    frame = movements_frame(plan, small, "en")
    assert frame["books"].sum() == sum(d.books for d in plan.deliveries)
    assert set(frame["batch_title"]) <= {batch.name for batch in small.batches}
    assert frame["date"].isna().tolist() == [False] * (len(frame) - 1) + [True]


def test_roads_and_ways_are_lines_in_degrees(small: Province) -> None:
    roads, legs = segments_geoframe(small), legs_geoframe(make_plan(small), small)
    assert roads.crs.to_epsg() == legs.crs.to_epsg() == 4326
    assert [list(line.coords) for line in roads.geometry] == [list(s.line) for s in small.segments]
    assert str(legs["begins"].dt.tz) == small.settings.province.timezone
    assert (legs["ends"] - legs["begins"]).dt.total_seconds().gt(0).all()


def test_a_month_without_trips_has_the_same_columns(small: Province) -> None:
    plan = make_plan(small)
    empty = replace(plan, trips=replace(plan.trips, trips=()), deliveries=())
    for frame in (trips_frame, legs_geoframe):
        full, none = frame(plan, small), frame(empty, small)
        assert list(none.columns) == list(full.columns)
        assert len(none) == 0
