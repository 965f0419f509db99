"""Advice that names the nearest word that exists."""

import difflib
from collections.abc import Collection

from province.language import Message, message


def advise_nearest_id(value: str, known: Collection[str]) -> Message:
    """Return advice for an id that does not exist."""
    near = difflib.get_close_matches(value, sorted(known), n=1, cutoff=0.3)
    if near:
        return message("nearest that exists: {near}", near=near[0])
    return message("add it there, or correct this cell")


def advise_nearest_word(value: object, choices: Collection[str]) -> Message:
    """Return advice for a word that is none of the choices."""
    near = difflib.get_close_matches(str(value), list(choices), n=1, cutoff=0.3)
    if near:
        return message("nearest word: {near}", near=near[0])
    return message("choose one of these words")
