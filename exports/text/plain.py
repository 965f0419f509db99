"""Makes text from data plain: one line, nothing that would break a file."""

import re

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"[\s\x85\u2028\u2029]+")


def clean_line(text: str) -> str:
    """Return text on one line, without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", _SPACE.sub(" ", text)).strip()
