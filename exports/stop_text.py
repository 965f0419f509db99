"""Says in plain lines of text what happens at a stop."""

from collections.abc import Iterable

from exports.formats import count_books, count_boxes
from exports.words import TASKS
from province.facts import Province
from province.language import Language, message, translate
from province.places import Site
from province.visits import Parcel, Task
from routing.trips import Stop


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
    return lines


def name_parcel(parcel: Parcel, province: Province) -> str:
    """Return the name of a batch or kit, or its id when the facts do not know it."""
    for batch in province.batches:
        if batch.batch_id == parcel.content_id:
            return batch.name
    for kit in province.kits:
        if kit.kit_id == parcel.content_id:
            return kit.name
    return parcel.content_id


def describe_contact(site: Site) -> str:
    """Return whom to call at a site, or ""."""
    return " · ".join(text for text in (site.keyholder, site.phone) if text)


def name_place(site: Site, province: Province) -> str:
    """Return the commune of a site with its kind, e.g. ``xã Mường La``, or ""."""
    commune = province.commune_by_code.get(site.commune_code)
    return f"{commune.kind} {commune.name}".strip() if commune else ""


def _list_parcels(parcels: tuple[Parcel, ...], province: Province, language: Language) -> str:
    texts = []
    for parcel in parcels:
        counts = [count_boxes(parcel.boxes, language)]
        if parcel.books:
            counts.append(count_books(parcel.books, language))
        name = name_parcel(parcel, province)
        texts.append(f"{parcel.content_id} {name} ({', '.join(counts)})")
    return "; ".join(texts)
