"""Makes plain what may hold anything: text on one line, names of files after ids."""

import hashlib
import re
from collections.abc import Iterable

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"[\s\x85\u2028\u2029]+")
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")


def name_files(ids: Iterable[str]) -> dict[str, str]:
    """Return a file name without ending for each id: safe on every system, none twice."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for key in sorted(ids):
        name = key
        if not _SAFE_NAME.fullmatch(key) or _RESERVED.fullmatch(key) or key.lower() in taken:
            plain = re.sub(r"[^A-Za-z0-9]+", "-", key)[:40].strip("-") or "trip"
            name = f"{plain}-{hashlib.sha256(key.encode('utf-8')).hexdigest()[:8]}"
        names[key] = name
        taken.add(name.lower())
    return names


def clean_line(text: str) -> str:
    """Return text on one line, without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", _SPACE.sub(" ", text)).strip()
