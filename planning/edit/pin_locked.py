"""Makes promises of what is locked on the board: rows of `visit_pins.csv`."""

import dataclasses
from pathlib import Path

from planning.edit.edited_plan import PlanEdit
from planning.happened.apply import Applied, apply_happening
from planning.happened.visit_fixing import WantedPin, fix_visits
from planning.plan import Plan
from planning.plan_facts import digest_folder, has_changed
from planning.visit_pins import pin_visits
from province.facts import Province, digest_facts
from province.language import message, translate


def pin_locked(folder: Path, edit: PlanEdit, file: str) -> Applied:
    """Write a row for each locked visit, unless one says so already: its day, vehicle and crew.

    Parameters
    ----------
    file
        What the table is called, for the rows' notes.

    Raises
    ------
    InputError
        If a row fixes something else about one of them; nothing is written.
    """
    return apply_happening(
        folder, lambda facts: fix_visits(facts, _list_pins(edit, _note(facts, file)))
    )


def take_pins(plan: Plan, before: Province, after: Province) -> Plan:
    """Return a plan with the pins of the folder on its visits, made from the facts with them.

    A plan that was made from other facts than those before the pins stays so.
    """
    if has_changed(plan, before):
        return plan
    free = tuple(dataclasses.replace(visit, pin=None) for visit in plan.visits)
    return dataclasses.replace(
        plan,
        visits=pin_visits(after.pins, plan.month, free),
        facts_digest=digest_facts(after),
        facts_but_ledger=digest_folder(after),
    )


def _list_pins(edit: PlanEdit, note: str) -> list[WantedPin]:
    stops = edit.plan.trips.stop_by_visit
    pins = []
    for visit_id in edit.locked:
        trip, stop = stops[visit_id]
        cells = {
            "date": stop.day.isoformat(),
            "vehicle_id": trip.vehicle_id,
            "crew_id": trip.crew_id,
            "note": note,
        }
        pins.append(WantedPin(("visit_id", visit_id), stop.receiver_id, cells))
    return pins


def _note(province: Province, file: str) -> str:
    told = message("locked in {file}", file=file)
    return translate(told, province.settings.province.language)
