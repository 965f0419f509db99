"""A plan of the small province made by hand, to be edited: no optimiser is asked."""

import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from edited_months import make_empty_plan

from exports.tables import trips_csv
from planning.edit.edited_plan import PlanEdit, edit_plan, open_plan
from planning.plan import Plan
from planning.survey import survey_province
from province.dates import Month
from province.facts import Province, digest_facts
from province.visits import Movement

DECEMBER = Month(2026, 12)
NAMES = ("trip_id", "vehicle_id", "crew_id", "date", "sequence", "visit_id")
# B3 stands at TV1 and goes to TV4, B2 comes home from TV2; B4 and B5 come from the depot.
MOVES = (
    Movement("B3", DECEMBER, "TV1", "TV4"),
    Movement("B5", DECEMBER, "KHO", "TV1"),
    Movement("B2", DECEMBER, "TV2", "KHO"),
    Movement("B4", DECEMBER, "KHO", "TV2"),
)
TRIPS = (
    "1 XE2 D2 02 TV1-X TV4-X",
    "2 XE1 D1 03 TV1-S1",
    "3 XE2 D2 04 TV2-X",
)
"""Trips that keep every rule: name, vehicle, crew, day of December, visits."""


def make_base(province: Province, folder: Path) -> Plan:
    """Return a plan with the trips; the sessions at TV2 and TH1 are left out."""
    return make_by_hand(province, folder, MOVES, TRIPS)


def make_by_hand(
    province: Province, folder: Path, moves: tuple[Movement, ...], trips: tuple[str, ...]
) -> Plan:
    """Return a plan of given moves and trips, whatever a search would find; it keeps every rule.

    Parameters
    ----------
    folder
        Where a table of the trips is written.
    """
    survey = survey_province(province, DECEMBER)
    problem = survey.pose_trips(survey.list_visits(moves))
    empty = make_empty_plan(problem)
    rotation = dataclasses.replace(empty.rotation, movements=moves)
    digest = digest_facts(province)
    first = dataclasses.replace(empty, rotation=rotation, asked=moves, facts_digest=digest)
    edit = edit_table(province, first, write_table(folder / "base.csv", *trips))
    assert edit.violations == ()
    return dataclasses.replace(edit.plan, former_trips=())


def list_rows(*trips: str) -> list[dict[str, str]]:
    """Return the rows of trips like those of `TRIPS`; a visit may name its own day: ``X@04``."""
    rows = []
    for trip in trips:
        name, vehicle, crew, day, *visits = trip.split()
        for number, visit in enumerate(visits, 1):
            visit_id, _, own = visit.partition("@")
            cells = name, vehicle, crew, f"2026-12-{own or day}", str(number), visit_id
            rows.append(dict(zip(NAMES, cells, strict=True)))
    return rows


def write_table(path: Path, *trips: str) -> Path:
    return write_rows(path, list_rows(*trips))


def write_rows(path: Path, rows: Iterable[Mapping[str, str]], separator: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, NAMES, delimiter=separator, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_rows(plan: Plan, province: Province) -> list[dict[str, str]]:
    """Return the rows of the plan's own trips.csv."""
    ((_, content),) = trips_csv.draw(plan, province, "vi")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def edit_table(province: Province, plan: Plan, file: Path) -> PlanEdit:
    return edit_plan(open_plan(province.folder, province, plan), file)
