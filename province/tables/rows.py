"""The columns of each table of a province folder."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator

from province.agenda import EntryEffect, EntryKind, ZoneRule
from province.cells import (
    AreaKm2,
    Beds,
    Books,
    BooksFromOne,
    Boxes,
    BoxesFromOne,
    CellError,
    Clock,
    Day,
    DaysBetween,
    DaysFromOne,
    Hours,
    Id,
    IdOrNone,
    Kilograms,
    Kinds,
    Lat,
    Lon,
    Metres,
    MinutesOfDay,
    Money,
    Months,
    NodeId,
    People,
    Percent,
    Post,
    Remark,
    RideMinutes,
    Seats,
    SessionsAMonth,
    Spans,
    StayMonths,
    Steepness,
    StepNumber,
    Text,
    Tonnes,
    Uses,
    WidthMetres,
    Words,
    Yes,
    one_of,
)
from province.fleet import VehicleKind
from province.invisible import INVISIBLE
from province.journal import EntryType
from province.language import message
from province.places import SiteKind
from province.roads import ClosureEffect, RoadClass, Surface
from province.stock import Condition


class Row(BaseModel):
    """One line of a table."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

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


class LibraryRow(Row):
    """A line of `libraries.csv`."""

    site_id: Id
    name: Text
    kind: SiteKind
    commune_code: Id
    lon: Lon
    lat: Lat
    phone: Remark = ""
    keyholder: Remark = ""
    hours: Hours = "Mo-Su 00:00-24:00"
    takes: Annotated[str, BeforeValidator(one_of("rotation", "session", "both", "none"))]
    enrolled_from: Day | None = None
    enrolled_until: Day | None = None
    capacity_books: Books = 0
    population: People = 0
    students: People = 0
    languages: Words = ()
    audiences: Words = ()
    network: Remark = "public"
    lodging_beds: Beds = 0
    sessions_per_month: SessionsAMonth = 0
    session_gap_days: DaysBetween = 7
    session_min: MinutesOfDay = 0
    handover_site: IdOrNone = ""
    note: Remark = ""


class BatchRow(Row):
    """A line of `batches.csv`."""

    batch_id: Id
    name: Text
    books: BooksFromOne
    boxes: BoxesFromOne
    mass_kg: Kilograms
    owner: Remark = ""
    networks: Words = ()
    condition: Condition = Condition.GOOD
    depot_id: Id
    min_stay_months: StayMonths | None = None
    max_stay_months: StayMonths | None = None
    resting_until: Day | None = None
    pinned_site: IdOrNone = ""
    pinned_until: Day | None = None
    note: Remark = ""


class TitleRow(Row):
    """A line of `batch_titles.csv`."""

    batch_id: Id
    title_id: Id
    title: Text
    category_id: Id
    copies: BooksFromOne


class VehicleRow(Row):
    """A line of `vehicles.csv`."""

    vehicle_id: Id
    name: Text
    kind: VehicleKind
    depot_id: Id
    capacity_boxes: Boxes
    capacity_kg: Kilograms
    shelf_books: Books = 0
    sessions: Yes = False
    seats: Seats
    width_m: WidthMetres
    gross_t: Tonnes
    max_grade_pct: Percent
    cost_vnd_per_km: Money
    cost_vnd_per_day: Money
    unavailable: Spans = ()
    note: Remark = ""
    height_m: WidthMetres | None = None


class CrewRow(Row):
    """A line of `crews.csv`."""

    crew_id: Id
    name: Text
    members: Seats
    depot_id: Id
    drives: Words
    skills: Words
    days_off: Spans = ()
    note: Remark = ""


class SegmentRow(Row):
    """The properties of a feature of `roads.geojson` or `roads.gpkg`."""

    segment_id: Id
    ref: str = ""
    name: str = ""
    road_class: RoadClass
    surface: Surface
    length_m: Metres
    rise_m: Metres = 0.0
    fall_m: Metres = 0.0
    steepest_pct: Steepness = 0.0
    width_m: WidthMetres | None = None
    max_t: Tonnes | None = None
    oneway: Yes = False
    dry_only: Yes = False
    ferry_hours: Hours = ""
    ferry_wait_min: MinutesOfDay = 0
    hazard: str = ""
    km_from: Post | None = None
    schematic: Yes = False
    start_node: NodeId | None = None
    end_node: NodeId | None = None
    max_height_m: WidthMetres | None = None
    vehicles: Kinds = ()
    duration_min: RideMinutes | None = None


class MapClosureRow(Row):
    """A row of the table `closures` of `roads.gpkg`."""

    closure_id: Id
    segment_id: Id
    hours: Hours = ""
    outside_hours: Yes = False
    vehicles: Kinds = ()
    max_t: Tonnes | None = None
    max_height_m: WidthMetres | None = None
    max_width_m: WidthMetres | None = None
    reason: str = ""


class TurnRow(Row):
    """A row of the table `turns` of `roads.gpkg`."""

    turn_id: Id
    step: StepNumber
    segment_id: Id
    forward: Yes
    vehicles: Kinds = ()
    hours: Hours = ""


class ClosureRow(Row):
    """A line of `closures.csv`."""

    closure_id: Id
    segment_id: IdOrNone = ""
    ref: str = ""
    km_from: Post | None = None
    km_to: Post | None = None
    commune_code: IdOrNone = ""
    area_id: IdOrNone = ""
    from_date: Day
    to_date: Day | None = None
    from_time: Clock = 0
    to_time: Clock = 1440
    effect: ClosureEffect
    reason: Remark = ""
    source: Remark = ""


class CalendarRow(Row):
    """A line of `calendar.csv`."""

    entry_id: Id
    kind: EntryKind
    name: Text
    rule: Remark = ""
    start_date: Day
    days: DaysFromOne = 1
    until: Day | None = None
    commune_code: IdOrNone = ""
    site_id: IdOrNone = ""
    effect: EntryEffect
    note: Remark = ""


class LoansRow(Row):
    """A line of `loans.csv`."""

    date: Day
    site_id: Id
    category_id: Id
    uses: Uses
    months: Months


class RequestRow(Row):
    """A line of `requests.csv`."""

    date: Day
    site_id: Id
    category_id: Id
    books: BooksFromOne
    note: Remark = ""


class KitRow(Row):
    """A line of `kits.csv`."""

    kit_id: Id
    name: Text
    site_id: Id
    boxes: Boxes
    mass_kg: Kilograms
    ready_date: Day
    due_date: Day
    note: Remark = ""


class ZoneRow(Row):
    """A line of `zones.csv`."""

    zone_id: Id
    commune_code: Id
    from_date: Day
    to_date: Day
    rule: ZoneRule
    note: Remark = ""


class LedgerRow(Row):
    """A line of `ledger.csv`."""

    entry_id: Id
    date: Day
    type: EntryType
    batch_id: Id
    from_site: Id
    to_site: Id
    books: Books
    boxes: Boxes
    trip_id: IdOrNone = ""
    voids: IdOrNone = ""
    note: Remark = ""


class AreaRow(Row):
    """The properties of a feature of `closure_areas.geojson`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    area_id: Id
    name: str = ""


class CommuneRow(Row):
    """The properties of a feature of `communes.geojson`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    code: Id
    name: Text
    kind: str = ""
    province_code: Id
    area_km2: AreaKm2
    population: People
    seat_lon: Lon
    seat_lat: Lat
    is_border: Yes = False
    schematic: Yes = False
