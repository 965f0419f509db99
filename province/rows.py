"""The columns of each table of a province folder."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from province.agenda import EntryEffect, EntryKind, ZoneRule
from province.cells import (
    Clock,
    Day,
    Hours,
    Kinds,
    Lat,
    Lon,
    NumberFromZero,
    Post,
    Spans,
    Text,
    Whole,
    WholeFromOne,
    Words,
    Yes,
    one_of,
)
from province.fleet import VehicleKind
from province.journal import EntryType
from province.places import SiteKind
from province.roads import ClosureEffect, RoadClass, Surface
from province.stock import Condition


class Row(BaseModel):
    """One line of a table."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class LibraryRow(Row):
    """A line of `libraries.csv`."""

    site_id: Text
    name: Text
    kind: SiteKind
    commune_code: Text
    lon: Lon
    lat: Lat
    phone: str = ""
    keyholder: str = ""
    hours: Hours = "Mo-Su 00:00-24:00"
    takes: Annotated[str, BeforeValidator(one_of("rotation", "session", "both", "none"))]
    enrolled_from: Day | None = None
    enrolled_until: Day | None = None
    capacity_books: Whole = 0
    population: Whole = 0
    students: Whole = 0
    languages: Words = ()
    audiences: Words = ()
    network: str = "public"
    lodging_beds: Whole = 0
    sessions_per_month: Whole = 0
    session_gap_days: Whole = 7
    session_min: Whole = 0
    handover_site: str = ""
    note: str = ""


class BatchRow(Row):
    """A line of `batches.csv`."""

    batch_id: Text
    name: Text
    books: WholeFromOne
    boxes: WholeFromOne
    mass_kg: NumberFromZero
    owner: str = ""
    networks: Words = ()
    condition: Condition = Condition.GOOD
    depot_id: Text
    min_stay_months: WholeFromOne | None = None
    max_stay_months: WholeFromOne | None = None
    resting_until: Day | None = None
    pinned_site: str = ""
    pinned_until: Day | None = None
    note: str = ""


class TitleRow(Row):
    """A line of `batch_titles.csv`."""

    batch_id: Text
    title_id: Text
    title: Text
    category_id: Text
    copies: WholeFromOne


class VehicleRow(Row):
    """A line of `vehicles.csv`."""

    vehicle_id: Text
    name: Text
    kind: VehicleKind
    depot_id: Text
    capacity_boxes: Whole
    capacity_kg: NumberFromZero
    shelf_books: Whole = 0
    sessions: Yes = False
    seats: WholeFromOne
    width_m: NumberFromZero
    gross_t: NumberFromZero
    max_grade_pct: NumberFromZero
    cost_vnd_per_km: Whole
    cost_vnd_per_day: Whole
    unavailable: Spans = ()
    note: str = ""
    height_m: NumberFromZero | None = None


class CrewRow(Row):
    """A line of `crews.csv`."""

    crew_id: Text
    name: Text
    members: WholeFromOne
    depot_id: Text
    drives: Words
    skills: Words
    days_off: Spans = ()
    note: str = ""


class SegmentRow(Row):
    """The properties of a feature of `roads.geojson` or `roads.gpkg`."""

    segment_id: Text
    ref: str = ""
    name: str = ""
    road_class: RoadClass
    surface: Surface
    length_m: NumberFromZero
    rise_m: NumberFromZero = 0.0
    fall_m: NumberFromZero = 0.0
    steepest_pct: NumberFromZero = 0.0
    width_m: NumberFromZero | None = None
    max_t: NumberFromZero | None = None
    oneway: Yes = False
    dry_only: Yes = False
    ferry_hours: Hours = ""
    ferry_wait_min: Whole = 0
    hazard: str = ""
    km_from: NumberFromZero | None = None
    schematic: Yes = False
    start_node: int | None = None
    end_node: int | None = None
    max_height_m: NumberFromZero | None = None
    vehicles: Kinds = ()
    duration_min: NumberFromZero | None = None


class MapClosureRow(Row):
    """A row of the table `closures` of `roads.gpkg`."""

    closure_id: Text
    segment_id: Text
    hours: Hours = ""
    outside_hours: Yes = False
    vehicles: Kinds = ()
    max_t: NumberFromZero | None = None
    max_height_m: NumberFromZero | None = None
    max_width_m: NumberFromZero | None = None
    reason: str = ""


class TurnRow(Row):
    """A row of the table `turns` of `roads.gpkg`."""

    turn_id: Text
    step: Whole
    segment_id: Text
    forward: Yes
    vehicles: Kinds = ()
    hours: Hours = ""


class ClosureRow(Row):
    """A line of `closures.csv`."""

    closure_id: Text
    segment_id: str = ""
    ref: str = ""
    km_from: Post | None = None
    km_to: Post | None = None
    commune_code: str = ""
    area_id: str = ""
    from_date: Day
    to_date: Day | None = None
    from_time: Clock = 0
    to_time: Clock = 1440
    effect: ClosureEffect
    reason: str = ""
    source: str = ""


class CalendarRow(Row):
    """A line of `calendar.csv`."""

    entry_id: Text
    kind: EntryKind
    name: Text
    rule: str = ""
    start_date: Day
    days: WholeFromOne = 1
    until: Day | None = None
    commune_code: str = ""
    site_id: str = ""
    effect: EntryEffect
    note: str = ""


class LoansRow(Row):
    """A line of `loans.csv`."""

    date: Day
    site_id: Text
    category_id: Text
    uses: Whole
    months: NumberFromZero


class RequestRow(Row):
    """A line of `requests.csv`."""

    date: Day
    site_id: Text
    category_id: Text
    books: WholeFromOne
    note: str = ""


class KitRow(Row):
    """A line of `kits.csv`."""

    kit_id: Text
    name: Text
    site_id: Text
    boxes: Whole
    mass_kg: NumberFromZero
    ready_date: Day
    due_date: Day
    note: str = ""


class ZoneRow(Row):
    """A line of `zones.csv`."""

    zone_id: Text
    commune_code: Text
    from_date: Day
    to_date: Day
    rule: ZoneRule
    note: str = ""


class LedgerRow(Row):
    """A line of `ledger.csv`."""

    entry_id: Text
    date: Day
    type: EntryType
    batch_id: Text
    from_site: Text
    to_site: Text
    books: Whole
    boxes: Whole
    trip_id: str = ""
    voids: str = ""
    note: str = ""


class AreaRow(Row):
    """The properties of a feature of `closure_areas.geojson`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    area_id: Text
    name: str = ""


class CommuneRow(Row):
    """The properties of a feature of `communes.geojson`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    code: Text
    name: Text
    kind: str = ""
    province_code: Text
    area_km2: NumberFromZero
    population: Whole
    seat_lon: Lon
    seat_lat: Lat
    is_border: Yes = False
    schematic: Yes = False
