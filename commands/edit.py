"""`edit`: a plan as the planner's own hand arranged it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.answers import (
    format_number,
    say,
    show_json,
    show_table,
    tell_changed,
    tell_past,
    warn,
    write_undo,
)
from commands.options import AS_JSON, FILE, Session, verb
from province.amounts import tell_amount, tell_amounts
from province.language import Language, mark, message, translate

if TYPE_CHECKING:
    from planning.edit.edit_costs import EditFigures
    from planning.edit.edited_plan import PlanEdit
    from planning.happened.apply import Applied
    from province.facts import Province


@verb(
    "Take a changed table of stops: trips.csv, the sheet of trips in plan.xlsx, or the board's "
    "file.\n\n"
    "Every trip is timed anew; every rule that is broken is told, and what it all costs against "
    "before. A plan that breaks none is written in the place of the former one. With --pin what is "
    "locked on the board becomes promises, which the next plan and replan keep.\n\n"
    "Example: luanchuyen edit data/son-la/plans/2026-12 trips.csv"
)
@click.argument("place", type=FILE, metavar="PLAN")
@click.argument("file", type=FILE, metavar="FILE")
@click.option(
    "--accept", is_flag=True,
    help=mark("Write the plan although it breaks rules; every paper says so."),
)  # fmt: skip
@click.option(
    "--pin", is_flag=True,
    help=mark("Write what the board's file has locked into visit_pins.csv."),
)  # fmt: skip
@click.option("--why", default="", help=mark("The reason, for the list of versions."))
@click.option("--by", default="", help=mark("Who decided it (who is logged in)."))
@AS_JSON
def command(
    session: Session,
    place: Path,
    file: Path,
    accept: bool,
    pin: bool,
    why: str,
    by: str,
    as_json: bool,
) -> None:
    """Read the table, time and check it, tell, and write the plan unless rules forbid it."""
    from exports.versions import keep_version, note_version
    from exports.write import write_documents
    from planning.appointments import follow_plan
    from planning.edit.edited_plan import edit_plan, open_plan
    from planning.edit.pin_locked import pin_locked, take_pins
    from planning.find_plan import find_plan, find_province
    from planning.plan_file import read_plan
    from province.errors import ViolationError
    from province.files.locks import hold_lock
    from province.read import read_province

    target = find_plan(place, None)
    refuse_copies(target)
    with hold_lock(target.parent):
        plan = read_plan(target)
        home = find_province(target)
        facts = read_province(home)
        language = session.speak(facts, plan)
        tell_changed(language, plan, facts)
        edited = open_plan(home, facts, plan)
        tell_past(language, edited.past)
        edit = edit_plan(edited, file)
        is_sound = accept or edit.is_empty or not edit.violations
        pins = pin_locked(home, edit, file.name) if pin and is_sound else None
        is_written = is_sound and bool(not edit.is_empty or (pins and pins.file))
        if is_written:
            made = plan if edit.is_empty else edit.overruled_plan
            new = follow_plan(take_pins(made, facts, pins.province if pins else facts), plan)
            province = edited.survey.province
            keep_version(target.parent, new)
            write_documents(new, province, target.parent, language=language, overwrite=True)
            note_version(target.parent, command="edit", why=why, by=by)
    undo = write_undo(language, home, pins.happening) if pins and pins.file else ""
    if as_json:
        summary = summarise_edit(edit, is_written=is_written, pins=pins) | {"undo": undo}
        show_json(tell_amounts(summary, province.settings.province.currency))
    else:
        show_edit(language, edit, facts)
        show_pins(language, edit, pins, undo)
    broken = [violation.sentence for violation in edit.violations]
    if edit.is_empty or is_written:
        warn(language, *broken)
    elif broken:
        nothing = message("rules are broken, nothing is written; --accept writes it all the same")
        raise ViolationError(*broken, nothing)
    if not as_json:
        told = message("written: {folder}", folder=str(target.parent))
        say(language, told if is_written else message("nothing changes, nothing is written"))


def refuse_copies(file: Path) -> None:
    """Raise InputError for a plan that is not the one in force in its folder."""
    from planning.find_plan import PLAN_NAME
    from province.errors import InputError

    if file.name != PLAN_NAME:
        raise InputError.of(
            file.name, "", str(file),
            expected=message("the plan.json in force in its folder"),
            advice=message("name the folder of the plan"),
        )  # fmt: skip


def summarise_edit(edit: "PlanEdit", *, is_written: bool, pins: "Applied | None") -> dict[str, Any]:
    """Return an edit for `--json`."""
    from dataclasses import asdict

    from planning.edit.edit_costs import list_amounts, sum_changes

    return {
        "written": is_written,
        "trips": [asdict(one) for one in sum_changes(edit)],
        "lost": list(edit.lost),
        "gained": list(edit.gained),
        "locked": list(edit.locked),
        "pins": [row.row for row in pins.happening.edits] if pins else [],
        "broken": [
            {
                "rule": one.rule,
                "where": one.where,
                "detail": str(one.detail),
                "by": list_amounts(one.detail),
            }
            for one in edit.violations
        ],
    }


def show_edit(language: Language, edit: "PlanEdit", province: "Province") -> None:
    """Print what changes, trip by trip and in all, and the visits lost and gained."""
    from planning.edit.edit_costs import sum_changes

    if edit.is_empty:
        return
    currency = province.settings.province.currency
    rows = [
        {
            mark("trip"): _name(one, language),
            mark("visits"): _step(one.visits, one.visits_before, language),
            "km": _step(one.length_km, one.length_km_before, language),
            mark("driving hours"): _step(one.driving_hours, one.driving_hours_before, language),
            mark("nights"): _step(one.nights, one.nights_before, language),
            currency: _step(
                tell_amount(one.cost_vnd, currency),
                tell_amount(one.cost_vnd_before, currency),
                language,
            ),
        }
        for one in sum_changes(edit)
    ]
    show_table(language, rows, as_json=False)
    say(language, message("visits lost: {visits}", visits=", ".join(edit.lost) or "-"))
    say(language, message("visits gained: {visits}", visits=", ".join(edit.gained) or "-"))


def show_pins(language: Language, edit: "PlanEdit", pins: "Applied | None", undo: str) -> None:
    """Print the rows that hold what is locked, and what undoes them; or that none were written."""
    if pins is None:
        if edit.locked:
            text = message("locked: {visits}; --pin makes promises of it (visit_pins.csv)",
                           visits=", ".join(edit.locked))  # fmt: skip
            say(language, text)
        return
    warn(language, *(warning.as_message() for warning in pins.warnings))
    for row in pins.happening.edits:
        say(language, replace(row, file=pins.file).sentence)
    if undo:
        say(language, message("to undo: {line}", line=undo))


def _name(one: "EditFigures", language: Language) -> str:
    """Return a trip as the table calls it, and its id in the new plan; or that it is all trips."""
    is_new = one.new_id not in ("", one.trip_id)
    whole = translate(message("all trips of the month"), language)
    return f"{one.trip_id} → {one.new_id}" if is_new else one.trip_id or whole


def _step(now: float, before: float, language: Language) -> str:
    """Return a figure with its difference to before."""
    step = round(now - before, 2)
    sign = "+" if step > 0 else "−"
    told = f" ({sign}{format_number(abs(step), language)})" if step else ""
    return f"{format_number(now, language)}{told}"
