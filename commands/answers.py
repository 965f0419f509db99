"""What several verbs print: messages, tables, JSON and the progress bar."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.options import Session
from province.invisible import show_plainly
from province.language import Language, Message, message, name_code, translate

if TYPE_CHECKING:
    from planning.happened.apply import Applied
    from planning.happened.happening import Happening
    from planning.plan import Plan
    from province.facts import Province
    from province.past import Past


def format_number(value: float, language: Language) -> str:
    """Return a number as people of a language write it, with at most two decimals."""
    from babel.numbers import format_decimal

    return str(format_decimal(round(value, 2), locale=language))


def format_money(smallest: float, currency: str, language: Language) -> str:
    """Return an amount, counted in the smallest unit of a currency, with all its decimals."""
    from exports.text.formats import format_money as write_money

    return write_money(smallest, currency, language)


def say(language: Language, text: Message) -> None:
    """Print one message."""
    click.echo(translate(text, language))


def warn(language: Language, *texts: Message) -> None:
    """Print messages on stderr."""
    for text in texts:
        click.echo(translate(text, language), err=True)


def show_json(data: object) -> None:
    """Print data as JSON."""
    click.echo(show_plainly(json.dumps(data, ensure_ascii=False, indent=2, default=str)))


def show_table(language: Language, rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print rows as a table with translated headings, or as JSON."""
    if as_json:
        show_json(rows)
        return
    if not rows:
        say(language, message("nothing to show"))
        return
    heads = [translate(key, language) for key in rows[0]]
    cells = [[_write_cell(value, row, language) for value in row.values()] for row in rows]
    widths = [max(len(line[i]) for line in [heads, *cells]) for i in range(len(heads))]
    for line in [heads, *cells]:
        texts = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(texts).rstrip())


def show_lines(language: Language, lines: Sequence[tuple[Message, object]]) -> None:
    """Print a name and a value a line, the values below each other."""
    width = max(len(translate(name, language)) for name, _ in lines)
    for name, value in lines:
        click.echo(f"{translate(name, language):<{width}}  {value}")


def _write_cell(value: object, row: dict[str, Any], language: Language) -> str:
    """Return a cell as it is shown: a code has its name beside it, unless the row says it."""
    if isinstance(value, Message):
        return translate(value, language)
    if isinstance(value, str):
        said = [other for other in row.values() if isinstance(other, str)]
        return show_plainly(name_code(value, said))
    return "" if value is None else show_plainly(str(value))


@contextmanager
def progress_bar(language: Language) -> Iterator[Callable[[Message, float], None]]:
    """Show a bar on stderr when it is a terminal, and tell a parent that asks how far it is."""
    from tqdm import tqdm

    from province.progress import PROGRESS_FILE

    told = os.environ.get(PROGRESS_FILE, "")
    with tqdm(total=100, disable=None, leave=False, bar_format="{desc} {bar} {n:.0f} %") as bar:

        def show(what: Message, share: float) -> None:
            bar.set_description_str(translate(what, language), refresh=False)
            bar.update(max(0.0, 100 * share - bar.n))
            if told:
                with suppress(OSError):
                    Path(told).write_text(f"{share:.3f}", encoding="ascii")

        yield show


def tell_missed(language: Language, past: "Past", since: date) -> None:
    """Say on stderr which promised sessions were recorded as not held, from a day on."""
    if missed := past.list_missed_sessions(since):
        text = message(
            "promised sessions that were recorded as not held: {sessions}",
            sessions=", ".join(f"{site_id} {day.isoformat()}" for site_id, day in missed),
        )
        warn(language, text)


def tell_changed(language: Language, plan: "Plan", province: "Province") -> None:
    """Say on stderr when the facts are not those any more that a plan was made of."""
    from planning.plan_facts import has_changed

    if has_changed(plan, province):
        text = message(
            "the province has changed since {month} was planned: the documents show the old plan "
            "with the new facts",
            month=str(plan.month),
        )
        warn(language, text)


def tell_past(language: Language, past: "Past", *, counts_as_done: bool = True) -> None:
    """Say on stderr how many results of which plan are missing, and what can no longer be.

    Parameters
    ----------
    counts_as_done
        Whether the answer takes what is missing to be done, rather than telling the ledger alone.
    """
    for missing in past.missing:
        text = message(
            "plan of {month}: {count} of {all} results are not recorded yet",
            month=str(missing.month),
            count=missing.count,
            all=missing.expected,
        )
        if counts_as_done:
            text = message("{missing}; they count as done as planned", missing=text)
        warn(language, text)
    if past.impossible:
        text = message(
            "{count} planned movements can no longer take place after what was recorded: {batches}",
            count=len(past.impossible),
            batches=", ".join(dict.fromkeys(str(entry.batch_id) for entry in past.impossible)),
        )
        warn(language, text)


def show_applied(session: Session, folder: Path, applied: "Applied", *, as_json: bool) -> None:
    """Print what was written into the folder, what undoes it, and whom it concerns."""
    from dataclasses import replace

    from planning.answers.concerned import summarise_applied, tabulate_stays, tabulate_visits

    language = session.speak(applied.province)
    undo = write_undo(language, folder, applied.happening)
    warn(language, *(warning.as_message() for warning in applied.warnings))
    for file in applied.touched.unread:
        warn(language, message("{file} cannot be read: whom it concerns is not told", file=file))
    if as_json:
        show_json(summarise_applied(applied) | {"undo": undo})
        return
    if not applied.file:
        say(language, message("the table says so already: nothing was written"))
    for edit in applied.happening.edits:
        say(language, replace(edit, file=applied.file).sentence)
    if applied.file:
        say(language, message("to undo: {line}", line=undo))
    visits, stays = tabulate_visits(applied.touched), tabulate_stays(applied.touched)
    say(language, message("planned visits concerned: {count}", count=len(visits)))
    if visits:
        show_table(language, visits, as_json=False)
    say(language, message("planned stays concerned: {count}", count=len(stays)))
    if stays:
        show_table(language, stays, as_json=False)


def write_undo(language: Language, folder: Path, happening: "Happening") -> str:
    """Return the lines that undo what was written, as this machine's command line takes them."""
    if not isinstance(happening.undo, tuple):
        return translate(happening.undo.sentence, language)
    lines = (happening.undo, *happening.more_undo)
    return "\n".join(write_line(verb, folder, rest) for verb, *rest in lines)


def write_line(verb: str, folder: Path, rest: Sequence[str]) -> str:
    """Return a line of this program as this machine's command line takes it."""
    words = ["luanchuyen", verb, str(folder), *rest]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
