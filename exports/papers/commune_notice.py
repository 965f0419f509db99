"""Writes `notices/<commune_code>.html`: when books come to a commune, to be posted and read out."""

from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.plain import name_files
from planning.notices import list_notices
from planning.plan import Plan
from province.facts import Province
from province.language import Language, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a notice for each commune that books or the book bus come to, by code."""
    notices = list_notices(plan, province)
    files = name_files(str(notice.commune_code) for notice in notices)
    for notice in notices:
        known = province.commune_by_code.get(notice.commune_code)
        commune = f"{known.kind} {known.name}" if known else str(notice.commune_code)
        page = make_paper(
            "papers/commune_notice.html.j2", language=language, style="notice.css", plan=plan,
            title=translate(message("Notice to {commune}", commune=commune), language),
            province=province, notice=notice, commune=commune,
        )  # fmt: skip
        yield f"notices/{files[str(notice.commune_code)]}.html", page
