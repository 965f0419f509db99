"""`learn`: what recorded times say of speeds and of the minutes of exchanges."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.answers import format_number, say, show_json, show_table, write_line
from commands.line import line_language
from commands.options import AS_JSON, PROVINCE, Session, parse_cells, verb
from province.language import Language, Message, mark, message, translate

if TYPE_CHECKING:
    from planning.learning.factors import Written


@verb(
    "Compare the times that crews recorded with the plans, and propose factors of speed by road "
    "class and of the minutes of an exchange by site. --apply writes them.\n\n"
    "Example: luanchuyen learn data/son-la --apply"
)
@PROVINCE
@click.option("--apply", "is_applied", is_flag=True, help=mark("Write what is proposed."))
@click.option(
    "--set", "given", multiple=True,
    help=mark("Write a factor of your own instead, like national=0.9 or SITE=1.2; nothing behind "
              "the sign takes it away."),
)  # fmt: skip
@AS_JSON
def command(
    session: Session, folder: Path, is_applied: bool, given: tuple[str, ...], as_json: bool
) -> None:
    """Print what was learnt, and write it where that is asked for."""
    from planning.answers.lesson import tabulate_lesson, tell_lesson
    from planning.learning.factors import list_factors, name_factors, write_factors
    from planning.learning.propose import read_lesson

    if is_applied and given:
        raise click.UsageError(translate(message("--apply or --set, not both"), line_language()))
    province, language = session.read(folder)
    answer: dict[str, Any] = {}
    if given:
        factors = name_factors(province, parse_cells(given))
    else:
        lesson = read_lesson(folder, province)
        factors = list_factors(province, lesson.proposals)
        notes = list(tell_lesson(lesson))
        answer = {"factors": tabulate_lesson(lesson), "notes": notes}
        if not as_json:
            show_lesson(language, tabulate_lesson(lesson, language), notes)
    if is_applied or given:
        written = write_factors(folder, factors)
        answer |= summarise_written(folder, written)
        if not as_json:
            show_written(language, written, answer["undo"])
    elif factors and not as_json:
        line = write_line("learn", folder, ["--apply"])
        say(
            language,
            message("to write what is proposed: {line}", line=line),
        )
    if as_json:
        answer["notes"] = [translate(note, language) for note in answer.get("notes", ())]
        show_json(answer)


def show_lesson(language: Language, rows: list[dict[str, Any]], notes: list[Message]) -> None:
    """Print the factors as a table, and below it what it does not say."""
    shown = [
        {key: format_number(cell, language) if isinstance(cell, float) else cell
         for key, cell in row.items()}
        for row in rows
    ]  # fmt: skip
    if shown:
        show_table(language, shown, as_json=False)
    for note in notes:
        say(language, note)


def summarise_written(folder: Path, written: "Written") -> dict[str, Any]:
    """Return what was written and the line that undoes it, for `--json`."""
    words = [word for one in written.before for word in ("--set", f"{one.about}={one.text}")]
    changes = [asdict(one.change) for one in written.factors]
    return {"written": changes, "undo": write_line("learn", folder, words) if words else ""}


def show_written(language: Language, written: "Written", undo: str) -> None:
    """Print what was written, and the line that undoes it."""
    if not written.factors:
        say(language, message("the folder says so already: nothing was written"))
        return
    for one in written.factors:
        say(language, one.change.sentence)
    say(language, message("to undo: {line}", line=undo))
