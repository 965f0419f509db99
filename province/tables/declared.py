"""The tables of a province folder: the rows of each, what tells them apart, what they refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from province.tables import rows


@dataclass(frozen=True, slots=True)
class DeclaredTable:
    """A table of the province folder.

    Parameters
    ----------
    row
        The model of its rows.
    ids
        Columns that tell a row from all others; none: rows may be alike.
    refers
        What stands in columns that refer to something (`province.tables.references`).
    is_required
        Whether there must be such a file.
    prefix
        Columns that start with it are of any number.
    dated
        Column with the day that a row speaks of, by which communes were called what they were then.
    """

    row: type[rows.Row]
    ids: tuple[str, ...] = ()
    refers: Mapping[str, str] = field(default_factory=dict)
    is_required: bool = False
    prefix: str = ""
    dated: str = ""


BOOKS_PREFIX = "books_"
TABLES: dict[str, DeclaredTable] = {
    "libraries.csv": DeclaredTable(
        rows.LibraryRow,
        ("site_id",),
        {"commune_code": "commune", "handover_site": "site"},
        is_required=True,
    ),
    "batches.csv": DeclaredTable(
        rows.BatchRow,
        ("batch_id",),
        {"depot_id": "depot", "pinned_site": "site"},
        is_required=True,
        prefix=BOOKS_PREFIX,
    ),
    "batch_titles.csv": DeclaredTable(
        rows.TitleRow,
        ("batch_id", "title_id"),
        {"batch_id": "batch", "category_id": "category"},
    ),
    "batch_copies.csv": DeclaredTable(rows.CopyRow, ("barcode",), {"batch_id": "batch"}),
    "vehicles.csv": DeclaredTable(
        rows.VehicleRow, ("vehicle_id",), {"depot_id": "home"}, is_required=True
    ),
    "crews.csv": DeclaredTable(rows.CrewRow, ("crew_id",), {"depot_id": "depot"}, is_required=True),
    "closures.csv": DeclaredTable(
        rows.ClosureRow,
        ("closure_id",),
        {"segment_id": "segment", "ref": "ref", "commune_code": "commune", "area_id": "area"},
        dated="from_date",
    ),
    "calendar.csv": DeclaredTable(
        rows.CalendarRow,
        ("entry_id",),
        {"site_id": "site", "commune_code": "commune"},
        dated="start_date",
    ),
    "wishes.csv": DeclaredTable(
        rows.WishRow, ("wish_id",), {"event_id": "event", "site_id": "site"}
    ),
    "loans.csv": DeclaredTable(
        rows.LoansRow, refers={"site_id": "site", "category_id": "category"}
    ),
    "system_loans.csv": DeclaredTable(
        rows.LoansRow,
        ("date", "site_id", "category_id"),
        {"site_id": "site", "category_id": "category"},
    ),
    "requests.csv": DeclaredTable(
        rows.RequestRow, refers={"site_id": "site", "category_id": "category"}
    ),
    "kits.csv": DeclaredTable(
        rows.KitRow,
        ("kit_id",),
        {"site_id": "site", "depot_id": "depot", "event_id": "event", "after": "course"},
    ),
    "zones.csv": DeclaredTable(
        rows.ZoneRow, ("zone_id",), {"commune_code": "commune"}, dated="from_date"
    ),
    "visit_pins.csv": DeclaredTable(
        rows.PinRow,
        ("pin_id",),
        {"site_id": "site", "vehicle_id": "vehicle", "crew_id": "crew"},
    ),
    "models.csv": DeclaredTable(
        rows.ModelRow, ("model_id",), {"commune_code": "commune"}, dated="established"
    ),
    "activities.csv": DeclaredTable(rows.ActivityRow, ("activity_id",), {"site_id": "site"}),
    "staff.csv": DeclaredTable(
        rows.StaffRow,
        ("staff_id",),
        {"site_id": "site", "course_id": "course", "invitation_id": "invitation"},
    ),
    "invitations.csv": DeclaredTable(
        rows.InvitationRow, ("invitation_id",), {"course_id": "course", "staff_id": "staff"}
    ),
    "courses.csv": DeclaredTable(
        rows.CourseRow, ("course_id",), {"site_id": "site", "fund_id": "fund"}
    ),
    "partners.csv": DeclaredTable(
        rows.PartnerRow, ("partner_id",), {"commune_code": "commune"}, dated="from_date"
    ),
    "funds.csv": DeclaredTable(rows.FundRow, ("fund_id",)),
    "expenses.csv": DeclaredTable(rows.ExpenseRow, ("expense_id",), {"fund_id": "fund"}),
    "unit_reports.csv": DeclaredTable(
        rows.UnitReportRow,
        ("entry_id",),
        {"commune_code": "commune", "report_id": "report"},
        dated="received",
    ),
    "remedies.csv": DeclaredTable(rows.RemedyRow, ("remedy_id",), {"model_id": "model"}),
    "old_units.csv": DeclaredTable(
        rows.OldUnitRow, ("old_code", "until", "commune_code"), {"commune_code": "commune"}
    ),
    "ledger.csv": DeclaredTable(
        rows.LedgerRow,
        ("entry_id",),
        {"batch_id": "batch", "from_site": "site", "to_site": "site"},
    ),
}

REFERENCES = tuple(
    (file, column, what) for file, table in TABLES.items() for column, what in table.refers.items()
)
"""File, column, and what stands in it; an empty cell refers to nothing."""
