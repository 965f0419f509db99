"""Turns a page of ours into PDF, as it prints; needs the extra ``pdf`` (weasyprint)."""

import logging
import os
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from province.errors import InputError
from province.findings import Finding
from province.language import Message, message

OPTION = "--pdf"

_FONT_WANTED = (
    message("a font that has these letters"),
    message("install one, on Debian: apt-get install fonts-noto-core"),
)


def make_pdf(html: str) -> bytes:
    """Return a page as PDF, laid out by its print styles; the same page gives the same bytes.

    It should be one that was made for this, see `exports.pages.template.laid_out_for_pdf`.

    Scripts do not run, and nothing is fetched from anywhere.

    Raises
    ------
    InputError
        If the extra is missing, or no font on this machine has the letters of our languages.
    """
    weasyprint = _load_weasyprint()
    heard = _Listener()
    logger = logging.getLogger("weasyprint")
    level, spreads = logger.level, logger.propagate
    logger.addHandler(heard)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        page = weasyprint.HTML(string=html, url_fetcher=_make_fetcher(weasyprint))
        with _stopped_clock():
            content: bytes = page.write_pdf()
    finally:
        logger.removeHandler(heard)
        logger.setLevel(level)
        logger.propagate = spreads
    _refuse_missing_letters(heard.missing)
    return content


@contextmanager
def _stopped_clock() -> Iterator[None]:
    """Let fonts be written without the second of their making (reproducible-builds.org)."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = before or "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]


def _load_weasyprint() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", ".*FontConfig")
            import weasyprint
    except UserWarning as error:  # without any font it would crash later on
        raise _make_error(str(error), *_FONT_WANTED) from error
    except ImportError as error:
        raise _make_error(
            str(error),
            message("the extra for PDF files"),
            message('install it with: pip install "luanchuyen[pdf]"'),
        ) from error
    except OSError as error:
        raise _make_error(
            str(error).splitlines()[0],
            message("the library Pango, which PDF files need"),
            message("install it, on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"),
        ) from error
    return weasyprint


def _make_fetcher(weasyprint: Any) -> Any:
    """Return what answers requests of a page: nothing but what stands in the page itself."""
    if hasattr(weasyprint, "URLFetcher"):
        return weasyprint.URLFetcher(allowed_protocols={"data"})

    def refuse(url: str, *rest: object, **options: object) -> dict[str, Any]:
        raise ValueError(f"pages of ours load nothing: {url[:80]}")

    return refuse


class _Listener(logging.Handler):
    """Collects the characters that no font has."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if "unsupported by fonts" in str(record.msg) and isinstance(record.args, tuple):
            self.missing.add(str(record.args[0]))


def _refuse_missing_letters(missing: set[str]) -> None:
    """Raise InputError where Latin letters (all our languages') have no glyph; pictographs may."""
    letters = sorted(
        char for char in missing
        if unicodedata.name(char[:1], "").startswith(("LATIN", "DIGIT", "COMBINING"))
    )  # fmt: skip
    if letters:
        raise _make_error("".join(letters), *_FONT_WANTED)


def _make_error(value: str, expected: Message, advice: Message) -> InputError:
    return InputError([Finding(OPTION, None, "", value[:80], expected, advice)])
