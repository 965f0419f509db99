"""Distances as the crow flies."""

import math


def measure_crow_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return metres between two (lon, lat) points on a sphere of 6,371 km."""
    (lon_a, lat_a), (lon_b, lat_b) = a, b
    rad = math.pi / 180
    h = (
        math.sin((lat_b - lat_a) * rad / 2) ** 2
        + math.cos(lat_a * rad) * math.cos(lat_b * rad) * math.sin((lon_b - lon_a) * rad / 2) ** 2
    )
    return 2 * 6_371_000 * math.asin(math.sqrt(min(1.0, h)))
