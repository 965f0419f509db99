"""First folders from a published timetable and from a map: read, complete, and planned from."""

import json
from pathlib import Path

import pytest

from planning.first_folder.from_timetable import count_visits, create_from_timetable
from planning.first_folder.straight_roads import road_features
from planning.first_folder.tables import describe_country
from province.dates import Month
from province.errors import InputError
from province.read import read_province

DECEMBER = Month(2026, 12)
HEADINGS = (
    "organisation,mobile,route,community,stop,address,postcode,geox,geoy,day,type,arrival,"
    "departure,frequency,start,end,exceptions,timetable\n"
)
STOPS = (
    "Shire,Van 1,A,Alton,Green,,,-1.00,51.00,Monday,Public,10:00,10:20,FREQ=WEEKLY;INTERVAL=2,,,,\n"
    "Shire,Van 1,A,Bere,Inn,,,-1.10,51.00,Monday,Public,11:00,11:45,FREQ=WEEKLY;INTERVAL=2,,,,\n"
    "Shire,Van 1,A,Cole,Hall,,,-1.00,51.10,Tuesday,Public,10:00,10:30,FREQ=WEEKLY;INTERVAL=4,,,,\n"
)


def timetable(folder: Path, text: str = STOPS) -> Path:
    path = folder / "timetable.csv"
    path.write_text(HEADINGS + text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("frequency", "visits"),
    # in 12 weeks: 12, 6, 4, 3 and 2 or 3 visits; a four-week month has a third of them
    [("FREQ=WEEKLY", 4), ("FREQ=WEEKLY;INTERVAL=2", 2), ("FREQ=WEEKLY;INTERVAL=3", 1),
     ("FREQ=WEEKLY;INTERVAL=4", 1), ("FREQ=MONTHLY;BYDAY=2MO", 1), ("", 4)],
)  # fmt: skip
def test_visits_in_four_weeks(frequency: str, visits: int) -> None:
    assert count_visits(frequency) == visits


def test_a_timetable_becomes_a_province_with_every_stop_and_its_minutes(tmp_path: Path) -> None:
    folder = tmp_path / "Hạt Shire"
    published = create_from_timetable(
        timetable(tmp_path), folder, country=describe_country("GB"), month=DECEMBER
    )
    province = read_province(folder)
    stops = [site for site in province.sites if site.takes_sessions]
    assert [(s.name, s.session_min, s.sessions_per_month, s.session_gap_days) for s in stops] == [
        ("Alton, Green", 20, 2, 11), ("Bere, Inn", 45, 2, 11), ("Cole, Hall", 30, 1, 25)
    ]  # fmt: skip
    assert province.settings.province.currency == "GBP"
    assert province.settings.province.timezone == "Europe/London"
    assert province.has_schematic_roads
    # days begin and end at Green, Inn, Hall, Hall: from the Hall 11.1 + 13.2 + 0 + 0 = 24.3 km, from
    # Green 0 + 7.0 + 11.1 + 11.1 = 29.2: the van is kept at the Hall
    depot = province.depots[0]
    assert (depot.lon, depot.lat) == (-1.0, 51.1)
    # Mondays 11.13 + 7.02 + 13.16 km, twice in four weeks; Tuesdays none; by road 1.3 times as far
    assert published.km == pytest.approx(2 * (11.13 + 7.02 + 13.16) * 1.3, abs=1)
    assert (published.stops, published.vehicles, published.visits) == (3, 1, 5)


def test_a_folder_from_a_timetable_is_planned(tmp_path: Path) -> None:
    from planning.month import plan_month

    folder = tmp_path / "shire"
    create_from_timetable(
        timetable(tmp_path), folder, country=describe_country("GB"), month=DECEMBER
    )
    plan = plan_month(read_province(folder), DECEMBER, work=0.05)
    assert plan.violations == ()
    assert (plan.totals.visits_served, plan.totals.visits) == (5, 5)


def test_every_fault_of_a_timetable_is_told_and_nothing_written(tmp_path: Path) -> None:
    damaged = (
        STOPS.replace("10:20", "09:20")
        .replace("51.10", "151.10")
        .replace("FREQ=WEEKLY;INTERVAL=4", "SOMETIMES")
    )
    with pytest.raises(InputError) as error:
        create_from_timetable(
            timetable(tmp_path, damaged), tmp_path / "x", country=describe_country("GB"),
            month=DECEMBER,
        )  # fmt: skip
    assert {(f.row, f.column) for f in error.value.findings} >= {(2, "departure"), (4, "geoy")}
    assert not (tmp_path / "x").exists()


def test_straight_roads_join_all_places() -> None:
    import networkx as nx
    import numpy as np

    rng = np.random.default_rng(3)
    for spots in (
        rng.uniform(0, 1, (30, 2)),
        np.array([[0, 0], [1, 0], [2, 0.0]]),
        np.zeros((1, 2)),
    ):
        graph = nx.Graph()
        graph.add_nodes_from(map(tuple, np.unique(np.round(spots, 6), axis=0).tolist()))
        for feature in json.loads(road_features(spots))["features"]:
            a, b = feature["geometry"]["coordinates"]
            graph.add_edge(tuple(a), tuple(b))
        assert nx.is_connected(graph)


def test_a_country_brings_language_currency_and_time_zone() -> None:
    andorra = describe_country("AD")
    assert (andorra.language, andorra.currency, andorra.timezone) == ("ca", "EUR", "Europe/Andorra")
    with pytest.raises((KeyError, LookupError)):
        describe_country("ZZ")
