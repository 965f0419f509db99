"""Texts that people read, in their language.

English stands in the code and is the key; ``province/locale/<language>/LC_MESSAGES/luanchuyen.po``
holds the other languages. A text made deep in the program is a `Message`: its English template and
its values, translated only where it is printed, so that one plan can be printed in any language.
"""

import functools
import gettext
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from province.invisible import show_plainly

Language = Literal["vi", "en", "lv"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

REGION_LANGUAGE: Language = "vi"
"""Of a region that names none."""

PLURAL_FORMS: dict[Language, str] = {
    "vi": "nplurals=1; plural=0;",
    "en": "nplurals=2; plural=(n != 1);",
    "lv": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10==0 || (n%100>=11 && n%100<=19) ? 2 : 1);"
    ),
}
"""Plural rules of CLDR, in the syntax of gettext. Latvian: one (1, 21), other (2, 22), zero (0, 10,
11 to 20, 30); the catalogues' headings must say the same."""


VERBATIM = frozenset({"value", "place", "column", "folder", "file"})
"""Placeholders of what stands in a file: no name comes beside it."""

MONEY = "money"
"""The placeholder of an amount in plain figures, such as 1250.50: it is written as people do."""

DAY_PATTERNS: dict[Language, str] = {"vi": "dd/MM/yyyy", "en": "dd/MM/yyyy", "lv": "dd.MM.yyyy."}
"""A day in figures, as the CLDR writes patterns. Sentences in English keep the days of ISO 8601,
which no reader takes for another day."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_names: ContextVar[Mapping[str, str]] = ContextVar("names", default=MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Message:
    """An English template with named values, translated when it is shown.

    Parameters
    ----------
    template
        English text with ``{name}`` placeholders; the key in the catalogues.
    values
        Pairs of placeholder name and value; a value may itself be a message.
    """

    template: str
    values: tuple[tuple[str, "str | int | float | Message"], ...] = ()

    def __str__(self) -> str:
        return translate(self, "en")


def message(template: str, **values: "str | int | float | Message") -> Message:
    """Return a message; `template` must be a literal, so that it is found for translation."""
    return Message(template, tuple(sorted(values.items())))


def mark(template: str) -> str:
    """Return a template unchanged; marks a literal that is translated later."""
    return template


def translate(text: "Message | str", language: Language) -> str:
    """Return the text in a language, with its values filled in.

    A template that is not in the catalogue comes back in English. Values cannot steer a terminal.
    """
    if isinstance(text, str):
        return read_catalogue(language).gettext(text) if text else ""
    if not text.template:
        return ""
    template = read_catalogue(language).gettext(text.template)
    said = [value for _, value in text.values if isinstance(value, str)]
    filled = {name: _fill_in(name, value, said, language) for name, value in text.values}
    return template.format(**filled) if filled else template


def _fill_in(
    name: str, value: "str | int | float | Message", said: Collection[str], language: Language
) -> str | int | float:
    """Return a value as it stands in a sentence: named, decimals with the language's own mark."""
    if isinstance(value, Message):
        return translate(value, language)
    if name == MONEY and isinstance(value, str):
        return _write_money(value, language)
    if isinstance(value, str):
        return show_plainly(value if name in VERBATIM else _write_plainly(value, said, language))
    if isinstance(value, float) and language != "en":
        from babel.numbers import format_decimal

        return str(format_decimal(value, format="0.######", locale=language))
    return value


def _write_plainly(value: str, said: Collection[str], language: Language) -> str:
    """Return a text with its days as people write them, and names beside its codes."""
    parts = value.split(", ")
    if language == "en" or not any(_DAY.fullmatch(part) for part in parts):
        return name_code(value, said)
    return ", ".join(_write_day(part, said, language) for part in parts)


def _write_day(part: str, said: Collection[str], language: Language) -> str:
    from babel.dates import format_date

    try:
        day = date.fromisoformat(part)
    except ValueError:
        return name_code(part, said)
    return str(format_date(day, DAY_PATTERNS[language], locale=language))


def _write_money(amount: str, language: Language) -> str:
    """Return an amount with its thousands set apart, and the decimals that it has."""
    from babel.numbers import format_decimal

    decimals = len(amount.partition(".")[2])
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(Decimal(amount), format=pattern, locale=language))


@contextmanager
def names_beside_codes(names: Mapping[str, str]) -> Iterator[None]:
    """Let every message translated within name what it gives a code of: ``SL-KHO (Provincial …)``.

    Parameters
    ----------
    names
        What people say, by code: sites, batches, communes (`province.names`).
    """
    before = _names.set(names)
    try:
        yield
    finally:
        _names.reset(before)


def name_code(value: str, said: Collection[str] = ()) -> str:
    """Return a text with names beside the codes in it: it is a code, or several and other words.

    Parameters
    ----------
    value
        Parts separated by a comma and a space, such as ``SL-KHO, 2026-12``.
    said
        What stands beside the value anyway: a name among it is not said again.
    """
    names = _names.get()
    if not names:
        return value
    parts = value.split(", ")
    return ", ".join(
        f"{part} ({names[part]})" if part in names and names[part] not in said else part
        for part in parts
    )


def join_words(words: Iterable[Message]) -> Message:
    """Return words one behind the other, with commas between them; "" for none."""
    told: Message | None = None
    for word in words:
        told = word if told is None else message("{first}, {second}", first=told, second=word)
    return told or Message("")


def translate_plural(
    one: str, many: str, count: int, language: Language, *, shown: str | None = None
) -> str:
    """Return the form of a counted text that fits `count`, with ``{count}`` filled in.

    `shown` is how the number is written, e.g. with thousands grouped; None for plain figures.
    """
    text = read_catalogue(language).ngettext(one, many, count)
    return text.format(count=count if shown is None else shown)


@functools.cache
def read_catalogue(language: Language) -> gettext.NullTranslations:
    """Read the catalogue of one language; English has none and needs none."""
    if language == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path = catalogue_path(language)
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalogue_path(language: Language) -> Path:
    """Return where the catalogue of a language lies."""
    return Path(__file__).parent / "locale" / language / "LC_MESSAGES" / "luanchuyen.po"
