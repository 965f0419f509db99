"""Words of OpenStreetMap: sets of them written as one line, and text that mappers wrote."""

import unicodedata

BREAKS = frozenset({"Cc", "Zl", "Zp", "Cs", "Co", "Cn"})
"""Kinds of signs that stand between words at most: controls, and what is no sign at all."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def clean_words(text: str) -> str:
    """Return text in one line, normalised to NFC, without signs that do not show."""
    if text.isascii() and text.isprintable():
        return text.strip()
    kinds = ((sign, unicodedata.category(sign)) for sign in text)
    shown = "".join(" " if kind in BREAKS else sign for sign, kind in kinds if kind != "Cf")
    return unicodedata.normalize("NFC", " ".join(shown.split()))
