"""Takes the loans that a library system counted into the province folder, month by month."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from planning.write_facts import write_facts
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.files.locks import hold_lock
from province.findings import Findings, advise_nearest_id
from province.ids import CategoryId, SiteId
from province.journal import list_stays
from province.language import Message, mark, message
from province.read import read_province
from province.read.circulation import Lending
from province.stock import Loans
from province.tables.edit import make_rows
from province.tables.files import find_table
from province.tables.workbooks import WORKBOOKS

TABLE = "system_loans.csv"
QUIET_DAYS = 7
"""A report that ends so many days before its last month does was perhaps made too early."""

Cell = tuple[SiteId, Month, CategoryId]


@dataclass(frozen=True, slots=True)
class CountedLoans:
    """What a report says of the rotation.

    Parameters
    ----------
    loans
        Uses of each library, month and category, those without a use included, by site, day and
        category.
    notes
        What did not count, and what looks unlike a whole report.
    """

    loans: tuple[Loans, ...]
    notes: tuple[Message, ...]


def count_loans(
    province: Province, report: Sequence[Lending], months: Sequence[Month], name: str
) -> CountedLoans:
    """Return the uses of books of batches, by library, month and category.

    A library counts once anything was lent there in these months; where nothing was, the system
    was perhaps not used, and its silence is no observation.

    Parameters
    ----------
    months
        Those that the report covers whole.
    name
        What the report is called in findings.

    Raises
    ------
    InputError
        With every fault: no barcodes or codes known, a code or barcode that cannot be right, a
        month of which nothing is told.
    """
    wanted = frozenset(months)
    asked = [one for one in report if Month.of(one.day) in wanted]
    findings = Findings()
    _check_known(province, findings)
    _check_months(asked, months, name, findings)
    _check_lines(province, asked, name, findings)
    if findings.faults:
        raise InputError(findings.faults)
    sites = {site.branch.casefold(): site.site_id for site in province.sites if site.branch}
    takes = {site.site_id for site in province.sites if site.takes_rotation}
    category_of = _list_categories(province)
    uses: Counter[Cell] = Counter()
    open_sites = set()
    other_books = elsewhere = no_uses = 0
    for one in asked:
        site_id = sites.get(one.branch.casefold())
        if site_id not in takes or site_id is None:
            elsewhere += 1
            continue
        open_sites.add(site_id)
        category = category_of.get(one.barcode)
        if not one.is_use:
            no_uses += 1
        elif category is None:
            other_books += one.uses
        else:
            uses[site_id, Month.of(one.day), category] += one.uses
    left = (
        (len(report) - len(asked), message("lines of other months")),
        (elsewhere, message("lines of libraries that take no batches")),
        (no_uses, message("lines that are no loans (renewals, returns …)")),
        (other_books, message("uses of books that are in no batch")),
    )
    notes = [message("{count} {what} do not count", count=n, what=what) for n, what in left if n]
    notes += _tell_silence(province, asked, open_sites, months)
    return CountedLoans(tuple(_make_loans(province, uses, open_sites, months)), tuple(notes))


def _check_known(province: Province, findings: Findings) -> None:
    if not province.copies:
        findings.at("batch_copies.csv").add(
            "",
            expected=message("the barcodes of the books of each batch"),
            advice=message("docs/library-systems.md says how to make the table"),
        )
    if not any(site.branch and site.takes_rotation for site in province.sites):
        findings.at("libraries.csv", None, "branch").add(
            "",
            expected=message("the code by which the library system knows each library"),
            advice=message("add the column, and fill it in where the system is used"),
        )


def _check_months(
    asked: Sequence[Lending], months: Sequence[Month], name: str, findings: Findings
) -> None:
    told = {Month.of(one.day) for one in asked}
    for month in months:
        if month not in told:
            findings.at(name, None, "date").add(
                str(month),
                expected=message("lines of each month that is asked for"),
                advice=message("export the whole months, or ask for those that it covers"),
            )


def _check_lines(
    province: Province, asked: Sequence[Lending], name: str, findings: Findings
) -> None:
    """Add a finding for each strange code of a library that lent our books, and lost zeros."""
    barcodes = {copy.barcode for copy in province.copies}
    stripped = {code.lstrip("0"): code for code in barcodes if code.startswith("0")}
    codes = {site.branch.casefold(): site.branch for site in province.sites if site.branch}
    told: set[str] = set()
    for one in asked:
        if one.barcode not in barcodes and one.barcode in stripped and one.barcode not in told:
            told.add(one.barcode)
            findings.at(name, one.row, "barcode").add(
                one.barcode,
                expected=message("barcodes with their zeros: {code}", code=stripped[one.barcode]),
                advice=message("export the report again; do not save it in a spreadsheet program"),
            )
        strange = one.branch.casefold() not in codes and one.barcode in barcodes
        if codes and strange and one.branch not in told:
            told.add(one.branch)
            findings.at(name, one.row, "branch").add(
                one.branch,
                expected=message("a code that stands in the column branch of libraries.csv"),
                advice=advise_nearest_id(one.branch, sorted(codes.values())),
            )


def _list_categories(province: Province) -> dict[str, CategoryId]:
    """Return the category of each barcode."""
    of_title = {(one.batch_id, one.title_id): one.category_id for one in province.titles}
    keys = ((copy.barcode, (copy.batch_id, copy.title_id)) for copy in province.copies)
    return {barcode: of_title[key] for barcode, key in keys if key in of_title}


def _tell_silence(
    province: Province, asked: Sequence[Lending], open_sites: set[SiteId], months: Sequence[Month]
) -> list[Message]:
    silent = [
        site for site in province.sites
        if site.branch and site.takes_rotation and site.site_id not in open_sites
    ]  # fmt: skip
    notes = []
    if silent:
        names = ", ".join(site.branch for site in silent)
        notes.append(message("nothing is told of {names}: they are not counted", names=names))
    last = max(one.day for one in asked)
    if (months[-1].last_day - last).days >= QUIET_DAYS:
        notes.append(message("the last line is of {day}: is the month whole?", day=str(last)))
    return notes


def _make_loans(
    province: Province, uses: Counter[Cell], open_sites: set[SiteId], months: Sequence[Month]
) -> list[Loans]:
    """Return the uses over the part of a month in which such books stood there."""
    days = _list_days(province, months)
    cells = {cell for cell in days if cell[0] in open_sites} | set(uses)
    return [
        Loans(
            site_id, month.last_day, category_id, uses[site_id, month, category_id],
            _measure_share(month, days.get((site_id, month, category_id))),
        )
        for site_id, month, category_id in sorted(cells)
    ]  # fmt: skip


def _list_days(province: Province, months: Sequence[Month]) -> dict[Cell, set[date]]:
    """Return the days on which books of each category stood at a library, by the ledger."""
    batches = province.batch_by_id
    found: defaultdict[Cell, set[date]] = defaultdict(set)
    for stay in list_stays(province.journal):
        for month in months:
            last = min(stay.last_day or month.last_day, month.last_day)
            there = {day for day in month.days() if stay.first_day <= day <= last}
            for category_id, books in batches[stay.batch_id].books_by_category:
                if there and books:
                    found[stay.site_id, month, category_id] |= there
    return found


def _measure_share(month: Month, days: set[date] | None) -> float:
    """Return the share of a month that so many of its days are; all of it where none is known."""
    return round(len(days) / month.last_day.day, 2) if days else 1.0


def take_loans(
    folder: Path, report: Sequence[Lending], months: Sequence[Month], name: str, *, is_dry: bool
) -> CountedLoans:
    """Write the loans of a report into `system_loans.csv`, in the place of all of these months.

    So a report that is read twice, or again when it is longer, counts once.

    Raises
    ------
    InputError
        With every fault of the folder or the report; nothing is written then.
    BusyError
        If another program is writing to the folder, or has the table open.
    """
    with hold_lock(folder):
        province = read_province(folder)
        path = find_table(folder, TABLE, Findings())
        if path.suffix.casefold() in WORKBOOKS:
            raise InputError.of(
                path.name, "", "",
                expected=message("a table saved as CSV: only this command writes it"),
                advice=message("save it as {name}, and delete the workbook", name=TABLE),
            )  # fmt: skip
        counted = count_loans(province, report, months, name)
        kept = [one for one in province.system_loans if Month.of(one.day) not in set(months)]
        if not is_dry:
            data = make_rows(TABLE, _list_rows((*kept, *counted.loans)))
            write_facts(folder, {TABLE: (TABLE, data)})
    return counted


def _list_rows(loans: Sequence[Loans]) -> list[dict[str, object]]:
    return [
        {
            "date": one.day,
            "site_id": one.site_id,
            "category_id": one.category_id,
            "uses": one.uses,
            "months": one.months,
        }
        for one in sorted(loans, key=lambda one: (one.day, one.site_id, one.category_id))
    ]


def tabulate_loans(province: Province, counted: CountedLoans) -> list[dict[str, Any]]:
    """Return a row for each month and library: the uses, and of how many categories."""
    sums: defaultdict[tuple[date, SiteId], list[int]] = defaultdict(list)
    for one in counted.loans:
        sums[one.day, one.site_id].append(one.uses)
    return [
        {
            mark("month"): str(Month.of(day)),
            mark("site"): site_id,
            mark("site name"): province.site_by_id[site_id].name,
            mark("uses"): sum(uses),
            mark("categories"): len(uses),
        }
        for (day, site_id), uses in sorted(sums.items())
    ]
