"""Words of OpenStreetMap, and numbers with units as mappers write them."""

import re
import unicodedata

NUMBER = r"(\d+(?:[.,]\d+)?)"
INCH_M, FOOT_M = 0.0254, 0.3048
METRES = {
    **dict.fromkeys(("", "m", "metre", "metres", "meter", "meters", "mtr"), 1.0),
    **{"cm": 0.01, "mm": 0.001},
    **dict.fromkeys(("ft", "feet", "foot", "'"), FOOT_M),
    **dict.fromkeys(("in", "inch", "inches", '"'), INCH_M),
}
TONNES = {
    **dict.fromkeys(("", "t", "ton", "tons", "tonne", "tonnes", "mt"), 1.0),
    **dict.fromkeys(("kg", "kgs"), 0.001),
    **dict.fromkeys(("lb", "lbs"), 0.00045359237),
    "st": 0.90718474,
}
"""What one of each unit is; ``st`` is the short ton of America."""
LEAST_M, MOST_M = 0.3, 100.0  # a number beyond them is no width or height of a road
LEAST_T, MOST_T = 0.05, 200.0  # nor are these tonnes
QUOTES = str.maketrans({"′": "'", "’": "'", "`": "'", "″": '"', "”": '"', "“": '"'})
BREAKS = frozenset({"Cc", "Zl", "Zp", "Cs", "Co", "Cn"})
"""Kinds of signs that stand between words at most: controls, and what is no sign at all."""


def _parse(text: str, units: dict[str, float], least: float, most: float) -> float | None:
    found = re.fullmatch(NUMBER + r"\s*([a-z'\"]*)\.?", text)
    if not found or found[2] not in units:
        return None
    value = round(float(found[1].replace(",", ".")) * units[found[2]], 6)
    return value if least <= value <= most else None


def parse_metres(text: str) -> float | None:
    """Return metres of ``3``, ``3 m``, ``1,5``, ``12'6"``, ``7 ft 6 in``; None for other text."""
    plain = text.translate(QUOTES).replace("''", '"').strip().lower()
    feet = re.fullmatch(
        NUMBER + r"\s*(?:'|ft|feet)\s*" + NUMBER + r"\s*(?:\"|in|inch|inches)?", plain
    )
    if feet:
        value = round(float(feet[1]) * FOOT_M + float(feet[2].replace(",", ".")) * INCH_M, 3)
        return value if LEAST_M <= value <= MOST_M else None
    return _parse(plain, METRES, LEAST_M, MOST_M)


def parse_tonnes(text: str) -> float | None:
    """Return tonnes of ``7.5``, ``7.5 t``, ``3500 kg``, ``12 st``; None for anything else."""
    return _parse(text.strip().lower(), TONNES, LEAST_T, MOST_T)


def parse_whole(text: str) -> int | None:
    """Return a whole number from 1; None for anything else."""
    return int(text) or None if text and re.fullmatch(r"\d{1,3}", text.strip()) else None


def parse_minutes(text: str) -> float | None:
    """Return minutes of ``20``, ``00:20``, ``1:20:00``, ``PT1H20M``, ``20 min``; else None."""
    text = text.strip()
    if found := re.fullmatch(r"(\d+):(\d{2})(?::(\d{2}))?", text):
        return int(found[1]) * 60 + int(found[2]) + int(found[3] or 0) / 60
    if found := re.fullmatch(NUMBER + r"\s*(?:min|mins|minute|minutes)?\.?", text):
        return float(found[1].replace(",", "."))
    if found := re.fullmatch(NUMBER + r"\s*(?:h|hr|hrs|hour|hours)", text):
        return float(found[1].replace(",", ".")) * 60
    found = re.fullmatch(
        r"(?:PT)?(?:(\d+)\s*(?:h|hr|hour|hours)\b\s*|(\d+)\s*[Hh]\s*)?(?:(\d+)\s*(?:[Mm]|min|minutes)?)?",
        text,
    )
    if found and (found[1] or found[2] or found[3]):
        return int(found[1] or found[2] or 0) * 60.0 + int(found[3] or 0)
    return None


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
