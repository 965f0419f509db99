"""`explain`: why a batch, a library or a visit got what it got."""

from pathlib import Path

import click

from commands.answers import say, show_json, tell_changed, tell_past
from commands.options import AS_JSON, MONTH, PROVINCE, Session, parse_month, verb
from province.language import translate


@verb(
    "Say why a batch, a library or a visit got what it got in a month's plan.\n\n"
    "Example: luanchuyen explain data/son-la L05 --month 2026-12"
)
@PROVINCE
@click.argument("name", metavar="BATCH|LIBRARY|VISIT")
@MONTH
@AS_JSON
def command(session: Session, folder: Path, name: str, month: str, as_json: bool) -> None:
    """Print the reasons."""
    from planning.answers.explain import explain
    from planning.past.read import read_past_of
    from planning.plan_file import read_plan
    from province.read import read_province

    province = read_province(folder)
    plan = read_plan(folder / "plans" / str(parse_month(month)) / "plan.json")
    language = session.speak(province, plan)
    tell_changed(language, plan, province)
    past = read_past_of(folder, province, plan)
    tell_past(language, past)
    answers = explain(province, plan, name, past=past)
    if as_json:
        show_json(
            [
                one.facts
                | {"text": translate(one.text, language)}
                | {"notes": [translate(note, language) for note in one.notes]}
                for one in answers
            ]
        )
        return
    for one in answers:
        say(language, one.text)
        for note in one.notes:
            click.echo(f"  {translate(note, language)}")
