"""Puts a web page together that is one file, loads nothing, and runs only what we wrote."""

import base64
import functools
import hashlib
import json
from pathlib import Path
from typing import Any

import folium
from markupsafe import Markup
from offlinefolium.elements import _res as _offline

from province.language import Language

_ASSETS = Path(__file__).parent.parent / "assets"


def make_page(
    *,
    title: str,
    language: Language,
    body: Markup,
    style: str | tuple[str, ...],
    script: str | tuple[str, ...],
    data: Any,
) -> bytes:
    """Return an HTML page with a map library, a style, a script and the script's data inside.

    Parameters
    ----------
    title
        Plain text.
    body
        Content of the page; the script is put behind it.
    style, script
        Names of files in ``exports/assets``; they stand in their order.
    data
        Anything JSON can hold; the script finds it in the element ``data``.
    """
    ours = ("lines.js", script) if isinstance(script, str) else ("lines.js", *script)
    scripts = (read_leaflet("leaflet"), *(read_asset(name) for name in ours))
    hashes = " ".join(f"'sha256-{_hash(text)}'" for text in scripts)
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    own = ("page.css", style) if isinstance(style, str) else ("page.css", *style)
    styles = (read_leaflet("leaflet_css"), *(read_asset(name) for name in own))
    page = Markup(
        '<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<link rel="icon" href="data:,">\n'
        "<title>{title}</title>\n{styles}</head>\n<body>\n{body}\n"
        '<script type="application/json" id="data">{data}</script>\n{scripts}</body>\n</html>\n'
    ).format(
        language=language,
        policy=Markup(policy),
        title=title,
        styles=Markup("").join(Markup("<style>{}</style>\n").format(Markup(s)) for s in styles),
        body=body,
        data=embed_json(data),
        scripts=Markup("").join(Markup("<script>{}</script>\n").format(Markup(s)) for s in scripts),
    )
    return str(page).encode("utf-8")


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
