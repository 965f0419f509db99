"""When a ferry of OpenStreetMap sails, how long it takes, how long one waits."""

from collections.abc import Mapping

from province.cells import CellError, parse_hours
from routing.osm.quantities import parse_minutes

USUAL_WAIT_MIN = 15  # assumption: where OpenStreetMap names no interval


def read_ferry_times(tags: Mapping[str, str]) -> tuple[str, int, float | None]:
    """Return hours in the OpenStreetMap syntax ("" unknown), mean wait, crossing minutes."""
    hours = tags.get("opening_hours", tags.get("service_times", ""))
    try:
        parse_hours(hours)
    except CellError:
        hours = ""
    interval_min = parse_minutes(tags.get("interval", ""))
    wait_min = USUAL_WAIT_MIN if interval_min is None else round(interval_min / 2)
    return hours, wait_min, parse_minutes(tags.get("duration", ""))
