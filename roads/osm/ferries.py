"""When a ferry of OpenStreetMap sails, how long it takes, how long one waits."""

from collections.abc import Mapping
from typing import Any

from province.cells import parse_hours
from province.findings import CellError
from roads.osm.quantities import parse_minutes
from roads.osm.vehicle_limits import Unread

USUAL_WAIT_MIN = 15  # assumption: where OpenStreetMap names no interval
MOST_MIN = 24 * 60.0  # a crossing, or a wait, of more than a day is none


def read_ferry_times(tags: Mapping[str, str]) -> tuple[dict[str, Any], Unread]:
    """Return when a ferry sails and how long it takes, as traits, and what was not read of it.

    Its hours ("" unknown) are in the OpenStreetMap syntax; the mean wait and the crossing, which
    is None where unknown, in minutes.
    """
    unread = []
    key = "opening_hours" if "opening_hours" in tags else "service_times"
    hours = tags.get(key, "")
    try:
        if hours:
            parse_hours(hours)
    except CellError:
        unread.append((key, hours))
        hours = ""
    minutes: dict[str, float | None] = {}
    for name in ("interval", "duration"):
        text = tags.get(name, "")
        told = parse_minutes(text)
        if text and (told is None or not 0 < told <= MOST_MIN):
            unread.append((name, text))
            told = None
        minutes[name] = told
    interval_min = minutes["interval"]
    wait_min = USUAL_WAIT_MIN if interval_min is None else round(interval_min / 2)
    times = {
        "ferry_hours": hours,
        "ferry_wait_min": wait_min,
        "duration_min": minutes["duration"],
    }
    return times, tuple(unread)
