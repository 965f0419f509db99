"""Communes, and the sites in them that are served."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from province import cells
from province.dates import Month
from province.ids import CommuneCode, SiteId


class SiteKind(StrEnum):
    """What a site is; `DEPOT` is where vehicles start and stock lives.

    `PARTNER_DEPOT` is another province's depot, outside the communes: lent batches change hands
    there.
    """

    DEPOT = "depot"
    COMMUNE_LIBRARY = "commune_library"
    LEARNING_CENTRE = "learning_centre"
    CULTURE_CENTRE = "culture_centre"
    POST_OFFICE = "post_office"
    LEGAL_BOOKCASE = "legal_bookcase"
    PRIVATE_LIBRARY = "private_library"
    BORDER_POST = "border_post"
    SCHOOL = "school"
    TREATMENT_SITE = "treatment_site"
    QUARANTINE_SITE = "quarantine_site"
    FRONT_LINE_SITE = "front_line_site"
    CLIENT_CENTRE = "client_centre"
    LODGING = "lodging"
    PARTNER_DEPOT = "partner_depot"


SERVICE_AREA = "service_area"
"""Kind of the one outline around all stops of a timetable, which knows no communes."""


@dataclass(frozen=True, slots=True)
class Commune:
    """An administrative unit, keyed by its code, as the statistics office gives it.

    Parameters
    ----------
    code, name, kind
        Code, name without its kind, and kind (``xã``, ``phường``, ``novads`` …).
    area_km2, population
        As published; population is the number of inhabitants.
    seat_lon, seat_lat
        Approximate place of the commune's seat, EPSG:4326 degrees.
    is_border
        True when the commune touches the state border.
    is_schematic
        True when the outline was computed by us and is no real boundary.
    outline
        Rings of (lon, lat), EPSG:4326, the outer ring of each polygon only, closed.
    """

    code: CommuneCode
    name: cells.Text
    kind: cells.FreeText
    area_km2: cells.AreaKm2
    population: cells.People
    seat_lon: cells.Lon
    seat_lat: cells.Lat
    is_border: cells.Yes
    is_schematic: Annotated[cells.Yes, cells.Heading("schematic")]
    outline: tuple[tuple[tuple[float, float], ...], ...]

    @property
    def is_service_area(self) -> bool:
        """Whether it is no commune at all; shares of communes say nothing then."""
        return self.kind == SERVICE_AREA

    @property
    def full_name(self) -> str:
        """Name and kind as people say them: ``xã Mường La``; ``Rites pagasts`` has its kind."""
        has_kind = self.kind.casefold() in self.name.casefold().split()
        return self.name if has_kind else f"{self.kind} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Site:
    """Any place that is served, a depot, or a lodging place.

    Parameters
    ----------
    site_id, name, kind, commune_code
        Who it is and where it belongs.
    lon, lat
        EPSG:4326 degrees.
    phone, keyholder
        Whom to call; either may be "".
    hours
        Opening hours in the OpenStreetMap syntax, e.g. ``Mo-Fr 07:30-11:30,13:30-17:00``.
    takes_rotation, takes_sessions
        Whether batches may stay here, whether the book bus opens to readers here.
    enrolled_from, enrolled_until
        From when (None: not enrolled) to when (None: open end) the service is promised.
    capacity_books
        Shelf space for rotated books.
    population, students
        People and pupils within reach of the site.
    languages, audiences
        Languages (``vi``, ``blt``, ``hmn`` …) and audiences (``child``, ``teen``, ``adult``) the
        site asked for, audiences by its kind where it names none; a batch in or for another is not
        sent.
    network
        ``public``, ``legal``, ``border``, ``school`` …; owners may keep a batch within networks.
    lodging_beds
        Beds for a crew; 0 when nobody can stay overnight.
    sessions_per_month, session_gap_days
        Sessions promised per month, and the least number of days between two of them.
    session_min
        Minutes that a session is open here; 0: as everywhere in the province.
    handover_site
        Where the boxes for this site are handed over to its own motorbikes while no bus, truck or
        car gets here; None: nowhere.
    service_factor
        What multiplies the minutes of an exchange or a kit here.
    branch
        The code that the library system knows it by; "": it does not.
    """

    site_id: SiteId
    name: cells.Text
    kind: SiteKind
    commune_code: CommuneCode
    lon: cells.Lon
    lat: cells.Lat
    phone: cells.Remark
    keyholder: cells.Remark
    hours: Annotated[cells.Hours, Field(default="Mo-Su 00:00-24:00")]
    takes_rotation: bool
    takes_sessions: bool
    enrolled_from: cells.Day | None
    enrolled_until: cells.Day | None
    capacity_books: Annotated[cells.Books, cells.NONE]
    population: Annotated[cells.People, cells.NONE]
    students: Annotated[cells.People, cells.NONE]
    languages: cells.Words
    audiences: cells.Words
    network: Annotated[cells.Remark, Field(default="public")]
    lodging_beds: Annotated[cells.Beds, cells.NONE]
    sessions_per_month: Annotated[cells.SessionsAMonth, cells.NONE]
    session_gap_days: Annotated[cells.DaysBetween, Field(default=7)]
    note: cells.Remark
    session_min: cells.MinutesOfDay = 0
    handover_site: SiteId | None = None
    service_factor: cells.ServiceFactor = 1.0
    branch: cells.Branch = ""

    @property
    def is_served(self) -> bool:
        """Whether readers come here: it is no depot and no lodging place."""
        return self.kind not in (SiteKind.DEPOT, SiteKind.LODGING)

    def is_enrolled(self, day: date) -> bool:
        """Whether the service is promised here on a day."""
        if self.enrolled_from is None or day < self.enrolled_from:
            return False
        return self.enrolled_until is None or day <= self.enrolled_until

    def is_enrolled_in(self, month: Month) -> bool:
        """Whether the service is promised here on any day of a month."""
        return any(self.is_enrolled(day) for day in month.days())
