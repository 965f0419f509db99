"""The ledger as CSV tables, for people who look into it and for `ledger import`.

Every line has its number in the whole ledger and its digest, so that what comes back is proven.
"""

from collections.abc import Iterator

from exports.tables.table import Cell, make_table
from province.ledger.csv_lines import ENTRIES_FILE, HEADINGS, LENDINGS_FILE, RESULTS_FILE, SAID
from province.ledger.ledger_lines import Lines, count_history, decode_lines
from province.results import ResultRow


def draw_ledger(lines: Lines) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the tables: entries, results, lendings, in the order of recording.

    Cells of results that only help a reader (`SAID`) stand behind what is read back.
    """
    places = {
        (link.source, link.position): (number, link.digest)
        for number, link in enumerate(lines.whole_chain, 1)
    }
    history = count_history(lines)
    entries: list[tuple[Cell, ...]] = [
        (*places["entries", int(str(row[0]))], *_cells(row), "yes" if number <= history else "")
        for number, row in enumerate(lines.rows["entries"], 1)
    ]
    yield ENTRIES_FILE, make_table(HEADINGS[ENTRIES_FILE], entries)
    told = [result.row for result in decode_lines(lines).results]
    results: list[tuple[Cell, ...]] = [
        (*places["results", int(str(row[0]))], *_cells(row), *_say(one))
        for row, one in zip(lines.rows.get("results", ()), told, strict=True)
    ]
    yield RESULTS_FILE, make_table((*HEADINGS[RESULTS_FILE], *SAID), results)
    lendings: list[tuple[Cell, ...]] = [
        (*places["lendings", int(str(row[0]))], *_cells(row))
        for row in lines.rows.get("lendings", ())
    ]
    if lendings:
        yield LENDINGS_FILE, make_table(HEADINGS[LENDINGS_FILE], lendings)


def _cells(row: tuple[object, ...]) -> tuple[Cell, ...]:
    return tuple(cell if isinstance(cell, int) else str(cell) for cell in row)


def _say(row: ResultRow) -> tuple[Cell, ...]:
    return (
        str(row.month), row.trip_id, row.day, row.site_id, row.task.value, row.content_id,
        row.outcome.value,
    )  # fmt: skip
