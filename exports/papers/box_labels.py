"""Writes `labels/<trip_id>.html`: a label for every box that a trip brings to a library."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from exports.pages.page import make_paper
from exports.text.plain import name_files
from planning.loads import order_loading
from planning.plan import Plan
from planning.replan.paper_trips import list_paper_trips
from province.facts import Province
from province.language import Language, message, translate
from province.paper_settings import PaperSettings
from province.visits import Parcel
from routing.trips import Trip

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210.0, 297.0
CODE_MARK = "LC1"
"""First field of a label's QR code: what it is, and the version of what follows."""


@dataclass(frozen=True, slots=True)
class LabelledBox:
    """One box: its parcel, its number in it, and the stop and day where it is left."""

    parcel: Parcel
    number: int
    stop: int
    day: date
    trip: Trip

    @property
    def code(self) -> str:
        """What its QR code says."""
        return encode_box(self.parcel, self.number, self.day, self.trip.trip_id)


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the labels of each trip, in the order of loading, as many on a sheet as fit.

    Of a trip that goes on otherwise they are of the boxes on board, with their new stop and day.
    """
    paper = province.settings.paper
    across, down = count_on_sheet(paper)
    is_small = paper.label_width_mm < 85 or paper.label_height_mm < 60  # no room for big letters
    trips = list_paper_trips(plan)
    files = name_files(trip.trip_id for trip in trips)
    for trip in sorted(trips, key=lambda trip: trip.trip_id):
        boxes = _list_boxes(trip)
        if not boxes:
            continue
        page = make_paper(
            "papers/box_labels.html.j2", language=language, style="labels.css",
            plan=plan, has_foot=False,
            title=translate(message("Box labels, trip {trip}", trip=trip.trip_id), language),
            province=province, sites=province.site_by_id, names=province.content_names,
            boxes=boxes, trip_id=trip.trip_id, across=across, down=down,
            width_mm=paper.label_width_mm, height_mm=paper.label_height_mm,
            left_mm=(PAGE_WIDTH_MM - across * paper.label_width_mm) / 2,
            top_mm=(PAGE_HEIGHT_MM - down * paper.label_height_mm) / 2,
            size="small" if is_small else "large",
        )  # fmt: skip
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


def _list_boxes(trip: Trip) -> list[LabelledBox]:
    """Return the boxes that a trip leaves: those loaded at the depot first, then chained ones."""
    left = {
        (parcel.content_id, parcel.to_site): stop for stop in trip.stops for parcel in stop.leaves
    }
    loaded = order_loading(trip, trip.loads, 0)
    on_the_way = [
        parcel for stop in trip.stops for parcel in stop.takes
        if (parcel.content_id, parcel.to_site) in left
    ]  # fmt: skip
    return [
        LabelledBox(parcel, number, stop.sequence, stop.day, trip)
        for parcel in (*loaded, *on_the_way)
        if (stop := left.get((parcel.content_id, parcel.to_site))) is not None
        for number in range(1, parcel.boxes + 1)
    ]
