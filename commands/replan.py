"""`replan`: what is left of a month, after something happened."""

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
    tell_past,
    warn,
)
from commands.options import AS_JSON, FILE, SEED, WORK, Session, parse_moment, parse_month, verb
from province.amounts import tell_amounts
from province.language import Language, Message, mark, message

MOST_TOLD = 30
"""Changes that are listed on the screen."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planning.plan import Plan, VisitChange
    from planning.replan.pose_rest import Allowed
    from province.facts import Province
    from routing.trips import TripPlan


@verb(
    "Plan what is left of a month again after something happened; what was done stays, and as "
    "little as pays changes.\n\n"
    "Example: luanchuyen replan data/son-la --month 2026-12 --from 2026-12-25T10:00"
)
@click.argument("place", type=FILE, metavar="PLAN_OR_PROVINCE")
@click.option("--month", help=mark("The month, like 2026-12 (the latest plan if left out)."))
@click.option(
    "--from", "moment", required=True,
    help=mark("The moment, like 2026-12-25 or 2026-12-25T10:00: what began before it stays."),
)  # fmt: skip
@click.option(
    "--allow", type=click.Choice(("fill", "move", "all")), default="move", show_default=True,
    help=mark("What may change: only what is lost is placed; other visits too; anything."),
)  # fmt: skip
@SEED
@WORK
@click.option("--why", default="", help=mark("The reason, for the list of versions."))
@click.option("--by", default="", help=mark("Who decided it (who is logged in)."))
@AS_JSON
def command(
    session: Session,
    place: Path,
    month: str | None,
    moment: str,
    allow: "Allowed",
    seed: int,
    work: float,
    why: str,
    by: str,
    as_json: bool,
) -> None:
    """Replan, check, keep the version before, write the documents, say who must be told."""
    from commands.plan import refuse_violations
    from exports.versions import keep_version, note_version, read_former_plans
    from exports.write import write_documents
    from planning.appointments import follow_plan
    from planning.find_plan import find_plan, find_province
    from planning.past.read import count_as_done, read_past_of, read_plans
    from planning.plan_facts import refuse_strange_trips
    from planning.plan_file import read_plan
    from planning.replan.replan import MOST_VERSIONS, replan_month
    from planning.replan.told import tell_why
    from province.files.locks import hold_lock

    file = find_plan(place, parse_month(month) if month else None)
    target = file.parent
    with hold_lock(target):
        plan = read_plan(file)
        home = find_province(file)
        province, language = session.read(home)
        start = parse_moment(moment, plan.month)
        plans = read_plans(home, province, until=plan.month)
        refuse_strange_trips(plan.all_trips, province)
        former = read_former_plans(target, plan, MOST_VERSIONS)
        with progress_bar(language) as progress:
            new = replan_month(
                province, plans, plan, start, allow=allow, seed=seed, work=work, versions=former,
                tell_first=lambda first: tell_first(language, first), progress=progress,
            )  # fmt: skip
        if new is None:
            say(language, message("nothing has changed since {month} was planned: the plan stays",
                                  month=str(plan.month)))  # fmt: skip
            return
        refuse_violations(new)
        new = follow_plan(tell_why(new, why), plan)
        past = read_past_of(home, province, new)
        keep_version(target, new)
        files = write_documents(
            new, count_as_done(province, past), target, language=language, overwrite=True
        )
        note_version(target, command="replan", why=why, by=by)
    tell_past(language, past)
    if as_json:
        told = summarise(new, target, files)
        show_json(tell_amounts(told, province.settings.province.currency))
    else:
        show_changes(language, new, province, target)


def tell_first(language: Language, first: "TripPlan") -> None:
    """Say on stderr what the first answer serves, before a better one is looked for."""
    served = sum(len(trip.stops) for trip in first.trips)
    text = message(
        "first answer: {served} visits placed, {lost} not; looking for a better one",
        served=served,
        lost=len(first.unserved),
    )
    warn(language, text)


def summarise(plan: "Plan", target: Path, files: tuple[Path, ...]) -> dict[str, Any]:
    """Return the figures of a replanned month for `--json`."""
    from dataclasses import asdict

    from planning.waits import list_waiting

    assert plan.replanned is not None
    told = asdict(plan.replanned)
    return asdict(plan.totals) | {
        "month": str(plan.month),
        "version": plan.revision,
        "cut_short": plan.is_cut_short,
        "from": plan.replanned.day.isoformat(),
        "before": told["before"],
        "changes": told["changes"],
        "rerouted": told["rerouted"],
        "waits": [asdict(wait) for _, wait in list_waiting(plan)],
        "broken": told["broken"],
        "stranded": told["stranded"],
        "notes": [str(note) for note in plan.replanned.notes],
        "unserved": [
            {"visit": one.visit_id, "reason": str(one.reason), "fix": str(one.fix)}
            for one in plan.trips.unserved
        ],
        "folder": target.as_posix(),
        "files": sorted(path.relative_to(target).as_posix() for path in files),
    }


def show_changes(language: Language, plan: "Plan", province: "Province", target: Path) -> None:
    """Print what became otherwise, what that costs, and what is lost."""
    from commands.plan import list_unserved_lines

    assert plan.replanned is not None
    before, now = plan.replanned.before, plan.replanned.after
    currency = province.settings.province.currency

    def compare(one: float, two: float) -> str:
        return f"{format_number(one, language)} → {format_number(two, language)}"

    cost = " → ".join(format_money(one.cost_vnd, currency, language) for one in (before, now))
    lines: tuple[tuple[Message, object], ...] = (
        (message("visits served"), f"{now.visits_served} / {now.visits}"),
        (message("visits that are otherwise than announced"), len(plan.replanned.changes)),
        (message("trips"), compare(before.trips, now.trips)),
        (message("kilometres"), compare(before.length_km, now.length_km)),
        (message("cost, {currency}", currency=currency), cost),
        (message("version"), plan.revision),
        (message("files"), target),
    )
    show_lines(language, lines)
    for line in (*list_change_lines(plan, province), *list_unserved_lines(plan, province)):
        say(language, line)


def list_change_lines(plan: "Plan", province: "Province") -> "Iterator[Message]":
    """Yield a line for each visit that is otherwise; the first ones, and how many more."""
    from planning.replan.changes import say_kinds
    from planning.waits import list_waiting, tell_wait

    assert plan.replanned is not None
    changes = plan.replanned.changes
    for change in changes[:MOST_TOLD]:
        site = province.site_by_id.get(change.site_id)
        yield message(
            "{visit} ({name}): {what}: {before} → {after}",
            visit=change.visit_id,
            name=site.name if site else change.site_id,
            what=say_kinds(change),
            before=_say_placed(change, is_before=True),
            after=_say_placed(change, is_before=False),
        )
        if change.slots:
            days = ", ".join(slot.placed.day.isoformat() for slot in change.slots)
            yield message("    days that would do: {days}", days=days)
    if len(changes) > MOST_TOLD:
        more = len(changes) - MOST_TOLD
        yield message("{count} more are otherwise: see changes.csv", count=more)
    yield from (tell_wait(trip, wait, province) for trip, wait in list_waiting(plan))
    for one in plan.replanned.broken:
        yield message(
            "not kept any more, as it is under way: {where}: {what}",
            where=one.where,
            what=one.detail,
        )
    yield from plan.replanned.notes
    for batch_id in plan.replanned.stranded:
        yield message("batch {batch} is elsewhere: its movement is left out", batch=batch_id)


def _say_placed(change: "VisitChange", *, is_before: bool) -> str:
    from province.dates import clock

    placed = change.before if is_before else change.after
    if placed is None:
        return "–"
    return f"{placed.day.isoformat()} {clock(placed.start_min)} {placed.trip_id}"
