"""What the source of the roads asks to be said stands on every map."""

import dataclasses
from pathlib import Path

import pytest
from plan_fixture import make_plan

from exports.driver.trip_page import draw as draw_drivers
from exports.maps.road_map import draw_road_map
from exports.month_map.month_page import draw as draw_month
from exports.papers.summary import draw as draw_summary
from province.facts import Province
from roads.view import view_roads

CREDIT = "© OpenStreetMap contributors"
PARAGRAPH = f'<p class="credit"><bdi>{CREDIT}</bdi></p>'


@pytest.fixture(scope="module")
def credited() -> Province:
    from province.read import read_province

    small = read_province(Path(__file__).parent / "small")
    return dataclasses.replace(small, roads_attribution=CREDIT)


@pytest.mark.parametrize("draw", [draw_month, draw_drivers, draw_summary])
@pytest.mark.parametrize("is_credited", [True, False])
def test_every_page_with_a_map_credits_the_roads(credited: Province, draw, is_credited) -> None:
    province = credited if is_credited else dataclasses.replace(credited, roads_attribution="")
    pages = [page.decode("utf-8") for _, page in draw(make_plan(province), province, "vi")]
    assert pages
    for page in pages:
        assert (PARAGRAPH in page) is is_credited
        assert ('class="credit"' in page) is is_credited


def test_the_map_of_roads_credits_them(credited: Province) -> None:
    view = view_roads(credited, credited.vehicles[0], make_plan(credited).month.first_day)
    assert PARAGRAPH in draw_road_map(view, credited, "vi").decode("utf-8")
