"""Checks the pins of batches: a shelf that can hold them, at a library that takes batches."""

from collections import defaultdict
from datetime import date

from province.facts import Province
from province.findings import Findings
from province.language import message
from province.stock import Batch
from province.tables.references import Tables, list_lines


def check_pins(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a finding for each pin that cannot be kept.

    A pin that ended before the last entry of the ledger is history.
    """
    lines = list_lines(tables, "batches.csv", "batch_id")
    today = max((entry.day for entry in province.journal), default=date.min)
    pinned: dict[str, list[Batch]] = defaultdict(list)
    for batch in province.batches:
        is_over = batch.pinned_until is not None and batch.pinned_until < today
        if batch.pinned_site is not None and not is_over:
            pinned[batch.pinned_site].append(batch)
    for site_id, batches in sorted(pinned.items()):
        site = province.site_by_id.get(batches[0].pinned_site or batches[0].depot_id)
        if site is None:
            continue
        books = sum(batch.books for batch in batches)
        last = max(batches, key=lambda batch: lines.get(batch.batch_id, 0))
        for batch in batches if not site.takes_rotation else ():
            findings.at("batches.csv", lines.get(batch.batch_id), "pinned_site").add(
                site_id,
                expected=message("a library that takes batches"),
                advice=message("to keep a batch where it is, give resting_until instead"),
            )
        if site.takes_rotation and books > site.capacity_books:
            findings.at("batches.csv", lines.get(last.batch_id), "pinned_site").add(
                site_id,
                expected=message(
                    "a shelf that holds the {books} books of {batches}, not {capacity}",
                    books=books,
                    batches=", ".join(batch.batch_id for batch in batches),
                    capacity=site.capacity_books,
                ),
                advice=message("take a pin away, or correct capacity_books of the library"),
            )
