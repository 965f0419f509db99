"""What changes hands at each stop of a month, and who signs for it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, CrewId, SiteId, TripId, VehicleId, VisitId
from province.stock import Condition
from province.visits import Parcel


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One batch or kit that changes hands.

    Parameters
    ----------
    titles
        Number of different titles inside; None where the titles are not listed.
    condition
        Of a batch; None for a kit.
    other_site
        Where it comes from when it is left, where it goes when it is taken.
    back_month
        Month in which a batch that is left is fetched again; None where the plan does not say.
    """

    content_id: str
    name: str
    boxes: int
    books: int
    titles: int | None
    mass_kg: float
    condition: Condition | None
    other_site: SiteId
    back_month: Month | None


@dataclass(frozen=True, slots=True)
class Handover:
    """One stop at which boxes are left or taken.

    Parameters
    ----------
    number
        From 1 within the month, by day, time and trip: a later change leaves earlier ones alone.
    site_id, place_id
        Who receives and gives back, and where: for a village beyond it, at its hand-over site.
    left, taken
        What the site receives, and what it gives back.
    """

    number: int
    trip_id: TripId
    visit_id: VisitId
    site_id: SiteId
    place_id: SiteId
    day: date
    start_min: int
    crew_id: CrewId
    vehicle_id: VehicleId
    left: tuple[HandoverLine, ...]
    taken: tuple[HandoverLine, ...]


def list_handovers(plan: Plan, province: Province) -> tuple[Handover, ...]:
    """Return every handover of the month in the order of numbers."""
    told = _Told(
        province, Counter(str(title.batch_id) for title in province.titles), plan.back_months
    )
    stops = [(stop, trip) for trip, stop in plan.trips.stops() if stop.leaves or stop.takes]
    stops.sort(key=lambda pair: (pair[0].day, pair[0].start_min, pair[1].trip_id, pair[0].sequence))
    return tuple(
        Handover(
            number=number,
            trip_id=trip.trip_id,
            visit_id=stop.visit_id,
            site_id=stop.receiver_id,
            place_id=stop.site_id,
            day=stop.day,
            start_min=stop.start_min,
            crew_id=trip.crew_id,
            vehicle_id=trip.vehicle_id,
            left=tuple(_make_line(told, p, p.from_site, is_left=True) for p in stop.leaves),
            taken=tuple(_make_line(told, p, p.to_site, is_left=False) for p in stop.takes),
        )
        for number, (stop, trip) in enumerate(stops, 1)
    )


class _Told(NamedTuple):
    """What is known of parcels; the number of titles of each batch whose titles are listed."""

    province: Province
    titles: dict[str, int]
    back_months: dict[tuple[BatchId, SiteId], Month]


def _make_line(told: _Told, parcel: Parcel, other_site: SiteId, *, is_left: bool) -> HandoverLine:
    batch = told.province.batch_by_id.get(parcel.batch_id) if parcel.batch_id else None
    kit = next((kit for kit in told.province.kits if kit.kit_id == parcel.kit_id), None)
    named = batch or kit
    back = None
    if is_left and parcel.batch_id:
        back = told.back_months.get((parcel.batch_id, parcel.to_site))
    return HandoverLine(
        content_id=str(parcel.content_id),
        name=named.name if named else parcel.content_id,
        boxes=parcel.boxes,
        books=parcel.books,
        titles=told.titles.get(parcel.content_id),
        mass_kg=parcel.mass_kg,
        condition=batch.condition if batch else None,
        other_site=other_site,
        back_month=back,
    )
