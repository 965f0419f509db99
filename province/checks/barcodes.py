"""Checks what the library system is told and tells: codes of sites, barcodes, loans it counted."""

from collections import Counter
from datetime import timedelta

from province.dates import DAYS_PER_MONTH, Month
from province.facts import Province
from province.findings import Findings
from province.language import message
from province.stock import Loans
from province.tables.references import Tables, list_lines

COPIES_NAME, TITLES_NAME, SYSTEM_LOANS_NAME = (
    "batch_copies.csv", "batch_titles.csv", "system_loans.csv",
)  # fmt: skip


def check_barcodes(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a finding for each contradiction, and a warning for what is left open."""
    _check_branches(province, tables, findings)
    if tables[TITLES_NAME].is_whole and not tables[TITLES_NAME].faulty:
        _check_titles(province, tables, findings)
    _tell_missing(province, findings)
    _tell_shorter(province, tables, findings)
    _tell_counted_twice(province, findings)


def _check_branches(province: Province, tables: Tables, findings: Findings) -> None:
    lines = list_lines(tables, "libraries.csv", "site_id")
    first: dict[str, int | None] = {}
    for site in sorted(province.sites, key=lambda site: lines.get(site.site_id, 0)):
        line, key = lines.get(site.site_id), site.branch.casefold()
        if key and key in first:
            findings.at("libraries.csv", line, "branch").add(
                site.branch,
                expected=message("a code that no other site has (line {line} has it)",
                                 line=first[key] or 0),
                advice=message("give each site the code of its own library"),
            )  # fmt: skip
        first.setdefault(key, line)


def _check_titles(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a finding for each barcode of a title that its batch has not, or not so often."""
    copies = {(one.batch_id, one.title_id): one.copies for one in province.titles}
    found: Counter[tuple[str, str]] = Counter()
    for line, row, _ in tables[COPIES_NAME].rows:
        key = row.batch_id, row.title_id
        found[key] += 1
        if row.batch_id not in province.batch_by_id:
            continue
        if key not in copies:
            findings.at(COPIES_NAME, line, "title_id").add(
                row.title_id,
                expected=message("a title that batch_titles.csv has in this batch"),
                advice=message("correct the title or the batch"),
            )
        elif found[key] > copies[key]:
            findings.at(COPIES_NAME, line, "barcode").add(
                row.barcode,
                expected=message("no more than {copies} copies of this title", copies=copies[key]),
                advice=message("delete the row, or correct the copies in batch_titles.csv"),
            )


def _tell_missing(province: Province, findings: Findings) -> None:
    """Add a warning for the batches of which some books have a barcode and others none."""
    found = Counter(copy.batch_id for copy in province.copies)
    some = [batch for batch in province.batches if 0 < found[batch.batch_id] < batch.books]
    if some:
        findings.at(COPIES_NAME, None, "barcode").warn(
            ", ".join(batch.batch_id for batch in some),
            expected=message(
                "a barcode for each book of a batch; {count} books have none",
                count=sum(batch.books - found[batch.batch_id] for batch in some),
            ),
            advice=message("add their rows: the library system is not told of them"),
        )


def _tell_shorter(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a warning where barcodes of digits are shorter than others that begin with a zero."""
    digits = [copy.barcode for copy in province.copies if copy.barcode.isdigit()]
    full = {len(code) for code in digits if code.startswith("0")}
    short = [code for code in digits if full and len(code) < min(full)]
    if short:
        findings.at(COPIES_NAME, list_lines(tables, COPIES_NAME, "barcode").get(short[0]),
                    "barcode").warn(
            short[0],
            expected=message(
                "barcodes as long as others; {count} are shorter and may have lost their zeros",
                count=len(short),
            ),
            advice=message("format the column as text and export the barcodes again"),
        )  # fmt: skip


def _tell_counted_twice(province: Province, findings: Findings) -> None:
    told = {(loan.site_id, Month.of(loan.day)) for loan in province.system_loans}
    twice = [loan for loan in province.loans if told and _list_months(loan) & told]
    if twice:
        findings.at("loans.csv", None, "date").warn(
            f"{twice[0].site_id} {twice[0].day}",
            expected=message(
                "uses of other months than the library system counted there; {count} rows count "
                "them again",
                count=len(twice),
            ),
            advice=message("delete the rows, or the month in system_loans.csv"),
        )


def _list_months(loan: Loans) -> set[tuple[str, Month]]:
    """Return site and month of each day that a row counts."""
    days = max(1, round(loan.months * DAYS_PER_MONTH))
    return {(loan.site_id, Month.of(loan.day - timedelta(days=n))) for n in range(days)}
