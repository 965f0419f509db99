"""Writes `notices/<commune_code>.html`: when books come to a commune, to be posted and read out."""

from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.formats import format_long_day
from exports.text.plain import name_files
from planning.lockdown_month import list_online_offers
from planning.notices import Occasion, list_occasions, list_withdrawn
from planning.plan import Plan
from province.agenda import ZoneRule
from province.facts import Province
from province.ids import CommuneCode, SiteId
from province.language import Language, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a notice for each commune that books come to, by code.

    So for those to which they do not although announced, or that are under lockdown.
    """
    notices, withdrawn = list_occasions(plan, province), list_withdrawn(plan, province)
    locked = tell_zones(plan, province, language)
    codes = sorted({*notices, *withdrawn, *locked})
    files = name_files(codes)
    for code in codes:
        page = make_notice(
            code, plan, province, language,
            occasions=notices.get(code, []), withdrawn=withdrawn.get(code, []),
            locked=locked.get(code, ()),
        )  # fmt: skip
        yield f"notices/{files[code]}.html", page


def tell_zones(
    plan: Plan, province: Province, language: Language
) -> dict[CommuneCode, tuple[str, ...]]:
    """Return what people of communes under lockdown are told, by commune with a site there."""
    found: dict[CommuneCode, dict[str, None]] = {}
    for offer in list_online_offers(province, plan.month):
        first, last = (format_long_day(day, language) for day in (offer.first_day, offer.last_day))
        text = message(
            "From {first} to {last} nobody can come to you with books. Read online meanwhile; we"
            " help you by telephone.", first=first, last=last,
        )  # fmt: skip
        if offer.zone.rule is ZoneRule.GATE_DROP:
            text = message(
                "From {first} to {last} books are left at the gate only, and there is no session of"
                " the book bus. Read online meanwhile; we help you by telephone.",
                first=first, last=last,
            )  # fmt: skip
        found.setdefault(offer.commune_code, {})[translate(text, language)] = None
    return {code: tuple(texts) for code, texts in found.items()}


def make_notice(
    code: CommuneCode,
    plan: Plan,
    province: Province,
    language: Language,
    *,
    occasions: list[Occasion],
    withdrawn: list[SiteId],
    locked: tuple[str, ...] = (),
    changes: tuple[str, ...] = (),
) -> bytes:
    """Return the notice to a commune.

    Parameters
    ----------
    withdrawn
        Sites whose books were announced and do not come.
    locked
        What a lockdown means there, in sentences.
    changes
        What is otherwise than it was announced, in sentences; it then is a notice of change.
    """
    known = province.commune_by_code.get(code)
    commune = known.full_name if known else str(code)
    return make_paper(
        "papers/commune_notice.html.j2", language=language, style="notice.css", plan=plan,
        title=translate(message("Notice to {commune}", commune=commune), language),
        province=province, occasions=occasions, commune=commune, withdrawn=withdrawn,
        locked=locked, changes=changes,
    )  # fmt: skip
