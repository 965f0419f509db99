"""Letters as people mean them: upper and lower case, with and without accents."""

import unicodedata


def plain_letters(text: str) -> str:
    """Return small letters without accents: ``Mường La`` becomes ``muong la``."""
    small = text.casefold().replace("đ", "d")
    decomposed = unicodedata.normalize("NFD", small)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def compose_letters(text: str) -> str:
    """Return a text with each letter and its accents as one, without spaces around it."""
    return unicodedata.normalize("NFC", text).strip()


def lower_letters(text: str) -> str:
    """Return small letters, accents kept."""
    return " ".join(compose_letters(text).casefold().split())
