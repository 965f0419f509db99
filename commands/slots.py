"""`slots`: which days a library could be visited on."""

from pathlib import Path

import click

from commands.answers import show_table, tell_changed, warn
from commands.options import AS_JSON, FILE, Session, parse_moment, parse_month, verb
from province.language import mark, message

MOST = 5


@verb(
    "Say on which days and trips a visit could be made instead, what each costs more, and which "
    "other visits it shifts. All others stay on their trips, as with replan --allow fill once the "
    "visit is pinned.\n\n"
    'Example: luanchuyen slots data/son-la "Mường La" --month 2026-12 --task session'
)
@click.argument("place", type=FILE, metavar="PLAN_OR_PROVINCE")
@click.argument("name", metavar="SITE")
@click.option("--month", help=mark("The month, like 2026-12 (the latest plan if left out)."))
@click.option(
    "--from", "moment",
    help=mark("Only days from then on, like 2026-12-25 or 2026-12-25T10:00 (today)."),
)  # fmt: skip
@click.option(
    "--task", type=click.Choice(("exchange", "session", "kit", "training")),
    help=mark("Only visits with this task."),
)  # fmt: skip
@AS_JSON
def command(
    session: Session,
    place: Path,
    name: str,
    month: str | None,
    moment: str | None,
    task: str | None,
    as_json: bool,
) -> None:
    """Print the five cheapest ways for each visit of the site."""
    from planning.answers.slots import list_slots
    from planning.find_plan import find_plan, find_province
    from planning.plan_file import read_plan
    from planning.replan.moment import Moment
    from province.read import read_province
    from province.visits import Task

    file = find_plan(place, parse_month(month) if month else None)
    plan = read_plan(file)
    province = read_province(find_province(file))
    language = session.speak(province, plan)
    tell_changed(language, plan, province)
    today = min(max(session.today(province), plan.month.first_day), plan.month.last_day)
    start = parse_moment(moment, plan.month) if moment else Moment(today)
    found = list_slots(province, plan, start, name, Task(task) if task else None, most=MOST)
    show_table(language, found.rows, as_json=as_json)
    for visit_id in found.without:
        text = message(
            "{visit}: no other day while all others stay on their trips; others move "
            "where that pays, once it is pinned and replanned",
            visit=visit_id,
        )
        warn(language, text)
