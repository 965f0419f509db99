"""Writes `labels/<trip_id>.html`: a label for every box that a trip brings to a library."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import segno
from markupsafe import Markup

from exports.pages.marks import data_text, join, say
from exports.papers.paper import make_paper, name_commune
from exports.text.file_names import name_files
from exports.text.formats import format_day
from planning.loads import name_contents, order_for_loading
from planning.plan import Plan
from province.facts import Province
from province.language import Language, message, translate
from province.places import Commune, Site
from province.settings import PaperSettings
from province.visits import Parcel
from routing.trips import Trip

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210.0, 297.0
CODE_MARK = "LC1"
"""First field of a label's QR code: what it is, and the version of what follows."""


@dataclass(frozen=True, slots=True)
class _Box:
    parcel: Parcel
    number: int
    stop: int
    day: date
    trip: Trip


@dataclass(frozen=True, slots=True)
class _Desk:
    province: Province
    language: Language
    sites: dict[str, Site]
    communes: dict[str, Commune]
    names: dict[str, str]


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the labels of each trip, in the order of loading, as many on a sheet as fit."""
    desk = _Desk(
        province, language,
        {str(site.site_id): site for site in province.sites},
        {str(commune.code): commune for commune in province.communes},
        name_contents(province),
    )  # fmt: skip
    files = name_files(trip.trip_id for trip in plan.trips.trips)
    for trip in sorted(plan.trips.trips, key=lambda trip: trip.trip_id):
        boxes = _list_boxes(trip)
        if not boxes:
            continue
        title = translate(message("Box labels, trip {trip}", trip=trip.trip_id), language)
        body = _draw_sheets(boxes, desk)
        page = make_paper(title=title, language=language, body=body, style="labels.css")
        yield f"labels/{files[trip.trip_id]}.html", page


def encode_box(parcel: Parcel, number: int, day: date, trip_id: str) -> str:
    """Return what the QR code of a box says.

    Fields joined by ``|``, each percent-encoded: mark and version, batch or kit, number of the box,
    number of boxes, from, to, day, trip.
    """
    fields = (
        CODE_MARK, parcel.content_id, number, parcel.boxes, parcel.from_site, parcel.to_site,
        day.isoformat(), trip_id,
    )  # fmt: skip
    return "|".join(quote(str(field), safe="") for field in fields)


def count_on_sheet(paper: PaperSettings) -> tuple[int, int]:
    """Return how many labels lie side by side, and how many below each other, on A4."""
    return int(PAGE_WIDTH_MM // paper.label_width_mm), int(PAGE_HEIGHT_MM // paper.label_height_mm)


def _list_boxes(trip: Trip) -> list[_Box]:
    """Return the boxes that a trip leaves: those loaded at the depot first, then chained ones."""
    left = {
        (parcel.content_id, parcel.to_site): stop for stop in trip.stops for parcel in stop.leaves
    }
    loaded = order_for_loading(trip)
    on_the_way = [
        parcel for stop in trip.stops for parcel in stop.takes
        if (parcel.content_id, parcel.to_site) in left
    ]  # fmt: skip
    return [
        _Box(parcel, number, stop.sequence, stop.day, trip)
        for parcel in (*loaded, *on_the_way)
        if (stop := left.get((parcel.content_id, parcel.to_site))) is not None
        for number in range(1, parcel.boxes + 1)
    ]


def _draw_sheets(boxes: list[_Box], desk: _Desk) -> Markup:
    paper = desk.province.settings.paper
    across, down = count_on_sheet(paper)
    left_mm = (PAGE_WIDTH_MM - across * paper.label_width_mm) / 2
    top_mm = (PAGE_HEIGHT_MM - down * paper.label_height_mm) / 2
    sheets = []
    for start in range(0, len(boxes), across * down):
        labels = []
        for place, box in enumerate(boxes[start : start + across * down]):
            row, column = divmod(place, across)
            labels.append(
                Markup('<div class="place" style="left:{:g}mm;top:{:g}mm">{}</div>').format(
                    left_mm + column * paper.label_width_mm,
                    top_mm + row * paper.label_height_mm,
                    _draw_label(box, desk),
                )
            )
        sheets.append(
            Markup('<section class="labels {}" style="--w:{:g}mm;--h:{:g}mm">{}</section>').format(
                _name_size(paper), paper.label_width_mm, paper.label_height_mm, join(labels, "\n")
            )
        )
    return join(sheets, "\n")


def _name_size(paper: PaperSettings) -> str:
    """Return ``small`` where a label has no room for big letters beside its code."""
    return "small" if paper.label_width_mm < 85 or paper.label_height_mm < 60 else "large"


def _draw_label(box: _Box, desk: _Desk) -> Markup:
    parcel, language = box.parcel, desk.language
    target, source = desk.sites[parcel.to_site], desk.sites[parcel.from_site]
    key = str(parcel.content_id)
    code = segno.make(encode_box(parcel, box.number, box.day, box.trip.trip_id), error="m",
                      micro=False)  # fmt: skip
    picture = code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(
        '<div class="label"><div class="code">{picture}</div>'
        '<p class="batch">{batch}</p><p class="count">{number}<small>/{boxes}</small></p>'
        '<p class="name">{name}</p>'
        '<p class="to"><span>{arrow}</span> {to}<small>{commune}</small></p>'
        '<p class="from">{source}</p><p class="when"><b>{day}</b> · {trip} · {stop}</p></div>'
    ).format(
        picture=Markup(picture),
        batch=data_text(key),
        number=box.number,
        boxes=parcel.boxes,
        name=data_text(desk.names.get(key, "")),
        arrow="→",
        to=data_text(target.name),
        commune=name_commune(target, desk.communes),
        source=Markup("<bdi>{}</bdi>").format(
            translate(message("from {site}", site=source.name), language)
        ),
        day=format_day(box.day, language),
        trip=data_text(box.trip.trip_id),
        stop=say(message("stop {number}", number=box.stop), language),
    )
