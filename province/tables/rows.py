"""The lines of the tables of a province folder, made of the facts that declare their columns.

The fields of a fact are its columns: `province.cells` has their types, each with what it refuses
and what an empty cell means. Where a table says a fact in other columns, they stand here.
"""

import dataclasses
import functools
import types
import typing
from typing import Annotated, Any, NewType, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator

from province import cells
from province.agenda import CalendarEntry, EventWish, Zone
from province.findings import CellError
from province.fleet import Crew, Kinds, Vehicle
from province.invisible import INVISIBLE
from province.journal import LedgerEntry
from province.language import message
from province.old_units import OldUnit
from province.places import Commune, Site
from province.programme_facts import (
    Activity,
    Course,
    Expense,
    Fund,
    Invitation,
    LibraryModel,
    Partner,
    Remedy,
    Staff,
    UnitReport,
)
from province.roads import Closure, ClosureArea, Segment
from province.stock import Batch, BatchCopy, BatchTitle, Kit, Loans, Request
from province.visit_pins import VisitPin

Fact = TypeVar("Fact")


class Row(BaseModel):
    """One line of a table."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _visible(cls, value: Any) -> Any:
        """Refuse what nobody sees, in properties of maps as well, where JSON lets it through."""
        if isinstance(value, str) and INVISIBLE.search(value):
            raise CellError(
                message("text without control characters and overrides of the writing direction"),
                message("type the cell again"),
            )
        return value


def make_row_model(fact: Any, *without: str, **instead: Any) -> type[Row]:
    """Return the model of a line that tells a fact: a column a field, in the same order.

    A column may be empty where its field has a default, may be None, or is of a type that says
    what an empty cell means.

    Parameters
    ----------
    fact
        The dataclass.
    without
        Fields that no column tells.
    instead
        Types of columns that differ from their field's, or that no field has.
    """
    hints = typing.get_type_hints(fact, include_extras=True)
    columns: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    for field in dataclasses.fields(fact):
        if field.name in without:
            continue
        heading = _list_headings(fact)[field.name]
        columns[heading] = kind = _make_column(instead.get(field.name, hints[field.name]))
        if field.default is not dataclasses.MISSING:
            defaults[heading] = field.default
        elif type(None) in typing.get_args(_strip(kind)):
            defaults[heading] = None
    columns |= {name: kind for name, kind in instead.items() if name not in hints}
    doc = f"A line of a table that tells a {fact.__name__}."
    namespace = {"__annotations__": columns, "__module__": __name__, "__doc__": doc}
    model: type[Row] = types.new_class(
        f"{fact.__name__}Row", (Row,), exec_body=lambda body: body.update(namespace | defaults)
    )
    return model


@functools.cache
def _list_headings(fact: Any) -> dict[str, str]:
    """Return the heading of each field of a fact."""
    return {
        name: next(
            (
                part.name
                for part in getattr(kind, "__metadata__", ())
                if isinstance(part, cells.Heading)
            ),
            name,
        )
        for name, kind in typing.get_type_hints(fact, include_extras=True).items()
    }


def _make_column(kind: Any) -> Any:
    """Return the type of a column: ids of all kinds are text that may be an id."""
    if isinstance(kind, NewType):
        return cells.Id
    if any(isinstance(part, NewType) for part in typing.get_args(kind)):
        return cells.Id | None
    return kind


def _strip(kind: Any) -> Any:
    """Return a type without what is annotated to it."""
    return kind.__origin__ if hasattr(kind, "__metadata__") else kind


def make_fact(fact: type[Fact], row: Any, **own: Any) -> Fact:
    """Return the fact that a line tells.

    Parameters
    ----------
    own
        The fields that no column tells as they are; what neither tells has its default.
    """
    headings, told = _list_headings(typing.cast(Any, fact)), type(row).model_fields
    columns = {name: heading for name, heading in headings.items() if heading in told}
    return fact(**({name: getattr(row, column) for name, column in columns.items()} | own))


LibraryRow = make_row_model(
    Site, "takes_rotation", "takes_sessions",
    takes=Annotated[str, BeforeValidator(cells.one_of("rotation", "session", "both", "none"))],
)  # fmt: skip
BatchRow = make_row_model(
    Batch, "books_by_category",
    min_stay_months=cells.StayMonths | None, max_stay_months=cells.StayMonths | None,
)  # fmt: skip
TitleRow = make_row_model(BatchTitle)
CopyRow = make_row_model(BatchCopy)
VehicleRow = make_row_model(Vehicle, cost_vnd_per_km=cells.Amount, cost_vnd_per_day=cells.Amount)
CrewRow = make_row_model(Crew, drives=cells.SomeWords)
SegmentRow = make_row_model(Segment, "line")
ClosureRow = make_row_model(
    Closure, "segment_ids", "hours", "is_outside_hours", "vehicles", "max_t", "max_height_m",
    "max_width_m",
)  # fmt: skip
CalendarRow = make_row_model(CalendarEntry)
WishRow = make_row_model(EventWish)
LoansRow = make_row_model(Loans, "place")
RequestRow = make_row_model(Request, "place", note=cells.Remark)
KitRow = make_row_model(Kit)
ZoneRow = make_row_model(Zone, "span", from_date=cells.Day, to_date=cells.Day)
PinRow = make_row_model(VisitPin)
ModelRow = make_row_model(LibraryModel, sites=cells.SomeWords)
ActivityRow = make_row_model(Activity)
StaffRow = make_row_model(Staff)
CourseRow = make_row_model(Course)
InvitationRow = make_row_model(Invitation)
PartnerRow = make_row_model(Partner)
FundRow = make_row_model(Fund)
ExpenseRow = make_row_model(Expense)
UnitReportRow = make_row_model(UnitReport)
RemedyRow = make_row_model(Remedy)
OldUnitRow = make_row_model(OldUnit)
LedgerRow = make_row_model(LedgerEntry, trip_id=cells.IdOrNone, voids=cells.IdOrNone)
AreaRow = make_row_model(ClosureArea, "outline")
CommuneRow = make_row_model(Commune, "outline", province_code=cells.Id)


class MapClosureRow(Row):
    """A row of the table `closures` of `roads.gpkg`."""

    model_config = ConfigDict(extra="forbid")

    closure_id: cells.Id
    segment_id: cells.Id
    hours: cells.Hours = ""
    outside_hours: cells.Yes = False
    vehicles: Kinds = ()
    max_t: cells.Tonnes | None = None
    max_height_m: cells.WidthMetres | None = None
    max_width_m: cells.WidthMetres | None = None
    reason: str = ""


class TurnRow(Row):
    """A row of the table `turns` of `roads.gpkg`."""

    model_config = ConfigDict(extra="forbid")

    turn_id: cells.Id
    step: cells.StepNumber
    segment_id: cells.Id
    forward: cells.Truth
    vehicles: Kinds = ()
    hours: cells.Hours = ""
