"""Changes single rows and cells of a CSV table; every other character stays as it was."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from province.cells import clean_text
from province.tables.files import find_separator


@dataclass(frozen=True, slots=True)
class CellSpan:
    """Where a cell stands in the text, quotes included, and what it says."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """A row of the table: its cells, and where the next row begins."""

    cells: tuple[CellSpan, ...]
    end: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell.value for cell in self.cells)


@dataclass(frozen=True, slots=True)
class TableText:
    """A CSV table as it is written.

    Parameters
    ----------
    newline
        What ends its rows.
    lines
        Its rows, the headings first.
    """

    text: str
    separator: str
    newline: str
    lines: tuple[TextLine, ...]


def scan_table(text: str) -> TableText:
    """Return where each cell of a CSV text stands, which must be one that the reader takes."""
    separator, skipped, _ = find_separator(text)
    at = text.index("\n") + 1 if skipped else 0
    cell = re.compile(
        rf'("(?:[^"]|"")*"|[^{re.escape(separator)}\r\n]*)({re.escape(separator)}|\r\n|\n|\r|\Z)'
    )
    lines: list[TextLine] = []
    cells: list[CellSpan] = []
    newline = ""
    while at < len(text) or cells:
        found = cell.match(text, at)
        if found is None:
            raise ValueError(f"no CSV at {at}")
        cells.append(CellSpan(*found.span(1), _unquote(found[1])))
        at = found.end()
        if found[2] != separator:
            newline = newline or found[2]
            lines.append(TextLine(tuple(cells), at))
            cells = []
    return TableText(text, separator, newline or "\n", tuple(lines))


def put_row(table: TableText, cells: Mapping[str, str]) -> str:
    """Return the text with a row more behind the last that is not empty."""
    table = _add_columns(table, [heading for heading in cells if heading not in _list(table)])
    row = table.separator.join(_quote(cells.get(h, ""), table.separator) for h in _list(table))
    last = max(number for number, line in enumerate(table.lines) if not line.is_empty)
    end = table.lines[last].end
    before, after = table.text[:end], table.text[end:]
    if not before.endswith(("\n", "\r")):
        return before + table.newline + row + after
    return before + row + table.newline + after


def put_cell(table: TableText, key: tuple[str, str], heading: str, value: str) -> str:
    """Return the text with another value in the row whose cell under a heading says so.

    Raises
    ------
    LookupError
        If there is no such row.
    """
    if heading not in _list(table):
        table = _add_columns(table, [heading])
    line, place = table.lines[find_line(table, key)], _list(table).index(heading)
    cell = line.cells[place]
    return table.text[: cell.start] + _quote(value, table.separator) + table.text[cell.end :]


def drop_row(table: TableText, key: tuple[str, str]) -> str:
    """Return the text without the row whose cell under a heading says so; raise LookupError."""
    number = find_line(table, key)
    start = table.lines[number - 1].end
    return table.text[:start] + table.text[table.lines[number].end :]


def find_line(table: TableText, key: tuple[str, str]) -> int:
    """Return the number of the row whose cell under a heading says so; raise LookupError."""
    heading, wanted = key
    place = _list(table).index(heading)
    for number, line in enumerate(table.lines[1:], 1):
        if place < len(line.cells) and line.cells[place].value == wanted:
            return number
    raise LookupError(wanted)


def _list(table: TableText) -> list[str]:
    return [cell.value for cell in table.lines[0].cells]


def _add_columns(table: TableText, headings: list[str]) -> TableText:
    """Return the table with empty columns more, at the end of each row that is not empty."""
    if not headings:
        return table
    width = len(table.lines[0].cells)
    parts, at = [], 0
    for number, line in enumerate(table.lines):
        missing = width + len(headings) - len(line.cells)
        if number == 0:
            more = "".join(table.separator + heading for heading in headings)
        else:
            more = "" if line.is_empty else table.separator * max(0, missing)
        parts.append(table.text[at : line.cells[-1].end] + more)
        at = line.cells[-1].end
    return scan_table("".join(parts) + table.text[at:])


def _quote(value: str, separator: str) -> str:
    if any(letter in value for letter in (separator, '"', "\n", "\r")):
        return '"' + value.replace('"', '""') + '"'
    return value


def _unquote(text: str) -> str:
    inner = text[1:-1].replace('""', '"') if text.startswith('"') else text
    return clean_text(inner)
