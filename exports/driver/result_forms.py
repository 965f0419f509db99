"""Writes the forms in which a driver's file takes down what happened.

The page turns them into a result sheet with the columns of `province.results.RESULT_COLUMNS`.
"""

from typing import Any

from markupsafe import Markup

from exports.driver.trip_book import TripBook
from exports.pages.marks import join, say
from exports.text.formats import count_boxes
from exports.text.words import TASKS
from planning.expected_results import list_expected_results
from province.language import Message, message, translate
from province.results import Outcome, ResultRow, ResultTask
from province.visits import Task
from routing.trips import Stop

OUTCOMES: tuple[tuple[Outcome, str, Message], ...] = (
    (Outcome.DONE, "✓", message("Done")),
    (Outcome.PARTLY, "◐", message("Partly")),
    (Outcome.NOT_DONE, "✗", message("Not done")),
)

_MISSING = (
    ("boxes", "on-partly", message("Boxes handed over")),
    ("boxes_missing", "on-partly", message("Boxes missing")),
    ("books_missing", "on-partly", message("Books missing")),
    ("books_damaged", "on-partly", message("Books damaged")),
)
_USES = ("uses", "on-done on-partly", message("Uses counted"))
_READERS = ("readers", "on-done on-partly", message("Readers who came"))

NUMBERS: dict[ResultTask, tuple[tuple[str, str, Message], ...]] = {
    ResultTask.LEAVE: _MISSING,
    ResultTask.TAKE: (_USES, *_MISSING),
    ResultTask.KIT: (_MISSING[0],),
    ResultTask.SESSION: (_READERS, _USES),
    ResultTask.TRAINING: (_READERS,),
}
"""What may be counted in each task: column, outcomes that show it, and its name."""


def list_rows(book: TripBook) -> list[dict[str, Any]]:
    """Return what the page knows of every row: its fixed cells, and its stop.

    The names of a row's fields begin with ``r`` and its place in this list; the last row is the
    trip's own.
    """
    return [
        {
            "stop": row.sequence,
            "cells": {
                "month": str(row.month),
                "trip_id": row.trip_id,
                "sequence": row.sequence or "",
                "date": row.day.isoformat() if row.day else "",
                "site_id": row.site_id,
                "site_name": book.sites[row.site_id].name,
                "task": row.task.value,
                "content_id": row.content_id or "",
                "content_name": book.contents.get(row.content_id or "", ""),
            },
        }
        for row in list_expected_results(book.plan, book.trip)
    ]


def draw_stop_form(stop: Stop, book: TripBook) -> Markup:
    """Return the form of a stop as HTML."""
    language = book.language
    tasks = (
        _draw_task(number, row, book)
        for number, row in enumerate(list_expected_results(book.plan, book.trip))
        if row.sequence == stop.sequence
    )
    key = f"s{stop.sequence}"
    return Markup(
        '<div class="report"><button type="button" class="tick" data-done="{n}" '
        'aria-pressed="false"><span>✓</span> {done}</button>'
        '<details class="record"><summary class="button">{more}</summary><div class="times">{times}'
        "</div>{tasks}{note}</details>{paper}</div>"
    ).format(
        n=stop.sequence,
        done=say(message("Everything done here"), language),
        more=say(message("Times, counts, notes"), language),
        times=join((
            _draw_input(f"{key}.arrived", "time", message("Arrived"), book),
            _draw_input(f"{key}.departed", "time", message("Left"), book),
            _draw_input(f"{key}.date", "date", message("Day"), book, value=stop.day.isoformat()),
        )),
        tasks=join(tasks),
        note=_draw_note(f"{key}.note", book),
        paper=_draw_paper_line(stop, book),
    )  # fmt: skip


def draw_trip_form(book: TripBook) -> Markup:
    """Return the form of the whole trip as HTML."""
    times = (
        _draw_input("t.departed", "time", message("Left the depot"), book),
        _draw_input("t.arrived", "time", message("Back at the depot"), book),
        _draw_input("t.km", "text", message("Kilometres driven"), book, mode="decimal"),
    )
    return Markup('<div class="times">{}</div>{}').format(join(times), _draw_note("t.note", book))


def _draw_task(number: int, row: ResultRow, book: TripBook) -> Markup:
    choices = (
        Markup(
            '<label><input type="radio" name="r{}.outcome" value="{}"><span>{} {}</span></label>'
        ).format(number, outcome.value, sign, say(name, book.language))
        for outcome, sign, name in OUTCOMES
    )
    fields = [
        _draw_input(f"r{number}.{column}", "text", name, book, shown=shown, mode="numeric")
        for column, shown, name in NUMBERS[row.task]
    ]
    if row.task is ResultTask.TAKE:
        fields.append(
            _draw_input(
                f"r{number}.kept_until", "date", message("Library keeps it until"), book,
                shown="on-not-done",
            )
        )  # fmt: skip
    fields.append(
        _draw_input(
            f"r{number}.reason", "text", message("Why?"), book, shown="wide on-partly on-not-done"
        )
    )
    return Markup(
        '<fieldset data-row="{}"><legend><bdi>{}</bdi></legend><div class="choice">{}</div>'
        '<div class="more">{}</div></fieldset>'
    ).format(number, _name_task(row, book), join(choices), join(fields))


def _name_task(row: ResultRow, book: TripBook) -> str:
    language = book.language
    if row.content_id is None:
        own = Task.SESSION if row.task is ResultTask.SESSION else Task.TRAINING
        return translate(TASKS[own], language)
    content = str(row.content_id)
    name = f"{content} {book.contents.get(content, '')}".strip()
    boxes = count_boxes(row.boxes or 0, language)
    if row.task is ResultTask.TAKE:
        return translate(message("Take {content}, {boxes}", content=name, boxes=boxes), language)
    return translate(message("Leave {content}, {boxes}", content=name, boxes=boxes), language)


def _draw_input(
    name: str,
    kind: str,
    label: Message,
    book: TripBook,
    *,
    value: str = "",
    shown: str = "",
    mode: str = "",
) -> Markup:
    return Markup(
        '<label class="field {}">{}<input type="{}" name="{}" value="{}" autocomplete="off"{}>'
        "</label>"
    ).format(
        shown, say(label, book.language), kind, name, value,
        Markup(' inputmode="{}"').format(mode) if mode else "",
    )  # fmt: skip


def _draw_note(name: str, book: TripBook) -> Markup:
    return Markup(
        '<label class="field wide">{}<textarea name="{}" rows="2"></textarea></label>'
    ).format(say(message("Note"), book.language), name)


def _draw_paper_line(stop: Stop, book: TripBook) -> Markup:
    """Return what is filled in by pen where the sheet is printed."""
    blanks = [message("Arrived"), message("Left")]
    if Task.SESSION in stop.tasks or Task.TRAINING in stop.tasks:
        blanks.append(message("Readers who came"))
    return Markup('<p class="paper">{}</p>').format(
        join(
            Markup("<span>{}<i></i></span>").format(say(name, book.language))
            for name in (*blanks, message("Note"))
        )
    )
