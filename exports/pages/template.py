"""Fills in the templates of pages; they stand beside what draws them, as ``*.html.j2``.

What a template may use beside its view: ``_`` and ``ngettext`` translate texts (their placeholders
are ``{name}``), ``words`` names the values of facts, and filters write values as the language does.
"""

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from exports.text import changed_visits, formats, words
from exports.text.plain import clean_line
from exports.text.stops import (
    describe_contact,
    describe_lockdown,
    describe_rides,
    list_tasks,
    name_place,
    name_site,
    name_title,
)
from province.dates import clock
from province.language import Language, Message, translate, translate_plural

_is_for_pdf: ContextVar[bool] = ContextVar("is_for_pdf", default=False)
_FOLDER = Path(__file__).parent.parent
_BETWEEN_TAGS = re.compile(r"((?<=>)|(?<=[%}#]\}))(\n\s*)(?=[<{])")


class _Layout(Extension):
    """Takes line breaks between tags for the template's layout; they do not get into the page."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return a template with these breaks in comments, so that lines keep their numbers."""
        return _BETWEEN_TAGS.sub(r"{#\2#}", source)


@contextmanager
def laid_out_for_pdf() -> Iterator[None]:
    """Let pages made within be laid out for a PDF writer: without scripts, with its own styles."""
    before = _is_for_pdf.set(True)
    try:
        yield
    finally:
        _is_for_pdf.reset(before)


def is_for_pdf() -> bool:
    """Whether the page that is made is laid out for a PDF writer."""
    return _is_for_pdf.get()


@functools.cache
def open_templates(language: Language) -> Environment:
    """Return the templates, which speak a language: everything escaped, nothing left undefined."""
    templates = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined,
        extensions=[_Layout], auto_reload=False, cache_size=-1,
    )  # fmt: skip
    templates.globals |= {
        "_": functools.partial(_tell, language),
        "ngettext": functools.partial(translate_plural, language=language),
        "language": language,
        "words": words,
        "_html": lambda text, **values: Markup(translate(text, language)).format(**values),
        "rides_of": lambda stop, province: describe_rides(stop, province, language),
        "lockdown_of": lambda stop, province: describe_lockdown(stop, province, language),
    }
    own = {
        "say": translate, "day": formats.format_day, "long_day": formats.format_long_day,
        "written_day": formats.format_written_day, "month": formats.format_month,
        "number": formats.format_number, "km": formats.format_km,
        "duration": formats.format_duration, "boxes": formats.count_boxes,
        "books": formats.count_books, "kinds": changed_visits.list_kinds,
        "slot_days": changed_visits.list_days,
    }  # fmt: skip
    templates.filters["money"] = lambda amount, currency: formats.format_money(
        amount, currency, language
    )
    templates.filters |= {
        name: functools.partial(_speak, write, language) for name, write in own.items()
    }
    templates.filters |= {
        "clock": clock,
        "plain": clean_line,
        "qr": _draw_code,
        "contact": describe_contact,
        "place": name_place,
        "tasks": lambda tasks: list_tasks(tasks, language),
        "site_name": name_site,
        "title_of": name_title,
        "known_site": changed_visits.name_known,
        "placed": lambda placed, province: changed_visits.say_placed(placed, province, language),
        "placed_with": changed_visits.name_companions,
        "tell_people": lambda change, province: changed_visits.tell_people(
            change, province, language
        ),
    }
    return templates


def fill_in(name: str, language: Language, **view: Any) -> Markup:
    """Return a template, by its path inside ``exports``, filled in with what it shows."""
    template = open_templates(language).get_template(name)
    return Markup(template.render(view, is_for_pdf=is_for_pdf()))


def read_macros(name: str, language: Language) -> Any:
    """Return a template whose macros are called from Python, each a function that gives Markup."""
    return open_templates(language).get_template(name).module


def _tell(language: Language, text: str, /, **values: Any) -> str:
    return translate(Message(text, tuple(sorted(values.items()))), language)


def _speak(write: Any, language: Language, value: Any, **how: Any) -> str:
    return str(write(value, language, **how))


def _draw_code(text: str, scale: int = 1) -> Markup:
    """Return a QR code."""
    code = segno.make(text, error="m", micro=False)
    return Markup(
        code.svg_inline(scale=scale, border=2, omitsize=True, svgclass=None, lineclass=None)
    )
