"""What a command line says about itself: the language asked for, and the province it is about."""

import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from province.language import LANGUAGES, Language

WORDS = "luanchuyen.words"
SETTINGS = "province.toml"
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
    """Return the language of answers: that of `--lang`, of the province named, of the machine.

    The province's settings need not be whole: of a damaged file the line of the language counts.
    """
    words = read_line() if words is None else words
    asked = _asked(words)
    if asked is not None:
        return asked
    folder = find_province(words)
    return (None if folder is None else _settings_language(folder)) or machine_language()


def find_province(words: Sequence[str] | None = None) -> Path | None:
    """Return the province folder that a line names: itself, or by a file within it."""
    for word in read_line() if words is None else words:
        if word.startswith("-"):
            continue
        path = Path(word)
        for folder in (path, *list(path.absolute().parents)[:FOLDERS_UP]):
            if _holds((folder / SETTINGS).is_file):
                return folder
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


def _settings_language(folder: Path) -> Language | None:
    try:
        with (folder / SETTINGS).open("rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8-sig", errors="replace")
    except OSError:
        return None
    for value in _language_values(text):
        for language in LANGUAGES:
            if value == language:
                return language
    return None


def _language_values(text: str) -> Iterator[object]:
    """Yield what `[province] language` says, of a damaged file what its lines say."""
    try:
        province = tomllib.loads(text).get("province")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        _, _, rest = text.partition("[province]")
        yield from re.findall(r"""(?m)^\s*language\s*=\s*["'](\w+)["']""", rest.split("\n[")[0])
        return
    value = province.get("language") if isinstance(province, dict) else None
    yield value.get("value") if isinstance(value, dict) else value


def _holds(check: Callable[[], bool]) -> bool:
    """Return what a check of a path says; a word that can be no path (too long, a NUL) is none."""
    try:
        return check()
    except (OSError, ValueError):
        return False
