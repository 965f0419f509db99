"""Draws a report as a page, on which every number leads to the rows it was counted from."""

from exports.pages.page import make_paper
from exports.reporting.report_text import ToldReport
from province.language import Language


def draw_page(told: ToldReport, language: Language) -> bytes:
    """Return the page: letterhead, sections, and below them the rows of each number."""
    return make_paper(
        "reporting/page.html.j2", title=f"{told.title} {told.subject}", language=language,
        style="report.css", told=told, head=told.letterhead,
    )  # fmt: skip
