"""Writes composed batches as the tables of a province folder, and what lies in each box."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from pathlib import Path

from exports.tables.table import Cell, make_table
from planning.compose import Composition, weigh_kg
from province.errors import InputError
from province.facts import Province
from province.files.locks import hold_lock
from province.files.whole import new_folder
from province.findings import Finding
from province.language import Language, message, translate

TITLE_HEADINGS = ("batch_id", "title_id", "title", "category_id", "copies")
COPY_HEADINGS = ("barcode", "batch_id", "title_id")
BOX_HEADINGS = ("batch_id", "box", "title_id", "title", "copies")


def write_composition(
    province: Province, found: Composition, target: Path, *, language: Language, overwrite: bool
) -> tuple[Path, ...]:
    """Write `batches.csv`, `batch_titles.csv` and `boxes.csv` of the new batches to a folder.

    Where the stock tells barcodes, `batch_copies.csv` says which copies they are.

    Raises
    ------
    InputError
        If the folder is there, and may not be replaced or holds other files.
    """
    categories = [category.category_id for category in province.categories]
    headings = (
        "batch_id", "name", "books", "boxes", "mass_kg", *(f"books_{name}" for name in categories),
        "condition", "depot_id",
    )  # fmt: skip
    tables = {
        "batches.csv": make_table(headings, _batch_rows(province, found, language)),
        "batch_titles.csv": make_table(TITLE_HEADINGS, _title_rows(found)),
        "boxes.csv": make_table(BOX_HEADINGS, _box_rows(found)),
    }
    if copies := _copy_rows(found):
        tables["batch_copies.csv"] = make_table(COPY_HEADINGS, copies)
    with hold_lock(target):
        there = sorted(path.name for path in target.iterdir()) if target.is_dir() else []
        ours = {*tables, "batch_copies.csv"}
        if there and not (overwrite and set(there) <= ours):
            expected = message("a folder that is new or empty")
            advice = message(
                "choose another with --out, or add --force to replace composed batches"
            )
            raise InputError([Finding(str(target), None, "", there[0], expected, advice)])
        with new_folder(target) as folder:
            for name, data in tables.items():
                (folder / name).write_bytes(data)
    return tuple(target / name for name in tables)


def _batch_rows(
    province: Province, found: Composition, language: Language
) -> Iterable[tuple[Cell, ...]]:
    composed = zip(found.batch_ids, found.plan.batches, found.depot_ids, strict=True)
    for name, batch, depot in composed:
        books: dict[str, int] = dict.fromkeys((c.category_id for c in province.categories), 0)
        for i, copies in batch.copies.items():
            books[found.problem.titles[i].category_id] += copies
        yield (
            name,
            translate(message("Batch {batch}", batch=name), language),
            sum(books.values()),
            len(batch.boxes),
            Decimal(f"{weigh_kg(found, batch.copies):.1f}"),
            *(count or None for count in books.values()),
            "good",
            depot,
        )


def _title_rows(found: Composition) -> Iterable[tuple[Cell, ...]]:
    titles = found.problem.titles
    for name, batch in zip(found.batch_ids, found.plan.batches, strict=True):
        for i, copies in sorted(batch.copies.items()):
            yield name, titles[i].title_id, titles[i].title, titles[i].category_id, copies


def _copy_rows(found: Composition) -> list[tuple[Cell, ...]]:
    """Return the copies that go into each batch: of each title the first that no other took."""
    titles = found.problem.titles
    left = {i: iter(title.barcodes) for i, title in enumerate(titles)}
    return [
        (barcode, name, titles[i].title_id)
        for name, batch in zip(found.batch_ids, found.plan.batches, strict=True)
        for i, copies in sorted(batch.copies.items())
        for barcode in islice(left[i], copies)
    ]


def _box_rows(found: Composition) -> Iterable[tuple[Cell, ...]]:
    titles = found.problem.titles
    for name, batch in zip(found.batch_ids, found.plan.batches, strict=True):
        for place, box in enumerate(batch.boxes, 1):
            for i, copies in box:
                yield name, place, titles[i].title_id, titles[i].title, copies
