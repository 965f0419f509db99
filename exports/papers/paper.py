"""Puts a paper together: one HTML file that runs nothing, loads nothing and prints on A4."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from exports.pages.marks import data_text, join, say
from exports.pages.page import read_asset
from exports.text.formats import format_written_day
from planning.plan import Plan
from province.facts import Province
from province.language import Language, Message, message, translate
from province.places import Commune, Site

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)

STATE = "Cộng hòa xã hội chủ nghĩa Việt Nam"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
"""Heading of official papers of Vietnam (decree 30/2020/NĐ-CP, appendix I); never translated."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What papers look things up in; sites and communes by id and code."""

    plan: Plan
    province: Province
    language: Language
    sites: dict[str, Site]
    communes: dict[str, Commune]


def open_desk(plan: Plan, province: Province, language: Language) -> Desk:
    """Return what the papers of a plan look things up in."""
    return Desk(
        plan,
        province,
        language,
        {str(site.site_id): site for site in province.sites},
        {str(commune.code): commune for commune in province.communes},
    )


def make_paper(
    *, title: str, language: Language, body: Markup, style: str, plan: Plan | None = None
) -> bytes:
    """Return an HTML page without any script, ready to be read, printed or turned into PDF.

    Parameters
    ----------
    title
        Plain text.
    style
        Name of a file in ``exports/assets``, put behind ``paper.css``.
    plan
        What every printed page says at its foot it was made from; None where there is no room.
    """
    styles = [read_asset("paper.css"), read_asset(style), _mark_pages(plan, language)]
    page = Markup(
        '<!DOCTYPE html>\n<html lang="{language}" data-ready="yes">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
        "<title>{title}</title>\n{styles}</head>\n<body>\n{body}\n</body>\n</html>\n"
    ).format(
        language=language,
        policy=Markup(_POLICY),
        title=title,
        styles=join(Markup("<style>{}</style>\n").format(Markup(text)) for text in styles if text),
        body=body,
    )
    return str(page).encode("utf-8")


def _mark_pages(plan: Plan | None, language: Language) -> str:
    """Return the style that puts the plan's month and digest under each page."""
    if plan is None or not plan.papers_digest:
        return ""
    text = message("plan {month}, {digest}", month=str(plan.month), digest=plan.papers_digest)
    words = re.sub(r'["\\<\n]', "", translate(text, language))
    return f'@page{{@bottom-right{{content:"{words}";font:7pt sans-serif;color:#555}}}}\n'


def draw_letterhead(
    province: Province, language: Language, *, day: date | None, number: str | None
) -> Markup:
    """Return who writes, where and when; in Vietnamese the form that decree 30/2020 asks for.

    Parameters
    ----------
    day
        Day of the paper; None leaves a line without a date.
    number
        Number and symbol; None where the paper has none.
    """
    us, paper = province.settings.province, province.settings.paper
    is_state_form = language == "vi" and us.country == "VN"
    left = [Markup('<p class="organisation">{}</p>').format(data_text(us.organisation or us.name))]
    if paper.authority:
        left.insert(0, Markup('<p class="authority">{}</p>').format(data_text(paper.authority)))
    if number is not None:
        text = say(message("No. {number}", number=number), language)
        left.append(Markup('<p class="number">{}</p>').format(text))
    right = []
    if is_state_form:
        right.append(Markup('<p class="country">{}</p>').format(STATE))
        right.append(Markup('<p class="motto">{}</p>').format(MOTTO))
    if day is not None:
        place = data_text(paper.place or us.name)
        written = format_written_day(day, language)
        right.append(Markup('<p class="date">{}, {}</p>').format(place, written))
    return Markup(
        '<header class="head {}"><div class="us">{}</div><div class="heading">{}</div></header>'
    ).format("state-form" if is_state_form else "plain-form", join(left), join(right))


def draw_table(
    heads: Sequence[Message | str],
    rows: Iterable[Sequence[Markup | str]],
    language: Language,
    *,
    kinds: Sequence[str],
    foot: Sequence[Markup | str] = (),
) -> Markup:
    """Return a table whose rows become cards on a phone.

    Parameters
    ----------
    kinds
        A class for each column: ``num`` for numbers, ``write`` for what is filled in by hand …
    foot
        Cells of a last row that sums up; as many as columns.
    """
    names = [say(head, language) if isinstance(head, Message) else head for head in heads]
    return Markup(
        '<table class="list"><thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table>'
    ).format(
        join(
            Markup('<th class="{}">{}</th>').format(kind, name)
            for kind, name in zip(kinds, names, strict=True)
        ),
        join(_draw_row(row, names, kinds) for row in rows),
        Markup("<tfoot>{}</tfoot>").format(_draw_row(foot, names, kinds)) if foot else "",
    )


def name_commune(site: Site, communes: dict[str, Commune]) -> Markup:
    """Return the commune of a site with its kind, or nothing where it is not known."""
    commune = communes.get(site.commune_code)
    return data_text(f"{commune.kind} {commune.name}") if commune else Markup()


def _draw_row(
    cells: Sequence[Markup | str], names: Sequence[Markup | str], kinds: Sequence[str]
) -> Markup:
    return Markup("<tr>{}</tr>").format(
        join(
            Markup('<td class="{}" data-head="{}"><div>{}</div></td>').format(
                kind if cell != "" or kind in ("write", "tick") else f"{kind} none", name, cell
            )
            for cell, name, kind in zip(cells, names, kinds, strict=True)
        )
    )
