"""`export`: the documents of a plan again, in any language."""

from pathlib import Path

import click

from commands.answers import say, show_json, tell_changed, tell_past
from commands.options import AS_JSON, FILE, Session, parse_month, verb
from province.language import LANGUAGES, Language, mark, message


@verb(
    "Write documents of a plan again, without planning.\n\n"
    "Example: luanchuyen export data/son-la --month 2026-12 --only gpx,ics --out phones"
)
@click.argument("place", type=FILE, metavar="PLAN_OR_PROVINCE")
@click.option("--month", help=mark("The month, like 2026-12 (the latest plan if left out)."))
@click.option("--only", help=mark("Which documents, like gpx,ics (all but the plan itself)."))
@click.option("--lang", type=click.Choice(LANGUAGES), help=mark("Language of the documents."))
@click.option("--version", type=int, help=mark("An earlier version of the plan, by number."))
@click.option("--out", type=FILE, help=mark("Folder to write (the plan's)."))
@click.option("--province", type=FILE, help=mark("The province, if it is elsewhere."))
@click.option("--force", is_flag=True, help=mark("Replace documents that are there."))
@click.option("--pdf", is_flag=True, help=mark("Write papers as PDF too, beside the pages."))
@AS_JSON
def command(
    session: Session,
    place: Path,
    month: str | None,
    only: str | None,
    lang: Language | None,
    version: int | None,
    out: Path | None,
    province: Path | None,
    force: bool,
    pdf: bool,
    as_json: bool,
) -> None:
    """Read the plan and its province, warn when they grew apart, write, and say what."""
    from exports.versions import find_version
    from exports.write import list_usual, write_documents
    from planning.find_plan import find_plan, find_province
    from planning.past.read import count_as_done, read_past_of
    from planning.plan_facts import refuse_strange_names
    from planning.plan_file import read_plan
    from province.read import read_province

    file = find_plan(place, parse_month(month) if month else None)
    if version is not None:
        file = find_version(file.parent, version)
    plan = read_plan(file)
    home = province or find_province(file)
    facts = read_province(home)
    language = lang or session.speak(facts)
    refuse_strange_names(plan, facts)
    tell_changed(language, plan, facts)
    wanted = tuple(name.strip() for name in only.split(",")) if only else list_usual()
    target = out or file.parent
    past = read_past_of(home, facts, plan)
    tell_past(language, past)
    known = count_as_done(facts, past)
    files = write_documents(
        plan, known, target, language=language, only=wanted, overwrite=force, as_pdf=pdf
    )
    if as_json:
        show_json({"folder": target.as_posix(), "files": [path.as_posix() for path in files]})
    else:
        say(language, message("{count} files in {folder}", count=len(files), folder=str(target)))
