"""Says in plain lines of text what happens at a stop."""

from collections.abc import Iterable

from exports.text.formats import count_books, count_boxes
from exports.text.words import TASKS
from planning.lockdown_month import count_rest_at, find_gate
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.ids import SiteId, TitleId
from province.language import Language, Message, message, translate
from province.places import Site
from province.visits import Parcel, Task, Visit
from routing.trips import Stop, Unserved


def tell_loading(minute: int) -> Message:
    """Return that loading for a second trip of a day begins at a minute."""
    return message("{time} loading at the depot, for a second trip", time=clock(minute))


def list_tasks(tasks: Iterable[Task], language: Language) -> str:
    """Return the tasks of a stop, e.g. ``Book exchange, Material delivery``."""
    return ", ".join(translate(TASKS[task], language) for task in tasks)


def describe_loads(stop: Stop, province: Province, language: Language) -> list[str]:
    """Return a line for what is left at a stop and one for what is taken, if there is any."""
    lines = []
    if stop.leaves:
        parcels = _list_parcels(stop.leaves, province, language)
        lines.append(translate(message("Left here: {parcels}", parcels=parcels), language))
    if stop.takes:
        parcels = _list_parcels(stop.takes, province, language)
        lines.append(translate(message("Taken from here: {parcels}", parcels=parcels), language))
    more = (*describe_rides(stop, province, language), *describe_lockdown(stop, province, language))
    return [*lines, *more]


def describe_lockdown(stop: Stop, province: Province, language: Language) -> list[str]:
    """Return what a lockdown asks for at a stop: the gate, and what is taken kept apart."""
    lines = []
    if zone := find_gate(province, stop):
        lines.append(
            message(
                "Gate drop, zone {zone}: do not go in. Put the boxes down at the gate, keep your"
                " distance, and sign one after the other.",
                zone=zone.zone_id,
            )
        )
    if rest := count_rest_at(province, stop):
        lines.append(
            message(
                "Books taken here rest {days} days at home before they are checked: keep their"
                " boxes closed, marked and apart.",
                days=rest,
            )
        )
    return [translate(line, language) for line in lines]


def describe_rides(stop: Stop, province: Province, language: Language) -> list[str]:
    """Return what a village's motorbikes do for a stop: for whom, then each one's hours."""
    if stop.village_id is None:
        return []
    village = province.site_by_id[stop.village_id].name
    lines = [message("Handed over here for {village}, which only motorbikes reach.",
                     village=village)]  # fmt: skip
    for vehicle_id in dict.fromkeys(ride.vehicle_id for ride in stop.rides):
        own = [ride for ride in stop.rides if ride.vehicle_id == vehicle_id]
        down = [ride for ride in own if ride.leg.to_site == stop.site_id]
        up = [ride for ride in own if ride.leg.to_site == stop.village_id]
        last = max(n for n, ride in enumerate(own) if ride.leg.arrive_min <= stop.start_min)
        lines.append(
            message(
                "{bike} is down by {down} with {taken}, rides up again from {up} with {left},"
                " rides: {rides}",
                bike=province.vehicle_by_id[vehicle_id].name,
                down=clock(own[last].leg.arrive_min),
                taken=count_boxes(sum(ride.boxes for ride in down), language),
                up=clock(own[last + 1].leg.leave_min),
                left=count_boxes(sum(ride.boxes for ride in up), language),
                rides=len(own),
            )
        )
    return [translate(line, language) for line in lines]


def list_missed(plan: Plan, province: Province) -> list[tuple[Unserved, Visit, Site]]:
    """Return what no trip serves, with its visit and the site that is missed, by visit."""
    visits, sites = {visit.visit_id: visit for visit in plan.visits}, province.site_by_id
    missed = sorted(plan.trips.unserved, key=lambda unserved: unserved.visit_id)
    return [(own, visits[own.visit_id], sites[visits[own.visit_id].receiver_id]) for own in missed]


def describe_contact(site: Site) -> str:
    """Return whom to call at a site, or ""."""
    return " · ".join(text for text in (site.keyholder, site.phone) if text)


def name_site(site_id: SiteId, province: Province) -> str:
    """Return the name of a site."""
    return province.site_by_id[site_id].name


def name_title(title_id: TitleId, province: Province) -> str:
    """Return what a title of a batch is called; its id where no batch has it any more."""
    return next((t.title for t in province.titles if t.title_id == title_id), title_id)


def name_place(site: Site, province: Province) -> str:
    """Return the commune of a site with its kind, e.g. ``xã Mường La``, or ""."""
    commune = province.commune_by_code.get(site.commune_code)
    return commune.full_name if commune else ""


def _list_parcels(parcels: tuple[Parcel, ...], province: Province, language: Language) -> str:
    texts, names = [], province.content_names
    for parcel in parcels:
        counts = [count_boxes(parcel.boxes, language)]
        if parcel.books:
            counts.append(count_books(parcel.books, language))
        name = names.get(parcel.content_id, parcel.content_id)
        texts.append(f"{parcel.content_id} {name} ({', '.join(counts)})")
    return "; ".join(texts)
