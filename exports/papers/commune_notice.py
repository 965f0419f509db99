"""Writes `notices/<commune_code>.html`: when books come to a commune, to be posted and read out."""

from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.formats import format_long_day
from exports.text.plain import name_files
from exports.text.wishes import name_event, tell_span
from planning.lockdown_month import list_online_offers
from planning.notices import Occasion, list_occasions, list_wish_answers, list_withdrawn
from planning.placed import WishAnswer
from planning.plan import Plan
from province.agenda import ZoneRule
from province.facts import Province
from province.ids import CommuneCode, SiteId
from province.language import Language, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a notice for each commune that books come to, by code.

    So for those to which they do not although announced, that are under lockdown, or whose wish for
    a day of an event is not met.
    """
    notices, withdrawn = list_occasions(plan, province), list_withdrawn(plan, province)
    locked = tell_zones(plan, province, language)
    wishes = list_wish_answers(plan, province)
    codes = sorted({*notices, *withdrawn, *locked, *wishes})
    files = name_files(codes)
    for code in codes:
        page = make_notice(
            code, plan, province, language,
            occasions=notices.get(code, []), withdrawn=withdrawn.get(code, []),
            locked=locked.get(code, ()),
            wishes=tuple(_tell_wish(one, province, language) for one in wishes.get(code, ())),
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


def _tell_wish(answer: WishAnswer, province: Province, language: Language) -> str:
    """Return what people are told whose site wished for another day of an event."""
    values = {
        "event": name_event(answer.wish.event_id, province),
        "place": province.site_by_id[answer.site_id].name,
        "wished": tell_span(answer.wish.days, language),
    }
    if answer.placed is None:
        text = message(
            "{place} wished for the book bus on {wished} for {event}; it cannot come this month.",
            **values,
        )
    else:
        day = format_long_day(answer.placed.day, language)
        text = message(
            "{place} wished for the book bus on {wished} for {event}; it comes on {day}.",
            day=day, **values,
        )  # fmt: skip
    told = translate(text, language)
    if answer.slots:
        days = (format_long_day(slot.placed.day, language) for slot in answer.slots)
        more = message("Other days that are still free: {days}. Ring us up.", days="; ".join(days))
        told = f"{told} {translate(more, language)}"
    return told


def make_notice(
    code: CommuneCode,
    plan: Plan,
    province: Province,
    language: Language,
    *,
    occasions: list[Occasion],
    withdrawn: list[SiteId],
    locked: tuple[str, ...] = (),
    wishes: tuple[str, ...] = (),
    changes: tuple[str, ...] = (),
) -> bytes:
    """Return the notice to a commune.

    Parameters
    ----------
    withdrawn
        Sites whose books were announced and do not come.
    locked
        What a lockdown means there, in sentences.
    wishes
        What becomes of wishes for days of events that are not met, in sentences.
    changes
        What is otherwise than it was announced, in sentences; it then is a notice of change.
    """
    known = province.commune_by_code.get(code)
    commune = known.full_name if known else str(code)
    return make_paper(
        "papers/commune_notice.html.j2", language=language, style="notice.css", plan=plan,
        title=translate(message("Notice to {commune}", commune=commune), language),
        province=province, occasions=occasions, commune=commune, withdrawn=withdrawn,
        locked=locked, wishes=wishes, changes=changes,
    )  # fmt: skip
