"""Recognises what spreadsheet programs and old fonts leave in a cell in place of its value."""

import re

from province.findings import CellError
from province.invisible import INVISIBLE
from province.language import message

_ERROR = re.compile(
    r"#(N/A|NV|NULL!|DIV/0!|VALUE!|WERT!|REF!|BEZUG!|NAME\?|NUM!|ZAHL!|SPILL!|CALC!|FIELD!"
    r"|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|GETTING_DATA|[A-Z0-9/]{3,}[!?]|#{2,})|Err:\d{3}",
    re.IGNORECASE,
)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,}", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9 _.,/|-]*")  # most cells: nothing below finds anything in them

# TCVN3 (.VnTime) writes its letters at the places of signs and capitals of Western fonts, so that
# they stand inside words in small letters; VNI writes a tone as a letter of its own behind a vowel.
_TCVN3 = re.compile(
    r"(?<=[a-zà-ÿ])[ÆÇÊÈÉËÌÐÎÏÑÒÕÓÔÖÝØÜÞ](?![A-ZÀ-Ý])|[a-zà-ÿ][µ¸¶¹¨¾¼½¬]"
    r"|[a-zà-ÿ][»«©®ª·×÷][a-zà-ÿ]|(?<!\w)®[a-zà-ÿµ¸¶·¹]"
)
_VNI = re.compile(
    r"[aA][âùøõáàåãäêèúüÂÙØÕÁÀÅÃÄÊÈÚÜ]|[eE][âùøûõïáàåãäÂÙØÛÕÁÀÅÃÄ]"
    r"|[oO][âùøõåäÂÙØÕÅÄ]|[uU][ùøûõïÙØÛÕÏ]|[öÖ][ùøûõïÙØÛÕÏ]|[ôÔ][ùøûõïÙØÛÕÏ]"
)
_TWICE = re.compile(r"áº[\u0080-¿]|á»[\u0080-¿]|Ä[\u0080-\u009f‘’]|Ã[\u0080-¿]|Æ[°¡]|\ufffd")


def is_error_value(text: str) -> bool:
    """Whether a cell holds an error value such as ``#N/A`` or ``Err:502``."""
    return _ERROR.fullmatch(text) is not None


def refuse_leftovers(text: str, *, is_number: bool) -> None:
    """Raise CellError for what is no value: an error, a rounded id, characters that nobody sees.

    Parameters
    ----------
    is_number
        Whether numbers stand in the column: they may be written ``1E+05``, ids may not.
    """
    if _PLAIN.fullmatch(text):
        return
    if is_error_value(text):
        raise CellError(message("a value"), message("the formula fails: write the value itself"))
    if not is_number and _ROUNDED.fullmatch(text):
        raise CellError(
            message("text or an id, not a rounded number"),
            message("the spreadsheet program rounded it: format the column as text, fill it again"),
        )
    if INVISIBLE.search(text):
        raise CellError(
            message("text without control characters and overrides of the writing direction"),
            message("type the cell again"),
        )


def is_in_old_encoding(text: str) -> bool:
    """Whether Vietnamese text is of an old font (TCVN3, VNI), or was decoded wrongly."""
    if text.isascii():
        return False
    return any(found.search(text) for found in (_TCVN3, _VNI, _TWICE))
