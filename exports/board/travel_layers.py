"""Writes tables of travel compactly: each number once, then only what is different elsewhere."""

from typing import Any

from routing.month.instance import TravelTable

MOST_CHANGES = 0.3
"""A layer with more cells unlike those of every other, as a share, is written whole."""


def pack_tables(tables: tuple[TravelTable, ...]) -> dict[str, Any]:
    """Return tables of travel as layers of whole numbers, and which layers each table has.

    A layer holds the minutes, waits or metres from each site (row by row) to each other. It is
    either ``all`` its cells, or what it has otherwise (``but``: cell, value, cell, value, …) than
    the layer numbered ``of``, with −1 for one of zeros.
    """
    layers: list[list[int]] = []
    packed: list[dict[str, Any]] = []
    numbers: dict[tuple[int, ...], int] = {}

    def number_layer(rows: list[list[int]]) -> int:
        cells = tuple(cell for row in rows for cell in row)
        if cells not in numbers:
            numbers[cells] = len(layers)
            packed.append(_pack_layer(cells, layers))
            layers.append(list(cells))
        return numbers[cells]

    return {
        "tables": [
            {
                "drive": number_layer(table.drive),
                "wait": number_layer(table.wait),
                "metres": number_layer(table.metres),
                "shut": [
                    [start * len(table.drive) + end, *span]
                    for (start, end), spans in sorted(table.shut.items())
                    for span in spans
                ],
            }
            for table in tables
        ],
        "layers": packed,
    }


def _pack_layer(cells: tuple[int, ...], layers: list[list[int]]) -> dict[str, Any]:
    zeros = [0] * len(cells)
    changes = {
        number: [k for k, cell in enumerate(cells) if cell != base[k]]
        for number, base in enumerate([zeros, *layers], -1)
    }
    nearest = min(changes, key=lambda number: len(changes[number]))
    if len(changes[nearest]) > MOST_CHANGES * len(cells):
        return {"all": list(cells)}
    return {"of": nearest, "but": [n for k in changes[nearest] for n in (k, cells[k])]}
