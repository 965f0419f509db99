"""Makes a first province folder from a published mobile-library timetable.

The timetable follows the public schema for mobile library stops: one row a stop, coordinates in
degrees or British grid, days by name, frequency as an RRULE (RFC 5545).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from dateutil.rrule import rrulestr
from pyproj import Geod

from planning.first_folder.communes import MARGIN_DEG, FirstCommune
from planning.first_folder.straight_roads import DETOUR, road_features
from planning.first_folder.tables import STARTER, Country, Row, as_csv, bus_row, settings_text
from planning.first_folder.write import commune_features, write_folder
from province.cells import Clock, Lat, Lon, Text
from province.dates import Month, clock
from province.errors import InputError
from province.findings import Findings
from province.language import message
from province.rows import Row as TableRow
from province.tables import read_table

Day = tuple[str, str, str]
Spot = tuple[float, float]

WEEKS = 4
"""A service's cycle is measured over four weeks: most are weekly to four-weekly."""

CYCLES = 3
"""Cycles of four weeks over which visits are counted: a three-weekly stop is made four times."""

SPARE_MIN = 60
"""Minutes before the first and after the last published stop for driving; an assumption."""


class TimetableRow(TableRow):
    """A row of a mobile-library-stops table, as far as planning needs it."""

    organisation: str = ""
    mobile: Text
    route: str = ""
    community: str = ""
    stop: Text
    geox: Lon
    geoy: Lat
    day: Text
    arrival: Clock
    departure: Clock
    frequency: str = "FREQ=WEEKLY"


@dataclass(frozen=True, slots=True)
class Published:
    """What a timetable promises in four weeks: visits, and the kilometres it drives for them."""

    organisation: str
    stops: int
    vehicles: int
    visits: int
    km: int


def create_from_timetable(path: Path, folder: Path, *, country: Country, month: Month) -> Published:
    """Write a province folder in which every published stop has its sessions; tell what it drives.

    Roads are straight lines between neighbouring stops, 1.3 times as long, marked schematic: the
    planner replaces them by an extract. Each vehicle starts at the stop from which its published
    days begin and end with the least driving, as no timetable says where it is kept.

    Raises
    ------
    InputError
        With every fault of the table, or if the folder is there already.
    """
    rows = _read(path)
    days = _days(rows)
    spots = np.array([(row.geox, row.geoy) for row in rows])
    fleet = [
        Mobile(f"BUS{number}", f"DEPOT{number}", name, _home(name, days))
        for number, name in enumerate(sorted({row.mobile for row in rows}), 1)
    ]
    texts = {
        "province.toml": settings_text(
            rows[0].organisation or folder.name,
            country,
            latitude=float(spots[:, 1].mean()),
            longitude=float(spots[:, 0].mean()),
            more=_more_settings(rows, max(_measure_min(day) for day in days.values())),
        ),
        "libraries.csv": as_csv([*map(_depot, fleet), *_sites(rows, month)]),
        "batches.csv": "batch_id,name,books,boxes,mass_kg,depot_id\n",
        "vehicles.csv": as_csv([_vehicle(mobile, country) for mobile in fleet]),
        "crews.csv": as_csv([_crew(mobile) for mobile in fleet]),
        "communes.geojson": commune_features([_area(rows, spots)]),
        "roads.geojson": road_features(spots),
    }
    with write_folder(folder, texts):
        pass
    homes = {mobile.name: mobile.home for mobile in fleet}
    return Published(
        rows[0].organisation,
        len(rows),
        len(fleet),
        sum(count_visits(row.frequency) for row in rows),
        round(sum(_measure_km(key, day, homes) for key, day in days.items())),
    )


@dataclass(frozen=True, slots=True)
class Mobile:
    """A published vehicle: our ids, its name, and where it is kept (lon, lat)."""

    vehicle_id: str
    depot_id: str
    name: str
    home: Spot


def _read(path: Path) -> list[TimetableRow]:
    findings = Findings()
    table = read_table(path.parent, path.name, TimetableRow, findings, synonyms={})
    for line, row, _ in table.rows:
        try:
            count_visits(row.frequency)
        except (ValueError, TypeError, KeyError) as error:
            findings.add(
                path.name,
                line,
                "frequency",
                row.frequency,
                expected=message("an RRULE like FREQ=WEEKLY;INTERVAL=2"),
                advice=message("correct it: {fault}", fault=str(error)),
            )
        if row.departure < row.arrival:
            findings.add(
                path.name,
                line,
                "departure",
                clock(row.departure),
                expected=message("not before the arrival, {time}", time=clock(row.arrival)),
                advice=message("correct one of the two"),
            )
    if not table.rows and not findings.faults:
        findings.add(
            path.name, None, "", "", expected=message("at least one stop"),
            advice=message("export the timetable again"),
        )  # fmt: skip
    if findings.faults:
        raise InputError(findings.faults)
    return [row for _, row, _ in table.rows]


def count_visits(frequency: str) -> int:
    """Return how often a stop is made in four weeks, at least once."""
    start = datetime(2026, 1, 5, 12)  # noqa: DTZ001 - a plain Monday
    end = start + timedelta(days=7 * WEEKS * CYCLES - 1)
    times = rrulestr(frequency or "FREQ=WEEKLY", dtstart=start).between(start, end, inc=True)
    return max(1, round(len(times) / CYCLES))


def _days(rows: list[TimetableRow]) -> dict[Day, list[TimetableRow]]:
    """Return the stops of each published day of a vehicle, in order of arrival."""
    days: dict[Day, list[TimetableRow]] = defaultdict(list)
    for row in rows:
        days[row.mobile, row.route, row.day].append(row)
    return {key: sorted(day, key=lambda row: (row.arrival, row.stop)) for key, day in days.items()}


def _home(mobile: str, days: dict[Day, list[TimetableRow]]) -> Spot:
    """Return the stop with the least distance to the first and last stops of all days."""
    own = [day for key, day in days.items() if key[0] == mobile]
    ends = [(row.geox, row.geoy) for day in own for row in (day[0], day[-1])]
    stops = sorted({(row.geox, row.geoy) for day in own for row in day})
    return min(stops, key=lambda stop: (sum(_far_km(stop, end) for end in ends), stop))


def _far_km(a: Spot, b: Spot) -> float:
    return float(Geod(ellps="WGS84").inv(*a, *b)[2]) / 1000


def _measure_km(key: Day, day: list[TimetableRow], homes: dict[str, Spot]) -> float:
    """Return the kilometres of a published day in four weeks, straight lines made longer."""
    home = homes[key[0]]
    places = [home, *((row.geox, row.geoy) for row in day), home]
    km = sum(_far_km(a, b) for a, b in pairwise(places)) * DETOUR
    return km * max(count_visits(row.frequency) for row in day)


def _measure_min(day: list[TimetableRow]) -> int:
    return max(row.departure for row in day) - min(row.arrival for row in day)


def _more_settings(rows: list[TimetableRow], longest_min: int) -> list[str]:
    """Return settings that let days be as long as the published ones, with the driving before."""
    earliest = max(0, min(row.arrival for row in rows) - SPARE_MIN)
    latest = min(1440, max(row.departure for row in rows) + SPARE_MIN)
    weekend = any(row.day.lower().startswith("s") for row in rows)
    return [
        f"duty_max_day_min = {max(60, longest_min + 2 * SPARE_MIN)}  # the longest published day",
        f"earliest_start_min = {earliest}",
        f"latest_end_min = {latest}",
        "daylight_only = false",
        "max_nights = 0",
        "leg_buffer_min = 0",
        f"works_on_weekends = {str(weekend).lower()}",
        "",
        "[service]  # the published minutes hold everything",
        "session_setup_min = 0",
        "session_crew_min = 1",
    ]


def _sites(rows: list[TimetableRow], month: Month) -> list[Row]:
    opens, closes = min(row.arrival for row in rows), max(row.departure for row in rows)
    found: list[Row] = []
    for number, row in enumerate(rows, 1):
        visits = count_visits(row.frequency)
        found.append(
            {
                "site_id": f"S{number:03d}",
                "name": ", ".join(
                    dict.fromkeys(part for part in (row.community, row.stop) if part)
                ),
                "kind": "client_centre",
                "commune_code": "00001",
                "lon": round(row.geox, 6),
                "lat": round(row.geoy, 6),
                "hours": f"Mo-Su {clock(opens)}-{clock(closes)}",
                "takes": "session",
                "enrolled_from": month.first_day.isoformat(),
                "sessions_per_month": visits,
                "session_gap_days": max(1, 7 * WEEKS // visits - 3),
                "session_min": max(1, row.departure - row.arrival),
            }
        )
    return found


def _depot(mobile: Mobile) -> Row:
    return {
        "site_id": mobile.depot_id,
        "name": mobile.name,
        "kind": "depot",
        "commune_code": "00001",
        "lon": round(mobile.home[0], 6),
        "lat": round(mobile.home[1], 6),
        "takes": "none",
        "note": STARTER,
    }


def _vehicle(mobile: Mobile, country: Country) -> Row:
    bus = bus_row(mobile.vehicle_id, mobile.name, mobile.depot_id, country)
    return bus | {"seats": 3, "max_grade_pct": 25}


def _crew(mobile: Mobile) -> Row:
    return {
        "crew_id": f"C-{mobile.vehicle_id}", "name": mobile.name, "members": 2,
        "depot_id": mobile.depot_id, "drives": "bus", "skills": "session|exchange|training",
        "note": STARTER,
    }  # fmt: skip


def _area(rows: list[TimetableRow], spots: npt.NDArray[np.float64]) -> FirstCommune:
    """Return one commune around all stops: a timetable knows no others."""
    outline = shapely.MultiPoint(spots).convex_hull.buffer(MARGIN_DEG)
    centre = outline.centroid
    name = rows[0].organisation or "1"
    return FirstCommune("00001", name, 0, (centre.x, centre.y), outline, is_schematic=True)
