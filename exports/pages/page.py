"""Puts a web page together that is one file, loads nothing, and runs only what we wrote."""

import base64
import functools
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import folium
from markupsafe import Markup
from offlinefolium.elements import _res as _offline

from exports.pages.template import fill_in, is_for_pdf
from planning.plan import Plan
from province.language import Language, message, translate

_ASSETS = Path(__file__).parent.parent / "assets"


def make_page(
    template: str,
    *,
    title: str,
    language: Language,
    style: tuple[str, ...],
    script: tuple[str, ...],
    data: Any,
    plan: Plan | None = None,
    has_map: bool = True,
    **view: Any,
) -> bytes:
    """Return an HTML page with a style, a script and the script's data inside.

    Parameters
    ----------
    template
        Path inside ``exports`` of what fills the frame's block ``body`` with `view`.
    title
        Plain text.
    style, script
        Names of files in ``exports/assets``; they stand in their order.
    data
        Anything JSON can hold; the script finds it in the element ``data``.
    plan
        What it is drawn from, so that it says where rules were overruled; None: of no plan.
    has_map
        Whether a map library stands in front of them.
    """
    scripts, styles = [], []
    if has_map:
        scripts, styles = [read_leaflet("leaflet")], [read_leaflet("leaflet_css")]
        script = ("lines.js", *script)
    scripts += map(read_asset, script)
    styles += map(read_asset, ("page.css", *style))
    return _frame(
        template, styles, scripts, title=title, language=language, data=data, plan=plan, **view
    )


def make_paper(
    template: str,
    *,
    title: str,
    language: Language,
    style: str,
    plan: Plan | None = None,
    has_foot: bool = True,
    **view: Any,
) -> bytes:
    """Return an HTML page without any script, ready to be read, printed or turned into PDF.

    Parameters
    ----------
    template, title
        As those of `make_page`.
    style
        Name of a file in ``exports/assets``, put behind ``paper.css``.
    plan, has_foot
        What every printed page says at its foot it was made from, where there is room; None: it is
        made from no plan, or from several.
    """
    styles = [
        read_asset("paper.css"),
        read_asset(style),
        _mark_pages(plan, language) if plan and has_foot else "",
    ]
    return _frame(template, styles, [], title=title, language=language, plan=plan, **view)


def _frame(
    template: str, styles: list[str], scripts: list[str], *, language: Language, data: Any = None,
    **view: Any,
) -> bytes:  # fmt: skip
    if is_for_pdf():
        styles, scripts = [*styles, read_asset("pdf.css")], []
    allowed = "".join(f" 'sha256-{_hash(text)}'" for text in scripts)
    page = fill_in(
        template,
        language,
        policy=Markup(
            f"default-src 'none'; {f'script-src{allowed}; ' if scripts else ''}style-src "
            "'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
        ),
        styles=[Markup(style) for style in styles if style],
        scripts=[Markup(script) for script in scripts],
        data=embed_json(data) if scripts else "",
        **view,
    )
    return f"{page}\n".encode()


def _mark_pages(plan: Plan, language: Language) -> str:
    """Return the style that puts the plan's month and digest under each page."""
    if not plan.papers_digest:
        return ""
    text = message("plan {month}, {digest}", month=str(plan.month), digest=plan.papers_digest)
    if plan.overruled:
        text = message("{plan}, overruled by hand", plan=text)
    words = re.sub(r'["\\<\n]', "", translate(text, language))
    room = "@page{margin-top:9mm}" if plan.overruled else ""  # for the line at the head
    return f'@page{{@bottom-right{{content:"{words}";font:7pt sans-serif;color:#555}}}}{room}\n'


def embed_json(data: Any) -> Markup:
    """Return JSON that is safe inside a script element, whatever the texts in it say."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # every character that could end the element is escaped above


@functools.cache
def read_asset(name: str) -> str:
    """Return a script or style of ours."""
    return (_ASSETS / name).read_text(encoding="utf-8")


@functools.cache
def read_leaflet(name: str) -> str:
    """Return a script or style that folium would load from the network, by folium's own name."""
    known = folium.Map.default_js + folium.Map.default_css
    url = dict(known)[name]
    text = str(_offline[url]).replace("\r\n", "\n")
    if "</script" in text.lower() or "</style" in text.lower():
        raise ValueError(f"{name} cannot be put into a page")
    return "\n".join(line for line in text.split("\n") if "sourceMappingURL" not in line)


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
