"""Small pieces of HTML that every page uses; every text from data is escaped here."""

import hashlib
import re
from collections.abc import Iterable

from markupsafe import Markup

from exports.words import SCHEMATIC, STRAIGHT_LINES, TASKS, UNSURVEYED
from planning.plan import Plan
from province.facts import Province
from province.ids import VehicleId
from province.language import Language, Message, translate
from province.visits import Task

COLOURS = (
    "#1a56b8", "#a3197c", "#00695c", "#8a4500", "#5a2ca0", "#4f5d00", "#37474f", "#ad4a00",
)  # fmt: skip
"""Colours of vehicles: white figures on each can be read, none is the red of closures."""

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")


def data_text(text: str) -> Markup:
    """Return text from data, escaped, with its direction of writing kept to itself."""
    return Markup("<bdi>{}</bdi>").format(text)


def say(text: Message, language: Language) -> Markup:
    """Return a text of ours, translated and escaped."""
    return Markup("{}").format(translate(text, language))


def join(parts: Iterable[Markup], separator: str = "") -> Markup:
    """Return pieces of HTML as one."""
    return Markup(separator).join(parts)


def mark_schematic(plan: Plan, province: Province, language: Language) -> Markup:
    """Return the label that a map of schematic roads always carries, or nothing."""
    if not plan.has_schematic_roads:
        return Markup()
    text = say(name_schematic(province), language)
    return Markup('<p class="schematic" role="note">{}</p>').format(text)


def name_schematic(province: Province) -> Message:
    """Return what schematic roads were drawn from: published facts have road numbers."""
    drawn = [segment for segment in province.segments if segment.is_schematic]
    if any(segment.ref for segment in drawn):
        return SCHEMATIC
    is_straight = bool(drawn) and all(len(segment.line) == 2 for segment in drawn)
    return STRAIGHT_LINES if is_straight else UNSURVEYED


def credit_roads(province: Province) -> Markup:
    """Return what the source of the roads asks to be said on every map, or nothing."""
    if not province.attribution:
        return Markup()
    return Markup('<p class="credit">{}</p>').format(data_text(province.attribution))


def name_tasks(tasks: Iterable[Task], language: Language) -> Markup:
    """Return the tasks of a stop as labels."""
    return join(
        Markup('<span class="task {}">{}</span>').format(task.value, say(TASKS[task], language))
        for task in tasks
    )


def colour_vehicles(vehicle_ids: Iterable[VehicleId]) -> dict[VehicleId, str]:
    """Return a colour for each vehicle, in the order of ids."""
    ordered = sorted(set(vehicle_ids))
    return {vehicle: COLOURS[number % len(COLOURS)] for number, vehicle in enumerate(ordered)}


def colour_all_vehicles(plan: Plan) -> dict[VehicleId, str]:
    """Return a colour for each vehicle that drives, motorbikes of villages after the others."""
    trips = plan.trips.trips
    colours = colour_vehicles(trip.vehicle_id for trip in trips)
    rides = {ride.vehicle_id for trip in trips for stop in trip.stops for ride in stop.rides}
    ordered = [*colours, *sorted(rides - colours.keys())]
    return {vehicle: COLOURS[number % len(COLOURS)] for number, vehicle in enumerate(ordered)}


def name_files(ids: Iterable[str]) -> dict[str, str]:
    """Return a file name without ending for each id: safe on every system, none twice."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for key in sorted(ids):
        name = key
        if not _SAFE_NAME.fullmatch(key) or _RESERVED.fullmatch(key) or key.lower() in taken:
            plain = re.sub(r"[^A-Za-z0-9]+", "-", key)[:40].strip("-") or "trip"
            name = f"{plain}-{hashlib.sha256(key.encode('utf-8')).hexdigest()[:8]}"
        names[key] = name
        taken.add(name.lower())
    return names
