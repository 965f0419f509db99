"""Makes a first province folder from a published mobile-library timetable.

The timetable follows the public schema for mobile library stops: one row a stop, coordinates in
degrees or British grid, days by name, frequency as an RRULE (RFC 5545).
"""

import math
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
from planning.first_folder.straight_roads import measure_ways_km, road_features
from planning.first_folder.tables import STARTER, Country, Row, as_csv, bus_row, settings_text
from planning.first_folder.write import commune_features, write_folder
from province.cells import Clock, Lat, Lon, Text
from province.dates import Month, clock
from province.errors import InputError
from province.findings import Findings
from province.language import message
from province.places import SERVICE_AREA
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

SPEED_KMH = 40.0
"""On the way to the first and from the last stop of a published day; an assumption."""


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
    """What a timetable promises in four weeks: visits, and the kilometres it drives for them.

    Kilometres are those by the roads of the new folder, as those of its plans are.
    """

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
    driven = _measure_days(rows, days, {mobile.name: mobile.home for mobile in fleet})
    km = round(sum(day.km * day.times for day in driven))
    texts = {
        "province.toml": settings_text(
            rows[0].organisation or folder.name,
            country,
            latitude=float(spots[:, 1].mean()),
            longitude=float(spots[:, 0].mean()),
            more=_more_settings(rows, max(day.minutes for day in driven), km),
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
    return Published(
        rows[0].organisation,
        len(rows),
        len(fleet),
        sum(count_visits(row.frequency) for row in rows),
        km,
    )


@dataclass(frozen=True, slots=True)
class DrivenDay:
    """A published day: kilometres and minutes from home to home, and how often in four weeks."""

    km: float
    minutes: int
    times: int


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


def _measure_days(
    rows: list[TimetableRow], days: dict[Day, list[TimetableRow]], homes: dict[str, Spot]
) -> list[DrivenDay]:
    """Return what every published day drives, by the roads that the folder gets."""
    number = {(row.geox, row.geoy): place for place, row in enumerate(rows)}
    ways = measure_ways_km(np.array([(row.geox, row.geoy) for row in rows]))
    driven = []
    for (mobile, _, _), day in days.items():
        home = homes[mobile]
        stops = [number[spot] for spot in (home, *((r.geox, r.geoy) for r in day), home)]
        legs = [float(ways[a, b]) for a, b in pairwise(stops)]
        minutes = max(row.departure for row in day) - min(row.arrival for row in day)
        minutes += math.ceil((legs[0] + legs[-1]) / SPEED_KMH * 60)
        driven.append(DrivenDay(sum(legs), minutes, max(count_visits(r.frequency) for r in day)))
    return driven


def _more_settings(rows: list[TimetableRow], longest_min: int, km: int) -> list[str]:
    """Return settings that let days be as long as the longest published one, home to home."""
    earliest = max(0, min(row.arrival for row in rows) - SPARE_MIN)
    latest = min(1440, max(row.departure for row in rows) + SPARE_MIN)
    weekend = any(row.day.lower().startswith("s") for row in rows)
    return [
        f"duty_max_day_min = {min(1440, max(60, longest_min))}  # the longest published day",
        f"published_km = {km}  # in four weeks, by these roads",
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
    seat = centre.x, centre.y
    return FirstCommune("00001", name, 0, seat, outline, is_schematic=True, kind=SERVICE_AREA)
