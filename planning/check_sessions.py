"""Finds sites that no session can be held at on the shortest days of the year, and says why."""

from datetime import date, timedelta

from planning.service_minutes import measure_session_min
from province.dates import clock
from province.days import open_hours
from province.facts import Province
from province.findings import Findings
from province.language import message
from province.settings import TripSettings
from roads.daylight import measure_daylight

SOLSTICES = (date(2026, 6, 21), date(2026, 12, 21))
"""One of them has the shortest day, wherever a place is; hardly any later in other years."""


def check_sessions(province: Province, findings: Findings) -> None:
    """Add a warning for each site whose sessions cannot be held on the shortest day.

    Time on the way is not counted: what is found cannot work even next door.
    """
    settings = province.settings
    trips, zone = settings.trips, settings.province.timezone
    for site in province.sites:
        if not (site.takes_sessions and site.sessions_per_month and site.enrolled_from):
            continue
        needed = measure_session_min(settings.service, site.session_min)
        if find_longest_min(site.hours, trips, zone) >= needed:
            continue
        whole = find_longest_min(site.hours, trips, zone, is_light=True)
        day, rise, dusk = find_shortest_day(trips, zone)
        if whole >= needed:
            expected = message(
                "hours that hold a session of {needed} minutes, with setting up, within daylight: "
                "{rise} to {dusk} on {day}",
                needed=needed,
                rise=clock(rise),
                dusk=clock(dusk),
                day=day.strftime("%d/%m"),
            )
            advice = message(
                "shorten session_min, lengthen hours, or set trips.daylight_only = false"
            )
        else:
            expected = message(
                "hours that hold a session of {needed} minutes, with setting up; the longest are "
                "{longest}",
                needed=needed,
                longest=whole,
            )
            advice = message("shorten session_min, or lengthen hours")
        findings.at("libraries.csv", None, "hours").add(
            f"{site.site_id}: {site.hours}", expected=expected, advice=advice, is_warning=True
        )


def find_shortest_day(trips: TripSettings, timezone: str) -> tuple[date, int, int]:
    """Return the shortest day of the year with its sunrise and sunset, minutes after midnight."""
    place = trips.latitude, trips.longitude, timezone
    days = [(day, *measure_daylight(day, *place)) for day in SOLSTICES]
    return min(days, key=lambda found: found[2] - found[1])


def find_longest_min(
    hours: str, trips: TripSettings, timezone: str, *, drive_min: int = 0, is_light: bool = False
) -> int:
    """Return the minutes of the longest span in which a site is open in the week of that day.

    Parameters
    ----------
    drive_min
        Minutes on the way there, and back.
    is_light
        Whether driving in the dark is allowed, whatever the settings say.
    """
    day, first, last = find_shortest_day(trips, timezone)
    if is_light or not trips.daylight_only:
        first, last = 0, 1440
    first, last = max(first, trips.earliest_start_min), min(last, trips.latest_end_min)
    spans = [
        min(window.closes_min, last - drive_min) - max(window.opens_min, first + drive_min)
        for number in range(7)
        for window in open_hours(hours, day + timedelta(days=number))
    ]
    return max(spans, default=0)
