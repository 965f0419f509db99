"""Holds the place and the time zone of the settings against where the sites are.

Daylight is computed from them: with those of another country, trips drive in the dark.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from province.facts import Province
from province.findings import Findings
from province.language import message

MOST_DEGREES = 2.0
"""The sun rises 8 minutes later two degrees further west."""

MOST_HOURS = 3.5
"""No inhabited place keeps a time further from its sun; western China comes nearest."""

DOUBTFUL_HOURS = 1.75


def check_sun(province: Province, findings: Findings) -> None:
    """Add a finding where latitude, longitude or time zone cannot be those of the sites."""
    if not province.sites:
        return
    trips = province.settings.trips
    lats = sorted(site.lat for site in province.sites)
    lons = sorted(site.lon for site in province.sites)
    for column, value, places in (
        ("trips.latitude", trips.latitude, lats),
        ("trips.longitude", trips.longitude, lons),
    ):
        if not places[0] - MOST_DEGREES <= value <= places[-1] + MOST_DEGREES:
            findings.at("province.toml", None, column).add(
                f"{value:g}",
                expected=message(
                    "a place among the sites, {first} to {last} degrees",
                    first=f"{places[0]:.2f}",
                    last=f"{places[-1]:.2f}",
                ),
                advice=message("daylight is computed from it: write that of the depot"),
            )
    zone = province.settings.province.timezone
    away = abs(_offset_hours(zone) - lons[len(lons) // 2] / 15)
    away = min(away, 24 - away)
    if away > DOUBTFUL_HOURS:
        findings.at("province.toml", None, "province.timezone").add(
            zone,
            expected=message(
                "the time zone of the sites; this one is {hours} h from their sun",
                hours=f"{away:.1f}",
            ),
            advice=message("take a name from the list of IANA time zones"),
            is_warning=away <= MOST_HOURS,
        )


def _offset_hours(zone: str) -> float:
    """Return the hours that a time zone is ahead of UTC in winter."""
    offsets = [ZoneInfo(zone).utcoffset(datetime(2026, month, 1)) for month in (1, 7)]  # noqa: DTZ001
    return min(offset.total_seconds() / 3600 for offset in offsets if offset is not None)
