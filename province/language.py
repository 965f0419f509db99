"""Texts that people read, in their language.

English stands in the code and is the key; ``province/locale/<language>/LC_MESSAGES/luanchuyen.po``
holds the other languages. A text made deep in the program is a `Message`: its English template and
its values, translated only where it is printed, so that one plan can be printed in any language.
"""

import functools
import gettext
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from province.invisible import show_plainly

Language = Literal["vi", "en", "lv"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

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
    filled = {
        name: translate(value, language)
        if isinstance(value, Message)
        else show_plainly(value)
        if isinstance(value, str)
        else value
        for name, value in text.values
    }
    return template.format(**filled) if filled else template


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
