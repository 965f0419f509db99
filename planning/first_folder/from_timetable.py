"""Makes a first province folder from a published mobile-library timetable."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from planning.first_folder.communes import MARGIN_DEG, FirstCommune
from planning.first_folder.published_timetable import (
    PublishedStop,
    Round,
    Spot,
    find_overlaps,
    list_rounds,
    read_timetable,
)
from planning.first_folder.straight_roads import measure_ways_km, road_features
from planning.first_folder.tables import (
    STARTER,
    Country,
    Row,
    as_csv,
    bus_row,
    settings_text,
    site_row,
)
from planning.first_folder.write import commune_features, write_folder
from province.dates import DateSpan, Month, clock
from province.errors import InputError
from province.findings import Finding, Findings
from province.language import message
from province.places import SERVICE_AREA
from province.settings import WEEKDAYS

WEEKS = 4
"""Services count in four weeks: most stops are weekly to four-weekly."""

CYCLES = 3
"""Four-weekly means are those of twelve weeks, in which a three-weekly stop is made four times."""

SPARE_MIN = 60
"""Minutes before the first and after the last published stop for driving; an assumption."""

SPEED_KMH = 42.0
"""On the way to the first and from the last stop of a published day (see `straight_roads`)."""


@dataclass(frozen=True, slots=True)
class ServiceDriven:
    """What a service drives: rounds of a vehicle from home to home, visits, kilometres.

    Kilometres are those by the roads of the new folder, as those of its plans are.
    """

    rounds: float
    visits: float
    km: float


@dataclass(frozen=True, slots=True)
class Published:
    """What a timetable promises.

    Parameters
    ----------
    stops, vehicles
        Those that the month sees.
    in_month
        What the dates of the month give; the folder's sessions are these visits.
    in_four_weeks
        The mean of the twelve weeks from the first of the month.
    left_out
        Stops that are not visited in the month, as they stand in the file.
    warnings
        What one should know about the rows; a warning names each stop that is left out.
    """

    organisation: str
    stops: int
    vehicles: int
    in_month: ServiceDriven
    in_four_weeks: ServiceDriven
    left_out: tuple[PublishedStop, ...]
    warnings: tuple[Finding, ...]


def create_from_timetable(path: Path, folder: Path, *, country: Country, month: Month) -> Published:
    """Write a province folder in which every stop has the sessions of a month; tell what it drives.

    Roads are straight lines between neighbouring stops, lengthened (`straight_roads`) and marked
    schematic: the planner replaces them by an extract. Each vehicle starts at the stop from which
    its published days begin and end with the least driving, as no timetable says where it is kept.

    Raises
    ------
    InputError
        With every fault of the table, if nothing is visited in the month, or if the folder is
        there already.
    """
    rows, warnings = read_timetable(path, country=country.code)
    span = DateSpan(month.first_day, month.last_day)
    rounds = list_rounds(rows, span)
    if not rounds:
        raise InputError.of(
            path.name, "start, end", "",
            expected=message("a stop that is visited in {month}", month=str(month)),
            advice=message("name a month of the timetable with --month"),
        )  # fmt: skip
    visits = {stop: stop.list_visits(span) for stop in rows}
    stops = [stop for stop in rows if visits[stop]]
    spots = np.array([stop.at for stop in stops])
    fleet = [
        Mobile(f"BUS{number}", f"DEPOT{number}", name, _home(name, rounds))
        for number, name in enumerate(sorted({one.mobile for one in rounds}), 1)
    ]
    homes = {mobile.name: mobile.home for mobile in fleet}
    legs = _measure_rounds(rounds, homes)
    in_month = ServiceDriven(len(rounds), sum(map(len, visits.values())), sum(map(sum, legs)))
    settings = settings_text(
        rows[0].organisation or folder.name,
        country,
        latitude=float(spots[:, 1].mean()),
        longitude=float(spots[:, 0].mean()),
        more=_more_settings(rounds, _longest_min(rounds, legs), in_month.km, month),
    )
    sites = [*map(_depot, fleet), *_sites(stops, [visits[stop] for stop in stops], month)]
    texts = _list_texts(settings, sites, fleet, country, rows[0].organisation, spots)
    with write_folder(folder, texts):
        pass
    left_out = tuple(stop for stop in rows if not visits[stop])
    overlaps = find_overlaps(path.name, rounds)
    return Published(
        rows[0].organisation,
        len(stops),
        len(fleet),
        in_month,
        _mean_of_weeks(rows, month, homes),
        left_out,
        (*warnings, *_tell_left_out(path.name, left_out, month), *overlaps),
    )


def _list_texts(
    settings: str,
    sites: list[Row],
    fleet: list["Mobile"],
    country: Country,
    organisation: str,
    spots: npt.NDArray[np.float64],
) -> dict[str, str]:
    """Return the files of the folder by name."""
    return {
        "province.toml": settings,
        "libraries.csv": as_csv(sites),
        "batches.csv": "batch_id,name,books,boxes,mass_kg,depot_id\n",
        "vehicles.csv": as_csv(
            [
                bus_row(one.vehicle_id, one.name, one.depot_id, country)
                | {"seats": 3, "max_grade_pct": 25}
                for one in fleet
            ]
        ),
        "crews.csv": as_csv([_crew(mobile) for mobile in fleet]),
        "communes.geojson": commune_features([_area(organisation, spots)]),
        "roads.geojson": road_features(spots),
    }


@dataclass(frozen=True, slots=True)
class Mobile:
    """A published vehicle: our ids, its name, and where it is kept (lon, lat)."""

    vehicle_id: str
    depot_id: str
    name: str
    home: Spot


def _tell_left_out(name: str, stops: Sequence[PublishedStop], month: Month) -> tuple[Finding, ...]:
    """Return a warning for each stop that the month does not see, which says why."""
    findings = Findings()
    for stop in stops:
        column, value, why = "frequency", stop.rule, message("a rule with a day in the month")
        if stop.start is not None and stop.start > month.last_day:
            column, value, why = "start", stop.start.isoformat(), message("a start by then")
        elif stop.end is not None and stop.end < month.first_day:
            column, value, why = "end", stop.end.isoformat(), message("an end after it begins")
        findings.at(name, stop.line, column).add(
            value,
            expected=message("a visit in {month}: {why}", month=str(month), why=why),
            advice=message("{stop} is left out of the folder", stop=stop.name),
            is_warning=True,
        )
    return findings.warnings


def _home(mobile: str, rounds: Sequence[Round]) -> Spot:
    """Return the stop with the least distance to the ends of all rounds, each taken once."""
    own = sorted(
        {one.stops for one in rounds if one.mobile == mobile}, key=lambda day: [s.line for s in day]
    )
    ends = [stop.at for day in own for stop in (day[0], day[-1])]
    places = sorted({stop.at for day in own for stop in day})
    return min(places, key=lambda place: (sum(_far_km(place, end) for end in ends), place))


def _far_km(a: Spot, b: Spot) -> float:
    return float(Geod(ellps="WGS84").inv(*a, *b)[2]) / 1000


def _measure_rounds(rounds: Sequence[Round], homes: dict[str, Spot]) -> list[list[float]]:
    """Return the kilometres of every leg of every round, by the roads that the folder gets."""
    places = sorted({stop.at for one in rounds for stop in one.stops})
    number = {place: k for k, place in enumerate(places)}
    ways = measure_ways_km(np.array(places))
    measured = []
    for one in rounds:
        home = homes[one.mobile]
        way = [number[spot] for spot in (home, *(stop.at for stop in one.stops), home)]
        measured.append([float(ways[a, b]) for a, b in pairwise(way)])
    return measured


def _longest_min(rounds: Sequence[Round], legs: Sequence[Sequence[float]]) -> int:
    """Return the minutes of the longest round, from home to home."""
    return max(
        max(stop.departure_min for stop in one.stops)
        - min(stop.arrival_min for stop in one.stops)
        + math.ceil((own[0] + own[-1]) / SPEED_KMH * 60)
        for one, own in zip(rounds, legs, strict=True)
    )


def _mean_of_weeks(
    rows: Sequence[PublishedStop], month: Month, homes: dict[str, Spot]
) -> ServiceDriven:
    """Return what is driven in four weeks, in the mean of twelve, by the vehicles of the month."""
    last = month.first_day + timedelta(days=7 * WEEKS * CYCLES - 1)
    own = [stop for stop in rows if stop.mobile in homes]
    rounds = list_rounds(own, DateSpan(month.first_day, last))
    legs = _measure_rounds(rounds, homes)
    visits = sum(len(one.stops) for one in rounds)
    return ServiceDriven(len(rounds) / CYCLES, visits / CYCLES, sum(map(sum, legs)) / CYCLES)


def _more_settings(rounds: Sequence[Round], longest_min: int, km: float, month: Month) -> list[str]:
    """Return settings that let days be as long as the longest published one, home to home."""
    stops = [stop for one in rounds for stop in one.stops]
    earliest = max(0, min(stop.arrival_min for stop in stops) - SPARE_MIN)
    latest = min(1440, max(stop.departure_min for stop in stops) + SPARE_MIN)
    seen = {one.day.weekday() for one in rounds} | set(range(5))
    weekdays = ", ".join(f'"{WEEKDAYS[day]}"' for day in sorted(seen))
    return [
        f"duty_max_day_min = {min(1440, max(60, longest_min))}  # the longest published day",
        f"published_km = {round(km)}  # in {month}, by these roads",
        f"earliest_start_min = {earliest}",
        f"latest_end_min = {latest}",
        "daylight_only = false",
        "max_nights = 0",
        "leg_buffer_min = 0",
        f"work_weekdays = [{weekdays}]",
        f"work_days_per_week = {max(6, _most_days_a_week(rounds))}",
        f"work_days_in_a_row = {min(31, max(6, _most_days_in_a_row(rounds)))}",
        "",
        "[service]  # the published minutes hold everything",
        "session_setup_min = 0",
        "session_crew_min = 1",
    ]


def _most_days_a_week(rounds: Sequence[Round]) -> int:
    """Return on how many days of a week, Monday to Sunday, a vehicle is out at most."""
    weeks: dict[tuple[str, date], set[date]] = {}
    for one in rounds:
        monday = one.day - timedelta(days=one.day.weekday())
        weeks.setdefault((one.mobile, monday), set()).add(one.day)
    return max(map(len, weeks.values()))


def _most_days_in_a_row(rounds: Sequence[Round]) -> int:
    """Return how many days in a row a vehicle is out at most."""
    days = {(one.mobile, one.day) for one in rounds}
    most = 0
    for mobile, first in days:
        length = 1
        while (mobile, first + timedelta(days=length)) in days:
            length += 1
        most = max(most, length)
    return most


def _sites(
    stops: Sequence[PublishedStop], visits: Sequence[tuple[date, ...]], month: Month
) -> list[Row]:
    opens, closes = min(s.arrival_min for s in stops), max(s.departure_min for s in stops)
    num_days = (month.last_day - month.first_day).days + 1
    return [
        site_row(
            f"S{number:03d}", stop.name, "client_centre", "00001", stop.at,
            hours=f"Mo-Su {clock(opens)}-{clock(closes)}",
            takes="session",
            enrolled_from=month.first_day.isoformat(),
            sessions_per_month=len(days),
            session_gap_days=max(1, num_days // len(days) - 3),
            session_min=max(1, stop.departure_min - stop.arrival_min),
        )
        for number, (stop, days) in enumerate(zip(stops, visits, strict=True), 1)
    ]  # fmt: skip


def _depot(mobile: Mobile) -> Row:
    return site_row(mobile.depot_id, mobile.name, "depot", "00001", mobile.home, note=STARTER)


def _crew(mobile: Mobile) -> Row:
    return {
        "crew_id": f"C-{mobile.vehicle_id}", "name": mobile.name, "members": 2,
        "depot_id": mobile.depot_id, "drives": "bus", "skills": "session|exchange|training",
        "note": STARTER,
    }  # fmt: skip


def _area(organisation: str, spots: npt.NDArray[np.float64]) -> FirstCommune:
    """Return one commune around all stops: a timetable knows no others."""
    outline = shapely.MultiPoint(spots).convex_hull.buffer(MARGIN_DEG)
    centre = outline.centroid
    seat = centre.x, centre.y
    name = organisation or "1"
    return FirstCommune("00001", name, 0, seat, outline, is_schematic=True, kind=SERVICE_AREA)
