"""The settings of a library programme: its goals, what a model must meet, when reports are due."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from province.cells import Id
from province.findings import CellError
from province.language import message
from province.places import SiteKind
from province.programme_facts import Form, ModelKind
from province.settings_part import NotNegative, Part, PositiveInt

Counts = Literal["models", "libraries", "staff", "users", "activities"]
DAYS_OF_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_years(value: dict[str, float]) -> dict[str, float]:
    """Return numbers by year if the years are such."""
    if any(not (key.isdigit() and 1900 <= int(key) <= 2200) for key in value):
        raise CellError(
            message("years, each with a number, like {example}", example='{ "2030" = 50 }'),
            message("correct the years"),
        )
    return value


class TargetSettings(Part):
    """What all goals of the programme share."""

    counts_wards: bool = Field(
        True, description="whether wards count; both counts are shown, this one is the province's"
    )
    ward_kinds: tuple[str, ...] = Field(
        ("phường", "ward"), description="kinds of communes that are wards of a town"
    )
    communes_pct: dict[str, Annotated[float, Field(ge=0, le=100)]] = Field(
        default_factory=dict, description="share of communes with the model by the end of a year:"
        " short for a goal that counts models, in folders without `[[goals]]`"
    )  # fmt: skip
    since: date = Field(
        date(2025, 1, 1), description="first day whose records say how fast things go"
    )
    library_kinds: tuple[SiteKind, ...] = Field(
        (
            SiteKind.COMMUNE_LIBRARY, SiteKind.LEARNING_CENTRE, SiteKind.CULTURE_CENTRE,
            SiteKind.POST_OFFICE, SiteKind.LEGAL_BOOKCASE, SiteKind.PRIVATE_LIBRARY,
        ), description="kinds of sites that are libraries of the grassroots"
    )  # fmt: skip
    model_kinds: tuple[ModelKind, ...] = Field(
        tuple(ModelKind), description="kinds of models that count"
    )
    points_needed: NotNegative = Field(
        0, description="weights of `[[criteria]]` that a model must meet, summed; assumption"
    )
    risk_below: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5, description="a goal is at risk when it is reached with a smaller probability;"
        " assumption"
    )  # fmt: skip
    risk_days: PositiveInt = Field(
        366, description="how many days before its date a goal at risk is due; assumption"
    )

    @field_validator("communes_pct")
    @classmethod
    def _years(cls, value: dict[str, float]) -> dict[str, float]:
        return check_years(value)


class GoalSettings(Part):
    """A goal of the programme: what is counted, how much of it by when."""

    id: Id = Field(description="unique; findings and lists name it")
    name: str = Field("", description="in the province's own language; empty: by what is counted")
    counts: Counts = Field(
        description="`models`: communes with a library model; `libraries`: those that worked with"
        " the provincial library in every one of `forms`; `staff`: people trained; `users`: growth"
        " of the people at activities of `forms` against the year before; `activities`: their"
        " number"
    )  # fmt: skip
    forms: Annotated[tuple[Form, ...], Field(min_length=1)] = Field(
        tuple(Form), description="forms of activity that are looked at"
    )
    times: PositiveInt = Field(
        1, description="how often in twelve months a library must have had each form; assumption"
    )
    by: dict[str, Annotated[float, Field(ge=0, le=1_000_000)]] = Field(
        description="by the end of a year: per cent, for `activities` a number in twelve months"
    )
    unit_cost_vnd: NotNegative | None = Field(
        None, description="what one more of what is counted costs; assumption"
    )
    source: str = Field("", description="who says so")

    @field_validator("by")
    @classmethod
    def _years(cls, value: dict[str, float]) -> dict[str, float]:
        return check_years(value)

    @model_validator(mode="after")
    def _shares(self) -> "GoalSettings":
        is_share = self.counts in ("models", "libraries", "staff")
        if is_share and any(number > 100 for number in self.by.values()):
            raise CellError(message("a share of at most 100 per cent"), message("correct it"))
        return self


class CriterionSettings(Part):
    """What a library model is judged by."""

    id: Id = Field(description="unique; findings and lists name it")
    name: str = Field(description="in the province's own language")
    weight: Annotated[float, Field(gt=0, le=1000)] = Field(1.0, description="points it counts")
    source: str = Field("", description="who says so")


ReportLevelName = Literal["unit", "department", "province"]


class ReportSettings(Part):
    """A report that is due each year, and how it is written.

    Texts are in the province's own language; ``{unit}`` in one is the commune or site that it is
    about.
    """

    id: Id = Field(description="unique; findings and lists name it")
    name: str = Field(description="in the province's own language")
    month: Annotated[int, Field(ge=1, le=12)] = Field(description="month of the day it is due")
    day: Annotated[int, Field(ge=1, le=31)] = Field(description="day of the month it is due")
    level: ReportLevelName | None = Field(
        None, description="whose report it is, as `report --for` asks for it; left out: its `id`"
    )
    authority: str | None = Field(
        None, description="the body above who writes it, first line of the letterhead; left out:"
        " that of `[paper]`"
    )  # fmt: skip
    organisation: str = Field(
        "", description="who writes it; empty: the unit, or that of `[province]`"
    )
    symbol: str = Field("", description="what follows its number")
    addressee: str = Field("", description="to whom it is written; empty: no such line")
    recipients: tuple[str, ...] = Field((), description="who gets a copy, a line each")
    signer: tuple[str, ...] = Field((), description="office of who signs, a line each")
    source: str = Field("", description="who says so")

    @model_validator(mode="after")
    def _exists(self) -> "ReportSettings":
        if self.day > DAYS_OF_MONTHS[self.month - 1]:
            raise CellError(message("a day that the month has"), message("correct the day"))
        return self

    @property
    def written_by(self) -> str:
        """Whose report it is: a level, or an id that is none."""
        return self.level or self.id

    def find_deadline(self, year: int) -> date:
        """Return the day of a year on which it is due; 29 February is the month's last day."""
        if self.month == 2 and self.day == 29:
            return date(year, 3, 1) - timedelta(days=1)
        return date(year, self.month, self.day)
