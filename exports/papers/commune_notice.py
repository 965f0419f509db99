"""Writes `notices/<commune_code>.html`: when books come to a commune, to be posted and read out."""

from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.plain import name_files
from planning.notices import list_occasions, list_withdrawn
from planning.plan import Plan
from province.facts import Province
from province.language import Language, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a notice for each commune that books come to, or do not although announced, by code."""
    notices, withdrawn = list_occasions(plan, province), list_withdrawn(plan, province)
    codes = sorted({*notices, *withdrawn})
    files = name_files(codes)
    for code in codes:
        known = province.commune_by_code.get(code)
        commune = f"{known.kind} {known.name}" if known else str(code)
        page = make_paper(
            "papers/commune_notice.html.j2", language=language, style="notice.css", plan=plan,
            title=translate(message("Notice to {commune}", commune=commune), language),
            province=province, occasions=notices.get(code, []), commune=commune,
            withdrawn=withdrawn.get(code, []),
        )  # fmt: skip
        yield f"notices/{files[code]}.html", page
