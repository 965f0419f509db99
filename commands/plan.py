"""`plan`: a month and its documents."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.answers import (
    format_money,
    format_number,
    progress_bar,
    say,
    show_json,
    show_lines,
    tell_missed,
    tell_past,
    warn,
)
from commands.options import (
    AS_JSON,
    FILE,
    MONTH,
    PROVINCE,
    SEED,
    WORK,
    Amount,
    Session,
    parse_month,
    verb,
)
from province.amounts import tell_amounts
from province.language import Language, Message, mark, message

MOST_TOLD = 10
"""Visits not served, and changes to what was announced, that are listed on the screen."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planning.plan import Plan
    from planning.survey import Survey
    from province.facts import Province
    from province.progress import Progress


@verb(
    "Plan a month and write its documents.\n\nExample: luanchuyen plan data/son-la --month 2026-12"
)
@PROVINCE
@MONTH
@SEED
@WORK
@click.option(
    "--minutes", default=0.0, type=Amount(0, 1440),
    help=mark("Go on improving for so long; such a plan cannot be repeated exactly."),
)  # fmt: skip
@click.option("--force", is_flag=True, help=mark("Replace the month's plan if there is one."))
@click.option("--why", default="", help=mark("The reason, for the list of versions."))
@click.option("--by", default="", help=mark("Who decided it (who is logged in)."))
@click.option("--forget", is_flag=True, help=mark("Plan as if nothing had been announced before."))
@click.option("--out", type=FILE, help=mark("Folder to write (plans/MONTH)."))
@AS_JSON
def command(
    session: Session,
    folder: Path,
    month: str,
    seed: int,
    work: float,
    minutes: float,
    force: bool,
    why: str,
    by: str,
    forget: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Plan, check the plan, write the documents, print the figures.

    The plan is written before what would serve the visits left out is looked for; what tells it is
    then written again. Ctrl-C in between leaves the plan without.
    """
    from exports.versions import keep_version, note_version
    from exports.write import refuse_existing, write_documents
    from planning.joint.month import PLANNED, plan_month, survey_after
    from planning.past.promises import read_promises
    from planning.past.read import read_past, read_standing_trips
    from province.files.locks import hold_lock
    from province.progress import tell_part

    wanted = parse_month(month)
    province, language = session.read(folder)
    target = out or folder / "plans" / str(wanted)
    with hold_lock(target):
        refuse_existing(target, overwrite=force)
        past = read_past(folder, province, wanted)
        standing = read_standing_trips(folder, province, wanted, past)
        tell_past(language, past)
        tell_missed(language, past, wanted.plus(-1).first_day)
        promised = () if forget else read_promises(folder, province, wanted, past)
        survey = survey_after(province, wanted, past)
        known = survey.province
        with progress_bar(language) as progress:
            plan = plan_month(
                province, wanted, past=past, standing_trips=standing, seed=seed, work=work,
                last_stays=promised, minutes=minutes, has_fixes=False, survey=survey,
                progress=progress,
            )  # fmt: skip
            refuse_violations(plan)
            plan = replace_earlier(plan, target, language)
            keep_version(target, plan)
            files = write_documents(plan, known, target, language=language, overwrite=force)
            note_version(target, command="plan", why=why, by=by)
            plan = write_fixes(plan, survey, target, language, tell_part(progress, PLANNED, 1.0))
    warn(language, *list_caveats(plan), *tell_idle_pins(province, plan))
    if as_json:
        told = summarise(plan, province, target, files)
        show_json(tell_amounts(told, province.settings.province.currency))
    else:
        show_totals(language, plan, province, target)


def write_fixes(
    plan: "Plan", survey: "Survey", target: Path, language: Language, progress: "Progress"
) -> "Plan":
    """Return a written plan with what would serve the visits left out; its papers tell that too."""
    from exports.write import list_fix_tellers, write_documents
    from planning.joint.month import find_fixes

    new = plan if plan.is_cut_short else find_fixes(plan, survey, progress=progress)
    if new != plan:
        write_documents(
            new, survey.province, target, language=language, only=list_fix_tellers(), overwrite=True
        )
    return new


def list_caveats(plan: "Plan") -> "Iterator[Message]":
    """Yield what whoever reads the figures should know first."""
    if plan.is_cut_short:
        yield message("the search was cut short: this is the best plan found until then")
    if plan.minutes:
        yield message("planned by the clock: another run may give another plan")


def tell_idle_pins(province: "Province", plan: "Plan") -> "Iterator[Message]":
    """Yield which pins of the month are about no visit of it."""
    from planning.visit_pins import list_idle_pins

    for pin_id in list_idle_pins(province, plan):
        yield message(
            "visit_pins.csv: {pin} fixes nothing: no visit of {month} is the one it names",
            pin=pin_id,
            month=str(plan.month),
        )


def replace_earlier(plan: "Plan", target: Path, language: Language) -> "Plan":
    """Return a plan as the next revision of the one in its folder, if there is one."""
    from dataclasses import replace

    from planning.appointments import find_revision, follow_plan
    from planning.find_plan import PLAN_NAME
    from planning.plan_file import read_plan
    from province.errors import InputError

    file = target / PLAN_NAME
    if not file.is_file():
        return plan
    try:
        return follow_plan(plan, read_plan(file))
    except InputError:
        text = message(
            "the plan before this one cannot be read: what it put into calendars is not cancelled"
        )
        warn(language, text)
        return replace(plan, revision=find_revision(file) + 1)


def refuse_violations(plan: "Plan") -> None:
    """Raise ViolationError when a checker found a rule broken: such a plan is not written."""
    from province.errors import ViolationError

    if plan.violations:
        raise ViolationError(
            message("the plan breaks its own rules and is not written; please report this"),
            *(violation.sentence for violation in plan.violations),
        )


def summarise(
    plan: "Plan", province: "Province", target: Path, files: tuple[Path, ...]
) -> dict[str, Any]:
    """Return the figures of a plan for `--json`; plans made before have no joint ones."""
    from dataclasses import asdict

    from planning.figures import count_exchange_visits, count_impossible

    joint = (
        {}
        if plan.joint is None
        else {
            "joint_points": plan.joint.points,
            "joint_points_first": plan.joint.first_points,
            "joint_rounds": plan.joint.rounds,
        }
    )
    return asdict(plan.totals) | {
        "month": str(plan.month),
        "cut_short": plan.is_cut_short,
        "minutes": plan.minutes,
        "unserved": len(plan.trips.unserved),
        "impossible": count_impossible(plan),
        "rotation_gap": plan.rotation.gap,
        "exchange_visits": {
            str(month): count for month, count in count_exchange_visits(plan.rotation).items()
        },
        "trips_gap": plan.trips.gap,
        "published_km": province.settings.trips.published_km or None,
        "uneven_crews_vnd": plan.trips.uneven_crews_vnd,
        "uneven_communes_vnd": plan.trips.uneven_communes_vnd,
        **joint,
        **_summarise_promises(plan),
        **_summarise_wishes(plan, province),
        "forced": [asdict(one) | {"month": str(one.month)} for one in plan.rotation.forced],
        "folder": target.as_posix(),
        "files": sorted(path.relative_to(target).as_posix() for path in files),
    }


def _summarise_promises(plan: "Plan") -> dict[str, Any]:
    """Return how many stays the plan before announced, and those that are not kept."""
    if plan.promises is None:
        return {}
    broken = [
        {
            "batch": one.batch_id,
            "site": one.site_id,
            "month": str(one.month),
            "instead": str(one.instead),
        }
        for one in plan.promises.broken
    ]
    return {"promises": plan.promises.made, "promises_broken": broken}


def _summarise_wishes(plan: "Plan", province: "Province") -> dict[str, Any]:
    """Return what became of each session wished for on days of events; nothing without any."""
    from exports.text.wishes import tell_reason

    if not plan.wishes:
        return {}
    rows = [
        {
            "event": one.wish.event_id,
            "wish": one.wish.wish_id,
            "site": one.site_id,
            "points": one.wish.weight,
            "day": str(one.placed.day) if one.placed else None,
            "met": one.reason.value == "met",
            "reason": tell_reason(one, plan, province, "en"),
            "other_days": [str(slot.placed.day) for slot in one.slots],
        }
        for one in plan.wishes
    ]
    return {"wishes": rows}


def list_event_lines(plan: "Plan", province: "Province") -> "Iterator[tuple[Message, str]]":
    """Yield a line for each event that sessions were wished for: how many are on its days."""
    from planning.event_month import list_month_events

    for event in list_month_events(plan, province):
        if event.answers:
            name = message("sessions on the day wished for, {event}", event=event.entry.name)
            yield name, f"{event.met} / {len(event.answers)}"
            name = message("    on days around it; not this month")
            yield name, f"{event.near}; {event.lost}"


def list_promise_lines(language: Language, plan: "Plan") -> tuple[tuple[Message, str], ...]:
    """Return the line that tells how much of what was announced is kept."""
    if plan.promises is None:
        return ()
    name = message("stays announced by the plan before, kept")
    return ((name, f"{plan.promises.kept} / {plan.promises.made}"),)


def list_joint_lines(language: Language, plan: "Plan") -> tuple[tuple[Message, str], ...]:
    """Return the lines that tell what rotation and trips are worth together."""
    if plan.joint is None:
        return ()
    first = message("joint objective of the first proposal")
    return (
        (message("joint objective, points"), format_number(plan.joint.points, language)),
        (first, format_number(plan.joint.first_points, language)),
    )


def list_forced_lines(
    language: Language, plan: "Plan", currency: str
) -> tuple[tuple[Message, str], ...]:
    """Return the lines that tell what rules force beyond its worth, and where one is waived."""
    forced = [one for one in plan.rotation.forced if not one.is_waived]
    waived = [one for one in plan.rotation.forced if one.is_waived]
    lines: list[tuple[Message, str]] = []
    if forced:
        cost = format_money(sum(one.price_vnd for one in forced), currency, language)
        name = message("exchanges that rules force beyond their worth")
        lines.append((name, f"{len(forced)} ({cost})"))
    if waived:
        name = message("libraries left empty, an exchange costs too much")
        lines.append((name, ", ".join(one.site_id for one in waived)))
    return tuple(lines)


def show_totals(language: Language, plan: "Plan", province: "Province", target: Path) -> None:
    """Print the figures of a plan, one a line; beside what was driven before, where known."""
    from planning.figures import count_exchange_visits, count_impossible

    totals, currency = plan.totals, province.settings.province.currency
    before = province.settings.trips.published_km
    published = ((message("kilometres as published"), format_number(before, language)),)
    lines: tuple[tuple[Message, object], ...] = (
        (message("batches moved"), totals.batches_moved),
        (message("visits served"), f"{totals.visits_served} / {totals.visits}"),
        (message("visits not served"), len(plan.trips.unserved)),
        (message("of these, visits that no trip of their own can make"), count_impossible(plan)),
        (message("exchanges"), totals.exchanges_served),
        (message("sessions"), totals.sessions_served),
        (message("trips"), totals.trips),
        (message("kilometres"), format_number(totals.length_km, language)),
        *(published if before else ()),
        (message("driving hours"), format_number(totals.driving_hours, language)),
        (message("nights"), totals.nights),
        (
            message("cost, {currency}", currency=currency),
            format_money(totals.cost_vnd, currency, language),
        ),
        (
            message("unevenness among crews and communes counts, {currency}", currency=currency),
            f"{format_money(plan.trips.uneven_crews_vnd, currency, language)} + "
            f"{format_money(plan.trips.uneven_communes_vnd, currency, language)}",
        ),
        (message("rotation gap"), f"{format_number(100 * plan.rotation.gap, language)} %"),
        (message("trips gap"), f"{format_number(100 * plan.trips.gap, language)} %"),
        *list_joint_lines(language, plan),
        *list_forced_lines(language, plan, currency),
        *list_promise_lines(language, plan),
        *list_event_lines(plan, province),
        (
            message("exchange visits month by month"),
            ", ".join(str(count) for count in count_exchange_visits(plan.rotation).values()),
        ),
        (message("files"), target),
    )
    show_lines(language, lines)
    for line in (*list_unserved_lines(plan, province), *list_broken_promises(plan)):
        say(language, line)


def list_broken_promises(plan: "Plan") -> "Iterator[Message]":
    """Yield what was announced and is planned otherwise now; the first ones, and how many more."""
    broken = plan.promises.broken if plan.promises else ()
    for one in sorted(broken, key=lambda one: (str(one.month), one.site_id))[:MOST_TOLD]:
        yield message(
            "announced otherwise: {batch} to {site} in {month}: {instead}",
            batch=one.batch_id,
            site=one.site_id,
            month=str(one.month),
            instead=one.instead,
        )
    if len(broken) > MOST_TOLD:
        yield message("{count} more were announced otherwise", count=len(broken) - MOST_TOLD)


def list_unserved_lines(plan: "Plan", province: "Province") -> "Iterator[Message]":
    """Yield what is not served, why, and what would serve it; the first ones, and how many more."""
    from routing.trips import NO_FIX

    visits, sites = {visit.visit_id: visit for visit in plan.visits}, province.site_by_id
    unserved = sorted(plan.trips.unserved, key=lambda one: one.visit_id)
    for one in unserved[:MOST_TOLD]:
        site = sites[visits[one.visit_id].receiver_id]
        yield message(
            "not served: {visit} ({name}): {reason}",
            visit=one.visit_id,
            name=site.name,
            reason=one.reason,
        )
        if one.fix != NO_FIX:
            yield message("    what would serve it: {fix}", fix=one.fix)
    if len(unserved) > MOST_TOLD:
        more = len(unserved) - MOST_TOLD
        yield message("{count} more are not served: see unserved.csv", count=more)
