"""The small province as a library system knows it: codes of libraries, a barcode for each book."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

from province.facts import Province
from province.ids import FundId
from province.programme_facts import Fund, Purpose
from province.stock import BatchCopy

BRANCHES = {"KHO": "CPL", "TV1": "MAN", "TV2": "MAY", "TV3": "NGOC", "TV4": "PHA"}


def add_library_system(folder: Path) -> Path:
    """Write the codes and the barcodes into a copy of the small province folder."""
    libraries = folder / "libraries.csv"
    with libraries.open(encoding="utf-8", newline="") as file:
        sites = list(csv.DictReader(file))
    with libraries.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*sites[0], "branch"])
        writer.writeheader()
        writer.writerows(s | {"branch": BRANCHES.get(s["site_id"], "")} for s in sites)
    with (folder / "batch_titles.csv").open(encoding="utf-8", newline="") as file:
        titles = list(csv.DictReader(file))
    lines = ["barcode,batch_id,title_id"]
    for title in titles:
        lines += (
            f"{name_copy(title['batch_id'], title['title_id'], number)},"
            f"{title['batch_id']},{title['title_id']}"
            for number in range(int(title["copies"]))
        )
    (folder / "batch_copies.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def name_copy(batch_id: str, title_id: str, number: int) -> str:
    """Return a barcode; like many, it begins with a zero."""
    return f"0{batch_id[1:]}{ord(title_id[0])}{title_id[1:]:0>3}{number:02}"


def give_codes(province: Province) -> Province:
    """Return any province as a library system knows it: codes of sites, two barcodes a batch."""
    sites = tuple(
        replace(site, branch=f"{number:03}") for number, site in enumerate(province.sites)
    )
    title = {one.batch_id: one.title_id for one in province.titles}
    copies = tuple(
        BatchCopy(f"{number:05}-{copy}", batch.batch_id, title[batch.batch_id])
        for number, batch in enumerate(province.batches)
        for copy in (1, 2)
    )
    return replace(province, sites=sites, copies=copies)


def known_to(document: str, province: Province) -> Province:
    """Return the province with what a document tells of: a library system, or a fund for trips."""
    if document == "trip-expenses":
        fund = Fund(
            FundId("Q"), "Quỹ", 1e9, "", date(2026, 1, 1), date(2026, 12, 31), "",
            (Purpose.TRIP,), "", "",
        )  # fmt: skip
        return replace(province, programme=replace(province.programme, funds=(fund,)))
    return give_codes(province) if document == "library-system" else province
