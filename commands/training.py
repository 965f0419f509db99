"""`training`: who is invited to which course, and who came."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import progress_bar, say, show_json, show_table, warn
from commands.options import (
    AS_JSON,
    FILE,
    ON,
    PROVINCE,
    SEED,
    WORK,
    Session,
    Topic,
    parse_day_option,
    verb,
)
from province.language import Language, mark, message, translate

if TYPE_CHECKING:
    from programme.training.plan import TrainingPlan
    from province.facts import Province


@click.group(
    cls=Topic,
    help=mark(
        "Plan who is invited to which course; take in who came.\n\n"
        "Example: luanchuyen training plan data/son-la --until 2027-04-30"
    ),
)
def command() -> None:
    """Hold the verbs of training."""


@verb(
    "Choose who is invited to which course: goals first, then money, within seats, ways and what "
    "the funds have left on its days. --apply adds the invitations to invitations.csv, --out "
    "writes papers.\n\n"
    "Example: luanchuyen training plan data/son-la --on 2026-12-01 --until 2027-04-30",
    name="plan",
)
@PROVINCE
@click.option("--until", "until_text", required=True,
              help=mark("Last day of the courses looked at, like 2026-12-31."))  # fmt: skip
@ON
@click.option("--apply", "is_applied", is_flag=True,
              help=mark("Add the invitations to invitations.csv."))  # fmt: skip
@click.option("--out", type=FILE, help=mark(
    "Folder to write the plan, a calendar, letters and lists to be signed into."))  # fmt: skip
@click.option("--force", is_flag=True, help=mark("Replace papers that are there."))
@SEED
@WORK
@AS_JSON
def plan_command(
    session: Session,
    folder: Path,
    until_text: str,
    on_text: str | None,
    is_applied: bool,
    out: Path | None,
    force: bool,
    seed: int,
    work: float,
    as_json: bool,
) -> None:
    """Print the courses, the money, and who is not invited."""
    from planning.happened.invitations import change_tables, list_new_rows
    from programme.training.listing import describe_training
    from programme.training.plan import plan_training
    from programme.training.pose import pose_training

    province, language = session.read(folder)
    on = session.day(province, on_text)
    until = parse_day_option(until_text, "--until")
    if until < on:
        told = translate(message("not before {first}", first=on.isoformat()), language)
        raise click.BadParameter(told, param_hint="--until")
    if out is not None:
        from exports.training.write import refuse_training

        refuse_training(out, overwrite=force)
    with progress_bar(language) as progress:
        plan = plan_training(
            pose_training(province, on, until), seed=seed, work=work, progress=progress
        )
    if is_applied:
        change_tables(folder, lambda now: list_new_rows(now, plan))
    if as_json:
        show_json(describe_training(province, plan))
    else:
        tell_plan(province, plan, language)
    if out is not None:
        from exports.training.write import write_training

        paths = write_training(plan, province, on, out, language=language, overwrite=force)
        if not as_json:
            say(language, message("{count} files in {folder}", count=len(paths), folder=str(out)))
    if is_applied and not as_json:
        count = sum(len(one.groups) for one in plan.meetings)
        say(language, message("{count} rows added to {file}", count=count, file="invitations.csv"))


def tell_plan(province: "Province", plan: "TrainingPlan", language: Language) -> None:
    """Print a training plan."""
    from programme.training.listing import (
        tabulate_absent,
        tabulate_meetings,
        tabulate_money,
        tell_gaps,
    )

    show_table(language, tabulate_meetings(province, plan), as_json=False)
    for rows in (tabulate_money(plan), tabulate_absent(plan)):
        if rows:
            click.echo()
            show_table(language, rows, as_json=False)
    click.echo()
    for text in tell_gaps(plan, has_goals=bool(plan.gaps)):
        say(language, text)


@verb(
    "Take into staff.csv who came to courses: what invitations.csv says under attended, with its "
    "proof, and what trips recorded of training at libraries.\n\n"
    "Example: luanchuyen training attended data/son-la --dry-run",
    name="attended",
)
@PROVINCE
@ON
@click.option("--dry-run", is_flag=True, help=mark("Only say what would be written."))
@AS_JSON
def attended_command(
    session: Session, folder: Path, on_text: str | None, dry_run: bool, as_json: bool
) -> None:
    """Print who came, and of whom it is not known yet."""
    from planning.happened.invitations import change_tables
    from programme.training.attendance import take_attendance

    province, language = session.read(folder)
    on = session.day(province, on_text)
    taken = take_attendance(province, on)
    if not dry_run:
        change_tables(folder, lambda now: take_attendance(now, on).edits)
    rows = [
        {
            mark("date"): one.day.isoformat(),
            mark("course"): one.invited.occurrence.course.name,
            mark("staff"): one.invited.staff.staff_id,
            mark("library"): province.site_by_id[one.invited.staff.site_id].name,
            mark("came"): one.people,
            mark("of"): one.invited.invitation.people,
            mark("proof"): one.proof,
        }
        for one in taken.came
    ]
    show_table(language, rows, as_json=as_json)
    if as_json:
        return
    warn(language, *taken.remarks)
    for one in taken.waiting:
        text = message(
            "{id}: whether they came to {course} on {day} is not known yet",
            id=one.invitation.invitation_id, course=one.occurrence.course.name,
            day=one.occurrence.last.isoformat(),
        )  # fmt: skip
        say(language, text)
    if dry_run:
        say(language, message("a dry run: nothing was written"))


command.add_command(plan_command)
command.add_command(attended_command)
