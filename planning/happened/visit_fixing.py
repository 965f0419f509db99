"""What a planner fixes about visits, or frees again: rows of `visit_pins.csv`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planning.find_plan import list_plans
from planning.happened.happening import Concern, Happening, Words, list_options, make_id
from planning.plan_file import read_plan
from province.changes import LostRow, NewRow
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.find_name import Known, find_one
from province.ids import SiteId, VisitId
from province.language import message
from province.visit_pins import VisitPin

FILE = "visit_pins.csv"
OPTIONS = {
    "task": "--task",
    "date": "--date",
    "vehicle_id": "--vehicle",
    "crew_id": "--crew",
    "not_before": "--not-before",
    "not_after": "--not-after",
    "note": "--note",
}
"""The columns that say what is fixed, and the option of each on the line."""

DAYS = ("date", "not_before", "not_after")


@dataclass(frozen=True, slots=True)
class WantedPin:
    """What is to be fixed about a visit.

    Parameters
    ----------
    key
        ``visit_id`` or ``site_id``, and which.
    site_id
        The site that is served.
    cells
        What is fixed, by the columns of the table.
    """

    key: tuple[str, str]
    site_id: SiteId
    cells: Mapping[str, str]


def list_planned_sites(folder: Path) -> dict[VisitId, SiteId]:
    """Return the visits of the plans in force that can be read, each with the site it serves."""
    sites: dict[VisitId, SiteId] = {}
    for _, path in list_plans(folder):
        try:
            plan = read_plan(path)
        except InputError:
            continue
        sites |= {visit.visit_id: visit.receiver_id for visit in plan.visits}
    return sites


def fix_visit(
    province: Province, planned: Mapping[VisitId, SiteId], name: str, cells: Mapping[str, str]
) -> Happening:
    """Return the row that fixes something about a visit, or about the visits of a site.

    Parameters
    ----------
    planned
        The visits that plans have, and the sites that they serve.
    name
        The id of a visit, or the id or name of a site.

    Raises
    ------
    InputError
        If there is no such visit or site.
    """
    visit_id = VisitId(name)
    if visit_id in planned:
        return fix_visits(province, [WantedPin(("visit_id", name), planned[visit_id], cells)])
    sites = (Known(site.site_id, site.name) for site in province.sites)
    expected = message("a visit of a plan by its id, or a site, by id or name")
    advice = message("{file} lists them", file="libraries.csv")
    found = find_one(sites, name, file=FILE, expected=expected, advice=advice)
    return fix_visits(province, [WantedPin(("site_id", found), SiteId(found), cells)])


def fix_visits(province: Province, wanted: Iterable[WantedPin]) -> Happening:
    """Return a row for each visit of which the table does not say just that already.

    Raises
    ------
    InputError
        If a vehicle or crew is none.
    """
    ids = [pin.pin_id for pin in province.pins]
    known = {tuple(sorted(_list_cells(pin).items())) for pin in province.pins}
    rows: list[NewRow] = []
    sites: set[SiteId] = set()
    days: list[date] = []
    for pin in wanted:
        key, value = pin.key
        told = {key: value} | {column: cell for column, cell in pin.cells.items() if cell}
        sites.add(pin.site_id)
        days += [date.fromisoformat(told[column]) for column in DAYS if column in told]
        if tuple(sorted((told | {"note": ""}).items())) in known:
            continue
        new_id = make_id([*ids, *(row.row for row in rows)], "P")
        rows.append(NewRow(FILE, new_id, (("pin_id", new_id), *told.items())))
    undo = ("pin", *(row.row for row in rows), "--undo")
    return Happening(tuple(rows), undo, _concern(sites, days))


def free_visits(
    province: Province, planned: Mapping[VisitId, SiteId], names: Iterable[str]
) -> Happening:
    """Return what deletes some rows; raise InputError for an id that none has."""
    pins = {str(pin.pin_id): pin for pin in province.pins}
    lost: list[VisitPin] = []
    for name in names:
        if name not in pins:
            raise InputError.of(
                FILE, "pin_id", name,
                expected=message("the id of a row"),
                advice=message("one of {choices}", choices=", ".join(pins) or "-"),
            )  # fmt: skip
        lost.append(pins[name])
    first, *others = [_write_line(pin) for pin in lost]
    sites = {pin.site_id or planned.get(pin.visit_id or VisitId("")) for pin in lost}
    days = [day for pin in lost for day in (pin.day, pin.not_before, pin.not_after) if day]
    return Happening(
        tuple(LostRow(FILE, pin.pin_id) for pin in lost),
        first,
        _concern({site for site in sites if site is not None}, days),
        more_undo=tuple(others),
    )


def _concern(sites: set[SiteId], days: Iterable[date]) -> Concern:
    """Return the visits at some sites in the months of some days; without any, in every month."""
    months = sorted(Month.of(day) for day in days)
    if not months:
        return Concern(date.min, None, sites=frozenset(sites))
    return Concern(months[0].first_day, months[-1].last_day, sites=frozenset(sites))


def _list_cells(pin: VisitPin) -> dict[str, str]:
    """Return the cells of a row that say something, without its id and its note."""
    cells = {
        "visit_id": pin.visit_id,
        "site_id": pin.site_id,
        "task": pin.task and pin.task.value,
        "date": pin.day and pin.day.isoformat(),
        "vehicle_id": pin.vehicle_id,
        "crew_id": pin.crew_id,
        "not_before": pin.not_before and pin.not_before.isoformat(),
        "not_after": pin.not_after and pin.not_after.isoformat(),
    }
    return {column: str(cell) for column, cell in cells.items() if cell} | {"note": ""}


def _write_line(pin: VisitPin) -> Words:
    cells = _list_cells(pin) | {"note": pin.note}
    options = list_options(*((OPTIONS[column], cells.get(column, "")) for column in OPTIONS))
    return ("pin", str(pin.visit_id or pin.site_id), *options)
