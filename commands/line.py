"""What a command line says about itself: the language asked for, what province it is about."""

import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from province.language import LANGUAGES, REGION_LANGUAGE, Language

WORDS = "luanchuyen.words"
SETTINGS, REGION_SETTINGS = "province.toml", "region.toml"
MOST_BYTES = 1_000_000
"""No settings are longer; more is not read for the sake of a language."""

FOLDERS_UP = 4
"""A plan lies so many folders below its province at most."""


def machine_language() -> Language:
    """Return the language that the environment names, English if it is none of ours."""
    for name in ("LUANCHUYEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        for language in LANGUAGES:
            if os.environ.get(name, "").lower().startswith(language):
                return language
    return "en"


def read_line() -> tuple[str, ...]:
    """Return the words of the command line behind the program's name."""
    context = click.get_current_context(silent=True)
    words: Sequence[str] = sys.argv[1:] if context is None else context.meta.get(WORDS, ())
    return tuple(words)


def line_language(words: Sequence[str] | None = None) -> Language:
    """Return the language of answers: of `--lang`, the province or region named, the machine.

    The province's settings need not be whole: of a damaged file the line of the language counts.
    """
    words = read_line() if words is None else words
    asked = _asked(words)
    if asked is not None:
        return asked
    file = _find_settings(words, (SETTINGS, REGION_SETTINGS))
    return (None if file is None else _settings_language(file)) or machine_language()


def find_province(words: Sequence[str] | None = None) -> Path | None:
    """Return the province folder that a line names: itself, or by a file within it."""
    file = _find_settings(read_line() if words is None else words, (SETTINGS,))
    return None if file is None else file.parent


def _find_settings(words: Sequence[str], names: Sequence[str]) -> Path | None:
    """Return the settings of the folder that a line names, or within which a file is."""
    for word in words:
        if word.startswith("-"):
            continue
        path = Path(word)
        for folder in (path, *list(path.absolute().parents)[:FOLDERS_UP]):
            for name in names:
                if _holds((folder / name).is_file):
                    return folder / name
        if _holds(path.is_dir):
            return None  # a folder, but no province: the words behind it are not looked for
    return None


def _asked(words: Sequence[str]) -> Language | None:
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "--":
            return None
        value = following if word == "--lang" else word.removeprefix("--lang=")
        for language in LANGUAGES:
            if value == language and word.startswith("--lang"):
                return language
    return None


def _settings_language(path: Path) -> Language | None:
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8-sig", errors="replace")
    except OSError:
        return None
    for value in _language_values(text, path.stem):
        for language in LANGUAGES:
            if value == language:
                return language
    return REGION_LANGUAGE if path.name == REGION_SETTINGS else None


def _language_values(text: str, section: str) -> Iterator[object]:
    """Yield what `language` of a section says, of a damaged file what its lines say."""
    try:
        own = tomllib.loads(text).get(section)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        _, _, rest = text.partition(f"[{section}]")
        yield from re.findall(r"""(?m)^\s*language\s*=\s*["'](\w+)["']""", rest.split("\n[")[0])
        return
    value = own.get("language") if isinstance(own, dict) else None
    yield value.get("value") if isinstance(value, dict) else value


def _holds(check: Callable[[], bool]) -> bool:
    """Return what a check of a path says; a word that can be no path (too long, a NUL) is none."""
    try:
        return check()
    except (OSError, ValueError):
        return False
