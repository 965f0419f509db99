"""What the words of the facts are called in documents."""

from planning.answers.due_list import TASK_NAMES
from planning.figures import Service
from planning.plan import Plan
from planning.trip_state import TripState
from province.agenda import ZoneRule
from province.facts import Province
from province.fleet import VehicleKind
from province.language import Language, Message, message, translate, translate_plural
from province.places import SiteKind
from province.roads import ClosureEffect, RoadClass
from province.stock import Condition

TASKS = TASK_NAMES

SITE_KINDS: dict[SiteKind, Message] = {
    SiteKind.DEPOT: message("Provincial library, depot"),
    SiteKind.COMMUNE_LIBRARY: message("Commune library"),
    SiteKind.LEARNING_CENTRE: message("Community learning centre"),
    SiteKind.CULTURE_CENTRE: message("Culture centre"),
    SiteKind.POST_OFFICE: message("Post-office culture point"),
    SiteKind.LEGAL_BOOKCASE: message("Legal bookcase"),
    SiteKind.PRIVATE_LIBRARY: message("Private library"),
    SiteKind.BORDER_POST: message("Border post"),
    SiteKind.SCHOOL: message("School"),
    SiteKind.TREATMENT_SITE: message("Treatment site"),
    SiteKind.QUARANTINE_SITE: message("Quarantine site"),
    SiteKind.FRONT_LINE_SITE: message("Front-line staff"),
    SiteKind.CLIENT_CENTRE: message("Client centre"),
    SiteKind.LODGING: message("Lodging"),
    SiteKind.PARTNER_DEPOT: message("Depot of another province"),
}

ZONE_RULES: dict[ZoneRule, Message] = {
    ZoneRule.NO_ENTRY: message("Nobody goes in"),
    ZoneRule.GATE_DROP: message("Boxes are left at the gate"),
}

ROAD_CLASSES: dict[RoadClass, Message] = {
    RoadClass.NATIONAL: message("National road"),
    RoadClass.PROVINCIAL: message("Provincial road"),
    RoadClass.DISTRICT: message("District road"),
    RoadClass.COMMUNE: message("Commune road"),
    RoadClass.URBAN: message("Town street"),
    RoadClass.TRACK: message("Track"),
    RoadClass.FERRY: message("Ferry"),
}

CLOSURES: dict[ClosureEffect, Message] = {
    ClosureEffect.SHUT: message("Road shut"),
    ClosureEffect.ONE_LANE: message("One lane only"),
    ClosureEffect.DRY_ONLY: message("Passable when dry only"),
}

VEHICLE_KINDS: dict[VehicleKind, Message] = {
    VehicleKind.BUS: message("Book bus"),
    VehicleKind.TRUCK: message("Truck"),
    VehicleKind.CAR: message("Car"),
    VehicleKind.MOTORBIKE: message("Motorbike"),
}

CONDITIONS: dict[Condition, Message] = {
    Condition.GOOD: message("Good"),
    Condition.WORN: message("Worn"),
    Condition.REPAIR: message("In repair"),
    Condition.WITHDRAWN: message("Withdrawn"),
}

SERVICES: dict[Service, Message] = {
    Service.BOTH: message("Session and exchange this month"),
    Service.SESSION: message("Mobile session this month"),
    Service.EXCHANGE: message("Book exchange this month"),
    Service.STANDS: message("A batch stands there, no visit"),
    Service.NONE: message("No service this month"),
}

TRIP_STATES: dict[TripState, Message] = {
    TripState.DONE: message("done"),
    TripState.UNDER_WAY: message("under way"),
    TripState.AHEAD: message("to come"),
}

FONTS = "Noto Sans, Segoe UI, Roboto, Arial, DejaVu Sans, sans-serif"
"""For texts in pictures, which PDF writers do not style by the page."""

SCHEMATIC = message(
    "Schematic road network: drawn from road facts, not surveyed. Do not navigate by it."
)
STRAIGHT_LINES = message(
    "Schematic road network: straight lines between places, not roads. Do not navigate by it."
)
UNSURVEYED = message("Schematic road network: drawn, not surveyed. Do not navigate by it.")


def name_schematic(province: Province) -> Message:
    """Return what schematic roads were drawn from: facts have road numbers."""
    drawn = [segment for segment in province.segments if segment.is_schematic]
    if any(segment.ref for segment in drawn):
        return SCHEMATIC
    is_straight = bool(drawn) and all(len(segment.line) == 2 for segment in drawn)
    return STRAIGHT_LINES if is_straight else UNSURVEYED


def tell_overruled(plan: Plan, language: Language) -> str:
    """Return the one line that every page of a plan carries whose broken rules were accepted."""
    return translate_plural(
        "Overruled by hand: this plan breaks {count} rule, which the planner accepted; the summary "
        "says which.",
        "Overruled by hand: this plan breaks {count} rules, which the planner accepted; the "
        "summary says which.",
        len({one.rule for one in plan.overruled}),
        language,
    )


def tell_marks(plan: Plan, province: Province, language: Language) -> list[str]:
    """Return what every file drawn from a plan must say of it: schematic roads, broken rules."""
    marks = [translate(name_schematic(province), language)] if plan.has_schematic_roads else []
    return [*marks, *([tell_overruled(plan, language)] if plan.overruled else [])]
