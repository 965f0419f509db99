"""What tags say: classes, directions, surfaces, limits, ferries, and what is dropped."""

import pytest

from province.roads import RoadClass, Surface
from roads.osm.quantities import parse_metres, parse_minutes, parse_tonnes
from roads.osm.tags import DropReason, Reading, RoadTraits, read_direction, read_tags
from roads.osm.vehicle_limits import list_passing


def kept(**tags: str) -> RoadTraits:
    reading = read_tags(tags)
    assert isinstance(reading, Reading), reading
    return reading.traits


@pytest.mark.parametrize(
    ("highway", "road_class"),
    [
        ("trunk", RoadClass.NATIONAL),
        ("primary_link", RoadClass.NATIONAL),
        ("secondary", RoadClass.PROVINCIAL),
        ("tertiary", RoadClass.DISTRICT),
        ("unclassified", RoadClass.COMMUNE),
        ("residential", RoadClass.URBAN),
        ("track", RoadClass.TRACK),
    ],
)
def test_each_highway_value_has_its_class(highway: str, road_class: RoadClass) -> None:
    assert kept(highway=highway).road_class is road_class


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "construction"}, DropReason.NOT_THERE),
        ({"highway": "primary", "abandoned": "yes"}, DropReason.NOT_THERE),
        ({"highway": "steps"}, DropReason.FOR_FEET),
        ({"highway": "footway", "access": "yes"}, DropReason.FOR_FEET),
        ({"highway": "residential", "access": "private"}, DropReason.NO_ENTRY),
        ({"highway": "track", "motor_vehicle": "agricultural;forestry"}, DropReason.NO_ENTRY),
        ({"highway": "service", "service": "parking_aisle"}, DropReason.SIDE_SERVICE),
        ({"highway": "service", "area": "yes"}, DropReason.AREA),
        ({"highway": "track", "smoothness": "impassable"}, DropReason.IMPASSABLE),
        ({"highway": "tertiary", "ice_road": "yes"}, DropReason.ICE),
        ({"highway": "raceway"}, DropReason.NOT_A_ROAD),
        ({"highway": "a value nobody has seen"}, DropReason.NOT_A_ROAD),
        ({"route": "ferry", "motor_vehicle": "no"}, DropReason.FERRY_ON_FOOT),
    ],
)
def test_what_cannot_be_driven_is_dropped_with_its_reason(
    tags: dict[str, str], reason: DropReason
) -> None:
    assert read_tags(tags) is reason


def test_the_narrower_access_tag_decides() -> None:
    assert kept(highway="track", access="no", motor_vehicle="yes").vehicles == ()
    assert kept(highway="track", motorcar="no", motorcycle="yes").vehicles == ("motorbike",)
    assert kept(highway="tertiary", hgv="no").vehicles == ("bus", "car", "motorbike")
    assert kept(highway="tertiary", access="destination").access == "destination"


def test_a_path_for_motorbikes_is_kept_for_them_alone_and_narrow() -> None:
    path = kept(highway="path", motorcycle="yes")
    assert (path.road_class, path.vehicles, path.width_m) == (RoadClass.TRACK, ("motorbike",), 1.0)


def test_four_wheel_drive_only_lets_no_bus_in() -> None:
    assert kept(highway="track", **{"4wd_only": "yes"}).vehicles == ("car", "motorbike")
    assert kept(highway="track", smoothness="very_horrible").vehicles == ("car", "motorbike")


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"oneway": "yes"}, 1),
        ({"oneway": "true"}, 1),
        ({"oneway": "1"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "no"}, 0),
        ({}, 0),
        ({"junction": "roundabout"}, 1),
        ({"junction": "roundabout", "oneway": "no"}, 0),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway_link"}, 0),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, 0),
    ],
)
def test_direction(tags: dict[str, str], direction: int) -> None:
    assert read_direction({"highway": "primary"} | tags) == direction


def test_surface_is_read_or_else_assumed_and_said_so() -> None:
    assert kept(highway="track", surface="fine_gravel").surface is Surface.GRAVEL
    assert not kept(highway="track", surface="dirt").is_surface_assumed
    assert kept(highway="track", tracktype="grade1").surface is Surface.CONCRETE
    assert kept(highway="track").surface is Surface.EARTH
    assert kept(highway="secondary").surface is Surface.ASPHALT
    assert kept(highway="secondary").is_surface_assumed
    assert kept(highway="secondary", surface="yes").is_surface_assumed


def test_dry_only_and_hazards() -> None:
    assert kept(highway="track", ford="yes").is_dry_only
    paved = kept(highway="tertiary", ford="yes", surface="concrete")
    assert (paved.is_dry_only, paved.hazard) == (False, "ford=yes")
    assert kept(highway="track", seasonal="dry_season").is_dry_only
    assert kept(highway="track", incline="18%").hazard == "incline=18%"


def test_limits_are_read_with_their_units() -> None:
    road = kept(highway="tertiary", width="3,5 m", maxwidth="3", maxweight="3500 kg", lanes="2")
    assert (road.width_m, road.max_t, road.lanes) == (3.0, 3.5, 2)


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("4.3", 4.3),
        ("4,3 m", 4.3),
        ("250 cm", 2.5),
        ("12'6\"", 3.81),
        ("default", None),
        ("0", None),
    ],
)
def test_metres(text: str, metres: float | None) -> None:
    assert parse_metres(text) == (metres if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [("7.5", 7.5), ("18 t", 18), ("3500 kg", 3.5), ("none", None), ("9999", None)],
)
def test_tonnes(text: str, tonnes: float | None) -> None:
    assert parse_tonnes(text) == tonnes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20", 20),
        ("00:20", 20),
        ("1:20:00", 80),
        ("PT1H20M", 80),
        ("PT20M", 20),
        ("20 min", 20),
        ("1h20", 80),
        ("often", None),
        ("", None),
    ],
)
def test_minutes(text: str, minutes: float | None) -> None:
    assert parse_minutes(text) == minutes


def test_a_car_ferry_keeps_its_times() -> None:
    ferry = kept(
        route="ferry",
        motor_vehicle="yes",
        duration="00:15",
        interval="00:30",
        opening_hours="06:00-18:00",
    )
    assert (ferry.road_class, ferry.surface) == (RoadClass.FERRY, Surface.WATER)
    assert (ferry.duration_min, ferry.ferry_wait_min, ferry.ferry_hours) == (15, 15, "06:00-18:00")
    assert ferry.vehicles == ()


def test_a_ferry_that_says_nothing_of_vehicles_takes_motorbikes() -> None:
    assert kept(route="ferry", name="bến đò").vehicles == ("motorbike",)


@pytest.mark.parametrize(
    ("tags", "blocks"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "toll_booth"}, False),
        ({"access": "no"}, False),
        ({"highway": "crossing"}, False),
    ],
)
def test_barriers(tags: dict[str, str], blocks: bool) -> None:
    assert (not list_passing(tags)) is blocks


FERRY = {"route": "ferry", "duration": "00:40"}


@pytest.mark.parametrize(
    ("tags", "kinds"),
    [
        ({"vehicle": "yes"}, ()),
        ({"access": "yes"}, ()),
        ({"motor_vehicle": "yes", "highway": "tertiary"}, ()),
        ({"highway": "tertiary"}, ()),
        ({"motorcar": "yes"}, ("bus", "car", "truck")),
        ({"vehicle": "yes", "hgv": "no"}, ("bus", "car", "motorbike")),
        ({"vehicle": "no", "motorcycle": "yes"}, ("motorbike",)),
        ({}, ("motorbike",)),
        ({"highway": "footway"}, ("motorbike",)),
    ],
)
def test_a_ferry_takes_what_its_tags_let_on(tags: dict[str, str], kinds: tuple[str, ...]) -> None:
    reading = read_tags(FERRY | tags)
    assert isinstance(reading, Reading)
    assert (reading.traits.highway, reading.traits.road_class) == ("ferry", RoadClass.FERRY)
    assert reading.traits.duration_min == 40
    assert reading.traits.vehicles == kinds
    assert reading.unread == ()


@pytest.mark.parametrize(
    "tags", [{"vehicle": "no"}, {"access": "no"}, {"access": "private", "highway": "tertiary"}]
)
def test_a_ferry_that_shuts_vehicles_out_is_dropped(tags: dict[str, str]) -> None:
    assert read_tags(FERRY | tags) is DropReason.FERRY_ON_FOOT


def test_a_ferry_that_is_planned_is_none() -> None:
    assert read_tags(FERRY | {"highway": "proposed"}) is DropReason.NOT_THERE
