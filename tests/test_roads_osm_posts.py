"""Kilometre posts of OpenStreetMap count the roads they stand on."""

from pathlib import Path

import pyogrio
import pytest

from roads.osm import import_roads
from roads.osm.posts import parse_km
from tests.osm_files import Tags, write_extract

DEGREES_PER_KM = 0.009637  # of longitude at 21 degrees north
ROAD = {"highway": "primary", "ref": "QL6"}


def east(km: float) -> tuple[float, float]:
    return round(103 + km * DEGREES_PER_KM, 7), 21.0


def post(km: float, distance: object, ref: str = "") -> tuple[tuple[float, float], Tags]:
    lon, lat = east(km)
    tags = {"highway": "milestone", "distance": str(distance)} | ({"ref": ref} if ref else {})
    return (lon, lat + 0.0001), tags  # 11 m beside the road


def run(
    tmp_path: Path, road: Tags, posts: list, *, backwards: bool = False
) -> dict[str, dict[str, object]]:
    """A road of 3 km with junctions at km 1 and 2 and a side road at each."""
    nodes = {k: east((k - 1) / 4) for k in range(1, 14)}
    nodes |= {20: (nodes[5][0], 21.01), 21: (nodes[9][0], 21.01)}
    tags = {}
    for number, (place, told) in enumerate(posts, 30):
        nodes[number], tags[number] = place, told
    refs = list(range(13, 0, -1)) if backwards else list(range(1, 14))
    ways = [(10, refs, road), (11, [5, 20], {"highway": "track"}),
            (12, [9, 21], {"highway": "track"})]  # fmt: skip
    path = write_extract(tmp_path / "a.osm.pbf", nodes, ways, tags)
    target = import_roads(path, tmp_path / "roads.gpkg").target
    rows = pyogrio.read_dataframe(target, layer="roads").to_dict("records")
    return {row["segment_id"]: row for row in rows if row["ref"] == "QL6"}


@pytest.mark.parametrize(
    ("text", "km"),
    [("44", 44), ("44.5", 44.5), ("44,5 km", 44.5), ("Km 44+125", 44.125), ("44+5", 44.5),
     ("Sơn La 12", None), ("", None)],
)  # fmt: skip
def test_distances_on_posts(text: str, km: float | None) -> None:
    assert parse_km(text) == km


def test_posts_count_the_whole_road_between_and_the_ends_they_stand_on(tmp_path: Path) -> None:
    roads = run(tmp_path, ROAD, [post(0.5, 100.5), post(2.5, 102.5)])
    km = {name: row["km_from"] for name, row in roads.items()}
    assert km == pytest.approx({"w10n1": 100, "w10n5": 101, "w10n9": 102}, abs=0.005)


def test_posts_on_both_sides_of_the_road_count_once(tmp_path: Path) -> None:
    roads = run(tmp_path, ROAD, [post(0.5, 100.5), post(0.5, 100.5), post(2.5, 102.5)])
    km = {name: row["km_from"] for name, row in roads.items()}
    assert km == pytest.approx({"w10n1": 100, "w10n5": 101, "w10n9": 102}, abs=0.005)


def test_a_road_drawn_against_its_posts_is_turned_and_keeps_its_ids(tmp_path: Path) -> None:
    roads = run(tmp_path, ROAD, [post(0.5, 100.5), post(2.5, 102.5)], backwards=True)
    km = {name: row["km_from"] for name, row in roads.items()}
    assert km == pytest.approx({"w10n13": 102, "w10n9": 101, "w10n5": 100}, abs=0.005)
    middle = roads["w10n9"]
    assert (middle["start_node"], middle["end_node"]) == (5, 9)


def test_a_oneway_against_its_posts_keeps_its_direction(tmp_path: Path) -> None:
    roads = run(tmp_path, ROAD | {"oneway": "yes"}, [post(0.5, 100.5), post(2.5, 102.5)],
                backwards=True)  # fmt: skip
    middle = roads["w10n9"]
    assert (middle["start_node"], middle["end_node"]) == (9, 5)
    assert middle["km_from"] == pytest.approx(101, abs=0.005)


@pytest.mark.parametrize(
    "posts",
    [
        [post(0.5, 100.5)],  # one post alone
        [post(0.5, 100), post(2.5, 108)],  # 2 km of road cannot be 8
        [post(0.5, 100.5, "QL37"), post(2.5, 102.5, "QL37")],  # of another road
        [((103.01, 21.002), {"highway": "milestone", "distance": "7"}), post(2.5, 9)],  # too far
    ],
)
def test_posts_that_say_too_little_or_too_much_count_nothing(tmp_path: Path, posts: list) -> None:
    roads = run(tmp_path, ROAD, posts)
    assert len(roads) == 3
    assert all(row["km_from"] != row["km_from"] for row in roads.values())  # not a number
