"""An exchange plan beside the facts of its provinces, for those who check it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from planning.find_plan import list_plans
from planning.plan import Plan
from planning.plan_file import read_plan
from province.dates import Month
from province.facts import Province
from province.ids import SiteId
from province.language import Message
from province.lendings import LendingLine, LendingStep, list_away, list_borrowed
from province.stock import Batch
from region.sharing.recount import Subject
from region.sharing.sharing_file import BetweenLoan, SharingPlan
from region.sharing_settings import SharingSettings

Found = Iterator[tuple[str, Message]]
"""Where a rule is broken, and how."""

EXACT = 0.06
"""Sums of figures with one decimal may differ by this for each of them."""


@dataclass(frozen=True)
class CheckedSharing:
    """An exchange plan beside the facts of its provinces."""

    plan: SharingPlan
    rules: SharingSettings
    provinces: Mapping[str, Province]

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """The months planned."""
        return tuple(self.plan.first_month.plus(k) for k in range(self.plan.months))

    @cached_property
    def lent(self) -> dict[str, LendingLine]:
        """What the owners' ledgers say is lent, by loan."""
        return {
            line.loan_id: line
            for province in self.provinces.values()
            for line in list_away(province.lendings).values()
            if line.step is LendingStep.LENT
        }

    @cached_property
    def new(self) -> tuple[BetweenLoan, ...]:
        """The loans that the plan makes."""
        return tuple(loan for loan in self.plan.loans if loan.loan not in self.lent)

    @cached_property
    def plans(self) -> dict[str, tuple[tuple[Month, Plan], ...]]:
        """The plans of each province, by month."""
        return {
            name: tuple((month, read_plan(path)) for month, path in list_plans(one.folder))
            for name, one in self.provinces.items()
        }

    def find_batch(self, loan: BetweenLoan) -> Batch | None:
        """Return the batch of a loan; None if its owner has none such of its own."""
        owner = self.provinces.get(loan.owner)
        if owner is None or loan.batch in list_borrowed(owner.lendings):
            return None
        return owner.batch_by_id.get(loan.batch)

    def find_depot(self, name: str) -> SiteId:
        """Return the depot of a province where most of its batches live."""
        province = self.provinces[name]
        homes = Counter(province.locate_homes(self.months[0].plus(-1).last_day).values())
        most = max((homes[one.site_id] for one in province.depots), default=0)
        return min(one.site_id for one in province.depots if homes[one.site_id] == most)

    def books_of(self, name: str, batch: Batch) -> dict[Subject, int]:
        """Return the books of a batch by subject, audience and language."""
        kinds = self.provinces[name].category_by_id
        return {
            (kinds[c].subject, kinds[c].audience, kinds[c].language): n
            for c, n in batch.books_by_category
            if n
        }


def list_months(loan: BetweenLoan) -> tuple[Month, ...]:
    """Return the months of a loan, both hand-overs included."""
    return tuple(loan.first.plus(k) for k in range(loan.until.months_since(loan.first) + 1))
