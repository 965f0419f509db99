"""Draws what is owed soon as a page."""

from datetime import date, timedelta

from exports.pages.page import make_paper
from exports.text.formats import format_day
from planning.answers.due_list import tabulate_due
from programme.due import DueItem
from province.facts import Province
from province.language import Language, message, translate


def draw_due_page(
    items: tuple[DueItem, ...], province: Province, on: date, days: int, language: Language
) -> bytes:
    """Return the page: a line for each thing that is owed, by day."""
    last = on + timedelta(days=days)
    title = message(
        "Owed from {first} to {last}",
        first=format_day(on, language), last=format_day(last, language),
    )  # fmt: skip
    rows = list(zip(items, tabulate_due(items, province, on, language), strict=True))
    return make_paper(
        "due_list/page.html.j2", title=translate(title, language), language=language,
        style="due.css", province=province, rows=rows,
    )  # fmt: skip
