"""Says what became otherwise when a month was planned again."""

from collections.abc import Iterable

from exports.text.formats import format_day, format_long_day
from planning.notices import tell_opening
from planning.placed import Placed, Slot
from planning.plan import VisitChange
from planning.replan.changes import ADDED, DAY, KINDS, LOST, TIME
from province.dates import clock
from province.facts import Province
from province.ids import SiteId
from province.language import Language, Message, message, translate
from province.visits import Task


def list_kinds(change: VisitChange, language: Language) -> str:
    """Return what differs, the gravest first, e.g. ``another day, another vehicle``."""
    return ", ".join(translate(Message(KINDS[kind]), language) for kind in change.kinds)


def say_placed(placed: Placed, province: Province, language: Language) -> str:
    """Return day, time, vehicle, crew and trip of a visit."""
    when = f"{format_day(placed.day, language)} {clock(placed.start_min)}"
    return f"{when} · {name_companions(placed, province)}"


def name_companions(placed: Placed, province: Province) -> str:
    """Return vehicle, crew and trip of a visit."""
    vehicle = province.vehicle_by_id.get(placed.vehicle_id)
    crew = province.crew_by_id.get(placed.crew_id)
    parts = (
        vehicle.name if vehicle else placed.vehicle_id,
        crew.name if crew else placed.crew_id,
        placed.trip_id,
    )
    return " · ".join(part for part in parts if part)


def list_days(slots: Iterable[Slot], language: Language) -> str:
    """Return the days and times of some slots, e.g. ``28/12/2026 09:45, 30/12/2026 07:30``."""
    placed = (slot.placed for slot in slots)
    return ", ".join(f"{format_day(one.day, language)} {clock(one.start_min)}" for one in placed)


def name_known(site_id: SiteId, province: Province) -> str:
    """Return the name of a site, or its id where the facts do not know it any more."""
    site = province.site_by_id.get(site_id)
    return site.name if site else str(site_id)


def tell_people(change: VisitChange, province: Province, language: Language) -> str:
    """Return what the people of a place are told, in a sentence that can be read out.

    Hours of a session are those in which readers come on board, as on the notice before.
    """
    is_session = Task.SESSION in change.tasks
    service = province.settings.service
    words: dict[str, str | Message] = {
        "who": message("the book bus") if is_session else message("the library's vehicle"),
        "place": name_known(change.site_id, province),
    }
    for day, time, placed in (
        ("day", "time", change.before),
        ("new_day", "new_time", change.after),
    ):
        if placed is not None:
            start = tell_opening(placed.start_min, service) if is_session else placed.start_min
            words |= {day: format_long_day(placed.day, language), time: clock(start)}
    return translate(_choose_sentence(change, words), language)


def _choose_sentence(change: VisitChange, words: dict[str, str | Message]) -> Message:
    if LOST in change.kinds:
        return message("On {day} at {time} {who} does not come to {place}: the visit falls away.",
                       **words)  # fmt: skip
    if ADDED in change.kinds:
        return message("On {new_day} at {new_time} {who} comes to {place} in addition.", **words)
    if DAY in change.kinds:
        return message(
            "On {day} at {time} {who} does not come to {place}; it comes on {new_day} at "
            "{new_time}.", **words,
        )  # fmt: skip
    if TIME in change.kinds:
        return message("On {day} {who} comes to {place} at {new_time}, not at {time}.", **words)
    return message("On {day} at {time} {who} comes to {place} with other books or tasks.", **words)
