"""The settings of a province: what `province.toml` may say, with units, defaults and limits.

Every number may be written plainly or as ``{ value = 600, unit = "min", source = "Law 36/2024 art.
64" }``; `Settings.sources` keeps the sources by dotted key, so that documents can cite them.
Defaults are the values of the shipped table of operating parameters; the ones called assumptions
there are assumptions here.
"""

from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, ValidationInfo, field_validator, model_validator

from province.cells import Id
from province.cost_settings import CostSettings
from province.countries import USUAL_COUNTRY, own_currency, own_zone
from province.event_settings import EventSettings
from province.findings import CellError
from province.handover_settings import HandoverSettings
from province.language import Language, message
from province.learn_settings import LearnSettings
from province.ledger_settings import LedgerSettings
from province.lockdown_settings import LockdownSettings
from province.model_settings import ModelSettings
from province.paper_settings import PaperSettings
from province.places import SiteKind
from province.programme_settings import (
    CriterionSettings,
    GoalSettings,
    ReportSettings,
    TargetSettings,
)
from province.replan_settings import ReplanSettings
from province.road_settings import RoadSettings
from province.rollout_settings import RolloutSettings
from province.settings_part import NotNegative, Part, PositiveInt
from province.simulate_settings import SimulateSettings
from province.training_settings import TrainingSettings

Share = Annotated[float, Field(ge=0, le=1)]
Minute = Annotated[int, Field(ge=0, le=1440)]
Weekday = Literal["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]

WEEKDAYS: tuple[Weekday, ...] = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
"""Monday first, as `date.weekday` counts them; the names are those of opening hours."""
Audience = Literal["child", "teen", "adult"]
DayMinutes = Annotated[int, Field(gt=0, le=1440)]


class ProvinceSettings(Part):
    """Who we are."""

    code: str
    name: str
    language: Language = "vi"
    country: str = Field(USUAL_COUNTRY, description="ISO 3166-1 alpha-2, for public holidays")
    currency: str = Field(default_factory=own_currency)
    timezone: str = Field(default_factory=own_zone)
    organisation: str = ""
    phone: str = ""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise CellError(
                message("a time zone such as {zone}", zone="Asia/Ho_Chi_Minh"),
                message("take a name from the list of IANA time zones"),
            )
        return value


class CategorySettings(Part):
    """One category of books."""

    id: Id
    subject: str
    audience: Audience
    language: str
    name: str
    classes: tuple[str, ...] = Field(
        (), description="first digits of the Dewey classes that belong to it, for `compose`"
    )


class DemandSettings(Part):
    """Where the prior demand comes from (methods in docs/methods-rotation.md)."""

    uses_per_person_month: float = Field(
        0.012, gt=0, le=1_000, description="uses per inhabitant and month"
    )
    uses_per_student_month: float = Field(
        0.06, gt=0, le=1_000, description="uses per pupil and month"
    )
    prior_months: float = Field(
        6.0, gt=0, le=1_200, description="months of observation the prior is worth"
    )
    access_half_min: float = Field(
        240.0, gt=0, le=100_000, description="minutes from the depot at which uses per person halve"
    )
    holiday_share: Share = Field(
        0.5, description="pupils' uses in a month without school, as a share; an assumption"
    )
    uses_per_request: float = Field(
        2.0, ge=0, le=1_000, description="uses that a requested book brings; an assumption"
    )
    request_months: int = Field(
        3, ge=1, le=60, description="months over which a request is met; an assumption"
    )
    remote_weight: float = Field(
        0.5, ge=0, le=2, description="extra weight of a use at the remotest library"
    )


class RotationSettings(Part):
    """How batches rotate."""

    horizon_months: int = Field(12, ge=1, le=18)
    min_stay_months: int = Field(1, ge=1, le=6)
    max_stay_months: int = Field(4, ge=1, le=12)
    fade: tuple[Share, ...] = Field(
        (1.0, 0.75, 0.55, 0.4, 0.3, 0.22), description="share of uses in each month of a stay"
    )
    books_for_half_saturation: float = Field(
        120.0, gt=0, le=100_000, description="ν: books of a category that reach 63 % of its demand"
    )
    memory_months: int = Field(24, ge=0, le=240, description="how long readers remember titles")
    max_seen_share: Share = 0.2
    max_empty_months: int = Field(2, ge=0, le=36, description="longest time a library stands empty")
    empty_cost_times: NotNegative = Field(
        3.0, description="how many times what its uses are worth (uses_per_million) an exchange may"
        " cost that keeps a library from standing empty; beyond, it is told and not forced; 0:"
        " always forced"
    )  # fmt: skip
    max_batches_per_library: int = Field(2, ge=1, le=5)
    chains: bool = Field(True, description="a batch may go from library to library in one month")
    vehicle_hours_per_month: NotNegative = Field(
        0, description="hours for exchanges in a month; 0: from the fleet"
    )
    uses_per_million: float = Field(
        60.0,
        ge=0,
        le=1_000_000,
        description="uses that one million of the currency must bring to be spent",
    )
    weight_freshness: NotNegative = Field(0.1, description="points per use of an unseen title")
    weight_visit: NotNegative = Field(4.0, description="points an exchange visit costs")
    weight_chain: NotNegative = Field(
        0.5, description="points a batch costs that goes from one library to another"
    )
    weight_stability: NotNegative = Field(
        6.0, description="points per stay changed against last month"
    )
    firm_months: int = Field(
        0, ge=0, le=3, description="months from the one planned on in which what the plan before"
        " announced is kept whatever it costs, as far as the rules allow it still"
    )  # fmt: skip
    weight_unevenness: NotNegative = Field(
        0.1, description="points, times the square of the exchange visits that a month has more or"
        " less than its share (assumption); 0: months may be as uneven as they come"
    )  # fmt: skip


class ServiceSettings(Part):
    """Minutes on the spot."""

    box_handling_min: float = Field(1.5, gt=0, le=600, description="minutes per box and direction")
    paperwork_min: int = Field(15, ge=0, le=1_440)
    session_min: DayMinutes = 180
    session_setup_min: int = Field(30, ge=0, le=720, description="setting up, and again packing up")
    kit_min: int = Field(5, ge=0, le=1_440)
    check_days: int = Field(1, ge=0, le=366, description="days a batch is checked at the depot")
    books_per_box: PositiveInt = 35
    box_kg: float = Field(15.0, gt=0, le=1_000)
    session_crew_min: PositiveInt = 3
    exchange_crew_min: PositiveInt = 2


class ComposeSettings(Part):
    """How batches are composed from the stock."""

    min_copies: PositiveInt = Field(
        3, description="copies a title must have to be lent out; fewer only if bought for rotation"
    )
    left_behind: int = Field(
        1,
        ge=0,
        le=10_000,
        description="copies of a title that stay at home, unless bought for rotation",
    )
    copies_per_batch: PositiveInt = Field(2, description="most copies of a title in one batch")
    books_min: PositiveInt = Field(200, description="fewest books of a batch")
    books_max: PositiveInt = Field(400, description="most books of a batch")
    max_boxes: PositiveInt = Field(12, description="most boxes of a batch")
    book_mass_g: PositiveInt = Field(400, description="grams of a copy whose mass is not known")

    @model_validator(mode="after")
    def _in_order(self) -> "ComposeSettings":
        if self.books_max < self.books_min:
            raise ValueError("books_max of at least books_min")
        return self


class TripSettings(Part):
    """Law and custom on the road."""

    driving_max_day_min: DayMinutes = 600
    driving_max_week_min: Annotated[int, Field(gt=0, le=10_080)] = 2880
    driving_max_continuous_min: DayMinutes = 240
    break_min: DayMinutes = 15
    driving_by_law_min: DayMinutes = Field(
        600, description="driving in a day beyond which no remedy is proposed"
    )
    duty_max_day_min: DayMinutes = 660
    earliest_start_min: Minute = 360
    latest_end_min: Minute = 1140
    daylight_only: bool = Field(True, description="driving only between sunrise and sunset")
    latitude: float = Field(21.3, ge=-90, le=90)
    longitude: float = Field(103.9, ge=-180, le=180)
    max_nights: int = Field(2, ge=0, le=6)
    leg_buffer_min: int = Field(12, ge=0, le=600, description="minutes added to each leg")
    meal_from: Minute = Field(
        690, description="minute of the day from which the meal is taken; an assumption"
    )
    meal_to: Minute = Field(
        810, description="minute of the day by which the meal is over; an assumption"
    )
    meal_min: Minute = Field(
        0, description="minutes for a meal on a long day, at a stretch, without driving or service;"
        " 0: none is asked for"
    )  # fmt: skip
    meal_by_law_min: Minute = Field(
        30, description="minutes for a meal below which no remedy is proposed"
    )
    meal_after_min: Minute = Field(
        360, description="longest day on the road, first leaving to last arriving, without a meal;"
        " the Labour Code 45/2019/QH14, article 109, gives 30 minutes to whoever works six hours"
    )  # fmt: skip
    reload_min: Minute = Field(
        30, description="minutes of loading at the depot before a second trip of the same vehicle"
        " and crew on one day; 0: one trip a day; an assumption",
    )  # fmt: skip
    reload_until: Minute = Field(
        720,
        description="minute of the day by which that loading begins at the latest; an assumption",
    )
    work_weekdays: tuple[Weekday, ...] = Field(
        WEEKDAYS, min_length=1, description="days of the week on which crews work"
    )
    work_days_per_week: int = Field(6, ge=1, le=7, description="working days of a crew in a week")
    works_on_holidays: bool = Field(
        False, description="whether crews are on the road on public holidays"
    )
    work_days_in_a_row: int = Field(
        6, ge=1, le=31, description="days after which a crew has one off; the Labour Code"
        " 45/2019/QH14, article 111, gives a day of rest a week, and that it comes after six days"
        " at most is our reading"
    )  # fmt: skip
    published_km: float = Field(
        0.0,
        ge=0,
        le=10_000_000,
        description="kilometres driven so far for a month's visits; 0: not known",
    )

    @field_validator("meal_min")
    @classmethod
    def _meal_is_a_break_and_fits(cls, value: int, info: ValidationInfo) -> int:
        least = info.data.get("break_min", 0)
        most = info.data.get("meal_to", 0) - info.data.get("meal_from", 0)
        if value and not least <= value <= most:
            raise CellError(
                message("0, or {least} to {most} minutes", least=least, most=most),
                message("a meal is as long as a break at least, and fits in from meal_from to"
                        " meal_to; 0 asks for none"),
            )  # fmt: skip
        return value

    @model_validator(mode="before")
    @classmethod
    def _weekends(cls, raw: Any) -> Any:
        """Read `works_on_weekends` of older folders: false means Monday to Friday."""
        if not isinstance(raw, dict) or "works_on_weekends" not in raw:
            return raw
        rest = {key: value for key, value in raw.items() if key != "works_on_weekends"}
        works = raw["works_on_weekends"]
        if not isinstance(works, bool) or "work_weekdays" in rest:
            raise ValueError("work_weekdays alone, or works_on_weekends = true or false")
        return rest if works else rest | {"work_weekdays": WEEKDAYS[:5]}

    def works_on(self, day: date) -> bool:
        """Whether crews work on the weekday of a day."""
        return WEEKDAYS[day.weekday()] in self.work_weekdays


class SeasonSettings(Part):
    """The wet season, in which dry-only roads are shut."""

    wet_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = (5, 6, 7, 8, 9)


class KindSettings(Part):
    """Who reads at a kind of site."""

    audiences: tuple[Audience, ...] = Field(
        (), description="audiences where the row of a site names none; empty: any"
    )


def _read_by(*audiences: Audience) -> Any:
    return Field(
        KindSettings(audiences=audiences),
        description="`audiences` of a site of this kind whose row names none; empty: any",
    )


class KindsSettings(Part):
    """What kind of site reads what, where its row does not say (ours)."""

    commune_library: KindSettings = _read_by()
    learning_centre: KindSettings = _read_by()
    culture_centre: KindSettings = _read_by()
    post_office: KindSettings = _read_by()
    legal_bookcase: KindSettings = _read_by("adult")
    private_library: KindSettings = _read_by()
    border_post: KindSettings = _read_by("adult")
    school: KindSettings = _read_by("child", "teen")
    treatment_site: KindSettings = _read_by()
    quarantine_site: KindSettings = _read_by()
    front_line_site: KindSettings = _read_by()
    client_centre: KindSettings = _read_by("adult")

    def find(self, kind: SiteKind) -> KindSettings:
        """Return what holds for a kind of site; anybody reads at one that is not named."""
        found: KindSettings = getattr(self, kind.value, KindSettings())
        return found


class Settings(Part):
    """Everything `province.toml` says."""

    format: Literal[1] = 1
    province: ProvinceSettings
    categories: tuple[CategorySettings, ...] = Field(min_length=1)
    demand: DemandSettings = DemandSettings()
    rotation: RotationSettings = RotationSettings()
    service: ServiceSettings = ServiceSettings()
    compose: ComposeSettings = ComposeSettings()
    trips: TripSettings = TripSettings()
    costs: CostSettings = CostSettings()
    handover: HandoverSettings = HandoverSettings()
    replan: ReplanSettings = ReplanSettings()
    simulate: SimulateSettings = SimulateSettings()
    lockdown: LockdownSettings = LockdownSettings()
    events: EventSettings = EventSettings()
    season: SeasonSettings = SeasonSettings()
    roads: RoadSettings = RoadSettings()
    learn: LearnSettings = LearnSettings()
    rollout: RolloutSettings = RolloutSettings()
    models: ModelSettings = ModelSettings()
    training: TrainingSettings = TrainingSettings()
    targets: TargetSettings = TargetSettings()
    goals: tuple[GoalSettings, ...] = ()
    criteria: tuple[CriterionSettings, ...] = ()
    reports: tuple[ReportSettings, ...] = ()
    kinds: KindsSettings = KindsSettings()
    paper: PaperSettings = PaperSettings()
    ledger: LedgerSettings = Field(LedgerSettings(), exclude=True)
    language_shares: dict[str, Share] = Field(
        default_factory=lambda: {"vi": 1.0}, description="share of people who read a language"
    )
    sources: dict[str, str] = Field(default_factory=dict)


def split_sources(raw: dict[str, Any], prefix: str = "") -> tuple[dict[str, Any], dict[str, str]]:
    """Return the settings with plain values, and the sources by dotted key."""
    plain: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for key, value in raw.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, dict) and "value" in value:
            plain[key] = value["value"]
            sources[dotted] = str(value.get("source", ""))
        elif isinstance(value, dict):
            plain[key], inner = split_sources(value, dotted + ".")
            sources |= inner
        else:
            plain[key] = value
    return plain, sources
