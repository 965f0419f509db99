"""What changes hands at each stop of a month, and who signs for it."""

from dataclasses import dataclass
from datetime import date

from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, CrewId, SiteId, TripId, VehicleId, VisitId
from province.stock import Batch, Condition, Kit
from province.visits import Parcel
from routing.trips import Stop, Trip


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
    lines = _Lines(plan, province)
    stops = [
        (stop, trip) for trip, stop in plan.trips.stops() if stop.leaves or stop.takes
    ]  # fmt: skip
    stops.sort(key=lambda pair: (pair[0].day, pair[0].start_min, pair[1].trip_id, pair[0].sequence))
    return tuple(_make(number, stop, trip, lines) for number, (stop, trip) in enumerate(stops, 1))


class _Lines:
    """Looks up what a parcel holds."""

    def __init__(self, plan: Plan, province: Province) -> None:
        self.batches: dict[str, Batch] = {str(b.batch_id): b for b in province.batches}
        self.kits: dict[str, Kit] = {str(kit.kit_id): kit for kit in province.kits}
        self.titles = count_titles(province)
        self.back_months = {
            (delivery.batch_id, delivery.to_site): plan.month.plus(delivery.stay_months)
            for delivery in plan.deliveries
            if delivery.stay_months is not None
        }

    def make(self, parcel: Parcel, other_site: SiteId, *, is_left: bool) -> HandoverLine:
        key = str(parcel.content_id)
        batch, kit = self.batches.get(key), self.kits.get(key)
        back = self.back_months.get((BatchId(key), parcel.to_site)) if is_left else None
        named = batch or kit
        return HandoverLine(
            content_id=key,
            name=named.name if named else key,
            boxes=parcel.boxes,
            books=parcel.books,
            titles=self.titles.get(key),
            mass_kg=parcel.mass_kg,
            condition=batch.condition if batch else None,
            other_site=other_site,
            back_month=back,
        )


def count_titles(province: Province) -> dict[str, int]:
    """Return the number of titles of each batch whose titles are listed."""
    counts: dict[str, int] = {}
    for title in province.titles:
        counts[str(title.batch_id)] = counts.get(str(title.batch_id), 0) + 1
    return counts


def _make(number: int, stop: Stop, trip: Trip, lines: _Lines) -> Handover:
    return Handover(
        number=number,
        trip_id=trip.trip_id,
        visit_id=stop.visit_id,
        site_id=stop.receiver_id,
        place_id=stop.site_id,
        day=stop.day,
        start_min=stop.start_min,
        crew_id=trip.crew_id,
        vehicle_id=trip.vehicle_id,
        left=tuple(lines.make(p, p.from_site, is_left=True) for p in stop.leaves),
        taken=tuple(lines.make(p, p.to_site, is_left=False) for p in stop.takes),
    )
