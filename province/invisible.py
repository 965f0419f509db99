"""Characters that nobody sees, and how they are shown."""

import re

INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters, overrides of the writing direction, letters without width, half letters."""

_STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def show_plainly(text: str) -> str:
    """Return text that cannot steer a terminal: what would is written out by its number."""
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
