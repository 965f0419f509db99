"""Reads back the data inside a page of ours, and the lines in it."""

import json
import re


def read_data(page: bytes) -> dict:
    found = re.search(rb'id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def decode(numbers: list[int]) -> list[tuple[float, float]]:
    points, lon, lat = [], 0, 0
    for step_lon, step_lat in zip(numbers[::2], numbers[1::2], strict=True):
        lon, lat = lon + step_lon, lat + step_lat
        points.append((lon / 1e5, lat / 1e5))
    return points


def follow(data: dict, way: list[int]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for number in way:
        line = decode(data["lines"][abs(number) - 1])
        points += line if number > 0 else line[::-1]
    return points
