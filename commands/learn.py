"""`learn`: what recorded times and tracks say of speeds and of the minutes of exchanges."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.answers import format_number, say, show_json, show_table, write_line
from commands.line import line_language
from commands.options import AS_JSON, PROVINCE, Session, parse_cells, refuse_page, verb
from province.language import Language, Message, mark, message, translate

if TYPE_CHECKING:
    from planning.learning.factors import Written
    from planning.learning.propose import Lesson
    from planning.tracks.lay_tracks import LaidTracks
    from province.facts import Province

TRACK = click.Path(path_type=Path, exists=True, dir_okay=False)


@verb(
    "Compare the times that crews recorded, and the tracks of their phones, with the plans, and "
    "propose factors of speed by road class and road, and of the minutes of an exchange by site. "
    "--apply writes them.\n\n"
    "Example: luanchuyen learn data/son-la --track phone.gpx --map driven.html --apply"
)
@PROVINCE
@click.option(
    "--track", "tracks", multiple=True, type=TRACK,
    help=mark("A GPX track of a trip, from a phone; may be repeated. --apply keeps it in the "
              "folder tracks, whose tracks always count."),
)  # fmt: skip
@click.option(
    "--map", "page", type=click.Path(path_type=Path, dir_okay=False),
    help=mark("A page to write: the tracks and the planned ways on a map."),
)  # fmt: skip
@click.option("--force", is_flag=True, help=mark("Replace the page that is there."))
@click.option("--apply", "is_applied", is_flag=True, help=mark("Write what is proposed."))
@click.option(
    "--set", "given", multiple=True,
    help=mark("Write a factor of your own instead, like national=0.9, QL6=1.1 or SITE=1.2; nothing "
              "behind the sign takes it away."),
)  # fmt: skip
@AS_JSON
def command(
    session: Session,
    folder: Path,
    tracks: tuple[Path, ...],
    page: Path | None,
    force: bool,
    is_applied: bool,
    given: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print what was learnt, and write it where that is asked for."""
    from planning.learning.factors import list_factors, name_factors, write_factors
    from planning.learning.read_lesson import read_lesson

    if given and (is_applied or tracks or page):
        raise click.UsageError(
            translate(message("--set, or --apply, --track and --map, not both"), line_language())
        )
    if page is not None:
        refuse_page(page, is_forced=force)
    province, language = session.read(folder)
    answer: dict[str, Any] = {}
    if given:
        factors = name_factors(province, parse_cells(given))
    else:
        lesson, laid = read_lesson(folder, province, tracks)
        factors = list_factors(province, lesson.proposals)
        answer = tell_learnt(language, province, lesson, laid, tracks, as_json=as_json)
        if page is not None:
            draw_page(page, laid, province, language)
            if not as_json:
                click.echo(str(page))
    if is_applied or given:
        written = write_factors(folder, factors)
        answer |= summarise_written(folder, written)
        answer |= keep_brought(folder, tracks, language, as_json=as_json)
        if not as_json:
            show_written(language, written, answer["undo"])
    elif factors and not as_json:
        words = [word for track in tracks for word in ("--track", str(track))]
        line = write_line("learn", folder, [*words, "--apply"])
        say(
            language,
            message("to write what is proposed: {line}", line=line),
        )
    if as_json:
        show_json(answer)


def tell_learnt(
    language: Language,
    province: "Province",
    lesson: "Lesson",
    laid: "LaidTracks",
    tracks: tuple[Path, ...],
    *,
    as_json: bool,
) -> dict[str, Any]:
    """Print ways and factors as tables, with what they do not say; return all for `--json`."""
    from planning.answers.driven import tabulate_driven, tell_driven
    from planning.answers.lesson import tabulate_lesson, tell_lesson

    notes = [*tell_driven(laid, province), *tell_lesson(lesson)]
    if not as_json:
        names = {track.name for track in tracks}
        brought = [one for one in laid.days if names & set(one.track.names)]
        if rows := tabulate_driven(brought, province):
            show_table(language, write_numbers(rows, language), as_json=False)
            click.echo()
        show_lesson(language, tabulate_lesson(lesson, language), notes)
    return {
        "factors": tabulate_lesson(lesson),
        "legs": tabulate_driven(laid.days, province),
        "notes": [translate(note, language) for note in notes],
    }


def draw_page(page: Path, laid: "LaidTracks", province: "Province", language: Language) -> None:
    """Write the map of the tracks."""
    from exports.driven.driven_page import draw_driven
    from province.files.whole import write_whole

    write_whole(page, draw_driven(laid, province, language))


def keep_brought(
    folder: Path, tracks: tuple[Path, ...], language: Language, *, as_json: bool
) -> dict[str, Any]:
    """Keep the tracks in the province folder, and say so; return their names for `--json`."""
    from planning.tracks.kept import keep_tracks

    kept = [path.relative_to(folder).as_posix() for path in keep_tracks(folder, tracks)]
    if kept and not as_json:
        say(language, message("kept for later: {files}", files=", ".join(kept)))
    return {"kept": kept} if tracks else {}


def write_numbers(rows: list[dict[str, Any]], language: Language) -> list[dict[str, Any]]:
    """Return rows with their decimal numbers as the language writes them."""
    return [
        {key: format_number(cell, language) if isinstance(cell, float) else cell
         for key, cell in row.items()}
        for row in rows
    ]  # fmt: skip


def show_lesson(language: Language, rows: list[dict[str, Any]], notes: list[Message]) -> None:
    """Print the factors as a table, and below it what it does not say."""
    if rows:
        show_table(language, write_numbers(rows, language), as_json=False)
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
