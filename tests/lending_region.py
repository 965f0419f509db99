"""A region of two small provinces, one of which lends the other its batch with books in Mông.

Both know a batch B4 of 70 books (20 tales in Vietnamese, 50 in Mông); the owner's stands at its
depot KHO. `Chủ sách` lends it to `Mường Mượn` from January until April 2027.
"""

import shutil
from datetime import date
from pathlib import Path

from conftest import SMALL

from province.dates import Month
from province.facts import Province
from province.ids import BatchId
from province.language import message
from province.read import read_province
from region.read_region import Region, read_region
from region.sharing.sharing_file import (
    SHARING_FORMAT,
    SHARING_NAME,
    BetweenLoan,
    HandoverRun,
    SharingPlan,
    dump_sharing,
    place_sharing,
)

OWNER, BORROWER, LOAN = "Chủ sách", "Mường Mượn", "2027-LN-001"
OURS, THEIRS = BatchId("B4"), BatchId(f"{OWNER}.B4")
GOES, COMES = date(2027, 1, 4), date(2027, 4, 28)
JANUARY = Month(2027, 1)


def make_region(folder: Path, **changes: object) -> Region:
    """Make the region's folder with its exchange plan of one loan; `changes` are of the loan."""
    for name in (OWNER, BORROWER):
        shutil.copytree(SMALL, folder / name)
    rename(folder / BORROWER, "Mường Mượn")
    (folder / "region.toml").write_text('[region]\nname = "Miền núi"\n', encoding="utf-8")
    write_loans(folder, make_loan(**changes))
    return read_region(folder)


def rename(folder: Path, name: str) -> None:
    """Give a province another name."""
    path = folder / "province.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('name = "Mường Nhỏ"', f'name = "{name}"'), encoding="utf-8")


def make_loan(**changes: object) -> BetweenLoan:
    """Return the loan of B4."""
    told: dict[str, object] = {
        "loan": LOAN, "batch": OURS, "owner": OWNER, "borrower": BORROWER, "first": JANUARY,
        "until": Month(2027, 4), "kind": "trunk", "run": "2027-01-R01", "home_run": "2027-04-R01",
        "books": 70, "boxes": 2, "new_categories": (), "gained": 90.0, "lost": 5.0,
        "reason": message("books in {language} stand idle", language="hmn"),
    }  # fmt: skip
    return BetweenLoan(**{**told, **changes})  # type: ignore[arg-type]


def write_loans(folder: Path, *loans: BetweenLoan, runs: tuple[HandoverRun, ...] = ()) -> None:
    """Write the exchange plan of a region from January."""
    plan = SharingPlan(
        format=SHARING_FORMAT, first_month=JANUARY, months=12, provinces=(OWNER, BORROWER),
        loans=loans, runs=runs, languages=(), gained=0.0, lost=0.0, visit_uses=0.0, run_uses=0.0,
        loan_uses=0.0, objective=0.0,
        bound=0.0, gap=0.0, status="by hand", length_km=0.0, seed=0, work=1.0,
    )  # fmt: skip
    path = place_sharing(folder, JANUARY) / SHARING_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dump_sharing(plan))


def read_both(region: Region) -> tuple[Province, Province]:
    """Return the owner and the borrower as they are now."""
    return read_province(region.folder / OWNER), read_province(region.folder / BORROWER)
