"""Sessions that no site can hold on the shortest day: found by check, avoided by new folders."""

from dataclasses import replace

import pytest

from planning.check_sessions import check_sessions, find_longest_min, find_shortest_day
from planning.first_folder.from_map import list_light_settings
from planning.first_folder.tables import HOURS, describe_country
from province.facts import Province
from province.findings import Finding, Findings
from province.settings import TripSettings

NORTH = TripSettings(latitude=60.2, longitude=24.9)
HELSINKI = "Europe/Helsinki"


def test_the_shortest_day_is_in_december_in_the_north_and_in_june_in_the_south() -> None:
    day, rise, dusk = find_shortest_day(NORTH, HELSINKI)
    # almanac: 9:24 to 15:13
    assert (day.month, rise, dusk) == (12, pytest.approx(564, abs=2), pytest.approx(913, abs=2))
    south = TripSettings(latitude=-33.9, longitude=151.2)
    assert find_shortest_day(south, "Australia/Sydney")[0].month == 6


def test_the_longest_span_lies_within_hours_daylight_and_the_way() -> None:
    # until 12:00 from 9:24 on; after 13:00 until 15:13; with an hour's way less
    assert find_longest_min(HOURS, NORTH, HELSINKI) == pytest.approx(720 - 564, abs=2)
    assert find_longest_min(HOURS, NORTH, HELSINKI, drive_min=60) == pytest.approx(96, abs=2)
    assert find_longest_min(HOURS, NORTH, HELSINKI, is_light=True) == 240
    assert find_longest_min("Mo 10:00-11:30", NORTH, HELSINKI) == 90


def find(province: Province, **trips: object) -> list[Finding]:
    settings = province.settings
    own = settings.model_copy(
        update={
            "trips": settings.trips.model_copy(update=trips),
            "province": settings.province.model_copy(update={"timezone": HELSINKI}),
        }
    )
    findings = Findings()
    check_sessions(replace(province, settings=own), findings)
    return list(findings.warnings)


def test_check_says_what_clashes(small: Province) -> None:
    north = {"latitude": 60.2, "longitude": 24.9}
    (site, *_) = [s for s in small.sites if s.takes_sessions and s.sessions_per_month]
    short = replace(
        small, sites=tuple(replace(s, hours=HOURS) if s is site else s for s in small.sites)
    )
    own = [f for f in find(short, **north) if f.value.startswith(site.site_id)]
    assert ["within daylight" in f.expected.template for f in own] == [True]
    assert not [f for f in find(short, daylight_only=False, **north) if f.value in own[0].value]
    never = replace(
        small,
        sites=tuple(replace(s, hours="Mo 08:00-09:00") if s is site else s for s in small.sites),
    )
    (told,) = [f for f in find(never, daylight_only=False) if f.value.startswith(site.site_id)]
    assert dict(told.expected.values)["longest"] == 60


@pytest.mark.parametrize(
    ("country", "seat", "is_dark"),
    [
        ("VN", (103.9, 21.3), False), ("LI", (9.5, 47.1), True), ("FI", (24.9, 60.2), True),
        ("NO", (25.8, 71.0), False),  # the sun does not rise: nobody drives by it
    ],
)  # fmt: skip
def test_a_new_folder_can_hold_sessions_in_its_winter(country, seat, is_dark) -> None:
    settings = list_light_settings(seat, describe_country(country))
    assert [text.split(" = ")[0] for text in settings] == ["daylight_only"] * is_dark
