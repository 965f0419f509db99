"""Maps draw the stretch that a closure names, not the whole segment."""

import dataclasses
import itertools
import json
import math
import re
from datetime import date

import pytest
from plan_fixture import make_plan

from exports.maps.basemap import LineTable, list_closed, list_closed_parts, list_closures
from exports.month_map.month_page import draw
from province.facts import Province


def decode(numbers: list[int]) -> list[tuple[float, float]]:
    lons, lats = itertools.accumulate(numbers[::2]), itertools.accumulate(numbers[1::2])
    return [(lon / 1e5, lat / 1e5) for lon, lat in zip(lons, lats, strict=True)]


def measure_degrees(line) -> float:
    scale = math.cos(math.radians(21.3))
    return sum(math.hypot((b[0] - a[0]) * scale, b[1] - a[1]) for a, b in itertools.pairwise(line))


def test_the_month_map_draws_the_closed_part_of_a_road(small: Province) -> None:
    # DONG1 shuts ĐT.101 between kilometres 2 and 5; S02 is its km 0 to 9.5
    (name, page), *_ = draw(make_plan(small), small, "vi")
    data = json.loads(re.search(r'id="data">(.*?)</script>', page.decode("utf-8"))[1])
    (closure,) = data["closures"]
    (number,) = closure["l"]
    drawn = measure_degrees(decode(data["lines"][number - 1]))
    whole = measure_degrees(next(s for s in small.segments if s.segment_id == "S02").line)
    assert name == "routes.html"
    assert drawn / whole == pytest.approx(3 / 9.5, abs=0.002)


def test_a_part_is_taken_into_the_table_once(small: Province) -> None:
    table = LineTable({segment.segment_id: segment for segment in small.segments})
    (part,) = list_closed_parts(small.closures[0], small)
    whole = table.number(part.segment_id)
    assert table.number_part(part) == table.number_part(part) != whole
    assert table.number_part(part._replace(first=0.0, last=1.0)) == whole
    assert len(table.lines) == 2
    assert list_closed(small.closures[0], small) == ("S02",)


def test_the_month_map_shows_what_its_first_morning_still_has(small: Province) -> None:
    # The last night of work from 20:00 to 06:00 begins on 30 November.
    eve = date(2026, 11, 30)
    night = dataclasses.replace(
        small.closures[0], first_day=eve, last_day=eve, from_minute=1200, to_minute=360
    )
    day = dataclasses.replace(night, closure_id="DAY", from_minute=0, to_minute=1440)
    province = dataclasses.replace(small, closures=(night, day))
    first = date(2026, 12, 1)
    assert list_closures(province, first, date(2026, 12, 31)) == (night,)
    assert list_closures(province, first, first) == (night,)
    assert list_closures(province, date(2026, 12, 2), date(2026, 12, 31)) == ()
