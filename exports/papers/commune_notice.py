"""Writes `notices/<commune_code>.html`: when books come to a commune, to be posted and read out."""

from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.plain import name_files
from planning.notices import Occasion, list_occasions, list_withdrawn
from planning.plan import Plan
from province.facts import Province
from province.ids import CommuneCode, SiteId
from province.language import Language, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a notice for each commune that books come to, or do not although announced, by code."""
    notices, withdrawn = list_occasions(plan, province), list_withdrawn(plan, province)
    codes = sorted({*notices, *withdrawn})
    files = name_files(codes)
    for code in codes:
        page = make_notice(
            code, plan, province, language,
            occasions=notices.get(code, []), withdrawn=withdrawn.get(code, []),
        )  # fmt: skip
        yield f"notices/{files[code]}.html", page


def make_notice(
    code: CommuneCode,
    plan: Plan,
    province: Province,
    language: Language,
    *,
    occasions: list[Occasion],
    withdrawn: list[SiteId],
    changes: tuple[str, ...] = (),
) -> bytes:
    """Return the notice to a commune.

    Parameters
    ----------
    withdrawn
        Sites whose books were announced and do not come.
    changes
        What is otherwise than it was announced, in sentences; it then is a notice of change.
    """
    known = province.commune_by_code.get(code)
    commune = f"{known.kind} {known.name}" if known else str(code)
    return make_paper(
        "papers/commune_notice.html.j2", language=language, style="notice.css", plan=plan,
        title=translate(message("Notice to {commune}", commune=commune), language),
        province=province, occasions=occasions, commune=commune, withdrawn=withdrawn,
        changes=changes,
    )  # fmt: skip
