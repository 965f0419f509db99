"""Brings the catalogues of `province/locale` up to date with the texts in the code.

Run ``python -m tools.translations``: new texts come in without a translation, texts that are gone
are dropped, and what is missing (with the place in the code) or was dropped is listed. The files
are sorted and carry no dates. Exit code 1: translations are missing.
"""

import ast
import io
import string
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from province.language import LANGUAGES, PLURAL_FORMS, Language, catalogue_path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "province",
    "search",
    "roads",
    "rotation",
    "routing",
    "planning",
    "programme",
    "region",
    "exports",
    "commands",
)
KEYWORDS = {
    "message": None, "mark": None, "verb": None, "translate_plural": (1, 2),
    "_": None, "_html": None, "ngettext": (1, 2),  # in templates
}  # fmt: skip
METHODS = [("**.py", "python"), ("**.j2", "jinja2")]


def extract_texts(root: Path = ROOT) -> Catalog:
    """Return every text of the program with its places, without translations."""
    found = Catalog()
    with redirect_stderr(io.StringIO()):  # Babel warns of f-strings, which values of a text may be
        for folder in [*PACKAGES, ""]:
            for path, line, text, _, _ in extract_from_dir(
                root / folder,
                method_map=METHODS if folder else [("*.py", "python")],
                options_map={"**.j2": {"silent": "false"}},
                keywords=KEYWORDS,
                directory_filter=(lambda _: True) if folder else (lambda _: False),
            ):
                if path.endswith((".py", ".j2")):
                    found.add(text, locations=[((Path(folder) / path).as_posix(), line)])
    return found


def list_literals(root: Path = ROOT) -> Iterator[tuple[str, int, str | None]]:
    """Yield file, line and text of every marked text by the syntax tree; None: no literal."""
    files = [path for folder in PACKAGES for path in sorted((root / folder).rglob("*.py"))]
    for path in [*files, *sorted(root.glob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for argument in node.args[: _count_texts(node.func.id)]:
                    value = argument.value if isinstance(argument, ast.Constant) else None
                    text = value if isinstance(value, str) else None
                    yield str(path.relative_to(root)), node.lineno, text
    for path in (path for folder in PACKAGES for path in sorted((root / folder).rglob("*.j2"))):
        template = Environment().parse(path.read_text(encoding="utf-8"))
        for call in template.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name):
                for told in call.args[: _count_texts(call.node.name)]:
                    text = told.value if isinstance(told, nodes.Const) else None
                    yield str(path.relative_to(root)), call.lineno, text


def _count_texts(function: str) -> int:
    """Return how many first arguments of a function are texts to translate."""
    return len(KEYWORDS[function] or (1,)) if function in KEYWORDS else 0


def update_catalogue(language: Language, texts: Catalog) -> tuple[bytes, list[str], list[str]]:
    """Return a new content of the catalogue, where untranslated texts stand, and dropped texts."""
    path = catalogue_path(language)
    catalogue = Catalog(locale=language)
    if path.is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(texts, no_fuzzy_matching=True)
    dropped = sorted(repr(key) for key in catalogue.obsolete)
    catalogue.obsolete.clear()
    for entry in catalogue:
        if entry.id and not entry.pluralizable and not has_words(str(entry.id)):
            entry.string = entry.id
    missing = [
        f"{', '.join(f'{path}:{line}' for path, line in entry.locations)}: {entry.id!r}"
        for entry in catalogue if entry.id and not is_complete(entry)
    ]  # fmt: skip
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, sort_output=True, no_location=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Project-Id-Version: luanchuyen\\n"\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURAL_FORMS[language]}\\n"\n\n'
    )
    return header.encode() + body.getvalue().strip() + b"\n", missing, dropped


def has_words(text: str) -> bool:
    """Whether a text holds anything to translate besides its placeholders."""
    return any(char.isalpha() for part, *_ in string.Formatter().parse(text) for char in part)


def is_complete(entry: Message) -> bool:
    """Whether every form of a text is translated."""
    forms = (entry.string,) if isinstance(entry.string, str) else entry.string
    return bool(forms) and all(forms or ())


def main() -> int:
    """Update every catalogue and say what is missing."""
    texts, is_done = extract_texts(), True
    for language in LANGUAGES:
        if language == "en":
            continue
        content, missing, dropped = update_catalogue(language, texts)
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        for label, items in (("missing", missing), ("dropped", dropped)):
            for item in items:
                sys.stdout.write(f"{language} {label}: {item}\n")
        is_done = is_done and not missing
    return 0 if is_done else 1


if __name__ == "__main__":
    sys.exit(main())
