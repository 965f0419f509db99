"""Writes `handovers/<trip_id>.html`: a record for each library of a trip, which both sides sign."""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from exports.pages.page import make_paper
from exports.text.formats import format_month
from exports.text.plain import name_files
from planning.expected_results import list_collected
from planning.plan import Leftover, Plan, VisitChange
from planning.record.signed import SignedStop, find_proofs
from planning.replan.paper_trips import list_stops_ahead
from province.dates import Month
from province.facts import Province
from province.ids import TripId, VisitId
from province.language import Language, message, translate
from province.ledger.proof_files import read_picture
from province.stock import Condition
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
    back_month
        Month in which a batch that is left is fetched again; None where the plan does not say.
    kept
        Books of a batch that is taken that are to stay on the shelf.
    """

    parcel: Parcel
    name: str
    titles: int | None
    condition: Condition | None
    back_month: Month | None
    kept: int = 0


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """How a record was signed on the driver's phone; its pictures as ``data:`` addresses.

    Parameters
    ----------
    signature, photo
        "" where there is none; None where it is gone, or is not what was recorded.
    """

    signed: SignedStop
    signature: str | None
    photo: str | None


@dataclass(frozen=True, slots=True)
class Handover:
    """One stop at which boxes are left or taken: what the site receives, and what it gives back.

    Its number counts from 1 within the month, by day, time and trip: a later change leaves earlier
    ones alone.
    """

    number: int
    trip: Trip
    stop: Stop
    left: tuple[HandoverLine, ...]
    taken: tuple[HandoverLine, ...]
    collected: tuple[Leftover, ...] = ()


def list_handovers(plan: Plan, province: Province) -> tuple[Handover, ...]:
    """Return every handover of the month in the order of numbers, those of trips begun too."""
    keeps = {(keep.batch_id, keep.site_id): keep.books for keep in plan.keeps}
    titles = Counter(str(title.batch_id) for title in province.titles)
    names, batches, back_months = province.content_names, province.batch_by_id, plan.back_months

    def tell(parcel: Parcel, *, is_left: bool) -> HandoverLine:
        key, batch_id = parcel.content_id, parcel.batch_id
        batch = batches.get(batch_id) if batch_id else None
        back = back_months.get((batch_id, parcel.to_site)) if is_left and batch_id else None
        condition = batch.condition if batch else None
        kept = 0 if is_left or not batch_id else keeps.get((batch_id, parcel.from_site), 0)
        return HandoverLine(parcel, names.get(key, key), titles.get(key), condition, back, kept)

    stops = [(s, trip) for trip in plan.all_trips for s in trip.stops if s.leaves or s.takes]
    stops.sort(key=lambda pair: (pair[0].day, pair[0].start_min, pair[1].trip_id, pair[0].sequence))
    return tuple(
        Handover(
            number,
            trip,
            stop,
            tuple(tell(parcel, is_left=True) for parcel in stop.leaves),
            tuple(tell(parcel, is_left=False) for parcel in stop.takes),
            list_collected(plan, stop),
        )
        for number, (stop, trip) in enumerate(stops, 1)
    )


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the records of each trip, a sheet for each stop in the order of stops."""
    ahead = {(trip.trip_id, stop.visit_id) for trip, stop in list_stops_ahead(plan)}
    handovers = [
        one
        for one in list_handovers(plan, province)
        if (one.trip.trip_id, one.stop.visit_id) in ahead
    ]
    names = name_files({handover.trip.trip_id for handover in handovers})
    for trip_id, page in draw_records(handovers, plan, province, language):
        yield f"handovers/{names[trip_id]}.html", page


def sign_records(plan: Plan, province: Province) -> dict[tuple[TripId, int], SignedRecord]:
    """Return how the month's stops were signed, by trip and number of the stop."""

    def show(digest: str, ending: str, kind: str) -> str | None:
        content = read_picture(province.folder, digest, ending) if digest else b""
        if not content:
            return None if content is None else ""
        return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"

    return {
        key: SignedRecord(
            one,
            show(one.proof.signature, "svg", "image/svg+xml"),
            show(one.proof.photo, "jpg", "image/jpeg"),
        )
        for key, one in find_proofs(plan.month, province).items()
    }


def draw_records(
    handovers: Iterable[Handover],
    plan: Plan,
    province: Province,
    language: Language,
    changes: Mapping[VisitId, VisitChange] | None = None,
) -> Iterator[tuple[TripId, bytes]]:
    """Yield the page of each trip of some handovers, by trip.

    Parameters
    ----------
    changes
        How visits differ from what was announced before, by visit; records of such say so.
    """
    us = province.settings.province
    ground = message(
        "the plan of book rotation for {month} of {organisation}",
        month=format_month(plan.month, language), organisation=us.organisation or us.name,
    )  # fmt: skip
    records = sign_records(plan, province)
    in_order = sorted(handovers, key=lambda one: (one.trip.trip_id, one.number))
    for trip_id, own in groupby(in_order, key=lambda one: one.trip.trip_id):
        title = translate(message("Handover records, trip {trip}", trip=trip_id), language)
        page = make_paper(
            "papers/handover.html.j2", title=title, language=language, style="handover.css",
            plan=plan, province=province, sites=province.site_by_id, month=plan.month,
            handovers=tuple(own), own_ground=translate(ground, language), changes=changes or {},
            records=records,
        )  # fmt: skip
        yield trip_id, page
