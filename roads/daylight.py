"""Sunrise and sunset."""

import functools
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import ephem


@functools.lru_cache(maxsize=1024)
def measure_daylight(
    day: date, latitude: float, longitude: float, timezone: str
) -> tuple[int, int]:
    """Return the minutes after midnight, local time, of sunrise and sunset (upper limb).

    Places where the sun does not rise or set that day get the whole day, (0, 1440).
    """
    zone = ZoneInfo(timezone)
    observer = ephem.Observer()
    observer.lat, observer.lon = str(latitude), str(longitude)
    noon = datetime.combine(day, time(12), zone).astimezone(ZoneInfo("UTC"))
    observer.date = ephem.Date(noon.replace(tzinfo=None))
    try:
        moments = (
            observer.previous_rising(ephem.Sun()).datetime(),
            observer.next_setting(ephem.Sun()).datetime(),
        )
    except (ephem.AlwaysUpError, ephem.NeverUpError):
        return 0, 1440
    local = [moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone) for moment in moments]
    rise, sunset = (moment.hour * 60 + moment.minute for moment in local)
    return rise, sunset
