"""Numbers with units as mappers write them."""

import re

NUMBER = r"(\d+(?:[.,]\d+)?)"
METRES = {"": 1.0, "m": 1.0, "metres": 1.0, "meters": 1.0, "cm": 0.01, "ft": 0.3048, "'": 0.3048}
TONNES = {"": 1.0, "t": 1.0, "tons": 1.0, "tonnes": 1.0, "mt": 1.0, "kg": 0.001, "lbs": 0.000453592}
MOST_T = 200.0  # a number above it is no tonnes


def _parse(text: str, units: dict[str, float]) -> float | None:
    found = re.fullmatch(NUMBER + r"\s*([a-z']*)", text.strip().lower())
    if not found or found[2] not in units:
        return None
    return float(found[1].replace(",", ".")) * units[found[2]] or None


def parse_metres(text: str) -> float | None:
    """Return metres of ``3``, ``3 m``, ``1,5``, ``12'6"``; None for anything else and for 0."""
    if not text:
        return None
    if found := re.fullmatch(r"(\d+)'\s*(\d+)(?:\"|'')", text.strip()):
        return round(int(found[1]) * 0.3048 + int(found[2]) * 0.0254, 3)
    return _parse(text, METRES)


def parse_tonnes(text: str) -> float | None:
    """Return tonnes of ``7.5``, ``7.5 t``, ``3500 kg``; None for anything else."""
    tonnes = _parse(text, TONNES) if text else None
    return tonnes if tonnes is not None and tonnes <= MOST_T else None


def parse_whole(text: str) -> int | None:
    """Return a whole number from 1; None for anything else."""
    return int(text) or None if text and re.fullmatch(r"\d{1,3}", text.strip()) else None


def parse_minutes(text: str) -> float | None:
    """Return minutes of ``20``, ``00:20``, ``1:20:00``, ``PT1H20M``, ``20 min``; else None."""
    text = text.strip()
    if found := re.fullmatch(r"(\d+):(\d{2})(?::(\d{2}))?", text):
        return int(found[1]) * 60 + int(found[2]) + int(found[3] or 0) / 60
    if found := re.fullmatch(NUMBER + r"\s*(?:min|minutes)?", text):
        return float(found[1].replace(",", "."))
    found = re.fullmatch(r"(?:PT)?(?:(\d+)\s*[Hh])?\s*(?:(\d+)\s*(?:[Mm]|min)?)?", text)
    if found and (found[1] or found[2]):
        return int(found[1] or 0) * 60.0 + int(found[2] or 0)
    return None
