"""`audit`: a schedule checked by the ledger alone."""

from pathlib import Path

import click

from commands.answers import say, show_table, tell_past
from commands.options import AS_JSON, MONTH, PROVINCE, Session, parse_month, verb
from province.language import mark, message, translate


@verb(
    "Check a month's schedule by the ledger: where every batch is before it is moved, titles "
    "seen before, libraries left empty, what a lockdown asks for.\n\n"
    "Example: luanchuyen audit data/son-la --month 2026-12"
)
@PROVINCE
@MONTH
@click.option(
    "--lockdown",
    "only_lockdown",
    is_flag=True,
    help=mark("Show what must hold in a lockdown, in place of the libraries."),
)
@AS_JSON
def command(session: Session, folder: Path, month: str, only_lockdown: bool, as_json: bool) -> None:
    """Print a row per library; a library over a limit ends with exit code 8."""
    from planning.answers.audit import audit_schedule, tabulate_audit
    from planning.answers.audit_lockdown import audit_lockdown, tabulate_points
    from planning.past.read import count_as_done, read_past_of
    from planning.plan_file import read_plan
    from planning.survey import survey_province
    from planning.verify_places import verify_places
    from province.errors import ViolationError

    province, language = session.read(folder)
    plan = read_plan(folder / "plans" / str(parse_month(month)) / "plan.json")
    months = plan.rotation.months
    past = read_past_of(folder, province, plan)
    tell_past(language, past)
    points = audit_lockdown(province, plan, past)
    broken = [sentence for point in points for sentence in point.broken]
    if only_lockdown:
        if not points and not as_json:
            say(language, message("no lockdown holds in {month}", month=str(plan.month)))
            return
        rows = tabulate_points(points, lambda told: translate(told, language))
        show_table(language, rows, as_json=as_json)
        if broken:
            raise ViolationError(*broken)
        return
    known = count_as_done(province, past)
    reach = survey_province(province, plan.month, months=months).reach
    audit = audit_schedule(known, months, plan.rotation.movements, reach, until=past.settled_until)
    show_table(language, tabulate_audit(province, audit), as_json=as_json)
    told = [violation.sentence for violation in verify_places(province, plan, past)]
    if faults := (*told, *broken, *audit.list_faults()):
        raise ViolationError(*faults)
    if not as_json:
        say(
            language,
            message(
                "no fault: {libraries} libraries, {stays} arrivals; at most {seen} % of titles "
                "seen before ({share} % allowed), {empty} months without a batch ({most} allowed)",
                libraries=len(audit.libraries),
                stays=sum(library.arrivals for library in audit.libraries),
                seen=round(100 * max((a.most_seen for a in audit.libraries), default=0.0), 1),
                share=round(100 * audit.max_seen_share),
                empty=max((a.longest_empty for a in audit.libraries), default=0),
                most=audit.max_empty_months,
            ),
        )
