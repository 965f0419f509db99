"""Checks an exchange plan from the facts of the provinces alone: shares nothing with its choice."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from province.dates import Month
from province.facts import Province
from province.ids import BatchId
from province.language import message
from province.lendings import LendingStep, list_away, list_borrowed
from province.read import read_province
from province.stock import Batch, Category, Condition
from province.violations import Violation
from region.read_region import Region
from region.sharing.checked_sharing import EXACT, CheckedSharing, Found, list_months
from region.sharing.recount import Guest, Recounted, Subject, recount_province
from region.sharing.run_checks import (
    runs_carry_every_loan,
    runs_cost_what_they_cost,
    runs_hold_what_they_carry,
)
from region.sharing.sharing_file import BetweenLoan, SharingPlan

NEAR = 0.005
"""Share by which uses counted again may differ."""


def check_sharing(
    region: Region, plan: SharingPlan, provinces: Mapping[str, Province] | None = None
) -> tuple[Violation, ...]:
    """Return every rule that an exchange plan breaks.

    Parameters
    ----------
    provinces
        Their facts, by the name of the folder; None: they are read.

    Raises
    ------
    InputError
        If a province cannot be read.
    """
    if provinces is None:
        provinces = {folder.name: read_province(folder) for folder in region.provinces}
    checked = CheckedSharing(plan, region.sharing, provinces)
    for check in FIRST_CHECKS:  # the others count on these
        if found := tuple(Violation(check.__name__, *one) for one in check(checked)):
            return found
    return tuple(Violation(check.__name__, *one) for check in CHECKS for one in check(checked))


def loans_are_between_provinces(checked: CheckedSharing) -> Found:
    """Yield loans without a batch of the owner's own, or not from one province to another."""
    ids = Counter(loan.loan for loan in checked.plan.loans)
    for loan in checked.plan.loans:
        if checked.find_batch(loan) is None:
            yield loan.loan, message("{owner} has no batch {batch}", owner=loan.owner,
                                     batch=loan.batch)  # fmt: skip
        if loan.borrower not in checked.provinces or loan.borrower == loan.owner:
            yield loan.loan, message("{borrower} cannot borrow it", borrower=loan.borrower)
        if ids[loan.loan] > 1:
            yield loan.loan, message("its id stands twice")


def runs_are_between_provinces(checked: CheckedSharing) -> Found:
    """Yield runs that are not from one province to another, or of one id."""
    ids = Counter(run.run for run in checked.plan.runs)
    for run in checked.plan.runs:
        if {run.driver, run.other} - set(checked.provinces) or run.driver == run.other:
            yield run.run, message("it is not between two provinces")
        if ids[run.run] > 1:
            yield run.run, message("its id stands twice")


def loans_last_as_long_as_they_may(checked: CheckedSharing) -> Found:
    """Yield loans outside the months planned, too short or too long."""
    rules = checked.rules
    for loan in checked.new:
        months = loan.until.months_since(loan.first) + 1
        if not (checked.months[0] <= loan.first and loan.until <= checked.months[-1]):
            yield loan.loan, message("not within the months planned")
        if not rules.shortest_loan_months <= months <= rules.longest_loan_months:
            yield loan.loan, message("it lasts {months} months", months=months)


def each_batch_is_lent_to_one(checked: CheckedSharing) -> Found:
    """Yield loans of a batch that another loan has in the same month."""
    taken: dict[tuple[str, BatchId, Month], str] = {}
    for loan in checked.plan.loans:
        for month in list_months(loan):
            other = taken.setdefault((loan.owner, loan.batch, month), loan.loan)
            if other != loan.loan:
                yield loan.loan, message("loan {other} has the batch in {month}", other=other,
                                         month=str(month))  # fmt: skip


def only_what_may_be_lent_is(checked: CheckedSharing) -> Found:
    """Yield loans of batches that may not leave: unfit, kept, pinned, resting, promised."""
    for loan in checked.new:
        owner, batch = checked.provinces[loan.owner], checked.find_batch(loan)
        assert batch is not None
        first, last = loan.first.first_day, loan.until.last_day
        reasons = []
        if batch.condition not in (Condition.GOOD, Condition.WORN):
            reasons.append(message("it is not fit to travel"))
        if batch.owner in checked.rules.kept_owners:
            reasons.append(message("its owner keeps it"))
        if batch.pinned_site and (batch.pinned_until is None or batch.pinned_until >= first):
            reasons.append(message("it is pinned"))
        if batch.resting_until is not None and batch.resting_until >= loan.first.last_day:
            reasons.append(message("it rests"))
        gone = list_away(owner.lendings).get(loan.batch)
        if gone is not None and gone.terms.until >= first:
            reasons.append(message("another province has it"))
        homes = owner.locate_homes(checked.months[0].plus(-1).last_day)
        if homes[loan.batch] != checked.find_depot(loan.owner):
            reasons.append(message("it lives at another depot"))
        if _is_promised(checked, loan, last=Month.of(last)):
            reasons.append(message("a library was told that it has it then"))
        for reason in reasons:
            yield loan.loan, reason


def _is_promised(checked: CheckedSharing, loan: BetweenLoan, *, last: Month) -> bool:
    """Whether a plan has the batch at a library in a month of the loan, brought in its month."""
    plans = checked.plans[loan.owner]
    before = [one for one in plans if one[0] < checked.months[0]][-1:]
    for month, plan in (*before, *(one for one in plans if one[0] >= checked.months[0])):
        for stay in plan.rotation.stays:
            end = stay.first_month.plus(stay.months)
            is_made = stay.batch_id == loan.batch and stay.first_month <= month <= last
            if is_made and end > loan.first:
                return True
    return False


def owners_keep_a_reserve(checked: CheckedSharing) -> Found:
    """Yield months in which too few batches of a kind are left with their owner."""
    for name, province in checked.provinces.items():
        theirs = list_borrowed(province.lendings)
        kinds: dict[object, set[BatchId]] = defaultdict(set)
        for batch in province.batches:
            gone = list_away(province.lendings).get(batch.batch_id)
            is_own = batch.batch_id not in theirs and (
                gone is None or gone.step is LendingStep.LENT
            )
            if is_own and batch.condition in (Condition.GOOD, Condition.WORN):
                kinds[_tell_kind(checked, name, batch)].add(batch.batch_id)
        for own in kinds.values():
            least = max(
                math.ceil(checked.rules.reserve_share * len(own) - 1e-9),
                checked.rules.reserve_batches,
            )
            for month in checked.months:
                loans = [loan for loan in checked.plan.loans
                         if loan.owner == name and loan.batch in own]  # fmt: skip
                out = {loan.batch for loan in loans if loan.first <= month <= loan.until}
                fresh = [loan for loan in checked.new if loan.batch in out and loan in loans]
                if fresh and len(own) - len(out) < least:
                    yield f"{name}, {month}", message(
                        "{left} of {all} batches of a kind are left, at least {least}",
                        left=len(own) - len(out), all=len(own), least=least,
                    )  # fmt: skip


def _tell_kind(
    checked: CheckedSharing, name: str, batch: Batch
) -> tuple[tuple[str, ...], frozenset[str], frozenset[str], str]:
    """Return networks, languages and audiences of a tenth of the books, subject of half of them."""
    books = checked.books_of(name, batch)
    sums = [Counter[str]() for _ in range(3)]
    for parts, count in books.items():
        for part, counter in zip(parts, sums, strict=True):
            counter[part] += count
    subjects, audiences, languages = sums
    main = sorted(one for one, n in subjects.items() if n >= batch.books / 2)
    return (
        tuple(sorted(batch.networks)),
        frozenset(one for one, n in languages.items() if 10 * n >= batch.books),
        frozenset(one for one, n in audiences.items() if 10 * n >= batch.books),
        main[0] if main else "",
    )


def borrowers_can_place_it(checked: CheckedSharing) -> Found:
    """Yield loans of batches that no library of the borrower may have, or with a wrong list."""
    for loan in checked.new:
        batch, borrower = checked.find_batch(loan), checked.provinces[loan.borrower]
        assert batch is not None
        books = checked.books_of(loan.owner, batch)
        may = [
            site
            for site in borrower.sites
            if site.takes_rotation and site.capacity_books >= batch.books
            and (not batch.networks or site.network in batch.networks)
            and 2 * sum(n for (_, audience, language), n in books.items()
                        if language in (site.languages or (language,))
                        and audience in (site.audiences or (audience,))) >= batch.books
        ]  # fmt: skip
        if not may:
            yield loan.loan, message("no library of {borrower} may have it", borrower=loan.borrower)
        read = borrower.settings.language_shares
        spoken = {c.language for c in borrower.categories} | {one for one in read if read[one] > 0}
        for language in _tell_kind(checked, loan.owner, batch)[1] - spoken:
            yield loan.loan, message("nobody in {borrower} reads {language}",
                                     borrower=loan.borrower, language=language)  # fmt: skip
        known = {(c.subject, c.audience, c.language) for c in borrower.categories}
        kinds = checked.provinces[loan.owner].category_by_id
        new = {c for c, n in batch.books_by_category if n and
               (kinds[c].subject, kinds[c].audience, kinds[c].language) not in known}  # fmt: skip
        if set(loan.new_categories) != new:
            yield loan.loan, message("not all categories that are new to the borrower are named")


def what_is_lent_already_goes_on(checked: CheckedSharing) -> Found:
    """Yield loans of the ledgers that the plan does not have."""
    there = {loan.loan for loan in checked.plan.loans}
    for loan_id, line in sorted(checked.lent.items()):
        if loan_id not in there and line.terms.borrower.folder in checked.provinces:
            yield loan_id, message("the ledger has it, the plan has not")


def figures_are_right(checked: CheckedSharing) -> Found:
    """Yield sums that are wrong, and uses that come out otherwise when counted again."""
    plan = checked.plan
    runs = plan.runs
    for told, counted in (
        (plan.run_uses, sum(run.uses for run in runs)),
        (plan.length_km, sum(run.length_km for run in runs)),
        (plan.loan_uses, len(checked.new) * checked.rules.loan_uses),
        (plan.gained, sum(loan.gained for loan in checked.new)),
        (plan.lost, sum(loan.lost for loan in checked.new)),
    ):
        if abs(told - counted) > EXACT * (1 + len(plan.loans) + len(runs)):
            yield str(plan.first_month), message("a sum is {told} and should be {counted}",
                                                 told=told, counted=round(counted, 2))  # fmt: skip
    price = plan.visit_uses + plan.run_uses + plan.loan_uses
    net = plan.gained - checked.rules.owner_weight * plan.lost - price
    if abs(plan.objective - net) > 0.5 or plan.bound < plan.objective - EXACT:
        yield (
            str(plan.first_month),
            message(
                "a sum is {told} and should be {counted}",
                told=plan.objective,
                counted=round(net, 2),
            ),
        )
    uses = _recount(checked)
    gained = sum(one.after - one.without for one in uses)
    lost = sum(one.before - one.without for one in uses)
    visits = gained - lost - sum(one.worth for one in uses)
    for told, counted in ((plan.gained, gained), (plan.lost, lost), (plan.visit_uses, visits)):
        if abs(told - counted) > 1 + NEAR * abs(counted):
            yield str(plan.first_month), message("uses are told as {told}, counted as {counted}",
                                                 told=told, counted=round(counted, 1))  # fmt: skip


def _recount(checked: CheckedSharing) -> list[Recounted]:
    every: dict[Subject, Category] = {}
    for province in checked.provinces.values():
        for one in province.categories:
            every.setdefault((one.subject, one.audience, one.language), one)
    found = []
    for name, province in checked.provinces.items():
        away: dict[int, set[BatchId]] = defaultdict(set)
        guests: dict[int, list[Guest]] = defaultdict(list)
        for loan in checked.new:
            batch = checked.find_batch(loan)
            assert batch is not None
            for month in list_months(loan) if name in (loan.owner, loan.borrower) else ():
                t = month.months_since(checked.months[0])
                if name == loan.owner:
                    away[t].add(loan.batch)
                elif loan.first < month < loan.until:
                    guests[t].append(Guest(batch, checked.books_of(loan.owner, batch)))
        if away or guests:
            found.append(recount_province(province, checked.months, every, away, guests))
    return found


Check = Callable[[CheckedSharing], Found]

FIRST_CHECKS: Sequence[Check] = (loans_are_between_provinces, runs_are_between_provinces)
CHECKS: Sequence[Check] = (
    loans_last_as_long_as_they_may,
    each_batch_is_lent_to_one,
    only_what_may_be_lent_is,
    owners_keep_a_reserve,
    borrowers_can_place_it,
    runs_carry_every_loan,
    runs_hold_what_they_carry,
    runs_cost_what_they_cost,
    what_is_lent_already_goes_on,
    figures_are_right,
)
"""Every rule of an exchange plan: its name is that of its check."""
