"""Books a loan between two provinces: handed over at a depot, and handed back."""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from planning.past.read import list_past_trips, read_plans
from planning.record.entries import count_content
from province.errors import InputError
from province.facts import Province
from province.findings import Findings, advise_nearest_id
from province.ids import BatchId, SiteId
from province.journal import locate_batches
from province.language import Message, message
from province.ledger.effects import split_uses
from province.lendings import (
    LendingLine,
    LendingStep,
    LendingTerms,
    Party,
    list_away,
    list_borrowed,
    match_category,
    name_borrowed,
)
from province.read import read_province
from province.stock import Batch, Condition
from region.lending.ledgers import RegionLedgers, read_ledgers
from region.lending.settle import book_lines, settle_lendings
from region.lending.trip_loans import list_known_loans
from region.read_region import Region
from region.sharing.sharing_file import BetweenLoan

TRAVELS = (Condition.GOOD, Condition.WORN)


def hand_over(
    region: Region,
    loans: Iterable[str],
    day: date,
    *,
    condition: Condition | None = None,
    depot: SiteId | None = None,
) -> tuple[LendingLine, ...]:
    """Book that batches went from their owners to who borrows them; return the owners' lines.

    The owner's ledger is written first: from then on it does not have the batch. A loan that was
    handed over before is passed over, and its line returned.

    Parameters
    ----------
    loans
        Their ids in an exchange plan of the region.
    condition
        As seen when handed over; None: as the owner's table says.
    depot
        The borrower's that takes them; None: its only one, or where the batch lay before.

    Raises
    ------
    InputError
        Naming each loan that is unknown or that the facts of the two forbid; nothing is booked.
    LedgerError
        If the batch is not at a depot then; of this loan nothing is booked.
    """
    settle_lendings(region)
    wanted, known = tuple(dict.fromkeys(loans)), list_known_loans(region)
    ledgers, findings = read_ledgers(region), Findings()
    _refuse_unread(ledgers)
    read = functools.cache(read_province)
    found: dict[str, LendingLine] = {}
    for name in wanted:
        line = _find_known(ledgers, name, LendingStep.LENT, LendingStep.BORROWED)
        if line is None and name not in known:
            findings.at("sharing.json", None, "loan").add(
                name,
                expected=message("a loan of an exchange plan of this region"),
                advice=advise_nearest_id(name, known),
            )
        elif line is None:
            faults = Findings()
            line = _write_line(region, read, known[name], day, condition, depot, faults)
            findings.items += faults.items
        if line is not None:
            found[name] = line
    if findings.faults:
        raise InputError(findings.faults)
    for line in found.values():
        terms, came = line.terms, replace(line, step=LendingStep.BORROWED)
        if ledgers.find(terms.owner.folder, line.loan_id, LendingStep.TAKEN_BACK) is None:
            book_lines(read(ledgers.folders[terms.owner.folder]), line)
            book_lines(read(ledgers.folders[terms.borrower.folder]), came)
    return tuple(found.values())


def hand_back(
    region: Region, loans: Iterable[str], day: date, *, condition: Condition | None = None
) -> tuple[LendingLine, ...]:
    """Book that borrowed batches came home; return the borrowers' lines.

    The borrower's ledger is written first: from then on it does not have the batch.

    Parameters
    ----------
    condition
        As seen when handed back; None: as it was handed over.

    Raises
    ------
    InputError
        Naming each loan that nobody handed over; nothing is booked.
    LedgerError
        If a batch is not at a depot of its borrower then; of this loan nothing is booked.
    """
    settle_lendings(region)
    ledgers, findings = read_ledgers(region), Findings()
    _refuse_unread(ledgers)
    read = functools.cache(read_province)
    came: dict[str, LendingLine] = {}
    found: dict[str, LendingLine] = {}
    handed = sorted({line.loan_id for _, line in ledgers.list_all()})
    for name in dict.fromkeys(loans):
        line = _find_known(ledgers, name, LendingStep.GIVEN_BACK, LendingStep.TAKEN_BACK)
        begun = _find_known(ledgers, name, LendingStep.BORROWED, LendingStep.LENT)
        if begun is None:
            findings.at("loan").add(
                name,
                expected=message("a loan that was handed over"),
                advice=_advise_handed(name, handed),
            )
            continue
        if line is None:
            province = read(ledgers.folders[begun.terms.borrower.folder])
            line = _write_return(province, begun, day, condition or begun.condition)
            _refuse_planned(province, line.batch_id, findings)
        came[name], found[name] = begun, line
    if findings.faults:
        raise InputError(findings.faults)
    for line in found.values():
        terms, home = line.terms, replace(line, step=LendingStep.TAKEN_BACK)
        book_lines(read(ledgers.folders[terms.borrower.folder]), came[name], line)
        book_lines(read(ledgers.folders[terms.owner.folder]), home)
    return tuple(found.values())


def _advise_handed(name: str, handed: Sequence[str]) -> Message:
    """Return what to do about a loan that nobody handed over."""
    if handed:
        return advise_nearest_id(name, handed)
    return message(
        "no province of this region has lent anything yet: book first with luanchuyen region "
        "hand-over that {loan} went out", loan=name,
    )  # fmt: skip


def _refuse_unread(ledgers: RegionLedgers) -> None:
    for error in ledgers.unread.values():
        raise error


def _find_known(
    ledgers: RegionLedgers, loan: str, step: LendingStep, other: LendingStep
) -> LendingLine | None:
    """Return a line that one of the two ledgers has already, as it stands in the first one's.

    Where only the second has it, the first one was set back to an older copy and gets it again.
    """
    for wanted in (step, other):
        for _, line in ledgers.list_all():
            if (line.loan_id, line.step) == (loan, wanted):
                return replace(line, step=step)
    return None


def _write_line(
    region: Region,
    read: Callable[[Path], Province],
    loan: BetweenLoan,
    day: date,
    condition: Condition | None,
    depot: SiteId | None,
    findings: Findings,
) -> LendingLine | None:
    """Return the owner's line of a loan; None where the facts forbid it, with the reasons."""
    spot = findings.at(f"sharing.json, {loan.loan}")
    folders = {path.name: path for path in region.provinces}
    for column, name in (("owner", loan.owner), ("borrower", loan.borrower)):
        if name not in folders:
            spot.at(column).add(
                name,
                expected=message("a province folder inside {folder}", folder=region.folder.name),
                advice=message("copy it there, or make one with: luanchuyen new"),
            )
    if findings.faults:
        return None
    owner, borrower = read(folders[loan.owner]), read(folders[loan.borrower])
    batch = owner.batch_by_id.get(loan.batch)
    if batch is None or loan.batch in list_borrowed(owner.lendings):
        spot.at("batch").add(
            loan.batch,
            expected=message("a batch of its own in {file}", file=f"{loan.owner}/batches.csv"),
            advice=advise_nearest_id(loan.batch, list(owner.batch_by_id)),
        )
        return None
    if day > loan.until.last_day:
        spot.at("until").add(
            loan.until,
            expected=message("not before {first}", first=day.isoformat()),
            advice=message("what is over is not lent any more"),
        )
    seen = condition or batch.condition
    if seen not in TRAVELS:
        spot.at("condition").add(
            seen.value,
            expected=message("one of {choices}", choices=", ".join(TRAVELS)),
            advice=message("mend it before it is lent"),
        )
    _refuse_strange_categories(owner, borrower, loan, batch, findings)
    _refuse_planned(owner, loan.batch, findings)
    target = _find_depot(borrower, loan, depot, findings)
    if findings.faults or target is None:
        return None
    return _make_line(owner, borrower, loan, day, batch, seen, target)


def _make_line(
    owner: Province,
    borrower: Province,
    loan: BetweenLoan,
    day: date,
    batch: Batch,
    condition: Condition,
    depot: SiteId,
) -> LendingLine:
    books, boxes = count_content(owner.journal, batch, day)
    mix = batch.books_by_category if books == batch.books else split_uses(books, batch)
    used = {category for category, _ in mix}
    titles = tuple(title for title in owner.titles if title.batch_id == batch.batch_id)
    used |= {title.category_id for title in titles}
    place, _ = locate_batches(owner.journal, day).get(batch.batch_id, (batch.depot_id, day))
    terms = LendingTerms(
        owner=_name_party(owner),
        borrower=_name_party(borrower),
        owner_depot=place,
        borrower_depot=depot,
        until=loan.until.last_day,
        reason=loan.reason,
        batch=replace(
            batch, books=books, boxes=boxes, books_by_category=mix, resting_until=None,
            pinned_site=None, pinned_until=None,
        ),
        titles=titles,
        categories=tuple(one for one in owner.categories if one.category_id in used),
    )  # fmt: skip
    return LendingLine(day, loan.loan, LendingStep.LENT, books, boxes, condition, terms)


def _write_return(
    province: Province, came: LendingLine, day: date, condition: Condition
) -> LendingLine:
    batch_id = replace(came, step=LendingStep.BORROWED).batch_id
    books, boxes = count_content(province.journal, province.batch_by_id[batch_id], day)
    return replace(
        came, step=LendingStep.GIVEN_BACK, day=day, books=books, boxes=boxes, condition=condition
    )


def _name_party(province: Province) -> Party:
    us = province.settings.province
    return Party(province.folder.name, us.code, us.name, us.organisation or us.name)


def _refuse_strange_categories(
    owner: Province, borrower: Province, loan: BetweenLoan, batch: Batch, findings: Findings
) -> None:
    used = {category for category, _ in batch.books_by_category}
    used |= {t.category_id for t in owner.titles if t.batch_id == batch.batch_id}
    for category in owner.categories:
        if category.category_id in used and match_category(category, borrower.categories) is None:
            kind = f"{category.subject}, {category.audience}, {category.language}"
            findings.at(f"{loan.borrower}/province.toml", None, "categories").add(
                category.category_id,
                expected=message(
                    "a category of {file} like {category}: {kind}",
                    file="province.toml", category=category.name, kind=kind,
                ),
                advice=message("add it, so that the batch {batch} can be one of its own",
                               batch=batch.batch_id),
            )  # fmt: skip


def _refuse_planned(province: Province, batch_id: BatchId, findings: Findings) -> None:
    """Add a finding for each trip that is to move a batch and of which nothing was recorded."""
    plans = read_plans(province.folder, province)
    for trip in list_past_trips(province, plans):
        for row in trip.list_open():
            if row.content_id == batch_id:
                name = f"{province.folder.name}/plans/{trip.plan.month}/plan.json"
                findings.at(name, None, trip.trip.trip_id).add(
                    batch_id,
                    expected=message("a batch that no trip still moves"),
                    advice=message(
                        "record the trip; or give the batch resting_until in batches.csv and plan "
                        "the month again"
                    ),
                )


def _find_depot(
    borrower: Province, loan: BetweenLoan, wanted: SiteId | None, findings: Findings
) -> SiteId | None:
    """Return the depot that takes a batch; None where it must be named, with the reason."""
    own = [site.site_id for site in borrower.depots]
    batch_id = BatchId(name_borrowed(loan.owner, loan.batch))
    known = list_away(borrower.lendings).get(batch_id)
    if known is not None:  # it was here before, and is again where it was last
        place, _ = locate_batches(borrower.journal).get(
            batch_id, (known.terms.borrower_depot, None)
        )
        own = [place]
    if wanted is None and len(own) == 1:
        return own[0]
    if wanted in own:
        return wanted
    findings.at("--depot").add(
        wanted or "",
        expected=message("one of {choices}", choices=", ".join(own)),
        advice=message("name the depot of {province} that takes the batch",
                       province=borrower.settings.province.name),
    )  # fmt: skip
    return None
